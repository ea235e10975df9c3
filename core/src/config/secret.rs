//! Values that must not be seen, and the attachments they may come from.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use zeroize::Zeroizing;

use crate::error::{Code, MtlsError, Result};

/// A passphrase, a key or a store: given in place, or attached by name with `{"ref": "name"}`.
#[derive(Clone)]
pub enum Secret {
    /// The text itself. Zeroed when dropped.
    Inline(Arc<Zeroizing<String>>),
    /// The name of an attachment.
    Ref(String),
}

impl Secret {
    /// A secret from text in memory.
    pub fn inline(text: impl Into<String>) -> Self {
        Secret::Inline(Arc::new(Zeroizing::new(text.into())))
    }

    /// The bytes of the secret; `option` names it in the error when the attachment is missing.
    pub fn bytes(&self, attachments: &Attachments, option: &str) -> Result<Zeroizing<Vec<u8>>> {
        match self {
            Secret::Inline(text) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
            Secret::Ref(name) => match attachments.get(name) {
                Some(bytes) => Ok(Zeroizing::new(bytes.to_vec())),
                None => Err(MtlsError::config(
                    Code::BadOption,
                    format!("`{option}` refers to the attachment \"{name}\", which was not set"),
                )
                .with_hint(format!(
                    "Attach the bytes under the name \"{name}\" before making the client."
                ))),
            },
        }
    }

    /// Like [`Secret::bytes`], as UTF-8 text.
    pub fn text(&self, attachments: &Attachments, option: &str) -> Result<Zeroizing<String>> {
        let bytes = self.bytes(attachments, option)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => Err(MtlsError::config(
                Code::BadOption,
                format!("`{option}` is not UTF-8 text"),
            )),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Secret::Inline(_) => f.write_str("[secret]"),
            Secret::Ref(name) => write!(f, "[ref {name}]"),
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct SecretVisitor;

        impl<'de> Visitor<'de> for SecretVisitor {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, or {\"ref\": \"name of an attachment\"}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Secret, E> {
                Ok(Secret::inline(text))
            }

            fn visit_string<E: de::Error>(self, text: String) -> std::result::Result<Secret, E> {
                Ok(Secret::inline(text))
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Secret, A::Error> {
                let mut name = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key != "ref" {
                        return Err(de::Error::unknown_field(&key, &["ref"]));
                    }
                    name = Some(map.next_value()?);
                }
                name.map(Secret::Ref)
                    .ok_or_else(|| de::Error::missing_field("ref"))
            }
        }

        deserializer.deserialize_any(SecretVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Text, or the name of an attachment that holds the bytes.",
            "oneOf": [
                {"type": "string"},
                {"type": "object", "properties": {"ref": {"type": "string"}},
                 "required": ["ref"], "additionalProperties": false}
            ]
        })
    }
}

/// Secrets and binary stores that a config document refers to by name. Zeroed when dropped.
#[derive(Clone, Default)]
pub struct Attachments(BTreeMap<String, Arc<Zeroizing<Vec<u8>>>>);

impl Attachments {
    /// Attaches bytes under a name, replacing what was there.
    pub fn set(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0
            .insert(name.into(), Arc::new(Zeroizing::new(bytes.into())));
    }

    /// The bytes under a name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(|bytes| bytes.as_slice())
    }
}

impl fmt::Debug for Attachments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
