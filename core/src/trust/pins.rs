//! Pins: `sha256/` and the base64 of the SHA-256 of a SubjectPublicKeyInfo (RFC 7469).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Code, MtlsError, Result};

/// The digests.
pub(super) fn parse(pins: &[String]) -> Result<Vec<[u8; 32]>> {
    pins.iter().map(|pin| one(pin)).collect()
}

fn one(pin: &str) -> Result<[u8; 32]> {
    pin.strip_prefix("sha256/")
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|digest| digest.try_into().ok())
        .ok_or_else(|| {
            MtlsError::config(
                Code::BadOption,
                format!("`trust.pins` holds {pin:?}, which is no pin"),
            )
            .with_hint(
                "A pin is `sha256/` and the base64 of 32 bytes, such as \
                 sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; a handshake report shows the pin of each certificate.",
            )
        })
}
