//! What may be different for a single call: what is not named stays as the client has it.

use serde::{Deserialize, Deserializer};

use super::{FollowRedirects, Timeouts};
use crate::error::Result;

/// The options of one call, as a document like the client's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestOptions {
    /// The limit of the whole call in milliseconds, in place of every other; `timeouts` adds to it.
    pub timeout_ms: Option<u64>,
    /// The limits that differ from the client's.
    pub timeouts: TimeoutChanges,
    /// Decode gzip and brotli bodies, and offer them.
    pub decompress: Option<bool>,
    /// Which redirects are followed.
    pub redirects: RedirectChanges,
}

/// Some of [`super::Redirects`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedirectChanges {
    /// `none`, `same_origin` or `any`.
    pub follow: Option<FollowRedirects>,
}

/// Some of [`Timeouts`]: the outer `None` keeps the client's limit, `Some(None)` (in JSON: `null`) lifts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct TimeoutChanges {
    #[serde(deserialize_with = "given")]
    pub queue_ms: Option<Option<u64>>,
    #[serde(deserialize_with = "given")]
    pub dns_ms: Option<Option<u64>>,
    #[serde(deserialize_with = "given")]
    pub connect_ms: Option<Option<u64>>,
    #[serde(deserialize_with = "given")]
    pub handshake_ms: Option<Option<u64>>,
    #[serde(deserialize_with = "given")]
    pub send_ms: Option<Option<u64>>,
    #[serde(deserialize_with = "given")]
    pub first_byte_ms: Option<Option<u64>>,
    #[serde(deserialize_with = "given")]
    pub read_ms: Option<Option<u64>>,
    #[serde(deserialize_with = "given")]
    pub total_ms: Option<Option<u64>>,
    pub expect_continue_ms: Option<u64>,
}

/// serde takes `null` for absence unless it is told apart here.
fn given<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl RequestOptions {
    /// Reads the options of a call. A key that only a client has is an error, like an unknown one.
    pub fn from_json(json: &str) -> Result<RequestOptions> {
        super::read(json)
    }

    /// Adds `later` options; where both say something, the later ones count.
    pub fn merge(&mut self, later: RequestOptions) {
        if later.timeout_ms.is_some() {
            self.timeout_ms = later.timeout_ms;
            self.timeouts = TimeoutChanges::default();
        }
        self.timeouts.merge(later.timeouts);
        self.decompress = later.decompress.or(self.decompress);
        self.redirects.follow = later.redirects.follow.or(self.redirects.follow);
    }

    /// The limits of a call, given the client's.
    pub(crate) fn timeouts(&self, of_client: &Timeouts) -> Timeouts {
        let base = match self.timeout_ms {
            Some(ms) => Timeouts {
                total_ms: Some(ms),
                expect_continue_ms: of_client.expect_continue_ms,
                ..Timeouts::NONE
            },
            None => of_client.clone(),
        };
        let own = &self.timeouts;
        Timeouts {
            queue_ms: own.queue_ms.unwrap_or(base.queue_ms),
            dns_ms: own.dns_ms.unwrap_or(base.dns_ms),
            connect_ms: own.connect_ms.unwrap_or(base.connect_ms),
            handshake_ms: own.handshake_ms.unwrap_or(base.handshake_ms),
            send_ms: own.send_ms.unwrap_or(base.send_ms),
            first_byte_ms: own.first_byte_ms.unwrap_or(base.first_byte_ms),
            read_ms: own.read_ms.unwrap_or(base.read_ms),
            total_ms: own.total_ms.unwrap_or(base.total_ms),
            expect_continue_ms: own.expect_continue_ms.unwrap_or(base.expect_continue_ms),
        }
    }
}

impl TimeoutChanges {
    fn merge(&mut self, later: TimeoutChanges) {
        *self = TimeoutChanges {
            queue_ms: later.queue_ms.or(self.queue_ms),
            dns_ms: later.dns_ms.or(self.dns_ms),
            connect_ms: later.connect_ms.or(self.connect_ms),
            handshake_ms: later.handshake_ms.or(self.handshake_ms),
            send_ms: later.send_ms.or(self.send_ms),
            first_byte_ms: later.first_byte_ms.or(self.first_byte_ms),
            read_ms: later.read_ms.or(self.read_ms),
            total_ms: later.total_ms.or(self.total_ms),
            expect_continue_ms: later.expect_continue_ms.or(self.expect_continue_ms),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(json: &str) -> RequestOptions {
        RequestOptions::from_json(json).unwrap()
    }

    #[test]
    fn what_is_not_named_stays_and_null_lifts() {
        let client = Timeouts {
            total_ms: Some(9),
            ..Timeouts::default()
        };
        let limits = options(r#"{"timeouts": {"read_ms": null, "dns_ms": 7}}"#).timeouts(&client);
        assert_eq!((limits.read_ms, limits.dns_ms), (None, Some(7)));
        assert_eq!(
            (limits.connect_ms, limits.total_ms),
            (Some(10_000), Some(9))
        );
    }

    #[test]
    fn a_timeout_stands_in_for_every_other_limit() {
        let limits = options(r#"{"timeout_ms": 5, "timeouts": {"connect_ms": 2}}"#)
            .timeouts(&Timeouts::default());
        assert_eq!((limits.total_ms, limits.connect_ms), (Some(5), Some(2)));
        assert_eq!((limits.read_ms, limits.first_byte_ms), (None, None));
        assert_eq!(limits.expect_continue_ms, 1_000);
    }

    #[test]
    fn later_options_count() {
        let mut both = options(r#"{"timeouts": {"read_ms": 1, "dns_ms": 1}, "decompress": false}"#);
        both.merge(options(r#"{"timeouts": {"read_ms": 2}}"#));
        assert_eq!(
            both,
            options(r#"{"timeouts": {"read_ms": 2, "dns_ms": 1}, "decompress": false}"#)
        );
        both.merge(options(r#"{"timeout_ms": 3}"#));
        assert_eq!(both, options(r#"{"timeout_ms": 3, "decompress": false}"#));
    }

    #[test]
    fn an_option_of_the_client_is_refused() {
        for json in [r#"{"base_url": "x"}"#, r#"{"redirects": {"max": 1}}"#, "[]"] {
            assert!(RequestOptions::from_json(json).is_err(), "{json}");
        }
    }
}
