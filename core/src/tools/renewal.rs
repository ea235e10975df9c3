//! `needs_renewal`: whether a certificate expires soon.

use serde_json::{Value, json};

use super::input::{Pool, document};
use super::output::Output;
use crate::config::{Attachments, read};
use crate::error::{Code, MtlsError, Result};
use crate::identity::certificate::{Certificate, summarise};
use crate::identity::date;
use crate::identity::source::Side;

const DAY: i64 = 86_400;

document! {
    /// What to look at.
    NeedsRenewal {
        /// How soon: `30d` (the default), `12h`, `2w`, or a number of days.
        within: Option<String>,
    }
}

pub(super) fn run(json: &str, attachments: &Attachments) -> Result<Output> {
    let document: NeedsRenewal = read(json)?;
    let within = seconds(document.within.as_deref().unwrap_or("30d"))?;
    let pool = Pool::new(
        &document.input,
        &document.access(),
        attachments,
        Side::Tools,
    )?;
    if pool.certificates().is_empty() {
        return Err(pool.nothing());
    }
    let until = date::now().saturating_add(within);
    let mut needed = false;
    let mut listed = Vec::new();
    for found in pool.certificates() {
        // A date that cannot be read is no promise.
        let end = Certificate::parse(&found.der).and_then(|certificate| certificate.not_after);
        let ends = end.is_none_or(|end| end < until);
        needed |= ends;
        let summary = summarise(&found.der);
        listed.push(json!({
            "place": &*found.place,
            "subject": summary.subject,
            "not_after": summary.not_after,
            "days_left": summary.days_left,
            "needs_renewal": ends,
        }));
    }
    Ok(Output::report(json!({
        "needs_renewal": needed,
        "within_seconds": within,
        "certificates": Value::from(listed),
    })))
}

/// `30d`, `12h`, `2w`, `90m`, `3600s`, or days.
pub(super) fn seconds(text: &str) -> Result<i64> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim() {
        "" | "d" | "day" | "days" => DAY,
        "w" => 7 * DAY,
        "h" => 3_600,
        "m" => 60,
        "s" => 1,
        _ => 0,
    };
    let number: Option<i64> = number.parse().ok();
    match number.and_then(|number| number.checked_mul(unit)) {
        Some(seconds) if unit > 0 => Ok(seconds),
        _ => Err(MtlsError::config(
            Code::BadOption,
            format!("`within` is {text:?}, which is no length of time"),
        )
        .with_hint("Write it as 30d, 12h or 2w.")),
    }
}
