//! The caller's body on its way to the wire, held to its announced length.

use std::io;

use super::incoming::own_error;
use super::request::Supply;
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::transport::exchange::Exchange;

/// Reads from the source.
pub(super) struct Feed<'a> {
    source: &'a mut dyn Supply,
    left: Option<u64>,
}

impl<'a> Feed<'a> {
    pub(super) fn new(source: &'a mut dyn Supply, length: Option<u64>) -> Self {
        Feed {
            source,
            left: length,
        }
    }

    /// The next bytes; 0 is the end of a body without an announced length.
    pub(super) fn read(&mut self, buffer: &mut [u8], exchange: &Exchange) -> Result<usize> {
        let room = match self.left {
            Some(left) => buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX)),
            None => buffer.len(),
        };
        let part = buffer.get_mut(..room).unwrap_or_default();
        let n = loop {
            match self.source.read(part, exchange) {
                Ok(n) => break n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(source_failed(&e)),
            }
        };
        let Some(left) = &mut self.left else {
            return Ok(n);
        };
        if n == 0 {
            return Err(wrong_length(&format!("ended {left} bytes before")));
        }
        *left = left.saturating_sub(n as u64);
        if *left == 0
            && self
                .source
                .goes_on(exchange)
                .map_err(|e| source_failed(&e))?
        {
            return Err(wrong_length("goes on behind"));
        }
        Ok(n)
    }
}

fn source_failed(cause: &io::Error) -> MtlsError {
    own_error(cause).unwrap_or_else(|| {
        bad_source("the source of the request body failed".into()).with_cause(cause)
    })
}

fn wrong_length(how: &str) -> MtlsError {
    bad_source(format!("the request body {how} its announced length"))
}

fn bad_source(what: String) -> MtlsError {
    MtlsError::new(Code::BodySourceFailed, Phase::Send, Origin::Caller, what)
        .with_not_processed(false)
}
