//! Private keys under the encryptions of former days, which partners still hand out.

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherEncrypt, BlockModeEncrypt as _, KeyInit, KeyIvInit as _};
use md5::{Digest as _, Md5};

use crate::der;
use crate::error::Error;
use crate::key::{ITERATIONS, PASSPHRASE};

const MD5_AND_DES: &str = "1.2.840.113549.1.5.3";

/// PBES1 with MD5 and DES (RFC 8018 section 6.1), what `openssl pkcs8 -topk8` wrote before 1.1.
pub(crate) fn pbes1(pkcs8: &[u8]) -> Result<Vec<u8>, Error> {
    let salt: [u8; 8] = random()?;
    let mut derived = md5(&[PASSPHRASE.as_bytes(), &salt]);
    for _ in 1..ITERATIONS {
        derived = md5(&[&derived]);
    }
    let (key, iv) = derived.split_at(8);
    let sealed = seal::<des::Des>(key, iv, pkcs8)?;
    der::encrypted_key(&der::salted(MD5_AND_DES, &salt, ITERATIONS)?, &sealed)
}

/// What stands in `DEK-Info`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Cipher {
    TripleDes,
    Aes256,
}

/// The traditional PEM form of OpenSSL: headers of RFC 1421, a key of MD5.
pub(crate) fn traditional(label: &str, inner: &[u8], cipher: Cipher) -> Result<String, Error> {
    let iv: [u8; 16] = random()?;
    let (salt, _) = iv.split_at(8);
    let mut derived = Vec::new();
    let mut last = Vec::new();
    while derived.len() < 32 {
        last = md5(&[&last, PASSPHRASE.as_bytes(), salt]);
        derived.extend(&last);
    }
    let (name, iv, sealed) = match cipher {
        Cipher::Aes256 => (
            "AES-256-CBC",
            &iv[..],
            seal::<aes::Aes256>(&derived, &iv, inner)?,
        ),
        Cipher::TripleDes => (
            "DES-EDE3-CBC",
            salt,
            seal::<des::TdesEde3>(derived.get(..24).unwrap_or_default(), salt, inner)?,
        ),
    };
    let vector: String = iv.iter().map(|byte| format!("{byte:02X}")).collect();
    let mut pem = pem::Pem::new(label, sealed);
    for (key, value) in [
        ("Proc-Type", "4,ENCRYPTED"),
        ("DEK-Info", &format!("{name},{vector}")),
    ] {
        let headers = pem.headers_mut();
        headers.add(key, value).map_err(Error::certificate)?;
    }
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok(pem::encode_config(&pem, config))
}

/// Java's PBEWithMD5AndTripleDES: each half of the salt by itself.
pub(crate) fn by_java(pkcs8: &[u8], salt: [u8; 8]) -> Result<Vec<u8>, Error> {
    let mut derived = Vec::new();
    for half in salt.chunks(4) {
        let mut state = half.to_vec();
        for _ in 0..ITERATIONS {
            state = md5(&[&state, PASSPHRASE.as_bytes()]);
        }
        derived.extend(state);
    }
    let (key, iv) = derived.split_at(24);
    seal::<des::TdesEde3>(key, iv, pkcs8)
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(Error::certificate)?;
    Ok(bytes)
}

fn seal<C: BlockCipherEncrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, Error> {
    let cipher = cbc::Encryptor::<C>::new_from_slices(key, iv).map_err(Error::certificate)?;
    Ok(cipher.encrypt_padded_vec::<Pkcs7>(plain))
}

fn md5(parts: &[&[u8]]) -> Vec<u8> {
    let mut md5 = Md5::new();
    parts.iter().for_each(|part| md5.update(part));
    md5.finalize().to_vec()
}
