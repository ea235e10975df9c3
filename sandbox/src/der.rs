//! The little DER that the crates at hand do not write.

use pkcs8::ObjectIdentifier;
use pkcs8::der::Encode as _;

use crate::error::Error;

pub(crate) const NULL: &[u8] = &[5, 0];
pub(crate) const INTEGER: u8 = 2;
const OCTETS: u8 = 4;
const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
pub(crate) const CONTEXT_0: u8 = 0xa0;

/// An element around its parts.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let content = parts.concat();
    let length = pkcs8::der::Length::try_from(content.len()).map_err(Error::certificate)?;
    let length = length.to_der().map_err(Error::certificate)?;
    Ok([&[tag], length.as_slice(), &content].concat())
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    element(SEQUENCE, parts)
}

pub(crate) fn octets(content: &[u8]) -> Result<Vec<u8>, Error> {
    element(OCTETS, &[content])
}

pub(crate) fn oid(dotted: &str) -> Result<Vec<u8>, Error> {
    let oid = ObjectIdentifier::new(dotted).map_err(Error::certificate)?;
    oid.to_der().map_err(Error::certificate)
}

/// EncryptedPrivateKeyInfo, and the parameters that most of the older schemes have.
pub(crate) fn encrypted_key(scheme: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    sequence(&[scheme, &octets(sealed)?])
}

pub(crate) fn salted(scheme: &str, salt: &[u8], rounds: u32) -> Result<Vec<u8>, Error> {
    let rounds = rounds.to_der().map_err(Error::certificate)?;
    let parameters = sequence(&[&octets(salt)?, &rounds])?;
    sequence(&[&oid(scheme)?, &parameters])
}
