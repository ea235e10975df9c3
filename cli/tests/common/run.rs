//! The command, run as a user runs it.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What a run left behind.
pub struct Run {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

/// A command that finds nothing of the caller's environment that would change its ways.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mutls"));
    for name in [
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "NO_COLOR",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn mutls(args: &[&str]) -> Run {
    finish(command().args(args))
}

/// Runs it with something on its standard input.
pub fn mutls_with_stdin(args: &[&str], input: &[u8]) -> Run {
    let mut child = command()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end without having read it.
    let _ = child.stdin.take().unwrap().write_all(input);
    Run::new(child.wait_with_output().unwrap())
}

/// Runs a prepared command to its end.
pub fn finish(command: &mut Command) -> Run {
    Run::new(command.output().unwrap())
}

impl Run {
    pub fn new(output: Output) -> Run {
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// The answer as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|e| panic!("{e} in {:?}; {}", self.text(), self.stderr))
    }

    /// It ended well.
    #[track_caller]
    pub fn ok(self) -> Run {
        self.ends(0)
    }

    /// It ended with this exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Run {
        assert_eq!(self.code, code, "{}\n{}", self.stderr, self.text());
        self
    }

    /// It told of this failure.
    #[track_caller]
    pub fn tells(&self, text: &str) -> &Run {
        assert!(
            self.stderr.contains(text),
            "no {text:?} in:\n{}",
            self.stderr
        );
        self
    }
}

/// Whether a program is on this machine; without it a test may be skipped, unless the environment
/// variable `MUTLS_REQUIRE_PEERS` is set.
pub fn available(program: &str) -> bool {
    let found = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .any(|dir| dir.join(program).is_file());
    let required =
        std::env::var_os("MUTLS_REQUIRE_PEERS").is_some_and(|value| value != OsStr::new(""));
    assert!(found || !required, "{program} is not on this machine");
    if !found {
        eprintln!("skipped: {program} is not on this machine");
    }
    found
}
