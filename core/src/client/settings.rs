//! What the config says about requests, read once: base URL, scope, headers, auth.

use std::sync::Arc;

use ureq_proto::http::{HeaderMap, HeaderName, HeaderValue, header};
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::config::{Attachments, AuthConfig, Config, FollowRedirects, Timeouts};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::scope;
use crate::transport::pool::Endpoint;
use crate::userinfo;

/// Where a request goes.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) endpoint: Arc<Endpoint>,
}

impl Target {
    /// A URL that mutls can call.
    pub(super) fn new(url: Url) -> Result<Target> {
        Self::near(url, None)
    }

    /// Like [`Target::new`]; shares the endpoint of another target where it is the same.
    fn near(url: Url, known: Option<&Target>) -> Result<Target> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            other => {
                return Err(bad_url(format!("`{other}:` URLs cannot be called")));
            }
        };
        let port = url.port_or_known_default().unwrap_or(443);
        if let Some(known) = known.map(|target| &target.endpoint)
            && (known.tls, known.port) == (tls, port)
            && url.host_str() == Some(&known.host)
        {
            let endpoint = known.clone();
            return Ok(Target { url, endpoint });
        }
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => format!("[{ip}]"),
            None => return Err(bad_url("the URL names no host".into())),
        };
        let authority = match url.port() {
            Some(port) => HeaderValue::from_str(&format!("{host}:{port}")),
            None => HeaderValue::from_str(&host),
        };
        let endpoint = Arc::new(Endpoint {
            tls,
            authority: authority.map_err(|_| bad_url("the URL's host cannot be used".into()))?,
            host,
            port,
        });
        Ok(Target { url, endpoint })
    }

    pub(super) fn same_origin(&self, other: &Target) -> bool {
        self.endpoint == other.endpoint
    }

    /// Scheme, host and port, for messages.
    pub(super) fn origin(&self) -> String {
        let Endpoint {
            tls, host, port, ..
        } = &*self.endpoint;
        let scheme = if *tls { "https" } else { "http" };
        format!("{scheme}://{host}:{port}")
    }
}

pub(super) struct Settings {
    pub(super) base: Option<Target>,
    hosts: Vec<String>,
    /// The config has headers or auth, which are shown within the scope only.
    pub(super) has_credentials: bool,
    /// The config names `Accept-Encoding` itself: bodies stay as they come.
    pub(super) own_encoding: bool,
    /// What every request carries.
    pub(super) headers: HeaderMap,
    /// The same, and the credentials.
    pub(super) headers_in_scope: HeaderMap,
    pub(super) timeouts: Timeouts,
    pub(super) follow: FollowRedirects,
    pub(super) max_redirects: u32,
    pub(super) decompress: bool,
    pub(super) max_body_bytes: Option<u64>,
}

impl Settings {
    pub(super) fn new(config: &Config, attachments: &Attachments) -> Result<Settings> {
        if config.workers.max == 0 {
            return Err(MtlsError::config(
                Code::BadOption,
                "`workers.max` is 0: no submitted call could ever run",
            ));
        }
        let base = match &config.base_url {
            Some(text) => {
                let url = Url::parse(text)
                    .map_err(|e| bad_url(format!("`base_url` is not a URL: {e}")))?;
                if !url.username().is_empty() || url.password().is_some() {
                    return Err(bad_url("`base_url` holds a user name".into())
                        .with_hint("Put user and password into `auth.basic`."));
                }
                Some(Target::new(url)?)
            }
            None => None,
        };
        let user_agent = match config.user_agent.as_deref() {
            Some("") => None,
            Some(text) => Some(HeaderValue::from_str(text).map_err(|_| {
                MtlsError::config(
                    Code::BadHeader,
                    "`user_agent` holds bytes that HTTP does not allow",
                )
            })?),
            None => HeaderValue::from_str(concat!("mutls/", env!("CARGO_PKG_VERSION"))).ok(),
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, br"),
        );
        if let Some(agent) = user_agent {
            headers.insert(header::USER_AGENT, agent);
        }
        let credentials = credentials(config, attachments)?;
        Ok(Settings {
            base,
            hosts: config.hosts.clone(),
            has_credentials: !credentials.is_empty(),
            own_encoding: credentials
                .iter()
                .any(|(name, _)| name == header::ACCEPT_ENCODING),
            headers_in_scope: with_credentials(&headers, credentials),
            headers,
            timeouts: config.timeouts.clone(),
            follow: config.redirects.follow,
            max_redirects: config.redirects.max,
            decompress: config.decompress.unwrap_or(true),
            max_body_bytes: config.max_body_bytes,
        })
    }

    /// Joins a URL to the base as RFC 3986 says.
    pub(super) fn target(&self, url: &str) -> Result<Target> {
        let joined = match &self.base {
            Some(base) => base.url.join(url),
            None => Url::parse(url),
        };
        let mut url = joined.map_err(|e| match e {
            url::ParseError::RelativeUrlWithoutBase => {
                bad_url("the URL is relative and the client has no `base_url`".into())
            }
            e => bad_url(format!("the URL cannot be used: {e}")),
        })?;
        url.set_fragment(None);
        Target::near(url, self.base.as_ref())
    }

    /// Whether credentials may go to `target`; `written` is what the caller named.
    pub(super) fn covers(&self, target: &Endpoint, written: &Endpoint) -> bool {
        let base = self.base.as_ref().map(|base| &*base.endpoint);
        if base.is_none() && self.hosts.is_empty() {
            return target == written;
        }
        if base.is_some_and(|base| base == target) {
            return true;
        }
        // A list of hosts does not allow to send in the clear what the base sends encrypted.
        let plain_base = base.is_some_and(|base| !base.tls);
        (target.tls || plain_base)
            && self
                .hosts
                .iter()
                .any(|pattern| scope::covers(pattern, &target.host, target.port))
    }
}

/// A name in the config stands in for our own header of that name.
fn with_credentials(own: &HeaderMap, credentials: Vec<(HeaderName, HeaderValue)>) -> HeaderMap {
    let mut all = own.clone();
    for (name, _) in &credentials {
        all.remove(name);
    }
    for (name, value) in credentials {
        all.append(name, value);
    }
    all
}

fn credentials(
    config: &Config,
    attachments: &Attachments,
) -> Result<Vec<(HeaderName, HeaderValue)>> {
    let mut all = Vec::new();
    for (name, values) in &config.headers.0 {
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            bad_header(format!(
                "`headers`: `{}` is not a header name",
                name.escape_debug()
            ))
        })?;
        if super::request::is_ours(&parsed) {
            return Err(bad_header(format!(
                "`headers`: `{name}` is set by mutls itself"
            )));
        }
        for value in values.iter() {
            let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
                bad_header(format!(
                    "`headers`: the value of `{name}` holds bytes that HTTP does not allow"
                ))
            })?;
            value.set_sensitive(true);
            all.push((parsed.clone(), value));
        }
    }
    if let Some(auth) = &config.auth {
        if all.iter().any(|(name, _)| name == "authorization") {
            return Err(MtlsError::config(
                Code::BadOption,
                "`auth` and a header `authorization` are both given",
            ));
        }
        all.push((
            HeaderName::from_static("authorization"),
            authorization(auth, attachments)?,
        ));
    }
    Ok(all)
}

fn authorization(auth: &AuthConfig, attachments: &Attachments) -> Result<HeaderValue> {
    let text = match (&auth.basic, &auth.bearer) {
        (Some(basic), None) => {
            if basic.username.contains(':') {
                return Err(MtlsError::config(
                    Code::BadOption,
                    "`auth.basic.username` holds a colon, which RFC 7617 does not allow",
                ));
            }
            let password = basic.password.text(attachments, "auth.basic.password")?;
            userinfo::basic(&basic.username, &password)
        }
        (None, Some(bearer)) => {
            let token = bearer.token.text(attachments, "auth.bearer.token")?;
            Zeroizing::new(format!("Bearer {}", token.as_str()))
        }
        _ => {
            return Err(MtlsError::config(
                Code::BadOption,
                "`auth` takes either `basic` or `bearer`",
            ));
        }
    };
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| bad_header("`auth` holds characters that HTTP does not allow".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn bad_header(message: String) -> MtlsError {
    MtlsError::config(Code::BadHeader, message)
}

pub(super) fn bad_url(message: String) -> MtlsError {
    MtlsError::new(Code::BadUrl, Phase::Config, Origin::Caller, message)
}
