//! A tunnel through an HTTP proxy (RFC 9110 section 9.3.6). The proxy sees the host and port, and its own
//! credentials; never our identity, headers or body.

use std::fmt;
use std::io::{Read, Write};
use std::net::IpAddr;
use std::sync::Arc;

use url::Url;
use zeroize::Zeroizing;

use super::clock::{Clock, Limit};
use super::connection::{Broken, wait_read, wait_write};
use super::socket::{Io, Socket};
use crate::config::{Attachments, ProxyChoice, ProxyConfig};
use crate::error::{Code, MtlsError, Origin, Phase, Result};
use crate::tls::foreign;
use crate::userinfo;

/// The longest answer to CONNECT that is read.
const LONGEST_HEAD: usize = 32 * 1024;

/// A proxy that tunnels.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) host: String,
    pub(crate) port: u16,
    authorization: Option<Arc<Zeroizing<String>>>,
}

impl Proxy {
    /// Without credentials, for keys, reports and messages.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.place())
    }
}

/// Which proxy serves which host; decided when the client is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    https: Option<Proxy>,
    http: Option<Proxy>,
    except: Vec<Exception>,
    /// From the environment: this machine itself is never reached through a proxy.
    spare_loopback: bool,
}

impl Proxies {
    pub(crate) fn new(choice: Option<&ProxyChoice>, attachments: &Attachments) -> Result<Self> {
        match choice {
            Some(ProxyChoice::None) => Ok(Proxies::default()),
            Some(ProxyChoice::Explicit(config)) => explicit(config, attachments),
            None | Some(ProxyChoice::Environment) => environment(|name| std::env::var(name).ok()),
        }
    }

    /// The proxy for a URL with this scheme, host and port.
    pub(crate) fn choose(&self, tls: bool, host: &str, port: u16) -> Option<&Proxy> {
        let proxy = if tls { &self.https } else { &self.http };
        let proxy = proxy.as_ref()?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<IpAddr>().ok();
        if self.spare_loopback
            && (bare == "localhost" || address.is_some_and(|ip| ip.is_loopback()))
        {
            return None;
        }
        let spared = self.except.iter().any(|e| e.covers(bare, address, port));
        (!spared).then_some(proxy)
    }
}

fn explicit(config: &ProxyConfig, attachments: &Attachments) -> Result<Proxies> {
    let mut proxy = parse(&config.url, "`proxy`")?;
    if let Some(user) = &config.username {
        let password = match &config.password {
            Some(password) => password.text(attachments, "proxy.password")?,
            None => Zeroizing::new(String::new()),
        };
        proxy.authorization = Some(Arc::new(userinfo::basic(user, &password)));
    } else if config.password.is_some() {
        return Err(MtlsError::config(
            Code::BadOption,
            "`proxy.password` needs `proxy.username`",
        ));
    }
    Ok(Proxies {
        https: Some(proxy.clone()),
        http: Some(proxy),
        except: config
            .no_proxy
            .iter()
            .filter_map(|e| Exception::parse(e))
            .collect(),
        spare_loopback: false,
    })
}

/// The variables that curl, Go and requests read, in either case.
fn environment(variable: impl Fn(&str) -> Option<String>) -> Result<Proxies> {
    let find = |names: &[&str]| -> Result<Option<Proxy>> {
        for name in names {
            match variable(name) {
                Some(url) if !url.is_empty() => {
                    return parse(&url, &format!("the environment variable {name}")).map(Some);
                }
                _ => {}
            }
        }
        Ok(None)
    };
    // A CGI request can set HTTP_PROXY through its header `Proxy:` (CVE-2016-5385).
    let is_cgi = variable("REQUEST_METHOD").is_some();
    let http_names: &[&str] = match is_cgi {
        true => &["http_proxy", "all_proxy", "ALL_PROXY"],
        false => &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
    };
    let except = variable("no_proxy").or_else(|| variable("NO_PROXY"));
    Ok(Proxies {
        https: find(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?,
        http: find(http_names)?,
        except: except
            .unwrap_or_default()
            .split(',')
            .filter_map(Exception::parse)
            .collect(),
        spare_loopback: true,
    })
}

fn parse(text: &str, source: &str) -> Result<Proxy> {
    let bad = |why: &str| {
        MtlsError::config(Code::BadOption, format!("{source} is not a proxy that can be used: {why}"))
            .with_hint("Write http://host:port; other kinds of proxy (https, socks) are not supported. `\"proxy\": \"none\"` ignores the environment.")
    };
    let with_scheme = match text.contains("://") {
        true => text.to_owned(),
        false => format!("http://{text}"),
    };
    let url = Url::parse(&with_scheme).map_err(|e| bad("it is not a URL").with_cause(&e))?;
    if url.scheme() != "http" {
        return Err(bad(&format!("its scheme is {}", url.scheme())));
    }
    let host = url.host_str().ok_or_else(|| bad("it names no host"))?;
    let authorization = userinfo::basic_of(&url).map(Arc::new);
    Ok(Proxy {
        host: host.to_owned(),
        port: url.port().unwrap_or(match text.contains("://") {
            true => 80,
            false => 1080,
        }),
        authorization,
    })
}

/// An entry of `no_proxy`.
#[derive(Clone, Debug, PartialEq)]
enum Exception {
    Everything,
    /// A name and the names below it.
    Name(String, Option<u16>),
    /// An address or network with its prefix length.
    Network(IpAddr, u8),
}

impl Exception {
    fn parse(text: &str) -> Option<Exception> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return None;
        }
        if text == "*" {
            return Some(Exception::Everything);
        }
        if let Some((address, length)) = text.split_once('/')
            && let (Ok(ip), Ok(length)) = (address.parse(), length.parse())
        {
            return Some(Exception::Network(ip, length));
        }
        if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Some(Exception::Network(ip, if ip.is_ipv4() { 32 } else { 128 }));
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name.to_owned(), port.parse().ok()),
            None => (text, None),
        };
        let name = name
            .trim_start_matches("*.")
            .trim_start_matches('.')
            .to_owned();
        Some(Exception::Name(name, port))
    }

    fn covers(&self, host: &str, address: Option<IpAddr>, port: u16) -> bool {
        match self {
            Exception::Everything => true,
            Exception::Name(name, only) => {
                let below = host
                    .strip_suffix(name.as_str())
                    .is_some_and(|front| front.is_empty() || front.ends_with('.'));
                below && only.is_none_or(|only| only == port)
            }
            Exception::Network(network, length) => match (network, address) {
                (IpAddr::V4(network), Some(IpAddr::V4(ip))) => {
                    let mask = u32::MAX
                        .checked_shl(32 - u32::from(*length).min(32))
                        .unwrap_or(0);
                    u32::from(*network) & mask == u32::from(ip) & mask
                }
                (IpAddr::V6(network), Some(IpAddr::V6(ip))) => {
                    let mask = u128::MAX
                        .checked_shl(128 - u32::from(*length).min(128))
                        .unwrap_or(0);
                    u128::from(*network) & mask == u128::from(ip) & mask
                }
                _ => false,
            },
        }
    }
}

/// Why there is no tunnel.
pub(crate) enum NoTunnel {
    Broken(Broken),
    Refused(MtlsError),
}

/// Asks the proxy at the other end of `socket` for a tunnel.
pub(crate) fn tunnel(
    socket: &Arc<Socket>,
    proxy: &Proxy,
    host: &str,
    port: u16,
    clock: &Clock,
    limit: &Limit,
) -> std::result::Result<(), NoTunnel> {
    let mut request = Zeroizing::new(format!(
        "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: mutls/{}\r\n",
        crate::VERSION
    ));
    if let Some(authorization) = &proxy.authorization {
        request.push_str("Proxy-Authorization: ");
        request.push_str(authorization);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    let mut sent = 0;
    while let Some(rest) = request
        .as_bytes()
        .get(sent..)
        .filter(|rest| !rest.is_empty())
    {
        sent += wait_write(socket, clock, limit, || Io(socket).write(rest))
            .map_err(NoTunnel::Broken)?;
    }
    let mut head = Vec::new();
    loop {
        let mut chunk = [0; 1024];
        let n = wait_read(socket, clock, limit, || Io(socket).read(&mut chunk))
            .map_err(NoTunnel::Broken)?;
        if n == 0 {
            return Err(NoTunnel::Broken(Broken::Cut));
        }
        head.extend_from_slice(chunk.get(..n).unwrap_or_default());
        let mut headers = [httparse::EMPTY_HEADER; 128];
        let mut answer = httparse::Response::new(&mut headers);
        match answer.parse(&head) {
            // The server speaks second in TLS: nothing may follow the head of a 2xx.
            Ok(httparse::Status::Complete(_)) => {
                return match answer.code {
                    Some(200..=299) => Ok(()),
                    code => Err(NoTunnel::Refused(refused(proxy, host, port, code))),
                };
            }
            Ok(httparse::Status::Partial) if head.len() < LONGEST_HEAD => {}
            _ => {
                return Err(NoTunnel::Refused(no_http(proxy, &head)));
            }
        }
    }
}

fn refused(proxy: &Proxy, host: &str, port: u16, code: Option<u16>) -> MtlsError {
    let code = code.unwrap_or_default();
    let error = refusal(
        proxy,
        format!(
            "the proxy {} opened no tunnel to {host}:{port}: it answered {code}",
            proxy.place()
        ),
    );
    match code {
        407 if proxy.authorization.is_some() => {
            error.with_hint("The proxy does not accept the user and password given for it.")
        }
        407 => error.with_hint(
            "The proxy wants a user and password: set `proxy.username` and `proxy.password`.",
        ),
        // A page that wants a login (RFC 6585 section 6).
        300..=399 | 511 => error.with_hint("It sends elsewhere: a captive portal may want a login. Open any page in a browser, or check the proxy's address."),
        400 | 404 | 405 | 501 => error.with_hint(format!(
            "{} may be a web server and no proxy: check its address and port.",
            proxy.place()
        )),
        502..=504 => error
            .with_hint(format!("The proxy could not reach {host}:{port} itself."))
            .with_transient(true),
        _ => error.with_hint(format!(
            "Ask whoever runs the proxy to allow {host}:{port}, or add {host} to `proxy.no_proxy`."
        )),
    }
}

fn no_http(proxy: &Proxy, head: &[u8]) -> MtlsError {
    let place = proxy.place();
    let message = format!("the proxy {place} does not speak HTTP");
    match foreign::spoken(head) {
        Some(foreign) => refusal(proxy, format!("{message}: it speaks {}", foreign.what))
            .with_hint(format!("Check the proxy's address and port, {place}.")),
        None => refusal(proxy, message),
    }
}

fn refusal(_: &Proxy, message: String) -> MtlsError {
    MtlsError::new(Code::ProxyRefused, Phase::Proxy, Origin::Peer, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        environment(|name| {
            variables
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        })
        .unwrap()
    }

    #[test]
    fn the_environment_chooses_by_scheme_and_spares_loopback() {
        let p = proxies(&[("HTTPS_PROXY", "http://proxy:3128")]);
        assert_eq!(
            p.choose(true, "api.example", 443).unwrap().place(),
            "proxy:3128"
        );
        assert!(p.choose(false, "api.example", 80).is_none());
        assert!(p.choose(true, "localhost", 443).is_none());
        assert!(p.choose(true, "127.0.0.1", 443).is_none());
        assert!(p.choose(true, "[::1]", 443).is_none());
    }

    #[test]
    fn no_proxy_takes_names_suffixes_ports_and_networks() {
        let p = proxies(&[
            ("HTTPS_PROXY", "proxy"),
            (
                "NO_PROXY",
                "one.example, .two.example,*.three.example:8443, 10.0.0.0/8,2001:db8::/32, 192.0.2.7",
            ),
        ]);
        let spared = |host, port| p.choose(true, host, port).is_none();
        assert!(spared("one.example", 443));
        assert!(spared("a.one.example", 443));
        assert!(!spared("someone.example", 443));
        assert!(spared("b.two.example", 443));
        assert!(spared("c.three.example", 8443));
        assert!(!spared("c.three.example", 443));
        assert!(spared("10.9.8.7", 443));
        assert!(!spared("11.9.8.7", 443));
        assert!(spared("[2001:db8::1]", 443));
        assert!(spared("192.0.2.7", 443));
    }

    #[test]
    fn a_cgi_request_cannot_choose_the_proxy() {
        let p = proxies(&[("HTTP_PROXY", "evil"), ("REQUEST_METHOD", "GET")]);
        assert!(p.choose(false, "api.example", 80).is_none());
    }

    #[test]
    fn a_socks_proxy_is_refused_not_ignored() {
        let error = environment(|n| (n == "ALL_PROXY").then(|| "socks5://x:1".into())).unwrap_err();
        assert_eq!(error.code(), Code::BadOption);
        assert!(error.message().contains("ALL_PROXY"), "{error}");
    }

    #[test]
    fn credentials_are_not_shown() {
        let p = parse("http://user:hunter2@proxy:1", "`proxy`").unwrap();
        assert!(!format!("{p:?}").contains("hunter2"));
        assert_eq!(p.authorization.unwrap().as_str(), "Basic dXNlcjpodW50ZXIy");
    }
}
