//! A chain of certificates in PKCS#7 (RFC 5652): `.p7b`, `.p7c`. Some hold revocation lists as well.

use super::store::keep_certificate;
use crate::identity::der::{self, Element, tag};
use crate::identity::findings::Findings;
use crate::identity::source::Source;

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// What SignedData holds beside its signatures: one element each.
pub(super) struct Content<'a> {
    certificates: Option<Element<'a>>,
    lists: Option<Element<'a>>,
}

pub(super) fn recognise(bytes: &[u8]) -> Option<Content<'_>> {
    let mut fields = der::only(bytes, tag::SEQUENCE)?.walk();
    if fields.take(tag::OID)?.content != SIGNED_DATA {
        return None;
    }
    let signed = fields.take(tag::CONTEXT_0)?.walk().take(tag::SEQUENCE)?;
    let mut fields = signed.walk();
    fields.take(tag::INTEGER)?;
    fields.take(tag::SET)?;
    fields.take(tag::SEQUENCE)?;
    Some(Content {
        certificates: fields.take(tag::CONTEXT_0),
        lists: fields.take(tag::CONTEXT_1),
    })
}

pub(super) fn read(content: &Content<'_>, source: &Source, findings: &mut Findings) {
    // Other choices (RFC 5652 section 10.2.1) are none for TLS.
    let certificates = content.certificates.iter().flat_map(sequences);
    for (at, element) in certificates.enumerate() {
        keep_certificate(element.whole, at + 1, source, findings);
    }
    for element in content.lists.iter().flat_map(sequences) {
        findings.keep_list(element.whole, source);
    }
}

fn sequences<'a>(set: &Element<'a>) -> impl Iterator<Item = Element<'a>> {
    let mut all = set.walk();
    std::iter::from_fn(move || all.next()).filter(|element| element.tag == tag::SEQUENCE)
}
