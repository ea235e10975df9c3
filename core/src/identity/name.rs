//! Distinguished names as RFC 4514 text.

use super::der::{self, Walker, tag};

/// RFC 4514 section 3, and what OpenSSL prints for others that certificates really hold.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "GN"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
];

/// The text of a DER name, most specific part first; empty where it is malformed.
pub(crate) fn to_text(name: &[u8]) -> String {
    parts(name).unwrap_or_default()
}

fn parts(name: &[u8]) -> Option<String> {
    let mut sequence = der::only(name, tag::SEQUENCE)?.walk();
    let mut texts = Vec::new();
    while !sequence.is_at_end() {
        let mut set = sequence.take(tag::SET)?.walk();
        let mut attributes = Vec::new();
        while !set.is_at_end() {
            attributes.push(attribute(set.take(tag::SEQUENCE)?.walk())?);
        }
        texts.push(attributes.join("+"));
    }
    texts.reverse();
    Some(texts.join(","))
}

fn attribute(mut walker: Walker<'_>) -> Option<String> {
    let oid = der::dotted(walker.take(tag::OID)?.content);
    let value = walker.next()?;
    let short = SHORT_NAMES.iter().find(|(dotted, _)| *dotted == oid);
    Some(match (short, string(value.tag, value.content)) {
        (Some((_, name)), Some(text)) => format!("{name}={}", escaped(&text)),
        _ => format!("{oid}=#{}", der::hex(value.whole)),
    })
}

/// The most specific common name of a DER name.
pub(crate) fn common_name(name: &[u8]) -> Option<String> {
    let mut sequence = der::only(name, tag::SEQUENCE)?.walk();
    let mut last = None;
    while let Some(set) = sequence.take(tag::SET) {
        let mut set = set.walk();
        while let Some(attribute) = set.take(tag::SEQUENCE) {
            let mut fields = attribute.walk();
            if der::dotted(fields.take(tag::OID)?.content) == "2.5.4.3" {
                let value = fields.next()?;
                last = string(value.tag, value.content);
            }
        }
    }
    last
}

/// The string types that certificates use. CAs put `*` and `@` into PrintableString and Latin-1 into T61String.
fn string(tag: u8, content: &[u8]) -> Option<String> {
    match tag {
        // UTF8String, PrintableString, IA5String, NumericString, VisibleString
        0x0c | 0x13 | 0x16 | 0x12 | 0x1a => String::from_utf8(content.to_vec()).ok(),
        // T61String
        0x14 => Some(content.iter().map(|&byte| char::from(byte)).collect()),
        // BMPString
        0x1e => {
            let units = content.chunks_exact(2).map(|pair| {
                pair.iter()
                    .fold(0u16, |unit, &byte| (unit << 8) | u16::from(byte))
            });
            char::decode_utf16(units)
                .collect::<Result<String, _>>()
                .ok()
        }
        _ => None,
    }
}

/// RFC 4514 section 2.4.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (at, c) in text.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', c]),
            '#' if at == 0 => out.push_str("\\#"),
            ' ' if at == 0 || at == last => out.push_str("\\ "),
            c if c.is_control() => {
                let mut utf8 = [0; 4];
                for byte in c.encode_utf8(&mut utf8).bytes() {
                    out.push_str(&format!("\\{byte:02X}"));
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// The `O=` of an RFC 4514 name.
pub(crate) fn organisation(name: &str) -> Option<&str> {
    name.split(',')
        .find_map(|part| part.trim().strip_prefix("O="))
}
