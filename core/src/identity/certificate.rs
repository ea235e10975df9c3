//! What a certificate says, read tolerantly: for reports, matching and ordering, never for trust.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::der::{self, Element, Walker, tag};
use super::{date, name};
use crate::report::CertificateSummary;

const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 0x0e];
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 0x23];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0x00];
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
const CA_ISSUERS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];

/// The parts of a certificate, borrowed from its DER. X.509 v1 to v3.
pub(crate) struct Certificate<'a> {
    /// The signed part, with its header.
    pub(crate) tbs: &'a [u8],
    /// As X.509 counts: 1 to 3.
    pub(crate) version: u8,
    serial: &'a [u8],
    /// The issuer's name, DER with its header.
    pub(crate) issuer: &'a [u8],
    /// Unix seconds; `None` where the date is malformed.
    pub(crate) not_before: Option<i64>,
    /// Unix seconds; `None` where the date is malformed.
    pub(crate) not_after: Option<i64>,
    /// The subject's name, DER with its header.
    pub(crate) subject: &'a [u8],
    /// The SubjectPublicKeyInfo, DER with its header.
    pub(crate) spki: &'a [u8],
    extensions: Option<Element<'a>>,
    /// The AlgorithmIdentifier of the signature, without its header.
    pub(crate) signature_algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Reads the outer structure; bytes after the certificate are not looked at.
    pub(crate) fn parse(der: &'a [u8]) -> Option<Self> {
        let mut outer = Walker::new(der).take(tag::SEQUENCE)?.walk();
        let tbs = outer.take(tag::SEQUENCE)?;
        let signature_algorithm = outer.take(tag::SEQUENCE)?.content;
        let signature = der::bit_string(&outer.take(tag::BIT_STRING)?)?;

        let mut fields = tbs.walk();
        let version = match fields.take(tag::CONTEXT_0) {
            None => 1,
            Some(version) => match version.content {
                [0x02, 0x01, number @ 0..=2] => number + 1,
                _ => 3,
            },
        };
        let serial = fields.take(tag::INTEGER)?.content;
        let _algorithm = fields.take(tag::SEQUENCE)?;
        let issuer = fields.take(tag::SEQUENCE)?.whole;
        let mut validity = fields.take(tag::SEQUENCE)?.walk();
        let mut time = || {
            let element = validity.next()?;
            date::from_asn1(element.tag, element.content)
        };
        let (not_before, not_after) = (time(), time());
        let subject = fields.take(tag::SEQUENCE)?.whole;
        let spki = fields.take(tag::SEQUENCE)?.whole;
        let mut extensions = None;
        while let Some(element) = fields.next() {
            if element.tag == tag::CONTEXT_3 {
                extensions = element.walk().take(tag::SEQUENCE);
            }
        }
        Some(Certificate {
            tbs: tbs.whole,
            version,
            serial,
            issuer,
            not_before,
            not_after,
            subject,
            spki,
            extensions,
            signature_algorithm,
            signature,
        })
    }

    /// Whether subject and issuer are the same name, as in a root.
    pub(crate) fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Whether the dates hold at `now`; a malformed date does not.
    pub(crate) fn is_current(&self, now: i64) -> bool {
        self.not_before.is_some_and(|date| date <= now)
            && self.not_after.is_some_and(|date| now <= date)
    }

    /// Whether it says to be the certificate of a CA.
    pub(crate) fn is_ca(&self) -> bool {
        let says = || {
            let constraints = der::only(self.extension(BASIC_CONSTRAINTS)?, tag::SEQUENCE)?;
            Some(constraints.walk().take(0x01)?.content != [0])
        };
        says() == Some(true)
    }

    /// Whether its extended key usage, if it has one, allows a server.
    pub(crate) fn is_for_servers(&self) -> bool {
        self.is_for(SERVER_AUTH)
    }

    /// Whether its extended key usage, if it has one, allows a client.
    pub(crate) fn is_for_clients(&self) -> bool {
        self.is_for(CLIENT_AUTH)
    }

    fn is_for(&self, wanted: &[u8]) -> bool {
        let Some(value) = self.extension(EXTENDED_KEY_USAGE) else {
            return true;
        };
        let Some(list) = der::only(value, tag::SEQUENCE) else {
            return false;
        };
        let mut usages = list.walk();
        while let Some(usage) = usages.take(tag::OID) {
            if usage.content == wanted || usage.content == ANY_USAGE {
                return true;
            }
        }
        false
    }

    /// The bits of the public key, without the algorithm around them.
    pub(crate) fn public_key(&self) -> Option<&'a [u8]> {
        public_key_bits(self.spki)
    }

    /// The key identifier that this certificate gives its own key.
    pub(crate) fn subject_key_id(&self) -> Option<&'a [u8]> {
        let value = self.extension(SUBJECT_KEY_ID)?;
        Some(der::only(value, tag::OCTET_STRING)?.content)
    }

    /// The key identifier of the key that signed this certificate.
    pub(crate) fn authority_key_id(&self) -> Option<&'a [u8]> {
        let value = self.extension(AUTHORITY_KEY_ID)?;
        let id = der::only(value, tag::SEQUENCE)?.walk().take(0x80)?;
        Some(id.content)
    }

    /// Where the issuer's certificate can be fetched, RFC 5280 section 4.2.2.1.
    pub(crate) fn aia_issuer_url(&self) -> Option<String> {
        let mut list = der::only(self.extension(AUTHORITY_INFO_ACCESS)?, tag::SEQUENCE)?.walk();
        while let Some(access) = list.take(tag::SEQUENCE) {
            let mut access = access.walk();
            if access.take(tag::OID)?.content == CA_ISSUERS
                && let Some(url) = access.take(0x86)
            {
                return String::from_utf8(url.content.to_vec()).ok();
            }
        }
        None
    }

    /// The DNS names and addresses of the subject alternative name.
    pub(crate) fn alternative_names(&self) -> Vec<String> {
        self.extension(SUBJECT_ALT_NAME)
            .map(names_in)
            .unwrap_or_default()
    }

    /// Whether `issuer`'s key made this certificate's signature; `None` for an algorithm that is not known here.
    pub(crate) fn is_signed_by(&self, issuer: &Certificate<'_>) -> Option<bool> {
        signature_fits(
            issuer.spki,
            self.signature_algorithm,
            self.tbs,
            self.signature,
        )
    }

    /// The value of an extension.
    pub(crate) fn extension(&self, oid: &[u8]) -> Option<&'a [u8]> {
        let mut list = self.extensions?.walk();
        while let Some(extension) = list.take(tag::SEQUENCE) {
            let mut fields = extension.walk();
            if fields.take(tag::OID)?.content == oid {
                let _critical = fields.take(0x01);
                return Some(fields.take(tag::OCTET_STRING)?.content);
            }
        }
        None
    }
}

/// The DNS names and addresses in a subject alternative name.
pub(crate) fn names_in(extension: &[u8]) -> Vec<String> {
    let Some(list) = der::only(extension, tag::SEQUENCE) else {
        return Vec::new();
    };
    let mut walker = list.walk();
    let mut names = Vec::new();
    while let Some(entry) = walker.next() {
        match entry.tag {
            0x82 => names.push(String::from_utf8_lossy(entry.content).into_owned()),
            0x87 => names.extend(address(entry.content).map(|ip| ip.to_string())),
            _ => {}
        }
    }
    names
}

/// 1.2.840.113549.1.1.1, with tag and length.
const RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1];
/// No RSA key of 2048 bits is so short, and webpki looks at no shorter one.
const SHORTEST_JUDGED: usize = 256;

/// Whether the key of `spki` made `signature`; `None` for an algorithm that is not known here, or a key that is too short.
pub(crate) fn signature_fits(
    spki: &[u8],
    signature_algorithm: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Option<bool> {
    let key_algorithm = public_key_algorithm(spki)?;
    let key = public_key_bits(spki)?;
    let mut known = None;
    for algorithm in webpki::ALL_VERIFICATION_ALGS {
        if algorithm.signature_alg_id().as_ref() != signature_algorithm
            || algorithm.public_key_alg_id().as_ref() != key_algorithm
        {
            continue;
        }
        if algorithm.verify_signature(key, message, signature).is_ok() {
            return Some(true);
        }
        known = Some(false);
    }
    if key_algorithm.starts_with(RSA) && key.len() < SHORTEST_JUDGED {
        return None;
    }
    known
}

/// The bits of the key in a SubjectPublicKeyInfo.
pub(crate) fn public_key_bits(spki: &[u8]) -> Option<&[u8]> {
    let mut fields = der::only(spki, tag::SEQUENCE)?.walk();
    let _algorithm = fields.take(tag::SEQUENCE)?;
    der::bit_string(&fields.take(tag::BIT_STRING)?)
}

fn public_key_algorithm(spki: &[u8]) -> Option<&[u8]> {
    let mut fields = der::only(spki, tag::SEQUENCE)?.walk();
    Some(fields.take(tag::SEQUENCE)?.content)
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        return Some(Ipv4Addr::from(v4).into());
    }
    let v6 = <[u8; 16]>::try_from(octets).ok()?;
    Some(Ipv6Addr::from(v6).into())
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let digest = digest::digest(&digest::SHA256, bytes);
    for (to, from) in out.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    out
}

/// The facts of a certificate. What cannot be read stays empty; the fingerprint is always there.
pub(crate) fn summarise(der: &[u8]) -> CertificateSummary {
    let mut summary = CertificateSummary {
        sha256: der::hex(&sha256(der)),
        ..CertificateSummary::default()
    };
    let Some(certificate) = Certificate::parse(der) else {
        return summary;
    };
    let serial = match certificate.serial {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    summary.subject = name::to_text(certificate.subject);
    summary.issuer = name::to_text(certificate.issuer);
    summary.serial = der::hex(serial);
    summary.not_before = certificate
        .not_before
        .map(date::rfc3339)
        .unwrap_or_default();
    summary.not_after = certificate.not_after.map(date::rfc3339).unwrap_or_default();
    summary.end = certificate.not_after;
    summary.count_days(date::now());
    summary.names = certificate.alternative_names();
    summary.pin = format!("sha256/{}", STANDARD.encode(sha256(certificate.spki)));
    summary
}

impl CertificateSummary {
    /// A summary that was made earlier counts the days from then.
    pub(crate) fn count_days(&mut self, now: i64) {
        self.days_left = self.end.map_or(0, |end| date::days_between(now, end));
    }
}

/// The pin of a certificate: SHA-256 of its SubjectPublicKeyInfo (RFC 7469).
pub(crate) fn spki_sha256(der: &[u8]) -> Option<[u8; 32]> {
    Certificate::parse(der).map(|certificate| sha256(certificate.spki))
}

/// The subject's name in DER, with its header.
pub(crate) fn subject_raw(der: &[u8]) -> Option<&[u8]> {
    Certificate::parse(der).map(|certificate| certificate.subject)
}

/// The issuer's name in DER, with its header.
pub(crate) fn issuer_raw(der: &[u8]) -> Option<&[u8]> {
    Certificate::parse(der).map(|certificate| certificate.issuer)
}

/// Where the issuer's certificate can be fetched.
pub(crate) fn aia_issuer_url(der: &[u8]) -> Option<String> {
    Certificate::parse(der)?.aia_issuer_url()
}
