//! Bytes of a body as text.

use mutls::HeaderMap;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// The charset that `Content-Type` names.
pub(crate) fn charset(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get("content-type")?.to_str().ok()?;
    let at = value.to_ascii_lowercase().find("charset=")?;
    let rest = value.get(at + "charset=".len()..)?;
    let name = rest.split(';').next()?.trim().trim_matches(['"', '\'']);
    Some(name).filter(|name| !name.is_empty())
}

/// UTF-8 without a charset or with one that nobody knows; what cannot be decoded becomes U+FFFD.
pub(crate) fn decode<'py>(
    bytes: &Bound<'py, PyBytes>,
    charset: Option<&str>,
) -> PyResult<Bound<'py, PyString>> {
    let is_utf8 =
        |name: &str| name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8");
    if charset.is_none_or(is_utf8)
        && let Ok(text) = std::str::from_utf8(bytes.as_bytes())
    {
        return Ok(PyString::new(bytes.py(), text));
    }
    let decoded = bytes
        .call_method1("decode", (charset.unwrap_or("utf-8"), "replace"))
        // A server may name a charset that nobody knows.
        .or_else(|_| bytes.call_method1("decode", ("utf-8", "replace")))?;
    Ok(decoded.cast_into::<PyString>()?)
}
