//! The life of a request: prepared, sent, answered; then followed, or handed over.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Instant;

use ureq_proto::http::{self, HeaderMap, Method, header};

use super::engine::{Answer, converse};
use super::generation::{Flight, Generation};
use super::outgoing::{
    head_size, outgoing_headers, refuse_out_of_scope, refuse_plain, take_userinfo,
};
use super::redirect::{self, Hop};
use super::request::{Request, Source};
use super::response::{Response, Used};
use super::settings::{Target, bad_url};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::transport;
use crate::transport::clock::Clock;
use crate::transport::exchange::Exchange;
use crate::transport::lease::Lease;
use crate::transport::pool::Endpoint;

/// What goes over the wire in one hop.
pub(super) struct Leg {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Source,
}

/// Sends a request and follows its redirects; `started` is when the caller asked.
pub(super) fn send(
    generation: &Arc<Generation>,
    flight: Flight,
    request: Request,
    started: Instant,
) -> Result<Response> {
    let settings = &generation.settings;
    let options = request.options;
    let decompress = options.decompress.unwrap_or(settings.decompress);
    let follow = options.redirects.follow.unwrap_or(settings.follow);
    let clock = Arc::new(Clock::new(
        options.timeouts(&settings.timeouts),
        started,
        request.cancel,
        request.interrupt,
        generation.process.gate.closed.clone(),
    ));
    let mut target = settings.target(&request.url)?;
    clock
        .check()
        .map_err(|stop| stop.explain(Phase::Queue, &target.origin()))?;
    let mut leg = Leg {
        method: request.method,
        headers: request.headers,
        body: request.body.0,
    };
    if matches!(leg.method, Method::HEAD | Method::CONNECT | Method::TRACE)
        && !matches!(leg.body, Source::Empty)
    {
        return Err(MtlsError::new(
            Code::BadOption,
            Phase::Config,
            Origin::Caller,
            format!("a {} request carries no body", leg.method),
        ));
    }
    take_userinfo(&mut target, &mut leg.headers)?;
    let written = target.endpoint.clone();
    let mut hops = 0;
    loop {
        let in_scope = settings.covers(&target.endpoint, &written);
        if hops == 0 {
            match in_scope {
                true => refuse_plain(generation, &target)?,
                false => refuse_out_of_scope(generation, &target)?,
            }
        }
        let (answer, used) = exchange(generation, &target, &mut leg, in_scope, decompress, &clock)?;
        keep_cookies(generation, &target, answer.head.headers());
        match redirect::next(&answer.head, &target, &leg, follow)? {
            None => {
                // What has no body has nothing to decode, and its headers speak of another answer's.
                let bodyless = leg.method == Method::HEAD
                    || matches!(answer.head.status().as_u16(), 204 | 304);
                let asked =
                    settings.own_encoding || leg.headers.contains_key(header::ACCEPT_ENCODING);
                let decode = decompress && !bodyless && !asked;
                let limit = settings.max_body_bytes;
                return Ok(Response::new(
                    answer,
                    used,
                    flight,
                    target.url.into(),
                    decode,
                    limit,
                ));
            }
            Some(hop) if hops < settings.max_redirects => {
                hops += 1;
                finish_quietly(answer);
                target = take_hop(generation, hop, &mut leg, &written);
            }
            Some(hop) => {
                return Err(redirect::refused(&target, &hop.target).with_hint(format!(
                    "More than {} redirects in a row (`redirects.max`).",
                    settings.max_redirects
                )));
            }
        }
    }
}

/// One request and its answer, with the one safe retry.
#[inline(never)]
fn exchange(
    generation: &Generation,
    target: &Target,
    leg: &mut Leg,
    in_scope: bool,
    decompress: bool,
    clock: &Arc<Clock>,
) -> Result<(Answer, Used)> {
    let wire = &generation.wire;
    let key = wire.key(&target.endpoint, in_scope);
    let replayable = !matches!(leg.body, Source::Stream { .. });
    let repeatable = replayable && leg.method.is_idempotent();
    let mut fresh_only = false;
    loop {
        let exchange = Exchange::new(wire.clone(), key.clone(), clock.clone());
        let (lease, reused) = transport::lend(exchange, fresh_only, repeatable)?;
        let used = Used {
            key: key.clone(),
            report: lease.report(),
            reused,
        };
        match attempt(lease, generation, target, leg, in_scope, decompress) {
            Ok(answer) => return Ok((answer, used)),
            Err((lease, error)) => {
                let lost = error.code() == Code::ConnectionReset;
                let harmless = !lease.wrote || (repeatable && !lease.heard);
                if !(lost && reused && !fresh_only && harmless) {
                    wire.tell_of_failure(&error, &key.endpoint);
                    return Err(error);
                }
                wire.tell_of_retry(&error, &key.endpoint);
                fresh_only = true;
            }
        }
    }
}

/// Not inlined, so that its frame does not lie below a handshake.
#[inline(never)]
fn attempt(
    lease: Lease,
    generation: &Generation,
    target: &Target,
    leg: &mut Leg,
    in_scope: bool,
    decompress: bool,
) -> std::result::Result<Answer, (Box<Lease>, MtlsError)> {
    let headers = outgoing_headers(generation, target, leg, in_scope, decompress);
    let head_size = head_size(target, &headers);
    let host = &target.endpoint.authority;
    match head(target, leg.method.clone(), headers) {
        Ok(head) => converse(lease, head, host, head_size, &mut leg.body),
        Err(error) => Err((Box::new(lease), error)),
    }
}

/// The request line and the headers, but for those that follow from the body.
fn head(target: &Target, method: Method, headers: HeaderMap) -> Result<http::request::Parts> {
    let mut parts = http::Request::new(()).into_parts().0;
    // CONNECT names the whole authority; everything else a path.
    let text = match method == Method::CONNECT {
        true => target.url.as_str(),
        false => &target.url[url::Position::BeforePath..],
    };
    parts.uri = text.parse().map_err(|e: http::uri::InvalidUri| {
        bad_url("the URL cannot be used".into()).with_cause(&e)
    })?;
    parts.method = method;
    parts.headers = headers;
    Ok(parts)
}

#[inline(never)]
fn keep_cookies(generation: &Generation, target: &Target, headers: &HeaderMap) {
    generation.process.with_cookies(|jar| {
        for value in headers.get_all(header::SET_COOKIE) {
            if let Ok(text) = value.to_str() {
                // A cookie that is malformed or for another domain is not kept.
                let _ = jar.parse(text, &target.url);
            }
        }
    });
}

/// How much of a redirect's body is read to keep its connection.
const SMALL_BODY: u64 = 64 * 1024;

#[inline(never)]
fn finish_quietly(answer: Answer) {
    let mut rest = answer.body.take(SMALL_BODY);
    // If it fails, only the connection is lost.
    let _ = io::copy(&mut rest, &mut io::sink());
}

#[inline(never)]
fn take_hop(generation: &Generation, hop: Hop, leg: &mut Leg, written: &Endpoint) -> Target {
    if hop.drop_body {
        leg.body = Source::Empty;
        for name in redirect::ABOUT_THE_BODY {
            leg.headers.remove(*name);
        }
    }
    leg.method = hop.method;
    if !generation.settings.covers(&hop.target.endpoint, written) {
        redirect::strip_credentials(&mut leg.headers);
    }
    hop.target
}
