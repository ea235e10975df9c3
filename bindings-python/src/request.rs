//! A request out of the keyword arguments of a call.

use std::borrow::Cow;

use mutls::Body;
use mutls::config::RequestOptions;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::body::{body, in_memory, multipart, named};
use crate::cancel::CancelToken;
use crate::errors::{OrRaise, bad_option};
use crate::imports::Import;
use crate::limits::{follow, timeouts};
use crate::signals::Raised;

static ENCODE: Import = Import::new("mutls._config", "_encode_json");

/// What a call may be given, in the order of the manual.
const OPTIONS: &str = "params, headers, content, content_length, json, data, files, auth, timeout, \
                       decompress, redirects, cancel";

/// A request, and what belongs to it on Python's side.
pub(crate) struct Prepared {
    pub(crate) request: mutls::Request,
    /// Stops this call alone.
    pub(crate) cancel: mutls::CancelToken,
    /// What Python raised while it was asked for a body or for signals.
    pub(crate) raised: Raised,
}

#[derive(Default)]
struct Options<'py> {
    params: Option<Bound<'py, PyAny>>,
    headers: Option<Bound<'py, PyAny>>,
    content: Option<Bound<'py, PyAny>>,
    content_length: Option<u64>,
    json: Option<Bound<'py, PyAny>>,
    data: Option<Bound<'py, PyAny>>,
    files: Option<Bound<'py, PyAny>>,
    auth: Option<Bound<'py, PyAny>>,
    timeout: Option<Bound<'py, PyAny>>,
    decompress: Option<bool>,
    redirects: Option<Bound<'py, PyAny>>,
    cancel: Option<mutls::CancelToken>,
}

impl<'py> Options<'py> {
    fn read(given: &Bound<'py, PyDict>) -> PyResult<Self> {
        let mut options = Options::default();
        for (name, value) in given.iter() {
            if value.is_none() {
                continue;
            }
            let name = name.cast::<PyString>()?.to_cow()?.into_owned();
            match name.as_str() {
                "params" => options.params = Some(value),
                "headers" => options.headers = Some(value),
                "content" => options.content = Some(value),
                "content_length" => options.content_length = Some(value.extract()?),
                "json" => options.json = Some(value),
                "data" => options.data = Some(value),
                "files" => options.files = Some(value),
                "auth" => options.auth = Some(value),
                "timeout" => options.timeout = Some(value),
                "decompress" => options.decompress = Some(value.extract()?),
                "redirects" => options.redirects = Some(value),
                "cancel" => {
                    let token = value.cast::<CancelToken>()?;
                    options.cancel = Some(token.get().0.clone());
                }
                _ => {
                    return Err(PyTypeError::new_err(format!(
                        "unexpected keyword argument '{name}'; a call takes {OPTIONS}"
                    )));
                }
            }
        }
        Ok(options)
    }
}

pub(crate) fn prepare(
    py: Python<'_>,
    method: &str,
    url: &str,
    given: Option<&Bound<'_, PyDict>>,
) -> PyResult<Prepared> {
    let mut request = mutls::Request::new(method, url).or_raise(py)?;
    let raised = Raised::default();
    let Some(given) = given else {
        let cancel = mutls::CancelToken::new();
        request.set_cancel_token(cancel.clone());
        return Ok(Prepared {
            request,
            cancel,
            raised,
        });
    };
    let options = Options::read(given)?;
    if let Some(params) = &options.params {
        for (name, value) in pairs(params, "params")? {
            request.add_query(&name, &value.into_text());
        }
    }
    if let Some(headers) = &options.headers {
        add_headers(&mut request, headers)?;
    }
    if let Some(auth) = &options.auth {
        set_auth(&mut request, auth)?;
    }
    request.set_options(of_call(&options)?);
    let request = set_body(py, request, &options, &raised)?;
    let cancel = match &options.cancel {
        Some(parent) => parent.child(),
        None => mutls::CancelToken::new(),
    };
    let mut request = request;
    request.set_cancel_token(cancel.clone());
    Ok(Prepared {
        request,
        cancel,
        raised,
    })
}

fn set_body(
    py: Python<'_>,
    mut request: mutls::Request,
    options: &Options<'_>,
    raised: &Raised,
) -> PyResult<mutls::Request> {
    let given = [
        ("content", options.content.is_some()),
        ("json", options.json.is_some()),
        ("data", options.data.is_some() || options.files.is_some()),
    ];
    let given: Vec<&str> = given.iter().filter(|g| g.1).map(|g| g.0).collect();
    if let [one, other, ..] = given.as_slice() {
        return Err(bad_option(
            py,
            format!("`{one}` and `{other}` are both given"),
            "A request has one body: keep one of them.",
        ));
    }
    if let Some(files) = &options.files {
        let form = multipart(options.data.as_ref(), files, raised)?;
        request.set_multipart(form).or_raise(py)?;
        return Ok(request);
    }
    if let Some(json) = &options.json {
        let text = ENCODE.get(py)?.call1((json,))?;
        let text = text.cast::<PyString>()?.to_cow()?.into_owned();
        request.default_content_type("application/json");
        return Ok(request.body(Body::from(text.into_bytes())));
    }
    if let Some(data) = options.data.as_ref().filter(|data| is_form(data)) {
        let pairs = pairs(data, "data")?;
        let fields: Vec<(String, String)> = pairs
            .into_iter()
            .map(|(name, value)| (name, value.into_text()))
            .collect();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        return Ok(request.form(&fields));
    }
    if let Some(content) = options.content.as_ref().or(options.data.as_ref()) {
        request.set_body(body(content, options.content_length, raised)?);
    }
    Ok(request)
}

/// A mapping, or a list or tuple of pairs.
fn is_form(data: &Bound<'_, PyAny>) -> bool {
    if data.is_instance_of::<PyDict>() {
        return true;
    }
    if data.is_instance_of::<PyList>() || data.is_instance_of::<PyTuple>() {
        let first = data.get_item(0);
        return first.is_ok_and(|first| first.is_instance_of::<PyTuple>());
    }
    data.hasattr("items").unwrap_or(false)
}

/// A value of a query or form.
pub(crate) enum Text {
    Text(String),
    Bytes(Vec<u8>),
}

impl Text {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self {
            Text::Text(text) => text.into_bytes(),
            Text::Bytes(bytes) => bytes,
        }
    }

    fn into_text(self) -> String {
        match self {
            Text::Text(text) => text,
            Text::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

/// Names and values: a list of values repeats the name, `None` leaves it out.
pub(crate) fn pairs(value: &Bound<'_, PyAny>, option: &str) -> PyResult<Vec<(String, Text)>> {
    let mut all = Vec::new();
    for (name, value) in named(value)? {
        let name: String = name.extract()?;
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            for one in value.try_iter()? {
                all.push((name.clone(), text(&one?, option)?));
            }
        } else if !value.is_none() {
            all.push((name, text(&value, option)?));
        }
    }
    Ok(all)
}

fn text(value: &Bound<'_, PyAny>, option: &str) -> PyResult<Text> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Text::Text(text.to_cow()?.into_owned()));
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        let text = if truth.is_true() { "true" } else { "false" };
        return Ok(Text::Text(text.to_owned()));
    }
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        return Ok(Text::Text(value.str()?.to_cow()?.into_owned()));
    }
    match in_memory(value)? {
        Some(bytes) => Ok(Text::Bytes(bytes)),
        None => Err(PyTypeError::new_err(format!(
            "a value of `{option}` is str, bytes, int, float, bool or a list of them, not {}",
            value.get_type().name()?
        ))),
    }
}

fn add_headers(request: &mut mutls::Request, headers: &Bound<'_, PyAny>) -> PyResult<()> {
    for (name, value) in named(headers)? {
        let name = header_bytes(&name)?;
        if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            for one in value.try_iter()? {
                let one = one?;
                let one = header_bytes(&one)?;
                request.add_header(&name, &one).or_raise(value.py())?;
            }
        } else if !value.is_none() {
            let bytes = header_bytes(&value)?;
            request.add_header(&name, &bytes).or_raise(value.py())?;
        }
    }
    Ok(())
}

/// Text is sent as Latin-1, as HTTP has it; what Latin-1 does not hold, as UTF-8.
fn header_bytes<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Cow::Borrowed(bytes.as_bytes()));
    }
    let Ok(text) = value.cast::<PyString>() else {
        return Err(PyTypeError::new_err(format!(
            "header names and values are str or bytes, not {}",
            value.get_type().name()?
        )));
    };
    let text = text.to_cow()?;
    let narrow: Result<Vec<u8>, _> = text.chars().map(|c| u8::try_from(u32::from(c))).collect();
    Ok(Cow::Owned(match narrow {
        Ok(bytes) => bytes,
        Err(_) => text.as_bytes().to_vec(),
    }))
}

/// `(user, password)`, or the config's own form: `{"basic": {...}}` or `{"bearer": {"token": ...}}`.
fn set_auth(request: &mut mutls::Request, auth: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = auth.py();
    let wrong = || {
        bad_option(
            py,
            "`auth` is neither (user, password) nor {\"bearer\": {\"token\": ...}}",
            "Give a tuple of two strings for basic authentication.",
        )
    };
    if let Ok(tuple) = auth.cast::<PyTuple>() {
        let (user, password): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            tuple.extract().map_err(|_| wrong())?;
        let (user, password) = (utf8(&user)?, utf8(&password)?);
        return request.set_basic_auth(&user, &password).or_raise(py);
    }
    let dict = auth.cast::<PyDict>().map_err(|_| wrong())?;
    let member = |outer: &str, inner: &str| -> PyResult<Option<zeroize::Zeroizing<String>>> {
        let Some(found) = dict.get_item(outer)? else {
            return Ok(None);
        };
        let value = found.get_item(inner).map_err(|_| wrong())?;
        utf8(&value).map(Some)
    };
    match (member("basic", "username")?, member("bearer", "token")?) {
        (Some(user), None) => {
            let password = member("basic", "password")?.ok_or_else(wrong)?;
            request.set_basic_auth(&user, &password).or_raise(py)
        }
        (None, Some(token)) => request.set_bearer_auth(&token).or_raise(py),
        _ => Err(wrong()),
    }
}

fn utf8(value: &Bound<'_, PyAny>) -> PyResult<zeroize::Zeroizing<String>> {
    let bytes = in_memory(value)?
        .ok_or_else(|| PyTypeError::new_err("credentials are str or bytes of UTF-8"))?;
    String::from_utf8(bytes)
        .map(zeroize::Zeroizing::new)
        .map_err(|_| PyTypeError::new_err("credentials are str or bytes of UTF-8"))
}

fn of_call(options: &Options<'_>) -> PyResult<RequestOptions> {
    let mut own = match &options.timeout {
        Some(timeout) => timeouts(timeout)?,
        None => RequestOptions::default(),
    };
    own.decompress = options.decompress;
    if let Some(redirects) = &options.redirects {
        own.redirects.follow = Some(follow(redirects)?);
    }
    Ok(own)
}
