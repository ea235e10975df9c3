//! PKCS#12 stores (RFC 7292), written.

use std::num::NonZeroU32;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY as SHA1, SHA256};
use aws_lc_rs::{hmac, pbkdf2};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use pkcs8::ObjectIdentifier;
use zeroize::Zeroizing;

use super::encode::{self, Bytes, NULL};
use super::key;
use crate::error::{MtlsError, Result};
use crate::identity::certificate::sha256;
use crate::identity::passphrase::Passphrase;
use crate::identity::pbe::{self, Purpose};

const fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const DATA: ObjectIdentifier = id("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = id("1.2.840.113549.1.7.6");
const SHROUDED_KEY_BAG: ObjectIdentifier = id("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier = id("1.2.840.113549.1.12.10.1.3");
const X509: ObjectIdentifier = id("1.2.840.113549.1.9.22.1");
const FRIENDLY_NAME: ObjectIdentifier = id("1.2.840.113549.1.9.20");
const LOCAL_KEY_ID: ObjectIdentifier = id("1.2.840.113549.1.9.21");
/// Java's mark of a certificate that is trusted: without it, keytool shows an empty store.
const TRUSTED_KEY_USAGE: ObjectIdentifier = id("2.16.840.1.113894.746875.1.1");
const ANY_USAGE: ObjectIdentifier = id("2.5.29.37.0");
const SHA1_AND_3DES: ObjectIdentifier = id("1.2.840.113549.1.12.1.3");
const SHA1_ID: ObjectIdentifier = id("1.3.14.3.2.26");
const PBMAC1: ObjectIdentifier = id("1.2.840.113549.1.5.14");
const PBKDF2: ObjectIdentifier = id("1.2.840.113549.1.5.12");
const HMAC_SHA256_ID: ObjectIdentifier = id("1.2.840.113549.2.9");
const SHA256_ID: ObjectIdentifier = id("2.16.840.1.101.3.4.2.1");

/// Rounds of each derivation: three are made when such a store is opened.
const MODERN_ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();
/// What old Windows and Java expect.
const LEGACY_ROUNDS: u32 = 2_048;

/// How a store is protected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Protection {
    /// PBES2 with AES-256, HMAC with SHA-256: OpenSSL 1.1 and later, Java 8u301 and later, Windows 10 and Server 2019.
    Modern,
    /// The same, with PBMAC1 (RFC 9579) for the MAC: FIPS 140-3 forbids the derivation of PKCS#12.
    Pbmac1,
    /// 3DES and SHA-1, which everything reads.
    Legacy,
}

/// A key with its chain, leaf first.
pub(super) fn keystore(
    pkcs8: &[u8],
    chain: &[impl AsRef<[u8]>],
    alias: &str,
    passphrase: &Passphrase,
    protection: Protection,
) -> Result<Bytes> {
    let leaf = chain.first().map(AsRef::as_ref).unwrap_or_default();
    let key_id = encode::octets(sha256(leaf).get(..20).unwrap_or_default());
    let attributes = encode::set(&[
        &attribute(FRIENDLY_NAME, &bmp(alias)),
        &attribute(LOCAL_KEY_ID, &key_id),
    ]);
    let (scheme, sealed) = seal(pkcs8, passphrase, protection)?;
    let shrouded = encode::sequence(&[&scheme, &encode::octets(&sealed)]);
    let key_bag = bag(SHROUDED_KEY_BAG, &shrouded, &attributes);
    let mut bags = Vec::new();
    for (at, der) in chain.iter().enumerate() {
        let own = if at == 0 { attributes.as_slice() } else { &[] };
        bags.push(certificate_bag(der.as_ref(), own));
    }
    let keys = encode::sequence(&[&key_bag]);
    store(
        &[plain(&keys), encrypted(&bags, passphrase, protection)?],
        passphrase,
        protection,
    )
}

/// Trusted certificates, each with its alias.
pub(super) fn truststore(
    certificates: &[(String, &[u8])],
    passphrase: &Passphrase,
    protection: Protection,
) -> Result<Bytes> {
    let usage = attribute(TRUSTED_KEY_USAGE, &encode::oid(ANY_USAGE));
    let bags: Vec<Bytes> = certificates
        .iter()
        .map(|(alias, der)| {
            let name = attribute(FRIENDLY_NAME, &bmp(alias));
            // A SET OF in DER is in the order of its encodings.
            let mut both = [name.as_slice(), usage.as_slice()];
            both.sort_unstable();
            certificate_bag(der, &encode::set(&both))
        })
        .collect();
    store(
        &[encrypted(&bags, passphrase, protection)?],
        passphrase,
        protection,
    )
}

fn bmp(text: &str) -> Bytes {
    encode::element(0x1e, &[&pbe::utf16(text.as_bytes())])
}

fn attribute(kind: ObjectIdentifier, value: &[u8]) -> Bytes {
    encode::sequence(&[&encode::oid(kind), &encode::set(&[value])])
}

fn bag(kind: ObjectIdentifier, value: &[u8], attributes: &[u8]) -> Bytes {
    encode::sequence(&[&encode::oid(kind), &encode::context(0, value), attributes])
}

fn certificate_bag(der: &[u8], attributes: &[u8]) -> Bytes {
    let inner = encode::context(0, &encode::octets(der));
    let value = encode::sequence(&[&encode::oid(X509), &inner]);
    bag(CERTIFICATE_BAG, &value, attributes)
}

/// A part of a store that is not encrypted by itself.
fn plain(bags: &[u8]) -> Bytes {
    let content = encode::context(0, &encode::octets(bags));
    encode::sequence(&[&encode::oid(DATA), &content])
}

fn encrypted(bags: &[Bytes], passphrase: &Passphrase, protection: Protection) -> Result<Bytes> {
    let parts: Vec<&[u8]> = bags.iter().map(|bag| bag.as_slice()).collect();
    let (scheme, sealed) = seal(&encode::sequence(&parts), passphrase, protection)?;
    // [0] IMPLICIT OCTET STRING
    let content = encode::element(0x80, &[&sealed]);
    let info = encode::sequence(&[&encode::oid(DATA), &scheme, &content]);
    let data = encode::sequence(&[&encode::integer(0), &info]);
    Ok(encode::sequence(&[
        &encode::oid(ENCRYPTED_DATA),
        &encode::context(0, &data),
    ]))
}

/// The AlgorithmIdentifier and the encrypted bytes.
fn seal(data: &[u8], passphrase: &Passphrase, protection: Protection) -> Result<(Bytes, Vec<u8>)> {
    if protection != Protection::Legacy {
        return key::seal(data, passphrase.bytes(), MODERN_ROUNDS.get());
    }
    let salt: [u8; 8] = key::random()?;
    let password = pbe::bmp(passphrase.bytes());
    let derive =
        |purpose, length| pbe::derive(&SHA1, &password, &salt, LEGACY_ROUNDS, purpose, length);
    let (secret, vector) = (derive(Purpose::Key, 24), derive(Purpose::Iv, 8));
    let cipher = cbc::Encryptor::<des::TdesEde3>::new_from_slices(&secret, &vector)
        .map_err(|_| MtlsError::internal("the store could not be encrypted"))?;
    let sealed = cipher.encrypt_padded_vec::<Pkcs7>(data);
    let parameters = encode::sequence(&[&encode::octets(&salt), &encode::integer(LEGACY_ROUNDS)]);
    let scheme = encode::sequence(&[&encode::oid(SHA1_AND_3DES), &parameters]);
    Ok((scheme, sealed))
}

/// The outermost structure, with the MAC over the parts.
fn store(parts: &[Bytes], passphrase: &Passphrase, protection: Protection) -> Result<Bytes> {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_slice()).collect();
    let safe = encode::sequence(&parts);
    let (hash, mac, name, rounds) = match protection {
        Protection::Pbmac1 => return store_with_pbmac1(&safe, passphrase),
        Protection::Modern => (&SHA256, hmac::HMAC_SHA256, SHA256_ID, MODERN_ROUNDS.get()),
        Protection::Legacy => (
            &SHA1,
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            SHA1_ID,
            LEGACY_ROUNDS,
        ),
    };
    let salt: [u8; 16] = key::random()?;
    let password = pbe::bmp(passphrase.bytes());
    let secret = pbe::derive(
        hash,
        &password,
        &salt,
        rounds,
        Purpose::Mac,
        hash.output_len,
    );
    let tag = hmac::sign(&hmac::Key::new(mac, &secret), &safe);
    let digest = encode::sequence(&[
        &encode::sequence(&[&encode::oid(name), NULL]),
        &encode::octets(tag.as_ref()),
    ]);
    let integrity = encode::sequence(&[&digest, &encode::octets(&salt), &encode::integer(rounds)]);
    Ok(with_integrity(&safe, &integrity))
}

fn with_integrity(safe: &[u8], integrity: &[u8]) -> Bytes {
    encode::sequence(&[&encode::integer(3), &plain(safe), integrity])
}

/// RFC 9579: PBKDF2 over the password as it is, and its parameters where the digest's stood.
fn store_with_pbmac1(safe: &[u8], passphrase: &Passphrase) -> Result<Bytes> {
    let salt: [u8; 16] = key::random()?;
    let mut secret = Zeroizing::new([0; 32]);
    let prf = pbkdf2::PBKDF2_HMAC_SHA256;
    pbkdf2::derive(prf, MODERN_ROUNDS, &salt, passphrase.bytes(), &mut *secret);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*secret), safe);
    let scheme = encode::sequence(&[&encode::oid(HMAC_SHA256_ID), NULL]);
    let derivation = encode::sequence(&[
        &encode::octets(&salt),
        &encode::integer(MODERN_ROUNDS.get()),
        // Section 5: readers refuse it without the length of the key.
        &encode::integer(32),
        &scheme,
    ]);
    let derivation = encode::sequence(&[&encode::oid(PBKDF2), &derivation]);
    let parameters = encode::sequence(&[&derivation, &scheme]);
    let digest = encode::sequence(&[
        &encode::sequence(&[&encode::oid(PBMAC1), &parameters]),
        &encode::octets(tag.as_ref()),
    ]);
    // Section 4: salt and count are there for the form, and ignored.
    let integrity = encode::sequence(&[&digest, &encode::octets(&salt), &encode::integer(1)]);
    Ok(with_integrity(safe, &integrity))
}
