//! From a pool of certificates to the chain that is sent: leaf first, then its issuers, without the root.

use std::collections::{HashMap, HashSet};

use rustls::pki_types::CertificateDer;

use super::certificate::Certificate;
use super::findings::FoundCertificate;

/// RFC 8446 sets no bound; nobody sends chains as long as this.
const MAX_LENGTH: usize = 16;
/// How many issuers of one name are looked at: each may cost a signature check.
const MAX_CANDIDATES: usize = 32;

/// The certificate for a public key. Of several (a renewal keeps the key) the one that is valid now, then the one
/// that is valid longest.
pub(crate) fn leaf<'a>(
    pool: &'a [FoundCertificate],
    public_key: &[u8],
    now: i64,
) -> Option<&'a FoundCertificate> {
    pool.iter()
        .filter_map(|found| {
            let certificate = Certificate::parse(&found.der)?;
            is_same_key(certificate.public_key()?, public_key)
                .then(|| (found, certificate.is_current(now), certificate.not_after))
        })
        // The last of equal ones would win; the first should.
        .rev()
        .max_by_key(|(_, is_current, not_after)| (*is_current, *not_after))
        .map(|(found, ..)| found)
}

/// Whether a certificate's key is ours. A point on a curve may be written compressed, by its x and the parity of y
/// (SEC 1 section 2.3.3); ours never is.
fn is_same_key(theirs: &[u8], ours: &[u8]) -> bool {
    match (theirs, ours) {
        ([sign @ (2 | 3), x @ ..], [4, point @ ..]) if point.len() == 2 * x.len() => {
            point.starts_with(x) && point.last().is_some_and(|last| (last & 1) + 2 == *sign)
        }
        _ => theirs == ours,
    }
}

/// Puts `own` certificates behind the leaf in order, and takes from `bundle` what they lack.
pub(crate) fn build(
    leaf: &CertificateDer<'static>,
    own: &[FoundCertificate],
    bundle: &[CertificateDer<'static>],
    now: i64,
) -> Vec<CertificateDer<'static>> {
    let own = by_subject(own.iter().map(|found| &found.der));
    let bundle = by_subject(bundle.iter());
    let mut seen: HashSet<&[u8]> = HashSet::new();
    let mut chain = vec![leaf.clone()];
    let mut last = leaf;
    seen.insert(leaf);
    while chain.len() < MAX_LENGTH {
        let Some(child) = Certificate::parse(last) else {
            break;
        };
        if child.is_self_issued() {
            break;
        }
        // In our own files a cross-certificate was put to be sent; in the bundle the root ends the chain.
        let issuer = best(&own, &child, &seen, now, false)
            .or_else(|| best(&bundle, &child, &seen, now, true));
        let Some(issuer) = issuer else {
            break;
        };
        if Certificate::parse(issuer).is_none_or(|issuer| issuer.is_self_issued()) {
            break;
        }
        seen.insert(issuer);
        chain.push(issuer.clone());
        last = issuer;
    }
    chain
}

type BySubject<'a> = HashMap<&'a [u8], Vec<&'a CertificateDer<'static>>>;

fn by_subject<'a>(
    certificates: impl Iterator<Item = &'a CertificateDer<'static>>,
) -> BySubject<'a> {
    let mut map: BySubject<'a> = HashMap::new();
    for der in certificates {
        if let Some(certificate) = Certificate::parse(der) {
            map.entry(certificate.subject).or_default().push(der);
        }
    }
    map
}

/// The issuer of `child`: by name, never against the signature, then by key identifier and dates.
fn best<'a>(
    pool: &BySubject<'a>,
    child: &Certificate<'_>,
    seen: &HashSet<&[u8]>,
    now: i64,
    prefer_root: bool,
) -> Option<&'a CertificateDer<'static>> {
    let mut best = None;
    let candidates = pool.get(child.issuer)?;
    for der in candidates.iter().take(MAX_CANDIDATES) {
        let Some(issuer) = Certificate::parse(der) else {
            continue;
        };
        // `None` stands for an algorithm that is not known here: the server may know it.
        let signed = child.is_signed_by(&issuer);
        if signed == Some(false) || seen.contains(der.as_ref()) {
            continue;
        }
        let same_id = match (child.authority_key_id(), issuer.subject_key_id()) {
            (Some(wanted), Some(given)) => wanted == given,
            _ => false,
        };
        let rank = (
            signed.is_some(),
            same_id,
            issuer.is_self_issued() == prefer_root,
            issuer.is_current(now),
        );
        if best.as_ref().is_none_or(|(highest, _)| rank > *highest) {
            best = Some((rank, *der));
        }
    }
    best.map(|(_, der)| der)
}
