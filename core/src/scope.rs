//! Which hosts a credential may be shown to.

/// Whether a pattern (`host`, `host:port`, `*.example.com`) covers a host. Case does not matter.
pub(crate) fn covers(pattern: &str, host: &str, port: u16) -> bool {
    let (name, only) = split_port(pattern);
    if only.is_some_and(|only| only != port) {
        return false;
    }
    match name.strip_prefix("*.") {
        Some(parent) => host
            .len()
            .checked_sub(parent.len())
            .and_then(|at| Some((host.get(..at)?, host.get(at..)?)))
            .is_some_and(|(front, rest)| front.ends_with('.') && rest.eq_ignore_ascii_case(parent)),
        None => name.eq_ignore_ascii_case(host),
    }
}

/// Splits `host:port`; an IPv6 address has to be in brackets to carry a port.
fn split_port(pattern: &str) -> (&str, Option<u16>) {
    match pattern.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (pattern, None),
        },
        _ => (pattern, None),
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn patterns_cover_hosts_ports_and_names_below() {
        assert!(covers("api.example", "API.example", 443));
        assert!(!covers("api.example", "xapi.example", 443));
        assert!(covers("api.example:8443", "api.example", 8443));
        assert!(!covers("api.example:8443", "api.example", 443));
        assert!(covers("*.example", "api.example", 1));
        assert!(!covers("*.example", "example", 1));
        assert!(!covers("*.example", "badexample", 1));
        assert!(covers("[::1]:443", "[::1]", 443));
        assert!(covers("[::1]", "[::1]", 443));
    }
}
