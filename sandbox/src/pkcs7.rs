//! A chain in PKCS#7 (RFC 5652 section 5.1): SignedData without data and signatures, as `openssl crl2pkcs7` writes it.

use crate::der;
use crate::error::Error;

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const DATA: &str = "1.2.840.113549.1.7.1";

pub(crate) fn of(chain: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let set = der::SET;
    let version = der::element(der::INTEGER, &[&[1]])?;
    let none = der::element(set, &[])?;
    let data = der::sequence(&[&der::oid(DATA)?])?;
    let certificates = der::element(der::CONTEXT_0, chain)?;
    let signed = der::sequence(&[&version, &none, &data, &certificates, &none])?;
    let content = der::element(der::CONTEXT_0, &[&signed])?;
    der::sequence(&[&der::oid(SIGNED_DATA)?, &content])
}
