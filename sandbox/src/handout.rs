//! The files in which partners and their tools hand an identity out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::KeyPair;

use crate::error::Error;
use crate::folder::Folder;
use crate::key::{self, Form, Kind};
use crate::store::{Protection, Store};
use crate::{archive, java, pkcs7};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Handout {
    /// Leaf, chain and key, a file each.
    Pem,
    /// The same in DER, the chain as PKCS#7.
    Der,
    /// PEM, the chain as PKCS#7.
    Pkcs7,
    /// Key, leaf and intermediate lie in one file, shuffled.
    Bundle,
    /// The same after it went through mail and a text editor.
    Messy,
    Pkcs12(Protection),
    /// A PKCS#12 store with two keys.
    TwoKeys,
    /// A PKCS#12 store as text.
    Base64,
    Java(java::Kind),
    /// A zip archive of PEM files.
    Archive,
}

/// What is handed out.
pub(crate) struct Made {
    pub name: &'static str,
    pub key: KeyPair,
    pub form: Form,
    pub leaf: Vec<u8>,
    pub intermediate: Option<Vec<u8>>,
    pub root: Vec<u8>,
}

impl Handout {
    /// The names of the files of certificate, chain and key; all one where one file holds everything.
    pub(crate) fn files(self, name: &str) -> [String; 3] {
        let ends = match self {
            Self::Pem => [".crt", "-chain.pem", "-key.pem"],
            Self::Der => [".cer", "-chain.p7c", "-key.der"],
            Self::Pkcs7 => [".crt", "-chain.p7b", "-key.pem"],
            Self::Bundle => [".pem"; 3],
            Self::Messy => [".txt"; 3],
            Self::Pkcs12(_) | Self::TwoKeys => [".p12"; 3],
            Self::Base64 => [".p12.b64"; 3],
            Self::Java(java::Kind::Jks) => [".jks"; 3],
            Self::Java(java::Kind::Jceks) => [".jceks"; 3],
            Self::Archive => [".zip"; 3],
        };
        ends.map(|end| format!("clients/{name}{end}"))
    }

    /// Whether a passphrase opens the file, whatever the key is.
    pub(crate) fn is_locked(self) -> bool {
        matches!(
            self,
            Self::Pkcs12(_) | Self::TwoKeys | Self::Base64 | Self::Java(_)
        )
    }

    pub(crate) fn write(self, folder: &Folder, made: &Made) -> Result<(), Error> {
        let [cert, chain, key] = self.files(made.name);
        match self {
            Self::Pem => {
                folder.write(&cert, &pem(&made.leaf))?;
                folder.write(&chain, &(pem(&made.leaf) + &made.intermediate_pem()))?;
                folder.write_secret(&key, &made.form.write(&made.key)?)
            }
            Self::Der => {
                folder.write_public(&cert, &made.leaf)?;
                folder.write_public(&chain, &pkcs7::of(&made.chain())?)?;
                folder.write_store(&key, &made.form.write_der(&made.key)?)
            }
            Self::Pkcs7 => {
                folder.write(&cert, &pem(&made.leaf))?;
                folder.write(&chain, &key::pem_of("PKCS7", pkcs7::of(&made.chain())?))?;
                folder.write_secret(&key, &made.form.write(&made.key)?)
            }
            Self::Bundle => {
                let key = made.form.write(&made.key)?;
                folder.write_secret(&cert, &(made.intermediate_pem() + &key + &pem(&made.leaf)))
            }
            Self::Messy => folder.write_secret(&cert, &made.messy()?),
            Self::Pkcs12(protection) => {
                folder.write_store(&cert, &made.store()?.write(protection)?)
            }
            Self::TwoKeys => {
                let mut store = made.store()?;
                // No certificate of the store is for this one.
                store.key("other", &Kind::P256.generate()?, &[])?;
                folder.write_store(&cert, &store.write(Protection::Modern)?)
            }
            Self::Base64 => {
                let bytes = made.store()?.write(Protection::Modern)?;
                folder.write_secret(&cert, &STANDARD.encode(bytes))
            }
            Self::Java(kind) => {
                let key = key::pkcs8_der(&made.key)?;
                let bytes = java::of_key(kind, made.name, &key, &made.chain())?;
                folder.write_store(&cert, &bytes)
            }
            Self::Archive => {
                let (leaf, intermediate) = (pem(&made.leaf), made.intermediate_pem());
                let key = made.form.write(&made.key)?;
                let files = [
                    ("certificate.crt", leaf.as_bytes()),
                    ("intermediate.crt", intermediate.as_bytes()),
                    ("private.key", key.as_bytes()),
                ];
                folder.write_store(&cert, &archive::of(made.name, &files)?)
            }
        }
    }
}

impl Made {
    /// Leaf and intermediate.
    fn chain(&self) -> Vec<&[u8]> {
        let intermediate = self.intermediate.as_deref();
        [self.leaf.as_slice()]
            .into_iter()
            .chain(intermediate)
            .collect()
    }

    fn intermediate_pem(&self) -> String {
        self.intermediate.as_deref().map(pem).unwrap_or_default()
    }

    fn store(&self) -> Result<Store, Error> {
        let mut store = Store::new();
        store.key(self.name, &self.key, &self.chain())?;
        Ok(store)
    }

    fn messy(&self) -> Result<String, Error> {
        let (leaf, root) = (pem(&self.leaf), pem(&self.root));
        let parts = [
            "\u{feff}Hello,\nhere is what you asked for.\n\n",
            &root,
            "subject=CN = the next one\n",
            &self.intermediate_pem(),
            &leaf,
            "Bag Attributes\n    friendlyName: app\nKey Attributes: <No Attributes>\n",
            &self.form.write(&self.key)?,
            &root,
            leaf.trim_end(),
        ];
        Ok(parts.concat().replace('\n', "\r\n"))
    }
}

fn pem(der: &[u8]) -> String {
    key::pem_of("CERTIFICATE", der.to_vec())
}
