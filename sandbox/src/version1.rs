//! X.509 version 1, as old appliances make it; rcgen makes version 3 alone.

use pem::Pem;
use pkcs8::der::asn1::{Any, AnyRef, BitString};
use pkcs8::der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag};
use rcgen::{Certificate, KeyPair, SigningKey as _};

use crate::error::Error;

/// The fields of a certificate that version 3 adds.
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// The self-signed certificate without what version 3 added, signed anew.
pub(crate) fn pem(certificate: &Certificate, key: &KeyPair) -> Result<String, Error> {
    let der = strip(certificate.der(), key).map_err(Error::certificate)?;
    Ok(pem::encode(&Pem::new("CERTIFICATE", der)))
}

fn strip(der: &[u8], key: &KeyPair) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let parts = parts(der)?;
    let [signed, algorithm, _] = parts.as_slice() else {
        return Err("a certificate has three parts".into());
    };
    let fields: Vec<u8> = self::parts(signed)?
        .into_iter()
        .filter(|field| !matches!(field.first(), Some(&VERSION | &EXTENSIONS)))
        .flatten()
        .copied()
        .collect();
    let signed = Any::new(Tag::Sequence, fields)?.to_der()?;
    let signature = BitString::from_bytes(&key.sign(&signed)?)?.to_der()?;
    let whole = [&signed, *algorithm, &signature].concat();
    Ok(Any::new(Tag::Sequence, whole)?.to_der()?)
}

/// The elements of a sequence.
fn parts(der: &[u8]) -> Result<Vec<&[u8]>, pkcs8::der::Error> {
    let mut reader = SliceReader::new(AnyRef::from_der(der)?.value())?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(reader.tlv_bytes()?);
    }
    Ok(parts)
}
