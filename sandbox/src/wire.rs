//! One connection's bytes, with or without TLS, and the ways in which it can end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// How long a closed connection listens on for the peer's last bytes.
const LINGER: Duration = Duration::from_secs(2);

pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// close_notify, then FIN.
    Close,
    /// FIN without close_notify: what a truncation attack looks like.
    Cut,
    /// RST.
    Reset,
}

impl Wire {
    pub(crate) async fn end(mut self, ending: Ending) {
        match ending {
            Ending::Close => {
                // The peer may be gone already; there is nobody left to tell.
                let _ = self.shutdown().await;
                linger(self.into_tcp()).await;
            }
            Ending::Cut => {
                let mut tcp = self.into_tcp();
                let _ = tcp.shutdown().await;
                linger(tcp).await;
            }
            Ending::Reset => reset(self.into_tcp()),
        }
    }

    fn into_tcp(self) -> TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => tls.into_inner().0,
        }
    }
}

/// Reads on after our FIN: closing with unread bytes would turn the FIN into a RST, which can
/// overtake the answer.
pub(crate) async fn linger(mut tcp: TcpStream) {
    let mut sink = vec![0; 16 * 1024];
    let drain = async {
        while let Ok(n) = tcp.read(&mut sink).await {
            if n == 0 {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(LINGER, drain).await;
}

pub(crate) fn reset(tcp: TcpStream) {
    // Where this fails the socket is dead already.
    let _ = tcp.set_zero_linger();
    drop(tcp);
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
