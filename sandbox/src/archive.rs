//! Zip archives, as a developer portal makes them and a Mac packs them again.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::error::Error;

/// What Finder adds for a file.
const RESOURCE_FORK: &[u8] = b"\0\x05\x16\x07\0\x02\0\0Mac OS X        ";

/// The files under their names, in one folder, with what a Mac leaves beside them.
pub(crate) fn of(folder: &str, files: &[(&str, &[u8])]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let written = (|| {
        let mut archive = ZipArchiveWriter::new(&mut bytes);
        for (name, content) in files {
            add(&mut archive, &format!("{folder}/{name}"), content)?;
            let fork = format!("__MACOSX/{folder}/._{name}");
            add(&mut archive, &fork, RESOURCE_FORK)?;
        }
        archive.finish().map(|_| ())
    })();
    written.map_err(Error::certificate)?;
    Ok(bytes)
}

fn add(
    archive: &mut ZipArchiveWriter<&mut Vec<u8>>,
    name: &str,
    content: &[u8],
) -> Result<(), rawzip::Error> {
    let (mut entry, config) = archive
        .new_file(name)
        .compression_method(CompressionMethod::DEFLATE)
        .start()?;
    let encoder = DeflateEncoder::new(&mut entry, Compression::default());
    let mut writer = config.wrap(encoder);
    writer.write_all(content)?;
    let (encoder, descriptor) = writer.finish()?;
    encoder.finish()?;
    entry.finish(descriptor)?;
    Ok(())
}
