//! Formats that are recognised and not read yet, each with the command that converts it.

use crate::error::MtlsError;
use crate::identity::source::Source;

/// A format that has no reader.
#[derive(Clone, Copy)]
pub(super) enum Foreign {
    Jceks,
    Zip,
}

/// Looks at the first bytes.
pub(super) fn recognise(bytes: &[u8]) -> Option<Foreign> {
    match bytes {
        [0xce, 0xce, 0xce, 0xce, ..] => Some(Foreign::Jceks),
        [b'P', b'K', 3, 4, ..] => Some(Foreign::Zip),
        _ => None,
    }
}

impl Foreign {
    /// The error for a source of this format.
    pub(super) fn refuse(self, source: &Source) -> MtlsError {
        let file = source.argument();
        let (name, cure) = match self {
            Foreign::Jceks => (
                "a Java keystore (JCEKS)",
                format!(
                    "Convert it: keytool -importkeystore -srcstoretype JCEKS -srckeystore {file} -destkeystore store.p12 -deststoretype PKCS12"
                ),
            ),
            Foreign::Zip => (
                "a zip archive",
                format!("Unpack it and name the files in it: unzip {file}"),
            ),
        };
        MtlsError::config(
            source.side.unsupported(),
            format!(
                "{} is {name}, which is not supported in this version",
                source.name
            ),
        )
        .with_hint(cure)
    }
}
