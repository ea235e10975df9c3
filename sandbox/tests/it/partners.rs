use crate::client::{Reply, ask, info};

fn banks(headers: &str) -> Reply {
    ask("required", Some("valid"), "GET /banks/v1", headers, b"")
}

#[test]
fn lean_lists_banks_for_the_application_that_has_access() {
    assert!(info().lean.base_url.starts_with("https://localhost:"));
    let missing = banks("");
    assert_eq!(missing.status, 401);
    assert_eq!(missing.json()["status"], "UNAUTHORIZED");
    let other = banks("lean-app-token: somebody-else\r\n");
    assert_eq!(other.status, 403);
    assert_eq!(other.json()["status"], "INSUFFICIENT_ACCESS_LEVEL");
    assert!(other.json()["message"].is_string());
    let lean = &info().lean;
    let ours = banks(&format!(
        "{}: {}\r\n",
        lean.app_token_header, lean.app_token
    ));
    assert_eq!(ours.status, 200);
    assert_eq!(ours.json()[0]["identifier"], "SANDBOX_BANK_ONE");
}

fn customer(headers: &str, body: &str) -> Reply {
    let headers = format!("{headers}Content-Length: {}\r\n", body.len());
    ask(
        "required",
        Some("valid"),
        "POST /customers/v1",
        &headers,
        body.as_bytes(),
    )
}

#[test]
fn lean_makes_a_customer_of_a_user() {
    let token = "lean-app-token: any\r\n";
    assert_eq!(customer("", "{}").status, 401);
    assert_eq!(customer(token, "{").status, 400);
    assert_eq!(customer(token, "{}").status, 400);
    let made = customer(token, r#"{"app_user_id": "x"}"#);
    assert_eq!(made.status, 201);
    let id = made.json()["customer_id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 36);
    let again = customer(token, r#"{"app_user_id": "x"}"#);
    assert_eq!(again.json()["customer_id"], id);
}

#[test]
fn trulioo_says_hello_to_its_user() {
    use base64::Engine as _;
    let trulioo = &info().trulioo;
    let test = |user: &str, password: &str| {
        let token = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        ask(
            "required",
            Some("valid"),
            "GET /connection/v1/testauthentication",
            &format!("Authorization: Basic {token}\r\n"),
            b"",
        )
    };
    let hello = test(&trulioo.username, &trulioo.password);
    assert_eq!(
        (hello.status, hello.json()),
        (200, "Hello napi_user".into())
    );
    let wrong = test(&trulioo.username, "wrong");
    assert_eq!(wrong.status, 401);
    assert!(wrong.header("www-authenticate").starts_with("Basic "));
}
