//! One run of a tool: its document, its secrets, and the question for a passphrase.

use std::io::Read;

use mutls::tools::{self, Output, Stop};
use mutls::{Attachments, Code};
use serde::Serialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::errors::Failure;
use crate::interrupt;
use crate::output;
use crate::prompt;

/// As much as core reads of a file.
const MOST: u64 = 16 * 1024 * 1024;

pub(super) struct Job {
    verb: &'static str,
    document: Map<String, Value>,
    attachments: Attachments,
}

impl Job {
    pub(super) fn new(verb: &'static str) -> Job {
        Job {
            verb,
            document: Map::new(),
            attachments: Attachments::default(),
        }
    }

    /// Sets an option; nothing, `false` and empty lists are left out.
    pub(super) fn set(&mut self, key: &str, value: &impl Serialize) {
        let value = json!(value);
        let is_empty = match &value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.document.insert(key.to_owned(), value);
        }
    }

    /// Keeps a secret out of the document.
    pub(super) fn attach(&mut self, key: &str, secret: &str) {
        self.attachments.set(key, secret.as_bytes());
        self.document.insert(key.to_owned(), json!({ "ref": key }));
    }

    /// Takes over attachments, before there are others.
    pub(super) fn attach_all(&mut self, attachments: Attachments) {
        self.attachments = attachments;
    }

    /// Files by their names; `-` is standard input.
    pub(super) fn inputs(&mut self, files: &[String]) -> Result<(), Failure> {
        let mut inputs = Vec::new();
        for file in files {
            if file != "-" {
                inputs.push(json!(file));
                continue;
            }
            let mut bytes = Zeroizing::new(Vec::new());
            std::io::stdin()
                .lock()
                .take(MOST + 1)
                .read_to_end(&mut bytes)
                .map_err(|e| Failure::usage(format!("standard input cannot be read: {e}")))?;
            self.attachments.set("standard input", bytes.as_slice());
            inputs.push(json!({"ref": "standard input"}));
        }
        self.document.insert("input".into(), inputs.into());
        Ok(())
    }

    /// Runs it. Where a passphrase is lacking and somebody can answer, asks for it once.
    pub(super) fn run(&mut self) -> Result<Output, Failure> {
        match self.attempt() {
            Err(Failure::Call(error)) if error.code() == Code::PassphraseRequired => {
                match self.ask(error.message())? {
                    true => self.attempt(),
                    false => Err(Failure::Call(error)),
                }
            }
            outcome => outcome,
        }
    }

    /// Asks for the passphrase of what is read, after saying why; false where none was asked for.
    pub(super) fn ask(&mut self, why: &str) -> Result<bool, Failure> {
        let is_given = ["passphrase", "passphrase_env", "passphrase_file"]
            .iter()
            .any(|key| self.document.contains_key(*key));
        if is_given || !prompt::possible() {
            return Ok(false);
        }
        eprintln!("mutls: {why}");
        let answer = prompt::secret("Passphrase")?;
        self.attach("passphrase", &answer);
        Ok(true)
    }

    fn attempt(&self) -> Result<Output, Failure> {
        let document = Value::Object(self.document.clone()).to_string();
        let stop = Stop {
            cancel: interrupt::token(),
            interrupt: None,
        };
        let attachments = &self.attachments;
        Ok(tools::run_until(self.verb, &document, attachments, &stop)?)
    }
}

/// Asks for a new passphrase, twice.
pub(super) fn new_passphrase(of_what: &str) -> Result<Zeroizing<String>, Failure> {
    let first = prompt::secret(&format!("New passphrase of {of_what}"))?;
    if first.is_empty() {
        return Err(Failure::usage("the passphrase is empty"));
    }
    let second = prompt::secret("Once more")?;
    match first == second {
        true => Ok(first),
        false => Err(Failure::usage("the two passphrases differ")),
    }
}

/// Prints the report as JSON.
pub(super) fn print_json(report: &Value) -> Result<(), Failure> {
    output::print(format!("{report:#}\n").as_bytes())
}
