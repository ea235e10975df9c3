//! One call: from what JavaScript wrote to a request, and from an answer to a record.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use mutls::config::RequestOptions;
use mutls::{
    Body, BodySender, CancelToken, Client, Code, MtlsError, Origin, Phase, Request, Response,
    Result,
};

use crate::batch::{Head, kind};
use crate::pump::{AHEAD, Pump};
use crate::queue::{Entry, Shared};

/// What JavaScript says of a call, in the lower bits of its flags; the number of headers is above them.
pub(crate) mod flag {
    /// The answer's body is read before the call ends.
    pub(crate) const WHOLE: u32 = 1;
    /// The request's body is pushed.
    pub(crate) const PUSHED: u32 = 2;
    pub(crate) const BITS: u32 = 8;
}

/// The method, the URL, and names and values of headers, with zero bytes between them.
pub(crate) fn request(head: &str, headers: usize) -> Result<Request> {
    let mut parts = head.split('\0');
    let method = parts.next().unwrap_or_default();
    let url = parts.next().unwrap_or_default();
    let mut request = Request::new(method, url)?;
    let parts: Vec<&str> = parts.collect();
    // A zero byte within a part makes one part too many.
    if parts.len() != 2 * headers {
        return Err(refused("the method, the URL or a header holds a zero byte"));
    }
    for pair in parts.chunks_exact(2) {
        if let [name, value] = pair {
            request.add_header(name.as_bytes(), &latin1(name, value)?)?;
        }
    }
    Ok(request)
}

/// Each character of a header's value is one byte.
fn latin1(name: &str, value: &str) -> Result<Vec<u8>> {
    if value.is_ascii() {
        return Ok(value.as_bytes().to_vec());
    }
    let bytes: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(c).ok()).collect();
    bytes.ok_or_else(|| {
        refused(format!(
            "the value of the header `{}` holds characters above U+00FF",
            name.escape_debug()
        ))
        .with_hint(
            "Each character is one byte (Latin-1): encode what is not, as the server expects it.",
        )
    })
}

fn refused(message: impl Into<String>) -> MtlsError {
    MtlsError::new(Code::BadHeader, Phase::Config, Origin::Caller, message)
}

/// What a call is besides its head.
pub(crate) struct Details<'a> {
    pub(crate) flags: u32,
    pub(crate) body: Option<&'a [u8]>,
    /// Of a pushed body; `None` where it is not known.
    pub(crate) length: Option<u64>,
    pub(crate) options: Option<&'a str>,
}

/// Begins a call; every outcome comes as a record.
pub(crate) fn submit(
    client: &Client,
    shared: &Arc<Shared>,
    id: u32,
    head: &str,
    details: &Details<'_>,
) {
    let cancel = CancelToken::new();
    let (sender, body) = match details.flags & flag::PUSHED {
        0 => (None, details.body.map(|bytes| Body::from(bytes.to_vec()))),
        _ => {
            let (sender, body) = Body::channel(details.length);
            (Some(sender), Some(body))
        }
    };
    shared.begin(
        id,
        Entry {
            cancel: cancel.clone(),
            sender,
            pump: None,
        },
    );
    let headers = (details.flags >> flag::BITS) as usize;
    let prepared = request(head, headers).and_then(|mut request| {
        if let Some(options) = details.options {
            request.set_options(RequestOptions::from_json(options)?);
        }
        Ok(request)
    });
    let mut request = match prepared {
        Ok(request) => request,
        Err(error) => return fail(shared, id, &error),
    };
    request.set_cancel_token(cancel);
    if let Some(body) = body {
        request.set_body(body);
    }
    let whole = details.flags & flag::WHOLE != 0;
    let shared = shared.clone();
    // For the body, which may be asked for long after.
    let own = (!whole).then(|| client.clone());
    client.submit(request, move |outcome| match (outcome, own) {
        (Err(error), _) => fail(&shared, id, &error),
        (Ok(response), None) => whole_answer(&shared, id, response),
        (Ok(response), Some(client)) => begun_answer(&shared, id, response, client),
    });
}

fn fail(shared: &Shared, id: u32, error: &MtlsError) {
    shared.settle(Some(id), |batch, _| batch.fail(id, error));
}

fn whole_answer(shared: &Shared, id: u32, mut response: Response) {
    let body = match response.bytes() {
        Ok(body) => body,
        Err(error) => return fail(shared, id, &error),
    };
    tell_head(shared, Some(id), id, &response, Some(body));
}

fn begun_answer(shared: &Arc<Shared>, id: u32, mut response: Response, client: Client) {
    // What is here already comes along with the head.
    if is_here(&response)
        && let Ok(body) = response.bytes()
    {
        return tell_head(shared, Some(id), id, &response, Some(body));
    }
    let pump = Arc::new(Pump::running(client));
    // Without an entry the call was given up meanwhile.
    if shared
        .with(id, |entry| entry.pump = Some(pump.clone()))
        .is_none()
    {
        return;
    }
    tell_head(shared, None, id, &response, None);
    pump.run(shared, id, response);
}

/// Whether all of the body can be read without waiting.
fn is_here(response: &Response) -> bool {
    let here = response.at_hand() as u64;
    here <= AHEAD
        && response
            .content_length()
            .is_some_and(|length| length <= here)
}

fn tell_head(
    shared: &Shared,
    last: Option<u32>,
    id: u32,
    response: &Response,
    body: Option<Vec<u8>>,
) {
    shared.settle(last, |batch, reports| {
        let head = Head {
            status: response.status(),
            http_10: response.http_minor_version() == 0,
            reused: response.connection_reused(),
            length: response.content_length(),
            url: response.url(),
            headers: response.headers(),
            report: reports.number(response.handshake(), batch),
        };
        batch.head(id, &head, body);
    });
}

/// Queues bytes of a request's body. Returns whether there is room for more already; else a record says so later.
pub(crate) fn push(shared: &Arc<Shared>, id: u32, sender: &BodySender, bytes: &[u8]) -> bool {
    const PUSHING: u8 = 0;
    const TAKEN: u8 = 1;
    const LATER: u8 = 2;
    let state = Arc::new(AtomicU8::new(PUSHING));
    let (seen, queue) = (state.clone(), shared.clone());
    sender.push(bytes, move |_| {
        if seen.swap(TAKEN, Ordering::SeqCst) == LATER {
            queue.tell(|batch| batch.note(id, kind::ROOM, 0));
        }
    });
    state
        .compare_exchange(PUSHING, LATER, Ordering::SeqCst, Ordering::SeqCst)
        .is_err()
}
