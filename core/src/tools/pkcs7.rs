//! Chains in PKCS#7 (RFC 2315, RFC 5652 section 5.1), written: signed data without data and signatures.

use pkcs8::ObjectIdentifier;

use super::encode::{self, Bytes};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

/// In the order in which they come: a SET in DER would be sorted, but readers take the first for the leaf.
pub(super) fn of(certificates: &[impl AsRef<[u8]>]) -> Bytes {
    let parts: Vec<&[u8]> = certificates.iter().map(AsRef::as_ref).collect();
    let signed = encode::sequence(&[
        &encode::integer(1),
        &encode::set(&[]),
        &encode::sequence(&[&encode::oid(DATA)]),
        &encode::element(0xa0, &parts),
        &encode::set(&[]),
    ]);
    encode::sequence(&[&encode::oid(SIGNED_DATA), &encode::context(0, &signed)])
}
