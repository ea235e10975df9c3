//! Password-based encryption of keys and stores: the scheme is told by its identifier, its work is bounded
//! before it is begun.

use zeroize::Zeroizing;

use super::der::{self, Element, Walker, tag};
use super::format::jks;
use super::passphrase::Passphrase;
use super::{pbe, pbes2};

/// Iterations of a key derivation, unless `max_kdf_iterations` says otherwise. OWASP asks for 600,000; ten million take
/// some seconds.
pub(super) const MAX_ITERATIONS: u64 = if cfg!(fuzzing) { 5_000 } else { 10_000_000 };

const PBES2: &str = "1.2.840.113549.1.5.13";
/// The keys in Java's own stores.
const JAVA: &str = "1.3.6.1.4.1.42.2.17.1.1";

/// What is met and not read.
const OTHER_SCHEMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.5.1", "PBES1 (MD2 and DES)"),
    ("1.2.840.113549.1.5.4", "PBES1 (MD2 and RC2)"),
    ("1.3.14.3.2.7", "DES"),
    ("1.2.840.113549.3.9", "RC5"),
    ("1.2.840.113549.2.12", "HMAC with SHA-512/224"),
    ("1.2.840.113549.2.13", "HMAC with SHA-512/256"),
];

/// Why something stays shut.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The structure is broken.
    Damaged(&'static str),
    /// Intact, and of a kind that is not read.
    Unsupported(String),
    /// More work than the bounds allow.
    TooMuch(String),
}

pub(super) type Read<T> = std::result::Result<T, Refusal>;

/// The plain bytes; `None` where the passphrase is wrong, as far as padding can tell.
pub(super) fn decrypt(
    scheme: Element<'_>,
    data: &[u8],
    passphrase: &Passphrase,
) -> Read<Option<Zeroizing<Vec<u8>>>> {
    let (oid, parameters) = algorithm(Some(scheme))
        .ok_or(Refusal::Damaged("its encryption parameters cannot be read"))?;
    if oid == PBES2 {
        return pbes2::decrypt(parameters, data, passphrase);
    }
    if oid == JAVA {
        return Ok(jks::decrypt(data, passphrase.bytes()));
    }
    match pbe::scheme(&oid) {
        Some(scheme) => pbe::decrypt(scheme, parameters, data, passphrase),
        None => Err(unsupported(&oid)),
    }
}

/// The identifier of an AlgorithmIdentifier, and a walker over its parameters.
pub(super) fn algorithm(element: Option<Element<'_>>) -> Option<(String, Walker<'_>)> {
    let element = element.filter(|element| element.tag == tag::SEQUENCE)?;
    let mut fields = element.walk();
    let oid = der::dotted(fields.take(tag::OID)?.content);
    Some((oid, fields))
}

pub(super) fn unsupported(oid: &str) -> Refusal {
    let known = OTHER_SCHEMES.iter().find(|(dotted, _)| *dotted == oid);
    Refusal::Unsupported(known.map_or_else(
        || format!("the algorithm {oid}"),
        |(_, name)| (*name).to_owned(),
    ))
}

/// A count of iterations within the bounds.
pub(super) fn iterations(element: Option<Element<'_>>, of: &str, limit: u64) -> Read<u32> {
    let broken = || Refusal::Damaged("its key derivation parameters cannot be read");
    let count = number(element).filter(|n| *n > 0).ok_or_else(broken)?;
    if count > limit {
        return Err(Refusal::TooMuch(format!(
            "{} {of} iterations, at most {limit} are done",
            figure(count)
        )));
    }
    u32::try_from(count).map_err(|_| broken())
}

/// A positive number; what exceeds 64 bits is as good as the largest.
pub(super) fn number(element: Option<Element<'_>>) -> Option<u64> {
    let element = element?;
    der::magnitude(&element)?;
    Some(der::unsigned(&element).unwrap_or(u64::MAX))
}

pub(super) fn figure(number: u64) -> String {
    if number >= u64::MAX >> 20 {
        "more than 10^13".to_owned()
    } else {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_ITERATIONS, Refusal, Walker, iterations};

    #[test]
    fn absurd_work_is_refused_before_it_is_begun() {
        let count = |der: &[u8]| iterations(Walker::new(der).next(), "PBKDF2", MAX_ITERATIONS);
        assert!(matches!(count(&[2, 2, 8, 0]), Ok(2048)));
        assert!(matches!(
            count(&[2, 4, 0x7f, 0, 0, 0]),
            Err(Refusal::TooMuch(_))
        ));
        assert!(matches!(
            count(&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
            Err(Refusal::TooMuch(_))
        ));
        assert!(matches!(count(&[2, 1, 0]), Err(Refusal::Damaged(_))));
        assert!(matches!(count(&[2, 1, 0xff]), Err(Refusal::Damaged(_))));
        assert!(matches!(count(&[]), Err(Refusal::Damaged(_))));
    }
}
