//! Java's own stores, as keytool makes them: JKS, and JCEKS, which locks its keys otherwise.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY as SHA1};
use time::OffsetDateTime;

use crate::error::Error;
use crate::key::{ITERATIONS, PASSPHRASE};
use crate::{der, locked};

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Jks,
    Jceks,
}

const SALT: &[u8] = b"Mighty Aphrodite";
const JKS_KEYS: &str = "1.3.6.1.4.1.42.2.17.1.1";
const JCEKS_KEYS: &str = "1.3.6.1.4.1.42.2.19.1";

/// A PKCS#8 key with its chain, under a name.
pub(crate) fn of_key(
    kind: Kind,
    name: &str,
    pkcs8: &[u8],
    chain: &[&[u8]],
) -> Result<Vec<u8>, Error> {
    let sealed = match kind {
        Kind::Jks => {
            let scheme = der::sequence(&[&der::oid(JKS_KEYS)?, der::NULL])?;
            der::encrypted_key(&scheme, &masked(pkcs8)?)?
        }
        Kind::Jceks => {
            let salt = locked::random()?;
            let scheme = der::salted(JCEKS_KEYS, &salt, ITERATIONS)?;
            der::encrypted_key(&scheme, &locked::by_java(pkcs8, salt)?)?
        }
    };
    let mut store = head(kind);
    entry(&mut store, 1, name)?;
    block(&mut store, &sealed)?;
    number(&mut store, chain.len())?;
    for der in chain {
        certificate(&mut store, der)?;
    }
    Ok(finish(store))
}

/// A certificate alone, as in a truststore.
pub(crate) fn of_certificate(kind: Kind, name: &str, der: &[u8]) -> Result<Vec<u8>, Error> {
    let mut store = head(kind);
    entry(&mut store, 2, name)?;
    certificate(&mut store, der)?;
    Ok(finish(store))
}

/// Magic number, version 2, one entry.
fn head(kind: Kind) -> Vec<u8> {
    let magic: [u8; 4] = match kind {
        Kind::Jks => [0xfe, 0xed, 0xfe, 0xed],
        Kind::Jceks => [0xce; 4],
    };
    [magic, [0, 0, 0, 2], [0, 0, 0, 1]].concat()
}

fn finish(mut store: Vec<u8>) -> Vec<u8> {
    let digest = sha1(&[&password(), SALT, &store]);
    store.extend(digest);
    store
}

fn entry(store: &mut Vec<u8>, kind: usize, name: &str) -> Result<(), Error> {
    number(store, kind)?;
    text(store, name)?;
    let now = OffsetDateTime::now_utc().unix_timestamp() * 1_000;
    store.extend(now.to_be_bytes());
    Ok(())
}

fn certificate(store: &mut Vec<u8>, der: &[u8]) -> Result<(), Error> {
    text(store, "X.509")?;
    block(store, der)
}

fn number(store: &mut Vec<u8>, number: usize) -> Result<(), Error> {
    let number = u32::try_from(number).map_err(Error::certificate)?;
    store.extend(number.to_be_bytes());
    Ok(())
}

fn block(store: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Error> {
    number(store, bytes.len())?;
    store.extend(bytes);
    Ok(())
}

fn text(store: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    let length = u16::try_from(text.len()).map_err(Error::certificate)?;
    store.extend(length.to_be_bytes());
    store.extend(text.as_bytes());
    Ok(())
}

/// A salt, the key under a stream of SHA-1, a digest.
fn masked(plain: &[u8]) -> Result<Vec<u8>, Error> {
    let salt: [u8; 20] = locked::random()?;
    let mut out = salt.to_vec();
    let mut stream = salt.to_vec();
    for part in plain.chunks(20) {
        stream = sha1(&[&password(), &stream]);
        out.extend(part.iter().zip(&stream).map(|(byte, mask)| byte ^ mask));
    }
    out.extend(sha1(&[&password(), plain]));
    Ok(out)
}

fn password() -> Vec<u8> {
    PASSPHRASE
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect()
}

fn sha1(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = Context::new(&SHA1);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}
