//! Folders of CA certificates, as `openssl rehash` arranges them.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Code, MtlsError, Result};

/// A folder that holds more is no folder of CAs.
const MOST_FILES: usize = 10_000;

/// What lies in a folder that is for us, in the order of the names.
#[derive(Default)]
pub(super) struct Directory {
    pub(super) certificates: Vec<String>,
    pub(super) lists: Vec<String>,
}

enum Kind {
    HashedCertificate,
    HashedList,
    Certificate,
}

pub(super) fn read(path: &str) -> Result<Directory> {
    let unreadable = |problem: &str| {
        MtlsError::config(
            Code::CaUnreadable,
            format!("`ca_dir` names {path:?}, which cannot be read: {problem}"),
        )
    };
    let mut found: Vec<(Kind, PathBuf)> = Vec::new();
    let mut is_hashed = false;
    let entries = fs::read_dir(path).map_err(|problem| unreadable(&problem.to_string()))?;
    for (at, entry) in entries.enumerate() {
        let entry = entry.map_err(|problem| unreadable(&problem.to_string()))?;
        if at == MOST_FILES {
            return Err(unreadable(&format!(
                "it holds more than {MOST_FILES} files"
            )));
        }
        let Some(kind) = kind(&entry.file_name()) else {
            continue;
        };
        is_hashed |= matches!(kind, Kind::HashedCertificate);
        if exists(&entry.path()) {
            found.push((kind, entry.path()));
        }
    }
    found.sort_by(|one, other| one.1.cmp(&other.1));
    let mut directory = Directory::default();
    for (kind, path) in found {
        let path = path.into_os_string().into_string().map_err(|path| {
            unreadable(&format!("the name {} is not UTF-8", path.to_string_lossy()))
        })?;
        match kind {
            Kind::HashedList => directory.lists.push(path),
            Kind::HashedCertificate => directory.certificates.push(path),
            Kind::Certificate if !is_hashed => directory.certificates.push(path),
            Kind::Certificate => {}
        }
    }
    Ok(directory)
}

/// False for folders, and for links that lead nowhere: what was removed is not trusted.
fn exists(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(metadata) => metadata.is_file(),
        Err(problem) if problem.kind() == ErrorKind::NotFound => {
            log::warn!("{} leads nowhere and is left out", path.display());
            false
        }
        // Reading it will say what is wrong.
        Err(_) => true,
    }
}

fn kind(name: &OsStr) -> Option<Kind> {
    let (stem, end) = name.to_str()?.rsplit_once('.')?;
    let is_hash = stem.len() == 8
        && stem
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match end.to_ascii_lowercase().as_str() {
        end if is_hash && is_number(end) => Some(Kind::HashedCertificate),
        end if is_hash && end.strip_prefix('r').is_some_and(is_number) => Some(Kind::HashedList),
        "pem" | "crt" | "cer" | "der" => Some(Kind::Certificate),
        _ => None,
    }
}
