//! What a process has used, and the line that a load prints.

use std::fmt;
use std::time::{Duration, Instant};

/// The measured window: opened when every connection is warm, closed before any is closed.
pub struct Window {
    begun: Instant,
    user: f64,
    sys: f64,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    pub requests: u64,
    pub errors: u64,
    pub seconds: f64,
    pub user: f64,
    pub sys: f64,
}

impl Window {
    pub fn open() -> Window {
        let (user, sys) = cpu();
        Window { begun: Instant::now(), user, sys }
    }

    pub fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    pub fn close(&self, requests: u64, errors: u64) -> Report {
        let seconds = self.begun.elapsed().as_secs_f64();
        let (user, sys) = cpu();
        Report { requests, errors, seconds, user: user - self.user, sys: sys - self.sys }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = serde_json::json!({
            "requests": self.requests, "errors": self.errors, "seconds": self.seconds,
            "user_s": self.user, "sys_s": self.sys, "max_rss_kb": peak_kb(),
        });
        write!(f, "{line}")
    }
}

/// User and system seconds of this process.
fn cpu() -> (f64, f64) {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the structure is ours and is filled by the call; all-zero is a valid one.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    (seconds(usage.ru_utime), seconds(usage.ru_stime))
}

/// Peak resident memory. Not `ru_maxrss`, which starts from what the parent had at the fork.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
