//! Passphrases and private keys: nowhere in logs, errors and debug output, and not in the memory of a process that has
//! dropped its client. The process is this test binary, started again; its memory is read from outside.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use mutls::{Attachments, Client, Config, Request};
use mutls_sandbox::{Options, Sandbox};

/// Names the config document for the process that is started again.
const CONFIG: &str = "MUTLS_TEST_SECRETS_CONFIG";
const HELD: &str = "stage: held";
const DROPPED: &str = "stage: dropped";

struct Everything;

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        println!("log: {} {}", record.target(), record.args());
    }

    fn flush(&self) {}
}

/// Runs in the other process: everything that could print a secret does.
#[test]
#[ignore = "started by the tests below"]
fn other_process() {
    let Ok(path) = std::env::var(CONFIG) else {
        return;
    };
    log::set_logger(&Everything).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let text = fs::read_to_string(&path).unwrap();
    let config = Config::from_json(&text).unwrap();
    println!("debug: {config:?}");
    {
        let client = Client::new(config.clone(), Attachments::default()).unwrap();
        println!("debug: {client:?}");
        let response = client.send(Request::get("/echo")).unwrap();
        println!("debug: {:?}", response.handshake());
        drop(response);
        let error = client
            .send(Request::get("https://localhost:1/"))
            .err()
            .unwrap();
        println!("error: {error} {error:?}");
        wait(HELD);
    }
    // The same with what goes wrong: another passphrase, no passphrase.
    for wrong in ["another", ""] {
        let mut wrong_config = config.clone();
        let identity = &mut wrong_config.identity.0[0];
        identity.passphrase_file = None;
        identity.passphrase = Some(mutls::config::Secret::inline(wrong));
        if let Err(error) = Client::new(wrong_config, Attachments::default()) {
            println!("error: {error} {error:?} {}", error.hint());
        }
    }
    drop(config);
    wait(DROPPED);
}

fn wait(stage: &str) {
    println!("{stage}");
    std::io::stdout().flush().unwrap();
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

struct Needle {
    name: &'static str,
    bytes: Vec<u8>,
}

struct Case {
    dir: tempfile::TempDir,
    sandbox: Sandbox,
    needles: Vec<Needle>,
}

impl Case {
    /// A key with a certificate by the sandbox's intermediate, and a passphrase of its own, in files.
    fn new(algorithm: &str) -> Case {
        let case = Case {
            dir: tempfile::tempdir().unwrap(),
            sandbox: Sandbox::start(Options::default()).unwrap(),
            needles: Vec::new(),
        };
        let file = |name: &str| case.sandbox.info().files[name].to_str().unwrap().to_owned();
        let (ca, ca_key) = (file("intermediate"), file("intermediate_key"));
        case.run("openssl rand -hex 24 > passphrase");
        case.run(&format!(
            "openssl genpkey -algorithm {algorithm} -out key.pem"
        ));
        case.run("openssl req -new -key key.pem -subj /CN=secrets -out csr.pem");
        case.run("printf 'extendedKeyUsage=clientAuth\nauthorityKeyIdentifier=keyid' > ext");
        case.run(&format!(
            "openssl x509 -req -in csr.pem -CA {ca} -CAkey {ca_key} -extfile ext -days 9 -out cert.pem && cat cert.pem {ca} > chain.pem"
        ));
        case
    }

    fn run(&self, command: &str) {
        let output = Command::new("sh")
            .args(["-ec", command])
            .current_dir(self.dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {said}");
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.dir.path().join(name)).unwrap()
    }

    fn needle(&mut self, name: &'static str, bytes: &[u8]) {
        assert!(bytes.len() >= 16, "{name} could be found anywhere");
        let bytes = bytes.to_vec();
        self.needles.push(Needle { name, bytes });
    }

    /// A secret number, as it stands in files and as the limbs of a bignum.
    fn number(&mut self, name: &'static str, digits: &[u8]) {
        self.needle(name, digits);
        let limbs: Vec<u8> = digits.iter().rev().copied().collect();
        self.needle(name, &limbs);
    }

    fn text_needles(&mut self) {
        let passphrase = self.bytes("passphrase");
        self.needle("the passphrase", passphrase.trim_ascii());
        let wide: Vec<u8> = passphrase
            .trim_ascii()
            .iter()
            .flat_map(|b| [0, *b])
            .collect();
        self.needle("the passphrase in UTF-16", &wide);
        let pem = String::from_utf8(self.bytes("key.pem")).unwrap();
        // The first line is the algorithm's.
        let line = pem.lines().nth(2).unwrap().to_owned();
        self.needle("a line of the key's PEM", line.as_bytes());
    }

    /// Starts the process, and looks for every needle in what it says and in what it keeps.
    fn prove(mut self, identity: &str) {
        self.text_needles();
        let path = |name: &str| self.dir.path().join(name).to_str().unwrap().to_owned();
        let info = self.sandbox.info();
        let config = format!(
            r#"{{"base_url": {:?}, "identity": {{{identity}, "passphrase_file": {:?}}}, "trust": {{"ca_file": {:?}}}}}"#,
            info.listeners["required"].url,
            path("passphrase"),
            info.files["ca"].to_str().unwrap(),
        )
        .replace("DIR", self.dir.path().to_str().unwrap());
        fs::write(path("config.json"), config).unwrap();
        let mut process = Process::start(&path("config.json"));
        let mut said = process.until(HELD);
        // The client signs with the key, so it must be there: a search that finds nothing proves nothing.
        let held = search(process.child.id(), &self.needles);
        assert!(held.iter().any(|name| name.contains("number")), "{held:?}");
        process.go_on();
        said.push_str(&process.until(DROPPED));
        let kept = search(process.child.id(), &self.needles);
        process.go_on();
        assert!(process.child.wait().unwrap().success());
        assert!(kept.is_empty(), "kept in memory: {kept:?}");
        assert!(
            said.contains("debug: ") && said.contains("error: ") && said.contains("log: "),
            "{said}"
        );
        for needle in &self.needles {
            let found = said
                .as_bytes()
                .windows(needle.bytes.len())
                .any(|at| at == needle.bytes);
            assert!(!found, "{} was printed", needle.name);
        }
    }
}

struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Process {
    fn start(config: &str) -> Process {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "other_process",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(CONFIG, config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Process {
            stdin: child.stdin.take().unwrap(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    fn until(&mut self, stage: &str) -> String {
        let mut said = String::new();
        while !said.contains(stage) {
            let length = self.stdout.read_line(&mut said).unwrap();
            assert!(length > 0, "it ended early: {said}");
        }
        said
    }

    fn go_on(&mut self) {
        self.stdin.write_all(b"\n").unwrap();
    }
}

/// The names of those that lie anywhere in the memory of a process.
fn search(process: u32, needles: &[Needle]) -> Vec<&'static str> {
    let maps =
        fs::read_to_string(Path::new("/proc").join(process.to_string()).join("maps")).unwrap();
    let mut memory = File::open(Path::new("/proc").join(process.to_string()).join("mem")).unwrap();
    let mut found = Vec::new();
    let mut total = 0;
    for line in maps.lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        // Only what can be written holds data of the process.
        if !rest.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let address = |text: &str| u64::from_str_radix(text, 16).unwrap();
        let mut bytes = vec![0; (address(end) - address(start)) as usize];
        memory.seek(SeekFrom::Start(address(start))).unwrap();
        if memory.read_exact(&mut bytes).is_err() {
            continue;
        }
        total += bytes.len();
        for needle in needles {
            let first = needle.bytes[0];
            let hit = (0..bytes.len().saturating_sub(needle.bytes.len()))
                .any(|at| bytes[at] == first && bytes[at..].starts_with(&needle.bytes));
            if hit {
                found.push(needle.name);
            }
        }
    }
    assert!(total > 100_000, "the memory could not be read");
    found
}

/// The integers of OpenSSL's own form of an RSA key.
fn integers(der: &[u8]) -> Vec<Vec<u8>> {
    let length = |der: &[u8]| match der[1] {
        short @ 0..=0x7f => (2, usize::from(short)),
        0x81 => (3, usize::from(der[2])),
        _ => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
    };
    let mut rest = &der[length(der).0..];
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (head, count) = length(rest);
        let digits = &rest[head..head + count];
        all.push(
            digits
                .iter()
                .skip_while(|digit| **digit == 0)
                .copied()
                .collect(),
        );
        rest = &rest[head + count..];
    }
    all
}

fn ec() -> Case {
    let mut case = Case::new("EC -pkeyopt ec_paramgen_curve:P-256");
    case.run("openssl ec -in key.pem -outform DER -out key.der");
    // SEQUENCE, INTEGER 1, OCTET STRING of 32 bytes.
    let der = case.bytes("key.der");
    assert_eq!(der[5..7], [0x04, 0x20]);
    case.number("the secret number", &der[7..39]);
    case
}

fn rsa() -> Case {
    let mut case = Case::new("RSA -pkeyopt rsa_keygen_bits:2048");
    case.run("openssl rsa -in key.pem -traditional -outform DER -out key.der");
    let numbers = integers(&case.bytes("key.der"));
    for (at, name) in [
        (3, "the number d"),
        (4, "the number p"),
        (5, "the number q"),
    ] {
        case.number(name, &numbers[at]);
    }
    case
}

#[test]
fn of_an_encrypted_key() {
    let case = ec();
    case.run("openssl pkcs8 -topk8 -in key.pem -passout file:passphrase -out locked.pem");
    case.prove(r#""cert_file": "DIR/chain.pem", "key_file": "DIR/locked.pem""#);
}

#[test]
fn of_a_traditional_key() {
    let case = rsa();
    case.run(
        "openssl rsa -in key.pem -traditional -aes128 -passout file:passphrase -out locked.pem",
    );
    case.prove(r#""cert_file": "DIR/chain.pem", "key_file": "DIR/locked.pem""#);
}

#[test]
fn of_a_store() {
    let case = rsa();
    case.run("openssl pkcs12 -export -in chain.pem -inkey key.pem -passout file:passphrase -out store.p12");
    case.prove(r#""pkcs12_file": "DIR/store.p12""#);
}

#[test]
fn of_an_old_store() {
    let case = ec();
    case.run("openssl pkcs12 -export -legacy -in chain.pem -inkey key.pem -passout file:passphrase -out store.p12");
    case.prove(r#""pkcs12_file": "DIR/store.p12""#);
}

#[test]
fn of_an_archive() {
    let case = ec();
    if Command::new("zip").arg("-v").output().is_err() {
        let required = std::env::var_os("MUTLS_REQUIRE_PEERS").is_some();
        assert!(!required, "zip is missing");
        return;
    }
    case.run("zip -q portal.zip chain.pem key.pem");
    case.prove(r#""cert_file": "DIR/portal.zip""#);
}
