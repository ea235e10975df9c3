//! The handshake, with our certificate and without it: the difference tells whose fault it is.

use std::time::Instant;

use super::diagnosis::{Diagnosis, State, Step};
use super::files::{Files, described};
use super::{Walk, since};
use crate::error::{Code, Phase};
use crate::report::HandshakeReport;
use crate::transport::examine::{self, Shaken, Verdict};

/// From how many days before its end the server's certificate deserves a look.
const SOON: i64 = 14;

/// Whether a request could follow.
pub(super) fn examine(walk: &Walk<'_>, files: &Files, diagnosis: &mut Diagnosis) -> bool {
    if !walk.examination.endpoint.tls {
        diagnosis.add(
            Step::ok(
                "handshake",
                "The URL begins with http://: nothing is encrypted, and no certificate is shown.",
            )
            .warn("Use https:// for whatever asks for a certificate."),
        );
        return true;
    }
    let start = Instant::now();
    let ours = shake(walk, true);
    let took = since(start);
    let without = files.has_identity.then(|| {
        let start = Instant::now();
        (shake(walk, false), since(start))
    });
    diagnosis.handshake = Some(ours.report.clone());
    diagnosis.add(with_identity(&ours, files.has_identity).took(took));
    if let Some((bare, took)) = without {
        diagnosis.without_identity = Some(bare.report.clone());
        diagnosis.add(without_identity(&ours, &bare).took(took));
    }
    !matches!(ours.verdict, Verdict::Failed(_))
}

fn shake(walk: &Walk<'_>, with_identity: bool) -> Shaken {
    let examination = walk.examination;
    let identities = match with_identity {
        true => examination.identities.clone(),
        false => Vec::new(),
    };
    examine::shake(
        &examination.wire,
        &examination.endpoint,
        identities,
        walk.clock(),
    )
}

fn with_identity(ours: &Shaken, has_identity: bool) -> Step {
    let report = &ours.report;
    let step = match &ours.verdict {
        Verdict::Failed(error) => Step::failed("handshake", error.clone()),
        _ => Step::ok("handshake", finding(report, &ours.verdict)),
    };
    let step = step.evidence(evidence(report));
    if step.state == State::Failed {
        return step;
    }
    let step = look_at_theirs(step, report);
    look_at_ours(step, report, has_identity)
}

fn finding(report: &HandshakeReport, verdict: &Verdict) -> String {
    let version = report.version.as_deref().unwrap_or("TLS");
    let who = format!("{}:{}", report.host, report.port);
    match (&report.client_certificate.summary[..], verdict) {
        ("sent", Verdict::Accepted) => {
            format!("{who} speaks {version}, asked for our certificate and took it.")
        }
        ("sent", _) => format!(
            "{who} speaks {version} and asked for our certificate; it says nothing about it before its first answer."
        ),
        ("requested, not offered", Verdict::Accepted) => {
            format!(
                "{who} speaks {version}, asked for a certificate, got none, and goes on all the same."
            )
        }
        ("requested, not offered", _) => format!(
            "{who} speaks {version} and asked for a certificate, which it did not get; it says nothing about that before its first answer."
        ),
        _ => format!("{who} speaks {version} and did not ask for a certificate."),
    }
}

fn look_at_theirs(step: Step, report: &HandshakeReport) -> Step {
    match report.server_chain.first() {
        Some(leaf) if leaf.days_left <= SOON => step.warn(format!(
            "The server's certificate expires in {} days, on {}: ask the partner whether a new one is on its way, and whether its CA stays.",
            leaf.days_left, leaf.not_after
        )),
        _ => step,
    }
}

fn look_at_ours(step: Step, report: &HandshakeReport, has_identity: bool) -> Step {
    let ours = &report.client_certificate;
    match (&ours.summary[..], &ours.reason, has_identity) {
        ("requested, not offered", Some(reason), true) => step.warn(format!("It was not sent: {reason}.")),
        ("requested, not offered", _, false) => {
            step.warn("Configure `cert_file` and `key_file`; the server may refuse requests without.")
        }
        ("not requested", _, true) => step.warn(
            "The server identified nobody: check that host and port are those that the partner gives for mutual TLS.",
        ),
        ("sent", Some(reason), _) => step.warn(format!(
            "Doubtful: {reason}. Ask the partner which CA has to issue the certificate."
        )),
        _ => step,
    }
}

fn evidence(report: &HandshakeReport) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(address) = &report.address {
        lines.push(format!("address: {address}"));
    }
    let negotiated = [&report.version, &report.cipher_suite, &report.group];
    let negotiated: Vec<&str> = negotiated
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if !negotiated.is_empty() {
        lines.push(format!("negotiated: {}", negotiated.join(", ")));
    }
    lines.extend(
        report
            .server_chain
            .iter()
            .map(|c| format!("server: {}", described(c))),
    );
    let ours = &report.client_certificate;
    if report.version.is_some() || ours.requested.is_some() {
        lines.push(format!("our certificate: {}", ours.summary));
        lines.extend(ours.chain.iter().map(|c| format!("ours: {}", described(c))));
    }
    lines.extend(
        ours.acceptable_cas
            .iter()
            .map(|ca| format!("the server accepts certificates of: {ca}")),
    );
    if let Some(alert) = &report.alert {
        let who = if alert.received { "received" } else { "sent" };
        lines.push(format!("alert {who}: {} ({})", alert.name, alert.number));
    }
    lines
}

/// What the server does with a caller that shows nothing.
fn without_identity(ours: &Shaken, bare: &Shaken) -> Step {
    let name = "without_identity";
    let place = format!("{}:{}", ours.report.host, ours.report.port);
    match (&ours.verdict, &bare.verdict) {
        (Verdict::Failed(with), Verdict::Failed(without)) if with.code() == without.code() => Step::ok(
            name,
            "The same happens without our certificate: it is not the cause.",
        ),
        (Verdict::Failed(_), Verdict::Failed(without)) if without.code() == Code::ClientCertRequired => {
            Step::ok(name, format!("{place} demands a certificate: it refuses a caller that shows none."))
        }
        (Verdict::Failed(_), Verdict::Failed(without)) => Step::ok(
            name,
            format!("Without our certificate it fails in another way: {}.", without.message()),
        ),
        (Verdict::Failed(with), _) if with.phase() == Phase::Handshake => Step::ok(
            name,
            "Without our certificate the handshake succeeds: our certificate is what is refused.",
        ),
        (Verdict::Failed(_), _) => Step::ok(name, "Without our certificate the handshake succeeds."),
        (_, Verdict::Failed(without)) if without.code() == Code::ClientCertRequired => Step::ok(
            name,
            format!("{place} demands a certificate: it refuses a caller that shows none."),
        ),
        (_, Verdict::Failed(without)) => Step::ok(
            name,
            format!("Without our certificate it fails: {}.", without.message()),
        ),
        (_, Verdict::Accepted) => Step::ok(
            name,
            format!("{place} completes the handshake without a certificate as well; whether it needs one shows in its answer."),
        ),
        (_, Verdict::Unknown) => Step::ok(
            name,
            format!("{place} completes the handshake without a certificate as well; it says nothing before its first answer."),
        ),
    }
    .evidence(match &bare.verdict {
        Verdict::Failed(error) => vec![error.message().to_owned()],
        _ => Vec::new(),
    })
}
