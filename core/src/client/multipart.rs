//! Form bodies with files (RFC 7578).

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};

use super::request::{Body, Request};
use crate::error::{Code, MtlsError, Origin, Phase, Result};

/// A `multipart/form-data` body, built part by part. Files are streamed; a form whose parts are all in
/// memory can be sent again after a redirect or on a new connection.
pub struct Multipart {
    boundary: String,
    pieces: Vec<Piece>,
}

enum Piece {
    Bytes(Vec<u8>),
    Stream(Box<dyn Read + Send>, Option<u64>),
}

impl Multipart {
    /// An empty form with a random boundary.
    pub fn new() -> Result<Multipart> {
        let mut random = [0; 16];
        aws_lc_rs::rand::fill(&mut random)
            .map_err(|_| MtlsError::internal("no random bytes for a boundary"))?;
        let hex: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Multipart {
            boundary: format!("mutls-{hex}"),
            pieces: Vec::new(),
        })
    }

    /// Adds a field or a file that is in memory. A file has a `file_name`; its `content_type` is
    /// `application/octet-stream` unless given.
    pub fn add(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        content_type: Option<&str>,
        content: Vec<u8>,
    ) -> Result<()> {
        self.head(name, file_name, content_type)?;
        self.pieces.push(Piece::Bytes(content));
        self.pieces.push(Piece::Bytes(b"\r\n".to_vec()));
        Ok(())
    }

    /// Adds a file that is read as it is sent: exactly `length` bytes. Without a length the whole form
    /// is sent chunked.
    pub fn add_stream(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        content_type: Option<&str>,
        reader: impl Read + Send + 'static,
        length: Option<u64>,
    ) -> Result<()> {
        self.head(name, file_name, content_type)?;
        self.pieces.push(Piece::Stream(Box::new(reader), length));
        self.pieces.push(Piece::Bytes(b"\r\n".to_vec()));
        Ok(())
    }

    fn head(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        content_type: Option<&str>,
    ) -> Result<()> {
        let mut head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"",
            self.boundary,
            escaped(name)
        );
        if let Some(file_name) = file_name {
            head.push_str("; filename=\"");
            head.push_str(&escaped(file_name));
            head.push('"');
        }
        head.push_str("\r\n");
        let fallback = file_name.map(|_| "application/octet-stream");
        if let Some(content_type) = content_type.or(fallback) {
            if content_type.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(MtlsError::new(
                    Code::BadHeader,
                    Phase::Config,
                    Origin::Caller,
                    "the content type of a form's part holds control characters",
                ));
            }
            head.push_str("Content-Type: ");
            head.push_str(content_type);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        self.pieces.push(Piece::Bytes(head.into_bytes()));
        Ok(())
    }

    /// The `Content-Type`, which names the boundary, and the body.
    pub fn finish(mut self) -> (String, Body) {
        let end = format!("--{}--\r\n", self.boundary);
        self.pieces.push(Piece::Bytes(end.into_bytes()));
        let content_type = format!("multipart/form-data; boundary={}", self.boundary);
        let in_memory = self.pieces.iter().all(|p| matches!(p, Piece::Bytes(_)));
        if in_memory {
            let mut all = Vec::new();
            for piece in self.pieces {
                if let Piece::Bytes(bytes) = piece {
                    all.extend(bytes);
                }
            }
            return (content_type, Body::from(all));
        }
        let (chain, length) = chained(self.pieces);
        (content_type, Body::stream(chain, length))
    }
}

/// The pieces one after another, and their length where all have one.
fn chained(pieces: Vec<Piece>) -> (OneAfterAnother, Option<u64>) {
    let length = pieces.iter().try_fold(0_u64, |sum, piece| match piece {
        Piece::Bytes(bytes) => sum.checked_add(bytes.len() as u64),
        Piece::Stream(_, length) => sum.checked_add((*length)?),
    });
    let readers = pieces.into_iter().map(|piece| match piece {
        Piece::Bytes(bytes) => Box::new(Cursor::new(bytes)) as Box<dyn Read + Send>,
        Piece::Stream(reader, None) => reader,
        Piece::Stream(reader, Some(length)) => Box::new(Exactly {
            reader,
            left: length,
        }),
    });
    (OneAfterAnother(readers.collect()), length)
}

impl Request {
    /// Sets a form body and its `Content-Type`.
    pub fn multipart(mut self, form: Multipart) -> Result<Request> {
        self.set_multipart(form)?;
        Ok(self)
    }

    /// Like [`Request::multipart`], in place.
    pub fn set_multipart(&mut self, form: Multipart) -> Result<()> {
        let (content_type, body) = form.finish();
        let value = content_type
            .parse()
            .map_err(|_| MtlsError::internal("a boundary is no header value"))?;
        self.headers.insert("content-type", value);
        self.set_body(body);
        Ok(())
    }
}

/// The WHATWG's rule for names in forms, which servers follow.
fn escaped(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

struct OneAfterAnother(VecDeque<Box<dyn Read + Send>>);

impl Read for OneAfterAnother {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(reader) = self.0.front_mut() {
            let n = reader.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            self.0.pop_front();
        }
        Ok(0)
    }
}

/// A file that has become shorter must not shift the parts behind it.
struct Exactly<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let n = self
            .reader
            .read(buffer.get_mut(..room).unwrap_or_default())?;
        if n == 0 && room > 0 {
            let missing = self.left;
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("a file of the form ended {missing} bytes before its announced length"),
            ));
        }
        self.left -= n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::request::Source;

    #[test]
    fn a_form_in_memory_is_one_replayable_body() {
        let mut form = Multipart::new().unwrap();
        form.add("a\"b", None, None, b"1".to_vec()).unwrap();
        form.add("f", Some("x.txt"), None, b"2".to_vec()).unwrap();
        let boundary = form.boundary.clone();
        let (content_type, body) = form.finish();
        assert_eq!(
            content_type,
            format!("multipart/form-data; boundary={boundary}")
        );
        let Source::Bytes(bytes) = body.0 else {
            panic!("not in memory");
        };
        assert_eq!(
            String::from_utf8(bytes.to_vec()).unwrap(),
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n1\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n2\r\n--{boundary}--\r\n"
            )
        );
    }

    #[test]
    fn a_streamed_form_knows_its_length_and_keeps_to_it() {
        let stream = |announced| {
            let mut form = Multipart::new().unwrap();
            form.add_stream("f", Some("x"), None, Cursor::new(vec![7; 1000]), announced)
                .unwrap();
            let (mut reader, length) = chained(form.pieces);
            let mut all = Vec::new();
            reader
                .read_to_end(&mut all)
                .map(|_| (all.len() as u64, length))
        };
        let (sent, length) = stream(Some(1000)).unwrap();
        assert_eq!(length, Some(sent));
        assert_eq!(stream(None).unwrap().1, None);
        let (sent, length) = stream(Some(900)).unwrap();
        assert_eq!(length, Some(sent));
        assert!(stream(Some(1001)).is_err());
    }
}
