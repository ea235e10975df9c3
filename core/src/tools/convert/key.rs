//! The private key, alone or for its chain.

use serde_json::json;

use super::{Job, Written, refuse};
use crate::error::{Code, MtlsError, Result};
use crate::identity::private_key::PrivateKey;
use crate::identity::{date, matching};
use crate::tools::encode::Bytes;
use crate::tools::key;

impl Job<'_> {
    /// The key alone, in PKCS#8.
    pub(super) fn key(&self, as_der: bool) -> Result<Written> {
        let keys = self.pool.keys();
        let [one] = keys.as_slice() else {
            return Err(MtlsError::config(
                Code::IdentityNotFound,
                format!(
                    "one private key is wanted; what was found: {}",
                    self.pool.findings.in_words()
                ),
            )
            .with_hint("Give the file of one key; `alias` chooses in a store."));
        };
        let (pkcs8, is_protected, words) = self.opened(one)?;
        self.allow(is_protected)?;
        let bytes = match (as_der, self.passphrase) {
            (false, passphrase) => key::pem(&pkcs8, passphrase)?,
            (true, Some(passphrase)) => key::encrypted(&pkcs8, passphrase)?,
            (true, None) => pkcs8,
        };
        let report = json!({
            "kind": "key",
            "key": words,
            "encrypted": self.passphrase.is_some(),
            "aliases": [],
            "certificates": [],
            "left_out": [],
        });
        Ok((bytes, true, report))
    }

    /// The key that belongs to a certificate that was given.
    pub(super) fn owned_key(&self) -> Result<(Bytes, bool, String)> {
        let pool = self.pool;
        let (pair, _) = matching::pair(&pool.findings, pool.passphrase.as_ref(), date::now())?;
        for key in pool.keys() {
            let opened = key.open(pool.passphrase.as_ref());
            if opened.is_ok_and(|opened| opened.public_key == pair.public_key) {
                return self.opened(key);
            }
        }
        Err(MtlsError::internal("the key that was found is gone"))
    }

    /// PKCS#8, whether it was protected, and its kind in words.
    fn opened(&self, key: &PrivateKey) -> Result<(Bytes, bool, String)> {
        let passphrase = self.pool.passphrase.as_ref();
        let words = key.open(passphrase)?.words;
        let plain = key.plain(passphrase)?;
        let in_store =
            self.pool.findings.has_store && passphrase.is_some_and(|p| !p.bytes().is_empty());
        Ok((
            key::to_pkcs8(&plain)?,
            key.is_encrypted() || in_store,
            words,
        ))
    }

    /// A key that was protected does not lose its protection unasked.
    pub(super) fn allow(&self, is_protected: bool) -> Result<()> {
        let unencrypted = self.document.unencrypted;
        if self.passphrase.is_some() && unencrypted {
            return Err(refuse(
                "`new_passphrase` and `unencrypted` contradict each other",
                "Keep one of them.",
            ));
        }
        if self.passphrase.is_none() && is_protected && !unencrypted {
            return Err(refuse(
                "the private key was protected by a passphrase and would be written without one",
                "Give `new_passphrase`, or say `unencrypted` if that is meant.",
            ));
        }
        Ok(())
    }

    pub(super) fn refuse_passphrase(&self) -> Result<()> {
        match self.passphrase {
            None => Ok(()),
            Some(_) => Err(refuse(
                "`new_passphrase` is given, and what is written holds no private key",
                "Leave it out.",
            )),
        }
    }
}
