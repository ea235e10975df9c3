//! DER and PEM, written into memory that is zeroed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pkcs8::ObjectIdentifier;
use zeroize::Zeroizing;

pub(super) type Bytes = Zeroizing<Vec<u8>>;

/// One element around its parts.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Bytes {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Zeroizing::new(Vec::with_capacity(length + 10));
    out.push(tag);
    let digits = length.to_be_bytes();
    let zeros = digits.iter().take_while(|octet| **octet == 0).count();
    match digits.get(zeros..).unwrap_or_default() {
        [] => out.push(0),
        [one] if *one < 0x80 => out.push(*one),
        digits => {
            // At most eight of them.
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            out.extend_from_slice(digits);
        }
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

pub(super) fn sequence(parts: &[&[u8]]) -> Bytes {
    element(0x30, parts)
}

pub(super) fn set(parts: &[&[u8]]) -> Bytes {
    element(0x31, parts)
}

pub(super) fn octets(bytes: &[u8]) -> Bytes {
    element(0x04, &[bytes])
}

/// A BIT STRING of whole bytes.
pub(super) fn bits(bytes: &[u8]) -> Bytes {
    element(0x03, &[&[0], bytes])
}

/// `[0]`, constructed.
pub(super) fn context(number: u8, content: &[u8]) -> Bytes {
    element(0xa0 | number, &[content])
}

pub(super) fn oid(oid: ObjectIdentifier) -> Bytes {
    element(0x06, &[oid.as_bytes()])
}

pub(super) const NULL: &[u8] = &[5, 0];

/// A non-negative INTEGER.
pub(super) fn integer(number: u32) -> Bytes {
    let digits = number.to_be_bytes();
    let zeros = digits.iter().take_while(|octet| **octet == 0).count();
    match digits.get(zeros..).unwrap_or_default() {
        [] => element(0x02, &[&[0]]),
        digits @ [first, ..] if first & 0x80 != 0 => element(0x02, &[&[0], digits]),
        digits => element(0x02, &[digits]),
    }
}

/// PEM (RFC 7468).
pub(super) fn pem(label: &str, der: &[u8]) -> Bytes {
    let mut base64 = Zeroizing::new(vec![0; der.len().div_ceil(3) * 4]);
    // The buffer fits, so nothing is left out.
    let length = STANDARD.encode_slice(der, &mut base64).unwrap_or_default();
    let text = base64.get(..length).unwrap_or_default();
    let mut out = Zeroizing::new(Vec::with_capacity(
        length + length / 64 + 2 * label.len() + 64,
    ));
    out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for line in text.chunks(64) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_numbers_are_der() {
        assert_eq!(**integer(0), [2, 1, 0]);
        assert_eq!(**integer(127), [2, 1, 127]);
        assert_eq!(**integer(128), [2, 2, 0, 128]);
        assert_eq!(**integer(600_000), [2, 3, 9, 0x27, 0xc0]);
        assert_eq!(**element(4, &[]), [4, 0]);
        assert_eq!(element(4, &[&[0; 200]])[..3], [4, 0x81, 200]);
        assert_eq!(element(4, &[&[0; 300]])[..4], [4, 0x82, 1, 44]);
    }

    #[test]
    fn pem_has_lines_of_64() {
        let text = pem("X", &[0; 49]);
        let text = std::str::from_utf8(&text).unwrap();
        let lines: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!(lines, [17, 64, 4, 15]);
    }
}
