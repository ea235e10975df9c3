//! Other vendors' programs.

use std::process::Command;

use super::*;

/// What keytool says; it must succeed.
#[track_caller]
pub(super) fn keytool(shop: &Workshop, arguments: &str) -> String {
    let mut command = Command::new("keytool");
    // Its words, and its reading of arguments, follow the locale.
    command
        .args(["-J-Duser.language=en", "-J-Dfile.encoding=UTF-8"])
        .env("LC_ALL", "C.UTF-8");
    command.args(arguments.split(' '));
    said(command.current_dir(shop.path("")))
}

/// Runs JavaScript; it must succeed.
#[track_caller]
pub(super) fn node(shop: &Workshop, script: &str) -> String {
    said(
        Command::new("node")
            .args(["-e", script])
            .current_dir(shop.path("")),
    )
}

/// Runs Python; it must succeed.
#[track_caller]
pub(super) fn python(shop: &Workshop, script: &str) -> String {
    said(
        Command::new("python3")
            .args(["-c", script])
            .current_dir(shop.path("")),
    )
}

/// Runs Python with pyca/cryptography, whose OpenSSL is newer than most machines'; it must succeed. Only where
/// `scripts/vectors.sh` has been.
#[track_caller]
pub(super) fn pyca(shop: &Workshop, script: &str) {
    let python =
        crate::identity::tests::vectors::folder().map(|files| files.join("../../venv/bin/python"));
    if let Some(python) = python {
        tool_with(shop, python.to_str().unwrap(), &["-c", script]);
    }
}

/// Runs a program; it must succeed.
#[track_caller]
pub(super) fn tool(shop: &Workshop, program: &str, arguments: &str) -> String {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    tool_with(shop, program, &arguments)
}

#[track_caller]
fn tool_with(shop: &Workshop, program: &str, arguments: &[&str]) -> String {
    said(
        Command::new(program)
            .args(arguments)
            .current_dir(shop.path("")),
    )
}

#[track_caller]
fn said(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}{errors}");
    text
}

#[test]
fn python_and_node_load_what_csr_and_convert_write() {
    let shop = shop();
    for passphrase in [None, Some("geheim")] {
        let mut document = json!({
            "input": paths(&shop, &["chain.pem", "leaf.key"]), "to": "pem",
            "output_file": shop.path("all.pem"), "overwrite": true,
        });
        if let Some(word) = passphrase {
            document["new_passphrase"] = json!(word);
        }
        run("convert", document);
        python(
            &shop,
            "import ssl; ssl.create_default_context().load_cert_chain('all.pem', password='geheim')",
        );
        node(
            &shop,
            "const pem = require('fs').readFileSync('all.pem'); require('tls').createSecureContext({cert: pem, key: pem, passphrase: 'geheim'})",
        );
    }
}
