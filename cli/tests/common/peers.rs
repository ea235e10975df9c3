//! Other vendors' servers, on loopback and ephemeral ports, with the sandbox's certificates.
//!
//! Needs nothing but a [`Files`] and the program itself, so that other test crates may include it.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A TLS version that a peer is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    V1_2,
    V1_3,
}

impl Version {
    pub const ALL: [Version; 2] = [Version::V1_2, Version::V1_3];

    fn nginx(self) -> &'static str {
        match self {
            Version::V1_2 => "TLSv1.2",
            Version::V1_3 => "TLSv1.3",
        }
    }

    fn openssl(self) -> &'static str {
        match self {
            Version::V1_2 => "-tls1_2",
            Version::V1_3 => "-tls1_3",
        }
    }
}

/// What a server needs, all PEM.
#[derive(Clone, Debug)]
pub struct Files {
    /// The server's certificate, then its intermediate.
    pub chain: PathBuf,
    pub key: PathBuf,
    /// The root that issues clients.
    pub client_ca: PathBuf,
}

impl Files {
    /// Those of a sandbox's folder (`Info::dir`).
    pub fn of_sandbox(dir: &Path) -> Files {
        Files {
            chain: dir.join("servers/good-chain.pem"),
            key: dir.join("servers/good-key.pem"),
            client_ca: dir.join("ca.pem"),
        }
    }
}

/// A running server. Dropping it ends it.
pub struct Peer {
    process: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often another port is tried, should somebody have taken the one that was free.
const TRIES: usize = 5;

impl Peer {
    /// nginx with `ssl_verify_client on`: the handshake succeeds without a certificate or with a
    /// wrong one, and HTTP answers 400. Otherwise it answers 200 with the client's subject.
    pub fn nginx(files: &Files, version: Version) -> Peer {
        for _ in 0..TRIES {
            let dir = tempfile::tempdir().unwrap();
            let port = free_port();
            let config = dir.path().join("nginx.conf");
            fs::write(&config, nginx_config(files, version, dir.path(), port)).unwrap();
            let mut process = program("nginx")
                .arg("-e")
                .arg(dir.path().join("error.log"))
                .arg("-p")
                .arg(dir.path())
                .arg("-c")
                .arg(&config)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            if listens(port, &mut process) {
                return Peer {
                    process,
                    port,
                    _dir: dir,
                };
            }
            let _ = process.kill();
            let _ = process.wait();
        }
        panic!("nginx does not listen");
    }

    /// `openssl s_server -Verify`: a handshake without a certificate, or with one that it cannot
    /// verify, fails. Otherwise it answers 200 with a page about the connection.
    pub fn s_server(files: &Files, version: Version) -> Peer {
        let dir = tempfile::tempdir().unwrap();
        let mut process = program("openssl")
            .args([
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-www",
                version.openssl(),
            ])
            .args(["-Verify", "3", "-verify_return_error"])
            .arg("-cert")
            .arg(&files.chain)
            .arg("-cert_chain")
            .arg(&files.chain)
            .arg("-key")
            .arg(&files.key)
            .arg("-CAfile")
            .arg(&files.client_ca)
            // It ends when its standard input does, so it must have one.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let port = announced_port(&mut stdout);
        std::thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        Peer {
            process,
            port,
            _dir: dir,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A program that may live where only root's PATH leads.
fn program(name: &str) -> Command {
    let sbin = Path::new("/usr/sbin").join(name);
    match sbin.is_file() {
        true => Command::new(sbin),
        false => Command::new(name),
    }
}

/// `ACCEPT 127.0.0.1:40001`
fn announced_port(stdout: &mut impl BufRead) -> u16 {
    let mut line = String::new();
    while stdout.read_line(&mut line).unwrap() > 0 {
        if let Some(place) = line.trim_end().strip_prefix("ACCEPT ") {
            let (_, port) = place.rsplit_once(':').unwrap();
            return port.parse().unwrap();
        }
        line.clear();
    }
    panic!("openssl s_server does not listen");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn listens(port: u16, process: &mut Child) -> bool {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

fn nginx_config(files: &Files, version: Version, dir: &Path, port: u16) -> String {
    let mut text = format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log {0}/error.log;\nevents {{}}\nhttp {{\n  access_log off;\n",
        dir.display()
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        writeln!(text, "  {kind}_temp_path {}/{kind};", dir.display()).unwrap();
    }
    write!(
        text,
        "  server {{\n    listen 127.0.0.1:{port} ssl;\n    ssl_protocols {};\n    ssl_certificate {};\n    \
         ssl_certificate_key {};\n    ssl_client_certificate {};\n    ssl_verify_client on;\n    \
         ssl_verify_depth 3;\n    location / {{ return 200 \"hello $ssl_client_s_dn\\n\"; }}\n  }}\n}}\n",
        version.nginx(),
        files.chain.display(),
        files.key.display(),
        files.client_ca.display(),
    )
    .unwrap();
    text
}
