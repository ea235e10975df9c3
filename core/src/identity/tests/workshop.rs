//! A temporary directory in which openssl makes certificates and keys.

use std::fs;
use std::process::Command;
use std::sync::Arc;

use rustls::RootCertStore;
use tempfile::TempDir;

use crate::config::{Attachments, IdentityConfig, Secret};
use crate::error::{MtlsError, Result};
use crate::identity::Identity;
use crate::trust::Trust;

/// The passphrase of every encrypted key here.
pub(crate) const PASSPHRASE: &str = "hunter2-hunter2";

/// A directory with a root CA, an intermediate CA and whatever a test adds.
pub(crate) struct Workshop {
    dir: TempDir,
}

impl Workshop {
    /// An empty one.
    pub(crate) fn bare() -> Self {
        Workshop {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// One with `root.pem`, `root.key`, `inter.pem`, `inter.key`.
    pub(crate) fn new() -> Self {
        let shop = Self::bare();
        shop.write("ca.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
        shop.write("leaf.ext", "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth,serverAuth\nsubjectAltName=DNS:localhost,DNS:leaf.example,IP:127.0.0.1,IP:::1\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\nauthorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://ca.example/inter.der\n");
        shop.authority("root", "/O=Mutls Test/CN=Root", None);
        shop.authority("inter", "/O=Mutls Test/CN=Intermediate", Some("root"));
        shop
    }

    /// Makes `NAME.pem` of a CA, and `NAME.key` if there is none.
    pub(crate) fn authority(&self, name: &str, subject: &str, issuer: Option<&str>) {
        if !std::path::Path::new(&self.path(&format!("{name}.key"))).exists() {
            self.openssl(&format!(
                "ecparam -name prime256v1 -genkey -noout -out {name}.key"
            ));
        }
        self.request(name, subject);
        let sign = match issuer {
            Some(issuer) => format!("-CA {issuer}.pem -CAkey {issuer}.key"),
            None => format!("-signkey {name}.key"),
        };
        self.openssl(&format!(
            "x509 -req -in {name}.csr {sign} -extfile ca.ext -days 3650 -out {name}.pem"
        ));
    }

    /// Makes `NAME.csr` for `NAME.key`.
    pub(crate) fn request(&self, name: &str, subject: &str) {
        let subject = subject.replace(' ', "\u{1}");
        self.openssl(&format!(
            "req -new -key {name}.key -subj {subject} -out {name}.csr"
        ));
    }

    /// Makes `NAME.pem` for the existing `NAME.key`, issued by the intermediate.
    pub(crate) fn issue(&self, name: &str) {
        self.request(name, &format!("/O=Mutls Test/CN={name}"));
        self.sign(name, "inter", "-days 30");
    }

    /// Signs `NAME.csr` as a leaf.
    pub(crate) fn sign(&self, name: &str, issuer: &str, options: &str) {
        self.openssl(&format!("x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key -extfile leaf.ext {options} -out {name}.pem"));
    }

    /// Signs `NAME.csr` for dates that `openssl x509` cannot set, such as `20400101000000Z`.
    pub(crate) fn dated(&self, name: &str, out: &str, start: &str, end: &str) {
        self.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index.txt\nserial=serial\ndefault_md=sha256\nunique_subject=no\npolicy=p\n[p]\ncommonName=supplied\n");
        self.write("index.txt", "");
        self.write("serial", "01\n");
        self.openssl(&format!("ca -config ca.cnf -batch -in {name}.csr -cert inter.pem -keyfile inter.key -startdate {start} -enddate {end} -out {out}"));
    }

    /// Makes a P-256 key and its certificate.
    pub(crate) fn leaf(&self, name: &str) {
        self.openssl(&format!(
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {name}.key"
        ));
        self.issue(name);
    }

    /// Runs openssl here; \u{1} stands for a space inside an argument.
    pub(crate) fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split(' ').map(|word| word.replace('\u{1}', " ")))
            .current_dir(self.dir.path())
            .output()
            .expect("openssl is on the path");
        assert!(
            output.status.success(),
            "openssl {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The full path of a file.
    pub(crate) fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    /// Writes several files one after the other into one.
    pub(crate) fn join(&self, name: &str, parts: &[&str]) {
        let whole: Vec<u8> = parts.iter().flat_map(|part| self.bytes(part)).collect();
        self.write(name, whole);
    }

    /// A configuration of a certificate file and a key file.
    pub(crate) fn config(&self, cert: &str, key: &str) -> IdentityConfig {
        IdentityConfig {
            cert_file: Some(self.path(cert)),
            key_file: Some(self.path(key)),
            ..IdentityConfig::default()
        }
    }

    /// Loads a certificate file and a key file.
    pub(crate) fn load(&self, cert: &str, key: &str) -> Result<Identity> {
        load(&self.config(cert, key))
    }

    /// Loads with the passphrase of this workshop.
    pub(crate) fn open(&self, cert: &str, key: &str) -> Result<Identity> {
        load(&IdentityConfig {
            passphrase: Some(Secret::inline(PASSPHRASE)),
            ..self.config(cert, key)
        })
    }

    /// The error of a load that must fail.
    pub(crate) fn refusal(&self, cert: &str, key: &str) -> MtlsError {
        self.load(cert, key).expect_err("it must be refused")
    }
}

/// Loads with nothing to complete the chain from.
pub(crate) fn load(config: &IdentityConfig) -> Result<Identity> {
    Identity::load(config, &Attachments::default(), &no_trust().bundle)
}

/// Nobody is trusted.
pub(crate) fn no_trust() -> Trust {
    Trust {
        roots: Arc::new(RootCertStore::empty()),
        bundle: Arc::default(),
        pins: Arc::default(),
        pinned: None,
        revocation: None,
        allowed: Default::default(),
        source: "nowhere".into(),
    }
}

/// From PEM text in memory.
pub(crate) fn load_text(cert: &str, key: &str) -> Result<Identity> {
    load(&IdentityConfig {
        cert_pem: Some(Secret::inline(cert)),
        key_pem: Some(Secret::inline(key)),
        ..IdentityConfig::default()
    })
}
