//! `needs_renewal`: whether a certificate expires soon, ours or a server's.

use serde_json::{Value, json};

use super::input::document;
use super::output::Output;
use super::{Stop, server};
use crate::config::{Attachments, Config, read};
use crate::error::{Code, MtlsError, Result};
use crate::identity::certificate::summarise;
use crate::identity::date;
use crate::identity::source::Side;
use crate::report::CertificateSummary;

const DAY: i64 = 86_400;

document! {
    /// What to look at.
    NeedsRenewal {
        /// How soon: `30d` (the default), `12h`, `2w`, or a number of days.
        within: Option<String>,
        /// A server to ask for its certificate, beside `input` or in place of it.
        url: Option<String>,
        /// How to reach it, and whom to trust: a config document.
        client: Option<Box<Config>>,
    }
}

pub(super) fn run(json: &str, attachments: &Attachments, stop: &Stop) -> Result<Output> {
    let document: NeedsRenewal = read(json)?;
    let within = seconds(document.within.as_deref().unwrap_or("30d"))?;
    if document.client.is_some() && document.url.is_none() {
        return Err(MtlsError::config(
            Code::BadOption,
            "`client` is given and no `url`",
        ));
    }
    let mut found: Vec<(String, CertificateSummary)> = Vec::new();
    if document.url.is_none() || !document.input.is_empty() {
        let pool = document.pool(attachments, Side::Tools)?;
        if pool.certificates().is_empty() {
            return Err(pool.nothing());
        }
        let certificates = pool.certificates().iter();
        found.extend(certificates.map(|one| (one.place.to_string(), summarise(&one.der))));
    }
    if let Some(url) = &document.url {
        let asked = server::ask(url, document.client.as_deref(), attachments, stop)?;
        found.extend(asked.shown()?);
    }
    let until = date::now().saturating_add(within);
    let mut needed = false;
    let mut listed = Vec::new();
    for (place, summary) in found {
        // A date that cannot be read is no promise.
        let ends = summary.end.is_none_or(|end| end < until);
        needed |= ends;
        listed.push(json!({
            "place": place,
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
