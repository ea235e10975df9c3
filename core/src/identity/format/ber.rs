//! BER with indefinite lengths and octet strings in pieces, as older tools write stores, made into DER.

use zeroize::Zeroizing;

/// Nothing real is nested deeper.
const DEEPEST: usize = 32;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;

/// The same in DER, as far as lengths and octet strings go; `None` if it is not BER, or ends early.
pub(super) fn to_der(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len()));
    element(bytes, &mut out, 0)?;
    Some(out)
}

/// Writes the first element anew and gives what follows it.
fn element<'a>(bytes: &'a [u8], out: &mut Zeroizing<Vec<u8>>, depth: usize) -> Option<&'a [u8]> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if tag & 0x1f == 0x1f || depth > DEEPEST {
        return None;
    }
    let (content, after) = if first == 0x80 {
        if tag & CONSTRUCTED == 0 {
            return None;
        }
        (None, rest)
    } else {
        let (length, rest) = length(first, rest)?;
        let (content, after) = rest.split_at_checked(length)?;
        (Some(content), after)
    };
    if tag & CONSTRUCTED == 0 {
        write(out, tag, content?);
        return Some(after);
    }
    let mut inner = Zeroizing::new(Vec::new());
    let after = match content {
        Some(mut content) => {
            while !content.is_empty() {
                content = element(content, &mut inner, depth + 1)?;
            }
            after
        }
        None => {
            let mut rest = after;
            loop {
                if let [0, 0, after @ ..] = rest {
                    break after;
                }
                rest = element(rest, &mut inner, depth + 1)?;
            }
        }
    };
    match tag == OCTET_STRING | CONSTRUCTED {
        true => write(out, OCTET_STRING, &joined(&inner)?),
        false => write(out, tag, &inner),
    }
    Some(after)
}

/// The pieces of an octet string, which are DER by now, one after another.
pub(super) fn joined(mut pieces: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut all = Zeroizing::new(Vec::with_capacity(pieces.len()));
    while let Some((&tag, rest)) = pieces.split_first() {
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = length(first, rest)?;
        let (content, after) = rest.split_at_checked(length)?;
        if tag != OCTET_STRING {
            return None;
        }
        all.extend_from_slice(content);
        pieces = after;
    }
    Some(all)
}

fn length(first: u8, rest: &[u8]) -> Option<(usize, &[u8])> {
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if count > 4 {
        return None;
    }
    let (octets, rest) = rest.split_at_checked(count)?;
    let length = octets
        .iter()
        .fold(0usize, |sum, &octet| (sum << 8) | usize::from(octet));
    Some((length, rest))
}

fn write(out: &mut Zeroizing<Vec<u8>>, tag: u8, content: &[u8]) {
    out.push(tag);
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    let digits = length.get(zeros..).unwrap_or_default();
    match digits {
        [] => out.push(0),
        [one] if *one < 0x80 => out.push(*one),
        digits => {
            // At most eight of them.
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::to_der;

    #[test]
    fn lengths_and_pieces_become_definite() {
        let ber = [
            0x30, 0x80, 0x24, 0x80, 4, 2, 1, 2, 4, 1, 3, 0, 0, 2, 1, 5, 0, 0,
        ];
        let der = to_der(&ber).unwrap();
        assert_eq!(**der, [0x30, 8, 4, 3, 1, 2, 3, 2, 1, 5]);
        assert_eq!(*to_der(&der).unwrap(), *der);
        for cut in 0..ber.len() {
            assert!(to_der(&ber[..cut]).is_none());
        }
    }

    #[test]
    fn what_is_nested_without_end_is_refused() {
        assert!(to_der(&[0x30, 0x80].repeat(1_000_000)).is_none());
    }
}
