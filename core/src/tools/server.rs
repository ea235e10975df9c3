//! What a server shows in a handshake.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Stop, facts};
use crate::client::{Client, Request};
use crate::config::{Attachments, Config};
use crate::error::{Code, MtlsError, Result};
use crate::report::{CertificateSummary, HandshakeReport};

/// What is known of a server, and why the handshake failed, if it did.
pub(super) struct Asked {
    pub(super) report: Arc<HandshakeReport>,
    failure: Option<MtlsError>,
}

impl Asked {
    /// What to do about a handshake that failed.
    pub(super) fn hint(&self) -> String {
        let hint = self.failure.as_ref().map(MtlsError::hint);
        hint.unwrap_or_default().to_owned()
    }

    /// The certificates that clients need of the server, each with its place: not a root that it sends along. They need
    /// not be trusted to be read.
    pub(super) fn shown(self) -> Result<Vec<(String, CertificateSummary)>> {
        let place = format!("{}:{}", self.report.host, self.report.port);
        let chain = self.report.server_chain.iter().enumerate();
        let needed = chain.filter(|(at, one)| *at == 0 || one.subject != one.issuer);
        let shown: Vec<_> = needed
            .map(|(_, one)| (place.clone(), one.clone()))
            .collect();
        match (shown.is_empty(), self.failure) {
            (true, Some(failure)) => Err(failure),
            (true, None) => Err(MtlsError::internal("the server showed no certificate")),
            (false, _) => Ok(shown),
        }
    }
}

/// Shakes hands with the server of `url`. A handshake that fails after the server has shown something is an answer too.
pub(super) fn ask(
    url: &str,
    client: Option<&Config>,
    attachments: &Attachments,
    stop: &Stop,
) -> Result<Asked> {
    let url = match url.contains("://") {
        true => url.to_owned(),
        false => format!("https://{url}"),
    };
    if !url.starts_with("https://") {
        return Err(MtlsError::config(
            Code::BadUrl,
            format!("{url:?} is no https:// URL, so its server shows no certificate"),
        ));
    }
    let client = Client::new(client.cloned().unwrap_or_default(), attachments.clone())?;
    let mut request = Request::get(&url);
    request.set_cancel_token(stop.cancel.clone());
    request.interrupt.clone_from(&stop.interrupt);
    match client.handshake(&request) {
        Ok(report) => Ok(Asked {
            report,
            failure: None,
        }),
        Err(error) if error.code() == Code::Cancelled => Err(error),
        Err(error) => match error.report().cloned() {
            Some(report) if report.version.is_some() || !report.server_chain.is_empty() => {
                Ok(Asked {
                    report,
                    failure: Some(error),
                })
            }
            _ => Err(error),
        },
    }
}

/// For `inspect`: the chain with all its facts, and the handshake.
pub(super) fn describe(asked: &Asked) -> Value {
    let report = &asked.report;
    let full: Vec<Value> = (report.server_certificates.0.iter())
        .map(|der| facts::certificate(der))
        .collect();
    let certificates = match full.is_empty() {
        true => report.server_chain.iter().map(|s| json!(s)).collect(),
        false => full,
    };
    json!({
        "host": report.host,
        "port": report.port,
        "trusted": report.server_verified,
        "problem": asked.failure.as_ref().map(MtlsError::to_json),
        "certificates": certificates,
        "client_certificate": {
            "requested": report.client_certificate.requested,
            "acceptable_cas": report.client_certificate.acceptable_cas,
            "acceptable_schemes": report.client_certificate.acceptable_schemes,
        },
        "handshake": report.to_json(),
    })
}
