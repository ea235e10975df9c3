//! The announcement: everything a client needs to know, as one line of JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The version of the announcement's shape.
pub const VERSION: u32 = 1;

/// What a sandbox offers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Info {
    /// The shape's version, [`VERSION`].
    pub version: u32,
    /// The folder that holds every file, absolute.
    pub dir: PathBuf,
    /// The name under which the listeners are reached.
    pub hostname: String,
    /// Ports by name.
    pub listeners: BTreeMap<String, Listener>,
    /// Files that belong to no identity, by name.
    pub files: BTreeMap<String, PathBuf>,
    /// Client identities by name.
    pub identities: BTreeMap<String, Identity>,
    /// The partner of Lean's shape.
    pub lean: Lean,
    /// The partner of Trulioo's shape.
    pub trulioo: Trulioo,
}

/// One port.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listener {
    /// Scheme, host and port, without a path.
    pub url: String,
    /// The port on 127.0.0.1.
    pub port: u16,
    /// Whether it asks for a client certificate.
    pub client_auth: ClientAuth,
    /// Versions spoken, `"1.2"` and `"1.3"`; empty where no TLS is spoken.
    pub tls: Vec<String>,
    /// One sentence.
    pub about: String,
}

/// Whether a listener asks for a client certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuth {
    /// A handshake without one fails.
    Required,
    /// It asks, and does without.
    Optional,
    /// It does not ask.
    None,
}

/// A client certificate and its key, as files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// The leaf alone.
    pub cert: PathBuf,
    /// The leaf, then the intermediate where there is one.
    pub chain: PathBuf,
    /// The private key.
    pub key: PathBuf,
    /// What decrypts the key, where it is encrypted.
    pub passphrase: Option<String>,
    /// One sentence.
    pub about: String,
}

/// How to call the partner of Lean's shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lean {
    /// The listener `required`.
    pub base_url: String,
    /// The header that carries the application token.
    pub app_token_header: String,
    /// The token that has access.
    pub app_token: String,
}

/// How to call the partner of Trulioo's shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trulioo {
    /// The listener `required`.
    pub base_url: String,
    /// For basic authentication.
    pub username: String,
    /// For basic authentication.
    pub password: String,
}

impl Info {
    /// The announcement as one line of JSON, without a line feed.
    pub fn to_json_line(&self) -> String {
        // Strings, numbers and UTF-8 paths: nothing here can fail to serialise, save a path that
        // is not UTF-8, which `Sandbox::start` refuses.
        serde_json::to_string(self).unwrap_or_default()
    }
}
