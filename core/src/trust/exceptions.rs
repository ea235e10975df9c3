//! Faults of server certificates that `trust.allow` forgives.

use rustls::pki_types::ServerName;

use crate::config::TrustException;
use crate::identity::certificate::Certificate;
use crate::identity::name;

/// Which of them are forgiven.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowed {
    pub(crate) v1: bool,
    pub(crate) ca_leaf: bool,
    pub(crate) common_name: bool,
}

impl Allowed {
    pub(super) fn of(list: &[TrustException]) -> Self {
        let has = |one| list.contains(&one);
        Allowed {
            v1: has(TrustException::V1),
            ca_leaf: has(TrustException::CaLeaf),
            common_name: has(TrustException::CommonName),
        }
    }
}

/// What a certificate that was accepted must have been forgiven.
pub(crate) fn needed_by(leaf: &[u8]) -> Vec<&'static str> {
    let Some(certificate) = Certificate::parse(leaf) else {
        return Vec::new();
    };
    let checks = [
        (certificate.version == 1, TrustException::V1),
        (certificate.is_ca(), TrustException::CaLeaf),
        (
            certificate.alternative_names().is_empty(),
            TrustException::CommonName,
        ),
    ];
    checks
        .iter()
        .filter(|(needed, _)| *needed)
        .map(|(_, exception)| exception.name())
        .collect()
}

/// Whether the name stands in the subject of a certificate that has no alternative names (RFC 6125 section 6.4.4). An
/// address never does.
pub(crate) fn is_named_in_subject(leaf: &[u8], wanted: &ServerName<'_>) -> bool {
    let (Some(certificate), ServerName::DnsName(wanted)) = (Certificate::parse(leaf), wanted)
    else {
        return false;
    };
    certificate.alternative_names().is_empty()
        && name::common_name(certificate.subject)
            .is_some_and(|common_name| covers(&common_name, wanted.as_ref()))
}

/// One `*` may stand for the first label of three or more.
fn covers(pattern: &str, name: &str) -> bool {
    let pattern = pattern.trim_end_matches('.');
    let name = name.trim_end_matches('.');
    if pattern.is_empty() {
        return false;
    }
    match (pattern.strip_prefix("*."), name.split_once('.')) {
        (Some(domain), Some((_, rest))) => {
            domain.contains('.') && domain.eq_ignore_ascii_case(rest)
        }
        _ => pattern.eq_ignore_ascii_case(name),
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_star_is_one_whole_first_label() {
        assert!(covers("api.example.com", "API.example.com"));
        assert!(covers("*.example.com", "api.example.com"));
        for (pattern, name) in [
            ("", ""),
            ("*", "localhost"),
            ("*.com", "example.com"),
            ("*.example.com", "a.b.example.com"),
            ("*.example.com", "example.com"),
            ("a*.example.com", "api.example.com"),
            ("api.*.com", "api.example.com"),
            ("example.com", "api.example.com"),
        ] {
            assert!(!covers(pattern, name), "{pattern} {name}");
        }
    }
}
