//! The body of an answer.

use mutls_core::{Code, MtlsError, Origin, Phase, Response, Result};

/// The most that one submitted read brings.
pub(crate) const LARGEST_READ: usize = 256 * 1024;

/// As much as one read usually gives, so that no more is cleared than is filled.
const READ_STEP: usize = 32 * 1024;

/// The body, of which a part may have been read ahead.
pub(crate) struct Incoming {
    response: Response,
    ahead: Vec<u8>,
    taken: usize,
    /// How the stream ended when it was read ahead.
    ended: Option<Result<()>>,
}

impl Incoming {
    pub(crate) fn of(response: Response) -> Incoming {
        Incoming {
            response,
            ahead: Vec::new(),
            taken: 0,
            ended: None,
        }
    }

    pub(crate) fn prefetch(&mut self, limit: usize) {
        while self.ahead.len() < limit && self.ended.is_none() {
            let start = self.ahead.len();
            self.ahead.resize(start + (limit - start).min(16 * 1024), 0);
            let n = match self
                .response
                .read(self.ahead.get_mut(start..).unwrap_or_default())
            {
                Ok(n) => n,
                Err(problem) => {
                    self.ended = Some(Err(problem));
                    0
                }
            };
            self.ahead.truncate(start + n);
            if n == 0 && self.ended.is_none() {
                self.ended = Some(Ok(()));
            }
        }
    }

    /// Whether the next read needs no I/O.
    pub(crate) fn at_hand(&self) -> bool {
        self.taken < self.ahead.len() || self.ended.is_some()
    }

    /// Whether the whole body has been read ahead.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let ahead = self.ahead.get(self.taken..).unwrap_or_default();
        if ahead.is_empty() {
            return match &self.ended {
                Some(Ok(())) => Ok(0),
                Some(Err(problem)) => Err(problem.clone()),
                None => self.response.read(buffer),
            };
        }
        let n = ahead.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..n), ahead.get(..n)) {
            to.copy_from_slice(from);
        }
        self.taken += n;
        if self.taken == self.ahead.len() {
            (self.ahead, self.taken) = (Vec::new(), 0);
        }
        Ok(n)
    }

    /// What there is without waiting, after a first read that may wait.
    pub(crate) fn read_some(&mut self, most: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let start = bytes.len();
            let step = READ_STEP.min(most - start);
            bytes.resize(start + step, 0);
            let n = match self.read(bytes.get_mut(start..).unwrap_or_default()) {
                Ok(n) => n,
                Err(problem) if start == 0 => return Err(problem),
                // The next read says it again.
                Err(_) => 0,
            };
            bytes.truncate(start + n);
            // A read that is not filled has brought all that there is.
            if bytes.len() < start + step || bytes.len() == most || !self.goes_on() {
                return Ok(bytes);
            }
        }
    }

    fn goes_on(&mut self) -> bool {
        self.taken < self.ahead.len() || (self.ended.is_none() && self.response.goes_on())
    }

    pub(crate) fn read_all(
        &mut self,
        limit: Option<usize>,
        expected: Option<u64>,
    ) -> Result<Vec<u8>> {
        let step = expected.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        // One more than expected, so that the end is seen without growing; bounded, for the peer may boast.
        let step = step.saturating_add(1).clamp(16 * 1024, LARGEST_READ);
        let mut all = Vec::new();
        loop {
            let length = all.len();
            all.resize(length + step, 0);
            let n = self.read(all.get_mut(length..).unwrap_or_default())?;
            all.truncate(length + n);
            if n == 0 {
                return Ok(all);
            }
            if limit.is_some_and(|limit| all.len() > limit) {
                return Err(too_large(limit));
            }
        }
    }
}

fn too_large(limit: Option<usize>) -> MtlsError {
    let message = format!(
        "the body is larger than the {} bytes allowed",
        limit.unwrap_or_default()
    );
    MtlsError::new(Code::BodyTooLarge, Phase::Body, Origin::Local, message)
        .with_hint("Allow more, or read the body in pieces.")
}
