//! The certificate authorities: a root, an intermediate under it, and another root that nobody here trusts.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, RevocationReason,
    RevokedCertParams, SerialNumber,
};
use time::{Duration, OffsetDateTime};

use crate::error::Error;
use crate::key;

/// How long leaves live. A kept folder is made anew when less than a day of it is left.
pub(crate) const LEAF_DAYS: i64 = 365;

pub(crate) struct Authorities {
    pub root: CertifiedIssuer<'static, KeyPair>,
    pub intermediate: CertifiedIssuer<'static, KeyPair>,
    pub other: CertifiedIssuer<'static, KeyPair>,
}

impl Authorities {
    pub(crate) fn make() -> Result<Self, Error> {
        let root = CertifiedIssuer::self_signed(params("Sandbox Root CA", None), new_key()?)?;
        let intermediate = CertifiedIssuer::signed_by(
            params("Sandbox Intermediate CA", Some(0)),
            new_key()?,
            &root,
        )?;
        let other = CertifiedIssuer::self_signed(params("Other Root CA", None), new_key()?)?;
        Ok(Self {
            root,
            intermediate,
            other,
        })
    }

    /// The intermediate's revocation list, as of now or as of last year.
    pub(crate) fn revocation_list(
        &self,
        revoked: &[SerialNumber],
        is_current: bool,
    ) -> Result<String, Error> {
        revocation_list(&self.intermediate, revoked, is_current)
    }

    /// The root's, which is empty: with it a whole chain can be checked.
    pub(crate) fn root_revocation_list(&self) -> Result<String, Error> {
        revocation_list(&self.root, &[], true)
    }
}

pub(crate) fn key_pem(issuer: &CertifiedIssuer<'static, KeyPair>) -> Result<String, Error> {
    key::pkcs8(issuer.key())
}

fn new_key() -> Result<KeyPair, Error> {
    Ok(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?)
}

fn params(name: &str, path_length: Option<u8>) -> CertificateParams {
    let now = OffsetDateTime::now_utc();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::OrganizationName, "mutls sandbox");
    params.distinguished_name.push(DnType::CommonName, name);
    // Older than the expired leaves, so that only the leaf is out of date.
    params.not_before = now - Duration::days(90);
    params.not_after = now + Duration::days(10 * 365);
    params.is_ca = IsCa::Ca(path_length.map_or(
        BasicConstraints::Unconstrained,
        BasicConstraints::Constrained,
    ));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params
}

fn revocation_list(
    issuer: &CertifiedIssuer<'static, KeyPair>,
    revoked: &[SerialNumber],
    is_current: bool,
) -> Result<String, Error> {
    let now = match is_current {
        true => OffsetDateTime::now_utc(),
        false => OffsetDateTime::now_utc() - Duration::days(2 * LEAF_DAYS),
    };
    let list = CertificateRevocationListParams {
        this_update: now - Duration::days(1),
        next_update: now + Duration::days(LEAF_DAYS),
        crl_number: SerialNumber::from(1u64),
        issuing_distribution_point: None,
        revoked_certs: revoked
            .iter()
            .map(|serial_number| RevokedCertParams {
                serial_number: serial_number.clone(),
                revocation_time: now - Duration::hours(1),
                reason_code: Some(RevocationReason::KeyCompromise),
                invalidity_date: None,
            })
            .collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    }
    .signed_by(issuer)?;
    Ok(list.pem()?)
}
