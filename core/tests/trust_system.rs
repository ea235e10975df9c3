//! The system's roots follow the environment of the process, so each case is a process of its own: this test binary,
//! started again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use mutls::config::{OneOrMany, TrustConfig};
use mutls::{Attachments, Trust};

const CASE: &str = "MUTLS_TEST_TRUST_CASE";

/// Not a test of its own: prints what loading gives, in a process that `ask` starts.
#[test]
fn child() {
    let Ok(case) = std::env::var(CASE) else {
        return;
    };
    let mut config = TrustConfig::default();
    if let Some(bundle) = case.strip_prefix("both:") {
        config.system_roots = Some(true);
        config.ca_file = OneOrMany(vec![bundle.to_owned()]);
    }
    match Trust::load(&config, &Attachments::default()) {
        Ok(trust) => println!("<<{trust:?}>>"),
        Err(error) => println!("<<{error} | {}>>", error.hint()),
    }
}

/// What loading says with these variables and no others of their kind.
fn ask(case: &str, variables: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env_remove("SSL_CERT_FILE")
        .env_remove("SSL_CERT_DIR")
        .env(CASE, case)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, rest) = text.split_once("<<").expect("the child spoke");
    rest.split_once(">>").unwrap().0.to_owned()
}

fn authority(dir: &Path, name: &str) -> String {
    let path = dir.join(name).to_str().unwrap().to_owned();
    let arguments = format!(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {path}.key -out {path} -subj /CN={name} -days 9"
    );
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .output()
        .unwrap();
    assert!(output.status.success());
    path
}

#[test]
fn the_environment_chooses_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let ca = authority(dir.path(), "one.pem");
    let said = ask("system", &[("SSL_CERT_FILE", &ca)]);
    assert!(
        said.contains("source: \"the system's roots\", roots: 1"),
        "{said}"
    );
}

#[test]
fn both_on_request() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (
        authority(dir.path(), "one.pem"),
        authority(dir.path(), "two.pem"),
    );
    let said = ask(&format!("both:{one}"), &[("SSL_CERT_FILE", &two)]);
    assert!(
        said.contains("one.pem and the system's roots\", roots: 2"),
        "{said}"
    );
}

#[test]
fn no_roots_is_an_error_that_names_the_variable() {
    let said = ask("system", &[("SSL_CERT_FILE", "/nowhere/ca.pem")]);
    assert!(said.contains("[ca_empty, config, local]"), "{said}");
    assert!(
        said.contains("Correct or unset SSL_CERT_FILE=/nowhere/ca.pem"),
        "{said}"
    );
}
