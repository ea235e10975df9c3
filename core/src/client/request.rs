//! What to send.

use std::io::{self, Read};
use std::sync::Arc;

use ureq_proto::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use zeroize::Zeroizing;

use crate::cancel::{CancelToken, InterruptHook};
use crate::config::RequestOptions;
use crate::error::{Code, MtlsError, Result};
use crate::transport::exchange::Exchange;
use crate::userinfo;

/// One request. The URL may be relative to the client's `base_url`.
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) options: RequestOptions,
    pub(crate) cancel: CancelToken,
    pub(crate) interrupt: Option<InterruptHook>,
}

impl Request {
    /// A request without headers and body. Any method that HTTP allows is taken.
    pub fn new(method: &str, url: &str) -> Result<Request> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| {
            MtlsError::config(
                Code::BadOption,
                format!("`{}` is not an HTTP method", method.escape_debug()),
            )
            .with_hint("Give a token such as GET or POST.")
        })?;
        Ok(Self::with_method(method, url))
    }

    /// GET
    pub fn get(url: &str) -> Request {
        Self::with_method(Method::GET, url)
    }

    /// POST
    pub fn post(url: &str) -> Request {
        Self::with_method(Method::POST, url)
    }

    fn with_method(method: Method, url: &str) -> Request {
        Request {
            method,
            url: url.to_owned(),
            headers: HeaderMap::new(),
            body: Body::empty(),
            options: RequestOptions::default(),
            cancel: CancelToken::new(),
            interrupt: None,
        }
    }

    /// Adds a header. Repeated names are all sent, in order; the value may hold any bytes that
    /// RFC 9110 allows. `Content-Length`, `Transfer-Encoding` and `Connection` are ours to set.
    pub fn add_header(&mut self, name: &[u8], value: &[u8]) -> Result<()> {
        let bad = |what: String| {
            MtlsError::new(
                Code::BadHeader,
                crate::error::Phase::Config,
                crate::error::Origin::Caller,
                what,
            )
        };
        let shown = String::from_utf8_lossy(name).escape_debug().to_string();
        let name = HeaderName::from_bytes(name)
            .map_err(|_| bad(format!("`{shown}` is not a header name")))?;
        if is_ours(&name) {
            return Err(bad(format!("the header `{shown}` is set by mutls itself"))
                .with_hint("Leave it out; the length of a streamed body is given with the body."));
        }
        let value = HeaderValue::from_bytes(value).map_err(|_| {
            bad(format!(
                "the value of `{shown}` holds bytes that HTTP does not allow"
            ))
        })?;
        self.headers
            .try_append(name, value)
            .map_err(|_| bad("too many headers".into()))?;
        Ok(())
    }

    /// Builder form of [`Request::add_header`].
    pub fn header(mut self, name: &str, value: &str) -> Result<Request> {
        self.add_header(name.as_bytes(), value.as_bytes())?;
        Ok(self)
    }

    /// Sets the body, replacing what was there.
    pub fn set_body(&mut self, body: Body) {
        self.body = body;
    }

    /// Builder form of [`Request::set_body`].
    pub fn body(mut self, body: impl Into<Body>) -> Request {
        self.body = body.into();
        self
    }

    /// Sets a JSON body and its `Content-Type`, unless one was given.
    pub fn json(mut self, value: &serde_json::Value) -> Request {
        self.default_content_type("application/json");
        self.body = Body::from(value.to_string().into_bytes());
        self
    }

    /// Sets a form body (`application/x-www-form-urlencoded`).
    pub fn form(mut self, fields: &[(&str, &str)]) -> Request {
        self.default_content_type("application/x-www-form-urlencoded");
        let encoded = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.body = Body::from(encoded.into_bytes());
        self
    }

    /// Appends a name and a value to the URL's query, percent-encoded as in a form.
    pub fn add_query(&mut self, name: &str, value: &str) {
        let (before, fragment) = match self.url.split_once('#') {
            Some((before, fragment)) => (before.to_owned(), Some(fragment)),
            None => (self.url.clone(), None),
        };
        let mut url = before;
        match url.find('?') {
            None => url.push('?'),
            Some(at) if at + 1 < url.len() && !url.ends_with('&') => url.push('&'),
            Some(_) => {}
        }
        let start = url.len();
        let mut url = url::form_urlencoded::Serializer::for_suffix(url, start)
            .append_pair(name, value)
            .finish();
        if let Some(fragment) = fragment {
            url.push('#');
            url.push_str(fragment);
        }
        self.url = url;
    }

    /// Sets `Authorization` for this call, in place of what the client is configured with (RFC 7617).
    pub fn set_basic_auth(&mut self, username: &str, password: &str) -> Result<()> {
        if username.contains(':') {
            return Err(MtlsError::config(
                Code::BadOption,
                "the user name holds a colon, which RFC 7617 does not allow",
            ));
        }
        self.set_authorization(&userinfo::basic(username, password))
    }

    /// Sets `Authorization` for this call, in place of what the client is configured with (RFC 6750).
    pub fn set_bearer_auth(&mut self, token: &str) -> Result<()> {
        self.set_authorization(&Zeroizing::new(format!("Bearer {token}")))
    }

    fn set_authorization(&mut self, text: &str) -> Result<()> {
        let mut value = HeaderValue::from_str(text).map_err(|_| {
            MtlsError::config(
                Code::BadHeader,
                "the credentials hold characters that HTTP does not allow",
            )
        })?;
        value.set_sensitive(true);
        self.headers.insert(header::AUTHORIZATION, value);
        Ok(())
    }

    /// Sets `Content-Type` unless it was given.
    pub fn default_content_type(&mut self, value: &'static str) {
        self.headers
            .entry("content-type")
            .or_insert(HeaderValue::from_static(value));
    }

    /// Sets what is different for this call; what is not named stays as it was.
    pub fn set_options(&mut self, options: RequestOptions) {
        self.options.merge(options);
    }

    /// Cancels this call, its body included, together with the token.
    pub fn set_cancel_token(&mut self, token: CancelToken) {
        self.cancel = token;
    }

    /// Asks `hook` at least every 50 ms while the call waits; `true` cancels it.
    pub fn set_interrupt_hook(&mut self, hook: InterruptHook) {
        self.interrupt = Some(hook);
    }
}

/// Headers that follow from the body and the connection, and would contradict them.
pub(super) fn is_ours(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "content-length" | "transfer-encoding" | "connection" | "upgrade" | "te" | "trailer"
    )
}

/// The body of a request.
pub struct Body(pub(crate) Source);

pub(crate) enum Source {
    Empty,
    /// Replayable.
    Bytes(Arc<Vec<u8>>),
    /// Read once, as it is sent. Without a length it is sent chunked.
    Stream {
        reader: Box<dyn Supply>,
        length: Option<u64>,
    },
}

/// Where a streamed body comes from.
pub(crate) trait Supply: Send {
    /// The next bytes; 0 is the end. What waits keeps to the clock of the exchange.
    fn read(&mut self, buffer: &mut [u8], exchange: &Exchange) -> io::Result<usize>;

    /// Whether it goes on behind the announced length. Asked once, and may wait for the source's end.
    fn goes_on(&mut self, exchange: &Exchange) -> io::Result<bool> {
        loop {
            match self.read(&mut [0], exchange) {
                Ok(n) => return Ok(n > 0),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

struct Reader<R>(R);

impl<R: Read + Send> Supply for Reader<R> {
    fn read(&mut self, buffer: &mut [u8], _: &Exchange) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Body {
    /// No body at all.
    pub fn empty() -> Body {
        Body(Source::Empty)
    }

    /// How many bytes it has, where that is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Source::Empty => Some(0),
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::Stream { length, .. } => *length,
        }
    }

    /// A body that is read as it is sent: exactly `length` bytes, or chunked without a length. A source that
    /// ends earlier, or goes on, fails the call with `body_source_failed`.
    pub fn stream(reader: impl Read + Send + 'static, length: Option<u64>) -> Body {
        Body(Source::Stream {
            reader: Box::new(Reader(reader)),
            length,
        })
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body(Source::Bytes(Arc::new(bytes)))
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Body {
        Body::from(text.as_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_appended_before_the_fragment() {
        let appended = |url: &str| {
            let mut request = Request::get(url);
            request.add_query("a b", "c&d");
            request.add_query("e", "");
            request.url
        };
        assert_eq!(appended("x"), "x?a+b=c%26d&e=");
        assert_eq!(appended("x?"), "x?a+b=c%26d&e=");
        assert_eq!(appended("x?y=1#z"), "x?y=1&a+b=c%26d&e=#z");
    }

    #[test]
    fn a_colon_in_a_user_name_is_refused() {
        let mut request = Request::get("x");
        assert!(request.set_basic_auth("a:b", "c").is_err());
        request.set_basic_auth("a", "b:c").unwrap();
        assert!(request.headers["authorization"].is_sensitive());
    }
}
