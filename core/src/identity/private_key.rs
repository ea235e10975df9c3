//! A private key in any PEM or DER dress, told by its structure; labels lie.

use std::sync::Arc;

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use rustls::sign::SigningKey;
use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::certificate::public_key_bits;
use super::der::{self, Walker, tag};
use super::encryption::{self, Read, Refusal};
use super::passphrase::Passphrase;
use super::pbe;
use super::source::Source;
use crate::error::{Code, MtlsError, Result};

/// A key that was found, perhaps still encrypted. Zeroed when dropped.
pub(crate) struct PrivateKey {
    material: Material,
    /// Its place in words, such as `the private key (line 1) of key.pem`.
    pub(crate) place: Arc<str>,
    /// The file, as an argument of a command line.
    pub(crate) argument: String,
    /// Its name in a store.
    pub(crate) alias: Option<String>,
}

enum Material {
    Plain(Zeroizing<Vec<u8>>),
    Encrypted(Zeroizing<Vec<u8>>),
    /// `Proc-Type: 4,ENCRYPTED` (RFC 1421).
    Traditional {
        cipher: String,
        iv: Vec<u8>,
        data: Zeroizing<Vec<u8>>,
    },
}

/// A key that can sign.
pub(crate) struct OpenedKey {
    /// Signs; holds the key from here on.
    pub(crate) signer: Arc<dyn SigningKey>,
    /// The bits of the public key, as in a certificate.
    pub(crate) public_key: Vec<u8>,
    /// The SubjectPublicKeyInfo around them.
    pub(crate) spki: Vec<u8>,
    /// Such as `RSA 2048`.
    pub(crate) words: String,
}

/// How a plain key is dressed.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Pkcs1,
    Pkcs8,
    Sec1,
}

/// Whether this is a PKCS#8 EncryptedPrivateKeyInfo.
pub(super) fn is_encrypted(bytes: &[u8]) -> bool {
    let inside = || {
        let mut fields = der::only(bytes, tag::SEQUENCE)?.walk();
        fields.take(tag::SEQUENCE)?.walk().take(tag::OID)?;
        fields.take(tag::OCTET_STRING)?;
        fields.is_at_end().then_some(())
    };
    inside().is_some()
}

/// Whether this is a private key that is not encrypted.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    form(bytes).is_some() || is_traditional_dsa(bytes)
}

/// The dress, told by its structure.
pub(crate) fn form(bytes: &[u8]) -> Option<Form> {
    let mut fields = der::only(bytes, tag::SEQUENCE)?.walk();
    fields.take(tag::INTEGER)?;
    let second = fields.next()?;
    match second.tag {
        tag::SEQUENCE => fields.take(tag::OCTET_STRING).map(|_| Form::Pkcs8),
        tag::OCTET_STRING => Some(Form::Sec1),
        tag::INTEGER => (integers(fields) >= 7).then_some(Form::Pkcs1),
        _ => None,
    }
}

/// OpenSSL's own form of a DSA key.
pub(super) fn is_traditional_dsa(bytes: &[u8]) -> bool {
    der::only(bytes, tag::SEQUENCE).is_some_and(|key| integers(key.walk()) == 6)
}

fn integers(mut fields: Walker<'_>) -> usize {
    let mut count = 0;
    while fields.take(tag::INTEGER).is_some() {
        count += 1;
    }
    count
}

/// What an EncryptedPrivateKeyInfo holds; `None` where the passphrase is wrong.
fn decrypt(encrypted: &[u8], passphrase: &Passphrase) -> Read<Option<Zeroizing<Vec<u8>>>> {
    let broken = || Refusal::Damaged("its encryption parameters cannot be read");
    let mut fields = der::only(encrypted, tag::SEQUENCE)
        .ok_or_else(broken)?
        .walk();
    let scheme = fields.take(tag::SEQUENCE).ok_or_else(broken)?;
    let data = fields.take(tag::OCTET_STRING).ok_or_else(broken)?.content;
    encryption::decrypt(scheme, data, passphrase)
}

impl PrivateKey {
    /// Tells what the DER of a section is.
    pub(crate) fn new(mut der: Zeroizing<Vec<u8>>, source: &Source, place: &str) -> Result<Self> {
        let length = Walker::new(&der).next().map_or(0, |key| key.whole.len());
        der.truncate(length);
        let material = if is_encrypted(&der) {
            Material::Encrypted(der)
        } else if is_plain(&der) {
            Material::Plain(der)
        } else {
            return Err(source.damaged(format!("{place} is damaged: it is no private key")));
        };
        Ok(PrivateKey {
            material,
            place: place.into(),
            argument: source.argument(),
            alias: None,
        })
    }

    /// A key with the encryption of RFC 1421, told by its headers.
    pub(super) fn traditional(
        data: Zeroizing<Vec<u8>>,
        headers: &[String],
        source: &Source,
        place: &str,
    ) -> Self {
        let info = headers
            .iter()
            .find_map(|header| header.strip_prefix("DEK-Info:"))
            .unwrap_or("an unknown cipher");
        let (cipher, iv) = info.split_once(',').unwrap_or((info, ""));
        PrivateKey {
            material: Material::Traditional {
                cipher: cipher.trim().to_owned(),
                iv: der::unhex(iv.trim()).unwrap_or_default(),
                data,
            },
            place: place.into(),
            argument: source.argument(),
            alias: None,
        }
    }

    /// For the list of what was found.
    pub(super) fn kind(&self) -> &'static str {
        if self.is_encrypted() {
            "encrypted private key"
        } else {
            "private key"
        }
    }

    /// Whether a passphrase is needed.
    pub(crate) fn is_encrypted(&self) -> bool {
        !matches!(self.material, Material::Plain(_))
    }

    /// Whether both are the same bytes.
    pub(crate) fn is_copy_of(&self, other: &PrivateKey) -> bool {
        match (&self.material, &other.material) {
            (Material::Plain(a), Material::Plain(b))
            | (Material::Encrypted(a), Material::Encrypted(b)) => a == b,
            _ => false,
        }
    }

    /// The same, with its name in a store.
    pub(super) fn named(mut self, alias: Option<String>) -> Self {
        self.alias = alias;
        self
    }

    /// Decrypts the key where it is encrypted, and makes it ready to sign.
    pub(crate) fn open(&self, passphrase: Option<&Passphrase>) -> Result<OpenedKey> {
        self.signer(&self.plain(passphrase)?)
    }

    /// The key without encryption, in the form that it was found in.
    pub(crate) fn plain(&self, passphrase: Option<&Passphrase>) -> Result<Zeroizing<Vec<u8>>> {
        let (plain, passphrase) = match &self.material {
            Material::Plain(der) => return Ok(der.clone()),
            Material::Encrypted(der) => {
                let passphrase = passphrase.ok_or_else(|| self.passphrase_required())?;
                let plain = decrypt(der, passphrase).map_err(|refusal| self.shut(refusal))?;
                (plain, passphrase)
            }
            Material::Traditional { cipher, iv, data } => {
                let passphrase = passphrase.ok_or_else(|| self.passphrase_required())?;
                let plain = pbe::decrypt_traditional(cipher, iv, data, passphrase.bytes());
                let unknown = || {
                    self.unsupported_encryption(&format!(
                        "the traditional PEM encryption ({cipher})"
                    ))
                };
                (plain.ok_or_else(unknown)?, passphrase)
            }
        };
        plain
            .filter(|plain| is_plain(plain))
            .ok_or_else(|| passphrase.wrong(&self.place))
    }

    fn shut(&self, refusal: Refusal) -> MtlsError {
        let place = &self.place;
        match refusal {
            Refusal::Damaged(what) => MtlsError::config(
                Code::IdentityUnreadable,
                format!("{place} is damaged: {what}"),
            ),
            Refusal::Unsupported(scheme) => self.unsupported_encryption(&scheme),
            Refusal::TooMuch(figure) => MtlsError::config(
                Code::IdentityUnsupported,
                format!("{place} asks for too much work to be opened: {figure}"),
            )
            .with_hint(format!(
                "If you trust the file, raise `max_kdf_iterations`, or encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in {} -out key.pkcs8.pem",
                self.argument
            )),
        }
    }

    fn passphrase_required(&self) -> MtlsError {
        MtlsError::config(
            Code::PassphraseRequired,
            format!("{} is encrypted and no passphrase was given", self.place),
        )
    }

    /// The error for an encryption that is not read.
    pub(super) fn unsupported_encryption(&self, scheme: &str) -> MtlsError {
        MtlsError::config(
            Code::IdentityUnsupported,
            format!(
                "{} is encrypted with {scheme}, which is not supported in this version",
                self.place
            ),
        )
        .with_hint(format!(
            "Encrypt it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in {} -out key.pkcs8.pem",
            self.argument
        ))
    }

    fn signer(&self, der: &[u8]) -> Result<OpenedKey> {
        let algorithm = Algorithm::of(der);
        let dressed = match form(der) {
            Some(Form::Pkcs1) => PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(der)),
            Some(Form::Pkcs8) => PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der)),
            Some(Form::Sec1) => PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(der)),
            None => return Err(self.refused(&algorithm)),
        };
        let signer = rustls::crypto::aws_lc_rs::sign::any_supported_type(&dressed)
            .map_err(|_| self.refused(&algorithm))?;
        let spki = signer.public_key().map(|spki| spki.as_ref().to_vec());
        let public_key = spki
            .as_deref()
            .and_then(|spki| public_key_bits(spki).map(<[u8]>::to_vec));
        let (Some(spki), Some(public_key)) = (spki, public_key) else {
            return Err(self.refused(&algorithm));
        };
        Ok(OpenedKey {
            signer,
            public_key,
            spki,
            words: algorithm.words(),
        })
    }

    /// Why a key that was read cannot be used.
    fn refused(&self, algorithm: &Algorithm) -> MtlsError {
        let place = &self.place;
        let unsupported = |message: String| MtlsError::config(Code::IdentityUnsupported, message);
        let new_key = "Request a certificate for another key: RSA with 2048 bits or more, ECDSA on P-256, P-384 or P-521, or Ed25519.";
        match algorithm {
            Algorithm::Rsa(bits) if !(2048..=8192).contains(bits) => unsupported(format!(
                "{place} is an RSA key with {bits} bits; 2048 to 8192 are supported"
            ))
            .with_hint(new_key),
            Algorithm::ExplicitCurve => unsupported(format!(
                "{place} is an ECDSA key that spells out its curve instead of naming it"
            ))
            .with_hint(format!(
                "Name the curve: openssl ec -param_enc named_curve -in {} -out key.named.pem",
                self.argument
            )),
            Algorithm::Rsa(_)
            | Algorithm::Curve {
                is_supported: true, ..
            }
            | Algorithm::Ed25519 => MtlsError::config(
                Code::IdentityUnreadable,
                format!(
                    "{place} is damaged: its numbers are not an {} key",
                    algorithm.words()
                ),
            ),
            Algorithm::Curve { name, .. } => unsupported(format!(
                "{place} is an ECDSA key on the curve {name}; P-256, P-384 and P-521 are supported"
            ))
            .with_hint(new_key),
            Algorithm::Other(name) => unsupported(format!(
                "{place} is of the kind {name}; RSA, ECDSA and Ed25519 are supported"
            ))
            .with_hint(new_key),
        }
    }
}
