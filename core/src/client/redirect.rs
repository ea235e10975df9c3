//! Where an answer sends the request on to, and what may travel along.

use ureq_proto::http::{self, HeaderMap, Method, header};

use super::request::Source;
use super::send::Leg;
use super::settings::Target;
use crate::config::FollowRedirects;
use crate::error::{Code, MtlsError, Origin, Phase, Result};

/// The next request of a chain of redirects.
pub(super) struct Hop {
    pub(super) target: Target,
    pub(super) method: Method,
    pub(super) drop_body: bool,
}

/// Headers that make no sense without the body (RFC 9110 section 15.4).
pub(super) const ABOUT_THE_BODY: &[&str] = &[
    "content-type",
    "content-encoding",
    "content-language",
    "content-location",
    "digest",
    "content-digest",
    "expect",
];

/// Whether the answer is a redirect that is followed.
pub(super) fn next<B>(
    answer: &http::Response<B>,
    from: &Target,
    leg: &Leg,
    follow: FollowRedirects,
) -> Result<Option<Hop>> {
    let status = answer.status().as_u16();
    if follow == FollowRedirects::None || !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = answer.headers().get(header::LOCATION) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let mut url = from.url.join(&location).map_err(|e| {
        MtlsError::new(
            Code::ProtocolError,
            Phase::Receive,
            Origin::Peer,
            format!("{} redirects to what is no URL", from.origin()),
        )
        .with_cause(&e)
        .with_not_processed(false)
    })?;
    url.set_fragment(None);
    let target = Target::new(url).map_err(|error| {
        MtlsError::new(
            Code::RedirectRefused,
            Phase::Receive,
            Origin::Local,
            format!(
                "a redirect from {} was not followed: {}",
                from.origin(),
                error.message()
            ),
        )
    })?;
    if follow == FollowRedirects::SameOrigin && !from.same_origin(&target) {
        return Err(refused(from, &target).with_hint(format!(
            "`redirects.follow` is \"same_origin\". Call {} itself, or set \"any\": credentials still stay within their scope.",
            target.origin()
        )));
    }
    let becomes_get = match status {
        303 => leg.method != Method::HEAD,
        301 | 302 => leg.method == Method::POST,
        _ => false,
    };
    if !becomes_get && matches!(leg.body, Source::Stream { .. }) {
        return Err(refused(from, &target).with_hint(
            "The request body was a stream and is used up; send it to the new address yourself.",
        ));
    }
    Ok(Some(Hop {
        target,
        method: if becomes_get {
            Method::GET
        } else {
            leg.method.clone()
        },
        drop_body: becomes_get,
    }))
}

pub(super) fn refused(from: &Target, to: &Target) -> MtlsError {
    MtlsError::new(
        Code::RedirectRefused,
        Phase::Receive,
        Origin::Local,
        format!(
            "the redirect from {} to {} was not followed",
            from.origin(),
            to.origin()
        ),
    )
}

/// Outside the scope, a request keeps only what says nothing about who sends it: an unknown header may
/// hold a token.
pub(super) fn strip_credentials(headers: &mut HeaderMap) {
    const HARMLESS: &[&str] = &[
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-encoding",
        "content-language",
        "content-type",
        "expect",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-unmodified-since",
        "range",
        "user-agent",
    ];
    let foreign: Vec<_> = headers
        .keys()
        .filter(|name| !HARMLESS.contains(&name.as_str()))
        .cloned()
        .collect();
    for name in foreign {
        headers.remove(name);
    }
}
