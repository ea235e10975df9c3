//! The verdict on a connection that failed.

use std::sync::Arc;

use super::Lease;
use crate::error::{Code, MtlsError, Origin, Phase};
use crate::tls::{self, Ending, foreign};
use crate::transport::clock::Stop;
use crate::transport::connection::Broken;
use crate::transport::open::circumstances;

impl Lease {
    /// Turns what went wrong on the wire into the error that the caller sees.
    pub(super) fn broken(&self, broken: &Broken) -> MtlsError {
        let phase = self.phase();
        let place = self.exchange.place();
        let Some(connection) = &self.connection else {
            return gone();
        };
        let at = circumstances(&self.exchange, connection, self.heard, phase);
        let first_words =
            connection.is_tls() && phase != Phase::Body && (at.verdict_due || at.renegotiation);
        let error = match broken {
            // The server waits for the renegotiation that it was refused.
            Broken::Stopped(Stop::Expired(_)) if first_words && at.renegotiation => {
                tls::explain(Ending::Lost(None), &at)
            }
            Broken::Stopped(stop) => stop.explain(phase, &place),
            Broken::Tls(error) => tls::explain(Ending::Tls(error), &at),
            Broken::Io(error) if first_words => tls::explain(Ending::Lost(Some(error)), &at),
            Broken::Cut if first_words => tls::explain(Ending::Lost(None), &at),
            Broken::Cut if phase == Phase::Body => self.truncated(),
            Broken::Io(error) if phase == Phase::Body => self.truncated().with_cause(error),
            Broken::Cut => MtlsError::new(
                Code::ConnectionReset,
                phase,
                Origin::Peer,
                format!("{place} closed the connection before it answered"),
            ),
            Broken::Io(error) => MtlsError::new(
                Code::ConnectionReset,
                phase,
                Origin::Network,
                format!("the connection to {place} was lost"),
            )
            .with_cause(error),
        };
        let error = match (connection.is_tls() || self.heard, error.code()) {
            // HAProxy and OpenSSL hang up on whoever calls a TLS port in plain text.
            (false, Code::ConnectionReset) => error.with_hint(format!(
                "If {place} speaks TLS, the URL has to begin with https://. Else retry if the request may be repeated."
            )),
            _ => error,
        };
        let refused_by_tls = error.phase() == Phase::Handshake && error.not_processed();
        let error = error.with_not_processed(refused_by_tls || !self.wrote);
        let report = match error.tls_alert() {
            Some(alert) => {
                let mut report = (*connection.report).clone();
                report.alert = Some(alert.clone());
                Arc::new(report)
            }
            None => connection.report.clone(),
        };
        error.with_report(report)
    }

    /// The body ends before it is complete.
    pub(crate) fn cut_short(&self) -> MtlsError {
        self.seen(self.truncated())
    }

    /// The peer does not speak HTTP as it should.
    pub(crate) fn not_http(&self, what: &str) -> MtlsError {
        let place = self.exchange.place();
        let error = |what: String| {
            MtlsError::new(
                Code::ProtocolError,
                self.phase(),
                Origin::Peer,
                format!("{place} {what}"),
            )
        };
        // Bytes that follow a head are part of a body, whatever they look like.
        let first = match self.phase() {
            Phase::Receive => self.unread(),
            _ => &[],
        };
        self.seen(match foreign::spoken(first) {
            Some(foreign) => {
                error(format!("{what}: it speaks {}", foreign.what)).with_hint(foreign.cure)
            }
            None => error(what.to_owned()),
        })
    }

    fn truncated(&self) -> MtlsError {
        let place = self.exchange.place();
        MtlsError::new(
            Code::BodyTruncated,
            Phase::Body,
            Origin::Peer,
            format!("{place} ended the connection before the body was complete"),
        )
    }

    fn seen(&self, error: MtlsError) -> MtlsError {
        error.with_not_processed(false).with_report(self.report())
    }
}

pub(super) fn gone() -> MtlsError {
    MtlsError::internal("the connection of this exchange is gone")
}
