//! What client and server leaves have in common: an issuer, dates, a serial number.

use rcgen::{
    Certificate, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType, SerialNumber,
};
use time::{Duration, OffsetDateTime};

use crate::ca::{Authorities, LEAF_DAYS};
use crate::error::Error;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Issuer {
    Intermediate,
    Root,
    OtherRoot,
    Itself,
}

#[derive(Clone, Copy)]
pub(crate) enum Dates {
    Current,
    Past,
    /// Ends within a week.
    Soon,
    Future,
}

pub(crate) struct Leaf {
    pub common_name: String,
    pub organisation: &'static str,
    pub names: Vec<SanType>,
    pub issuer: Issuer,
    pub dates: Dates,
    pub usage: ExtendedKeyUsagePurpose,
    pub is_ca: bool,
}

pub(crate) struct Issued {
    pub certificate: Certificate,
    pub serial: SerialNumber,
}

impl Leaf {
    pub(crate) fn issue(self, by: &Authorities, key: &KeyPair) -> Result<Issued, Error> {
        let serial = serial_number()?;
        let (not_before, not_after) = self.dates.range();
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::OrganizationName, self.organisation);
        params
            .distinguished_name
            .push(DnType::CommonName, self.common_name);
        params.subject_alt_names = self.names;
        params.serial_number = Some(serial.clone());
        params.not_before = not_before;
        params.not_after = not_after;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![self.usage];
        params.use_authority_key_identifier_extension = true;
        params.is_ca = if self.is_ca {
            IsCa::Ca(rcgen::BasicConstraints::Unconstrained)
        } else {
            IsCa::ExplicitNoCa
        };
        let certificate = match self.issuer {
            Issuer::Intermediate => params.signed_by(key, &by.intermediate)?,
            Issuer::Root => params.signed_by(key, &by.root)?,
            Issuer::OtherRoot => params.signed_by(key, &by.other)?,
            Issuer::Itself => params.self_signed(key)?,
        };
        Ok(Issued {
            certificate,
            serial,
        })
    }
}

impl Dates {
    fn range(self) -> (OffsetDateTime, OffsetDateTime) {
        let now = OffsetDateTime::now_utc();
        match self {
            Self::Current => (now - Duration::days(1), now + Duration::days(LEAF_DAYS)),
            // Half a day more, so that it is five days for as long as a test runs.
            Self::Soon => (
                now - Duration::days(80),
                now + Duration::days(5) + Duration::hours(12),
            ),
            Self::Past => (now - Duration::days(30), now - Duration::days(1)),
            Self::Future => (
                now + Duration::days(LEAF_DAYS),
                now + Duration::days(2 * LEAF_DAYS),
            ),
        }
    }
}

fn serial_number() -> Result<SerialNumber, Error> {
    let mut bytes = [0u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(Error::certificate)?;
    // RFC 5280 4.1.2.2: positive, and no leading zero octet.
    if let Some(first) = bytes.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    Ok(SerialNumber::from_slice(&bytes))
}
