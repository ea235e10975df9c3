//! A load of blocking calls: a thread for each one in flight.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::plan::{Plan, Until};
use crate::usage::{Report, Window};
use crate::{Fault, Result};

/// Room for a handshake; only what is touched takes memory.
const STACK: usize = 512 * 1024;

/// Runs `make()` and then its closure again and again on `in_flight` threads. The first round warms the
/// connection and is not measured. Where time decides, the window lies in the middle of the load.
pub fn run<F>(plan: &Plan, make: impl Fn() -> Result<F> + Sync) -> Result<Report>
where
    F: FnMut() -> Result<()>,
{
    let begin = Barrier::new(plan.in_flight + 1);
    let end = Barrier::new(plan.in_flight + 1);
    let stop = AtomicBool::new(false);
    let (requests, errors) = (AtomicU64::new(0), AtomicU64::new(0));
    let share = plan.share().unwrap_or(u64::MAX);
    let worker = || {
        let mut warm = make().and_then(|mut request| request().map(|()| request));
        if let Err(fault) = &warm {
            tell(fault);
            errors.fetch_add(1, Ordering::Relaxed);
        }
        begin.wait();
        if let Ok(request) = &mut warm {
            let mut done = 0;
            while done < share && !stop.load(Ordering::Relaxed) {
                match request() {
                    Ok(()) => requests.fetch_add(1, Ordering::Relaxed),
                    Err(fault) => {
                        tell(&fault);
                        errors.fetch_add(1, Ordering::Relaxed)
                    }
                };
                done += 1;
            }
        }
        end.wait();
    };
    std::thread::scope(|scope| {
        for _ in 0..plan.in_flight {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker)?;
        }
        begin.wait();
        let counted = || (requests.load(Ordering::Relaxed), errors.load(Ordering::Relaxed));
        let report = match plan.until {
            Until::Elapsed(time) => {
                std::thread::sleep(plan.settling());
                let (window, before) = (Window::open(), counted().0);
                std::thread::sleep(time);
                let (after, errors) = counted();
                let report = window.close(after - before, errors);
                stop.store(true, Ordering::Relaxed);
                end.wait();
                report
            }
            Until::Requests(_) => {
                let window = Window::open();
                end.wait();
                let (requests, errors) = counted();
                window.close(requests, errors)
            }
        };
        Ok(report)
    })
}

/// Only the first fault is worth reading.
fn tell(fault: &Fault) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if !TOLD.swap(true, Ordering::Relaxed) {
        eprintln!("{fault}");
    }
}
