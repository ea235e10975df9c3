//! The floor: rustls on a blocking socket, a fixed request, the smallest reader of an answer.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use mutls_bench::plan::Server;
use mutls_bench::{Mode, Plan, Result, threads, tls};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

fn main() -> std::process::ExitCode {
    mutls_bench::main(|plan| {
        let config = tls::config(&plan.server)?;
        threads::run(&plan, || {
            let mut loop_ = Loop::new(&plan, config.clone());
            Ok(move || loop_.one())
        })
    })
}

struct Loop<'a> {
    plan: &'a Plan,
    config: Arc<ClientConfig>,
    request: Vec<u8>,
    connection: Option<Connection>,
    buffer: Vec<u8>,
}

impl<'a> Loop<'a> {
    fn new(plan: &'a Plan, config: Arc<ClientConfig>) -> Self {
        let server = &plan.server;
        let method = match plan.mode {
            Mode::Upload => {
                format!("POST {} HTTP/1.1\r\ncontent-length: {}", server.path, server.upload_bytes)
            }
            _ => format!("GET {} HTTP/1.1", server.path),
        };
        let request = format!("{method}\r\nhost: {}\r\naccept: */*\r\n\r\n", server.authority());
        let size = match plan.mode {
            Mode::Download => 64 * 1024,
            _ => 8 * 1024,
        };
        Loop { plan, config, request: request.into_bytes(), connection: None, buffer: vec![0; size] }
    }

    fn one(&mut self) -> Result<()> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.plan.server, &self.config)?,
        };
        connection.tls.writer().write_all(&self.request)?;
        if self.plan.mode == Mode::Upload {
            connection.send_body(self.plan.server.upload_bytes)?;
        }
        connection.flush()?;
        connection.read_answer(&mut self.buffer)?;
        if !matches!(self.plan.mode, Mode::Fresh | Mode::Resumed) {
            self.connection = Some(connection);
        }
        Ok(())
    }
}

struct Connection {
    tls: ClientConnection,
    socket: TcpStream,
}

impl Connection {
    fn open(server: &Server, config: &Arc<ClientConfig>) -> Result<Self> {
        let socket = TcpStream::connect(server.authority())?;
        socket.set_nodelay(true)?;
        let name = ServerName::try_from(server.host().to_owned())?;
        let mut tls = ClientConnection::new(config.clone(), name)?;
        tls.set_buffer_limit(None);
        Ok(Connection { tls, socket })
    }

    fn send_body(&mut self, length: u64) -> Result<()> {
        let chunk = vec![b'x'; 64 * 1024];
        let mut left = length;
        while left > 0 {
            let part = usize::try_from(left)?.min(chunk.len());
            self.tls.writer().write_all(&chunk[..part])?;
            self.flush()?;
            left -= part as u64;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        while self.tls.is_handshaking() {
            self.tls.complete_io(&mut self.socket)?;
        }
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.socket)?;
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match self.tls.reader().read(buffer) {
                Ok(n) => return Ok(n),
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(e) => return Err(e.into()),
            }
            self.tls.read_tls(&mut self.socket)?;
            self.tls.process_new_packets()?;
        }
    }

    /// Reads a head and a body of announced length.
    fn read_answer(&mut self, buffer: &mut [u8]) -> Result<()> {
        let mut have = 0;
        let head = loop {
            let n = self.read(&mut buffer[have..])?;
            if n == 0 {
                return Err("the answer has no end".into());
            }
            have += n;
            if let Some(at) = buffer[..have].windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
        };
        if !buffer.starts_with(b"HTTP/1.1 2") {
            return Err("the answer is not 2xx".into());
        }
        let mut left = content_length(&buffer[..head])?.saturating_sub((have - head) as u64);
        while left > 0 {
            let n = self.read(buffer)?;
            if n == 0 {
                return Err("the body is cut short".into());
            }
            left = left.saturating_sub(n as u64);
        }
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.tls.send_close_notify();
        // The peer may be gone.
        let _ = self.tls.write_tls(&mut self.socket);
    }
}

/// A 204 has none.
fn content_length(head: &[u8]) -> Result<u64> {
    const NAME: &[u8] = b"content-length:";
    for line in head.split(|byte| *byte == b'\n') {
        if line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME) {
            return Ok(std::str::from_utf8(&line[NAME.len()..])?.trim().parse()?);
        }
    }
    Ok(0)
}
