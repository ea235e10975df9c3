//! PKCS#12 stores, as partners hand them out and Java keeps them.

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};
use rcgen::KeyPair;

use crate::error::Error;
use crate::key::{ITERATIONS, PASSPHRASE};

/// How a store is protected.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Protection {
    /// PBES2 with AES-256, HMAC with SHA-256.
    Modern,
    /// 3DES and SHA-1, as Windows exports.
    TripleDes,
    /// RC2 with 40 bits and SHA-1, as OpenSSL wrote certificates before 3.0.
    Rc2,
}

/// A store in the making.
pub(crate) struct Store(KeyStore);

impl Store {
    pub(crate) fn new() -> Store {
        Store(KeyStore::new())
    }

    /// A key with its chain, under a name.
    pub(crate) fn key(&mut self, name: &str, key: &KeyPair, chain: &[&[u8]]) -> Result<(), Error> {
        let key = PrivateKey::from_der(&key.serialize_der()).map_err(Error::certificate)?;
        let chain = chain
            .iter()
            .map(|der| Certificate::from_der(der).map_err(Error::certificate))
            .collect::<Result<Vec<_>, _>>()?;
        let entry = KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(name, key, chain));
        self.0.add_entry(name, entry);
        Ok(())
    }

    pub(crate) fn write(&self, protection: Protection) -> Result<Vec<u8>, Error> {
        let (encryption, mac) = match protection {
            Protection::Modern => (
                EncryptionAlgorithm::PbeWithHmacSha256AndAes256,
                MacAlgorithm::HmacSha256,
            ),
            Protection::TripleDes => (
                EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc,
                MacAlgorithm::HmacSha1,
            ),
            // The name is the crate's; the algorithm is RC2.
            Protection::Rc2 => (
                EncryptionAlgorithm::PbeWithShaAnd40BitRc4Cbc,
                MacAlgorithm::HmacSha1,
            ),
        };
        (self.0.writer(PASSPHRASE))
            .encryption_algorithm(encryption)
            .encryption_iterations(ITERATIONS)
            .mac_algorithm(mac)
            .mac_iterations(ITERATIONS)
            .write()
            .map_err(Error::certificate)
    }
}

/// A certificate alone, as in a truststore.
pub(crate) fn of_certificate(name: &str, der: &[u8]) -> Result<Vec<u8>, Error> {
    let certificate = Certificate::from_der(der).map_err(Error::certificate)?;
    let mut store = Store::new();
    let entry = KeyStoreEntry::Certificate(certificate);
    store.0.add_entry(name, entry);
    store.write(Protection::Modern)
}
