//! The worker pool, which only submitted calls meet: not every language has that form, so these
//! claims are no cases of the table.

#![allow(clippy::indexing_slicing, clippy::panic)]

use std::error::Error;
use std::sync::mpsc::channel;
use std::time::Duration;

use mutls::{Attachments, Client, Code, Config, Origin, Phase, Request};
use mutls_sandbox::{Options, Sandbox};
use serde_json::json;

type Outcome = Result<(), Box<dyn Error>>;

/// A client of the plain listener whose one worker is busy for `busy_ms`.
fn busy(
    sandbox: &Sandbox,
    extra: serde_json::Value,
    busy_ms: u64,
) -> Result<Client, Box<dyn Error>> {
    let listener = &sandbox.info().listeners["plain"];
    let mut config = json!({"base_url": listener.url, "workers": {"max": 1, "queue": 0}});
    for (key, value) in extra.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    let client = Client::new(Config::from_value(config)?, Attachments::default())?;
    client.submit(Request::get(&format!("/delay/{busy_ms}")), |_| {});
    Ok(client)
}

#[test]
fn a_call_that_finds_no_room_is_overloaded() -> Outcome {
    let sandbox = Sandbox::start(Options::default())?;
    let client = busy(&sandbox, json!({}), 1000)?;
    let (done, outcome) = channel();
    client.submit(Request::get("/echo"), move |answer| {
        let _ = done.send(answer.map(|_| ()));
    });
    let error = outcome.recv_timeout(Duration::from_millis(500))?;
    let error = error.err().ok_or("it was not refused")?;
    assert_eq!(error.code(), Code::Overloaded);
    assert_eq!(error.phase(), Phase::Queue);
    assert_eq!(error.origin(), Origin::Local);
    assert!(error.not_processed() && error.transient());
    Ok(())
}

#[test]
fn a_call_that_waits_too_long_for_a_worker_is_a_timeout() -> Outcome {
    let sandbox = Sandbox::start(Options::default())?;
    let limits = json!({"workers": {"max": 1, "queue": 8}, "timeouts": {"queue_ms": 100}});
    let client = busy(&sandbox, limits, 600)?;
    let (done, outcome) = channel();
    client.submit(Request::get("/echo"), move |answer| {
        let _ = done.send(answer.map(|_| ()));
    });
    let error = outcome.recv_timeout(Duration::from_secs(5))?;
    let error = error.err().ok_or("it was not refused")?;
    assert_eq!(error.code(), Code::Timeout);
    assert_eq!(error.phase(), Phase::Queue);
    assert!(error.message().contains("timeouts.queue_ms"), "{error}");
    assert!(error.not_processed());
    Ok(())
}
