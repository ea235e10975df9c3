//! PEM (RFC 7468), as people really paste it: text around, CRLF, a byte order mark, UTF-16 from PowerShell,
//! `\n` spelled out in an environment variable, all on one line.
//!
//! The sections are split here and not by rustls-pki-types: that parser leaves out the labels it does not know
//! (encrypted keys among them), wants line breaks, and does not zero its buffers.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::{ber, pkcs7};
use crate::error::{MtlsError, Result};
use crate::identity::certificate::Certificate;
use crate::identity::der::Walker;
use crate::identity::findings::{Findings, FoundCertificate, FoundSection};
use crate::identity::private_key::PrivateKey;
use crate::identity::source::Source;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";

/// Text that is borrowed, or converted and then zeroed.
pub(super) enum Text<'a> {
    AsIs(&'a [u8]),
    Converted(Zeroizing<Vec<u8>>),
}

impl Text<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Text::AsIs(bytes) => bytes,
            Text::Converted(bytes) => bytes,
        }
    }
}

/// The text, if it holds a PEM section.
pub(super) fn recognise(bytes: &[u8]) -> Option<Text<'_>> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Text::Converted(narrow(rest, 0)),
        [0xfe, 0xff, rest @ ..] => Text::Converted(narrow(rest, 1)),
        _ => Text::AsIs(bytes),
    };
    find(text.bytes(), BEGIN)?;
    Some(text)
}

/// The bytes, if the whole text is base64, perhaps over several lines.
pub(super) fn whole_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut base64 = Zeroizing::new(Vec::with_capacity(text.len()));
    base64.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
    // A shorter text may be a word of any language.
    if base64.len() < 64 {
        return None;
    }
    let mut bytes = Zeroizing::new(vec![0; base64.len() / 4 * 3 + 3]);
    let length = BASE64.decode_slice(base64.as_slice(), &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

/// UTF-16 to bytes; what is not ASCII cannot be part of a section.
fn narrow(bytes: &[u8], low: usize) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len() / 2));
    for pair in bytes.chunks_exact(2) {
        text.push(pair.get(low).copied().unwrap_or_default());
    }
    text
}

/// One section, still encoded.
struct Section<'a> {
    label: &'a str,
    body: &'a [u8],
    line: usize,
}

/// Sorts the sections of `text` into `findings`.
pub(super) fn read(text: &Text<'_>, source: &Source, findings: &mut Findings) -> Result<()> {
    let mut rest = text.bytes();
    let mut line = 1;
    let mut certificates = 0;
    while let Some(at) = find(rest, BEGIN) {
        let (before, from) = rest.split_at(at);
        line += line_breaks(before);
        let Some(label) = label(from) else {
            let (skipped, after) = from.split_at(BEGIN.len());
            line += line_breaks(skipped);
            rest = after;
            continue;
        };
        let (section, after) = section(from, label, line, source)?;
        line += line_breaks(from.get(..from.len() - after.len()).unwrap_or_default());
        rest = after;
        sort(&section, &mut certificates, source, findings)?;
    }
    Ok(())
}

/// The label of a section that begins here.
fn label(from: &[u8]) -> Option<&str> {
    let rest = from.get(BEGIN.len()..)?;
    let label = rest.get(..find(rest.get(..80).unwrap_or(rest), DASHES)?)?;
    let is_label = !label.is_empty()
        && label
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    is_label.then(|| std::str::from_utf8(label).ok()).flatten()
}

/// Cuts the section out; what comes after it is returned too.
fn section<'a>(
    from: &'a [u8],
    label: &'a str,
    line: usize,
    source: &Source,
) -> Result<(Section<'a>, &'a [u8])> {
    let start = BEGIN.len() + label.len() + DASHES.len();
    let inside = from.get(start..).unwrap_or_default();
    let end_line = format!("-----END {label}-----");
    let stop = find(inside, DASHES).unwrap_or(inside.len());
    let (body, tail) = inside.split_at(stop);
    match tail.strip_prefix(end_line.as_bytes()) {
        Some(after) => Ok((Section { label, body, line }, after)),
        None => Err(source.damaged(format!(
            "the {label} that begins at line {line} of {} does not end with {end_line}",
            source.name
        ))),
    }
}

fn sort(
    section: &Section<'_>,
    certificates: &mut usize,
    source: &Source,
    findings: &mut Findings,
) -> Result<()> {
    match section.label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            *certificates += 1;
            let place = format!(
                "certificate {certificates} (line {}) of {}",
                section.line, source.name
            );
            let der = section.decode(&place, source)?;
            // OpenSSL's TRUSTED CERTIFICATE carries settings after the certificate.
            let whole = Walker::new(&der).next().map(|element| element.whole);
            let Some(whole) = whole.filter(|der| Certificate::parse(der).is_some()) else {
                return Err(
                    source.damaged(format!("{place} is damaged: it is no X.509 certificate"))
                );
            };
            findings.count(source, "certificate");
            findings.certificates.push(FoundCertificate {
                der: CertificateDer::from(whole.to_vec()),
                source: source.name.clone(),
                place: place.into(),
                alias: None,
            });
        }
        label if label.ends_with("PRIVATE KEY") && label != "OPENSSH PRIVATE KEY" => {
            let place = format!("the private key (line {}) of {}", section.line, source.name);
            let (headers, _) = section.lines();
            let key = if headers.iter().any(|header| header.contains("ENCRYPTED")) {
                let data = section.decode(&place, source)?;
                PrivateKey::traditional(data, &headers, source, &place)
            } else {
                PrivateKey::new(section.decode(&place, source)?, source, &place)?
            };
            findings.count(source, key.kind());
            findings.keys.push(key);
        }
        "X509 CRL" => {
            let place = format!(
                "the revocation list (line {}) of {}",
                section.line, source.name
            );
            let der = section.decode(&place, source)?;
            findings.keep_list(&der, source);
            findings.sections.push(FoundSection {
                label: "X509 CRL".to_owned(),
                der: der.to_vec(),
                place,
            });
        }
        label @ ("PKCS7" | "CMS" | "PKCS #7 SIGNED DATA") => {
            let place = format!("the {label} (line {}) of {}", section.line, source.name);
            let der = section.decode(&place, source)?;
            match ber::to_der(&der)
                .as_deref()
                .and_then(|der| pkcs7::recognise(der))
            {
                Some(content) => pkcs7::read(&content, source, findings),
                None => findings.count(source, &format!("{label} section")),
            }
        }
        label => {
            let kind = kind_of(label);
            findings.count(source, &kind);
            let place = format!("the {kind} (line {}) of {}", section.line, source.name);
            // What has no use here is not read, so it cannot be damaged.
            if let Ok(der) = section.decode(&place, source) {
                findings.sections.push(FoundSection {
                    label: label.to_owned(),
                    der: der.to_vec(),
                    place,
                });
            }
        }
    }
    Ok(())
}

/// What a section without use here is called in an error.
fn kind_of(label: &str) -> String {
    match label {
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => "certificate request".to_owned(),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => "public key".to_owned(),
        "OPENSSH PRIVATE KEY" => "SSH private key".to_owned(),
        label => format!("{label} section"),
    }
}

impl Section<'_> {
    /// RFC 1421 headers, and the base64 without whitespace.
    fn lines(&self) -> (Vec<String>, Zeroizing<Vec<u8>>) {
        let mut text = Zeroizing::new(Vec::with_capacity(self.body.len()));
        let mut bytes = self.body.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            // `\n`, `\r` and `\t` spelled out, perhaps with the backslash doubled.
            if byte == b'\\' {
                while bytes.next_if_eq(&b'\\').is_some() {}
                let _ = bytes.next_if(|next| matches!(next, b'n' | b'r' | b't'));
                text.push(b'\n');
            } else {
                text.push(if byte == b'\r' { b'\n' } else { byte });
            }
        }
        let mut headers = Vec::new();
        let mut base64 = Zeroizing::new(Vec::with_capacity(text.len()));
        for line in text.split(|byte| *byte == b'\n') {
            if line.contains(&b':') {
                headers.push(String::from_utf8_lossy(line).trim().to_owned());
            } else {
                base64.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
            }
        }
        (headers, base64)
    }

    /// The DER inside.
    fn decode(&self, place: &str, source: &Source) -> Result<Zeroizing<Vec<u8>>> {
        let damage =
            |what: &str| -> MtlsError { source.damaged(format!("{place} is damaged: {what}")) };
        let (_, base64) = self.lines();
        if base64.is_empty() {
            return Err(damage("it is empty"));
        }
        let mut der = Zeroizing::new(vec![0; base64.len() / 4 * 3 + 3]);
        // The cause is left out: it quotes a byte of what may be a key.
        let length = BASE64
            .decode_slice(base64.as_slice(), &mut der)
            .map_err(|_| damage("its base64 is broken"))?;
        der.truncate(length);
        Ok(der)
    }
}

fn line_breaks(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// The first place of `needle`, which begins with a dash.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = haystack.get(from..)?;
        let at = from + rest.iter().position(|byte| *byte == b'-')?;
        if haystack.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}
