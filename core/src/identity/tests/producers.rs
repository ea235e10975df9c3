//! The same keys as other vendors' tools write them: GnuTLS, Java, Node and Python, each in every form that it offers
//! and that TLS can use, each accepted by a server. What openssl writes is in [`super::keys`] and [`super::stores`].

use std::process::Command;

use super::handshake::accepted;
use super::vectors::folder;
use super::workshop::{PASSPHRASE, Workshop, load};
use crate::config::{IdentityConfig, Secret};

const KINDS: &[(&str, &str)] = &[
    ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048"),
    ("p256", "EC -pkeyopt ec_paramgen_curve:P-256"),
    ("p384", "EC -pkeyopt ec_paramgen_curve:P-384"),
    ("ed25519", "ED25519"),
];

/// For each kind `KIND.key`, `KIND.pem` and `KIND-chain.pem`.
fn shop() -> Workshop {
    let shop = Workshop::new();
    for (kind, options) in KINDS {
        shop.openssl(&format!("genpkey -algorithm {options} -out {kind}.key"));
        shop.issue(kind);
        shop.join(
            &format!("{kind}-chain.pem"),
            &[&format!("{kind}.pem"), "inter.pem"],
        );
    }
    shop
}

/// Runs a tool; false where there is none, unless it must be there.
fn run(shop: &Workshop, tool: &str, arguments: &[&str]) -> Option<String> {
    let run = Command::new(tool)
        .args(arguments)
        .current_dir(shop.path(""))
        .output();
    let Ok(output) = run else {
        assert!(
            std::env::var_os("MUTLS_REQUIRE_PEERS").is_none(),
            "{tool} is missing"
        );
        return None;
    };
    assert!(
        output.status.success(),
        "{tool} {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A key beside the chain of its kind, or a store.
fn accept(shop: &Workshop, kind: &str, file: &str, passphrase: Option<&str>) {
    let is_store = file.ends_with(".p12");
    let path = |wanted: bool, name: &str| wanted.then(|| shop.path(name));
    let identity = load(&IdentityConfig {
        pkcs12_file: path(is_store, file),
        key_file: path(!is_store, file),
        cert_file: path(!is_store, &format!("{kind}-chain.pem")),
        passphrase: passphrase.map(Secret::inline),
        ..IdentityConfig::default()
    })
    .unwrap_or_else(|error| panic!("{kind} in {file}: {error}"));
    assert_eq!(identity.chain().len(), 2, "{kind} in {file}");
    accepted(shop, &identity).unwrap_or_else(|problem| panic!("{kind} in {file}: {problem}"));
}

/// What a script says it wrote: `KIND FILE`, and `locked` where the passphrase opens it.
fn accept_all(shop: &Workshop, listing: &str, at_least: usize) {
    assert!(listing.lines().count() >= at_least, "{listing}");
    for line in listing.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let passphrase = words.get(2).map(|_| PASSPHRASE);
        accept(shop, words[0], words[1], passphrase);
    }
}

#[test]
fn gnutls_certtool() {
    let shop = shop();
    let password = format!("--password={PASSPHRASE}");
    for (kind, _) in KINDS {
        let (key, cert) = (format!("{kind}.key"), format!("{kind}.pem"));
        let load_key = ["--load-privkey", &key];
        let der = [
            &["--key-info", "--outder", "--outfile", "plain.der"][..],
            &load_key,
        ]
        .concat();
        if run(&shop, "certtool", &der).is_none() {
            return;
        }
        accept(&shop, kind, "plain.der", None);
        // Its key derivation is slow, and the kinds of keys do not matter to the ciphers.
        let ciphers: &[&str] = match *kind {
            "p256" => &[
                "3des",
                "3des-pkcs12",
                "aes-128",
                "aes-256",
                "rc2-40",
                "arcfour",
            ],
            _ => &["aes-256"],
        };
        for cipher in ciphers {
            let chosen = format!("--pkcs-cipher={cipher}");
            let lock = [
                "--to-p8",
                "--pkcs8",
                &chosen,
                &password,
                "--outfile",
                "locked.pem",
            ];
            run(&shop, "certtool", &[&lock[..], &load_key].concat());
            accept(&shop, kind, "locked.pem", Some(PASSPHRASE));
            // The same ciphers lock a store.
            if ["3des", "aes-128", "rc2-40"].contains(cipher) {
                continue;
            }
            let store = [
                "--to-p12",
                "--p12-name=x",
                "--outder",
                "--load-certificate",
                &cert,
                "--load-ca-certificate=inter.pem",
                &chosen,
                &password,
                "--outfile",
                "store.p12",
            ];
            run(&shop, "certtool", &[&store[..], &load_key].concat());
            accept(&shop, kind, "store.p12", Some(PASSPHRASE));
        }
    }
    // An empty password and none at all are different things there too.
    for password in ["--empty-password", "--null-password"] {
        let store = [
            "--to-p12",
            "--p12-name=x",
            "--outder",
            "--load-privkey=p256.key",
            "--load-certificate=p256.pem",
            "--load-ca-certificate=inter.pem",
            password,
            "--outfile",
            "open.p12",
        ];
        run(&shop, "certtool", &store);
        accept(&shop, "p256", "open.p12", None);
        accept(&shop, "p256", "open.p12", Some(""));
    }
}

const NODE: &str = r#"
const crypto = require('crypto'), fs = require('fs');
const passphrase = process.argv[1];
for (const kind of ['rsa', 'p256', 'p384', 'ed25519']) {
  const key = crypto.createPrivateKey(fs.readFileSync(`${kind}.key`));
  const own = { rsa: ['pkcs1'], p256: ['sec1'], p384: ['sec1'], ed25519: [] }[kind];
  for (const type of ['pkcs8', ...own]) {
    for (const format of ['pem', 'der']) {
      const plain = `${kind}-${type}.${format}`;
      fs.writeFileSync(plain, key.export({ type, format }));
      console.log(kind, plain);
      if (type !== 'pkcs8' && format === 'der') continue;
      for (const cipher of ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc']) {
        const locked = `${kind}-${type}-${cipher}.${format}`;
        fs.writeFileSync(locked, key.export({ type, format, cipher, passphrase }));
        console.log(kind, locked, 'locked');
      }
    }
  }
}
"#;

#[test]
fn node() {
    let shop = shop();
    if let Some(listing) = run(&shop, "node", &["-e", NODE, PASSPHRASE]) {
        accept_all(&shop, &listing, 40);
    }
}

const PYTHON: &str = r#"
import sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as s
from cryptography.hazmat.primitives.serialization import pkcs12
passphrase = sys.argv[1].encode()

def write(kind, name, data, locked=""):
    open(name, "wb").write(data)
    print(" ".join(filter(None, [kind, name, locked])))

for kind in ("rsa", "p256", "p384", "ed25519"):
    key = s.load_pem_private_key(open(kind + ".key", "rb").read(), None)
    cert = x509.load_pem_x509_certificate(open(kind + ".pem", "rb").read())
    inter = x509.load_pem_x509_certificate(open("inter.pem", "rb").read())
    forms = {"pkcs8": s.PrivateFormat.PKCS8, "old": s.PrivateFormat.TraditionalOpenSSL}
    if kind == "ed25519":
        del forms["old"]
    for called, form in forms.items():
        for end, encoding in {"pem": s.Encoding.PEM, "der": s.Encoding.DER}.items():
            name = f"{kind}-{called}.{end}"
            write(kind, name, key.private_bytes(encoding, form, s.NoEncryption()))
            if form == s.PrivateFormat.PKCS8 or encoding == s.Encoding.PEM:
                write(kind, "locked-" + name, key.private_bytes(encoding, form, s.BestAvailableEncryption(passphrase)), "locked")
    builder = s.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(5000)
    algorithms = {
        "old": pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC,
        "new": pkcs12.PBES.PBESv2SHA256AndAES256CBC,
    }
    for called, algorithm in algorithms.items():
        for mac in (hashes.SHA1(), hashes.SHA256(), hashes.SHA512()):
            way = builder.key_cert_algorithm(algorithm).hmac_hash(mac).build(passphrase)
            name = f"{kind}-{called}-{mac.name}.p12"
            write(kind, name, pkcs12.serialize_key_and_certificates(b"x", key, cert, [inter], way), "locked")
    write(kind, f"{kind}-open.p12", pkcs12.serialize_key_and_certificates(None, key, cert, [inter], s.NoEncryption()))
"#;

#[test]
fn python_cryptography() {
    let Some(python) = folder().map(|files| files.join("../../venv/bin/python")) else {
        return;
    };
    let shop = shop();
    if let Some(listing) = run(&shop, python.to_str().unwrap(), &["-c", PYTHON, PASSPHRASE]) {
        accept_all(&shop, &listing, 45);
    }
}

/// Keys that were made by keytool, with what an authority sent back for its request.
#[test]
fn java_keytool() {
    let shop = Workshop::new();
    for (kind, options, legacy) in [
        ("PKCS12", "-keyalg EC -groupname secp256r1", false),
        ("PKCS12", "-keyalg RSA -keysize 2048", true),
        ("JKS", "-keyalg RSA -keysize 2048", false),
        ("JCEKS", "-keyalg EC -groupname secp384r1", false),
    ] {
        let store = format!("{kind}-{legacy}.store");
        let common = format!(
            "-alias mine -storetype {kind} -keystore {store} -storepass {PASSPHRASE} {}",
            if legacy {
                "-J-Dkeystore.pkcs12.legacy"
            } else {
                "-v"
            }
        );
        let keytool = |command: &str| {
            let line = format!("{command} {common}");
            run(&shop, "keytool", &line.split(' ').collect::<Vec<_>>())
        };
        let made = keytool(&format!(
            "-genkeypair {options} -dname CN=mine -keypass {PASSPHRASE}"
        ));
        if made.is_none() {
            return;
        }
        keytool("-certreq -file mine.csr");
        shop.sign("mine", "inter", "-days 30");
        shop.join("reply.pem", &["mine.pem", "inter.pem", "root.pem"]);
        keytool(&format!(
            "-importcert -noprompt -keypass {PASSPHRASE} -file reply.pem"
        ));
        let identity = load(&IdentityConfig {
            pkcs12_file: Some(shop.path(&store)),
            passphrase: Some(Secret::inline(PASSPHRASE)),
            ..IdentityConfig::default()
        })
        .unwrap_or_else(|error| panic!("{store}: {error}"));
        assert_eq!(identity.chain().len(), 2, "{store}");
        accepted(&shop, &identity).unwrap_or_else(|problem| panic!("{store}: {problem}"));
    }
}
