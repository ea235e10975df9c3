//! Certificate requests (RFC 2986) and revocation lists (RFC 5280), read for display.

use serde_json::{Value, json};

use super::facts;
use crate::identity::algorithm::Algorithm;
use crate::identity::certificate::{names_in, signature_fits};
use crate::identity::der::{self, Element, Walker, tag};
use crate::identity::findings::FoundSection;
use crate::identity::source::Source;
use crate::identity::{date, name};

/// 1.2.840.113549.1.9.14
const EXTENSION_REQUEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

pub(super) const REQUEST: &str = "CERTIFICATE REQUEST";
pub(super) const REVOCATION_LIST: &str = "X509 CRL";
pub(super) const PUBLIC_KEY: &str = "PUBLIC KEY";

/// A file in DER that is one of these, with its kind for lists; PEM sections are told by their labels.
pub(super) fn recognise(source: &Source) -> Option<(&'static str, FoundSection)> {
    let bytes = source.bytes.as_slice();
    let (label, kind) = if Request::parse(bytes).is_some() {
        (REQUEST, "certificate request")
    } else if RevocationList::parse(bytes).is_some() {
        (REVOCATION_LIST, "certificate revocation list")
    } else if is_public_key(bytes) {
        (PUBLIC_KEY, "public key")
    } else {
        return None;
    };
    let section = FoundSection {
        label: label.to_owned(),
        der: bytes.to_vec(),
        place: format!("the {kind} of {}", source.name),
    };
    Some((kind, section))
}

fn is_public_key(der: &[u8]) -> bool {
    let inside = || {
        let mut fields = der::only(der, tag::SEQUENCE)?.walk();
        fields.take(tag::SEQUENCE)?.walk().take(tag::OID)?;
        fields.take(tag::BIT_STRING)?;
        fields.is_at_end().then_some(())
    };
    inside().is_some()
}

/// A certificate request.
pub(super) struct Request<'a> {
    info: &'a [u8],
    subject: &'a [u8],
    pub(super) spki: &'a [u8],
    attributes: Option<Element<'a>>,
    algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Request<'a> {
    pub(super) fn parse(der: &'a [u8]) -> Option<Request<'a>> {
        let mut outer = Walker::new(der).take(tag::SEQUENCE)?.walk();
        let info = outer.take(tag::SEQUENCE)?;
        let algorithm = outer.take(tag::SEQUENCE)?.content;
        let signature = der::bit_string(&outer.take(tag::BIT_STRING)?)?;
        let mut fields = info.walk();
        let version = fields.take(tag::INTEGER)?;
        let subject = fields.take(tag::SEQUENCE)?.whole;
        let spki = fields.take(tag::SEQUENCE)?.whole;
        is_public_key(spki).then_some(())?;
        (version.content == [0]).then_some(())?;
        Some(Request {
            info: info.whole,
            subject,
            spki,
            attributes: fields.take(tag::CONTEXT_0),
            algorithm,
            signature,
        })
    }

    /// The names that are asked for.
    fn names(&self) -> Vec<String> {
        let find = || {
            let mut attributes = self.attributes?.walk();
            while let Some(attribute) = attributes.take(tag::SEQUENCE) {
                let mut fields = attribute.walk();
                if fields.take(tag::OID)?.content != EXTENSION_REQUEST {
                    continue;
                }
                let list = fields.take(tag::SET)?.walk().take(tag::SEQUENCE)?;
                let mut extensions = list.walk();
                while let Some(extension) = extensions.take(tag::SEQUENCE) {
                    let mut fields = extension.walk();
                    if fields.take(tag::OID)?.content == SUBJECT_ALT_NAME {
                        let _critical = fields.take(0x01);
                        return Some(names_in(fields.take(tag::OCTET_STRING)?.content));
                    }
                }
            }
            None
        };
        find().unwrap_or_default()
    }
}

/// All about a request.
pub(super) fn describe(section: &FoundSection) -> Value {
    let Some(request) = Request::parse(&section.der) else {
        return json!({"place": section.place, "problem": "it cannot be read"});
    };
    json!({
        "place": section.place,
        "subject": name::to_text(request.subject),
        "names": request.names(),
        "key": Algorithm::of_public(request.spki).words(),
        "pin": facts::pin(request.spki),
        "signature": facts::signature(request.algorithm),
        // `null` where the algorithm is not known here.
        "signature_valid": signature_fits(request.spki, request.algorithm, request.info, request.signature),
    })
}

/// A revocation list.
struct RevocationList<'a> {
    issuer: &'a [u8],
    this_update: Option<i64>,
    next_update: Option<i64>,
    revoked: usize,
}

impl<'a> RevocationList<'a> {
    fn parse(der: &'a [u8]) -> Option<RevocationList<'a>> {
        let mut outer = Walker::new(der).take(tag::SEQUENCE)?.walk();
        let list = outer.take(tag::SEQUENCE)?;
        outer.take(tag::SEQUENCE)?;
        outer.take(tag::BIT_STRING)?;
        let mut fields = list.walk();
        let _version = fields.take(tag::INTEGER);
        fields.take(tag::SEQUENCE)?.walk().take(tag::OID)?;
        let issuer = fields.take(tag::SEQUENCE)?.whole;
        let time = |element: Element<'_>| date::from_asn1(element.tag, element.content);
        let this_update = time(fields.next()?)?;
        let mut next_update = None;
        let mut revoked = 0;
        while let Some(element) = fields.next() {
            match element.tag {
                0x17 | 0x18 => next_update = time(element),
                tag::SEQUENCE => {
                    let mut entries = element.walk();
                    while entries.take(tag::SEQUENCE).is_some() {
                        revoked += 1;
                    }
                }
                _ => {}
            }
        }
        Some(RevocationList {
            issuer,
            this_update: Some(this_update),
            next_update,
            revoked,
        })
    }
}

/// All about a revocation list.
pub(super) fn describe_list(section: &FoundSection) -> Value {
    let Some(list) = RevocationList::parse(&section.der) else {
        return json!({"place": section.place, "problem": "it cannot be read"});
    };
    let now = date::now();
    json!({
        "place": section.place,
        "issuer": name::to_text(list.issuer),
        "this_update": list.this_update.map(date::rfc3339),
        "next_update": list.next_update.map(date::rfc3339),
        "is_expired": list.next_update.is_some_and(|next| next < now),
        "revoked": list.revoked,
    })
}

/// All about a public key.
pub(super) fn describe_key(section: &FoundSection) -> Value {
    json!({
        "place": section.place,
        "key": Algorithm::of_public(&section.der).words(),
        "pin": facts::pin(&section.der),
    })
}
