//! How long a Java object is that was written by Java's own serialization: a JCEKS store puts its secret keys among
//! the private ones in this form and does not say where they end.
//!
//! <https://docs.oracle.com/en/java/javase/21/docs/specs/serialization/protocol.html>, as far as SealedObject needs it.

/// Nothing real is nested deeper.
const DEEPEST: usize = 8;
const MAGIC_AND_VERSION: &[u8] = &[0xac, 0xed, 0, 5];
const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const ARRAY: u8 = 0x75;
const END_OF_ANNOTATIONS: u8 = 0x78;

/// The length of the stream that `bytes` begin with; `None` where it holds anything but objects of byte arrays,
/// strings and other such objects.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let mut stream = Stream(bytes.strip_prefix(MAGIC_AND_VERSION)?);
    stream.object(0)?;
    Some(bytes.len() - stream.0.len())
}

struct Stream<'a>(&'a [u8]);

impl<'a> Stream<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, octets: usize) -> Option<usize> {
        let digits = self.take(octets)?;
        Some(
            digits
                .iter()
                .fold(0, |sum, &digit| (sum << 8) | usize::from(digit)),
        )
    }

    fn text(&mut self) -> Option<()> {
        let length = self.number(2)?;
        self.take(length).map(|_| ())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match self.number(1)? as u8 {
            NULL => {}
            REFERENCE => {
                self.take(4)?;
            }
            STRING => self.text()?,
            ARRAY => {
                // Of bytes: SealedObject has no other.
                self.class(depth)?;
                let length = self.number(4)?;
                self.take(length)?;
            }
            OBJECT => {
                for _ in 0..self.class(depth)? {
                    self.object(depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Reads the description of a class and of those it extends, and counts their fields.
    fn class(&mut self, depth: usize) -> Option<usize> {
        if depth > DEEPEST {
            return None;
        }
        match self.number(1)? as u8 {
            NULL => return Some(0),
            REFERENCE => return self.take(4).map(|_| 0),
            CLASS => {}
            _ => return None,
        }
        self.text()?;
        // Its version and its flags.
        self.take(8 + 1)?;
        let fields = self.number(2)?;
        for _ in 0..fields {
            let kind = self.number(1)? as u8;
            self.text()?;
            if !matches!(kind, b'[' | b'L') {
                return None;
            }
            self.object(depth + 1)?;
        }
        if self.number(1)? as u8 != END_OF_ANNOTATIONS {
            return None;
        }
        Some(fields + self.class(depth + 1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn what_does_not_end_is_refused() {
        assert_eq!(length(&[]), None);
        assert_eq!(length(&[0xac, 0xed, 0, 5, 0x70]), Some(5));
        assert_eq!(length(&[0xac, 0xed, 0, 5, 0x74, 0, 9, 1]), None);
        let nested = [
            &[0xac, 0xed, 0, 5][..],
            &[0x73, 0x72, 0, 0].repeat(1_000_000),
        ]
        .concat();
        assert_eq!(length(&nested), None);
    }
}
