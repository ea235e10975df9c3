//! What goes wrong below HTTP: resets, silence, bytes that are no TLS.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::wire;

#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// Reads the first bytes, then RST.
    Reset,
    /// FIN at once.
    Close,
    /// Accepts, and never says a word.
    Silent,
    /// Answers in plain HTTP.
    NotTls,
    /// Answers with bytes that are no TLS record.
    Garbage,
    /// Answers the ClientHello with a fatal alert (RFC 8446 6.2).
    Alert(u8),
}

impl Fault {
    pub(crate) async fn meet(self, mut tcp: TcpStream) {
        let mut first = vec![0; 16 * 1024];
        match self {
            Self::Close => {}
            Self::Silent => {
                // Read on, to notice when the client gives up.
                while matches!(tcp.read(&mut first).await, Ok(n) if n > 0) {}
                return;
            }
            _ => {
                if !matches!(tcp.read(&mut first).await, Ok(n) if n > 0) {
                    return;
                }
            }
        }
        let answer: Vec<u8> = match self {
            Self::Reset => return wire::reset(tcp),
            Self::Close | Self::Silent => Vec::new(),
            Self::NotTls => b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\
                Content-Length: 39\r\nConnection: close\r\n\r\nThis port speaks HTTP and does no TLS.\n"
                .to_vec(),
            // Not random: whatever a client makes of it, it makes of it every time. Byte i is
            // 0xC1 + i * 7, which begins with no TLS record type.
            Self::Garbage => (0..512u32).map(|i| ((0xc1 + i * 7) % 256) as u8).collect(),
            Self::Alert(description) => vec![0x15, 0x03, 0x03, 0x00, 0x02, 0x02, description],
        };
        // The client may have gone; the fault is the same.
        let _ = tcp.write_all(&answer).await;
        let _ = tcp.shutdown().await;
        wire::linger(tcp).await;
    }
}

/// How long `handshake_slow` waits before it answers the ClientHello.
pub(crate) const SLOW_HANDSHAKE: Duration = Duration::from_secs(3);
