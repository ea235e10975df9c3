//! From addresses to one TCP connection: every address is tried, a slow one does not hold up the
//! next (RFC 8305).

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Type};

use super::clock::{Clock, Limit, SLICE, Stop};
use super::socket::Socket;

/// RFC 8305 section 8: the connection attempt delay.
const STAGGER: Duration = Duration::from_millis(250);

/// Why there is no connection.
pub(crate) enum NoConnection {
    Stopped(Stop),
    /// Every address failed; each with its reason.
    Failed(Vec<(SocketAddr, io::Error)>),
}

struct Attempt {
    socket: socket2::Socket,
    address: SocketAddr,
}

/// Connects to whichever address answers first.
pub(crate) fn connect(
    addresses: &[SocketAddr],
    clock: &Clock,
    limit: &Limit,
) -> Result<(Socket, SocketAddr), NoConnection> {
    let mut waiting = interleave(addresses);
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut failures = Vec::new();
    let mut next_start = Instant::now();
    loop {
        let now = Instant::now();
        if now >= next_start || attempts.is_empty() {
            if let Some(address) = waiting.pop_front() {
                match begin(address) {
                    Ok(socket) => attempts.push(Attempt { socket, address }),
                    Err(error) => {
                        failures.push((address, error));
                        continue;
                    }
                }
                next_start = now + STAGGER;
            } else if attempts.is_empty() {
                return Err(NoConnection::Failed(failures));
            }
        }
        let patience = clock.patience(limit).map_err(NoConnection::Stopped)?;
        let mut slice = patience.map_or(SLICE, |p| p.min(SLICE));
        if !waiting.is_empty() {
            slice = slice.min(next_start.saturating_duration_since(now));
        }
        poll::writable(&attempts, slice);
        let mut i = 0;
        while let Some(attempt) = attempts.get(i) {
            match outcome(attempt) {
                Some(Ok(())) => {
                    let attempt = attempts.swap_remove(i);
                    match Socket::new(attempt.socket) {
                        Ok(socket) => return Ok((socket, attempt.address)),
                        Err(error) => failures.push((attempt.address, error)),
                    }
                }
                Some(Err(error)) => {
                    let attempt = attempts.swap_remove(i);
                    failures.push((attempt.address, error));
                    next_start = now;
                }
                None => i += 1,
            }
        }
    }
}

/// RFC 8305 section 4: alternate between the families, starting with the system's first choice.
fn interleave(addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut preferred, mut other): (VecDeque<SocketAddr>, VecDeque<SocketAddr>) = addresses
        .iter()
        .copied()
        .partition(|a| a.is_ipv6() == first_is_v6);
    let mut order = VecDeque::with_capacity(addresses.len());
    while !preferred.is_empty() || !other.is_empty() {
        order.extend(preferred.pop_front());
        order.extend(other.pop_front());
    }
    order
}

fn begin(address: SocketAddr) -> io::Result<socket2::Socket> {
    let socket = socket2::Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Ok(()) => Ok(socket),
        Err(e) if in_progress(&e) => Ok(socket),
        Err(e) => Err(e),
    }
}

fn in_progress(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::EINPROGRESS) {
        return true;
    }
    error.kind() == io::ErrorKind::WouldBlock
}

fn outcome(attempt: &Attempt) -> Option<io::Result<()>> {
    match attempt.socket.take_error() {
        Ok(Some(error)) | Err(error) => Some(Err(error)),
        // Connected once it has a peer; until then getpeername says ENOTCONN.
        Ok(None) => attempt.socket.peer_addr().is_ok().then_some(Ok(())),
    }
}

#[cfg(unix)]
mod poll {
    use super::{Attempt, Duration};
    use std::os::fd::AsRawFd;

    /// Waits until one of the attempts has an outcome, or the slice is over.
    #[allow(unsafe_code)]
    pub(super) fn writable(attempts: &[Attempt], slice: Duration) {
        let mut fds: Vec<libc::pollfd> = attempts
            .iter()
            .map(|attempt| libc::pollfd {
                fd: attempt.socket.as_raw_fd(),
                events: libc::POLLOUT,
                revents: 0,
            })
            .collect();
        let ms = libc::c_int::try_from(slice.as_millis()).unwrap_or(libc::c_int::MAX);
        // SAFETY: the pointer and length describe `fds`, which outlives the call; the descriptors are
        // open as long as `attempts` is borrowed. A failure (EINTR) only ends the wait early.
        unsafe {
            libc::poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, ms.max(1));
        }
    }
}

#[cfg(not(unix))]
mod poll {
    use super::{Attempt, Duration};

    pub(super) fn writable(_: &[Attempt], slice: Duration) {
        std::thread::sleep(slice.min(Duration::from_millis(2)));
    }
}
