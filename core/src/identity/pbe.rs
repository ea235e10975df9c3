//! The older password-based schemes: PBES1 (RFC 8018), those of PKCS#12 (RFC 7292 appendix B and C), Java's own, and
//! the one of traditional PEM files.

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY as SHA1};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{
    BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit, KeyIvInit, StreamCipher,
};
use md5::{Digest, Md5};
use zeroize::Zeroizing;

use super::der::{Walker, tag};
use super::encryption::{Read, Refusal, iterations};
use super::passphrase::Passphrase;

/// A salt of more than this has no use.
const MAX_SALT: usize = 1024;

#[derive(Clone, Copy)]
enum Hash {
    Md5,
    Sha1,
}

impl Hash {
    fn of(self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Hash::Md5 => {
                let mut md5 = Md5::new();
                parts.iter().for_each(|part| md5.update(part));
                md5.finalize().to_vec()
            }
            Hash::Sha1 => hash(&SHA1, parts).as_ref().to_vec(),
        })
    }
}

/// The hash of parts one after another.
pub(crate) fn hash(algorithm: &'static digest::Algorithm, parts: &[&[u8]]) -> digest::Digest {
    let mut context = digest::Context::new(algorithm);
    parts.iter().for_each(|part| context.update(part));
    context.finish()
}

#[derive(Clone, Copy)]
enum Cipher {
    Des,
    TripleDes,
    TwoKeyTripleDes,
    Rc2(u16),
    Rc4(usize),
    Aes(usize),
}

/// How a key is derived, and what it opens.
#[derive(Clone, Copy)]
pub(super) struct Scheme {
    derivation: Derivation,
    cipher: Cipher,
}

#[derive(Clone, Copy)]
enum Derivation {
    Pbkdf1(Hash),
    Pkcs12,
    Java,
}

/// The scheme with this identifier.
pub(super) fn scheme(oid: &str) -> Option<Scheme> {
    let pbkdf1 = |hash, cipher| Scheme {
        derivation: Derivation::Pbkdf1(hash),
        cipher,
    };
    let pkcs12 = |cipher| Scheme {
        derivation: Derivation::Pkcs12,
        cipher,
    };
    Some(match oid {
        "1.2.840.113549.1.5.3" => pbkdf1(Hash::Md5, Cipher::Des),
        "1.2.840.113549.1.5.6" => pbkdf1(Hash::Md5, Cipher::Rc2(64)),
        "1.2.840.113549.1.5.10" => pbkdf1(Hash::Sha1, Cipher::Des),
        "1.2.840.113549.1.5.11" => pbkdf1(Hash::Sha1, Cipher::Rc2(64)),
        "1.2.840.113549.1.12.1.1" => pkcs12(Cipher::Rc4(16)),
        "1.2.840.113549.1.12.1.2" => pkcs12(Cipher::Rc4(5)),
        "1.2.840.113549.1.12.1.3" => pkcs12(Cipher::TripleDes),
        "1.2.840.113549.1.12.1.4" => pkcs12(Cipher::TwoKeyTripleDes),
        "1.2.840.113549.1.12.1.5" => pkcs12(Cipher::Rc2(128)),
        "1.2.840.113549.1.12.1.6" => pkcs12(Cipher::Rc2(40)),
        "1.3.6.1.4.1.42.2.19.1" => Scheme {
            derivation: Derivation::Java,
            cipher: Cipher::TripleDes,
        },
        _ => return None,
    })
}

/// The plain bytes; `None` where the padding is wrong.
pub(super) fn decrypt(
    scheme: Scheme,
    mut parameters: Walker<'_>,
    data: &[u8],
    passphrase: &Passphrase,
) -> Read<Option<Zeroizing<Vec<u8>>>> {
    let limit = passphrase.limit();
    let passphrase = passphrase.bytes();
    let broken = || Refusal::Damaged("its encryption parameters cannot be read");
    let mut fields = parameters.take(tag::SEQUENCE).ok_or_else(broken)?.walk();
    let salt = fields.take(tag::OCTET_STRING).ok_or_else(broken)?.content;
    if salt.len() > MAX_SALT {
        return Err(Refusal::Unsupported(format!(
            "a salt of {} bytes (at most {MAX_SALT} are read)",
            salt.len()
        )));
    }
    let rounds = iterations(fields.next(), "key derivation", limit)?;
    let cipher = scheme.cipher;
    match scheme.derivation {
        Derivation::Pbkdf1(hash) => {
            let (key, iv) = pbkdf1(hash, passphrase, salt, rounds);
            return Ok(open(cipher, &key, &iv, data));
        }
        Derivation::Java => {
            let salt = <[u8; 8]>::try_from(salt).map_err(|_| broken())?;
            let (key, iv) = java(passphrase, salt, rounds);
            return Ok(open(cipher, &key, &iv, data));
        }
        Derivation::Pkcs12 => {}
    }
    let with = |password: &[u8]| {
        let derive = |purpose, length| derive(&SHA1, password, salt, rounds, purpose, length);
        let key = derive(Purpose::Key, cipher.key_length());
        let iv = derive(Purpose::Iv, cipher.iv_length());
        open(cipher, &key, &iv, data)
    };
    let plain = with(&bmp(passphrase));
    // No password and an empty one are different things here, but not to people.
    Ok(match (plain, passphrase) {
        (None, b"") => with(b""),
        (plain, _) => plain,
    })
}

/// RC2 in CBC mode, as PBES2 may ask for it (RFC 8018 section B.2.3).
pub(super) fn decrypt_rc2(
    key: &[u8],
    effective_bits: u16,
    iv: &[u8],
    data: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    open(Cipher::Rc2(effective_bits), key, iv, data)
}

/// RFC 1421 as OpenSSL writes it: MD5 over passphrase and vector. `None` for a cipher that is not known.
pub(super) fn decrypt_traditional(
    cipher: &str,
    iv: &[u8],
    data: &[u8],
    passphrase: &[u8],
) -> Option<Option<Zeroizing<Vec<u8>>>> {
    let cipher = match cipher.to_ascii_uppercase().as_str() {
        "DES-CBC" => Cipher::Des,
        "DES-EDE3-CBC" => Cipher::TripleDes,
        "AES-128-CBC" => Cipher::Aes(16),
        "AES-192-CBC" => Cipher::Aes(24),
        "AES-256-CBC" => Cipher::Aes(32),
        _ => return None,
    };
    if iv.len() != cipher.iv_length() {
        return None;
    }
    let salt = iv.get(..8)?;
    let mut key = Zeroizing::new(Vec::with_capacity(cipher.key_length() + 16));
    while key.len() < cipher.key_length() {
        let start = key.len().saturating_sub(16);
        let before = key.get(start..).unwrap_or_default();
        let next = Hash::Md5.of(&[before, passphrase, salt]);
        key.extend_from_slice(&next);
    }
    key.truncate(cipher.key_length());
    Some(open(cipher, &key, iv, data))
}

impl Cipher {
    fn key_length(self) -> usize {
        match self {
            Cipher::Des => 8,
            Cipher::TripleDes => 24,
            Cipher::TwoKeyTripleDes => 16,
            Cipher::Rc2(bits) => usize::from(bits) / 8,
            Cipher::Rc4(bytes) | Cipher::Aes(bytes) => bytes,
        }
    }

    fn iv_length(self) -> usize {
        match self {
            Cipher::Rc4(_) => 0,
            Cipher::Aes(_) => 16,
            _ => 8,
        }
    }
}

fn open(cipher: Cipher, key: &[u8], iv: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    fn cbc<C>(key: &[u8], iv: &[u8], buffer: &mut [u8]) -> Option<usize>
    where
        C: BlockCipherDecrypt + KeyInit,
    {
        let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
        cipher.decrypt_padded::<Pkcs7>(buffer).ok().map(<[u8]>::len)
    }
    let mut buffer = Zeroizing::new(data.to_vec());
    let length = match cipher {
        Cipher::Des => cbc::<des::Des>(key, iv, &mut buffer)?,
        Cipher::TripleDes => cbc::<des::TdesEde3>(key, iv, &mut buffer)?,
        Cipher::TwoKeyTripleDes => cbc::<des::TdesEde2>(key, iv, &mut buffer)?,
        Cipher::Aes(16) => cbc::<aes::Aes128>(key, iv, &mut buffer)?,
        Cipher::Aes(24) => cbc::<aes::Aes192>(key, iv, &mut buffer)?,
        Cipher::Aes(_) => cbc::<aes::Aes256>(key, iv, &mut buffer)?,
        Cipher::Rc2(bits) => {
            let rc2 = rc2::Rc2::new_with_eff_key_len(key, usize::from(bits));
            let iv = iv.try_into().ok()?;
            cbc::Decryptor::inner_iv_init(rc2, iv)
                .decrypt_padded::<Pkcs7>(&mut buffer)
                .ok()
                .map(<[u8]>::len)?
        }
        Cipher::Rc4(_) => {
            rc4::Rc4::new_from_slice(key)
                .ok()?
                .apply_keystream(&mut buffer);
            buffer.len()
        }
    };
    buffer.truncate(length);
    Some(buffer)
}

type KeyAndIv = (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>);

/// RFC 8018 section 5.1: eight bytes of key, eight of vector.
fn pbkdf1(hash: Hash, passphrase: &[u8], salt: &[u8], rounds: u32) -> KeyAndIv {
    let mut derived = hash.of(&[passphrase, salt]);
    for _ in 1..rounds {
        derived = hash.of(&[&derived]);
    }
    let part =
        |from: usize, to: usize| Zeroizing::new(derived.get(from..to).unwrap_or_default().to_vec());
    (part(0, 8), part(8, 16))
}

/// Java's PBEWithMD5AndTripleDES, by which JCEKS stores lock their keys: MD5 over each half of the salt by itself,
/// with the password again in every round.
fn java(passphrase: &[u8], salt: [u8; 8], rounds: u32) -> KeyAndIv {
    let [a, b, c, d, rest @ ..] = salt;
    // Two equal halves would give one key twice. The JDK means to turn the first one round and does this.
    let first = match [a, b, c, d] == rest {
        true => [d, a, b, d],
        false => [a, b, c, d],
    };
    let mut derived = Zeroizing::new(Vec::with_capacity(32));
    for half in [first, rest] {
        let mut state = Zeroizing::new(half.to_vec());
        for _ in 0..rounds {
            state = Hash::Md5.of(&[&state, passphrase]);
        }
        derived.extend_from_slice(&state);
    }
    let (key, iv) = derived.split_at(24);
    (Zeroizing::new(key.to_vec()), Zeroizing::new(iv.to_vec()))
}

/// What a key of RFC 7292 is for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// RFC 7292 appendix B.2.
pub(crate) fn derive(
    algorithm: &'static digest::Algorithm,
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    purpose: Purpose,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = algorithm.block_len;
    let stretched = |bytes: &[u8]| {
        let size = bytes.len().div_ceil(block) * block;
        Zeroizing::new(
            bytes
                .iter()
                .copied()
                .cycle()
                .take(size)
                .collect::<Vec<u8>>(),
        )
    };
    let diversifier = vec![purpose as u8; block];
    let mut salt = stretched(salt);
    let mut password = stretched(password);
    let mut out = Zeroizing::new(Vec::with_capacity(length + block));
    while out.len() < length {
        let mut derived = hash(algorithm, &[&diversifier, &salt, &password]);
        for _ in 1..rounds {
            derived = hash(algorithm, &[derived.as_ref()]);
        }
        out.extend_from_slice(derived.as_ref());
        add_to_each_block(&mut salt, derived.as_ref(), block);
        add_to_each_block(&mut password, derived.as_ref(), block);
    }
    out.truncate(length);
    out
}

/// I_j = I_j + B + 1, where B is the hash repeated to a block.
fn add_to_each_block(input: &mut [u8], hash: &[u8], block: usize) {
    let addend: Vec<u8> = hash.iter().copied().cycle().take(block).collect();
    for part in input.chunks_mut(block) {
        let mut carry = 1u16;
        for (digit, add) in part.iter_mut().zip(&addend).rev() {
            carry += u16::from(*digit) + u16::from(*add);
            let [high, low] = carry.to_be_bytes();
            *digit = low;
            carry = u16::from(high);
        }
    }
}

/// A password as PKCS#12 wants it: UTF-16, big end first, with an end. What is not UTF-8 is taken byte by byte.
pub(crate) fn bmp(password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut wide = utf16(password);
    wide.extend([0, 0]);
    wide
}

/// A password as Java's own stores want it.
pub(crate) fn utf16(password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut wide = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 2));
    match std::str::from_utf8(password) {
        Ok(text) => text
            .encode_utf16()
            .for_each(|unit| wide.extend(unit.to_be_bytes())),
        Err(_) => password.iter().for_each(|byte| wide.extend([0, *byte])),
    }
    wide
}
