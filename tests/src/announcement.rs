//! What the sandbox announced, and what placeholders make of it.

use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;

use crate::error::Error;

/// The first line of `mutls sandbox`.
pub struct Announcement(Value);

impl Announcement {
    /// Parses the line.
    pub fn parse(line: &str) -> Result<Self, Error> {
        let value = serde_json::from_str(line)
            .map_err(|e| Error::new(format!("the announcement is not JSON: {e}")))?;
        Ok(Announcement(value))
    }

    /// The folder that holds the sandbox's files.
    pub(crate) fn dir(&self) -> Result<String, Error> {
        self.value("dir")
    }

    /// What a placeholder stands for: `a.b.c` a value of the announcement, `text:a.b.c` what is in the
    /// file that it names, `escaped:a.b.c` the same with its line feeds as `\n`, `pin:a.b.c` the pin of the
    /// first certificate in that file, `query:a.b.c` a value as it is written in a query.
    pub(crate) fn resolve(&self, placeholder: &str) -> Result<String, Error> {
        match placeholder.split_once(':') {
            None => self.value(placeholder),
            Some(("text", path)) => self.text(path),
            Some(("escaped", path)) => Ok(self.text(path)?.replace('\n', "\\n")),
            Some(("query", path)) => Ok(self.value(path)?.replace(':', "%3A").replace('/', "%2F")),
            Some(("pin", path)) => pin(Path::new(&self.value(path)?)),
            Some(_) => Err(unknown(placeholder)),
        }
    }

    fn value(&self, path: &str) -> Result<String, Error> {
        let found = path
            .split('.')
            .try_fold(&self.0, |value, key| value.get(key));
        match found {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            _ => Err(unknown(path)),
        }
    }

    fn text(&self, path: &str) -> Result<String, Error> {
        let file = self.value(path)?;
        std::fs::read_to_string(&file).map_err(|e| Error::at(Path::new(&file), e))
    }
}

fn unknown(placeholder: &str) -> Error {
    Error::new(format!("the announcement knows no ${{{placeholder}}}"))
}

fn pin(path: &Path) -> Result<String, Error> {
    let der = CertificateDer::from_pem_file(path).map_err(|e| Error::at(path, e))?;
    let (_, certificate) =
        x509_parser::parse_x509_certificate(&der).map_err(|e| Error::at(path, e))?;
    let sum = digest(&SHA256, certificate.public_key().raw);
    Ok(format!("sha256/{}", STANDARD.encode(sum)))
}
