//! The client identities: good ones in every form, and one for each way of being wrong.

use std::collections::BTreeMap;

use rcgen::{ExtendedKeyUsagePurpose, SanType, SerialNumber};

use crate::ca::Authorities;
use crate::error::Error;
use crate::folder::Folder;
use crate::handout::{Handout, Made};
use crate::key::{Form, Kind, PASSPHRASE};
use crate::leaf::{Dates, Issuer, Leaf};
use crate::locked::Cipher;
use crate::store::Protection;
use crate::{info, java};

pub(crate) struct Spec {
    pub name: &'static str,
    pub about: &'static str,
    kind: Kind,
    form: Form,
    handout: Handout,
    issuer: Issuer,
    dates: Dates,
    twist: Twist,
}

/// What is wrong with it.
#[derive(Clone, Copy, PartialEq)]
enum Twist {
    None,
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
    handout: Handout::Pem,
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
    Spec { name: "pbes1", about: "encrypted PKCS#8 key of former days (PBES1, MD5, DES)", form: Form::Pbes1, ..VALID },
    Spec { name: "traditional", about: "encrypted SEC1 key with Proc-Type and DEK-Info (AES-256-CBC)", form: Form::Traditional(Cipher::Aes256), ..VALID },
    Spec { name: "traditional_3des", about: "the same with 3DES", form: Form::Traditional(Cipher::TripleDes), ..VALID },
    Spec { name: "der", about: "leaf and PKCS#8 key in DER, the chain as PKCS#7 in DER", handout: Handout::Der, ..VALID },
    Spec { name: "der_pkcs1", about: "the same with an RSA-2048 key in PKCS#1", kind: Kind::Rsa2048, form: Form::Pkcs1, handout: Handout::Der, ..VALID },
    Spec { name: "der_sec1", about: "the same with a SEC1 key", form: Form::Sec1, handout: Handout::Der, ..VALID },
    Spec { name: "der_encrypted", about: "the same with an encrypted PKCS#8 key", form: Form::Encrypted, handout: Handout::Der, ..VALID },
    Spec { name: "pkcs7", about: "the chain as PKCS#7 in PEM", handout: Handout::Pkcs7, ..VALID },
    Spec { name: "bundle", about: "intermediate, key and leaf in one file, in that order", handout: Handout::Bundle, ..VALID },
    Spec { name: "messy", about: "one file as mail programs leave it: byte order mark, CRLF, text around, leaf and root twice, no line feed at its end", handout: Handout::Messy, ..VALID },
    Spec { name: "pkcs12", about: "a PKCS#12 store with key, leaf and intermediate, under the alias `pkcs12`", handout: Handout::Pkcs12(Protection::Modern), ..VALID },
    Spec { name: "pkcs12_3des", about: "a PKCS#12 store under 3DES and SHA-1", handout: Handout::Pkcs12(Protection::TripleDes), ..VALID },
    Spec { name: "pkcs12_rc2", about: "a PKCS#12 store under RC2-40 and SHA-1", handout: Handout::Pkcs12(Protection::Rc2), ..VALID },
    Spec { name: "pkcs12_two", about: "a PKCS#12 store with another key too, under the alias `other`", handout: Handout::TwoKeys, ..VALID },
    Spec { name: "pkcs12_base64", about: "a PKCS#12 store as base64 text", handout: Handout::Base64, ..VALID },
    Spec { name: "jks", about: "a JKS store with key, leaf and intermediate, under the alias `jks`", handout: Handout::Java(java::Kind::Jks), ..VALID },
    Spec { name: "jceks", about: "a JCEKS store with key, leaf and intermediate, under the alias `jceks`", handout: Handout::Java(java::Kind::Jceks), ..VALID },
    Spec { name: "zip", about: "a zip archive as from a developer portal: key, leaf and intermediate, and what macOS adds", handout: Handout::Archive, ..VALID },
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

        let key = match self.twist {
            Twist::OtherKey => self.kind.generate()?,
            _ => key,
        };
        self.handout.write(
            folder,
            &Made {
                name: self.name,
                key,
                form: self.form,
                leaf: issued.certificate.der().to_vec(),
                intermediate: match self.issuer {
                    Issuer::Intermediate => Some(by.intermediate.der().to_vec()),
                    Issuer::Root | Issuer::OtherRoot | Issuer::Itself => None,
                },
                root: by.root.der().to_vec(),
            },
        )?;
        Ok((self.twist == Twist::Revoked).then_some(issued.serial))
    }

    pub(crate) fn files(&self) -> Vec<String> {
        self.handout.files(self.name).to_vec()
    }

    fn info(&self, folder: &Folder) -> info::Identity {
        let [cert, chain, key] = self.handout.files(self.name);
        info::Identity {
            cert: folder.path(&cert),
            chain: folder.path(&chain),
            key: folder.path(&key),
            passphrase: (self.form.is_locked() || self.handout.is_locked())
                .then(|| PASSPHRASE.to_owned()),
            about: self.about.to_owned(),
        }
    }
}

pub(crate) fn describe(folder: &Folder) -> BTreeMap<String, info::Identity> {
    ALL.iter()
        .map(|spec| (spec.name.to_owned(), spec.info(folder)))
        .collect()
}
