//! The bytes between the engine and the connection: small at first, grown to need.

/// Enough for the head and body of most API calls.
const INPUT: usize = 4 * 1024;
/// What a large body is read in.
const INPUT_LARGE: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(crate) struct WireBuffers {
    input: Vec<u8>,
    start: usize,
    end: usize,
    output: Vec<u8>,
    /// How often the input came in full: a sign of a large body.
    full: u32,
}

impl WireBuffers {
    /// For another request: what is left of the last one is forgotten.
    pub(crate) fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
        self.full = 0;
    }

    /// At least `size` bytes to write into.
    pub(crate) fn output(&mut self, size: usize) -> &mut [u8] {
        if self.output.len() < size {
            self.output.resize(size, 0);
        }
        &mut self.output
    }

    /// What was written.
    pub(crate) fn written(&self, n: usize) -> &[u8] {
        self.output.get(..n).unwrap_or(&self.output)
    }

    /// What has come and was not used yet.
    pub(crate) fn unread(&self) -> &[u8] {
        self.input.get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn consume(&mut self, n: usize) {
        self.start = self.start.saturating_add(n).min(self.end);
    }

    /// Room for what comes next.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        self.make_room();
        self.input.get_mut(self.end..).unwrap_or_default()
    }

    pub(crate) fn filled(&mut self, n: usize) {
        self.end = self.end.saturating_add(n).min(self.input.len());
        self.full = match self.end == self.input.len() {
            true => self.full.saturating_add(1),
            false => 0,
        };
    }

    fn make_room(&mut self) {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        }
        if self.end < self.input.len() && self.start == 0 {
            return;
        }
        if self.start > 0 {
            self.input.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let size = self.input.len();
        if self.end == size || (self.full > 2 && size < INPUT_LARGE) {
            self.input.resize((size * 2).max(INPUT), 0);
        }
    }

    /// Reuse elsewhere must not carry a body's size along.
    pub(crate) fn shrink(&mut self) {
        if self.input.len() > 2 * INPUT {
            self.input = Vec::new();
        }
        if self.output.len() > 4 * INPUT {
            self.output = Vec::new();
        }
    }
}
