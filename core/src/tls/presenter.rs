//! Shows our certificate when the server asks, and remembers what it asked for.

use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;

use super::seen::{NotOffered, Offer, Seen};
use crate::identity::Identity;

#[derive(Debug)]
pub(super) struct Presenter {
    candidates: Vec<Candidate>,
}

struct Candidate {
    identity: Identity,
    /// DER names of every issuer in the chain.
    issuers: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.identity.name)
    }
}

impl Presenter {
    pub(super) fn new(identities: Vec<Identity>) -> Self {
        let candidates = identities
            .into_iter()
            .map(|identity| Candidate {
                issuers: identity.issuers(),
                identity,
            })
            .collect();
        Presenter { candidates }
    }
}

impl ResolvesClientCert for Presenter {
    /// The server's list of CAs is advice: it chooses between several identities, but a single one is sent
    /// all the same, as OpenSSL does, since many servers list roots or nothing useful.
    fn resolve(
        &self,
        acceptable_cas: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let listed = |candidate: &Candidate| {
            acceptable_cas.is_empty()
                || candidate
                    .issuers
                    .iter()
                    .any(|issuer| acceptable_cas.iter().any(|ca| ca == issuer))
        };
        let usable: Vec<&Candidate> = self
            .candidates
            .iter()
            .filter(|candidate| {
                let key = &candidate.identity.certified.key;
                key.choose_scheme(schemes).is_some()
            })
            .collect();
        let chosen = usable
            .iter()
            .find(|candidate| listed(candidate))
            .or(usable.first());
        Seen::note(|seen| {
            seen.requested = true;
            seen.acceptable_cas = acceptable_cas.iter().map(|ca| ca.to_vec()).collect();
            seen.schemes = schemes.to_vec();
            match chosen {
                Some(candidate) => {
                    seen.offered = Some(Offer {
                        name: candidate.identity.name.clone(),
                        summary: candidate.identity.summary.clone(),
                        listed: listed(candidate),
                        leaf: candidate
                            .identity
                            .certified
                            .cert
                            .first()
                            .cloned()
                            .unwrap_or_else(|| Vec::new().into()),
                    });
                }
                None if self.candidates.is_empty() => {
                    seen.not_offered = Some(NotOffered::NoneConfigured);
                }
                None => seen.not_offered = Some(NotOffered::NoCommonScheme),
            }
        });
        chosen.map(|candidate| candidate.identity.certified.clone())
    }

    fn has_certs(&self) -> bool {
        !self.candidates.is_empty()
    }
}
