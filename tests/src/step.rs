//! One step: a request and what is claimed of its outcome.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mutls::config::RequestOptions;
use mutls::{Body, CancelToken, Client, MtlsError, Request, Response};
use serde_json::{Value, json};

use crate::case::{Answer, BodyClaim, CallOptions, Read, RequestBody, Step, Streamed};
use crate::matching::mismatch;
use crate::run::{at_once, compare_error};

/// What came back, with as much of the body as was read.
struct Came {
    response: Response,
    body: Vec<u8>,
}

pub(crate) fn run(client: &Client, step: &Step) -> Result<(), String> {
    if step.close {
        client.close(Duration::ZERO);
    }
    if let Some(ms) = step.pause_ms {
        std::thread::sleep(Duration::from_millis(ms));
    }
    let (owned, same) = (client.clone(), step.clone());
    if let Some(parallel) = step.parallel {
        return at_once(parallel, Arc::new(move || once(&owned, &same)));
    }
    (0..step.times.unwrap_or(1)).try_for_each(|_| once(client, step))
}

fn once(client: &Client, step: &Step) -> Result<(), String> {
    let begun = Instant::now();
    let outcome = call(client, step);
    let elapsed = begun.elapsed();
    let report = match &outcome {
        Ok(came) => Some(came.response.handshake().to_json()),
        Err(error) => error.report().map(|report| report.to_json()),
    };
    match (&outcome, &step.answer, &step.error) {
        (Ok(came), Some(claim), _) => compare_answer(claim, came)?,
        (Err(error), _, Some(claim)) => compare_error(claim, error, "the call")?,
        (Ok(came), _, _) => {
            return Err(format!(
                "expected an error, got {} {}",
                came.response.status(),
                String::from_utf8_lossy(&came.body)
            ));
        }
        (Err(error), _, _) => {
            return Err(format!("expected an answer, got {error}; {}", error.hint()));
        }
    }
    if let Some(claim) = &step.report {
        let got = report.unwrap_or_default();
        if let Some(what) = mismatch(claim, &got, "report") {
            return Err(what);
        }
    }
    match step.within_ms {
        Some(ms) if elapsed > Duration::from_millis(ms) => {
            Err(format!("it took {} ms, not {ms}", elapsed.as_millis()))
        }
        _ => Ok(()),
    }
}

fn call(client: &Client, step: &Step) -> Result<Came, MtlsError> {
    let request = request(step)?;
    let mut response = client.send(request)?;
    let mut body = Vec::new();
    match step.read {
        Read::Whole => body = response.bytes()?,
        Read::Head => {}
        Read::First => {
            let mut some = [0; 16];
            let n = response.read(&mut some)?;
            body.extend(some.iter().take(n));
        }
    }
    Ok(Came { response, body })
}

fn request(step: &Step) -> Result<Request, MtlsError> {
    let mut request = Request::new(&step.method, &step.url)?;
    for (name, value) in &step.headers {
        request.add_header(name.as_bytes(), &latin1(value))?;
    }
    if let Some(body) = &step.body {
        request.set_body(body_of(body));
    }
    if let Some(options) = &step.options {
        set_options(&mut request, options)?;
    }
    if let Some(ms) = step.cancel_after_ms {
        let token = CancelToken::new();
        request.set_cancel_token(token.clone());
        match ms {
            0 => token.cancel(),
            ms => {
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(ms));
                    token.cancel();
                });
            }
        }
    }
    Ok(request)
}

fn set_options(request: &mut Request, options: &CallOptions) -> Result<(), MtlsError> {
    let document =
        serde_json::to_string(options).map_err(|e| MtlsError::internal(e.to_string()))?;
    request.set_options(RequestOptions::from_json(&document)?);
    Ok(())
}

fn body_of(body: &RequestBody) -> Body {
    let bytes = match (&body.text, body.pattern) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(pattern)) if body.stream.is_none() => pattern.bytes(),
        (None, Some(pattern)) => {
            return streamed(body, pattern.reader(), pattern.length);
        }
        (None, None) => Vec::new(),
    };
    let length = bytes.len() as u64;
    match body.stream {
        None => Body::from(bytes),
        Some(_) => streamed(body, std::io::Cursor::new(bytes), length),
    }
}

fn streamed(body: &RequestBody, reader: impl std::io::Read + Send + 'static, length: u64) -> Body {
    match body.stream {
        Some(Streamed::Sized) => Body::stream(reader, Some(body.announced.unwrap_or(length))),
        _ => Body::stream(reader, None),
    }
}

/// Each character is one byte.
fn latin1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

fn compare_answer(claim: &Answer, came: &Came) -> Result<(), String> {
    let response = &came.response;
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in response.headers() {
        let text = value
            .as_bytes()
            .iter()
            .map(|byte| char::from(*byte))
            .collect();
        headers.entry(name.to_string()).or_default().push(text);
    }
    let got = json!({
        "status": response.status(),
        "headers": headers,
        "url": response.url(),
        "reused": response.connection_reused(),
    });
    let mut rest = claim.clone();
    let body = rest.body.take();
    let claim = serde_json::to_value(&rest).unwrap_or_default();
    if let Some(what) = mismatch(&claim, &got, "answer") {
        return Err(format!("{what}; its body is {}", shown(&came.body)));
    }
    match body {
        Some(claim) => compare_body(&claim, &came.body),
        None => Ok(()),
    }
}

fn compare_body(claim: &BodyClaim, body: &[u8]) -> Result<(), String> {
    if let Some(length) = claim.length
        && body.len() as u64 != length
    {
        return Err(format!("body: {} bytes, not {length}", body.len()));
    }
    if let Some(expected) = &claim.text
        && String::from_utf8_lossy(body) != *expected
    {
        return Err(format!("body: expected {expected:?}, got {}", shown(body)));
    }
    if let Some(what) = claim.pattern.and_then(|pattern| pattern.difference(body)) {
        return Err(format!("body: {what}"));
    }
    if let Some(claim) = &claim.json {
        let got: Value = serde_json::from_slice(body)
            .map_err(|e| format!("body: not JSON ({e}): {}", shown(body)))?;
        if let Some(what) = mismatch(claim, &got, "body") {
            return Err(what);
        }
    }
    Ok(())
}

fn shown(body: &[u8]) -> String {
    let start = body.get(..body.len().min(600)).unwrap_or_default();
    format!("{:?}", String::from_utf8_lossy(start))
}
