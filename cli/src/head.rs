//! The head of an answer as text.

use http::StatusCode;
use mutls::Response;

/// `404 Not Found`; the words are the registered ones.
pub(crate) fn status_text(status: u16) -> String {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}

/// The status line and the headers, as on the wire but for the case of the names.
pub(crate) fn bytes(response: &Response) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.{} {}\r\n",
        response.http_minor_version(),
        status_text(response.status())
    )
    .into_bytes();
    for (name, value) in response.headers() {
        head.extend(name.as_str().as_bytes());
        head.extend(b": ");
        head.extend(value.as_bytes());
        head.extend(b"\r\n");
    }
    head.extend(b"\r\n");
    head
}
