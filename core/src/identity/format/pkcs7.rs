//! A chain of certificates in PKCS#7 (RFC 5652): `.p7b`, `.p7c`.

use super::store::keep_certificate;
use crate::identity::der::{self, Element, tag};
use crate::identity::findings::Findings;
use crate::identity::source::Source;

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// The certificates of SignedData, one element each.
pub(super) fn recognise(bytes: &[u8]) -> Option<Element<'_>> {
    let mut fields = der::only(bytes, tag::SEQUENCE)?.walk();
    if fields.take(tag::OID)?.content != SIGNED_DATA {
        return None;
    }
    let signed = fields.take(tag::CONTEXT_0)?.walk().take(tag::SEQUENCE)?;
    let mut fields = signed.walk();
    fields.take(tag::INTEGER)?;
    fields.take(tag::SET)?;
    fields.take(tag::SEQUENCE)?;
    fields.take(tag::CONTEXT_0)
}

pub(super) fn read(certificates: &Element<'_>, source: &Source, findings: &mut Findings) {
    let mut all = certificates.walk();
    let mut number = 0;
    while let Some(element) = all.next() {
        // Other choices (RFC 5652 section 10.2.2) are none for TLS.
        if element.tag == tag::SEQUENCE {
            number += 1;
            keep_certificate(element.whole, number, source, findings);
        }
    }
}
