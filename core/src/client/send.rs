//! The life of a request: prepared, sent, answered; then followed, or handed over.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Instant;

use ureq_proto::http::{self, HeaderMap, Method, header};

use super::engine::{Answer, Said, listen, speak};
use super::generation::{Flight, Generation};
use super::outgoing::{
    head_size, outgoing_headers, refuse_out_of_scope, refuse_plain, take_userinfo,
};
use super::redirect::{self, Hop};
use super::request::{Request, Source};
use super::response::{Response, Used};
use super::settings::{Settings, Target, bad_url};
use crate::config::FollowRedirects;
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

impl Leg {
    /// Whether it may be sent again though the peer may have acted on it.
    pub(super) fn is_repeatable(&self) -> bool {
        !matches!(self.body, Source::Stream { .. }) && self.method.is_idempotent()
    }
}

/// A request on its way, through all of its hops.
pub(super) struct Journey {
    flight: Flight,
    pub(super) clock: Arc<Clock>,
    pub(super) leg: Leg,
    pub(super) target: Target,
    /// The endpoint that the caller wrote.
    written: Arc<Endpoint>,
    decompress: bool,
    follow: FollowRedirects,
}

/// An exchange of which the request is out.
pub(super) struct Spoken {
    pub(super) lease: Lease,
    pub(super) call: Said,
}

/// Sends a request and follows its redirects; `started` is when the caller asked.
pub(super) fn send(
    generation: &Arc<Generation>,
    flight: Flight,
    request: Request,
    started: Instant,
) -> Result<Response> {
    let target = generation.settings.target(&request.url)?;
    Journey::new(generation, flight, request, target, started)?.go(generation, None)
}

impl Journey {
    #[inline(always)]
    pub(super) fn new(
        generation: &Generation,
        flight: Flight,
        request: Request,
        mut target: Target,
        started: Instant,
    ) -> Result<Journey> {
        let settings = &generation.settings;
        let options = request.options;
        let clock = Arc::new(Clock::new(
            options.timeouts(&settings.timeouts),
            started,
            request.cancel,
            request.interrupt,
            generation.process.gate.closed.clone(),
        ));
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
        Ok(Journey {
            flight,
            clock,
            leg,
            written: target.endpoint.clone(),
            target,
            decompress: options.decompress.unwrap_or(settings.decompress),
            follow: options.redirects.follow.unwrap_or(settings.follow),
        })
    }

    /// To the answer. The first exchange may have begun.
    #[inline(always)]
    pub(super) fn go(
        mut self,
        generation: &Generation,
        mut begun: Option<Spoken>,
    ) -> Result<Response> {
        let settings = &generation.settings;
        let mut hops = 0;
        loop {
            let in_scope = settings.covers(&self.target.endpoint, &self.written);
            if hops == 0 {
                match in_scope {
                    true => refuse_plain(generation, &self.target)?,
                    false => refuse_out_of_scope(generation, &self.target)?,
                }
            }
            let (answer, used) = exchange(generation, &mut self, in_scope, begun.take())?;
            keep_cookies(generation, &self.target, answer.head.headers());
            match redirect::next(&answer.head, &self.target, &self.leg, self.follow)? {
                None => return Ok(self.arrived(settings, answer, used)),
                Some(hop) if hops < settings.max_redirects => {
                    hops += 1;
                    finish_quietly(answer);
                    take_hop(settings, &mut self, hop);
                }
                Some(hop) => {
                    return Err(
                        redirect::refused(&self.target, &hop.target).with_hint(format!(
                            "More than {} redirects in a row (`redirects.max`).",
                            settings.max_redirects
                        )),
                    );
                }
            }
        }
    }

    fn arrived(self, settings: &Settings, answer: Answer, used: Used) -> Response {
        let leg = &self.leg;
        // What has no body has nothing to decode, and its headers speak of another answer's.
        let bodyless =
            leg.method == Method::HEAD || matches!(answer.head.status().as_u16(), 204 | 304);
        let asked = settings.own_encoding || leg.headers.contains_key(header::ACCEPT_ENCODING);
        let decode = self.decompress && !bodyless && !asked;
        let limit = settings.max_body_bytes;
        Response::new(
            answer,
            used,
            self.flight,
            self.target.url.into(),
            decode,
            limit,
        )
    }
}

/// One request and its answer, with the one safe retry.
#[inline(never)]
fn exchange(
    generation: &Generation,
    journey: &mut Journey,
    in_scope: bool,
    mut begun: Option<Spoken>,
) -> Result<(Answer, Used)> {
    let wire = &generation.wire;
    let key = wire.key(&journey.target.endpoint, in_scope);
    let repeatable = journey.leg.is_repeatable();
    let mut fresh_only = false;
    loop {
        let used = |lease: &Lease, reused| Used {
            key: key.clone(),
            report: lease.report(),
            reused,
        };
        let (used, outcome) = match begun.take() {
            Some(spoken) => (used(&spoken.lease, true), resume(spoken)),
            None => {
                let exchange = Exchange::new(wire.clone(), key.clone(), journey.clock.clone());
                let (lease, reused) = transport::lend(exchange, fresh_only, repeatable)?;
                let used = used(&lease, reused);
                (used, attempt(lease, generation, journey, in_scope))
            }
        };
        let reused = used.reused;
        match outcome {
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
    mut lease: Lease,
    generation: &Generation,
    journey: &mut Journey,
    in_scope: bool,
) -> std::result::Result<Answer, (Box<Lease>, MtlsError)> {
    let said = speak_to(&mut lease, generation, journey, in_scope);
    listen(lease, said)
}

/// Like [`attempt`].
#[inline(never)]
fn resume(spoken: Spoken) -> std::result::Result<Answer, (Box<Lease>, MtlsError)> {
    listen(spoken.lease, spoken.call)
}

/// Says the request, but for what is kept back to leave together with more.
#[inline(always)]
pub(super) fn speak_to(
    lease: &mut Lease,
    generation: &Generation,
    journey: &mut Journey,
    in_scope: bool,
) -> Said {
    let (target, leg) = (&journey.target, &mut journey.leg);
    let decompress = journey.decompress;
    let headers = outgoing_headers(generation, target, leg, in_scope, decompress);
    let head_size = head_size(target, &headers);
    let head = head(target, leg.method.clone(), headers)?;
    let host = &target.endpoint.authority;
    speak(lease, head, host, head_size, &mut leg.body)
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
fn take_hop(settings: &Settings, journey: &mut Journey, hop: Hop) {
    let leg = &mut journey.leg;
    if hop.drop_body {
        leg.body = Source::Empty;
        for name in redirect::ABOUT_THE_BODY {
            leg.headers.remove(*name);
        }
    }
    leg.method = hop.method;
    if !settings.covers(&hop.target.endpoint, &journey.written) {
        redirect::strip_credentials(&mut leg.headers);
    }
    journey.target = hop.target;
}
