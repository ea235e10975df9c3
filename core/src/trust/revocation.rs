//! Revocation lists: read and checked before any I/O; whom they name is webpki's to say.

use rustls::pki_types::CertificateRevocationListDer;
use webpki::{BorrowedCertRevocationList, Error};

use crate::config::{Attachments, CrlCheck, TrustConfig};
use crate::error::{Code, MtlsError, Result};
use crate::identity::date;
use crate::identity::findings::{Findings, FoundList};
use crate::identity::format::{self, StoreAccess};
use crate::identity::revocation_list::RevocationList;
use crate::identity::source::{Side, Source};

/// The lists that a server's chain is held against.
#[derive(Debug)]
pub(crate) struct Revocation {
    pub(crate) lists: Vec<CertificateRevocationListDer<'static>>,
    pub(crate) leaf_only: bool,
    pub(crate) allow_expired: bool,
}

/// Reads `crl_file`, `crl_pem` and the lists of `ca_dir`; `None` if there are none.
pub(super) fn read(
    config: &TrustConfig,
    attachments: &Attachments,
    of_directories: &[String],
) -> Result<Option<Revocation>> {
    let mut lists = Vec::new();
    for path in config.crl_file.iter() {
        add(&Source::file(path, "crl_file", Side::Lists)?, &mut lists)?;
    }
    for text in config.crl_pem.iter() {
        let source = Source::memory(text, attachments, "crl_pem", Side::Lists)?;
        add(&source, &mut lists)?;
    }
    for path in of_directories {
        add(&Source::file(path, "ca_dir", Side::Lists)?, &mut lists)?;
    }
    if lists.is_empty() {
        let idle = [
            ("crl_check", config.crl_check.is_some()),
            ("allow_expired_crl", config.allow_expired_crl),
        ];
        return match idle.iter().find(|(_, given)| *given) {
            None => Ok(None),
            Some((option, _)) => Err(MtlsError::config(
                Code::BadOption,
                format!("`trust.{option}` is given and no revocation list"),
            )
            .with_hint("Name the list as `trust.crl_file`.")),
        };
    }
    let now = date::now();
    for found in &lists {
        check(found)?;
        let due = RevocationList::parse(&found.der).and_then(|list| list.next_update);
        if let Some(due) = due.filter(|due| *due < now)
            && !config.allow_expired_crl
        {
            return Err(MtlsError::config(
                Code::CrlExpired,
                format!(
                    "{} is out of date: the next one was due on {}",
                    found.place,
                    date::rfc3339(due)
                ),
            ));
        }
    }
    Ok(Some(Revocation {
        lists: lists.into_iter().map(|found| found.der.into()).collect(),
        leaf_only: config.crl_check == Some(CrlCheck::Leaf),
        allow_expired: config.allow_expired_crl,
    }))
}

fn add(source: &Source, lists: &mut Vec<FoundList>) -> Result<()> {
    let mut findings = Findings::default();
    format::read(source, &StoreAccess::default(), &mut findings)?;
    if findings.revocation_lists.is_empty() {
        return Err(MtlsError::config(
            Code::CrlUnreadable,
            format!(
                "{} holds no revocation list: found {}",
                source.name,
                findings.in_words()
            ),
        ));
    }
    lists.append(&mut findings.revocation_lists);
    Ok(())
}

/// Refuses what webpki could not use, while it can still be named.
fn check(found: &FoundList) -> Result<()> {
    let problem = match BorrowedCertRevocationList::from_der(&found.der) {
        Ok(_) => return Ok(()),
        Err(Error::UnsupportedCrlVersion) => "it is of version 1; lists of version 2 are read",
        Err(Error::UnsupportedDeltaCrl) => "it is a delta list, which completes another one",
        Err(Error::UnsupportedIndirectCrl) => {
            "it is an indirect list, which speaks for several CAs"
        }
        Err(Error::UnsupportedRevocationReasonsPartitioning) => {
            "it is one of several lists, each for other reasons"
        }
        Err(Error::UnsupportedCriticalExtension) => "it has an unknown critical extension",
        Err(_) => "it is damaged",
    };
    Err(MtlsError::config(
        Code::CrlUnreadable,
        format!("{} cannot be used: {problem}", found.place),
    )
    .with_hint("Fetch the CA's complete list, in PEM or DER."))
}
