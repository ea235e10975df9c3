//! The subject and the names of a certificate signing request.

use std::fmt;
use std::net::IpAddr;

use pkcs8::ObjectIdentifier;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::encode::{self, Bytes};
use crate::config::OneOrMany;
use crate::error::{Code, MtlsError, Result};

/// How a value is written (RFC 5280 appendix A).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Utf8,
    Printable,
    Ia5,
}

/// A part of a name.
pub(super) struct Attribute {
    pub(super) short: &'static str,
    pub(super) long: &'static str,
    oid: ObjectIdentifier,
    text: Text,
    longest: usize,
}

const fn attribute(
    short: &'static str,
    long: &'static str,
    oid: &str,
    text: Text,
    longest: usize,
) -> Attribute {
    Attribute {
        short,
        long,
        oid: ObjectIdentifier::new_unwrap(oid),
        text,
        longest,
    }
}

/// In the order in which they are written where the caller gave none; bounds are RFC 5280's.
const ATTRIBUTES: &[Attribute] = &[
    attribute("C", "country", "2.5.4.6", Text::Printable, 2),
    attribute("ST", "state", "2.5.4.8", Text::Utf8, 128),
    attribute("L", "locality", "2.5.4.7", Text::Utf8, 128),
    attribute("STREET", "street", "2.5.4.9", Text::Utf8, 128),
    attribute("postalCode", "postal_code", "2.5.4.17", Text::Utf8, 40),
    attribute(
        "DC",
        "domain_component",
        "0.9.2342.19200300.100.1.25",
        Text::Ia5,
        63,
    ),
    attribute("O", "organization", "2.5.4.10", Text::Utf8, 64),
    attribute("OU", "organizational_unit", "2.5.4.11", Text::Utf8, 64),
    attribute(
        "organizationIdentifier",
        "organization_identifier",
        "2.5.4.97",
        Text::Utf8,
        128,
    ),
    attribute(
        "businessCategory",
        "business_category",
        "2.5.4.15",
        Text::Utf8,
        128,
    ),
    attribute(
        "jurisdictionC",
        "jurisdiction_country",
        "1.3.6.1.4.1.311.60.2.1.3",
        Text::Printable,
        2,
    ),
    attribute(
        "serialNumber",
        "serial_number",
        "2.5.4.5",
        Text::Printable,
        64,
    ),
    attribute(
        "UID",
        "user_id",
        "0.9.2342.19200300.100.1.1",
        Text::Utf8,
        256,
    ),
    attribute("CN", "common_name", "2.5.4.3", Text::Utf8, 64),
    attribute(
        "emailAddress",
        "email",
        "1.2.840.113549.1.9.1",
        Text::Ia5,
        255,
    ),
];

impl Attribute {
    /// By its short or long name, in whatever case a language writes it.
    pub(super) fn find(name: &str) -> Option<&'static Attribute> {
        let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let wanted = plain(name);
        ATTRIBUTES
            .iter()
            .find(|known| plain(known.short) == wanted || plain(known.long) == wanted)
    }

    fn encode(&self, value: &str) -> Result<Bytes> {
        let refused = |problem: String| {
            MtlsError::config(
                Code::BadOption,
                format!("`subject.{}`: {value:?} {problem}", self.long),
            )
        };
        if value.is_empty() {
            return Err(refused("is empty".into()).with_hint("Leave it out."));
        }
        if value.chars().count() > self.longest {
            return Err(refused(format!(
                "is longer than {} characters",
                self.longest
            )));
        }
        if self.longest == 2
            && !(value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic()))
        {
            return Err(refused("is no country code of two letters".into())
                .with_hint("Write the two letters of ISO 3166, such as CA or GB."));
        }
        let is_printable = |c: char| c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c);
        let (tag, fits) = match self.text {
            Text::Utf8 => (0x0c, !value.chars().any(char::is_control)),
            Text::Printable => (0x13, value.chars().all(is_printable)),
            Text::Ia5 => (
                0x16,
                value.is_ascii() && !value.chars().any(char::is_control),
            ),
        };
        if !fits {
            return Err(refused("holds a character that cannot be in it".into()));
        }
        let value = match self.longest {
            2 => value.to_ascii_uppercase(),
            _ => value.to_owned(),
        };
        let pair = encode::sequence(&[
            &encode::oid(self.oid),
            &encode::element(tag, &[value.as_bytes()]),
        ]);
        Ok(encode::set(&[&pair]))
    }
}

/// Who asks: `{"country": "CA", "common_name": "..."}`, `"CN=...,O=..."` or `"/O=.../CN=..."`.
#[derive(Default)]
pub(super) struct Subject(Vec<(&'static Attribute, String)>);

impl Subject {
    pub(super) fn parts(&self) -> impl Iterator<Item = (&'static Attribute, &str)> {
        self.0
            .iter()
            .map(|(attribute, value)| (*attribute, value.as_str()))
    }

    /// The first value of an attribute.
    pub(super) fn value(&self, short: &str) -> Option<&str> {
        let mut parts = self.parts();
        parts.find_map(|(attribute, value)| (attribute.short == short).then_some(value))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn encode(&self) -> Result<Bytes> {
        let parts: Vec<Bytes> = self
            .parts()
            .map(|(attribute, value)| attribute.encode(value))
            .collect::<Result<_>>()?;
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_slice()).collect();
        Ok(encode::sequence(&parts))
    }

    fn push(&mut self, name: &str, value: String) -> std::result::Result<(), String> {
        let attribute = Attribute::find(name).ok_or_else(|| unknown(name))?;
        self.0.push((attribute, value));
        Ok(())
    }

    /// RFC 4514, most specific part first; or OpenSSL's form, least specific first.
    fn parse(text: &str) -> std::result::Result<Subject, String> {
        let mut subject = Subject::default();
        let (text, separator) = match text.strip_prefix('/') {
            Some(rest) => (rest, '/'),
            None => (text, ','),
        };
        for part in split(text, separator) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| format!("{part:?} has no `=`"))?;
            subject.push(name.trim(), unescaped(value.trim()))?;
        }
        if separator == ',' {
            subject.0.reverse();
        }
        Ok(subject)
    }
}

fn unknown(name: &str) -> String {
    let nearest = ATTRIBUTES
        .iter()
        .map(|known| {
            (
                strsim::jaro_winkler(&name.to_lowercase(), known.long),
                known.long,
            )
        })
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((likeness, long)) if likeness > 0.7 => {
            format!("unknown part of a subject `{name}`; did you mean `{long}`?")
        }
        _ => {
            let all: Vec<&str> = ATTRIBUTES.iter().map(|known| known.long).collect();
            format!(
                "unknown part of a subject `{name}`; known: {}",
                all.join(", ")
            )
        }
    }
}

/// At a separator that no backslash stands before.
pub(super) fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for c in text.chars() {
        if c == separator && !is_escaped {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Without the backslashes of RFC 4514.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Shape;

        impl<'de> Visitor<'de> for Shape {
            type Value = Subject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an object such as {\"common_name\": \"...\"}, or text such as CN=...,O=...",
                )
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Subject, E> {
                Subject::parse(text).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Subject, A::Error> {
                let mut subject = Subject::default();
                while let Some(name) = map.next_key::<String>()? {
                    let values: OneOrMany<String> = map.next_value()?;
                    for value in values.0 {
                        subject.push(&name, value).map_err(de::Error::custom)?;
                    }
                }
                let place = |attribute: &Attribute| {
                    ATTRIBUTES
                        .iter()
                        .position(|known| known.short == attribute.short)
                };
                subject.0.sort_by_key(|(attribute, _)| place(attribute));
                Ok(subject)
            }
        }

        deserializer.deserialize_any(Shape)
    }
}

/// A subject alternative name: an address, a URI, an e-mail address or a DNS name, told by its form.
pub(super) fn alternative_name(name: &str) -> Result<Bytes> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(match address {
            IpAddr::V4(v4) => encode::element(0x87, &[&v4.octets()]),
            IpAddr::V6(v6) => encode::element(0x87, &[&v6.octets()]),
        });
    }
    let host = name.strip_prefix("*.").unwrap_or(name);
    let tag = if name.is_ascii() && name.contains("://") {
        0x86
    } else if name.is_ascii() && name.contains('@') {
        0x81
    } else if is_host(host) {
        0x82
    } else {
        return Err(MtlsError::config(
            Code::BadOption,
            format!("`names`: {name:?} is no host name, address, URI or e-mail address"),
        )
        .with_hint("Write a name of another alphabet in its ASCII form (xn--...)."));
    };
    Ok(encode::element(tag, &[name.as_bytes()]))
}

fn is_host(name: &str) -> bool {
    name.len() <= 253 && !name.is_empty() && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=63).contains(&label.len())
        && label.bytes().all(is_inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A host name with a domain, which ends in letters.
pub(super) fn is_fqdn(name: &str) -> bool {
    let top = name.rsplit('.').next().unwrap_or_default();
    is_host(name)
        && name.contains('.')
        && !name.contains('_')
        && top.len() >= 2
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}
