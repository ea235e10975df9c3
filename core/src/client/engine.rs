//! The conversation over one connection: ureq's state machine of HTTP/1.1 between our bytes and the wire's.

use ureq_proto::client::state::{Await100, RecvResponse, SendBody, SendRequest};
use ureq_proto::client::{Await100Result, Call, RecvResponseResult, SendRequestResult};
use ureq_proto::http::{HeaderValue, Method, Request, Response, header, request};

use super::feed::Feed;
use super::incoming::Incoming;
use super::request::Source;
use super::settings::bad_url;
use crate::error::{MtlsError, Result};
use crate::transport::LONGEST_HEAD;
use crate::transport::lease::{Expected, Lease, Sent};

/// What a body is sent in.
const PIECE: usize = 64 * 1024;
/// The frame around a chunk of that size, and more.
const FRAME: usize = 64;

/// An answer: its head, and its body as it comes.
pub(super) struct Answer {
    pub(super) head: Response<()>,
    pub(super) body: Incoming,
}

/// What became of saying a request: the state machine that waits for the answer.
pub(super) type Said = Result<Call<RecvResponse>>;

/// Receives the head of the answer to what was said. On failure the lease tells what became of the request.
#[inline(always)]
pub(super) fn listen(
    mut lease: Lease,
    said: Said,
) -> std::result::Result<Answer, (Box<Lease>, MtlsError)> {
    match said.and_then(|call| receive(&mut lease, call)) {
        Ok((head, rest)) => Ok(Answer {
            head,
            body: Incoming::new(lease, rest),
        }),
        Err(error) => Err((Box::new(lease), error)),
    }
}

/// Says a request, but for what waits in the lease to leave together with more.
#[inline(always)]
pub(super) fn speak(
    lease: &mut Lease,
    mut head: request::Parts,
    host: &HeaderValue,
    head_size: usize,
    body: &mut Source,
) -> Said {
    let method = head.method.clone();
    let uri = head.uri.clone();
    let length = match body {
        // RFC 9110 section 8.6: a method that is made for a body says that it has none.
        Source::Empty => made_for_a_body(&method).then_some(0),
        Source::Bytes(bytes) => Some(bytes.len() as u64),
        Source::Stream { length, .. } => *length,
    };
    let chunked = length.is_none() && matches!(body, Source::Stream { .. });
    if let Some(length) = length {
        head.headers.insert(header::CONTENT_LENGTH, length.into());
    } else if chunked {
        let value = HeaderValue::from_static("chunked");
        head.headers.insert(header::TRANSFER_ENCODING, value);
    }
    let call = begin(head, host)?;
    match send(lease, call, head_size + FRAME, body)? {
        Some(call) => Ok(call),
        None => {
            let mut head = Request::new(()).into_parts().0;
            (head.method, head.uri) = (method, uri);
            already_sent(begin(head, host)?)
        }
    }
}

fn made_for_a_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn begin(head: request::Parts, host: &HeaderValue) -> Result<Call<SendRequest>> {
    let own_host = !head.headers.contains_key(header::HOST);
    let mut call = Call::new(Request::from_parts(head, ())).map_err(cannot_be_sent)?;
    if own_host {
        // Headers that are added here come first, where RFC 9110 section 7.2 wants this one.
        call.header(header::HOST, host).map_err(cannot_be_sent)?;
    }
    call.allow_non_standard_methods(true);
    Ok(call.proceed())
}

/// `None` if the answer came before the whole request was sent.
fn send(
    lease: &mut Lease,
    mut call: Call<SendRequest>,
    head_size: usize,
    body: &mut Source,
) -> Result<Option<Call<RecvResponse>>> {
    // A source may wait, and the server may want to see the head meanwhile.
    let at_once = matches!(body, Source::Stream { .. });
    while !call.can_proceed() {
        let n = call
            .write(lease.output(head_size))
            .map_err(cannot_be_sent)?;
        if lease.send_output(n, at_once)? == Sent::Answered {
            return Ok(None);
        }
    }
    match call.proceed().map_err(cannot_be_sent)? {
        Some(SendRequestResult::RecvResponse(call)) => Ok(Some(call)),
        Some(SendRequestResult::SendBody(call)) => send_body(lease, call, body),
        Some(SendRequestResult::Await100(call)) => match await_continue(lease, call)? {
            Await100Result::RecvResponse(call) => Ok(Some(call)),
            Await100Result::SendBody(call) => send_body(lease, call, body),
        },
        None => Err(out_of_step()),
    }
}

fn await_continue(lease: &mut Lease, mut call: Call<Await100>) -> Result<Await100Result> {
    while call.can_keep_await_100() {
        match lease.await_continue()? {
            Expected::Silence => break,
            Expected::Continue => {
                call.try_read_100(b"HTTP/1.1 100 \r\n\r\n")
                    .map_err(|e| not_http(lease, &e))?;
            }
            Expected::Answer => {
                call.try_read_100(lease.unread())
                    .map_err(|e| not_http(lease, &e))?;
            }
        }
    }
    call.proceed().map_err(cannot_be_sent)
}

fn send_body(
    lease: &mut Lease,
    mut call: Call<SendBody>,
    body: &mut Source,
) -> Result<Option<Call<RecvResponse>>> {
    match body {
        Source::Empty => return Err(out_of_step()),
        Source::Bytes(bytes) => {
            for piece in bytes.chunks(PIECE) {
                if lease.send(piece, false)? == Sent::Answered {
                    return Ok(None);
                }
                let n = piece.len();
                call.consume_direct_write(n).map_err(cannot_be_sent)?;
            }
        }
        Source::Stream { reader, length } => {
            let mut feed = Feed::new(reader.as_mut(), *length);
            let mut piece = vec![0; PIECE];
            while !call.can_proceed() {
                let n = feed.read(&mut piece, &lease.exchange)?;
                let read = piece.get(..n).unwrap_or_default();
                let sent = match call.is_chunked() {
                    false => {
                        call.consume_direct_write(n).map_err(cannot_be_sent)?;
                        lease.send(read, true)?
                    }
                    true => send_chunk(lease, &mut call, read)?,
                };
                if sent == Sent::Answered {
                    return Ok(None);
                }
            }
        }
    }
    call.proceed().map(Some).ok_or_else(out_of_step)
}

/// An empty chunk is the last one.
fn send_chunk(lease: &mut Lease, call: &mut Call<SendBody>, bytes: &[u8]) -> Result<Sent> {
    let mut rest = bytes;
    loop {
        let output = lease.output(PIECE + FRAME);
        let (used, n) = call.write(rest, output).map_err(cannot_be_sent)?;
        let sent = lease.send_output(n, true)?;
        rest = rest.get(used..).unwrap_or_default();
        if rest.is_empty() || sent == Sent::Answered {
            return Ok(sent);
        }
    }
}

/// The state machine of a request whose answer is there already: what it writes goes nowhere.
fn already_sent(mut call: Call<SendRequest>) -> Result<Call<RecvResponse>> {
    let mut nowhere = vec![0; PIECE];
    while !call.can_proceed() {
        call.write(&mut nowhere).map_err(cannot_be_sent)?;
    }
    match call.proceed().map_err(cannot_be_sent)? {
        Some(SendRequestResult::RecvResponse(call)) => Ok(call),
        Some(SendRequestResult::SendBody(mut call)) => {
            call.write(&[], &mut nowhere).map_err(cannot_be_sent)?;
            call.proceed().ok_or_else(out_of_step)
        }
        _ => Err(out_of_step()),
    }
}

fn receive(
    lease: &mut Lease,
    mut call: Call<RecvResponse>,
) -> Result<(Response<()>, RecvResponseResult)> {
    loop {
        if lease.answer_waits()? {
            let (used, head) = call
                .try_response(lease.unread(), false)
                .map_err(|e| not_http(lease, &e))?;
            let size = match head {
                Some(_) => used,
                None => lease.unread().len(),
            };
            if size > LONGEST_HEAD {
                return Err(lease.not_http("sends a head of an answer that is too long"));
            }
            lease.consume(used);
            if let Some(head) = head {
                lease.head_has_come();
                return Ok((head, call.proceed().ok_or_else(out_of_step)?));
            }
        }
        lease.await_answer()?;
    }
}

/// The state machine's own complaint about what we ask of it.
fn cannot_be_sent(error: ureq_proto::Error) -> MtlsError {
    bad_url("the request cannot be sent".into()).with_cause(&error)
}

pub(super) fn not_http(lease: &Lease, error: &ureq_proto::Error) -> MtlsError {
    lease
        .not_http("does not answer in HTTP as it should")
        .with_cause(error)
}

fn out_of_step() -> MtlsError {
    MtlsError::internal("the state machine of HTTP is not where it should be")
}
