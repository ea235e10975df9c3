//! A handshake report in words.

use mutls::{CertificateSummary, ClientCertificateReport, HandshakeReport};

/// One line of a report: a label and what is said about it.
pub(crate) type Line = (&'static str, String);

/// The report for a person, top to bottom as the connection went.
pub(crate) fn lines(report: &HandshakeReport) -> Vec<Line> {
    let mut lines = vec![("connected", connected(report))];
    if let Some(tls) = negotiated(report) {
        lines.push(("TLS", tls));
    }
    lines.extend(chain("server", &report.server_chain));
    match (&report.server_problem, report.server_verified) {
        (Some(problem), _) => lines.push(("", format!("not accepted: {problem}"))),
        (None, Some(true)) if report.server_exceptions.is_empty() => {
            lines.push(("", "accepted".to_owned()));
        }
        (None, Some(true)) => {
            let forgiven = report.server_exceptions.join(", ");
            lines.push(("", format!("accepted, forgiving {forgiven}")));
        }
        _ => {}
    }
    if report.version.is_some() || report.client_certificate.requested.is_some() {
        lines.extend(client(&report.client_certificate));
    }
    if let Some(alert) = &report.alert {
        let who = if alert.received { "received" } else { "sent" };
        let text = format!("{who}: {} ({})", alert.name, alert.number);
        lines.push(("alert", text));
    }
    if let Some(timings) = timings(report) {
        lines.push(("timings", timings));
    }
    lines
}

fn connected(report: &HandshakeReport) -> String {
    let mut text = format!("{}:{}", report.host, report.port);
    match &report.address {
        Some(address) => text.push_str(&format!(" at {address}")),
        None => text.push_str(", no connection"),
    }
    if let Some(proxy) = &report.proxy {
        text.push_str(&format!(", through the proxy {proxy}"));
    }
    let other_name = report.server_name.as_ref();
    if let Some(name) = other_name.filter(|name| **name != report.host) {
        text.push_str(&format!(", expecting the name {name}"));
    }
    text
}

fn negotiated(report: &HandshakeReport) -> Option<String> {
    let version = report.version.as_deref()?;
    let mut parts = vec![version.to_owned()];
    parts.extend(report.cipher_suite.clone());
    parts.extend(report.group.clone());
    parts.push(
        match (report.resumed, report.completed) {
            (true, _) => "resumed",
            (false, true) => "new session",
            (false, false) => "not completed",
        }
        .to_owned(),
    );
    Some(parts.join(", "))
}

/// A chain, leaf first: each certificate with its dates, then who issued it.
fn chain(label: &'static str, certificates: &[CertificateSummary]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut issuer = None;
    for certificate in certificates {
        let subject = named(&certificate.subject);
        match issuer == Some(&certificate.subject) {
            // The line above has named it.
            true => {}
            false if lines.is_empty() => lines.push((label, subject)),
            false => lines.push(("", format!("and {subject}"))),
        }
        lines.push(("", format!("  {}", validity(certificate))));
        if certificate.issuer == certificate.subject {
            lines.push(("", "  signed by itself".to_owned()));
        } else {
            lines.push(("", format!("issued by {}", named(&certificate.issuer))));
        }
        issuer = Some(&certificate.issuer);
    }
    lines
}

fn validity(certificate: &CertificateSummary) -> String {
    match certificate.names.is_empty() {
        true => dates(certificate),
        false => format!(
            "{}, for {}",
            dates(certificate),
            certificate.names.join(", ")
        ),
    }
}

fn named(subject: &str) -> String {
    match subject.is_empty() {
        true => "(no name)".to_owned(),
        false => subject.to_owned(),
    }
}

fn dates(certificate: &CertificateSummary) -> String {
    let day = |time: &str| time.split('T').next().unwrap_or(time).to_owned();
    let left = match certificate.days_left {
        days if days < 0 => format!("expired {} days ago", -days),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    format!(
        "{} to {}, {left}",
        day(&certificate.not_before),
        day(&certificate.not_after)
    )
}

fn client(client: &ClientCertificateReport) -> Vec<Line> {
    let mut text = client.summary.clone();
    if let Some(name) = &client.identity {
        text.push_str(&format!(", identity {name}"));
    }
    let mut lines = vec![("client", text)];
    lines.extend(chain("", &client.chain));
    if let Some(reason) = &client.reason {
        lines.push(("", reason.clone()));
    }
    if !client.acceptable_cas.is_empty() {
        let names = client.acceptable_cas.join("; ");
        lines.push(("", format!("the server accepts: {names}")));
    }
    lines
}

fn timings(report: &HandshakeReport) -> Option<String> {
    let timings = &report.timings;
    let phases = [
        ("dns", timings.dns_ms),
        ("connect", timings.connect_ms),
        ("proxy", timings.proxy_ms),
        ("handshake", timings.handshake_ms),
    ];
    let shown: Vec<String> = phases
        .into_iter()
        .filter_map(|(name, took)| took.map(|ms| format!("{name} {ms:.1} ms")))
        .collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// The report, one indented line each, labels in a column.
pub(crate) fn text(report: &HandshakeReport, indent: &str) -> String {
    lines(report)
        .iter()
        .map(|(label, value)| format!("{indent}{label:<10} {value}\n"))
        .collect()
}
