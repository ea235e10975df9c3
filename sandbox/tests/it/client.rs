//! A client that sees everything: the bytes, and how the connection ended.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use mutls_sandbox::{Info, Options, Sandbox};
use rustls::client::WebPkiServerVerifier;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use serde_json::Value;

/// One sandbox for all tests, in a folder that outlives them: statics are never dropped.
pub fn info() -> &'static Info {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX
        .get_or_init(|| {
            let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sandbox");
            Sandbox::start(Options { dir: Some(dir) }).unwrap()
        })
        .info()
}

pub fn port(listener: &str) -> u16 {
    info().listeners[listener].port
}

pub fn tcp(port: u16) -> io::Result<TcpStream> {
    let tcp = TcpStream::connect(("127.0.0.1", port))?;
    tcp.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok(tcp)
}

pub fn certificates(path: &std::path::Path) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(path)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

pub fn config(identity: Option<&str>, crls: bool) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    for root in certificates(&info().files["ca"]) {
        roots.add(root).unwrap();
    }
    let mut verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    if crls {
        verifier = verifier.with_crls(
            CertificateRevocationListDer::pem_file_iter(&info().files["crl"])
                .unwrap()
                .map(Result::unwrap),
        );
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_webpki_verifier(verifier.build().unwrap());
    Arc::new(match identity {
        None => builder.with_no_client_auth(),
        Some(name) => {
            let identity = &info().identities[name];
            let key = PrivateKeyDer::from_pem_file(&identity.key).unwrap();
            builder
                .with_client_auth_cert(certificates(&identity.chain), key)
                .unwrap()
        }
    })
}

pub enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

#[derive(Debug, PartialEq)]
pub enum End {
    /// close_notify, or FIN where there is no TLS.
    Clean,
    /// FIN without close_notify.
    Cut,
    Reset,
    /// Another error, in words.
    Other(String),
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    pub fn all(&self, name: &str) -> Vec<&[u8]> {
        self.headers
            .iter()
            .filter(|(each, _)| each.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
            .collect()
    }

    pub fn header(&self, name: &str) -> &str {
        std::str::from_utf8(self.all(name)[0]).unwrap()
    }
}

pub struct Connection {
    wire: Wire,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects and completes the handshake, as far as the client can tell.
    pub fn open(listener: &str, identity: Option<&str>) -> io::Result<Self> {
        if listener == "plain" {
            return Ok(Self::over(Wire::Plain(tcp(port(listener))?)));
        }
        Self::tls(tcp(port(listener))?, config(identity, false))
    }

    pub fn tls(tcp: TcpStream, config: Arc<ClientConfig>) -> io::Result<Self> {
        let session = ClientConnection::new(config, "localhost".try_into().unwrap())
            .map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(session, tcp);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(Self::over(Wire::Tls(Box::new(stream))))
    }

    pub fn over(wire: Wire) -> Self {
        Self {
            wire,
            buffer: Vec::new(),
        }
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.wire {
            Wire::Plain(tcp) => tcp.write_all(bytes),
            Wire::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
        }
    }

    pub fn get(&mut self, target: &str) -> io::Result<Reply> {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())?;
        self.reply()
    }

    fn read(&mut self) -> io::Result<usize> {
        let mut piece = vec![0; 64 * 1024];
        let n = match &mut self.wire {
            Wire::Plain(tcp) => tcp.read(&mut piece)?,
            Wire::Tls(tls) => tls.read(&mut piece)?,
        };
        self.buffer.extend_from_slice(&piece[..n]);
        Ok(n)
    }

    /// Everything up to the end of the connection.
    pub fn rest(&mut self) -> (Vec<u8>, End) {
        loop {
            let end = match self.read() {
                Ok(0) => End::Clean,
                Ok(_) => continue,
                Err(cause) => match cause.kind() {
                    io::ErrorKind::UnexpectedEof => End::Cut,
                    io::ErrorKind::ConnectionReset => End::Reset,
                    _ => End::Other(cause.to_string()),
                },
            };
            return (std::mem::take(&mut self.buffer), end);
        }
    }

    /// The first bytes, if any came.
    pub fn first(&mut self) -> String {
        // A reset is an answer too.
        let _ = self.read();
        String::from_utf8_lossy(&self.buffer).into_owned()
    }

    fn more(&mut self) -> io::Result<()> {
        match self.read()? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// One answer, interim ones included, framed as it says.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let (status, headers) = loop {
            let mut slots = [httparse::EMPTY_HEADER; 64];
            let mut head = httparse::Response::new(&mut slots);
            match head.parse(&self.buffer).map_err(io::Error::other)? {
                httparse::Status::Complete(length) => {
                    let headers: Vec<(String, Vec<u8>)> = head
                        .headers
                        .iter()
                        .map(|header| (header.name.to_owned(), header.value.to_vec()))
                        .collect();
                    let status = head.code.unwrap();
                    self.buffer.drain(..length);
                    break (status, headers);
                }
                httparse::Status::Partial => self.more()?,
            }
        };
        let mut reply = Reply {
            status,
            headers,
            body: Vec::new(),
        };
        if status < 200 || status == 204 || status == 304 {
            return Ok(reply);
        }
        if !reply.all("transfer-encoding").is_empty() {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
                while self.buffer.len() < size + 2 {
                    self.more()?;
                }
                let chunk: Vec<u8> = self.buffer.drain(..size + 2).collect();
                reply.body.extend_from_slice(&chunk[..size]);
                if size == 0 {
                    return Ok(reply);
                }
            }
        }
        let length: usize = reply.header("content-length").parse().unwrap();
        while self.buffer.len() < length {
            self.more()?;
        }
        reply.body = self.buffer.drain(..length).collect();
        Ok(reply)
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..at + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..at]).into_owned());
            }
            self.more()?;
        }
    }
}

/// One GET on a connection of its own to `none`.
pub fn get(target: &str) -> Reply {
    Connection::open("none", None).unwrap().get(target).unwrap()
}

/// One request, its bytes given but for the version, headers and all.
pub fn ask(
    listener: &str,
    identity: Option<&str>,
    line: &str,
    headers: &str,
    body: &[u8],
) -> Reply {
    let mut connection = Connection::open(listener, identity).unwrap();
    let head = format!("{line} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
    connection.send(&[head.as_bytes(), body].concat()).unwrap();
    connection.reply().unwrap()
}

/// All that came, and how it ended.
pub fn drain(listener: &str, target: &str) -> (String, End) {
    let mut connection = Connection::open(listener, None).unwrap();
    connection
        .send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
        .unwrap();
    let (bytes, end) = connection.rest();
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}

/// The bytes of the documented pattern.
pub fn pattern(length: u64, seed: u64) -> Vec<u8> {
    (0..length).map(|i| ((31 * i + seed) % 251) as u8).collect()
}
