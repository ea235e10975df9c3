//! `create_csr`: a certificate signing request (RFC 2986), and the key that it is for.

use pkcs8::ObjectIdentifier;
use rustls::SignatureScheme;
use rustls::pki_types::{AlgorithmIdentifier, alg_id};
use serde_json::json;
use zeroize::Zeroizing;

use super::encode::{self, Bytes};
use super::input::document;
use super::key::{self, Kind};
use super::output::{Made, Output};
use super::profile::Profile;
use super::subject::{Subject, alternative_name};
use super::{facts, request};
use crate::config::{Attachments, Secret, read};
use crate::error::{Code, MtlsError, Result};
use crate::identity::findings::FoundSection;
use crate::identity::private_key::{OpenedKey, PrivateKey};
use crate::identity::source::{Side, Source};

const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

/// How a request is signed, by what the key can do.
const SCHEMES: &[(SignatureScheme, AlgorithmIdentifier)] = &[
    (SignatureScheme::RSA_PKCS1_SHA256, alg_id::RSA_PKCS1_SHA256),
    (SignatureScheme::ECDSA_NISTP256_SHA256, alg_id::ECDSA_SHA256),
    (SignatureScheme::ECDSA_NISTP384_SHA384, alg_id::ECDSA_SHA384),
    (SignatureScheme::ECDSA_NISTP521_SHA512, alg_id::ECDSA_SHA512),
    (SignatureScheme::ED25519, alg_id::ED25519),
];

document! {
    /// What to ask for. `input` may name a key to use in place of a new one.
    CreateCsr {
        /// The kind of the new key: `rsa-2048` (the default), `rsa-3072`, `rsa-4096`, `p-256`, `p-384`, `ed25519`.
        key: Option<Kind>,
        subject: Subject,
        /// Subject alternative names: host names, addresses, URIs, e-mail addresses.
        names: Vec<String>,
        /// A partner's rules, such as `trulioo`.
        profile: Option<String>,
        /// The passphrase of the new key.
        new_passphrase: Option<Secret>,
        new_passphrase_env: Option<String>,
        new_passphrase_file: Option<String>,
        key_output_file: Option<String>,
        csr_output_file: Option<String>,
        overwrite: bool,
    }
}

pub(super) fn run(json: &str, attachments: &Attachments) -> Result<Output> {
    let document: CreateCsr = read(json)?;
    let subject = document.subject.encode()?;
    if document.subject.is_empty() && document.names.is_empty() {
        return Err(
            MtlsError::config(Code::BadOption, "`subject` and `names` are empty")
                .with_hint("Give at least `subject.common_name`."),
        );
    }
    if let Some(name) = &document.profile {
        Profile::find(name)?.check(&document.subject, &document.names)?;
    }
    let extensions = extensions(&document.names)?;
    let passphrase = key::new_passphrase(
        document.new_passphrase.as_ref(),
        document.new_passphrase_env.as_deref(),
        document.new_passphrase_file.as_deref(),
        attachments,
        "Give a passphrase, or leave it out: then the key is not encrypted.",
    )?;
    let (opened, new_key) = match document.input.is_empty() {
        true => make(document.key.unwrap_or_default())?,
        false => (existing(&document, attachments)?, None),
    };
    let request = sign(&subject, &extensions, &opened)?;
    let mut made = vec![Made {
        name: "csr",
        bytes: encode::pem("CERTIFICATE REQUEST", &request),
        file: document.csr_output_file.clone(),
        is_secret: false,
    }];
    if let Some(pkcs8) = &new_key {
        made.push(Made {
            name: "key",
            bytes: key::pem(pkcs8, passphrase.as_ref())?,
            file: document.key_output_file.clone(),
            is_secret: true,
        });
    }
    let section = FoundSection {
        label: request::REQUEST.to_owned(),
        der: request.to_vec(),
        place: "the new request".to_owned(),
    };
    let report = json!({
        "request": request::describe(&section),
        "key": opened.words,
        "pin": facts::pin(&opened.spki),
        "new_key": new_key.is_some(),
        "key_encrypted": new_key.is_some() && passphrase.is_some(),
    });
    Output::made(report, made, document.overwrite)
}

/// A new key, ready to sign, and in PKCS#8.
fn make(kind: Kind) -> Result<(OpenedKey, Option<Bytes>)> {
    let pkcs8 = key::generate(kind)?;
    let source = Source {
        name: "the new key".into(),
        is_file: false,
        side: Side::Tools,
        bytes: Zeroizing::default(),
    };
    let opened = PrivateKey::new(pkcs8.clone(), &source, "the new key")?.open(None)?;
    Ok((opened, Some(pkcs8)))
}

/// The key that the caller has already.
fn existing(document: &CreateCsr, attachments: &Attachments) -> Result<OpenedKey> {
    let contradiction = [
        ("key", document.key.is_some()),
        ("key_output_file", document.key_output_file.is_some()),
        (
            "new_passphrase",
            document.new_passphrase.is_some()
                || document.new_passphrase_env.is_some()
                || document.new_passphrase_file.is_some(),
        ),
    ];
    if let Some((name, _)) = contradiction.iter().find(|(_, is_given)| *is_given) {
        return Err(MtlsError::config(
            Code::BadOption,
            format!("`{name}` is for a new key, and `input` names one that is there"),
        )
        .with_hint("Leave one of them out."));
    }
    let pool = document.pool(attachments, Side::Identity)?;
    match pool.keys().as_slice() {
        [key] => key.open(pool.passphrase.as_ref()),
        _ => Err(MtlsError::config(
            Code::IdentityNotFound,
            format!(
                "one private key is wanted; what was found: {}",
                pool.findings.in_words()
            ),
        )
        .with_hint("Give the file of one key, or leave `input` out for a new one.")),
    }
}

/// The attributes: a request for alternative names, or none.
fn extensions(names: &[String]) -> Result<Bytes> {
    if names.is_empty() {
        return Ok(encode::context(0, &[]));
    }
    let names: Vec<Bytes> = names
        .iter()
        .map(|name| alternative_name(name))
        .collect::<Result<_>>()?;
    let names: Vec<&[u8]> = names.iter().map(|name| name.as_slice()).collect();
    let value = encode::octets(&encode::sequence(&names));
    let extension = encode::sequence(&[&encode::oid(SUBJECT_ALT_NAME), &value]);
    let list = encode::set(&[&encode::sequence(&[&extension])]);
    let attribute = encode::sequence(&[&encode::oid(EXTENSION_REQUEST), &list]);
    Ok(encode::context(0, &attribute))
}

fn sign(subject: &[u8], attributes: &[u8], key: &OpenedKey) -> Result<Bytes> {
    let info = encode::sequence(&[&encode::integer(0), subject, &key.spki, attributes]);
    let failed = || MtlsError::internal("the request could not be signed");
    for (scheme, algorithm) in SCHEMES {
        let Some(signer) = key.signer.choose_scheme(&[*scheme]) else {
            continue;
        };
        let signature = signer.sign(&info).map_err(|_| failed())?;
        return Ok(encode::sequence(&[
            &info,
            &encode::sequence(&[algorithm.as_ref()]),
            &encode::bits(&signature),
        ]));
    }
    Err(failed())
}
