//! Ports that nobody else takes while a server is on its way.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use socket2::{Domain, Socket, Type};

use crate::error::Error;

/// A port of 127.0.0.1. It is bound, but does not listen: the system gives it to nobody, and a server that
/// sets SO_REUSEADDR, as all do, may bind it beside us.
pub(super) struct Port {
    pub(super) number: u16,
    _held: Socket,
}

impl Port {
    pub(super) fn reserve() -> Result<Port, Error> {
        let held = || -> std::io::Result<Socket> {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            socket.set_reuse_address(true)?;
            let any = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
            socket.bind(&any.into())?;
            Ok(socket)
        };
        let problem = |e: std::io::Error| Error::new(format!("no port is free: {e}"));
        let held = held().map_err(problem)?;
        let address = held.local_addr().map_err(problem)?;
        let number = address.as_socket().map(|a| a.port());
        Ok(Port {
            number: number.ok_or_else(|| Error::new("a port without a number"))?,
            _held: held,
        })
    }
}
