//! The runner for Rust: makes the clients, makes the calls, compares.

use std::collections::VecDeque;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mutls::{Attachments, Client, Config, MtlsError};
use serde_json::Value;

use crate::account::Outcome;
use crate::case::{Case, ErrorClaim};
use crate::matching::mismatch;
use crate::step;

/// How many cases run at once.
const AT_ONCE: usize = 4;

/// A case that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs every case and hands each outcome to `tell` as it comes.
pub fn run(cases: Vec<Case>, tell: impl Fn(Outcome) + Sync) {
    let (alone, together): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(|case| case.alone);
    let queue = Mutex::new(VecDeque::from(together));
    let next = || {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front()
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = next() {
                    tell(guarded(case));
                }
            });
        }
    });
    for case in alone {
        tell(guarded(case));
    }
}

/// Runs a case on a thread of its own, so that one that hangs or panics fails alone.
fn guarded(case: Case) -> Outcome {
    let id = case.id.clone();
    let (done, over) = channel();
    std::thread::spawn(move || done.send(run_case(&case)));
    match over.recv_timeout(PATIENCE) {
        Ok(Ok(())) => Outcome::pass(id),
        Ok(Err(detail)) => Outcome::fail(id, detail),
        Err(RecvTimeoutError::Timeout) => Outcome::fail(id, "it hangs".into()),
        Err(RecvTimeoutError::Disconnected) => Outcome::fail(id, "it panicked".into()),
    }
}

fn run_case(case: &Case) -> Result<(), String> {
    let client = match (client(&case.config, case), &case.construct_error) {
        (Ok(client), None) => client,
        (Err(error), Some(claim)) => return compare_error(claim, &error, "the client"),
        (Ok(_), Some(claim)) => {
            return Err(format!("the client: expected {}, got a client", claim.code));
        }
        (Err(error), None) => return Err(format!("the client: {error}; {}", error.hint())),
    };
    for (at, step) in case.steps.iter().enumerate() {
        let place = format!("step {}", at + 1);
        let own = match &step.config {
            Some(config) => {
                let own = self::client(config, case);
                Some(own.map_err(|error| format!("{place}: its client: {error}"))?)
            }
            None => None,
        };
        let client = own.as_ref().unwrap_or(&client);
        step::run(client, step).map_err(|what| format!("{place} ({}): {what}", step.url))?;
    }
    Ok(())
}

fn client(config: &Value, case: &Case) -> Result<Client, MtlsError> {
    let mut attachments = Attachments::default();
    for (name, path) in &case.attachments {
        attachments.set(name.as_str(), std::fs::read(path).unwrap_or_default());
    }
    Client::new(Config::from_json(&config.to_string())?, attachments)
}

/// What is claimed of an error, against its JSON form.
pub(crate) fn compare_error(
    claim: &ErrorClaim,
    error: &MtlsError,
    place: &str,
) -> Result<(), String> {
    let claim = serde_json::to_value(claim).unwrap_or_default();
    match mismatch(&claim, &error.to_json(), "error") {
        None => Ok(()),
        Some(what) => Err(format!(
            "{place}: {what}; the error is: {error}; {}",
            error.hint()
        )),
    }
}

/// Runs `act` so often at once; the first failure counts.
pub(crate) fn at_once(
    times: u32,
    act: Arc<dyn Fn() -> Result<(), String> + Send + Sync>,
) -> Result<(), String> {
    let threads: Vec<_> = (0..times)
        .map(|_| {
            let act = act.clone();
            std::thread::spawn(move || act())
        })
        .collect();
    // All of them end before the first failure is told.
    let outcomes: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap_or_else(|_| Err("it panicked".into())))
        .collect();
    outcomes.into_iter().collect()
}
