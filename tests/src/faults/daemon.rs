//! Servers that are programs: how each is started, and how it is told what to do.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::filler::Filler;
use crate::error::Error;
use crate::peers;
use crate::table::{folder, read_json};

/// How long a server may take to listen; a JVM beside two compilers takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Kind {
    /// As in `${peers.NAME.PORT.url}`.
    pub(super) name: &'static str,
    pub(super) binary: &'static str,
    how: How,
}

enum How {
    /// One process with many ports, told by a file in `tests/servers/`; `${config}` in the arguments is that file.
    File(&'static str, &'static [&'static str]),
    /// A process for each row of a file in `tests/servers/`.
    Rows(&'static str),
}

#[rustfmt::skip]
pub(super) const ALL: &[Kind] = &[
    Kind { name: "nginx", binary: "nginx", how: How::File("nginx.conf", &["-p", "${dir}", "-e", "${dir}/error.log", "-c", "${config}"]) },
    Kind { name: "apache", binary: "apache2", how: How::File("apache.conf", &["-X", "-f", "${config}"]) },
    Kind { name: "haproxy", binary: "haproxy", how: How::File("haproxy.cfg", &["-db", "-q", "-f", "${config}"]) },
    Kind { name: "stunnel", binary: "stunnel", how: How::File("stunnel.conf", &["${config}"]) },
    Kind { name: "jsse", binary: "java", how: How::File("Jsse.java", &["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "${config}"]) },
    Kind { name: "openssl", binary: "openssl", how: How::Rows("openssl.json") },
    Kind { name: "gnutls", binary: "gnutls-serv", how: How::Rows("gnutls.json") },
];

/// One process of a server that has only one port.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    arguments: String,
    /// Typed on its console once a handshake is over.
    types: Option<String>,
}

/// A process that ends with this.
pub(super) struct Daemon {
    child: Child,
    name: String,
    ports: Vec<u16>,
    said: PathBuf,
    /// Some servers end with their console.
    _console: Option<ChildStdin>,
}

impl Kind {
    /// Starts the processes. They need not serve yet.
    pub(super) fn start(&self, filler: &mut Filler) -> Result<Vec<Daemon>, Error> {
        let own = filler.dir.join(self.name);
        fs::create_dir(&own).map_err(|e| Error::at(&own, e))?;
        match self.how {
            How::File(name, arguments) => {
                let source = folder().join("servers").join(name);
                let text = fs::read_to_string(&source).map_err(|e| Error::at(&source, e))?;
                let config = own.join(name);
                let filled = filler.fill(self.name, &text)?;
                fs::write(&config, filled).map_err(|e| Error::at(&config, e))?;
                let arguments = arguments
                    .iter()
                    .map(|one| match *one {
                        "${config}" => Ok(config.display().to_string()),
                        other => filler.fill(self.name, other),
                    })
                    .collect::<Result<Vec<_>, _>>()?;
                let ports = filler.ports_of(self.name).into_iter().map(|(_, n)| n);
                let said = own.join("said");
                Daemon::start(self.binary, &arguments, ports.collect(), said, None).map(|d| vec![d])
            }
            How::Rows(name) => {
                let rows: BTreeMap<String, Row> = read_json(&folder().join("servers").join(name))?;
                let each = rows
                    .iter()
                    .map(|(name, row)| self.start_row(filler, name, row, &own));
                each.collect()
            }
        }
    }

    fn start_row(
        &self,
        filler: &mut Filler,
        name: &str,
        row: &Row,
        own: &Path,
    ) -> Result<Daemon, Error> {
        let port = filler.port(self.name, name)?;
        // Split before folders are filled in: those may hold spaces.
        let arguments = row.arguments.split_whitespace().map(|one| match one {
            "${port}" => Ok(port.to_string()),
            "${address}" => Ok(format!("127.0.0.1:{port}")),
            other => filler.fill(self.name, other),
        });
        let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
        let said = own.join(format!("{name}.said"));
        Daemon::start(self.binary, &arguments, vec![port], said, row.types.clone())
    }
}

impl Daemon {
    fn start(
        binary: &str,
        arguments: &[String],
        ports: Vec<u16>,
        said: PathBuf,
        types: Option<String>,
    ) -> Result<Daemon, Error> {
        let log = File::create(&said).map_err(|e| Error::at(&said, e))?;
        let stdout = match types {
            Some(_) => Stdio::piped(),
            None => log.try_clone().map_err(|e| Error::at(&said, e))?.into(),
        };
        let mut child = peers::mortal(binary)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(log)
            .spawn()
            .map_err(|e| Error::new(format!("{binary}: {e}")))?;
        let mut console = child.stdin.take();
        if let (Some(line), Some(stdout)) = (types, child.stdout.take()) {
            let console = console.take();
            std::thread::spawn(move || typist(stdout, console, &line));
        }
        Ok(Daemon {
            child,
            name: format!("{binary} {}", arguments.join(" ")),
            ports,
            said,
            _console: console,
        })
    }

    /// Waits until every port listens.
    pub(super) fn wait(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        for port in &self.ports {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_err() {
                let ended = self.child.try_wait().ok().flatten();
                if ended.is_some() || Instant::now() > deadline {
                    let said = fs::read_to_string(&self.said).unwrap_or_default();
                    let name = &self.name;
                    return Err(Error::new(format!(
                        "{name} does not listen: {ended:?} {said}"
                    )));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Types a line into `openssl s_server` after each handshake; before it, the command would end the connection.
fn typist(stdout: ChildStdout, console: Option<ChildStdin>, line: &str) {
    let Some(mut console) = console else { return };
    for said in BufReader::new(stdout).lines().map_while(Result::ok) {
        if said.starts_with("CIPHER is") && writeln!(console, "{line}").is_err() {
            return;
        }
    }
}
