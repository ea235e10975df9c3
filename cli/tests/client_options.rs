//! Who we are and whom we accept: by flags, by a config file, by both.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use common::run::{Run, available, command, finish, mutls, mutls_with_stdin};
use common::sandbox::sandbox;
use serde_json::json;

/// `mutls request` with the encrypted key, and how its passphrase is given.
fn encrypted(extra: &[&str], env: Option<(&str, &str)>) -> Run {
    let s = sandbox();
    let mut mutls = command();
    mutls.args(s.as_client("encrypted")).args(extra).envs(env);
    finish(mutls.arg(s.url("required", "/echo")))
}

fn passphrase() -> String {
    sandbox().info.identities["encrypted"]
        .passphrase
        .clone()
        .unwrap()
}

#[test]
fn a_passphrase_comes_by_flag_variable_or_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("pass");
    fs::write(&file, format!("{}\n", passphrase())).unwrap();
    encrypted(&["--pass", &passphrase()], None).ok();
    encrypted(
        &["--pass-env", "KEY_PASS"],
        Some(("KEY_PASS", &passphrase())),
    )
    .ok();
    encrypted(&["--pass-file", file.to_str().unwrap()], None).ok();
    encrypted(&[], None)
        .ends(4)
        .tells("passphrase_required (203)")
        .tells("--pass-env");
    encrypted(&["--pass", "wrong"], None)
        .ends(4)
        .tells("passphrase_wrong (204)");
}

#[test]
fn a_terminal_is_asked_for_the_passphrase_without_echo() {
    if !available("script") {
        return;
    }
    let s = sandbox();
    let program = env!("CARGO_BIN_EXE_mutls");
    let args: Vec<String> = s
        .as_client("encrypted")
        .iter()
        .map(|arg| format!("'{arg}'"))
        .collect();
    let line = format!(
        "'{program}' {} '{}'",
        args.join(" "),
        s.url("required", "/headers")
    );
    let typescript = |typed: &str| {
        let mut child = std::process::Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        use std::io::{Read, Write};
        let mut stdout = child.stdout.take().unwrap();
        let mut seen = Vec::new();
        let mut byte = [0];
        while !seen.ends_with(b"key.pem: ") && stdout.read(&mut byte).unwrap() == 1 {
            seen.push(byte[0]);
        }
        // The echo goes off right behind the question, sooner than anybody types.
        std::thread::sleep(Duration::from_millis(500));
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(typed.as_bytes())
            .unwrap();
        stdout.read_to_end(&mut seen).unwrap();
        let code = child.wait().unwrap().code();
        (code, String::from_utf8_lossy(&seen).into_owned())
    };
    let (code, seen) = typescript(&format!("{}\n", passphrase()));
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("\"headers\""), "{seen}");
    assert!(!seen.contains(&passphrase()), "{seen}");
    let (code, seen) = typescript("\u{3}");
    assert_eq!(code, Some(130), "{seen}");
}

/// A config document for the sandbox.
fn document(identity: &str) -> serde_json::Value {
    let s = sandbox();
    let identity = &s.info.identities[identity];
    json!({
        "base_url": format!("{}/", s.info.lean.base_url),
        "headers": {s.info.lean.app_token_header.as_str(): s.info.lean.app_token},
        "identity": {"cert_file": identity.chain, "key_file": identity.key},
        "trust": {"ca_file": s.info.files["ca"]},
    })
}

fn write(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    fs::write(&file, text).unwrap();
    (dir, file)
}

#[test]
fn a_config_document_is_json_or_toml() {
    let (_dir, file) = write("partner.json", &document("valid").to_string());
    let run = mutls(&["request", "--config", file.to_str().unwrap(), "banks/v1"]).ok();
    assert_eq!(run.json()[0]["identifier"], "SANDBOX_BANK_ONE");

    let s = sandbox();
    let valid = &s.info.identities["valid"];
    let toml = format!(
        "base_url = '{}/'\ncert = '{}'\nkey = '{}'\nca = '{}'\n[timeouts]\ntotal_ms = 20000\n",
        s.info.lean.base_url,
        valid.chain.display(),
        valid.key.display(),
        s.file("ca")
    );
    for name in ["partner.toml", "partner"] {
        let (_dir, file) = write(name, &toml);
        let run = mutls(&["request", "--config", file.to_str().unwrap(), "echo"]).ok();
        assert_eq!(run.json()["path"], "/echo");
    }
    let run = mutls_with_stdin(
        &["request", "--config", "-", "banks/v1"],
        document("valid").to_string().as_bytes(),
    );
    run.ok();
}

#[test]
fn profiles_are_chosen_by_name() {
    let text =
        json!({"profiles": {"good": document("valid"), "bad": document("wrong_ca")}}).to_string();
    let (_dir, file) = write("partners.json", &text);
    let file = file.to_str().unwrap();
    let call = |extra: &[&str]| {
        finish(
            command()
                .args(["request", "--config", file])
                .args(extra)
                .arg("banks/v1"),
        )
    };
    call(&["--profile", "good"]).ok();
    call(&["--profile", "bad"])
        .ends(7)
        .tells("client_cert_rejected (502)");
    call(&[]).ends(2).tells("bad, good");
    call(&["--profile", "other"]).ends(2).tells("bad, good");
}

#[test]
fn flags_override_the_file() {
    let s = sandbox();
    let (_dir, file) = write("partner.json", &document("wrong_ca").to_string());
    let call = |extra: &[&str]| {
        finish(
            command()
                .args(["request", "--config", file.to_str().unwrap()])
                .args(extra)
                .arg("echo"),
        )
    };
    let valid = &s.info.identities["valid"];
    call(&[]).ends(7);
    let run = call(&[
        "--cert",
        valid.chain.to_str().unwrap(),
        "--key",
        valid.key.to_str().unwrap(),
        "-A",
        "another/1",
        "-H",
        "lean-app-token: another",
    ]);
    let headers = run.ok().json()["headers"].to_string();
    assert!(headers.contains("another/1"), "{headers}");
    assert!(
        headers.contains("[\"lean-app-token\",\"another\"]"),
        "{headers}"
    );
    call(&["--cacert", &s.file("other_ca")]).ends(5);
}

#[test]
fn a_mistake_in_the_file_names_its_place() {
    let (_dir, file) = write("p.json", r#"{"timeouts": {"conect_ms": 1}}"#);
    mutls(&[
        "request",
        "--config",
        file.to_str().unwrap(),
        "https://localhost:1/",
    ])
    .ends(3)
    .tells("unknown option `timeouts.conect_ms`")
    .tells("Did you mean `connect_ms`?");
    let (_dir, file) = write("p.toml", "base_url = \n");
    mutls(&["request", "--config", file.to_str().unwrap(), "x"])
        .ends(2)
        .tells("is not valid TOML");
}

#[test]
fn credentials_keep_to_the_files_origin() {
    let (_dir, file) = write("p.json", &document("valid").to_string());
    let elsewhere = sandbox().url("optional", "/echo");
    mutls(&["request", "--config", file.to_str().unwrap(), &elsewhere])
        .ends(3)
        .tells("scope_refused (104)");
}

#[test]
fn versions_of_tls_can_be_chosen() {
    let s = sandbox();
    let url = s.url("required", "/echo");
    let version = |flags: &[&str]| {
        let mut args = flags.to_vec();
        args.push(&url);
        s.request(&args).ok().json()["tls"]["version"].clone()
    };
    assert_eq!(version(&[]), "1.3");
    assert_eq!(version(&["--tlsv1.2"]), "1.3");
    assert_eq!(version(&["--tls-max", "1.2"]), "1.2");
    assert_eq!(version(&["--tlsv1.3"]), "1.3");
    s.request(&["--tlsv1.3", &s.url("tls12", "/echo")])
        .ends(7)
        .tells("no_common_version (505)");
}

#[test]
fn keys_can_be_pinned() {
    let s = sandbox();
    let url = s.url("required", "/echo");
    let report = s
        .request(&["--report", "-", "-o", "/dev/null", &url])
        .ok()
        .json();
    let pin = report["server_chain"][0]["pin"]
        .as_str()
        .unwrap()
        .replacen('/', "//", 1);
    s.request(&["--pinnedpubkey", &pin, &url]).ok();
    let other = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    s.request(&["--pinnedpubkey", other, &url])
        .ends(5)
        .tells("server_pin_mismatch (316)");
    s.request(&["--pinnedpubkey", &format!("{other};{pin}"), &url])
        .ok();
}

#[test]
fn a_proxy_tunnels_and_may_want_a_password() {
    let s = sandbox();
    let url = s.url("required", "/headers");
    let (open, locked) = (s.port("proxy"), s.port("proxy_auth"));
    let run = s
        .request(&["-x", &format!("localhost:{open}"), "-v", &url])
        .ok();
    run.tells("through the proxy");
    let locked = format!("http://localhost:{locked}");
    s.request(&["-x", &locked, &url])
        .ends(6)
        .tells("proxy_refused (405)");
    s.request(&["-x", &locked, "-U", "proxyuser:proxypass", &url])
        .ok();
    s.request(&["-x", &locked, "--noproxy", "localhost", &url])
        .ok();
    let mut with_environment = command();
    with_environment
        .args(s.as_client("valid"))
        .env("HTTPS_PROXY", &locked);
    finish(with_environment.args(["--noproxy", "*", &url])).ok();
}

#[test]
fn addresses_can_stand_in_for_a_lookup() {
    let s = sandbox();
    let port = s.port("required");
    let entry = format!("api.sandbox.test:{port}:127.0.0.1");
    let url = format!("api.sandbox.test:{port}/headers");
    let run = s.request(&["--resolve", &entry, &url]).ok();
    let host = format!("api.sandbox.test:{port}");
    assert!(run.text().contains(&host), "{}", run.text());
}
