//! Real servers of other makers, with certificates from the sandbox's CA: nginx and OpenSSL's
//! `s_server`.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mutls_sandbox::Info;
use tempfile::TempDir;

use crate::error::Error;

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether the tests of a peer can run. A peer that is missing is only passed over where nobody
/// demands it (`MUTLS_REQUIRE_PEERS`).
pub fn available(binary: &str) -> Result<bool, Error> {
    let found = find(binary).is_some();
    match found || std::env::var_os("MUTLS_REQUIRE_PEERS").is_none() {
        true => Ok(found),
        false => Err(Error::new(format!("{binary} is not installed"))),
    }
}

/// Debian keeps servers where only root looks for them.
fn find(binary: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/sbin".into());
    folders
        .into_iter()
        .map(|folder| folder.join(binary))
        .find(|candidate| candidate.is_file())
}

/// A command whose process ends with the thread that started it, however that ends.
pub(crate) fn mortal(binary: &str) -> Command {
    match find("setpriv") {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL"]);
            command.arg(find(binary).unwrap_or_else(|| binary.into()));
            command
        }
        None => command(binary),
    }
}

pub(crate) fn command(binary: &str) -> Command {
    Command::new(find(binary).unwrap_or_else(|| binary.into()))
}

/// A server that runs until it is dropped.
pub struct Peer {
    child: Child,
    port: u16,
    said: PathBuf,
    _dir: TempDir,
}

impl Peer {
    /// nginx; `directives` go into its `server` block.
    pub fn nginx(info: &Info, directives: &str) -> Result<Peer, Error> {
        let dir = temporary()?;
        let pair = server_certificate(info, dir.path())?;
        let port = free_port()?;
        let config = format!(
            "daemon off; master_process off; pid {dir}/nginx.pid; error_log {dir}/error.log;
             events {{}}
             http {{
               access_log off;
               client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
               uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
               server {{
                 listen 127.0.0.1:{port} ssl;
                 ssl_certificate {chain}; ssl_certificate_key {key};
                 ssl_client_certificate {ca}; ssl_verify_depth 3;
                 {directives}
               }}
             }}",
            dir = dir.path().display(),
            chain = pair.chain.display(),
            key = pair.key.display(),
            ca = file(info, "ca")?.display(),
        );
        let path = dir.path().join("nginx.conf");
        fs::write(&path, config).map_err(|e| Error::at(&path, e))?;
        let mut command = self::command("nginx");
        command.arg("-p").arg(dir.path()).arg("-c").arg(&path);
        command.arg("-e").arg(dir.path().join("error.log"));
        Peer::start(command, port, dir)
    }

    /// `openssl s_server` that demands a certificate of the sandbox's CA; `arguments` say the rest.
    pub fn openssl(info: &Info, arguments: &[&str]) -> Result<Peer, Error> {
        let dir = temporary()?;
        let pair = server_certificate(info, dir.path())?;
        let port = free_port()?;
        let mut command = self::command("openssl");
        command
            .args(["s_server", "-accept"])
            .arg(format!("127.0.0.1:{port}"))
            .arg("-cert")
            .arg(&pair.leaf)
            .arg("-cert_chain")
            .arg(file(info, "intermediate")?)
            .arg("-key")
            .arg(&pair.key)
            .arg("-CAfile")
            .arg(file(info, "ca")?)
            .arg("-verify_return_error")
            .args(arguments);
        Peer::start(command, port, dir)
    }

    fn start(mut command: Command, port: u16, dir: TempDir) -> Result<Peer, Error> {
        let said = dir.path().join("said");
        let stdout = fs::File::create(&said).map_err(|e| Error::at(&said, e))?;
        let child = command
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| Error::new(format!("{command:?}: {e}")))?;
        let mut peer = Peer {
            child,
            port,
            said,
            _dir: dir,
        };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = peer.child.try_wait().ok().flatten();
            if ended.is_some() || Instant::now() > deadline {
                return Err(Error::new(format!(
                    "{command:?} does not listen: {ended:?}"
                )));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(peer)
    }

    /// Where it is called.
    pub fn url(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }

    /// Waits until the server has printed this.
    pub fn wait_for(&self, text: &str) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let said = fs::read_to_string(&self.said).map_err(|e| Error::at(&self.said, e))?;
            if said.contains(text) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(Error::new(format!(
                    "the server does not say {text:?}: {said}"
                )));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types a line into the server's console.
    pub fn say(&mut self, line: &str) -> Result<(), Error> {
        let console = self.child.stdin.as_mut();
        let said = console.map(|stdin| writeln!(stdin, "{line}").and_then(|()| stdin.flush()));
        match said {
            Some(Ok(())) => Ok(()),
            _ => Err(Error::new("the server does not listen to its console")),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct ServerCertificate {
    leaf: PathBuf,
    /// The leaf, then the intermediate.
    chain: PathBuf,
    key: PathBuf,
}

/// A certificate for `localhost`, issued by the sandbox's intermediate with the `openssl` command.
fn server_certificate(info: &Info, dir: &Path) -> Result<ServerCertificate, Error> {
    let made = ServerCertificate {
        leaf: dir.join("server.crt"),
        chain: dir.join("server-chain.pem"),
        key: dir.join("server-key.pem"),
    };
    let request = dir.join("server.csr");
    let extensions = dir.join("server.ext");
    let lines = "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n";
    fs::write(&extensions, lines).map_err(|e| Error::at(&extensions, e))?;
    let mut ask = self::command("openssl");
    ask.args(["req", "-new", "-newkey", "ec", "-pkeyopt"])
        .args([
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=localhost",
        ])
        .arg("-keyout")
        .arg(&made.key)
        .arg("-out")
        .arg(&request);
    run(&mut ask)?;
    let intermediate = file(info, "intermediate")?;
    let mut issue = self::command("openssl");
    issue
        .args(["x509", "-req", "-days", "30", "-set_serial", "4711"])
        .arg("-in")
        .arg(&request)
        .arg("-CA")
        .arg(&intermediate)
        .arg("-CAkey")
        .arg(file(info, "intermediate_key")?)
        .arg("-extfile")
        .arg(&extensions)
        .arg("-out")
        .arg(&made.leaf);
    run(&mut issue)?;
    let mut chain = fs::read(&made.leaf).map_err(|e| Error::at(&made.leaf, e))?;
    chain.extend(fs::read(&intermediate).map_err(|e| Error::at(&intermediate, e))?);
    fs::write(&made.chain, chain).map_err(|e| Error::at(&made.chain, e))?;
    Ok(made)
}

pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let output = command
        .output()
        .map_err(|e| Error::new(format!("{command:?}: {e}")))?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(Error::new(format!("{command:?}: {said}")))
        }
    }
}

fn temporary() -> Result<TempDir, Error> {
    TempDir::with_prefix("mutls-peer-").map_err(|e| Error::new(format!("a temporary folder: {e}")))
}

fn free_port() -> Result<u16, Error> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr());
    match bound {
        Ok(address) => Ok(address.port()),
        Err(e) => Err(Error::new(format!("no port is free: {e}"))),
    }
}

fn file(info: &Info, name: &str) -> Result<PathBuf, Error> {
    let found = info.files.get(name).cloned();
    found.ok_or_else(|| Error::new(format!("the sandbox announces no file {name}")))
}
