//! The servers' own certificates: a good one, and one for each complaint a client can have.

use rcgen::{ExtendedKeyUsagePurpose, SanType, SerialNumber};

use crate::ca::Authorities;
use crate::error::Error;
use crate::folder::Folder;
use crate::key::{Form, Kind};
use crate::leaf::{Dates, Issuer, Leaf};
use crate::version1;

/// The name under which every listener is reached.
pub(crate) const HOSTNAME: &str = "localhost";

pub(crate) struct Spec {
    pub name: &'static str,
    issuer: Issuer,
    dates: Dates,
    twist: Twist,
}

#[derive(Clone, Copy, PartialEq)]
enum Twist {
    None,
    OtherHost,
    /// The name stands in the subject alone, as before RFC 2818.
    NoAlternativeName,
    LeafOnly,
    ClientUsage,
    /// What `openssl req -x509` makes: a CA used as a server's certificate.
    IsCa,
    /// X.509 version 1, without extensions.
    Version1,
    Revoked,
}

const GOOD: Spec = Spec {
    name: "good",
    issuer: Issuer::Intermediate,
    dates: Dates::Current,
    twist: Twist::None,
};

#[rustfmt::skip]
pub(crate) const ALL: &[Spec] = &[
    GOOD,
    Spec { name: "expired", dates: Dates::Past, ..GOOD },
    Spec { name: "expiring", dates: Dates::Soon, ..GOOD },
    Spec { name: "not_yet_valid", dates: Dates::Future, ..GOOD },
    Spec { name: "wrong_host", twist: Twist::OtherHost, ..GOOD },
    Spec { name: "self_signed", issuer: Issuer::Itself, ..GOOD },
    Spec { name: "unknown_ca", issuer: Issuer::OtherRoot, ..GOOD },
    Spec { name: "missing_intermediate", twist: Twist::LeafOnly, ..GOOD },
    Spec { name: "wrong_eku", twist: Twist::ClientUsage, ..GOOD },
    Spec { name: "ca_as_leaf", issuer: Issuer::Itself, twist: Twist::IsCa, ..GOOD },
    Spec { name: "no_san", twist: Twist::NoAlternativeName, ..GOOD },
    Spec { name: "v1", issuer: Issuer::Itself, twist: Twist::Version1, ..GOOD },
    Spec { name: "revoked", twist: Twist::Revoked, ..GOOD },
];

impl Spec {
    pub(crate) fn make(
        &self,
        by: &Authorities,
        folder: &Folder,
    ) -> Result<Option<SerialNumber>, Error> {
        let key = Kind::P256.generate()?;
        let host = if self.twist == Twist::OtherHost {
            "other.example"
        } else {
            HOSTNAME
        };
        let issued = Leaf {
            common_name: host.to_owned(),
            organisation: "Sandbox Partner",
            names: self.names()?,
            issuer: self.issuer,
            dates: self.dates,
            usage: if self.twist == Twist::ClientUsage {
                ExtendedKeyUsagePurpose::ClientAuth
            } else {
                ExtendedKeyUsagePurpose::ServerAuth
            },
            is_ca: self.twist == Twist::IsCa,
        }
        .issue(by, &key)?;
        let mut chain = match self.twist {
            Twist::Version1 => version1::pem(&issued.certificate, &key)?,
            _ => issued.certificate.pem(),
        };
        if self.issuer == Issuer::Intermediate && self.twist != Twist::LeafOnly {
            chain += &by.intermediate.pem();
        }
        folder.write(&self.chain_file(), &chain)?;
        folder.write_secret(&self.key_file(), &Form::Pkcs8.write(&key)?)?;
        Ok((self.twist == Twist::Revoked).then_some(issued.serial))
    }

    fn names(&self) -> Result<Vec<SanType>, Error> {
        let dns = |name: &str| -> Result<SanType, Error> {
            Ok(SanType::DnsName(
                name.to_owned().try_into().map_err(Error::certificate)?,
            ))
        };
        Ok(match self.twist {
            Twist::OtherHost => vec![dns("other.example")?],
            Twist::NoAlternativeName => Vec::new(),
            _ => vec![
                dns(HOSTNAME)?,
                dns("*.sandbox.test")?,
                SanType::IpAddress(std::net::Ipv4Addr::LOCALHOST.into()),
                SanType::IpAddress(std::net::Ipv6Addr::LOCALHOST.into()),
            ],
        })
    }

    pub(crate) fn chain_file(&self) -> String {
        format!("servers/{}-chain.pem", self.name)
    }

    pub(crate) fn key_file(&self) -> String {
        format!("servers/{}-key.pem", self.name)
    }
}

pub(crate) fn named(name: &str) -> &'static Spec {
    ALL.iter().find(|spec| spec.name == name).unwrap_or(&GOOD)
}
