//! The answer: head, framing, body.

use std::fmt::Write as _;
use std::io;

use serde_json::Value;

use super::{Exchange, Framing, Headers, Outcome};

impl Exchange<'_> {
    /// A whole answer.
    pub(crate) async fn answer(
        &mut self,
        status: u16,
        headers: Headers<'_>,
        body: &[u8],
    ) -> Outcome {
        let mut bytes = self.head_bytes(status, headers, Framing::Length(body.len() as u64));
        if !self.is_head_only(status) {
            bytes.extend_from_slice(body);
        }
        self.answered = true;
        self.raw(&bytes).await?;
        Ok(self.after())
    }

    pub(crate) async fn json(&mut self, status: u16, value: &Value) -> Outcome {
        self.json_with(status, &[], value).await
    }

    pub(crate) async fn json_with(
        &mut self,
        status: u16,
        headers: Headers<'_>,
        value: &Value,
    ) -> Outcome {
        let mut all: Vec<(&str, &[u8])> = vec![("Content-Type", b"application/json")];
        all.extend_from_slice(headers);
        let mut body = value.to_string();
        body.push('\n');
        self.answer(status, &all, body.as_bytes()).await
    }

    /// The head of an answer whose body follows in pieces.
    pub(crate) async fn begin(
        &mut self,
        status: u16,
        headers: Headers<'_>,
        framing: Framing,
    ) -> io::Result<()> {
        // HTTP/1.0 knows no chunks.
        let framing = match framing {
            Framing::Chunked if self.head.minor_version == 0 => Framing::Close,
            other => other,
        };
        if framing == Framing::Close {
            self.keep_alive = false;
        }
        let bytes = self.head_bytes(status, headers, framing);
        self.framing = framing;
        self.answered = true;
        self.raw(&bytes).await
    }

    pub(crate) async fn piece(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() || self.head.method == "HEAD" {
            return Ok(());
        }
        if self.framing == Framing::Chunked {
            let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
            chunk.extend_from_slice(bytes);
            chunk.extend_from_slice(b"\r\n");
            self.raw(&chunk).await
        } else {
            self.raw(bytes).await
        }
    }

    pub(crate) async fn finish(&mut self) -> Outcome {
        if self.framing == Framing::Chunked && self.head.method != "HEAD" {
            self.raw(b"0\r\n\r\n").await?;
        }
        Ok(self.after())
    }

    fn is_head_only(&self, status: u16) -> bool {
        self.head.method == "HEAD" || bodiless(status)
    }

    fn head_bytes(&self, status: u16, headers: Headers<'_>, framing: Framing) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
        // Writing to a String cannot fail.
        let _ = match framing {
            _ if status < 200 || status == 204 => Ok(()),
            Framing::Length(_) if bodiless(status) => Ok(()),
            Framing::Length(length) => write!(head, "Content-Length: {length}\r\n"),
            Framing::Chunked => write!(head, "Transfer-Encoding: chunked\r\n"),
            Framing::Close => Ok(()),
        };
        if !self.keep_alive {
            head.push_str("Connection: close\r\n");
        } else if self.head.minor_version == 0 {
            head.push_str("Connection: keep-alive\r\n");
        }
        let mut bytes = head.into_bytes();
        for (name, value) in headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}

/// RFC 9110 6.4.1
fn bodiless(status: u16) -> bool {
    status < 200 || status == 204 || status == 304
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
