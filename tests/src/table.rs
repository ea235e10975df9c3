//! The cases as they are written, before anything is filled in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

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
        Table::read_folder("cases")
    }

    /// Reads `configs.json` and every file of `faults/`, whose cases need [`crate::Faults`].
    pub fn faults() -> Result<Table, Error> {
        Table::read_folder("faults")
    }

    fn read_folder(name: &str) -> Result<Table, Error> {
        let mut cases: Vec<Case> = Vec::new();
        for path in case_files(name)? {
            let of_file: Vec<Case> = read_json(&path)?;
            cases.extend(of_file.into_iter().flat_map(Case::by_version));
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
fn case_files(name: &str) -> Result<Vec<PathBuf>, Error> {
    let dir = folder().join(name);
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

fn hold(config: &mut Value, version: &str) {
    let versions = json!({"min_version": version, "max_version": version});
    if let Some(config) = config.as_object_mut() {
        match config.get_mut("tls").and_then(Value::as_object_mut) {
            Some(tls) => tls.extend(versions.as_object().cloned().unwrap_or_default()),
            None => _ = config.insert("tls".into(), versions),
        }
    }
}

impl Case {
    /// One case for each of its versions of TLS, to which its client is held.
    fn by_version(self) -> Vec<Case> {
        if self.versions.is_empty() {
            return vec![self];
        }
        let each = self.versions.iter().map(|version| {
            let mut case = self.clone();
            case.versions.clear();
            case.id = format!("{}-tls{}", self.id, version.replace('.', ""));
            let sentence = self.sentence.trim_end_matches('.');
            case.sentence = format!("{sentence}, in TLS {version}.");
            let steps = case.steps.iter_mut().filter_map(|s| s.config.as_mut());
            for config in std::iter::once(&mut case.config).chain(steps) {
                hold(config, version);
            }
            case
        });
        each.collect()
    }

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
