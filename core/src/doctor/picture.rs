//! Chains and timings as SVG, drawn into the page.

use std::fmt::Write;

use super::html::escaped;
use crate::report::{CertificateSummary, HandshakeReport, Timings};

const WIDTH: usize = 640;
const BOX: usize = 62;
const STEP: usize = 96;

/// A chain from its leaf upward: who vouches for whom, and where the thread breaks.
pub(super) fn chain(
    title: &str,
    certificates: &[CertificateSummary],
    broken: Option<&str>,
) -> String {
    let Some(top) = certificates.last() else {
        return String::new();
    };
    let self_signed = top.issuer == top.subject;
    let links = certificates.len() + usize::from(!self_signed);
    let height = links * STEP + 10;
    let mut svg = format!(
        "<figure><figcaption>{}</figcaption><svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">",
        escaped(title),
        escaped(title)
    );
    let mut y = 5;
    for (at, certificate) in certificates.iter().enumerate() {
        let class = match certificate.days_left {
            days if days < 0 => "bad",
            days if days <= 30 => "soon",
            _ => "good",
        };
        certificate_box(
            &mut svg,
            y,
            class,
            &certificate.subject,
            &dates(certificate),
        );
        let fits = certificates
            .get(at + 1)
            .is_none_or(|next| next.subject == certificate.issuer);
        if at + 1 < links {
            let class = match (fits, at + 1 == certificates.len(), broken) {
                (false, _, _) | (true, true, Some(_)) => "cut",
                _ => "link",
            };
            arrow(&mut svg, y + BOX, class);
        }
        y += STEP;
    }
    if !self_signed {
        let (class, words) = match broken {
            Some(why) => ("missing", why),
            None => ("known", "known to whoever checks it"),
        };
        certificate_box(&mut svg, y, class, &top.issuer, words);
    }
    svg.push_str("</svg></figure>");
    svg
}

fn dates(certificate: &CertificateSummary) -> String {
    let day = |time: &str| time.split('T').next().unwrap_or(time).to_owned();
    let left = match certificate.days_left {
        days if days < 0 => format!("expired {} days ago", -days),
        days => format!("{days} days left"),
    };
    format!(
        "{} to {}, {left}",
        day(&certificate.not_before),
        day(&certificate.not_after)
    )
}

fn certificate_box(svg: &mut String, y: usize, class: &str, subject: &str, words: &str) {
    let _ = write!(
        svg,
        "<g class=\"{class}\"><rect x=\"1\" y=\"{y}\" width=\"{}\" height=\"{BOX}\" rx=\"8\"/>\
         <text x=\"18\" y=\"{}\" class=\"name\">{}</text><text x=\"18\" y=\"{}\">{}</text></g>",
        WIDTH - 2,
        y + 26,
        escaped(&shortened(subject, 70)),
        y + 47,
        escaped(&shortened(words, 80)),
    );
}

fn arrow(svg: &mut String, y: usize, class: &str) {
    let _ = write!(
        svg,
        "<line class=\"{class}\" x1=\"40\" y1=\"{y}\" x2=\"40\" y2=\"{}\"/><text x=\"54\" y=\"{}\" class=\"by\">{}</text>",
        y + STEP - BOX,
        y + 22,
        if class == "cut" {
            "issued by, but the link is missing"
        } else {
            "issued by"
        },
    );
}

fn shortened(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => format!("{}…", text.chars().take(most - 1).collect::<String>()),
        false => text.to_owned(),
    }
}

/// How long each phase took, one bar behind the other.
pub(super) fn timeline(report: &HandshakeReport) -> String {
    let Timings {
        dns_ms,
        connect_ms,
        proxy_ms,
        handshake_ms,
    } = &report.timings;
    let phases: Vec<(&str, f64)> = [
        ("name lookup", dns_ms),
        ("connection", connect_ms),
        ("tunnel", proxy_ms),
        ("TLS handshake", handshake_ms),
    ]
    .into_iter()
    .filter_map(|(name, ms)| Some((name, (*ms)?)))
    .collect();
    let total: f64 = phases.iter().map(|(_, ms)| ms).sum();
    if total <= 0.0 {
        return String::new();
    }
    let height = phases.len() * 26 + 6;
    let mut svg = format!(
        "<figure><figcaption>Where the time went</figcaption><svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Timings\">"
    );
    let room = (WIDTH - 240) as f64;
    let mut x = 130.0;
    for (at, (name, ms)) in phases.iter().enumerate() {
        let y = at * 26 + 4;
        let width = (ms / total * room).max(2.0);
        let _ = write!(
            svg,
            "<text x=\"2\" y=\"{}\">{name}</text><rect class=\"bar\" x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"18\" rx=\"3\"/>\
             <text x=\"{:.1}\" y=\"{}\">{ms:.1} ms</text>",
            y + 14,
            x + width + 8.0,
            y + 14,
        );
        x += ms / total * room;
    }
    svg.push_str("</svg></figure>");
    svg
}
