//! A walker over DER elements that never panics and never copies.
//!
//! It serves display and matching, where a certificate that a strict parser refuses must still be named. The
//! verdict on a server's chain is webpki's alone.

/// The tags that the readers of this room meet.
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    pub(crate) const CONTEXT_0: u8 = 0xa0;
    pub(crate) const CONTEXT_1: u8 = 0xa1;
    pub(crate) const CONTEXT_3: u8 = 0xa3;
}

/// One element: its tag, its content, and all of it with the header.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    pub(crate) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// A walker over the content.
    pub(crate) fn walk(&self) -> Walker<'a> {
        Walker(self.content)
    }
}

/// Reads elements one after the other.
#[derive(Clone)]
pub(crate) struct Walker<'a>(&'a [u8]);

impl<'a> Walker<'a> {
    /// A walker over `bytes`.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Walker(bytes)
    }

    /// The next element; `None` at the end and at damage.
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let start = self.0;
        let (&tag, rest) = start.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let count = usize::from(first & 0x7f);
            if count == 0 || count > 4 {
                return None;
            }
            let (octets, after) = rest.split_at_checked(count)?;
            length = octets
                .iter()
                .fold(0usize, |sum, &octet| (sum << 8) | usize::from(octet));
            rest = after;
        }
        let (content, after) = rest.split_at_checked(length)?;
        let whole = start.get(..start.len() - after.len())?;
        self.0 = after;
        Some(Element {
            tag,
            content,
            whole,
        })
    }

    /// The next element if it has this tag; otherwise nothing is consumed.
    pub(crate) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() == Some(&tag) {
            self.next()
        } else {
            None
        }
    }

    /// Whether everything was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

/// The one element that fills `bytes` exactly.
pub(crate) fn only(bytes: &[u8], tag: u8) -> Option<Element<'_>> {
    let mut walker = Walker::new(bytes);
    let element = walker.take(tag)?;
    walker.is_at_end().then_some(element)
}

/// The bytes of a BIT STRING that has no unused bits.
pub(crate) fn bit_string<'a>(element: &Element<'a>) -> Option<&'a [u8]> {
    match element.content.split_first()? {
        (0, bits) if element.tag == tag::BIT_STRING => Some(bits),
        _ => None,
    }
}

/// A non-negative INTEGER that fits 64 bits.
pub(crate) fn unsigned(element: &Element<'_>) -> Option<u64> {
    let digits = magnitude(element)?;
    if digits.len() > 8 {
        return None;
    }
    Some(digits.iter().fold(0, |sum, &d| (sum << 8) | u64::from(d)))
}

/// The digits of a non-negative INTEGER without leading zeros.
pub(crate) fn magnitude<'a>(element: &Element<'a>) -> Option<&'a [u8]> {
    let first = element.content.first()?;
    if element.tag != tag::INTEGER || first & 0x80 != 0 {
        return None;
    }
    let zeros = element.content.iter().take_while(|&&d| d == 0).count();
    element.content.get(zeros..)
}

/// An object identifier in dotted form; empty if malformed.
pub(crate) fn dotted(oid: &[u8]) -> String {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc = 0u64;
    for &octet in oid {
        if arc > u64::MAX >> 7 {
            return String::new();
        }
        arc = (arc << 7) | u64::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            if arcs.is_empty() {
                let root = (arc / 40).min(2);
                arcs.push(root);
                arc -= root * 40;
            }
            arcs.push(arc);
            arc = 0;
        }
    }
    let texts: Vec<String> = arcs.iter().map(u64::to_string).collect();
    texts.join(".")
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The bytes of hexadecimal text.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
