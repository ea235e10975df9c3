//! The head of an answer, laid out for views.

use std::ops::Range;

use mutls_core::Response;

/// The head, copied out of the response so that views of it do not meet the reads of the body.
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) version: u8,
    pub(crate) url: String,
    pub(crate) reused: bool,
    pub(crate) content_length: Option<u64>,
    pub(crate) decoded: bool,
    /// What of the body came with the head.
    pub(crate) at_hand: usize,
    /// All header lines in the form `name: value` CR LF.
    pub(crate) block: Vec<u8>,
    /// Where name and value are in it.
    lines: Vec<(Range<usize>, Range<usize>)>,
}

impl Head {
    pub(crate) fn of(response: &Response) -> Head {
        let headers = response.headers();
        let mut block = Vec::with_capacity(headers.len() * 48);
        let mut lines = Vec::with_capacity(headers.len());
        for (name, value) in headers {
            let start = block.len();
            block.extend_from_slice(name.as_str().as_bytes());
            let name = start..block.len();
            block.extend_from_slice(b": ");
            let start = block.len();
            block.extend_from_slice(value.as_bytes());
            lines.push((name, start..block.len()));
            block.extend_from_slice(b"\r\n");
        }
        Head {
            status: response.status(),
            version: response.http_minor_version(),
            url: response.url().to_owned(),
            reused: response.connection_reused(),
            content_length: response.content_length(),
            decoded: response.decoded(),
            at_hand: response.at_hand(),
            block,
            lines,
        }
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.block.get(range.clone()).unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    pub(crate) fn line(&self, index: usize) -> Option<(&[u8], &[u8])> {
        let (name, value) = self.lines.get(index)?;
        Some((self.slice(name), self.slice(value)))
    }

    pub(crate) fn value(&self, name: &[u8], nth: usize) -> Option<&[u8]> {
        let mut found = self
            .lines
            .iter()
            .filter(|(known, _)| self.slice(known).eq_ignore_ascii_case(name));
        found.nth(nth).map(|(_, value)| self.slice(value))
    }
}
