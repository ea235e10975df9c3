//! What the placeholders in `tests/servers/` stand for, and the ports that they named.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::ports::Port;
use crate::error::Error;

/// Fills in `${port:NAME}`, a port of the server's own; `${SERVER:NAME}`, a port of another; `${sandbox}`,
/// `${made}` and `${dir}`, folders.
pub(super) struct Filler {
    pub(super) dir: PathBuf,
    sandbox: PathBuf,
    /// By `SERVER:NAME`.
    numbers: BTreeMap<String, u16>,
    held: Vec<Port>,
}

impl Filler {
    pub(super) fn new(sandbox: &Path, dir: &Path) -> Filler {
        Filler {
            dir: dir.to_owned(),
            sandbox: sandbox.to_owned(),
            numbers: BTreeMap::new(),
            held: Vec::new(),
        }
    }

    /// The same port for the same name.
    pub(super) fn port(&mut self, server: &str, name: &str) -> Result<u16, Error> {
        let key = format!("{server}:{name}");
        if let Some(number) = self.numbers.get(&key) {
            return Ok(*number);
        }
        let port = Port::reserve()?;
        let number = port.number;
        self.numbers.insert(key, number);
        self.held.push(port);
        Ok(number)
    }

    /// A port that listens already.
    pub(super) fn announce(&mut self, server: &str, name: &str, number: u16) {
        self.numbers.insert(format!("{server}:{name}"), number);
    }

    pub(super) fn known(&self, server: &str, name: &str) -> Option<u16> {
        self.numbers.get(&format!("{server}:{name}")).copied()
    }

    /// The names and ports of a server.
    pub(super) fn ports_of(&self, server: &str) -> Vec<(String, u16)> {
        let own = |key: &String| {
            key.strip_prefix(server)?
                .strip_prefix(':')
                .map(str::to_owned)
        };
        let ports = self.numbers.iter();
        ports
            .filter_map(|(key, number)| Some((own(key)?, *number)))
            .collect()
    }

    pub(super) fn fill(&mut self, server: &str, text: &str) -> Result<String, Error> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (placeholder, behind) = after
                .split_once('}')
                .ok_or_else(|| Error::new(format!("{server}: a placeholder without end")))?;
            filled.push_str(before);
            filled.push_str(&self.value(server, placeholder)?);
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn value(&mut self, server: &str, placeholder: &str) -> Result<String, Error> {
        let folder = |path: PathBuf| Ok(path.display().to_string());
        match placeholder.split_once(':') {
            Some(("port", name)) => self.port(server, name).map(|n| n.to_string()),
            Some((other, name)) => self.port(other, name).map(|n| n.to_string()),
            None if placeholder == "sandbox" => folder(self.sandbox.clone()),
            None if placeholder == "made" => folder(self.dir.join("made")),
            None if placeholder == "dir" => folder(self.dir.join(server)),
            None => Err(Error::new(format!("{server}: no ${{{placeholder}}}"))),
        }
    }

    /// By server and name: `url` and `port`; and the folder of the certificates that were made.
    pub(super) fn announcement(&self) -> Value {
        let mut all = json!({"made": self.dir.join("made")});
        for (key, number) in &self.numbers {
            if let Some((server, name)) = key.split_once(':') {
                let place = json!({"url": format!("https://localhost:{number}"), "port": number});
                // `Value`'s index makes what is not there.
                #[allow(clippy::indexing_slicing)]
                {
                    all[server][name] = place;
                }
            }
        }
        all
    }
}
