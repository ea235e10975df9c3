//! How long a call may take, and where it may lead.

use mutls::config::{FollowRedirects, RequestOptions, TimeoutChanges};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

use crate::errors::{OrRaise, bad_option};
use crate::imports::Import;

static TIMEOUTS: Import = Import::new("mutls._config", "_timeouts");

/// A number is the deadline of the whole call and stands in for every other limit; a mapping names phases.
pub(crate) fn timeouts(value: &Bound<'_, PyAny>) -> PyResult<RequestOptions> {
    let py = value.py();
    if !value.is_instance_of::<PyBool>()
        && let Ok(seconds) = value.extract::<f64>()
    {
        let Ok(total) = std::time::Duration::try_from_secs_f64(seconds) else {
            return Err(bad_option(
                py,
                format!("`timeout` is {seconds} seconds"),
                "Give seconds, 0 or more.",
            ));
        };
        // Rounded up: a deadline of half a millisecond is not one of none.
        let ms = total.as_nanos().div_ceil(1_000_000);
        return Ok(RequestOptions {
            timeout_ms: Some(u64::try_from(ms).unwrap_or(u64::MAX)),
            ..RequestOptions::default()
        });
    }
    if let Some(timeouts) = value.cast::<PyDict>().ok().and_then(phases) {
        return Ok(RequestOptions {
            timeouts,
            ..RequestOptions::default()
        });
    }
    let document = TIMEOUTS.get(py)?.call1((value,))?;
    let document = document.cast::<PyString>()?.to_cow()?.into_owned();
    // Core's own words for what is wrong with it.
    RequestOptions::from_json(&document).or_raise(py)
}

/// The limits of phases as the seams give them with each call; `None` for what has to be looked at closely.
fn phases(given: &Bound<'_, PyDict>) -> Option<TimeoutChanges> {
    let mut changes = TimeoutChanges::default();
    for (name, limit) in given.iter() {
        let limit = match limit.is_none() {
            true => None,
            false => Some(milliseconds(&limit)?),
        };
        let place = match &*name.cast::<PyString>().ok()?.to_cow().ok()? {
            "queue" => &mut changes.queue_ms,
            "dns" => &mut changes.dns_ms,
            "connect" => &mut changes.connect_ms,
            "handshake" => &mut changes.handshake_ms,
            "send" => &mut changes.send_ms,
            "first_byte" => &mut changes.first_byte_ms,
            "read" => &mut changes.read_ms,
            "total" => &mut changes.total_ms,
            _ => return None,
        };
        *place = Some(limit);
    }
    Some(changes)
}

/// Whole milliseconds, rounded up but for what binary fractions add.
fn milliseconds(seconds: &Bound<'_, PyAny>) -> Option<u64> {
    let is_number = seconds.is_instance_of::<PyFloat>() || seconds.is_instance_of::<PyInt>();
    if !is_number || seconds.is_instance_of::<PyBool>() {
        return None;
    }
    let ms = seconds.extract::<f64>().ok()? * 1000.0;
    if !(0.0..1e15).contains(&ms) {
        return None;
    }
    let whole = ms.round();
    let rounded = if (ms - whole).abs() < 1e-6 {
        whole
    } else {
        ms.ceil()
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // In range, as seen above.
    Some(rounded as u64)
}

pub(crate) fn follow(value: &Bound<'_, PyAny>) -> PyResult<FollowRedirects> {
    match value.extract::<String>().unwrap_or_default().as_str() {
        "none" => Ok(FollowRedirects::None),
        "same_origin" => Ok(FollowRedirects::SameOrigin),
        "any" => Ok(FollowRedirects::Any),
        _ => Err(bad_option(
            value.py(),
            "`redirects` is not one of \"none\", \"same_origin\", \"any\"",
            "See `redirects.follow` in docs/config.md.",
        )),
    }
}
