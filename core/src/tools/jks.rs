//! Java's own keystores (JKS), written.

use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY as SHA1;
use pkcs8::ObjectIdentifier;
use zeroize::Zeroizing;

use super::encode::{self, Bytes, NULL};
use super::key;
use crate::error::{Code, MtlsError, Result};
use crate::identity::date;
use crate::identity::passphrase::Passphrase;
use crate::identity::pbe::{hash, utf16};

const SALT: &[u8] = b"Mighty Aphrodite";
/// SHA-1 as a stream cipher, as Java's own keys are encrypted.
const JAVA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.42.2.17.1.1");

/// A store in the making.
pub(super) struct Store {
    bytes: Bytes,
    password: Bytes,
}

impl Store {
    pub(super) fn new(entries: usize, passphrase: &Passphrase) -> Result<Store> {
        let mut store = Store {
            bytes: Zeroizing::new(vec![0xfe, 0xed, 0xfe, 0xed]),
            password: utf16(passphrase.bytes()),
        };
        store.number(2);
        store.number(u32::try_from(entries).map_err(|_| too_long())?);
        Ok(store)
    }

    /// A trusted certificate.
    pub(super) fn trust(&mut self, alias: &str, der: &[u8]) -> Result<()> {
        self.entry(2, alias)?;
        self.certificate(der)
    }

    /// A key and its chain, leaf first.
    pub(super) fn key(
        &mut self,
        alias: &str,
        pkcs8: &[u8],
        chain: &[impl AsRef<[u8]>],
    ) -> Result<()> {
        self.entry(1, alias)?;
        let scheme = encode::sequence(&[&encode::oid(JAVA), NULL]);
        let sealed = encode::octets(&self.seal(pkcs8)?);
        self.block(&encode::sequence(&[&scheme, &sealed]))?;
        self.number(u32::try_from(chain.len()).map_err(|_| too_long())?);
        chain
            .iter()
            .try_for_each(|der| self.certificate(der.as_ref()))
    }

    /// The file: the entries, and a digest over password and entries.
    pub(super) fn finish(mut self) -> Bytes {
        let digest = hash(&SHA1, &[&self.password, SALT, &self.bytes]);
        self.bytes.extend_from_slice(digest.as_ref());
        self.bytes
    }

    fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        let salt: [u8; 20] = key::random()?;
        let mut out = salt.to_vec();
        let mut stream = salt.to_vec();
        for block in plain.chunks(20) {
            stream = hash(&SHA1, &[&self.password, &stream]).as_ref().to_vec();
            out.extend(block.iter().zip(&stream).map(|(byte, mask)| byte ^ mask));
        }
        out.extend_from_slice(hash(&SHA1, &[&self.password, plain]).as_ref());
        Ok(out)
    }

    fn entry(&mut self, kind: u32, alias: &str) -> Result<()> {
        self.number(kind);
        // Java finds an alias in lower case only.
        self.text(&alias.to_lowercase())?;
        let now = date::now().saturating_mul(1_000);
        self.bytes.extend_from_slice(&now.to_be_bytes());
        Ok(())
    }

    fn certificate(&mut self, der: &[u8]) -> Result<()> {
        self.text("X.509")?;
        self.block(der)
    }

    fn number(&mut self, number: u32) {
        self.bytes.extend_from_slice(&number.to_be_bytes());
    }

    fn block(&mut self, bytes: &[u8]) -> Result<()> {
        self.number(u32::try_from(bytes.len()).map_err(|_| too_long())?);
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        let length = u16::try_from(text.len()).map_err(|_| too_long())?;
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn too_long() -> MtlsError {
    MtlsError::config(Code::BadOption, "this is too long for a JKS store")
}
