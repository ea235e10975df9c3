//! The command lines of the partners' manuals, with the word `curl` replaced.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::fs;

use common::run::{Run, command, finish};
use common::sandbox::sandbox;

/// As Trulioo prints it.
const TRULIOO: &str = r"curl --request GET \
--url <<MTLSendpoint>>/connection/v1/testauthentication \
--header 'Accept: application/json' \
--user username:password \
--cert './path/to/certificate':'passphrase, if any' \
--key './path/to/key'
";

/// Runs a snippet in a shell, in a folder with the partner's files, trusting the sandbox's CA as
/// the system's.
fn in_a_shell(snippet: &str, identity: &str) -> Run {
    let info = &sandbox().info;
    let identity = &info.identities[identity];
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path().join("path/to");
    fs::create_dir_all(&files).unwrap();
    fs::copy(&identity.chain, files.join("certificate")).unwrap();
    fs::copy(&identity.key, files.join("key")).unwrap();
    let program = env!("CARGO_BIN_EXE_mutls");
    let script = snippet
        .replace("curl", &format!("'{program}' request"))
        .replace("<<MTLSendpoint>>", &info.trulioo.base_url)
        .replace(
            "username:password",
            &format!("{}:{}", info.trulioo.username, info.trulioo.password),
        );
    let mut shell = std::process::Command::new("sh");
    for (name, value) in command().get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
        .args(["-c", &script])
        .current_dir(dir.path())
        .env("SSL_CERT_FILE", sandbox().file("ca"));
    finish(&mut shell)
}

#[test]
fn trulioos_line_works_as_it_is_printed() {
    let run = in_a_shell(TRULIOO, "valid").ok();
    assert_eq!(run.text(), "\"Hello napi_user\"\n");
}

#[test]
fn trulioos_line_opens_an_encrypted_key() {
    let passphrase = sandbox().info.identities["encrypted"].passphrase.clone();
    let snippet = TRULIOO.replace("passphrase, if any", &passphrase.unwrap());
    let run = in_a_shell(&snippet, "encrypted").ok();
    assert_eq!(run.text(), "\"Hello napi_user\"\n");
    in_a_shell(TRULIOO, "encrypted")
        .ends(4)
        .tells("passphrase_wrong (204)");
}

#[test]
fn leans_first_call_says_insufficient_access_level() {
    let lean = &sandbox().info.lean;
    let snippet = format!(
        "curl --cert path/to/certificate --key path/to/key --header '{}: YOUR_APP_TOKEN' {}/banks/v1",
        lean.app_token_header, lean.base_url
    );
    let run = in_a_shell(&snippet, "valid").ok();
    assert_eq!(run.json()["status"], "INSUFFICIENT_ACCESS_LEVEL");
}

#[test]
fn leans_customers_are_made_by_json() {
    let lean = &sandbox().info.lean;
    let snippet = format!(
        "curl -X POST -E path/to/certificate --key path/to/key -H '{}: {}' -H 'Content-Type: application/json' \
         -d '{{\"app_user_id\": \"you\"}}' -w '%{{http_code}}' -o /dev/null {}/customers/v1",
        lean.app_token_header, lean.app_token, lean.base_url
    );
    assert_eq!(in_a_shell(&snippet, "valid").ok().text(), "201");
}
