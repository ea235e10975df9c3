//! The diagnosis as one page that needs nothing else: made to be sent to a partner's support desk.

use std::fmt::Write;

use super::diagnosis::{Diagnosis, Step};
use super::picture;
use crate::error::Code;

const STYLE: &str = include_str!("page.css");

impl Diagnosis {
    /// The diagnosis as a self-contained page: no script, nothing loaded, no secret.
    pub fn to_html(&self) -> String {
        let state = self.state().name();
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>mutls doctor: {url}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <h1>{url}</h1>\n<p class=\"meta\">mutls {version} doctor, {time}</p>\n\
             <section class=\"verdict {state}\"><span class=\"state\">{state}</span><p>{summary}</p>",
            url = escaped(&self.url),
            version = crate::VERSION,
            time = escaped(&self.time),
            summary = escaped(&self.summary),
        );
        if let Some(error) = self.error() {
            let _ = write!(
                page,
                "<p class=\"meta\"><code>{}</code> ({}), phase {}, origin {}</p>",
                error.code(),
                error.code().number(),
                error.phase(),
                error.origin()
            );
        }
        if let Some(cure) = self.first_failure().and_then(|step| step.cure.as_ref()) {
            let _ = write!(
                page,
                "<p class=\"cure\"><b>Cure:</b> {}</p>",
                with_code(cure)
            );
        }
        page.push_str("</section>\n<h2>Step by step</h2>\n<ol>\n");
        for step in &self.steps {
            self.step(&mut page, step);
        }
        page.push_str("</ol>\n");
        page.push_str(&self.pictures());
        page.push_str("</body>\n</html>\n");
        page
    }

    fn step(&self, page: &mut String, step: &Step) {
        let state = step.state.name();
        let _ = write!(
            page,
            "<li class=\"{state}\"><span class=\"state\">{state}</span><span class=\"step\">{}</span><div>{}",
            escaped(&step.name.replace('_', " ")),
            escaped(&step.finding)
        );
        if let Some(ms) = step.ms {
            let _ = write!(page, " <span class=\"took\">{ms:.0} ms</span>");
        }
        if let Some(cure) = &step.cure {
            let _ = write!(
                page,
                "<p class=\"cure\"><b>Cure:</b> {}</p>",
                with_code(cure)
            );
        }
        if !step.evidence.is_empty() {
            page.push_str("<ul>");
            for line in &step.evidence {
                let _ = write!(page, "<li>{}</li>", escaped(line));
            }
            page.push_str("</ul>");
        }
        page.push_str("</div></li>\n");
    }

    fn pictures(&self) -> String {
        let Some(report) = &self.handshake else {
            return String::new();
        };
        let code = self.error().map(|error| error.code());
        let theirs = match code {
            Some(Code::ServerMissingIntermediate) => Some("not sent by the server"),
            Some(Code::ServerUntrustedIssuer) => Some("not trusted here"),
            _ => None,
        };
        let ours = (code == Some(Code::ClientCertRejected)).then_some("not accepted by the server");
        format!(
            "<h2>The certificates</h2>\n{}\n{}\n<h2>The connection</h2>\n{}\n",
            picture::chain("What the server showed", &report.server_chain, theirs),
            picture::chain("What we showed", &report.client_certificate.chain, ours),
            picture::timeline(report),
        )
    }
}

/// Names of options, between backticks, as code.
fn with_code(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        1 => format!("<code>{}</code>", escaped(part)),
        _ => escaped(part),
    });
    parts.collect()
}

pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
