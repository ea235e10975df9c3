//! Follows the framing of TLS records in what passes by: what rustls does not tell.

use std::io::{self, Read};

use super::socket::Io;

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

/// How many of the first bytes are kept: enough to tell what a server speaks that does not speak TLS.
const FIRST: usize = 16;

/// The records of a connection from its first byte (RFC 5246 section 6.2.1).
#[derive(Default)]
pub(crate) struct Records {
    first: Vec<u8>,
    header: [u8; 5],
    have: usize,
    left: usize,
    /// The server's handshake records after its ChangeCipherSpec. In TLS 1.2 the first is its Finished.
    encrypted: usize,
    ciphered: bool,
}

impl Records {
    /// What came first.
    pub(super) fn first(&self) -> &[u8] {
        &self.first
    }

    /// Whether a TLS 1.2 server asked for another handshake, which rustls answers silently. The request may come in
    /// one segment with the server's Finished.
    pub(super) fn ask_again(&self) -> bool {
        self.encrypted > 1
    }

    fn follow(&mut self, mut bytes: &[u8]) {
        let room = FIRST.saturating_sub(self.first.len()).min(bytes.len());
        self.first.extend(bytes.iter().take(room));
        while !bytes.is_empty() {
            if self.left > 0 {
                let skip = self.left.min(bytes.len());
                self.left -= skip;
                bytes = bytes.get(skip..).unwrap_or_default();
                continue;
            }
            let [first, rest @ ..] = bytes else { return };
            bytes = rest;
            if let Some(place) = self.header.get_mut(self.have) {
                *place = *first;
                self.have += 1;
            }
            if self.have == self.header.len() {
                let [kind, _, _, high, low] = self.header;
                self.ciphered |= kind == CHANGE_CIPHER_SPEC;
                self.encrypted += usize::from(self.ciphered && kind == HANDSHAKE);
                self.left = usize::from(u16::from_be_bytes([high, low]));
                self.have = 0;
            }
        }
    }
}

/// Reads from the socket under the eyes of [`Records`].
pub(super) struct Watched<'a>(pub(super) Io<'a>, pub(super) Option<&'a mut Records>);

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(buffer)?;
        if let Some(records) = &mut self.1 {
            records.follow(buffer.get(..n).unwrap_or_default());
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_handshake_is_noticed_however_it_is_cut() {
        let finished = [20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 2, 9, 9];
        let asked = [finished.as_slice(), &[22, 3, 3, 0, 1, 9]].concat();
        for cut in 0..asked.len() {
            let mut records = Records::default();
            records.follow(&asked[..cut]);
            assert_eq!(records.ask_again(), cut >= finished.len() + 5);
            records.follow(&asked[cut..]);
            assert!(records.ask_again());
            assert_eq!(records.first(), &asked[..16]);
        }
        let mut records = Records::default();
        records.follow(&[22, 3, 3, 0, 1, 2, 22, 3, 3, 0, 1, 14]);
        records.follow(&finished);
        records.follow(&[23, 3, 3, 0, 1, 22, 23, 3, 3, 0, 0]);
        assert!(!records.ask_again());
    }
}
