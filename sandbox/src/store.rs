//! PKCS#12 stores, as partners hand them out and Java keeps them.

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::KeyPair;

use crate::error::Error;
use crate::key::{ITERATIONS, PASSPHRASE};

/// A key with its chain, under a name.
pub(crate) fn of_key(name: &str, key: &KeyPair, chain: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let key = PrivateKey::from_der(&key.serialize_der()).map_err(Error::certificate)?;
    let chain = chain
        .iter()
        .map(|der| Certificate::from_der(der).map_err(Error::certificate))
        .collect::<Result<Vec<_>, _>>()?;
    let entry = KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(name, key, chain));
    write(name, entry)
}

/// A certificate alone, as in a truststore.
pub(crate) fn of_certificate(name: &str, der: &[u8]) -> Result<Vec<u8>, Error> {
    let certificate = Certificate::from_der(der).map_err(Error::certificate)?;
    write(name, KeyStoreEntry::Certificate(certificate))
}

fn write(name: &str, entry: KeyStoreEntry) -> Result<Vec<u8>, Error> {
    let mut store = KeyStore::new();
    store.add_entry(name, entry);
    store
        .writer(PASSPHRASE)
        .encryption_iterations(ITERATIONS)
        .mac_iterations(ITERATIONS)
        .write()
        .map_err(Error::certificate)
}
