//! The cases as they are written, before anything is filled in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::case::Case;
use crate::error::Error;

/// All cases, and the configs that they build on.
pub struct Table {
    /// In the order of the files and within them.
    pub cases: Vec<Case>,
    /// What `"$like": name` in a config stands for.
    pub configs: BTreeMap<String, Value>,
}

/// The folder `tests/`.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Table {
    /// Reads `configs.json` and every file of `cases/`.
    pub fn read() -> Result<Table, Error> {
        let mut cases: Vec<Case> = Vec::new();
        for path in case_files()? {
            let of_file: Vec<Case> = read_json(&path)?;
            cases.extend(of_file);
        }
        for (at, case) in cases.iter().enumerate() {
            case.check()?;
            if cases.iter().take(at).any(|other| other.id == case.id) {
                return Err(Error::new(format!("two cases are called {}", case.id)));
            }
        }
        let configs = read_json(&folder().join("configs.json"))?;
        Ok(Table { cases, configs })
    }
}

/// The files that hold cases, in order.
pub(crate) fn case_files() -> Result<Vec<PathBuf>, Error> {
    let dir = folder().join("cases");
    let entries = std::fs::read_dir(&dir).map_err(|e| Error::at(&dir, e))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "json"));
    paths.sort();
    Ok(paths)
}

pub(crate) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::at(path, e))?;
    serde_json::from_str(&text).map_err(|e| Error::at(path, e))
}

impl Case {
    /// What the schema cannot say.
    fn check(&self) -> Result<(), Error> {
        let wrong = |what: &str| Err(Error::new(format!("the case {} {what}", self.id)));
        if self.construct_error.is_some() != self.steps.is_empty() {
            return wrong("needs either steps or a construct_error");
        }
        for step in &self.steps {
            if step.answer.is_some() == step.error.is_some() {
                return wrong("has a step without one of answer and error");
            }
            let streams = step.body.as_ref().is_some_and(|body| body.stream.is_some());
            if streams && !self.needs.contains(&crate::case::Need::StreamUpload) {
                return wrong("streams a request body without saying so in needs");
            }
            if step.parallel.is_some() && !self.needs.contains(&crate::case::Need::Parallel) {
                return wrong("makes calls at once without saying so in needs");
            }
        }
        Ok(())
    }
}
