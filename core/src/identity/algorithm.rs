//! What kind of key a private key is, for the words of an error.

use super::der::{self, Element, tag};
use super::private_key::{Form, form, is_traditional_dsa};

/// What kind of key a DER is.
pub(crate) enum Algorithm {
    Rsa(usize),
    Curve { name: String, is_supported: bool },
    ExplicitCurve,
    Ed25519,
    Other(String),
}

const CURVES: &[(&str, &str, bool)] = &[
    ("1.2.840.10045.3.1.7", "P-256", true),
    ("1.3.132.0.34", "P-384", true),
    ("1.3.132.0.35", "P-521", true),
    ("1.3.132.0.10", "secp256k1", false),
    ("1.3.132.0.33", "P-224", false),
    ("1.2.840.10045.3.1.1", "P-192", false),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", false),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", false),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", false),
    ("1.2.156.10197.1.301", "SM2", false),
];

const OTHERS: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.10", "RSASSA-PSS"),
    ("1.2.840.113549.1.3.1", "Diffie-Hellman"),
    ("1.2.840.10040.4.1", "DSA"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.113", "Ed448"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
];

impl Algorithm {
    /// Never fails: what is not known is `Other`.
    pub(crate) fn of(der: &[u8]) -> Algorithm {
        Self::read(der).unwrap_or_else(|| Algorithm::Other("unknown".to_owned()))
    }

    /// That of a SubjectPublicKeyInfo.
    pub(crate) fn of_public(spki: &[u8]) -> Algorithm {
        let read = || {
            let mut fields = der::only(spki, tag::SEQUENCE)?.walk();
            let mut algorithm = fields.take(tag::SEQUENCE)?.walk();
            let oid = der::dotted(algorithm.take(tag::OID)?.content);
            Some(match oid.as_str() {
                "1.2.840.113549.1.1.1" => {
                    let key = der::bit_string(&fields.next()?)?;
                    let modulus = der::only(key, tag::SEQUENCE)?.walk().next()?;
                    Algorithm::Rsa(bits(&modulus)?)
                }
                "1.2.840.10045.2.1" => Self::curve(algorithm.next()),
                "1.3.101.112" => Algorithm::Ed25519,
                _ => Algorithm::Other(named(&oid)),
            })
        };
        read().unwrap_or_else(|| Algorithm::Other("unknown".to_owned()))
    }

    fn read(der: &[u8]) -> Option<Algorithm> {
        if is_traditional_dsa(der) {
            return Some(Algorithm::Other("DSA".to_owned()));
        }
        let mut fields = der::only(der, tag::SEQUENCE)?.walk();
        fields.take(tag::INTEGER)?;
        match form(der)? {
            Form::Pkcs1 => Some(Algorithm::Rsa(bits(&fields.next()?)?)),
            Form::Sec1 => {
                fields.take(tag::OCTET_STRING)?;
                let parameters = fields.take(tag::CONTEXT_0)?;
                Some(Self::curve(parameters.walk().next()))
            }
            Form::Pkcs8 => {
                let mut algorithm = fields.take(tag::SEQUENCE)?.walk();
                let oid = der::dotted(algorithm.take(tag::OID)?.content);
                Some(match oid.as_str() {
                    "1.2.840.113549.1.1.1" => Self::read(fields.next()?.content)?,
                    "1.2.840.10045.2.1" => Self::curve(algorithm.next()),
                    "1.3.101.112" => Algorithm::Ed25519,
                    _ => Algorithm::Other(named(&oid)),
                })
            }
        }
    }

    fn curve(parameters: Option<Element<'_>>) -> Algorithm {
        match parameters {
            Some(element) if element.tag == tag::SEQUENCE => Algorithm::ExplicitCurve,
            Some(element) => {
                let oid = der::dotted(element.content);
                let known = CURVES.iter().find(|(dotted, ..)| *dotted == oid);
                Algorithm::Curve {
                    name: known.map_or_else(|| oid.clone(), |(_, name, _)| (*name).to_owned()),
                    is_supported: known.is_some_and(|(.., is_supported)| *is_supported),
                }
            }
            None => Algorithm::Other("ECDSA without a curve".to_owned()),
        }
    }

    /// Such as `RSA 2048`.
    pub(crate) fn words(&self) -> String {
        match self {
            Algorithm::Rsa(bits) => format!("RSA {bits}"),
            Algorithm::Curve { name, .. } => format!("ECDSA {name}"),
            Algorithm::ExplicitCurve => "ECDSA".to_owned(),
            Algorithm::Ed25519 => "Ed25519".to_owned(),
            Algorithm::Other(name) => name.clone(),
        }
    }
}

fn named(oid: &str) -> String {
    OTHERS
        .iter()
        .find(|(dotted, _)| *dotted == oid)
        .map_or_else(|| oid.to_owned(), |(_, name)| (*name).to_owned())
}

/// The length of an INTEGER in bits.
fn bits(element: &Element<'_>) -> Option<usize> {
    let digits = der::magnitude(element)?;
    let first = digits.first()?;
    Some(digits.len() * 8 - first.leading_zeros() as usize)
}
