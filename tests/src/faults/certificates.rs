//! Certificates that the sandbox does not make, issued with the `openssl` command: those of servers that a
//! client has something against, and their CAs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::peers;

/// One certificate: `NAME.crt` alone, `NAME-chain.pem` with the CAs between it and the root, `NAME-key.pem`.
struct Row {
    name: &'static str,
    subject: &'static str,
    /// What `openssl req -newkey` is told.
    key: &'static [&'static str],
    /// Another row, or one of the sandbox's CAs; none signs for itself.
    issuer: Option<&'static str>,
    extensions: &'static str,
    /// As `openssl ca` reads them.
    dates: (&'static str, &'static str),
    digest: &'static str,
}

const P256: &[&str] = &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const SECP256K1: &[&str] = &["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"];
const CA: &str = "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";
const SERVER: &str = "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n";

const LEAF: Row = Row {
    name: "names_only",
    subject: "/O=Faulty Partner/CN=localhost",
    key: P256,
    issuer: Some("intermediate"),
    extensions: SERVER,
    dates: ("20250101000000Z", "20391231000000Z"),
    digest: "sha256",
};

/// An issuer stands above what it issued.
#[rustfmt::skip]
const ALL: &[Row] = &[
    LEAF,
    Row { name: "aia", extensions: "subjectAltName=DNS:localhost\nauthorityInfoAccess=caIssuers;URI:http://ca.sandbox.test/intermediate.cer\n", ..LEAF },
    Row { name: "old_ca", subject: "/O=mutls sandbox/CN=Old Intermediate CA", issuer: Some("ca"), extensions: CA, dates: ("20230101000000Z", "20240630120000Z"), ..LEAF },
    Row { name: "under_old_ca", issuer: Some("old_ca"), ..LEAF },
    Row { name: "new_ca", subject: "/O=mutls sandbox/CN=New Intermediate CA", issuer: Some("ca"), extensions: CA, dates: ("20390101000000Z", "20401231000000Z"), ..LEAF },
    Row { name: "under_new_ca", issuer: Some("new_ca"), ..LEAF },
    Row { name: "revoked_ca", subject: "/O=mutls sandbox/CN=Revoked Intermediate CA", issuer: Some("ca"), extensions: CA, ..LEAF },
    Row { name: "under_revoked_ca", issuer: Some("revoked_ca"), ..LEAF },
    Row { name: "sha1", digest: "sha1", ..LEAF },
    Row { name: "rsa1024", key: &["rsa:1024"], ..LEAF },
    Row { name: "rsa2048", key: &["rsa:2048"], ..LEAF },
    Row { name: "secp256k1", key: SECP256K1, ..LEAF },
    Row { name: "wildcard", extensions: "subjectAltName=DNS:*.sandbox.test\n", ..LEAF },
    Row { name: "critical", extensions: "subjectAltName=DNS:localhost\n1.3.6.1.4.1.55555.1=critical,ASN1:UTF8String:odd\n", ..LEAF },
    Row { name: "constrained_ca", subject: "/O=mutls sandbox/CN=Constrained CA", issuer: Some("ca"), extensions: "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\nnameConstraints=critical,permitted;DNS:partner.example\n", ..LEAF },
    Row { name: "outside_constraints", issuer: Some("constrained_ca"), ..LEAF },
    Row { name: "deep_ca", subject: "/O=mutls sandbox/CN=Deep CA", extensions: CA, ..LEAF },
    Row { name: "too_deep", issuer: Some("deep_ca"), ..LEAF },
    Row { name: "by_a_leaf", subject: "/O=Faulty Partner/CN=issued by a server", issuer: Some("names_only"), ..LEAF },
    Row { name: "corporate_ca", subject: "/O=Acme Corp/CN=Acme Corp TLS Inspection CA", issuer: None, extensions: CA, ..LEAF },
    Row { name: "inspected", issuer: Some("corporate_ca"), ..LEAF },
    Row { name: "portal", subject: "/O=Grand Hotel/CN=wifi.hotel.example", issuer: None, extensions: "subjectAltName=DNS:wifi.hotel.example\n", ..LEAF },
];

const CONFIG: &str = "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial\ncrlnumber=crlnumber\npolicy=p\nunique_subject=no\n\
    [x]\nauthorityKeyIdentifier=keyid\n\
    [p]\norganizationName=optional\ncommonName=supplied\n";

/// Makes them all in `dir`. `sandbox` is the folder of the sandbox, whose CAs issue.
pub(super) fn make(sandbox: &Path, dir: &Path) -> Result<(), Error> {
    let write =
        |path: PathBuf, text: &[u8]| fs::write(&path, text).map_err(|e| Error::at(&path, e));
    write(dir.join("ca.cnf"), CONFIG.as_bytes())?;
    write(dir.join("index.txt"), b"")?;
    write(dir.join("crlnumber"), b"01\n")?;
    for name in ["ca", "intermediate"] {
        let copy = |from: &str, to: String| {
            let from = sandbox.join(from);
            fs::copy(&from, dir.join(to)).map_err(|e| Error::at(&from, e))
        };
        copy(&format!("{name}.pem"), format!("{name}.crt"))?;
        copy(&format!("{name}-key.pem"), format!("{name}-key.pem"))?;
    }
    for row in ALL {
        row.make(dir)?;
    }
    // For Apache's proxy: proxyuser, proxypass (RFC 2307's SHA form, which it still reads).
    write(
        dir.join("proxy-users"),
        b"proxyuser:{SHA}HpLSFMezcUQpmGzLs4KfDArvmCM=\n",
    )?;
    for name in ["good", "wrong_host", "wrong_eku"] {
        // HAProxy reads certificate and key from one file.
        let parts = [format!("{name}-chain.pem"), format!("{name}-key.pem")];
        let parts = parts.map(|part| fs::read(sandbox.join("servers").join(part)));
        let both: Result<Vec<_>, _> = parts.into_iter().collect();
        let both = both.map_err(|e| Error::at(sandbox, e))?.concat();
        write(dir.join(format!("{name}.pem")), &both)?;
    }
    damage(dir)?;
    revoke(dir, "revoked_ca")
}

impl Row {
    fn make(&self, dir: &Path) -> Result<(), Error> {
        let name = self.name;
        let extensions = dir.join(format!("{name}.ext"));
        fs::write(&extensions, self.extensions).map_err(|e| Error::at(&extensions, e))?;
        let key = format!("{name}-key.pem");
        openssl(
            dir,
            &[
                "req",
                "-new",
                "-nodes",
                "-subj",
                self.subject,
                "-keyout",
                &key,
            ],
        )
        .args(["-out", &format!("{name}.csr"), "-newkey"])
        .args(self.key)
        .done()?;
        let mut issue = openssl(
            dir,
            &[
                "ca",
                "-config",
                "ca.cnf",
                "-batch",
                "-notext",
                "-rand_serial",
            ],
        );
        issue
            .args([
                "-in",
                &format!("{name}.csr"),
                "-out",
                &format!("{name}.crt"),
            ])
            .args(["-extfile", &format!("{name}.ext"), "-md", self.digest])
            .args(["-startdate", self.dates.0, "-enddate", self.dates.1]);
        let mut chain = Vec::new();
        match self.issuer {
            None => issue.args(["-selfsign", "-keyfile", &key]).done()?,
            Some(by) => {
                issue
                    .args([
                        "-cert",
                        &format!("{by}.crt"),
                        "-keyfile",
                        &format!("{by}-key.pem"),
                    ])
                    .done()?;
                if by != "ca" {
                    // The root's CAs have no chain file of their own.
                    let above = [format!("{by}-chain.pem"), format!("{by}.crt")];
                    let found = above.iter().find(|file| dir.join(file).exists());
                    chain = found
                        .map_or_else(|| Ok(Vec::new()), |file| fs::read(dir.join(file)))
                        .map_err(|e| Error::at(dir, e))?;
                }
            }
        }
        let leaf = dir.join(format!("{name}.crt"));
        let mut all = fs::read(&leaf).map_err(|e| Error::at(&leaf, e))?;
        all.extend(chain);
        let path = dir.join(format!("{name}-chain.pem"));
        fs::write(&path, all).map_err(|e| Error::at(&path, e))
    }
}

/// `damaged-chain.pem`: the last bytes of the signature are others.
fn damage(dir: &Path) -> Result<(), Error> {
    openssl(
        dir,
        &[
            "x509",
            "-badsig",
            "-in",
            "names_only.crt",
            "-out",
            "damaged.crt",
        ],
    )
    .done()?;
    let both: Vec<u8> = ["damaged.crt", "intermediate.crt"]
        .iter()
        .map(|name| fs::read(dir.join(name)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| Error::at(dir, e))?
        .concat();
    let path = dir.join("damaged-chain.pem");
    fs::write(&path, both).map_err(|e| Error::at(&path, e))
}

/// `root-crl.pem`: the root's list with this CA on it. `root-crl-v1.pem`: the same in version 1, as the command makes it
/// where nobody tells it better.
fn revoke(dir: &Path, name: &str) -> Result<(), Error> {
    let root = [
        "-config",
        "ca.cnf",
        "-cert",
        "ca.crt",
        "-keyfile",
        "ca-key.pem",
        "-md",
        "sha256",
    ];
    openssl(dir, &["ca", "-revoke", &format!("{name}.crt")])
        .args(root)
        .done()?;
    let list = |name: &str, more: &[&str]| {
        openssl(dir, &["ca", "-gencrl", "-crldays", "30", "-out", name])
            .args(root)
            .args(more)
            .done()
    };
    list("root-crl.pem", &["-crlexts", "x"])?;
    list("root-crl-v1.pem", &[])
}

/// The `openssl` command in a folder.
struct OpenSsl(Command);

fn openssl(dir: &Path, arguments: &[&str]) -> OpenSsl {
    let mut command = peers::command("openssl");
    command.current_dir(dir).args(arguments);
    OpenSsl(command)
}

impl OpenSsl {
    fn args<S: AsRef<OsStr>>(&mut self, arguments: impl IntoIterator<Item = S>) -> &mut Self {
        self.0.args(arguments);
        self
    }

    fn done(&mut self) -> Result<(), Error> {
        peers::run(&mut self.0)
    }
}
