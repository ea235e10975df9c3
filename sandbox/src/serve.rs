//! Sockets and tasks: from a listener's row to connections, from a connection to its requests.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream as StdTcpStream};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use rustls::ServerConfig;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use tokio::io::{AsyncReadExt as _, Interest};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::error::Error;
use crate::exchange::{After, Connection, Exchange};
use crate::faults::SLOW_HANDSHAKE;
use crate::folder::Folder;
use crate::head::{Head, Parsed};
use crate::ledger::{Connections, Ledger};
use crate::listeners::{Https, Quirk, Serves, Spec};
use crate::wire::{Ending, Wire};
use crate::{proxy, routes, server_certs, tls, wire};

/// A port that is ours until it is dropped.
pub(crate) struct Port {
    pub number: u16,
    /// Sockets that hold the port without a task.
    _held: Vec<Socket>,
}

/// Must be called within the runtime.
pub(crate) fn open(
    spec: &'static Spec,
    folder: &Folder,
    ledger: &Arc<Ledger>,
) -> Result<Port, Error> {
    let service = match spec.serves {
        Serves::Https(https) => {
            let certificate = server_certs::named(https.certificate);
            let config = tls::config(folder, certificate, https.client_auth, https.versions)?;
            Service::Https(https, config)
        }
        Serves::Http => Service::Http,
        Serves::Proxy(kind) => Service::Proxy(kind),
        Serves::Fault(fault) => Service::Fault(fault),
        Serves::Refused => return refused().map_err(Error::network("a refusing port")),
        Serves::Unaccepted => return unaccepted().map_err(Error::network("a full backlog")),
    };
    let listener = bind(1024).and_then(|(socket, number)| {
        socket.set_nonblocking(true)?;
        Ok((TcpListener::from_std(socket.into())?, number))
    });
    let (listener, number) = listener.map_err(Error::network("a listener"))?;
    ledger.write(|books| {
        books.listeners.entry(spec.name.to_owned()).or_default();
    });
    tokio::spawn(accept(
        listener,
        spec.name,
        Arc::new(service),
        ledger.clone(),
    ));
    Ok(Port {
        number,
        _held: Vec::new(),
    })
}

enum Service {
    Https(Https, Arc<ServerConfig>),
    Http,
    Proxy(crate::listeners::Proxy),
    Fault(crate::faults::Fault),
}

fn bind(backlog: i32) -> io::Result<(Socket, u16)> {
    let (socket, number) = hold()?;
    socket.listen(backlog)?;
    Ok((socket, number))
}

fn hold() -> io::Result<(Socket, u16)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
    socket.bind(&SockAddr::from(any))?;
    let address = socket
        .local_addr()?
        .as_socket()
        .ok_or_else(|| io::Error::other("no address"))?;
    Ok((socket, address.port()))
}

/// Bound, never listening: the port is refused, and nobody else gets it.
fn refused() -> io::Result<Port> {
    let (socket, number) = hold()?;
    Ok(Port {
        number,
        _held: vec![socket],
    })
}

/// Listening with the smallest backlog, filled by ourselves: the kernel drops every further SYN.
fn unaccepted() -> io::Result<Port> {
    let (socket, number) = bind(0)?;
    let address: SocketAddr = (Ipv4Addr::LOCALHOST, number).into();
    let mut held = vec![socket];
    for _ in 0..16 {
        match StdTcpStream::connect_timeout(&address, Duration::from_millis(50)) {
            Ok(filler) => held.push(filler.into()),
            Err(_) => break,
        }
    }
    Ok(Port {
        number,
        _held: held,
    })
}

async fn accept(
    listener: TcpListener,
    name: &'static str,
    service: Arc<Service>,
    ledger: Arc<Ledger>,
) {
    loop {
        let Ok((tcp, _)) = listener.accept().await else {
            // Out of descriptors, most likely: others must close first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // A drip must not wait for an acknowledgement. Where this fails the socket is dead already.
        let _ = tcp.set_nodelay(true);
        let open = Open::new(name, ledger.clone());
        let service = service.clone();
        tokio::spawn(async move {
            open.serve(tcp, &service).await;
        });
    }
}

/// Counts a connection as open for as long as it lives.
struct Open {
    name: &'static str,
    id: u64,
    ledger: Arc<Ledger>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.note(|count| count.open -= 1);
    }
}

impl Open {
    fn new(name: &'static str, ledger: Arc<Ledger>) -> Self {
        let open = Self {
            name,
            id: ledger.next_connection(),
            ledger,
        };
        open.note(|count| {
            count.accepted += 1;
            count.open += 1;
        });
        open
    }

    fn note(&self, change: impl FnOnce(&mut Connections)) {
        self.ledger
            .write(|books| change(books.listeners.entry(self.name.to_owned()).or_default()));
    }

    async fn serve(&self, tcp: TcpStream, service: &Service) {
        match service {
            Service::Fault(fault) => fault.meet(tcp).await,
            Service::Proxy(kind) => proxy::serve(tcp, self.name, *kind, &self.ledger).await,
            Service::Http => {
                let connection = Connection {
                    id: self.id,
                    listener: self.name,
                    client: serde_json::Value::Null,
                    tls: serde_json::Value::Null,
                };
                self.converse(Wire::Plain(tcp), &connection, Quirk::None)
                    .await;
            }
            Service::Https(https, config) => {
                if let Some((wire, connection)) = self.handshake(tcp, https, config).await {
                    if https.quirk == Quirk::ResetAfterHandshake {
                        wire.end(Ending::Reset).await;
                    } else {
                        self.converse(wire, &connection, https.quirk).await;
                    }
                }
            }
        }
    }

    async fn handshake(
        &self,
        tcp: TcpStream,
        https: &Https,
        config: &Arc<ServerConfig>,
    ) -> Option<(Wire, Connection)> {
        if https.quirk == Quirk::Slow && !still_there_after(&tcp, SLOW_HANDSHAKE).await {
            return None;
        }
        let accept = TlsAcceptor::from(config.clone()).accept(tcp);
        match accept.into_fallible().await {
            Ok(stream) => {
                let (_, session) = stream.get_ref();
                let connection = Connection {
                    id: self.id,
                    listener: self.name,
                    client: tls::describe_client(session),
                    tls: tls::describe_session(session),
                };
                self.note(|count| count.handshakes += 1);
                Some((Wire::Tls(Box::new(stream)), connection))
            }
            Err((cause, tcp)) => {
                self.note(|count| {
                    count.handshake_failures += 1;
                    count.last_failure = Some(cause.to_string());
                });
                if https.quirk == Quirk::ResetAfterAlert {
                    wire::reset(tcp);
                } else {
                    Wire::Plain(tcp).end(Ending::Close).await;
                }
                None
            }
        }
    }

    /// Request after request, until one of the two has had enough.
    async fn converse(&self, mut wire: Wire, connection: &Connection, quirk: Quirk) {
        let mut buffer = BytesMut::new();
        let mut request_number = 0;
        let ending = loop {
            let head = match read_head(&mut wire, &mut buffer).await {
                Ok(Some(Parsed::Head(head))) => head,
                Ok(Some(Parsed::Refused(status, why))) => {
                    routes::refuse(&mut wire, status, &why).await;
                    break Ending::Close;
                }
                Ok(Some(Parsed::Partial) | None) | Err(_) => break Ending::Close,
            };
            request_number += 1;
            self.note(|count| count.requests += 1);
            let mut exchange = Exchange::new(
                head,
                connection,
                request_number,
                &self.ledger,
                (&mut wire, &mut buffer),
            );
            match routes::serve(&mut exchange, quirk).await {
                Ok(After::KeepAlive) => match exchange.leftover().await {
                    Ok(true) => {}
                    Ok(false) | Err(_) => break Ending::Close,
                },
                Ok(After::End(ending)) => break ending,
                Err(_) => break Ending::Close,
            }
        };
        wire.end(ending).await;
    }
}

async fn read_head(wire: &mut Wire, buffer: &mut BytesMut) -> io::Result<Option<Parsed>> {
    loop {
        if !buffer.is_empty() {
            match Head::take(buffer) {
                Parsed::Partial => {}
                parsed => return Ok(Some(parsed)),
            }
        }
        buffer.reserve(16 * 1024);
        if wire.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// Waits without reading, so that the handshake finds the ClientHello where it lies.
async fn still_there_after(tcp: &TcpStream, time: Duration) -> bool {
    let deadline = tokio::time::Instant::now() + time;
    while tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
        match tcp.ready(Interest::READABLE | Interest::WRITABLE).await {
            Ok(ready) if !ready.is_read_closed() => {}
            _ => return false,
        }
    }
    true
}
