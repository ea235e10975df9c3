//! A TCP socket that blocks for bounded slices and can be shut down from another thread.

use std::io;
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::cancel::Wake;

/// What an idle connection has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// Nothing: fit for the next request.
    Silent,
    /// Bytes wait: session tickets, or the peer's goodbye.
    Pending,
    /// The peer has closed or reset.
    Gone,
}

/// Timeouts of the kernel are set only when they have to change, so that a warm request costs none.
pub(crate) struct Socket {
    inner: socket2::Socket,
    /// Milliseconds; 0 waits for ever.
    read_slice: AtomicU32,
    write_slice: AtomicU32,
}

impl Socket {
    /// Takes over a connected socket.
    pub(crate) fn new(inner: socket2::Socket) -> io::Result<Self> {
        inner.set_nonblocking(false)?;
        inner.set_tcp_nodelay(true)?;
        #[cfg(target_vendor = "apple")]
        inner.set_nosigpipe(true)?;
        Ok(Socket {
            inner,
            read_slice: AtomicU32::new(0),
            write_slice: AtomicU32::new(0),
        })
    }

    /// Lets the next reads block for at most about `patience`, and never longer.
    pub(crate) fn prepare_read(&self, patience: Option<Duration>) -> io::Result<()> {
        let current = self.read_slice.load(Ordering::Relaxed);
        if let Some(wanted) = change(current, patience) {
            self.inner.set_read_timeout(to_timeout(wanted))?;
            self.read_slice.store(wanted, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Lets the next writes block for at most about `patience`, and never longer.
    pub(crate) fn prepare_write(&self, patience: Option<Duration>) -> io::Result<()> {
        let current = self.write_slice.load(Ordering::Relaxed);
        if let Some(wanted) = change(current, patience) {
            self.inner.set_write_timeout(to_timeout(wanted))?;
            self.write_slice.store(wanted, Ordering::Relaxed);
        }
        Ok(())
    }

    /// For those who wait elsewhere until it can be read.
    #[cfg(unix)]
    pub(crate) fn descriptor(&self) -> i32 {
        std::os::fd::AsRawFd::as_raw_fd(&self.inner)
    }

    /// Looks without waiting whether the peer has said anything. One syscall.
    pub(crate) fn peek(&self) -> Quiet {
        let mut byte = [MaybeUninit::<u8>::uninit()];
        match self.inner.recv_with_flags(&mut byte, PEEK) {
            Ok(0) => Quiet::Gone,
            Ok(_) => Quiet::Pending,
            Err(e) if would_block(&e) => Quiet::Silent,
            Err(_) => Quiet::Gone,
        }
    }

    /// Writes what fits without waiting; for a goodbye that nobody waits for.
    pub(crate) fn try_send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.send_with_flags(bytes, DONT_WAIT | NO_SIGNAL)
    }
}

#[cfg(unix)]
const PEEK: i32 = libc::MSG_PEEK | libc::MSG_DONTWAIT;
#[cfg(unix)]
const DONT_WAIT: i32 = libc::MSG_DONTWAIT;
/// A host that is not written in Rust would die of SIGPIPE.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
const NO_SIGNAL: i32 = libc::MSG_NOSIGNAL;
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
const NO_SIGNAL: i32 = 0;
// Without MSG_DONTWAIT a peek waits for the read timeout at most.
#[cfg(not(unix))]
const PEEK: i32 = 2;
#[cfg(not(unix))]
const DONT_WAIT: i32 = 0;

/// Timeouts move in powers of two below what is allowed: a deadline that shrinks from call to call
/// keeps its slice, and a slow answer costs a handful of wake-ups.
fn change(current: u32, patience: Option<Duration>) -> Option<u32> {
    let Some(patience) = patience else {
        return (current != 0).then_some(0);
    };
    let allowed = u32::try_from(patience.as_millis())
        .unwrap_or(u32::MAX)
        .max(1);
    // Close enough below: keep, and spare the syscall.
    if current != 0 && current <= allowed && (current >= 4_096 || current >= allowed / 8) {
        return None;
    }
    let wanted = match allowed.checked_ilog2() {
        Some(bits) => 1 << bits.min(15),
        None => 1,
    };
    (wanted != current).then_some(wanted)
}

fn to_timeout(ms: u32) -> Option<Duration> {
    (ms != 0).then(|| Duration::from_millis(u64::from(ms)))
}

/// Whether a read or write gave up because its slice was over.
pub(crate) fn would_block(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

impl Wake for Socket {
    fn wake(&self) {
        // Fails only if the peer was faster.
        let _ = self.inner.shutdown(Shutdown::Both);
    }
}

/// Reads and writes go through a shared reference, so that another thread can shut the socket down.
pub(crate) struct Io<'a>(pub(crate) &'a Arc<Socket>);

impl io::Read for Io<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.0.inner).read(buffer)
    }
}

impl io::Write for Io<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.inner.send_with_flags(bytes, NO_SIGNAL)
    }

    fn write_vectored(&mut self, slices: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.0.inner.send_vectored_with_flags(slices, NO_SIGNAL)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_never_exceeds_what_is_left_and_rarely_changes() {
        let ms = |ms| Some(Duration::from_millis(ms));
        assert_eq!(change(0, None), None);
        assert_eq!(change(8, None), Some(0));
        assert_eq!(change(0, ms(30_000)), Some(16_384));
        assert_eq!(change(16_384, ms(29_999)), None);
        assert_eq!(change(16_384, ms(13_000)), Some(8_192));
        assert_eq!(change(8_192, ms(30_000)), None);
        assert_eq!(change(64, ms(30_000)), Some(16_384));
        assert_eq!(change(64, ms(1)), Some(1));
        assert_eq!(change(0, Some(Duration::from_micros(10))), Some(1));
    }
}
