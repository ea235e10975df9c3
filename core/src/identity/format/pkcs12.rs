//! PKCS#12 stores (RFC 7292): `.p12`, `.pfx`, and Java's keystores since Java 9.

use std::num::NonZeroU32;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA224, SHA256, SHA384, SHA512};
use aws_lc_rs::{hmac, pbkdf2};
use zeroize::Zeroizing;

use super::ber;
use super::store::{Entry, StoreAccess, keep_keys, keep_named_certificate, locked, shut};
use crate::error::Result;
use crate::identity::der::{self, Element, Walker, tag};
use crate::identity::encryption::{self, Read, Refusal, algorithm, iterations};
use crate::identity::findings::Findings;
use crate::identity::passphrase::Passphrase;
use crate::identity::pbe::{self, Purpose};
use crate::identity::source::Source;

const DATA: &str = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA: &str = "1.2.840.113549.1.7.6";
const KEY_BAG: &str = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG: &str = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG: &str = "1.2.840.113549.1.12.10.1.3";
const SAFE_CONTENTS_BAG: &str = "1.2.840.113549.1.12.10.1.6";
const X509: &str = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME: &str = "1.2.840.113549.1.9.20";
const PBMAC1: &str = "1.2.840.113549.1.5.14";
const PBKDF2: &str = "1.2.840.113549.1.5.12";

/// Parts of a store that are encrypted by themselves; tools write one, or one for each kind.
const MOST_ENCRYPTED_PARTS: usize = 8;
/// Bags within bags.
const DEEPEST: usize = 4;

/// Whether this is a store; its version is 3.
pub(super) fn recognise(bytes: &[u8]) -> bool {
    let inside = || {
        let mut fields = der::only(bytes, tag::SEQUENCE)?.walk();
        let version = fields.take(tag::INTEGER)?;
        fields.take(tag::SEQUENCE)?.walk().take(tag::OID)?;
        (version.content == [3]).then_some(())
    };
    inside().is_some()
}

/// Sorts what the store holds into `findings`.
pub(super) fn read(
    bytes: &[u8],
    access: &StoreAccess<'_>,
    source: &Source,
    findings: &mut Findings,
) -> Result<()> {
    let mut contents = Contents::default();
    let opened = match access.passphrase {
        Some(passphrase) if !passphrase.bytes().is_empty() => {
            contents.open(bytes, passphrase, &pbe::bmp(passphrase.bytes()))
        }
        // No password and an empty one are different things in PKCS#12, but not to people.
        _ => {
            let none = Passphrase::none().within(access.limit);
            match contents.open(bytes, &none, &pbe::bmp(b"")) {
                Ok(false) => contents.open(bytes, &none, b""),
                opened => opened,
            }
        }
    };
    if !opened.map_err(|refusal| shut(source, refusal))? {
        return Err(locked(access, source));
    }
    findings.opened_without |= access.passphrase.is_none();
    for (at, (alias, certificate)) in contents.certificates.into_iter().enumerate() {
        keep_named_certificate(&certificate, alias, at + 1, source, findings);
    }
    keep_keys(contents.keys, access, source, findings)
}

#[derive(Default)]
struct Contents {
    certificates: Vec<(Option<String>, Vec<u8>)>,
    keys: Vec<Entry>,
    encrypted_parts: usize,
}

impl Contents {
    /// False where the passphrase is wrong.
    fn open(&mut self, bytes: &[u8], passphrase: &Passphrase, wide: &[u8]) -> Read<bool> {
        *self = Contents::default();
        let broken = || Refusal::Damaged("its outermost structure cannot be read");
        let outer = der::only(bytes, tag::SEQUENCE).ok_or_else(broken)?;
        let mut fields = outer.walk();
        fields.take(tag::INTEGER).ok_or_else(broken)?;
        let (kind, content) = content(fields.next()).ok_or_else(broken)?;
        if kind != DATA {
            return Err(Refusal::Unsupported(
                "a public key instead of a password".into(),
            ));
        }
        let safe = octets(content).ok_or_else(broken)?;
        if let Some(mac) = fields.take(tag::SEQUENCE)
            && !verify(mac, &safe, passphrase, wide)?
        {
            return Ok(false);
        }
        let parts = der::only(&safe, tag::SEQUENCE).ok_or_else(broken)?;
        let mut parts = parts.walk();
        while let Some(part) = parts.next() {
            let (kind, content) =
                content_of(part).ok_or(Refusal::Damaged("one of its parts cannot be read"))?;
            match kind.as_str() {
                DATA => {
                    let bags = octets(content)
                        .ok_or(Refusal::Damaged("one of its parts cannot be read"))?;
                    self.bags(&bags, 0)?;
                }
                ENCRYPTED_DATA => {
                    self.encrypted_parts += 1;
                    if self.encrypted_parts > MOST_ENCRYPTED_PARTS {
                        return Err(Refusal::TooMuch(format!(
                            "more than {MOST_ENCRYPTED_PARTS} encrypted parts"
                        )));
                    }
                    let Some(bags) = decrypted(content, passphrase)? else {
                        return Ok(false);
                    };
                    if der::only(&bags, tag::SEQUENCE).is_none() {
                        return Ok(false);
                    }
                    self.bags(&bags, 0)?;
                }
                _ => {
                    return Err(Refusal::Unsupported(
                        "a public key instead of a password".into(),
                    ));
                }
            }
        }
        Ok(true)
    }

    fn bags(&mut self, bytes: &[u8], depth: usize) -> Read<()> {
        let broken = || Refusal::Damaged("one of its entries cannot be read");
        if depth > DEEPEST {
            return Err(broken());
        }
        let mut bags = der::only(bytes, tag::SEQUENCE).ok_or_else(broken)?.walk();
        while let Some(bag) = bags.next() {
            let mut fields = bag.walk();
            let kind = der::dotted(fields.take(tag::OID).ok_or_else(broken)?.content);
            let value = fields.take(tag::CONTEXT_0).ok_or_else(broken)?;
            let alias = fields.take(tag::SET).and_then(|set| friendly_name(&set));
            match kind.as_str() {
                KEY_BAG | SHROUDED_KEY_BAG => self.keys.push(Entry {
                    alias,
                    key: Zeroizing::new(value.content.to_vec()),
                }),
                CERTIFICATE_BAG => {
                    let found = certificate(&value).ok_or_else(broken)?;
                    self.certificates.extend(found.map(|der| (alias, der)));
                }
                SAFE_CONTENTS_BAG => self.bags(value.content, depth + 1)?,
                // Lists of revoked certificates, secrets of other kinds.
                _ => {}
            }
        }
        Ok(())
    }
}

/// Type and content of a ContentInfo.
fn content(element: Option<Element<'_>>) -> Option<(String, Element<'_>)> {
    content_of(element?)
}

fn content_of(element: Element<'_>) -> Option<(String, Element<'_>)> {
    let mut fields = element.walk();
    let kind = der::dotted(fields.take(tag::OID)?.content);
    let inner = fields.take(tag::CONTEXT_0)?.walk().next()?;
    Some((kind, inner))
}

/// An octet string, whose bytes may be BER themselves.
fn octets(element: Element<'_>) -> Option<Zeroizing<Vec<u8>>> {
    if element.tag != tag::OCTET_STRING {
        return None;
    }
    Some(Zeroizing::new(element.content.to_vec()))
}

/// `None` where the passphrase is wrong.
fn decrypted(content: Element<'_>, passphrase: &Passphrase) -> Read<Option<Zeroizing<Vec<u8>>>> {
    let broken = || Refusal::Damaged("one of its encrypted parts cannot be read");
    let mut fields = content.walk();
    fields.take(tag::INTEGER).ok_or_else(broken)?;
    let mut info = fields.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    info.take(tag::OID).ok_or_else(broken)?;
    let scheme = info.take(tag::SEQUENCE).ok_or_else(broken)?;
    let data = info.next().ok_or_else(broken)?;
    let data = match data.tag {
        0x80 => Zeroizing::new(data.content.to_vec()),
        tag::CONTEXT_0 => ber::joined(data.content).ok_or_else(broken)?,
        _ => return Err(broken()),
    };
    let plain = encryption::decrypt(scheme, &data, passphrase)?;
    // Old tools write BER inside as well.
    Ok(plain.map(|plain| ber::to_der(&plain).unwrap_or(plain)))
}

/// The certificate of a bag; none of a kind that TLS does not know.
fn certificate(value: &Element<'_>) -> Option<Option<Vec<u8>>> {
    let mut fields = value.walk().take(tag::SEQUENCE)?.walk();
    let kind = der::dotted(fields.take(tag::OID)?.content);
    let octets = fields
        .take(tag::CONTEXT_0)?
        .walk()
        .take(tag::OCTET_STRING)?;
    Some((kind == X509).then(|| octets.content.to_vec()))
}

fn friendly_name(attributes: &Element<'_>) -> Option<String> {
    let mut attributes = attributes.walk();
    while let Some(attribute) = attributes.next() {
        let mut fields = attribute.walk();
        if der::dotted(fields.take(tag::OID)?.content) == FRIENDLY_NAME {
            let name = fields.take(tag::SET)?.walk().next()?;
            let units: Vec<u16> = name
                .content
                .chunks_exact(2)
                .map(|pair| {
                    pair.iter()
                        .fold(0, |unit, &octet| (unit << 8) | u16::from(octet))
                })
                .collect();
            return Some(String::from_utf16_lossy(&units));
        }
    }
    None
}

/// Whether the MAC over the contents fits the passphrase.
fn verify(mac: Element<'_>, data: &[u8], passphrase: &Passphrase, wide: &[u8]) -> Read<bool> {
    let broken = || Refusal::Damaged("its integrity check cannot be read");
    let mut fields = mac.walk();
    let mut info = fields.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let (digest, parameters) = algorithm(info.next()).ok_or_else(broken)?;
    let expected = info.take(tag::OCTET_STRING).ok_or_else(broken)?.content;
    if digest == PBMAC1 {
        return verify_pbmac1(parameters, data, passphrase, expected);
    }
    let salt = fields.take(tag::OCTET_STRING).ok_or_else(broken)?.content;
    if salt.len() > 1024 {
        return Err(broken());
    }
    let rounds = match fields.next() {
        None => 1,
        count => iterations(count, "integrity check", passphrase.limit())?,
    };
    let (hash, mac) = match digest.as_str() {
        "1.3.14.3.2.26" => (
            &SHA1_FOR_LEGACY_USE_ONLY,
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        ),
        "2.16.840.1.101.3.4.2.4" => (&SHA224, hmac::HMAC_SHA224),
        "2.16.840.1.101.3.4.2.1" => (&SHA256, hmac::HMAC_SHA256),
        "2.16.840.1.101.3.4.2.2" => (&SHA384, hmac::HMAC_SHA384),
        "2.16.840.1.101.3.4.2.3" => (&SHA512, hmac::HMAC_SHA512),
        other => return Err(encryption::unsupported(other)),
    };
    let key = pbe::derive(hash, wide, salt, rounds, Purpose::Mac, hash.output_len);
    Ok(hmac::verify(&hmac::Key::new(mac, &key), data, expected).is_ok())
}

/// RFC 9579
fn verify_pbmac1(
    mut parameters: Walker<'_>,
    data: &[u8],
    passphrase: &Passphrase,
    expected: &[u8],
) -> Read<bool> {
    let broken = || Refusal::Damaged("its integrity check cannot be read");
    let mut fields = parameters.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let (kdf, mut derivation) = algorithm(fields.next()).ok_or_else(broken)?;
    let (mac, _) = algorithm(fields.next()).ok_or_else(broken)?;
    if kdf != PBKDF2 {
        return Err(encryption::unsupported(&kdf));
    }
    let mut derivation = derivation.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let salt = derivation
        .take(tag::OCTET_STRING)
        .ok_or_else(broken)?
        .content;
    let rounds = iterations(derivation.next(), "integrity check", passphrase.limit())?;
    let length = derivation
        .take(tag::INTEGER)
        .and_then(|length| der::unsigned(&length))
        .and_then(|length| usize::try_from(length).ok())
        .filter(|length| (1..=1024).contains(length))
        .ok_or_else(broken)?;
    let prf = match derivation.next() {
        None => "1.2.840.113549.2.7".to_owned(),
        some => algorithm(some).ok_or_else(broken)?.0,
    };
    let mut key = Zeroizing::new(vec![0; length]);
    let rounds = NonZeroU32::new(rounds).ok_or_else(broken)?;
    let prf = match prf.as_str() {
        "1.2.840.113549.2.7" => pbkdf2::PBKDF2_HMAC_SHA1,
        "1.2.840.113549.2.9" => pbkdf2::PBKDF2_HMAC_SHA256,
        "1.2.840.113549.2.10" => pbkdf2::PBKDF2_HMAC_SHA384,
        "1.2.840.113549.2.11" => pbkdf2::PBKDF2_HMAC_SHA512,
        other => return Err(encryption::unsupported(other)),
    };
    pbkdf2::derive(prf, rounds, salt, passphrase.bytes(), &mut key);
    let mac = match mac.as_str() {
        "1.2.840.113549.2.7" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "1.2.840.113549.2.9" => hmac::HMAC_SHA256,
        "1.2.840.113549.2.10" => hmac::HMAC_SHA384,
        "1.2.840.113549.2.11" => hmac::HMAC_SHA512,
        other => return Err(encryption::unsupported(other)),
    };
    Ok(hmac::verify(&hmac::Key::new(mac, &key), data, expected).is_ok())
}
