//! What a request carries beside what the caller gave it, and where that may go.

use ureq_proto::http::{HeaderMap, HeaderValue, header};

use super::generation::Generation;
use super::send::Leg;
use super::settings::{Target, bad_url};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::transport::pool::Endpoint;
use crate::userinfo;

/// `https://user:password@host/` means basic authentication for this call.
pub(super) fn take_userinfo(target: &mut Target, headers: &mut HeaderMap) -> Result<()> {
    let url = &mut target.url;
    let Some(text) = userinfo::basic_of(url) else {
        return Ok(());
    };
    if let Ok(mut value) = HeaderValue::from_str(&text) {
        value.set_sensitive(true);
        headers.entry(header::AUTHORIZATION).or_insert(value);
    }
    let cannot = |()| bad_url("the URL's user name cannot be used".into());
    url.set_username("").map_err(cannot)?;
    url.set_password(None).map_err(cannot)
}

/// Credentials that the config holds must not leave their scope, and must not be left out silently.
pub(super) fn refuse_out_of_scope(generation: &Generation, target: &Target) -> Result<()> {
    let settings = &generation.settings;
    if !settings.has_credentials && !generation.wire.has_identities() {
        return Ok(());
    }
    let scope = match &settings.base {
        Some(base) => format!("the origin of `base_url` ({}) and `hosts`", base.origin()),
        None => "`hosts`".to_owned(),
    };
    Err(MtlsError::new(
        Code::ScopeRefused,
        Phase::Config,
        Origin::Local,
        format!(
            "{} is outside the scope of this client's credentials: {scope}",
            target.origin()
        ),
    )
    .with_hint(format!(
        "If they are meant for {}, add it to `hosts`; else use another client for it.",
        target.endpoint.host
    )))
}

/// A caller who configured an identity believes to be known by it: `http://` cannot show it.
pub(super) fn refuse_plain(generation: &Generation, target: &Target) -> Result<()> {
    let wire = &generation.wire;
    let Endpoint {
        tls, host, port, ..
    } = &*target.endpoint;
    if *tls || wire.identities_for(host, *port).is_empty() {
        return Ok(());
    }
    Err(MtlsError::new(
        Code::ScopeRefused,
        Phase::Config,
        Origin::Local,
        format!(
            "{} is not encrypted, so that the client certificate for it cannot be shown",
            target.origin()
        ),
    )
    .with_hint(format!(
        "Write https://{}; for a partner's plain sandbox use a client without an identity.",
        target.endpoint.host
    )))
}

pub(super) fn outgoing_headers(
    generation: &Generation,
    target: &Target,
    leg: &Leg,
    in_scope: bool,
    decompress: bool,
) -> HeaderMap {
    let settings = &generation.settings;
    let mut headers = match in_scope {
        true => settings.headers_in_scope.clone(),
        false => settings.headers.clone(),
    };
    if !decompress && !settings.own_encoding {
        headers.remove(header::ACCEPT_ENCODING);
    }
    // What the caller gives for this call stands in for what the client is configured with.
    for name in leg.headers.keys() {
        let mut values = leg.headers.get_all(name).iter();
        if let Some(first) = values.next() {
            headers.insert(name, first.clone());
        }
        for value in values {
            headers.append(name, value.clone());
        }
    }
    // A cookie's own rules know no port; ours keep it within the scope like every credential.
    if in_scope && let Some(cookies) = cookies(generation, target) {
        headers.entry(header::COOKIE).or_insert(cookies);
    }
    headers
}

fn cookies(generation: &Generation, target: &Target) -> Option<HeaderValue> {
    let cookies = generation.process.with_cookies(|jar| {
        let pairs: Vec<String> = jar
            .get_request_values(&target.url)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    })?;
    match cookies.is_empty() {
        true => None,
        false => HeaderValue::from_str(&cookies).ok(),
    }
}

/// About how long the request's head is.
pub(super) fn head_size(target: &Target, headers: &HeaderMap) -> usize {
    let lines: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    lines + target.url.as_str().len() + target.endpoint.host.len() + 256
}
