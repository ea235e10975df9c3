//! A real request at the end: some servers say what they think of a certificate in HTTP only.

use std::time::{Instant, UNIX_EPOCH};

use super::diagnosis::{Diagnosis, Step};
use super::since;
use crate::client::{Client, Request, Response};
use crate::config::FollowRedirects;
use crate::error::{Code, MtlsError, Origin, Phase};
use crate::identity::date;
use crate::report::HandshakeReport;

/// How much of the answer's body is looked at.
const LOOKED_AT: usize = 16 * 1024;

pub(super) fn examine(client: &Client, like: Request, diagnosis: &mut Diagnosis) {
    let start = Instant::now();
    let mut request = Request::get(&like.url);
    request.headers = like.headers;
    request.cancel = like.cancel;
    request.interrupt = like.interrupt;
    request.options.redirects.follow = Some(FollowRedirects::None);
    let step = match client.send(request) {
        Ok(mut response) => {
            let body = beginning(&mut response);
            judge(&response, &body)
        }
        Err(error) => {
            if let Some(report) = error.report() {
                diagnosis.handshake = Some(report.clone());
            }
            Step::failed("answer", error)
        }
    };
    diagnosis.add(step.took(since(start)));
}

fn beginning(response: &mut Response) -> String {
    let mut body = vec![0; LOOKED_AT];
    let mut have = 0;
    // An answer that breaks off has said enough.
    while let Some(rest) = body.get_mut(have..).filter(|rest| !rest.is_empty()) {
        match response.read(rest) {
            Ok(n) if n > 0 => have += n,
            _ => break,
        }
    }
    body.truncate(have);
    String::from_utf8_lossy(&body).into_owned()
}

/// Words of a server that is past the handshake and misses the certificate, or refuses it.
const MISSING: &[(&str, &str)] = &[
    ("No required SSL certificate was sent", "nginx"),
    ("client certificate is required", "the server"),
    ("403.7", "IIS"),
];
const REFUSED: &[(&str, &str)] = &[
    ("The SSL certificate error", "nginx"),
    ("SSL certificate error", "nginx"),
    ("403.13", "IIS"),
    ("403.16", "IIS"),
    ("403.17", "IIS"),
];

/// Answers that partners give for a first try, and what they mean.
const PARTNERS: &[(&str, &str)] = &[
    (
        "INSUFFICIENT_ACCESS_LEVEL",
        "mutual TLS works: Lean gives this answer to applications without production access",
    ),
    ("Hello", "mutual TLS works: Trulioo greets whoever gets in"),
];

fn judge(response: &Response, body: &str) -> Step {
    let status = response.status();
    let report = response.handshake();
    let place = format!("{}:{}", report.host, report.port);
    let shown = report.client_certificate.offered || report.resumed;
    let said = |words: &[(&str, &'static str)]| {
        let found = words.iter().find(|(words, _)| body.contains(words));
        found.map(|(_, who)| *who)
    };
    let lines = evidence(response, body);
    if (400..500).contains(&status) {
        if let Some(who) = said(MISSING) {
            return Step::failed("answer", missing(&place, status, who, report)).evidence(lines);
        }
        if let Some(who) = said(REFUSED) {
            return Step::failed("answer", refused(&place, status, who, report)).evidence(lines);
        }
    }
    let step = if let Some((_, meaning)) = PARTNERS.iter().find(|(words, _)| body.contains(words)) {
        Step::ok("answer", format!("{place} answers {status}; {meaning}."))
    } else if (300..400).contains(&status) {
        let to = response.header("location").unwrap_or("nowhere").to_owned();
        Step::ok("answer", format!("{place} answers {status} and sends us to {}.", without_query(&to)))
            .warn("Call that address directly if it is the partner's; a login page there belongs to a network that wants a login first.")
    } else {
        let step = Step::ok("answer", format!("{place} answers {status}."));
        match status {
            401 | 407 => step.warn("TLS is done with; user, password or token are missing or wrong (`auth`, `headers`)."),
            403 if shown => step.warn("TLS is done with; the certificate or the token may not do this. Ask the partner what they are enabled for."),
            403 => step.warn("No certificate was shown: the server may say so in this way."),
            404 | 405 => step.warn("TLS is done with; the path or the method is another matter: check the URL."),
            500.. => step.warn("TLS is done with; the fault is the server's own."),
            _ => step,
        }
    };
    clock_of(response, step).evidence(lines)
}

fn missing(place: &str, status: u16, who: &str, report: &HandshakeReport) -> MtlsError {
    let hint = match &report.client_certificate.reason {
        Some(reason) => format!("It was not sent: {reason}."),
        None => "Configure `cert_file` and `key_file`.".to_owned(),
    };
    MtlsError::new(
        Code::ClientCertRequired,
        Phase::Receive,
        Origin::Peer,
        format!("{place} completed the handshake and answers {status}: {who} demands a client certificate"),
    )
    .with_hint(hint)
}

fn refused(place: &str, status: u16, who: &str, report: &HandshakeReport) -> MtlsError {
    let ours = &report.client_certificate;
    let certificate = match ours.chain.first() {
        Some(leaf) => format!("{} (issued by {})", leaf.subject, leaf.issuer),
        None => "our certificate".to_owned(),
    };
    MtlsError::new(
        Code::ClientCertRejected,
        Phase::Receive,
        Origin::Peer,
        format!("{place} completed the handshake and answers {status}: {who} does not accept {certificate}"),
    )
    .with_hint("Check that it is the certificate that this partner issued for this environment, not expired, with its chain.")
}

/// A clock that is wrong makes good certificates bad.
fn clock_of(response: &Response, step: Step) -> Step {
    let theirs = response
        .header("date")
        .and_then(|text| httpdate::parse_http_date(text).ok());
    let theirs = theirs.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let theirs = theirs.and_then(|time| i64::try_from(time.as_secs()).ok());
    let apart = theirs.map(|theirs| theirs - date::now());
    match apart {
        Some(apart) if apart.abs() > 300 => step.warn(format!(
            "The server's clock is {} minutes {} this machine's: one of them is wrong.",
            apart.abs() / 60,
            if apart > 0 { "ahead of" } else { "behind" }
        )),
        _ => step,
    }
}

fn evidence(response: &Response, body: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for name in ["server", "content-type", "date"] {
        if let Some(value) = response.header(name) {
            lines.push(format!("{name}: {value}"));
        }
    }
    let words: Vec<&str> = body.split_whitespace().collect();
    let text: String = words.join(" ").chars().take(200).collect();
    if !text.is_empty() && response.status() >= 400 {
        lines.push(format!("it says: {text}"));
    }
    lines
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
