//! The way to the server: proxy, name, addresses.

use std::time::Instant;

use super::diagnosis::{Diagnosis, State, Step};
use super::{Walk, ended_by_caller, since};
use crate::error::MtlsError;
use crate::transport::examine;

/// Whether anything can be reached.
pub(super) fn examine(walk: &Walk<'_>, diagnosis: &mut Diagnosis) -> bool {
    let place = examine::next_place(&walk.examination.wire, &walk.examination.endpoint);
    diagnosis.add(match &place.proxy {
        Some(proxy) => Step::ok("proxy", format!("Calls go through the proxy {proxy}.")),
        None => Step::ok("proxy", "No proxy is in between."),
    });

    let start = Instant::now();
    let clock = walk.clock();
    let addresses = match examine::addresses(&walk.examination.wire, &place, &clock) {
        Ok(addresses) => addresses,
        Err(error) => {
            diagnosis.add(Step::failed("dns", error).took(since(start)));
            return false;
        }
    };
    let count = match addresses.len() {
        1 => "one address".to_owned(),
        n => format!("{n} addresses"),
    };
    diagnosis.add(
        Step::ok("dns", format!("{} has {count}.", place.host))
            .evidence(addresses.iter().map(|address| address.ip().to_string()))
            .took(since(start)),
    );

    let start = Instant::now();
    let mut outcomes = Vec::new();
    for address in &addresses {
        let clock = walk.clock();
        let outcome = examine::reach(*address, &place, &clock);
        let stopped = outcome.as_ref().is_err_and(ended_by_caller);
        outcomes.push((address, outcome));
        if stopped {
            break;
        }
    }
    let lines = outcomes.iter().map(|(address, outcome)| match outcome {
        Ok(ms) => format!("{address}: connected in {ms:.1} ms"),
        Err(error) => match error.causes().last() {
            // It begins with the address.
            Some(cause) => cause.clone(),
            None => format!("{address}: {}", error.message()),
        },
    });
    let lines: Vec<String> = lines.collect();
    let reached: Vec<_> = outcomes.iter().filter(|(_, o)| o.is_ok()).collect();
    // Whoever serves on this machine rarely does so for both families.
    let local = addresses.iter().all(|address| address.ip().is_loopback());
    let step = match reached.is_empty() {
        true => match outcomes.iter().find_map(|(_, o)| o.as_ref().err()) {
            Some(error) => Step::failed("connect", error.clone()),
            None => Step::failed("connect", MtlsError::internal("the name has no address")),
        },
        false if reached.len() == outcomes.len() || local => Step::ok(
            "connect",
            format!("{}:{} takes connections.", place.host, place.port),
        ),
        false => {
            let dead = outcomes.iter().filter(|(_, o)| o.is_err());
            let all_v6 = dead.clone().all(|(address, _)| address.is_ipv6());
            let v4 = reached.iter().any(|(address, _)| address.is_ipv4());
            let step = Step::ok(
                "connect",
                format!(
                    "{}:{} takes connections at some of its addresses only.",
                    place.host, place.port
                ),
            );
            match all_v6 && v4 {
                true => step.warn(
                    "IPv6 does not work on the way to it: each new connection may lose 250 ms. Mend this machine's IPv6, or fix the address by `resolve`.",
                ),
                false => step.warn("Tell the partner which address does not answer; calls use the others."),
            }
        }
    };
    let failed = step.state == State::Failed;
    diagnosis.add(
        Step {
            evidence: lines,
            ..step
        }
        .took(since(start)),
    );
    !failed
}
