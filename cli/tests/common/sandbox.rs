//! `mutls sandbox` as a process, one for all tests of a binary.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::LazyLock;

use mutls_sandbox::Info;

use super::run::command;

/// A sandbox that runs as long as this process: its standard input ends with us.
pub struct Sandbox {
    pub info: Info,
    _process: Child,
}

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| {
    let mut process = command()
        .arg("sandbox")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    // A pipe that nobody reads would end the sandbox's writes.
    std::thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
    Sandbox {
        info: serde_json::from_str(&line).unwrap(),
        _process: process,
    }
});

pub fn sandbox() -> &'static Sandbox {
    &SANDBOX
}

impl Sandbox {
    /// A URL on a listener.
    pub fn url(&self, listener: &str, path: &str) -> String {
        format!("{}{path}", self.info.listeners[listener].url)
    }

    pub fn port(&self, listener: &str) -> u16 {
        self.info.listeners[listener].port
    }

    pub fn file(&self, name: &str) -> String {
        self.info.files[name].to_str().unwrap().to_owned()
    }

    /// `mutls request` with an identity and the sandbox's CA.
    pub fn as_client(&self, identity: &str) -> Vec<String> {
        let identity = &self.info.identities[identity];
        let mut args: Vec<String> = ["request", "--cacert"].map(str::to_owned).into();
        args.push(self.file("ca"));
        args.extend([
            "--cert".to_owned(),
            identity.chain.to_str().unwrap().to_owned(),
        ]);
        args.extend([
            "--key".to_owned(),
            identity.key.to_str().unwrap().to_owned(),
        ]);
        args
    }

    /// Runs `mutls request` as the identity `valid`.
    pub fn request(&self, args: &[&str]) -> super::run::Run {
        super::run::finish(command().args(self.as_client("valid")).args(args))
    }
}
