//! The verbs for files: look at certificates and keys, check, compare, request and convert them.
//!
//! What they do is core's; here are their flags and their words.

pub(crate) mod bundle;
pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod csr;
pub(crate) mod help;
pub(crate) mod inspect;
mod job;
pub(crate) mod matching;
mod reach;
pub(crate) mod renewal;
mod words;

use clap::Args;

use job::Job;

use crate::errors::Failure;

/// What is read, and what opens it.
#[derive(Args, Debug)]
pub(crate) struct Inputs {
    /// Certificates, keys, chains, stores, requests: any format, any order; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<String>,

    #[command(flatten)]
    opening: Opening,
}

/// What opens encrypted keys and stores.
#[derive(Args, Debug)]
pub(crate) struct Opening {
    /// The environment variable that holds the passphrase; without this, mutls asks
    #[arg(long, value_name = "VAR", help_heading = "Passphrases")]
    pass_env: Option<String>,

    /// The file whose first line is the passphrase
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "pass_env",
        help_heading = "Passphrases"
    )]
    pass_file: Option<String>,

    /// That of the key in a store, where it is another
    #[arg(long, value_name = "VAR", help_heading = "Passphrases")]
    key_pass_env: Option<String>,

    /// The same, in a file
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "key_pass_env",
        help_heading = "Passphrases"
    )]
    key_pass_file: Option<String>,

    /// Which key of a store that holds several
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
}

impl Inputs {
    fn fill(&self, job: &mut Job) -> Result<(), Failure> {
        job.inputs(&self.files)?;
        self.opening.fill(job);
        Ok(())
    }
}

impl Opening {
    fn fill(&self, job: &mut Job) {
        job.set("passphrase_env", &self.pass_env);
        job.set("passphrase_file", &self.pass_file);
        job.set("key_passphrase_env", &self.key_pass_env);
        job.set("key_passphrase_file", &self.key_pass_file);
        job.set("alias", &self.alias);
    }
}

/// The passphrase of what is written.
#[derive(Args, Debug)]
pub(crate) struct NewPassphrase {
    /// The environment variable that holds the passphrase of what is written; without this, mutls asks for it twice
    /// where one is needed
    #[arg(long, value_name = "VAR", help_heading = "Passphrases")]
    new_pass_env: Option<String>,

    /// The file whose first line is the passphrase of what is written
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "new_pass_env",
        help_heading = "Passphrases"
    )]
    new_pass_file: Option<String>,
}

impl NewPassphrase {
    fn is_given(&self) -> bool {
        self.new_pass_env.is_some() || self.new_pass_file.is_some()
    }

    fn fill(&self, job: &mut Job) {
        job.set("new_passphrase_env", &self.new_pass_env);
        job.set("new_passphrase_file", &self.new_pass_file);
    }
}
