//! The folder that holds every file a client or a listener reads.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::ca::{self, Authorities, LEAF_DAYS};
use crate::error::Error;
use crate::{identities, java, pkcs7, server_certs, store};

/// Says that a folder is ours, and whether it was completed.
const MARKER: &str = "sandbox.json";
const LAYOUT: u32 = 4;
const DAY: i64 = 24 * 3600;

#[derive(Serialize, Deserialize)]
struct Marker {
    layout: u32,
    complete: bool,
    not_after: i64,
}

pub(crate) struct Folder {
    root: PathBuf,
    /// Removes the folder when dropped.
    _temporary: Option<TempDir>,
}

impl Folder {
    /// Opens the folder and fills it, unless an earlier sandbox already did.
    pub(crate) fn open(dir: Option<&Path>) -> Result<Self, Error> {
        let folder = match dir {
            None => {
                let temporary = tempfile::Builder::new()
                    .prefix("mutls-sandbox-")
                    .tempdir()
                    .map_err(|cause| Error::file(&std::env::temp_dir(), cause))?;
                Self {
                    root: absolute(temporary.path())?,
                    _temporary: Some(temporary),
                }
            }
            Some(dir) => {
                fs::create_dir_all(dir).map_err(|cause| Error::file(dir, cause))?;
                Self {
                    root: absolute(dir)?,
                    _temporary: None,
                }
            }
        };
        folder.fill()?;
        Ok(folder)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, Error> {
        let path = self.path(name);
        fs::read(&path).map_err(|cause| Error::file(&path, cause))
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        self.put(name, text.as_bytes(), 0o644)
    }

    pub(crate) fn write_public(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.put(name, bytes, 0o644)
    }

    pub(crate) fn write_secret(&self, name: &str, text: &str) -> Result<(), Error> {
        self.put(name, text.as_bytes(), 0o600)
    }

    pub(crate) fn write_store(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.put(name, bytes, 0o600)
    }

    fn put(&self, name: &str, bytes: &[u8], mode: u32) -> Result<(), Error> {
        let path = self.path(name);
        let written = (|| {
            // A file left from before keeps its mode when it is opened, so it goes first.
            if path.exists() {
                fs::remove_file(&path)?;
            }
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
            #[cfg(not(unix))]
            let _ = mode;
            options.open(&path)?.write_all(bytes)
        })();
        written.map_err(|cause| Error::file(&path, cause))
    }

    fn fill(&self) -> Result<(), Error> {
        let marker_path = self.path(MARKER);
        // In this order: whoever finds a first file finds the marker as well, for that is the first file.
        if !self.is_empty()? && !marker_path.exists() {
            return Err(Error::ForeignFolder {
                path: self.root.clone(),
            });
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&marker_path)
            .map_err(|cause| Error::file(&marker_path, cause))?;
        // Two sandboxes may be given one new folder at once: the second waits, then finds it complete.
        file.lock()
            .map_err(|cause| Error::file(&marker_path, cause))?;
        if self.is_complete()? {
            return Ok(());
        }
        self.mark(&file, false)?;
        self.make()?;
        self.mark(&file, true)
    }

    fn is_empty(&self) -> Result<bool, Error> {
        let mut entries =
            fs::read_dir(&self.root).map_err(|cause| Error::file(&self.root, cause))?;
        Ok(entries.next().is_none())
    }

    fn is_complete(&self) -> Result<bool, Error> {
        let Ok(marker) = serde_json::from_slice::<Marker>(&self.read(MARKER)?) else {
            return Ok(false);
        };
        Ok(marker.layout == LAYOUT
            && marker.complete
            && marker.not_after > OffsetDateTime::now_utc().unix_timestamp() + DAY
            && expected().iter().all(|name| self.path(name).is_file()))
    }

    fn mark(&self, mut file: &File, complete: bool) -> Result<(), Error> {
        use std::io::Seek as _;
        let path = self.path(MARKER);
        let marker = Marker {
            layout: LAYOUT,
            complete,
            not_after: OffsetDateTime::now_utc().unix_timestamp() + LEAF_DAYS * DAY,
        };
        let text = serde_json::to_string(&marker).unwrap_or_default();
        // Rewritten in place: the lock is on this very file.
        let written = (|| {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(text.as_bytes())
        })();
        written.map_err(|cause| Error::file(&path, cause))
    }

    fn make(&self) -> Result<(), Error> {
        for sub in ["clients", "servers"] {
            let path = self.path(sub);
            fs::create_dir_all(&path).map_err(|cause| Error::file(&path, cause))?;
        }
        let authorities = Authorities::make()?;
        let root = authorities.root.pem();
        let intermediate = authorities.intermediate.pem();
        self.write("ca.pem", &root)?;
        self.write("intermediate.pem", &intermediate)?;
        self.write("chain.pem", &(intermediate + &root))?;
        self.write("other-ca.pem", &authorities.other.pem())?;
        self.write_secret("ca-key.pem", &ca::key_pem(&authorities.root)?)?;
        self.write_secret(
            "intermediate-key.pem",
            &ca::key_pem(&authorities.intermediate)?,
        )?;
        self.write_store(
            "truststore.p12",
            &store::of_certificate("partner", authorities.root.der())?,
        )?;
        let root_der = authorities.root.der();
        for (name, kind) in [("jks", java::Kind::Jks), ("jceks", java::Kind::Jceks)] {
            let store = java::of_certificate(kind, "partner", root_der)?;
            self.write_store(&format!("truststore.{name}"), &store)?;
        }
        self.write_public("ca.cer", root_der)?;
        self.write_public(
            "chain.p7b",
            &pkcs7::of(&[authorities.intermediate.der(), root_der])?,
        )?;
        self.write("empty.pem", "")?;
        self.write("garbage.pem", GARBAGE)?;
        let mut revoked = Vec::new();
        for spec in identities::ALL {
            revoked.extend(spec.make(&authorities, self)?);
        }
        for spec in server_certs::ALL {
            revoked.extend(spec.make(&authorities, self)?);
        }
        let current = authorities.revocation_list(&revoked, true)?;
        let expired = authorities.revocation_list(&revoked, false)?;
        let of_root = authorities.root_revocation_list()?;
        let der = pem::parse(&current).map_err(Error::certificate)?;
        self.write_public("crl.der", der.contents())?;
        self.write("crl-intermediate.pem", &current)?;
        self.write("crl.pem", &(current + &of_root))?;
        self.write("crl-expired.pem", &(expired + &of_root))
    }

    /// The files of the announcement that belong to no identity.
    pub(crate) fn describe(&self) -> BTreeMap<String, PathBuf> {
        FILES
            .iter()
            .map(|(name, file)| ((*name).to_owned(), self.path(file)))
            .collect()
    }
}

const FILES: &[(&str, &str)] = &[
    ("ca", "ca.pem"),
    ("ca_der", "ca.cer"),
    ("ca_key", "ca-key.pem"),
    ("chain", "chain.pem"),
    ("chain_pkcs7", "chain.p7b"),
    ("crl", "crl.pem"),
    ("crl_der", "crl.der"),
    ("crl_expired", "crl-expired.pem"),
    ("crl_intermediate", "crl-intermediate.pem"),
    ("empty", "empty.pem"),
    ("garbage", "garbage.pem"),
    ("intermediate", "intermediate.pem"),
    ("intermediate_key", "intermediate-key.pem"),
    ("other_ca", "other-ca.pem"),
    ("server_ca_as_leaf", "servers/ca_as_leaf-chain.pem"),
    ("server_self_signed", "servers/self_signed-chain.pem"),
    ("server_v1", "servers/v1-chain.pem"),
    ("truststore", "truststore.p12"),
    ("truststore_jceks", "truststore.jceks"),
    ("truststore_jks", "truststore.jks"),
];

/// PEM on the outside, no certificate within.
const GARBAGE: &str = "-----BEGIN CERTIFICATE-----\n\
    bm90IGEgY2VydGlmaWNhdGUsIG5vdCBldmVuIEFTTi4xCg==\n\
    -----END CERTIFICATE-----\n";

fn expected() -> Vec<String> {
    FILES
        .iter()
        .map(|(_, file)| (*file).to_owned())
        .chain(identities::ALL.iter().flat_map(identities::Spec::files))
        .chain(
            server_certs::ALL
                .iter()
                .flat_map(|spec| [spec.chain_file(), spec.key_file()]),
        )
        .collect()
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let absolute = std::path::absolute(path).map_err(|cause| Error::file(path, cause))?;
    // The announcement is JSON, which cannot carry other bytes.
    if absolute.to_str().is_none() {
        let cause = std::io::Error::other("the path is not UTF-8");
        return Err(Error::file(path, cause));
    }
    Ok(absolute)
}
