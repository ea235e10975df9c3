//! The elastic pool behind every asynchronous call: a thread for each call that blocks, none for
//! those that do not.

use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::config::WorkerOptions;
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::fork::Epoch;

/// How long an idle thread waits for work before it ends.
const IDLE: Duration = Duration::from_secs(10);

/// A call needs little stack, but callbacks of the host run on it too, a JVM's among them. Only what is
/// touched takes memory.
const STACK: usize = 512 * 1024;

type Job = Box<dyn FnOnce() + Send>;

thread_local! {
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// Threads that run blocking work; idle ones end by themselves.
pub struct Workers {
    shared: Arc<Shared>,
    epoch: Epoch,
}

struct Shared {
    max: usize,
    longest_queue: usize,
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    threads: usize,
    idle: usize,
    /// No further thread waits for work: the owner is gone.
    ending: bool,
}

impl Workers {
    pub(crate) fn new(options: &WorkerOptions) -> Self {
        let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        Workers {
            shared: Arc::new(Shared {
                max: size(options.max),
                longest_queue: size(options.queue),
                state: Mutex::default(),
                work: Condvar::new(),
            }),
            epoch: Epoch::current(),
        }
    }

    /// Runs `job` on a worker; refuses with `overloaded` when too many wait already. A job that
    /// panics ends alone.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) -> Result<()> {
        let mut state = self.shared.lock();
        // An idle thread that has been promised a queued job is not free for this one.
        if state.idle > state.queue.len() {
            state.queue.push_back(Box::new(job));
            drop(state);
            self.shared.work.notify_one();
            return Ok(());
        }
        if state.threads < self.shared.max {
            state.threads += 1;
            drop(state);
            return self.start(Box::new(job));
        }
        if state.queue.len() >= self.shared.longest_queue {
            return Err(overloaded(&format!(
                "{} calls run and {} wait already",
                state.threads,
                state.queue.len()
            )));
        }
        state.queue.push_back(Box::new(job));
        Ok(())
    }

    /// Whether no job runs or waits, so that all callers have been told. A job does not count itself.
    pub(crate) fn is_idle(&self) -> bool {
        let state = self.shared.lock();
        let own = usize::from(IS_WORKER.get());
        state.queue.is_empty() && state.threads <= state.idle + own
    }

    /// How many threads there are now.
    pub fn threads(&self) -> usize {
        self.shared.lock().threads
    }

    fn start(&self, job: Job) -> Result<()> {
        let shared = self.shared.clone();
        // The closure gives the job back when the thread cannot be made.
        let slot = Arc::new(Mutex::new(Some(job)));
        let taken = slot.clone();
        let spawned = std::thread::Builder::new()
            .name("mutls-worker".into())
            .stack_size(STACK)
            .spawn(move || {
                let first = lock(&taken).take();
                shared.serve(first);
            });
        let Err(error) = spawned else {
            return Ok(());
        };
        let mut state = self.shared.lock();
        state.threads -= 1;
        match lock(&slot).take() {
            // Another thread will come to it.
            Some(job) if state.threads > 0 => {
                state.queue.push_back(job);
                Ok(())
            }
            _ => Err(overloaded("no thread can be made").with_cause(&error)),
        }
    }
}

fn overloaded(why: &str) -> MtlsError {
    MtlsError::new(
        Code::Overloaded,
        Phase::Queue,
        Origin::Local,
        format!("the call was not started: {why}"),
    )
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn serve(&self, first: Option<Job>) {
        IS_WORKER.set(true);
        let mut next = first;
        loop {
            if let Some(job) = next.take()
                && catch_unwind(AssertUnwindSafe(job)).is_err()
            {
                log::error!("a job on a worker panicked");
            }
            let mut state = self.lock();
            loop {
                if let Some(job) = state.queue.pop_front() {
                    next = Some(job);
                    break;
                }
                if state.ending {
                    state.threads -= 1;
                    return;
                }
                state.idle += 1;
                let (guard, timeout) = self
                    .work
                    .wait_timeout(state, IDLE)
                    .unwrap_or_else(PoisonError::into_inner);
                state = guard;
                state.idle -= 1;
                if timeout.timed_out() && state.queue.is_empty() {
                    state.threads -= 1;
                    return;
                }
            }
        }
    }
}

impl Drop for Workers {
    /// Queued jobs still run, since each of them owes its caller an answer.
    fn drop(&mut self) {
        // In a forked child the threads do not exist and the lock may be held for ever.
        if self.epoch.is_past() {
            return;
        }
        self.shared.lock().ending = true;
        self.shared.work.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn workers(max: u32, queue: u32) -> Workers {
        Workers::new(&WorkerOptions { max, queue })
    }

    #[test]
    fn jobs_that_block_run_side_by_side() {
        let workers = workers(64, 0);
        let barrier = Arc::new(std::sync::Barrier::new(50));
        let (done, all) = mpsc::channel();
        for _ in 0..50 {
            let (barrier, done) = (barrier.clone(), done.clone());
            workers
                .run(move || {
                    barrier.wait();
                    done.send(()).unwrap();
                })
                .unwrap();
        }
        for _ in 0..50 {
            all.recv_timeout(Duration::from_secs(20)).unwrap();
        }
    }

    #[test]
    fn one_job_too_many_is_overloaded() {
        let workers = workers(1, 1);
        let (release, wait) = mpsc::channel::<()>();
        workers.run(move || wait.recv().unwrap_or(())).unwrap();
        workers.run(|| ()).unwrap();
        let error = workers.run(|| ()).unwrap_err();
        assert_eq!(error.code(), Code::Overloaded);
        assert!(error.not_processed());
        drop(release);
    }

    #[test]
    fn a_panic_ends_alone_and_queued_jobs_outlive_the_owner() {
        let workers = workers(1, 10);
        let (done, all) = mpsc::channel();
        workers.run(|| panic!("on purpose")).unwrap();
        workers.run(move || done.send(1).unwrap()).unwrap();
        drop(workers);
        assert_eq!(all.recv_timeout(Duration::from_secs(20)), Ok(1));
    }
}
