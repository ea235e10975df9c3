//! Private keys and the PEM forms in which partners hand them out.

use pem::Pem;
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::{LineEnding, PrivateKeyInfoRef};
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519,
    PKCS_RSA_SHA256,
};

use crate::error::Error;
use crate::locked::{self, Cipher};

pub(crate) const PASSPHRASE: &str = "sandbox-passphrase";

/// What `openssl pkcs8 -topk8` uses; enough for a test key, and quick in a debug build.
pub(crate) const ITERATIONS: u32 = 2048;

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    P256,
    P384,
    P521,
    Ed25519,
    Rsa2048,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// `PRIVATE KEY`
    Pkcs8,
    /// `RSA PRIVATE KEY`
    Pkcs1,
    /// `EC PRIVATE KEY`
    Sec1,
    /// `ENCRYPTED PRIVATE KEY`: PBES2, PBKDF2-SHA256, AES-256-CBC
    Encrypted,
    /// `ENCRYPTED PRIVATE KEY`: PBES1, MD5 and DES
    Pbes1,
    /// `EC PRIVATE KEY` with `Proc-Type: 4,ENCRYPTED`
    Traditional(Cipher),
}

impl Kind {
    pub(crate) fn generate(self) -> Result<KeyPair, Error> {
        let algorithm = match self {
            Self::P256 => &PKCS_ECDSA_P256_SHA256,
            Self::P384 => &PKCS_ECDSA_P384_SHA384,
            Self::P521 => &PKCS_ECDSA_P521_SHA512,
            Self::Ed25519 => &PKCS_ED25519,
            Self::Rsa2048 => &PKCS_RSA_SHA256,
        };
        Ok(KeyPair::generate_for(algorithm)?)
    }
}

impl Form {
    pub(crate) fn write(self, key: &KeyPair) -> Result<String, Error> {
        match self {
            Self::Pkcs8 => pkcs8(key),
            Self::Pkcs1 => pkcs1(key),
            Self::Sec1 => sec1(key),
            Self::Encrypted => encrypted(key),
            Self::Pbes1 => {
                let der = locked::pbes1(&pkcs8_der(key)?)?;
                Ok(pem_of("ENCRYPTED PRIVATE KEY", der))
            }
            Self::Traditional(cipher) => {
                locked::traditional("EC PRIVATE KEY", &sec1_der(key)?, cipher)
            }
        }
    }

    /// The same without PEM around it.
    pub(crate) fn write_der(self, key: &KeyPair) -> Result<Vec<u8>, Error> {
        let pem = pem::parse(self.write(key)?).map_err(Error::certificate)?;
        Ok(pem.into_contents())
    }

    pub(crate) fn is_locked(self) -> bool {
        matches!(self, Self::Encrypted | Self::Pbes1 | Self::Traditional(_))
    }
}

/// PKCS#8 version 1: version 2, which carries the public key as well, is refused by older OpenSSL.
pub(crate) fn pkcs8(key: &KeyPair) -> Result<String, Error> {
    Ok(pem_of("PRIVATE KEY", pkcs8_der(key)?))
}

pub(crate) fn pkcs8_der(key: &KeyPair) -> Result<Vec<u8>, Error> {
    version_1(key)?.to_der().map_err(Error::certificate)
}

fn version_1(key: &KeyPair) -> Result<PrivateKeyInfoRef<'_>, Error> {
    let mut info = PrivateKeyInfoRef::from_der(key.serialized_der()).map_err(Error::certificate)?;
    info.public_key = None;
    Ok(info)
}

fn pkcs1(key: &KeyPair) -> Result<String, Error> {
    // RFC 8017 A.1.2: what PKCS#8 wraps for RSA is the PKCS#1 structure itself.
    let inner = version_1(key)?.private_key.as_bytes().to_vec();
    Ok(pem_of("RSA PRIVATE KEY", inner))
}

fn sec1(key: &KeyPair) -> Result<String, Error> {
    Ok(pem_of("EC PRIVATE KEY", sec1_der(key)?))
}

fn sec1_der(key: &KeyPair) -> Result<Vec<u8>, Error> {
    let info = version_1(key)?;
    let mut inner =
        sec1::EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(Error::certificate)?;
    // Inside PKCS#8 the curve is named outside; on its own the key must name it.
    let curve = info
        .algorithm
        .parameters_oid()
        .map_err(Error::certificate)?;
    inner.parameters = Some(sec1::EcParameters::NamedCurve(curve));
    inner.to_der().map_err(Error::certificate)
}

fn encrypted(key: &KeyPair) -> Result<String, Error> {
    let mut salt = [0; 16];
    let mut iv = [0; 16];
    aws_lc_rs::rand::fill(&mut salt).map_err(Error::certificate)?;
    aws_lc_rs::rand::fill(&mut iv).map_err(Error::certificate)?;
    let parameters =
        pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ITERATIONS, &salt, iv)
            .map_err(Error::certificate)?;
    let document = version_1(key)?
        .encrypt_with_params(parameters, PASSPHRASE)
        .map_err(Error::certificate)?;
    let pem = document
        .to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF)
        .map_err(Error::certificate)?;
    Ok(pem.to_string())
}

pub(crate) fn pem_of(label: &str, der: Vec<u8>) -> String {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    pem::encode_config(&Pem::new(label, der), config)
}
