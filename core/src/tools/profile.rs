//! What partners ask of a certificate signing request, as data.

use super::subject::{Attribute, Subject, is_fqdn};
use crate::error::{Code, MtlsError, Result};

/// A partner's rules.
#[derive(Debug)]
pub struct Profile {
    /// What it is called, as in `--profile NAME`.
    pub name: &'static str,
    /// Where the rules are written.
    pub source: &'static str,
    /// Short names of what must be in the subject.
    pub required: &'static [&'static str],
    /// Characters that are refused anywhere in the subject.
    pub refused_characters: &'static str,
    /// Whether a wildcard may be asked for.
    pub wildcards: bool,
    /// Whether the common name must be a fully qualified domain name.
    pub common_name_is_fqdn: bool,
}

/// All that are known.
pub const PROFILES: &[Profile] = &[Profile {
    name: "trulioo",
    source: "Trulioo, Connecting to NAPI with mTLS",
    required: &["C", "ST", "L", "O", "CN"],
    refused_characters: r"<>~!@#$%^*/\()?,&",
    wildcards: false,
    common_name_is_fqdn: true,
}];

impl Profile {
    /// The one with this name.
    pub(super) fn find(name: &str) -> Result<&'static Profile> {
        PROFILES
            .iter()
            .find(|profile| profile.name == name)
            .ok_or_else(|| {
                let names: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
                MtlsError::config(Code::BadOption, format!("there is no profile {name:?}"))
                    .with_hint(format!("Known: {}.", names.join(", ")))
            })
    }

    /// Refuses what the partner refuses, with the reason.
    pub(super) fn check(&self, subject: &Subject, names: &[String]) -> Result<()> {
        for short in self.required {
            if subject.value(short).is_none() {
                let long = Attribute::find(short).map_or(*short, |attribute| attribute.long);
                return Err(self.refuse(
                    format!("the subject has no {long} ({short})"),
                    format!("Give `subject.{long}`."),
                ));
            }
        }
        for (attribute, value) in subject.parts() {
            let refused = |c: &char| self.refused_characters.contains(*c);
            let is_wildcard = attribute.short == "CN" && value.starts_with("*.") && !self.wildcards;
            if let Some(c) = value.chars().find(refused).filter(|_| !is_wildcard) {
                return Err(self.refuse(
                    format!("{} holds the character {c}", attribute.long),
                    format!("Leave out all of: {}", self.refused_characters),
                ));
            }
        }
        let common = subject.value("CN").unwrap_or_default();
        let all = names.iter().map(String::as_str).chain([common]);
        if let Some(wildcard) = all.into_iter().find(|name| name.contains('*'))
            && !self.wildcards
        {
            return Err(self.refuse(
                format!("{wildcard:?} is a wildcard"),
                "Name the host in full, such as services.company.com.".to_owned(),
            ));
        }
        if self.common_name_is_fqdn && !is_fqdn(common) {
            return Err(self.refuse(
                format!("the common name {common:?} is no fully qualified domain name"),
                "Write one such as services.company.com; it need not be in the DNS.".to_owned(),
            ));
        }
        Ok(())
    }

    fn refuse(&self, reason: String, hint: String) -> MtlsError {
        MtlsError::config(
            Code::BadOption,
            format!("the profile {} refuses the request: {reason}", self.name),
        )
        .with_hint(hint)
    }
}
