//! mutls: submitted calls, driven by one thread as an event loop would.

use std::sync::mpsc;
use std::time::Instant;

use mutls::{Attachments, Client, Config, Request};
use mutls_bench::plan::Until;
use mutls_bench::usage::{Report, Window};
use mutls_bench::{Plan, Result};

fn main() -> std::process::ExitCode {
    mutls_bench::main(load)
}

type Outcome = mutls::Result<usize>;

fn load(plan: Plan) -> Result<Report> {
    let server = &plan.server;
    let config = serde_json::json!({
        "base_url": server.base, "cert_file": server.cert, "key_file": server.key,
        "trust": {"ca_file": server.ca}, "pool": {"max_idle": plan.in_flight},
    });
    let client = Client::new(Config::from_json(&config.to_string())?, Attachments::default())?;
    let url = server.url();
    let (done, outcomes) = mpsc::channel();
    let submit = || {
        let done = done.clone();
        client.submit(Request::get(&url), move |answer| {
            let outcome: Outcome = answer.and_then(|mut response| Ok(response.bytes()?.len()));
            // The loop may have ended.
            let _ = done.send(outcome);
        });
    };
    for _ in 0..plan.in_flight {
        submit();
    }
    for _ in 0..plan.in_flight {
        outcomes.recv()??;
    }

    let (wanted, time) = match plan.until {
        Until::Requests(all) => (all, None),
        Until::Elapsed(time) => (u64::MAX, Some(time)),
    };
    let mut window = Window::open();
    let begun = Instant::now();
    let mut settling = time.map(|_| plan.settling());
    let (mut requests, mut errors, mut answered) = (0, 0, 0);
    let mut submitted = wanted.min(plan.in_flight as u64);
    for _ in 0..submitted {
        submit();
    }
    while answered < submitted {
        match outcomes.recv()? {
            Ok(_) => requests += 1,
            Err(_) => errors += 1,
        }
        answered += 1;
        if submitted < wanted {
            submit();
            submitted += 1;
        }
        match (settling, time) {
            (Some(settle), _) if begun.elapsed() >= settle => {
                (settling, window, requests) = (None, Window::open(), 0);
            }
            (None, Some(time)) if window.age() >= time => break,
            _ => {}
        }
    }
    let report = window.close(requests, errors);
    for _ in answered..submitted {
        // What is still under way is not measured.
        let _ = outcomes.recv()?;
    }
    Ok(report)
}
