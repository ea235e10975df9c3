//! The client identities: good ones in every form, and one for each way of being wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rcgen::{ExtendedKeyUsagePurpose, SanType, SerialNumber};

use crate::archive;
use crate::ca::Authorities;
use crate::error::Error;
use crate::folder::Folder;
use crate::info;
use crate::key::{Form, Kind, PASSPHRASE};
use crate::leaf::{Dates, Issuer, Leaf};
use crate::store;

pub(crate) struct Spec {
    pub name: &'static str,
    pub about: &'static str,
    kind: Kind,
    form: Form,
    issuer: Issuer,
    dates: Dates,
    twist: Twist,
}

#[derive(Clone, Copy, PartialEq)]
enum Twist {
    None,
    /// Key, leaf and intermediate lie in one file, shuffled.
    OneFile,
    /// A PKCS#12 store.
    Store,
    /// A zip archive of PEM files.
    Archive,
    /// The key file holds another key.
    OtherKey,
    ServerUsage,
    Revoked,
}

const VALID: Spec = Spec {
    name: "valid",
    about: "ECDSA P-256, issued by the intermediate",
    kind: Kind::P256,
    form: Form::Pkcs8,
    issuer: Issuer::Intermediate,
    dates: Dates::Current,
    twist: Twist::None,
};

#[rustfmt::skip]
pub(crate) const ALL: &[Spec] = &[
    VALID,
    Spec { name: "rotated", about: "a second valid identity, as after a rotation", ..VALID },
    Spec { name: "rsa", about: "RSA-2048, PKCS#8 key", kind: Kind::Rsa2048, ..VALID },
    Spec { name: "rsa_pkcs1", about: "RSA-2048, PKCS#1 key (RSA PRIVATE KEY)", kind: Kind::Rsa2048, form: Form::Pkcs1, ..VALID },
    Spec { name: "sec1", about: "ECDSA P-256, SEC1 key (EC PRIVATE KEY)", form: Form::Sec1, ..VALID },
    Spec { name: "p384", about: "ECDSA P-384", kind: Kind::P384, ..VALID },
    Spec { name: "p521", about: "ECDSA P-521", kind: Kind::P521, ..VALID },
    Spec { name: "ed25519", about: "Ed25519", kind: Kind::Ed25519, ..VALID },
    Spec { name: "encrypted", about: "encrypted PKCS#8 key (PBES2, PBKDF2-SHA256, AES-256-CBC)", form: Form::Encrypted, ..VALID },
    Spec { name: "bundle", about: "intermediate, key and leaf in one file, in that order", twist: Twist::OneFile, ..VALID },
    Spec { name: "pkcs12", about: "a PKCS#12 store with key, leaf and intermediate, under the alias `pkcs12`", twist: Twist::Store, ..VALID },
    Spec { name: "zip", about: "a zip archive as from a developer portal: key, leaf and intermediate, and what macOS adds", twist: Twist::Archive, ..VALID },
    Spec { name: "direct", about: "issued by the root itself", issuer: Issuer::Root, ..VALID },
    Spec { name: "expired", about: "ended yesterday", dates: Dates::Past, ..VALID },
    Spec { name: "expiring", about: "ends in five days", dates: Dates::Soon, ..VALID },
    Spec { name: "not_yet_valid", about: "begins in a year", dates: Dates::Future, ..VALID },
    Spec { name: "wrong_ca", about: "issued by the other CA", issuer: Issuer::OtherRoot, ..VALID },
    Spec { name: "wrong_eku", about: "for servers only (extended key usage serverAuth)", twist: Twist::ServerUsage, ..VALID },
    Spec { name: "revoked", about: "on the intermediate's revocation list", twist: Twist::Revoked, ..VALID },
    Spec { name: "mismatch", about: "the key belongs to another certificate", twist: Twist::OtherKey, ..VALID },
];

impl Spec {
    /// Writes the identity's files; gives back the serial number if it is to be revoked.
    pub(crate) fn make(
        &self,
        by: &Authorities,
        folder: &Folder,
    ) -> Result<Option<SerialNumber>, Error> {
        let key = self.kind.generate()?;
        let common_name = format!("{}.client.sandbox.test", self.name);
        let issued = Leaf {
            names: vec![SanType::DnsName(
                common_name.clone().try_into().map_err(Error::certificate)?,
            )],
            common_name,
            organisation: "Sandbox App",
            issuer: self.issuer,
            dates: self.dates,
            usage: if self.twist == Twist::ServerUsage {
                ExtendedKeyUsagePurpose::ServerAuth
            } else {
                ExtendedKeyUsagePurpose::ClientAuth
            },
            is_ca: false,
        }
        .issue(by, &key)?;

        let key_pem = if self.twist == Twist::OtherKey {
            self.form.write(&self.kind.generate()?)?
        } else {
            self.form.write(&key)?
        };
        let leaf_pem = issued.certificate.pem();
        let intermediate_pem = match self.issuer {
            Issuer::Intermediate => by.intermediate.pem(),
            Issuer::Root | Issuer::OtherRoot | Issuer::Itself => String::new(),
        };

        if self.twist == Twist::OneFile {
            folder.write_secret(&self.one_file(), &(intermediate_pem + &key_pem + &leaf_pem))?;
        } else if self.twist == Twist::Store {
            let chain = [issued.certificate.der().as_ref(), by.intermediate.der()];
            folder.write_store(&self.one_file(), &store::of_key(self.name, &key, &chain)?)?;
        } else if self.twist == Twist::Archive {
            let files = [
                ("certificate.crt", leaf_pem.as_bytes()),
                ("intermediate.crt", intermediate_pem.as_bytes()),
                ("private.key", key_pem.as_bytes()),
            ];
            folder.write_store(&self.one_file(), &archive::of(self.name, &files)?)?;
        } else {
            folder.write(&self.file(".crt"), &leaf_pem)?;
            folder.write(&self.file("-chain.pem"), &(leaf_pem + &intermediate_pem))?;
            folder.write_secret(&self.file("-key.pem"), &key_pem)?;
        }
        Ok((self.twist == Twist::Revoked).then_some(issued.serial))
    }

    pub(crate) fn files(&self) -> Vec<String> {
        if self.is_one_file() {
            vec![self.one_file()]
        } else {
            [".crt", "-chain.pem", "-key.pem"]
                .map(|end| self.file(end))
                .to_vec()
        }
    }

    fn info(&self, folder: &Folder) -> info::Identity {
        let path = |end: &str| -> PathBuf {
            folder.path(&if self.is_one_file() {
                self.one_file()
            } else {
                self.file(end)
            })
        };
        info::Identity {
            cert: path(".crt"),
            chain: path("-chain.pem"),
            key: path("-key.pem"),
            passphrase: (self.form == Form::Encrypted || self.twist == Twist::Store)
                .then(|| PASSPHRASE.to_owned()),
            about: self.about.to_owned(),
        }
    }

    fn is_one_file(&self) -> bool {
        matches!(self.twist, Twist::OneFile | Twist::Store | Twist::Archive)
    }

    fn one_file(&self) -> String {
        self.file(match self.twist {
            Twist::Store => ".p12",
            Twist::Archive => ".zip",
            _ => ".pem",
        })
    }

    fn file(&self, end: &str) -> String {
        format!("clients/{}{end}", self.name)
    }
}

pub(crate) fn describe(folder: &Folder) -> BTreeMap<String, info::Identity> {
    ALL.iter()
        .map(|spec| (spec.name.to_owned(), spec.info(folder)))
        .collect()
}
