//! Options, identity and trust: everything that can be known before a byte is sent.

use super::diagnosis::{Diagnosis, Step};
use crate::client::{Client, Examination};
use crate::config::{Attachments, Config, IdentityConfig, OneOrMany, TrustConfig};
use crate::error::{MtlsError, Result};
use crate::identity::Identity;
use crate::report::CertificateSummary;
use crate::trust::Trust;

/// From how many days before its end a certificate deserves a look.
const SOON: i64 = 30;

/// What the files gave.
pub(super) struct Files {
    /// Made of what could be read.
    pub(super) client: Client,
    pub(super) examination: Examination,
    /// The CA bundle could be read, so that a server can be judged.
    pub(super) trusts: bool,
    /// An identity may be shown to this host.
    pub(super) has_identity: bool,
}

/// `None` if not even a way to the server is known.
pub(super) fn examine(
    config: Config,
    attachments: &Attachments,
    url: &str,
    diagnosis: &mut Diagnosis,
) -> Option<Files> {
    let config = match config.normalised() {
        Ok(config) => config,
        Err(error) => return refuse(diagnosis, error),
    };
    let trust = Trust::load(&config.trust, attachments);
    let mut steps = Vec::new();
    // What cannot be read is left out, so that the rest of the way can be looked at.
    let mut readable = config.clone();
    readable.identity = OneOrMany(Vec::new());
    let mut identities = Vec::new();
    for one in config.identity.iter() {
        let bundle = trust.as_ref().map(|trust| &trust.bundle[..]);
        let loaded = Identity::load(one, attachments, bundle.unwrap_or_default());
        steps.push(identity(one, &loaded));
        if let Ok(identity) = loaded {
            readable.identity.0.push(one.clone());
            identities.push(identity);
        }
    }
    let all_readable = identities.len() == steps.len();
    let trusted_step = trusted(&trust);
    let trusts = trust.is_ok();
    let made = trust
        .or_else(|_| {
            readable.trust = TrustConfig::default();
            Trust::load(&readable.trust, attachments)
        })
        .and_then(|trust| Client::of(readable, attachments.clone(), identities, trust));
    let examined = made.and_then(|client| Ok((client.examine(url)?, client)));
    let (examination, client) = match examined {
        Ok(made) => made,
        Err(error) => return refuse(diagnosis, error),
    };
    diagnosis.url.clone_from(&examination.url);
    diagnosis.add(Step::ok(
        "options",
        format!(
            "The options are understood; the call goes to {}.",
            examination.endpoint.place()
        ),
    ));
    for step in steps {
        diagnosis.add(step);
    }
    let has_identity = !examination.identities.is_empty();
    if config.identity.is_empty() {
        diagnosis.add(
            Step::ok("identity", "No certificate of ours is configured.")
                .warn("If the partner demands one, give `cert_file` and `key_file`."),
        );
    } else if !has_identity && all_readable {
        diagnosis.add(
            Step::ok(
                "identity",
                format!(
                    "None of our certificates is for {}.",
                    examination.endpoint.place()
                ),
            )
            .warn(
                "Check `hosts` of the identity, `base_url` and `hosts`: they say who may see it.",
            ),
        );
    }
    diagnosis.add(trusted_step);
    Some(Files {
        client,
        examination,
        trusts,
        has_identity,
    })
}

fn refuse(diagnosis: &mut Diagnosis, error: MtlsError) -> Option<Files> {
    diagnosis.add(Step::failed("options", error));
    None
}

fn identity(config: &IdentityConfig, loaded: &Result<Identity>) -> Step {
    let identity = match loaded {
        Ok(identity) => identity,
        Err(error) => return Step::failed("identity", error.clone()).evidence(sources(config)),
    };
    let chain = identity.chain();
    let Some(leaf) = chain.first() else {
        return Step::failed(
            "identity",
            MtlsError::internal("the identity has no certificate"),
        );
    };
    let finding = format!(
        "{} holds a certificate of {} and the key that belongs to it.",
        identity.name(),
        leaf.subject
    );
    let step = Step::ok("identity", finding)
        .evidence(sources(config))
        .evidence(chain.iter().map(described));
    match leaf.days_left {
        days if days < 0 => step.warn(format!(
            "It expired on {}; request a new one from {}.",
            leaf.not_after, leaf.issuer
        )),
        days if days <= SOON => step.warn(format!(
            "It expires in {days} days, on {}: request a new one in time.",
            leaf.not_after
        )),
        _ => step,
    }
}

/// The files that the options name.
fn sources(config: &IdentityConfig) -> Vec<String> {
    let named = [
        ("certificate", &config.cert_file),
        ("chain", &config.chain_file),
        ("key", &config.key_file),
        ("store", &config.pkcs12_file),
    ];
    named
        .into_iter()
        .filter_map(|(what, file)| Some(format!("{what}: {}", file.as_ref()?)))
        .collect()
}

pub(super) fn described(certificate: &CertificateSummary) -> String {
    let names = match certificate.names.is_empty() {
        true => String::new(),
        false => format!(", for {}", certificate.names.join(", ")),
    };
    let day = |time: &str| time.split('T').next().unwrap_or(time).to_owned();
    format!(
        "{}, issued by {}, {} to {}{names}",
        certificate.subject,
        certificate.issuer,
        day(&certificate.not_before),
        day(&certificate.not_after)
    )
}

fn trusted(trust: &Result<Trust>) -> Step {
    match trust {
        Ok(trust) => {
            let pins = match trust.pins.len() {
                0 => String::new(),
                n => format!(", and {n} pinned keys"),
            };
            let roots = match trust.roots.len() {
                1 => "the CA certificate".to_owned(),
                n => format!("the {n} CA certificates"),
            };
            let finding = format!(
                "Servers are accepted by {roots} of {}{pins}.",
                trust.source()
            );
            let bundle = trust.bundle.iter().take(20);
            let bundle = bundle.map(|der| described(&crate::identity::certificate::summarise(der)));
            Step::ok("trust", finding).evidence(bundle)
        }
        Err(error) => Step::failed("trust", error.clone()),
    }
}
