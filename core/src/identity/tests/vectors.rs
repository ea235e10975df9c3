//! The private keys and PKCS#12 files of PyPI's `cryptography-vectors`, held against what pyca/cryptography and openssl
//! make of them. `scripts/vectors.sh` fetches the files and writes the table.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::handshake::accepted;
use super::workshop::{Workshop, load};
use crate::config::{IdentityConfig, Secret};
use crate::error::{Code, Family, MtlsError};
use crate::identity::findings::Findings;
use crate::identity::format::{self, StoreAccess};
use crate::identity::passphrase::Passphrase;
use crate::identity::source::{Side, Source};

const TABLE: &str = include_str!("../../../tests/vectors.tsv");
/// Far above what any file takes, far below what an absurd one asks for.
const BOUND: Duration = Duration::from_secs(60);

struct Row<'a> {
    path: &'a str,
    passphrase: Option<&'a str>,
    expected: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            Row {
                path: fields[0],
                passphrase: Some(fields[1]).filter(|text| !text.is_empty()),
                expected: fields[5],
            }
        })
        .collect()
}

/// Where `scripts/vectors.sh` puts the files.
pub(crate) fn folder() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |dir| root.join(dir));
    let folder = target.join("vectors/files/cryptography_vectors");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("MUTLS_REQUIRE_PEERS").is_none(),
        "the files are missing: run scripts/vectors.sh"
    );
    None
}

#[test]
fn what_others_read_is_read_and_what_they_refuse_is_refused() {
    let Some(folder) = folder() else {
        return;
    };
    let shop = Workshop::new();
    shop.leaf("leaf");
    let rows = rows();
    assert!(rows.len() > 200, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let path = folder.join(row.path).to_str().unwrap().to_owned();
        let start = Instant::now();
        let outcome = attempt(&shop, &path, row);
        assert!(
            start.elapsed() < BOUND,
            "{} takes {:?}",
            row.path,
            start.elapsed()
        );
        let problem = match (row.expected, &outcome) {
            ("key", Ok("key")) | ("certificates", Ok("certificates")) | ("either", Ok(_)) => None,
            ("unsupported", Err(error)) => {
                (error.code() != Code::IdentityUnsupported).then(|| error.to_string())
            }
            ("refused" | "either", Err(error)) => {
                let is_designed = error.family() == Family::Identity && !error.hint().is_empty();
                (!is_designed).then(|| error.to_string())
            }
            (_, outcome) => Some(format!("{outcome:?}")),
        };
        wrong.extend(problem.map(|problem| format!("{} ({}): {problem}", row.path, row.expected)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the file gave: a key that a server accepts, with a certificate of ours, or certificates alone.
fn attempt(shop: &Workshop, path: &str, row: &Row<'_>) -> Result<&'static str, MtlsError> {
    if row.expected == "certificates" {
        return certificates(path, row.passphrase);
    }
    let config = IdentityConfig {
        cert_file: Some(shop.path("leaf.pem")),
        key_file: Some(path.to_owned()),
        passphrase: row.passphrase.map(Secret::inline),
        allow_expired: true,
        ..IdentityConfig::default()
    };
    match load(&config) {
        // The key was read and made ready to sign; what is missing is a certificate for it.
        Err(error) if error.code() == Code::KeyMismatch => {}
        Err(error) => return Err(error),
        // A store brings its own.
        Ok(_) => return Ok("key"),
    }
    if row.expected != "key" {
        return Ok("key");
    }
    shop.write("public.pem", public_key(path, row.passphrase)?);
    shop.openssl("x509 -req -in leaf.csr -force_pubkey public.pem -CA inter.pem -CAkey inter.key -extfile leaf.ext -days 30 -out theirs.pem");
    shop.join("theirs-chain.pem", &["theirs.pem", "inter.pem"]);
    let identity = load(&IdentityConfig {
        cert_file: Some(shop.path("theirs-chain.pem")),
        ..config
    })?;
    accepted(shop, &identity).unwrap_or_else(|problem| panic!("{path}: {problem}"));
    Ok("key")
}

fn findings(
    path: &str,
    passphrase: Option<&str>,
) -> Result<(Findings, Option<Passphrase>), MtlsError> {
    let config = IdentityConfig {
        passphrase: passphrase.map(Secret::inline),
        ..IdentityConfig::default()
    };
    let passphrase = Passphrase::read(&config, &crate::config::Attachments::default())?;
    let access = StoreAccess {
        passphrase: passphrase.as_ref(),
        alias: None,
        limit: None,
    };
    let mut findings = Findings::default();
    let source = Source::file(path, "key_file", Side::Identity)?;
    format::read(&source, &access, &mut findings)?;
    Ok((findings, passphrase))
}

fn certificates(path: &str, passphrase: Option<&str>) -> Result<&'static str, MtlsError> {
    let (findings, _) = findings(path, passphrase)?;
    Ok(match findings.certificates.is_empty() {
        false => "certificates",
        true => "nothing",
    })
}

fn public_key(path: &str, passphrase: Option<&str>) -> Result<String, MtlsError> {
    let (findings, passphrase) = findings(path, passphrase)?;
    let none = Passphrase::none();
    let passphrase = passphrase
        .as_ref()
        .or(findings.opened_without.then_some(&none));
    let key = findings.keys[0].open(passphrase)?;
    let spki = STANDARD.encode(key.signer.public_key().unwrap());
    let lines: Vec<&str> = (0..spki.len())
        .step_by(64)
        .map(|at| &spki[at..spki.len().min(at + 64)])
        .collect();
    let spki = lines.join("\n");
    Ok(format!(
        "-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n"
    ))
}
