//! Zip archives, as developer portals hand them out: a certificate with its key, or a chain.
//!
//! Every file in the archive is read as if it had been named, under `ARCHIVE/FILE`.

use flate2::{Decompress, FlushDecompress, Status};
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive};
use zeroize::Zeroizing;

use super::store::StoreAccess;
use crate::error::{Code, MtlsError, Result};
use crate::identity::findings::Findings;
use crate::identity::source::{MAX_FILE_BYTES, Source};

const MAGIC: &[u8] = b"PK\x03\x04";
const EMPTY: &[u8] = b"PK\x05\x06";
/// A portal's archive has a handful.
const MOST_ENTRIES: usize = 1_000;
/// What is larger is no certificate: a manual, a program.
const LARGEST_ENTRY: u64 = 1024 * 1024;

pub(super) fn recognise(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || bytes.starts_with(EMPTY)
}

/// Reads every file of the archive into `findings`.
pub(super) fn read(
    bytes: &[u8],
    access: &StoreAccess<'_>,
    source: &Source,
    findings: &mut Findings,
) -> Result<()> {
    let broken = |problem: rawzip::Error| {
        source.damaged(format!(
            "{} is a damaged zip archive: {problem}",
            source.name
        ))
    };
    let archive = ZipArchive::from_slice(bytes).map_err(broken)?;
    let mut unpacked = 0;
    let mut is_empty = true;
    for (at, entry) in archive.entries().enumerate() {
        let entry = entry.map_err(broken)?;
        if at == MOST_ENTRIES {
            return Err(too_much(
                source,
                &format!("more than {MOST_ENTRIES} entries"),
            ));
        }
        let path = entry.file_path();
        let path = String::from_utf8_lossy(path.as_bytes()).into_owned();
        if entry.is_dir() || is_junk(&path) {
            continue;
        }
        is_empty = false;
        let name = format!("{}/{}", source.name, path.escape_debug());
        let size = entry.uncompressed_size_hint();
        if size > LARGEST_ENTRY {
            findings.note_place(&name, "a file too large for a certificate or a key");
            continue;
        }
        unpacked += size as usize;
        if unpacked > MAX_FILE_BYTES {
            return Err(too_much(
                source,
                &format!("more than {} MiB unpacked", MAX_FILE_BYTES / (1024 * 1024)),
            ));
        }
        let inner = Source {
            bytes: unpack(&archive, &entry, &name, source)?,
            name: name.into(),
            // No command can be given the name of a file that lies in an archive.
            is_file: false,
            side: source.side,
        };
        if recognise(&inner.bytes) {
            findings.note(&inner, "a zip archive");
            continue;
        }
        match super::read(&inner, access, findings) {
            // A portal may pack the same identity several times, once in a store with another password.
            Err(error) if is_locked(&error) => {
                findings.note(&inner, "a locked store");
                findings.locked.get_or_insert(error);
            }
            other => other?,
        }
    }
    if is_empty {
        findings.note(source, "an empty zip archive");
    }
    Ok(())
}

fn is_locked(error: &MtlsError) -> bool {
    matches!(
        error.code(),
        Code::PassphraseRequired | Code::PassphraseWrong
    )
}

/// What file managers leave behind: the resource forks of macOS above all, each named as the file it belongs to.
fn is_junk(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    path.starts_with("__MACOSX/")
        || name.starts_with("._")
        || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

fn unpack(
    archive: &ZipSliceArchive<&[u8]>,
    entry: &ZipFileHeaderRecord<'_>,
    name: &str,
    source: &Source,
) -> Result<Zeroizing<Vec<u8>>> {
    let damaged =
        |problem: &str| source.damaged(format!("{name} is damaged in its archive: {problem}"));
    let method = entry.compression_method();
    if entry.flags().is_encrypted() || method == CompressionMethod::AES {
        return Err(MtlsError::config(
            source.side.unsupported(),
            format!("the zip archive {} is encrypted", source.name),
        )
        .with_hint(format!(
            "Unpack it with its password and name the files in it: unzip {}",
            source.argument()
        )));
    }
    let packed = archive
        .get_entry(entry.wayfinder())
        .map_err(|problem| damaged(&problem.to_string()))?;
    let size = usize::try_from(entry.uncompressed_size_hint()).unwrap_or(usize::MAX);
    // One more than announced, so that more is seen; the announcement has been bounded.
    let mut bytes = Zeroizing::new(vec![0; size.saturating_add(1)]);
    let filled = match method {
        CompressionMethod::STORE => copy(packed.data(), &mut bytes),
        CompressionMethod::DEFLATE => inflate(packed.data(), &mut bytes),
        other => {
            return Err(MtlsError::config(
                source.side.unsupported(),
                format!("{name} is packed by {other:?}, which is not read"),
            )
            .with_hint(format!(
                "Unpack it and name the files in it: unzip {}",
                source.argument()
            )));
        }
    };
    let filled = filled.ok_or_else(|| damaged("it cannot be unpacked"))?;
    if filled != size {
        return Err(damaged("it has another length than announced"));
    }
    bytes.truncate(size);
    if rawzip::crc32(&bytes) != entry.crc32() {
        return Err(damaged("its checksum is wrong"));
    }
    Ok(bytes)
}

fn copy(from: &[u8], to: &mut [u8]) -> Option<usize> {
    to.get_mut(..from.len())?.copy_from_slice(from);
    Some(from.len())
}

/// In one step: the inflater keeps no window of its own then, which would hold a key and not be zeroed.
fn inflate(from: &[u8], to: &mut [u8]) -> Option<usize> {
    let mut inflater = Decompress::new(false);
    match inflater.decompress(from, to, FlushDecompress::Finish) {
        Ok(Status::StreamEnd) => usize::try_from(inflater.total_out()).ok(),
        _ => None,
    }
}

fn too_much(source: &Source, what: &str) -> MtlsError {
    MtlsError::config(
        source.side.unsupported(),
        format!("the zip archive {} has {what}", source.name),
    )
    .with_hint(format!(
        "Unpack it and name the files that matter: unzip {}",
        source.argument()
    ))
}
