//! What a certificate says, in words.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::identity::algorithm::Algorithm;
use crate::identity::certificate::{self, Certificate, sha256};
use crate::identity::der::{self, Walker, tag};
use crate::identity::findings::FoundCertificate;

const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];

/// RFC 5280 section 4.2.1.3, in the order of the bits.
const KEY_USAGES: &[&str] = &[
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

const PURPOSES: &[(&str, &str)] = &[
    ("1.3.6.1.5.5.7.3.1", "serverAuth"),
    ("1.3.6.1.5.5.7.3.2", "clientAuth"),
    ("1.3.6.1.5.5.7.3.3", "codeSigning"),
    ("1.3.6.1.5.5.7.3.4", "emailProtection"),
    ("1.3.6.1.5.5.7.3.8", "timeStamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    ("1.3.6.1.4.1.311.20.2.2", "smartcardLogon"),
    ("2.5.29.37.0", "anyExtendedKeyUsage"),
];

const SIGNATURES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.2", "MD2 with RSA"),
    ("1.2.840.113549.1.1.4", "MD5 with RSA"),
    ("1.2.840.113549.1.1.5", "SHA-1 with RSA"),
    ("1.2.840.113549.1.1.10", "RSASSA-PSS"),
    ("1.2.840.113549.1.1.11", "SHA-256 with RSA"),
    ("1.2.840.113549.1.1.12", "SHA-384 with RSA"),
    ("1.2.840.113549.1.1.13", "SHA-512 with RSA"),
    ("1.2.840.113549.1.1.14", "SHA-224 with RSA"),
    ("1.2.840.10045.4.1", "SHA-1 with ECDSA"),
    ("1.2.840.10045.4.3.1", "SHA-224 with ECDSA"),
    ("1.2.840.10045.4.3.2", "SHA-256 with ECDSA"),
    ("1.2.840.10045.4.3.3", "SHA-384 with ECDSA"),
    ("1.2.840.10045.4.3.4", "SHA-512 with ECDSA"),
    ("1.2.840.10040.4.3", "SHA-1 with DSA"),
    ("2.16.840.1.101.3.4.3.2", "SHA-256 with DSA"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
];

/// What is told by a table.
fn named(table: &[(&str, &'static str)], oid: &str) -> String {
    let known = table.iter().find(|(dotted, _)| *dotted == oid);
    known.map_or_else(|| oid.to_owned(), |(_, name)| (*name).to_owned())
}

/// The name of a signature's AlgorithmIdentifier, whose header is left out.
pub(super) fn signature(algorithm: &[u8]) -> String {
    let oid = Walker::new(algorithm).take(tag::OID);
    named(
        SIGNATURES,
        &oid.map(|oid| der::dotted(oid.content)).unwrap_or_default(),
    )
}

/// What `check` and `inspect` want to know of a certificate beyond its summary.
pub(super) struct Facts {
    pub(super) version: u64,
    pub(super) is_ca: bool,
    pub(super) is_self_issued: bool,
    /// `None` without the extension.
    pub(super) purposes: Option<Vec<String>>,
    /// `None` without the extension.
    pub(super) usages: Option<Vec<&'static str>>,
    pub(super) signature: String,
    pub(super) key: String,
    pub(super) rsa_bits: Option<usize>,
}

impl Facts {
    pub(super) fn of(der: &[u8]) -> Option<Facts> {
        let certificate = Certificate::parse(der)?;
        let algorithm = Algorithm::of_public(certificate.spki);
        Some(Facts {
            version: version(certificate.tbs),
            is_ca: constraints_say_ca(&certificate),
            is_self_issued: certificate.is_self_issued(),
            purposes: certificate.extension(EXTENDED_KEY_USAGE).map(purposes),
            usages: certificate.extension(KEY_USAGE).map(usages),
            signature: signature(certificate.signature_algorithm),
            key: algorithm.words(),
            rsa_bits: match algorithm {
                Algorithm::Rsa(bits) => Some(bits),
                _ => None,
            },
        })
    }

    /// What the certificate is in a chain.
    pub(super) fn role(&self) -> &'static str {
        match (self.is_ca, self.is_self_issued) {
            (true, true) => "root",
            (true, false) => "intermediate",
            // X.509 v1 has no extensions to say so.
            (false, true) if self.version < 3 => "root",
            (false, true) => "self-signed leaf",
            (false, false) => "leaf",
        }
    }
}

fn version(tbs: &[u8]) -> u64 {
    let number = || {
        let explicit = der::only(tbs, tag::SEQUENCE)?.walk().take(tag::CONTEXT_0)?;
        der::unsigned(&explicit.walk().next()?)
    };
    number().map_or(1, |number| number + 1)
}

fn constraints_say_ca(certificate: &Certificate<'_>) -> bool {
    let flag = || {
        let value = certificate.extension(BASIC_CONSTRAINTS)?;
        let flag = der::only(value, tag::SEQUENCE)?.walk().take(0x01)?;
        Some(flag.content != [0])
    };
    flag().unwrap_or(false)
}

fn purposes(value: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut list = Walker::new(value);
    if let Some(list) = list.take(tag::SEQUENCE) {
        let mut list = list.walk();
        while let Some(oid) = list.take(tag::OID) {
            names.push(named(PURPOSES, &der::dotted(oid.content)));
        }
    }
    names
}

fn usages(value: &[u8]) -> Vec<&'static str> {
    let Some((_, bits)) =
        der::only(value, tag::BIT_STRING).and_then(|bits| bits.content.split_first())
    else {
        return Vec::new();
    };
    let is_set = |at: &usize| {
        bits.get(at / 8)
            .is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0)
    };
    KEY_USAGES
        .iter()
        .enumerate()
        .filter(|(at, _)| is_set(at))
        .map(|(_, name)| *name)
        .collect()
}

/// Whether the certificate says that it is a CA's.
pub(super) fn is_ca(der: &[u8]) -> bool {
    Certificate::parse(der).is_some_and(|certificate| constraints_say_ca(&certificate))
}

/// Whether `issuer` has issued `child`, which is another certificate.
pub(super) fn issued(issuer: &[u8], child: &[u8]) -> bool {
    let (Some(issuer), Some(child)) = (Certificate::parse(issuer), Certificate::parse(child))
    else {
        return false;
    };
    issuer.spki != child.spki
        && issuer.subject == child.issuer
        && child.is_signed_by(&issuer) != Some(false)
}

/// The pin of a SubjectPublicKeyInfo, as in `trust.pins`.
pub(super) fn pin(spki: &[u8]) -> String {
    format!("sha256/{}", STANDARD.encode(sha256(spki)))
}

/// All about a certificate.
pub(super) fn certificate(der: &[u8]) -> Value {
    let summary = certificate::summarise(der);
    let mut value = serde_json::to_value(&summary).unwrap_or_default();
    let (Some(object), Some(facts)) = (value.as_object_mut(), Facts::of(der)) else {
        return value;
    };
    let more = json!({
        "x5t_s256": URL_SAFE_NO_PAD.encode(sha256(der)),
        "version": facts.version,
        "role": facts.role(),
        "key": facts.key,
        "signature": facts.signature,
        "key_usage": facts.usages,
        "extended_key_usage": facts.purposes,
    });
    if let Value::Object(more) = more {
        object.extend(more);
    }
    value
}

/// The same, with its place.
pub(super) fn found(found: &FoundCertificate) -> Value {
    let mut value = certificate(&found.der);
    if let Some(object) = value.as_object_mut() {
        object.insert("place".into(), json!(&*found.place));
        object.insert("alias".into(), json!(found.alias));
    }
    value
}

/// The format of a file, in words.
pub(super) fn format_of(bytes: &[u8]) -> &'static str {
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let inside = || {
        let mut fields = Walker::new(bytes).take(tag::SEQUENCE)?.walk();
        let first = fields.next()?;
        Some(match (first.tag, first.content) {
            (tag::INTEGER, [3]) if fields.take(tag::SEQUENCE).is_some() => "PKCS#12 store",
            (tag::OID, _) => "PKCS#7",
            _ => "DER",
        })
    };
    match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] => "JKS store",
        [0xce, 0xce, 0xce, 0xce, ..] => "JCEKS store",
        [b'P', b'K', 3, 4, ..] => "zip archive",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "PEM in UTF-16",
        // BER with an indefinite length, as older tools write stores.
        [0x30, 0x80, 2, 1, 3, ..] => "PKCS#12 store",
        [0x30, 0x80, 6, ..] => "PKCS#7",
        _ if has(b"-----BEGIN ") => "PEM",
        _ => inside().unwrap_or("base64 or text"),
    }
}
