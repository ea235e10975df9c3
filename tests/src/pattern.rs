//! The sandbox's pattern, as a source of bytes and as a check.

use std::io::{self, Read};

use crate::case::Pattern;

impl Pattern {
    /// The byte at a place.
    pub fn byte(self, at: u64) -> u8 {
        // The pattern repeats after 251 bytes, so nothing here can overflow.
        u8::try_from((31 * (at % 251) + self.seed % 251) % 251).unwrap_or_default()
    }

    /// The bytes as they are produced.
    pub fn reader(self) -> PatternReader {
        PatternReader {
            pattern: self,
            at: 0,
        }
    }

    /// All bytes at once.
    pub fn bytes(self) -> Vec<u8> {
        (0..self.length).map(|at| self.byte(at)).collect()
    }

    /// Why `bytes` are not the pattern.
    pub fn difference(self, bytes: &[u8]) -> Option<String> {
        if bytes.len() as u64 != self.length {
            return Some(format!("{} bytes, not {}", bytes.len(), self.length));
        }
        let wrong = (0..).zip(bytes).find(|(at, byte)| self.byte(*at) != **byte);
        wrong.map(|(at, byte)| format!("byte {at} is {byte}, not {}", self.byte(at)))
    }
}

/// A pattern on its way.
pub struct PatternReader {
    pattern: Pattern,
    at: u64,
}

impl Read for PatternReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.pattern.length - self.at;
        let room = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        for byte in buffer.iter_mut().take(room) {
            *byte = self.pattern.byte(self.at);
            self.at += 1;
        }
        Ok(room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pattern_is_that_of_the_sandbox() {
        let pattern = Pattern {
            length: 4,
            seed: 240,
        };
        assert_eq!(pattern.bytes(), [240, 20, 51, 82]);
        assert_eq!(pattern.difference(&[240, 20, 51, 82]), None);
        assert!(pattern.difference(&[240, 20, 51]).is_some());
        assert!(pattern.difference(&[240, 20, 51, 83]).is_some());
    }
}
