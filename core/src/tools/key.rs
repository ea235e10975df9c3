//! A private key in PKCS#8, plain or encrypted, and new ones.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
};
use pkcs8::ObjectIdentifier;
use pkcs8::der::Encode;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::Parameters;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::encode::{self, Bytes, NULL};
use crate::config::{Attachments, Secret};
use crate::error::{Code, MtlsError, Result};
use crate::identity::der::{self, tag};
use crate::identity::passphrase::Passphrase;
use crate::identity::private_key::{Form, form};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// PBKDF2's rounds for a key: what OWASP asks for with SHA-256.
pub(super) const ROUNDS: u32 = 600_000;

/// The kinds of key that can be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Kind {
    #[default]
    #[serde(rename = "rsa-2048")]
    Rsa2048,
    #[serde(rename = "rsa-3072")]
    Rsa3072,
    #[serde(rename = "rsa-4096")]
    Rsa4096,
    #[serde(rename = "p-256")]
    P256,
    #[serde(rename = "p-384")]
    P384,
    #[serde(rename = "ed25519")]
    Ed25519,
}

/// A new key in PKCS#8.
pub(super) fn generate(kind: Kind) -> Result<Bytes> {
    let failed = |_| MtlsError::internal("no key could be made: the random generator failed");
    let random = SystemRandom::new();
    let rsa = |size| {
        let key = aws_lc_rs::rsa::KeyPair::generate(size).map_err(failed)?;
        let der: Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    };
    let ec = |curve| {
        let document = EcdsaKeyPair::generate_pkcs8(curve, &random).map_err(failed)?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    };
    match kind {
        Kind::Rsa2048 => rsa(KeySize::Rsa2048),
        Kind::Rsa3072 => rsa(KeySize::Rsa3072),
        Kind::Rsa4096 => rsa(KeySize::Rsa4096),
        Kind::P256 => ec(&ECDSA_P256_SHA256_ASN1_SIGNING),
        Kind::P384 => ec(&ECDSA_P384_SHA384_ASN1_SIGNING),
        Kind::Ed25519 => {
            // Without the public key inside, which OpenSSL 1.1 does not read.
            let document = Ed25519KeyPair::generate_pkcs8v1(&random).map_err(failed)?;
            Ok(Zeroizing::new(document.as_ref().to_vec()))
        }
    }
}

/// A plain key of any form in PKCS#8.
pub(super) fn to_pkcs8(plain: &Bytes) -> Result<Bytes> {
    let unknown = || MtlsError::internal("the key's form is not known");
    match form(plain).ok_or_else(unknown)? {
        Form::Pkcs8 => Ok(plain.clone()),
        Form::Pkcs1 => Ok(encode::sequence(&[
            &encode::integer(0),
            &encode::sequence(&[&encode::oid(RSA), NULL]),
            &encode::octets(plain),
        ])),
        Form::Sec1 => sec1_to_pkcs8(plain).ok_or_else(unknown),
    }
}

/// RFC 5915 to RFC 5208: the curve moves out, as Java wants it.
fn sec1_to_pkcs8(plain: &[u8]) -> Option<Bytes> {
    let mut fields = der::only(plain, tag::SEQUENCE)?.walk();
    let version = fields.take(tag::INTEGER)?.whole;
    let secret = fields.take(tag::OCTET_STRING)?.whole;
    let curve = fields.take(tag::CONTEXT_0)?.content;
    let public = fields.next().map(|element| element.whole);
    let inner = encode::sequence(&[version, secret, public.unwrap_or_default()]);
    Some(encode::sequence(&[
        &encode::integer(0),
        &encode::sequence(&[&encode::oid(EC), curve]),
        &encode::octets(&inner),
    ]))
}

/// PBES2: PBKDF2 with SHA-256, AES-256. The AlgorithmIdentifier and the encrypted bytes.
pub(super) fn seal(plain: &[u8], passphrase: &[u8], rounds: u32) -> Result<(Bytes, Vec<u8>)> {
    let failed = |_| MtlsError::internal("the key could not be encrypted");
    let salt: [u8; 16] = random()?;
    let vector: [u8; 16] = random()?;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(rounds, &salt, vector);
    let parameters = parameters.map_err(failed)?;
    let sealed = parameters.encrypt(passphrase, plain).map_err(failed)?;
    let scheme = EncryptionScheme::from(parameters).to_der();
    let scheme = scheme.map_err(|_| MtlsError::internal("the encryption could not be written"))?;
    Ok((Zeroizing::new(scheme), sealed))
}

/// EncryptedPrivateKeyInfo.
pub(super) fn encrypted(pkcs8: &[u8], passphrase: &Passphrase) -> Result<Bytes> {
    let (scheme, sealed) = seal(pkcs8, passphrase.bytes(), ROUNDS)?;
    Ok(encode::sequence(&[&scheme, &encode::octets(&sealed)]))
}

/// What is to protect a key that is written. An empty one would protect nothing; `instead` says what to do.
pub(super) fn new_passphrase(
    given: Option<&Secret>,
    env: Option<&str>,
    file: Option<&str>,
    attachments: &Attachments,
    instead: &str,
) -> Result<Option<Passphrase>> {
    let passphrase = Passphrase::read_named("new_passphrase", given, env, file, attachments)?;
    if passphrase.as_ref().is_some_and(|p| p.bytes().is_empty()) {
        return Err(
            MtlsError::config(Code::BadOption, "`new_passphrase` is empty").with_hint(instead),
        );
    }
    Ok(passphrase)
}

/// PEM, encrypted if there is a passphrase.
pub(super) fn pem(pkcs8: &[u8], passphrase: Option<&Passphrase>) -> Result<Bytes> {
    Ok(match passphrase {
        Some(passphrase) => encode::pem("ENCRYPTED PRIVATE KEY", &encrypted(pkcs8, passphrase)?),
        None => encode::pem("PRIVATE KEY", pkcs8),
    })
}

pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| MtlsError::internal("the random generator failed"))?;
    Ok(bytes)
}
