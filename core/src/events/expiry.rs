//! Which certificates end so soon that somebody should know.

use super::{Event, EventKind, EventLevel};
use crate::identity::certificate::{Certificate, summarise};
use crate::identity::date;

const DAY: i64 = 86_400;

/// Soon, where the config does not say: thirty days, or the last third of a shorter life.
const SOON: i64 = 30 * DAY;

/// How long before its end a certificate is worth a warning: the option `expiry_warning_days`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Warning(Option<u32>);

/// Whose certificate.
pub(crate) enum Owner<'a> {
    /// Our identity of this name.
    Us(&'a str),
    /// The server at this host and port.
    Server(&'a str, u16),
}

impl Warning {
    pub(crate) fn new(days: Option<u32>) -> Warning {
        Warning(days)
    }

    fn is_due(self, certificate: &Certificate<'_>, now: i64) -> bool {
        let Some(end) = certificate.not_after else {
            return false;
        };
        let soon = match self.0 {
            Some(days) => i64::from(days) * DAY,
            None => {
                let life = certificate
                    .not_before
                    .map_or(i64::MAX, |start| end.saturating_sub(start));
                SOON.min(life / 3)
            }
        };
        soon > 0 && end.saturating_sub(now) < soon
    }

    /// The event for a certificate that ends soon. Roots are told apart by the caller.
    pub(super) fn event(self, der: &[u8], owner: &Owner<'_>) -> Option<Event> {
        let certificate = Certificate::parse(der)?;
        let now = date::now();
        if !self.is_due(&certificate, now) {
            return None;
        }
        let end = certificate.not_after?;
        let facts = summarise(der);
        let days = date::days_between(now, end);
        let when = match days {
            ..=-1 => "has expired".to_owned(),
            0 => "expires within a day".to_owned(),
            1 => "expires in 1 day".to_owned(),
            days => format!("expires in {days} days"),
        };
        let level = match end <= now {
            true => EventLevel::Error,
            false => EventLevel::Warning,
        };
        let (subject, not_after) = (facts.subject, facts.not_after);
        let event = match owner {
            Owner::Us(name) => {
                let message = format!("our certificate {subject} ({name}) {when}: {not_after}");
                Event {
                    identity: Some((*name).to_owned()),
                    hint: Some(
                        "Ask its issuer for a new certificate, and reload the client with it."
                            .into(),
                    ),
                    ..Event::new(EventKind::IdentityExpiring, level, message)
                }
            }
            Owner::Server(host, port) => {
                let message =
                    format!("the certificate of {host}:{port}, {subject}, {when}: {not_after}");
                Event {
                    hint: Some(format!(
                        "Tell who runs {host}; a pin or a pinned certificate of it may need changing too."
                    )),
                    ..Event::new(EventKind::ServerExpiring, level, message).at(host, *port)
                }
            }
        };
        Some(Event {
            days_left: Some(days),
            subject: Some(subject),
            not_after: Some(not_after),
            sha256: Some(facts.sha256),
            ..event
        })
    }
}

/// Days until a certificate ends, negative when past.
pub(crate) fn days_left(der: &[u8]) -> Option<i64> {
    let end = Certificate::parse(der)?.not_after?;
    Some(date::days_between(date::now(), end))
}
