//! The verbs besides `request`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use common::run::{command, mutls};
use common::sandbox::sandbox;
use mutls_sandbox::Info;

#[test]
fn the_demo_shows_one_success_and_three_explained_failures() {
    let text = mutls(&["demo"]).ok().text();
    for expected in [
        "< 200 OK",
        "SANDBOX_BANK_ONE",
        "TLSv1.3",
        "client_cert_required (501), phase handshake, origin peer",
        "passphrase_wrong (204), phase config, origin local",
        "server_untrusted_issuer (310), phase handshake, origin local",
        "All four came out as they should.",
    ] {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
    assert_eq!(text.matches("hint").count(), 3);
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
    assert!(!text.contains(&sandbox().info.lean.app_token));
}

#[test]
fn the_sandbox_ends_with_its_input_and_takes_its_folder_along() {
    let mut process = command()
        .arg("sandbox")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let info: Info = serde_json::from_str(&line).unwrap();
    assert!(info.dir.is_dir());
    drop(process.stdin.take());
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(output.stderr, b"", "hints are for a terminal");
    assert!(!info.dir.exists());
}

#[test]
fn the_sandbox_keeps_a_folder_that_was_named() {
    let dir = tempfile::tempdir().unwrap();
    let kept = dir.path().join("partner");
    mutls(&["sandbox", "--dir", kept.to_str().unwrap()]).ok();
    assert!(kept.join("ca.pem").is_file());
    let foreign = dir.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("thesis.txt"), "mine").unwrap();
    mutls(&["sandbox", "--dir", foreign.to_str().unwrap()])
        .ends(23)
        .tells("the sandbox does not start");
}

#[test]
fn help_begins_with_the_partners_command_lines_and_names_the_exit_codes() {
    let help = mutls(&["--help"]).ok().text();
    assert!(help.starts_with("Try it without a partner:"), "{help}");
    assert!(help.contains("  22  --fail"), "{help}");
    let help = mutls(&["request", "--help"]).ok().text();
    assert!(
        help.contains("--cert ./certificate.pem:passphrase"),
        "{help}"
    );
    for heading in [
        "Who we are:",
        "Whom we accept:",
        "Body:",
        "Answer:",
        "Connection:",
    ] {
        assert!(help.contains(heading), "{help}");
    }
    assert!(help.contains("process list"), "--pass warns: {help}");
    assert!(!help.contains("--insecure"), "{help}");
}

#[test]
fn the_version_is_the_librarys() {
    let text = mutls(&["--version"]).ok().text();
    assert_eq!(text, format!("mutls {}\n", mutls::VERSION));
}

#[test]
fn completions_know_the_verbs() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = mutls(&["completions", shell]).ok().text();
        assert!(script.contains("sandbox"), "{shell}");
    }
}

#[test]
fn the_manual_names_every_flag_and_exit_code() {
    let manual = include_str!("../../docs/cli.md");
    let help = mutls(&["request", "--help"]).ok().text();
    let (flags, _) = help.split_once("\nSecrets: ").unwrap();
    let flags = flags
        .lines()
        .filter_map(|line| line.trim_start().split_once("--"))
        .filter(|(before, _)| before.is_empty() || before.ends_with(", "))
        .map(|(_, rest)| rest.split([' ', '=']).next().unwrap());
    let mut count = 0;
    for flag in flags.filter(|flag| *flag != "help") {
        assert!(
            manual.contains(&format!("`--{flag}")),
            "--{flag} is not in docs/cli.md"
        );
        count += 1;
    }
    assert!(count > 50, "{count}");
    let codes = mutls(&["--help"]).ok().text();
    let codes = codes
        .split_once("Exit codes:")
        .unwrap()
        .1
        .lines()
        .filter_map(|line| line.trim_start().split_once("  "))
        .filter(|(code, _)| code.parse::<u8>().is_ok());
    for (code, _) in codes {
        assert!(
            manual.contains(&format!("| {code} |")),
            "{code} is not in docs/cli.md"
        );
    }
}
