//! PBES2 (RFC 8018) with PBKDF2 or scrypt: AES, 3DES, RC2.
//!
//! The parameters are the file's author's, so they are read here and bounded before any work is done. pkcs5's own
//! parser is not asked: it panics on a short 3DES vector and on a scrypt cost of zero.

use std::num::NonZeroU32;

use pkcs8::pkcs5::pbes2::{
    EncryptionScheme, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, Salt, ScryptParams,
};
use zeroize::Zeroizing;

use super::der::{self, Element, Walker, tag};
use super::encryption::{Read, Refusal, algorithm, figure, iterations, number, unsupported};
use super::passphrase::Passphrase;
use super::pbe;

/// scrypt's memory, 128 * N * r bytes. OpenSSL writes 16 MiB and refuses more than 32 MiB itself.
pub(super) const MAX_SCRYPT_MEMORY: u64 = 256 * 1024 * 1024;

const PBKDF2: &str = "1.2.840.113549.1.5.12";

const PRFS: &[(&str, Pbkdf2Prf)] = &[
    ("1.2.840.113549.2.7", Pbkdf2Prf::HmacWithSha1),
    ("1.2.840.113549.2.8", Pbkdf2Prf::HmacWithSha224),
    ("1.2.840.113549.2.9", Pbkdf2Prf::HmacWithSha256),
    ("1.2.840.113549.2.10", Pbkdf2Prf::HmacWithSha384),
    ("1.2.840.113549.2.11", Pbkdf2Prf::HmacWithSha512),
];

/// The plain bytes; `None` where the padding is wrong.
pub(super) fn decrypt(
    parameters: Walker<'_>,
    data: &[u8],
    passphrase: &Passphrase,
) -> Read<Option<Zeroizing<Vec<u8>>>> {
    let limit = passphrase.limit();
    if let Some(rc2) = rc2(&parameters, limit)? {
        return rc2.decrypt(data, passphrase.bytes());
    }
    let parameters = read(parameters, data, limit)?;
    let mut buffer = Zeroizing::new(data.to_vec());
    // A wrong passphrase leaves wrong padding, or, once in 256, right padding around rubbish.
    let length = match parameters.decrypt_in_place(passphrase.bytes(), &mut buffer) {
        Ok(plain) => plain.len(),
        Err(_) => return Ok(None),
    };
    buffer.truncate(length);
    Ok(Some(buffer))
}

/// RC2, which pkcs5 does not have: openssl 3 reads it with its legacy provider.
struct Rc2<'a> {
    effective_bits: u16,
    iv: &'a [u8],
    kdf: Pbkdf2Params,
}

/// `None` where the cipher is another one.
fn rc2<'a>(parameters: &Walker<'a>, limit: u64) -> Read<Option<Rc2<'a>>> {
    let broken = || Refusal::Damaged("its encryption parameters cannot be read");
    let mut parameters = parameters.clone();
    let mut fields = parameters.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let (kdf, kdf_parameters) = algorithm(fields.next()).ok_or_else(broken)?;
    let (cipher, mut cipher_parameters) = algorithm(fields.next()).ok_or_else(broken)?;
    if cipher != "1.2.840.113549.3.2" {
        return Ok(None);
    }
    let mut fields = cipher_parameters
        .take(tag::SEQUENCE)
        .ok_or_else(broken)?
        .walk();
    // RFC 8018 writes the bits by a table of RC2's author.
    let effective_bits = match fields.take(tag::INTEGER) {
        None => 32,
        Some(version) => match der::unsigned(&version) {
            Some(160) => 40,
            Some(120) => 64,
            Some(58) => 128,
            _ => return Err(Refusal::Unsupported("RC2 of an unusual strength".into())),
        },
    };
    let iv = fields.take(tag::OCTET_STRING).ok_or_else(broken)?.content;
    if iv.len() != 8 {
        return Err(Refusal::Damaged(
            "its initialisation vector has the wrong length",
        ));
    }
    if kdf != PBKDF2 {
        return Err(unsupported(&kdf));
    }
    let Kdf::Pbkdf2(kdf) = pbkdf2(kdf_parameters, limit)? else {
        return Err(broken());
    };
    Ok(Some(Rc2 {
        effective_bits,
        iv,
        kdf,
    }))
}

impl Rc2<'_> {
    fn decrypt(&self, data: &[u8], passphrase: &[u8]) -> Read<Option<Zeroizing<Vec<u8>>>> {
        let broken = || Refusal::Damaged("its key length does not fit its cipher");
        let by_bits = self.effective_bits / 8;
        let length = usize::from(self.kdf.key_length.unwrap_or(by_bits));
        let rounds = NonZeroU32::new(self.kdf.iteration_count).ok_or_else(broken)?;
        if !(1..=128).contains(&length) {
            return Err(broken());
        }
        let prf = match self.kdf.prf {
            Pbkdf2Prf::HmacWithSha1 => aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA1,
            Pbkdf2Prf::HmacWithSha256 => aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA256,
            Pbkdf2Prf::HmacWithSha384 => aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA384,
            Pbkdf2Prf::HmacWithSha512 => aws_lc_rs::pbkdf2::PBKDF2_HMAC_SHA512,
            _ => return Err(Refusal::Unsupported("RC2 with HMAC-SHA-224".into())),
        };
        let mut key = Zeroizing::new(vec![0; length]);
        aws_lc_rs::pbkdf2::derive(prf, rounds, self.kdf.salt.as_ref(), passphrase, &mut key);
        Ok(pbe::decrypt_rc2(&key, self.effective_bits, self.iv, data))
    }
}

fn read(mut parameters: Walker<'_>, data: &[u8], limit: u64) -> Read<Parameters> {
    let broken = || Refusal::Damaged("its encryption parameters cannot be read");
    let mut parameters = parameters.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let (kdf, kdf_parameters) = algorithm(parameters.next()).ok_or_else(broken)?;
    let (cipher, mut vector) = algorithm(parameters.next()).ok_or_else(broken)?;
    let vector = vector
        .take(tag::OCTET_STRING)
        .map(|element| element.content);
    let (encryption, block) = scheme(&cipher, vector)?;
    if data.is_empty() || !data.len().is_multiple_of(block) {
        return Err(Refusal::Damaged("its encrypted part is cut short"));
    }
    let kdf = match kdf.as_str() {
        PBKDF2 => pbkdf2(kdf_parameters, limit)?,
        "1.3.6.1.4.1.11591.4.11" => scrypt(kdf_parameters, limit)?,
        other => return Err(unsupported(other)),
    };
    let key_size = kdf.key_length().map(usize::from);
    if key_size.is_some_and(|size| size != encryption.key_size()) {
        return Err(Refusal::Damaged("its key length does not fit its cipher"));
    }
    Ok(Parameters { kdf, encryption })
}

/// The cipher and its block size.
fn scheme(oid: &str, vector: Option<&[u8]>) -> Read<(EncryptionScheme, usize)> {
    let broken = || Refusal::Damaged("its initialisation vector has the wrong length");
    let aes = || <[u8; 16]>::try_from(vector.unwrap_or_default()).map_err(|_| broken());
    Ok(match oid {
        "2.16.840.1.101.3.4.1.2" => (EncryptionScheme::Aes128Cbc { iv: aes()? }, 16),
        "2.16.840.1.101.3.4.1.22" => (EncryptionScheme::Aes192Cbc { iv: aes()? }, 16),
        "2.16.840.1.101.3.4.1.42" => (EncryptionScheme::Aes256Cbc { iv: aes()? }, 16),
        "1.2.840.113549.3.7" => {
            let iv = <[u8; 8]>::try_from(vector.unwrap_or_default()).map_err(|_| broken())?;
            (EncryptionScheme::DesEde3Cbc { iv }, 8)
        }
        other => return Err(unsupported(other)),
    })
}

fn pbkdf2(mut parameters: Walker<'_>, limit: u64) -> Read<Kdf> {
    let broken = || Refusal::Damaged("its PBKDF2 parameters cannot be read");
    let mut fields = parameters.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let salt = salt(fields.next())?;
    let iterations =
        iterations(fields.next(), "PBKDF2", limit).map_err(|refusal| match refusal {
            Refusal::Damaged(_) => broken(),
            refusal => refusal,
        })?;
    let key_length = key_length(&mut fields).ok_or_else(broken)?;
    let prf = match fields.next() {
        None => Pbkdf2Prf::HmacWithSha1,
        Some(element) => {
            let (oid, _) = algorithm(Some(element)).ok_or_else(broken)?;
            match PRFS.iter().find(|(dotted, _)| *dotted == oid) {
                Some((_, prf)) => *prf,
                None => return Err(unsupported(&oid)),
            }
        }
    };
    Ok(Kdf::Pbkdf2(Pbkdf2Params {
        salt,
        iteration_count: iterations,
        key_length,
        prf,
    }))
}

fn scrypt(mut parameters: Walker<'_>, limit: u64) -> Read<Kdf> {
    let broken = || Refusal::Damaged("its scrypt parameters cannot be read");
    let mut fields = parameters.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let salt = salt(fields.next())?;
    let mut cost = || number(fields.next()).ok_or_else(broken);
    let (n, r, p) = (cost()?, cost()?, cost()?);
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(broken());
    }
    let memory = n.saturating_mul(r).saturating_mul(128);
    if memory > MAX_SCRYPT_MEMORY {
        return Err(Refusal::TooMuch(format!(
            "{} MiB of memory for scrypt (N {n}, r {r}, p {p}), at most {} MiB are used",
            figure(memory / (1024 * 1024)),
            MAX_SCRYPT_MEMORY / (1024 * 1024)
        )));
    }
    // OpenSSL writes 2^17. A round takes about as long as some iterations of PBKDF2.
    let work = n.saturating_mul(r).saturating_mul(p);
    if work > limit {
        return Err(Refusal::TooMuch(format!(
            "{} rounds of scrypt (N {n}, r {r}, p {p}), at most {limit} are done",
            figure(work)
        )));
    }
    let key_length = key_length(&mut fields).ok_or_else(broken)?;
    let (Ok(block_size), Ok(parallelization)) = (u16::try_from(r), u16::try_from(p)) else {
        return Err(Refusal::TooMuch(format!("scrypt with r {r}, p {p}")));
    };
    Ok(Kdf::Scrypt(ScryptParams {
        salt,
        cost_parameter: n,
        block_size,
        parallelization,
        key_length,
    }))
}

fn salt(element: Option<Element<'_>>) -> Read<Salt> {
    let salt = element
        .filter(|element| element.tag == tag::OCTET_STRING)
        .ok_or(Refusal::Damaged("its salt cannot be read"))?
        .content;
    if salt.len() > Salt::MAX_LEN {
        return Err(Refusal::Unsupported(format!(
            "a salt of {} bytes (at most {} are read)",
            salt.len(),
            Salt::MAX_LEN
        )));
    }
    Salt::new(salt).map_err(|_| Refusal::Damaged("its salt cannot be read"))
}

/// The optional key length; `None` where it is malformed.
#[allow(clippy::option_option)]
fn key_length(fields: &mut Walker<'_>) -> Option<Option<u16>> {
    match fields.take(tag::INTEGER) {
        None => Some(None),
        Some(element) => Some(Some(u16::try_from(der::unsigned(&element)?).ok()?)),
    }
}
