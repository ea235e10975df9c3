//! Fills in every placeholder, once for all languages: a runner needs neither the announcement nor
//! string substitution.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::announcement::Announcement;
use crate::case::Case;
use crate::error::Error;
use crate::table::Table;

/// What a runner reads.
#[derive(Debug, Deserialize, Serialize)]
pub struct Expanded {
    /// The version of this shape, 1.
    pub version: u32,
    /// Variables that the runner's process has to have from its start.
    pub env: BTreeMap<String, String>,
    /// Without placeholders, and without `files` and `env`.
    pub cases: Vec<Case>,
}

/// Fills in the table for one run, and writes the files of its cases beside the sandbox's own.
pub fn expand(table: &Table, announcement: &Announcement) -> Result<Expanded, Error> {
    let run = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(|since| since.as_nanos())
        .unwrap_or_default();
    let mut env: BTreeMap<String, String> = BTreeMap::new();
    let mut cases = Vec::new();
    for case in &table.cases {
        let filler = Filler {
            table,
            announcement,
            dir: format!("{}/cases/{run:x}/{}", announcement.dir()?, case.id),
            id: format!("{}-{run:x}", case.id),
        };
        let mut case = filler.fill_case(case)?;
        write_files(Path::new(&filler.dir), std::mem::take(&mut case.files))?;
        for (name, value) in std::mem::take(&mut case.env) {
            if env.get(&name).is_some_and(|other| *other != value) {
                return Err(Error::new(format!("two cases want another {name}")));
            }
            env.insert(name, value);
        }
        cases.push(case);
    }
    Ok(Expanded {
        version: 1,
        env,
        cases,
    })
}

fn write_files(dir: &Path, files: BTreeMap<String, String>) -> Result<(), Error> {
    std::fs::create_dir_all(dir).map_err(|e| Error::at(dir, e))?;
    for (name, text) in files {
        let path = dir.join(name);
        std::fs::write(&path, text).map_err(|e| Error::at(&path, e))?;
    }
    Ok(())
}

struct Filler<'a> {
    table: &'a Table,
    announcement: &'a Announcement,
    dir: String,
    id: String,
}

impl Filler<'_> {
    fn fill_case(&self, case: &Case) -> Result<Case, Error> {
        let at = |e: Error| Error::new(format!("the case {}: {e}", case.id));
        let mut case = case.clone();
        case.config = self.like(case.config).map_err(at)?;
        for step in &mut case.steps {
            if let Some(config) = step.config.take() {
                step.config = Some(self.like(config).map_err(at)?);
            }
        }
        let value = serde_json::to_value(&case).map_err(|e| at(Error::new(e.to_string())))?;
        let filled = self.fill(value).map_err(at)?;
        serde_json::from_value(filled).map_err(|e| at(Error::new(e.to_string())))
    }

    /// `"$like": name` takes over what `configs.json` has under that name; a key beside it comes first.
    fn like(&self, config: Value) -> Result<Value, Error> {
        let Value::Object(mut own) = config else {
            return Ok(Value::Object(Map::new()));
        };
        let Some(name) = own.remove("$like") else {
            return Ok(Value::Object(own));
        };
        let base = name.as_str().and_then(|name| self.table.configs.get(name));
        let Some(Value::Object(base)) = base else {
            return Err(Error::new(format!("configs.json holds no {name}")));
        };
        for (key, value) in base {
            own.entry(key.clone()).or_insert_with(|| value.clone());
        }
        Ok(Value::Object(own))
    }

    fn fill(&self, value: Value) -> Result<Value, Error> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill_text(&text)?),
            Value::Array(all) => Value::Array(
                all.into_iter()
                    .map(|one| self.fill(one))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(key, value)| Ok((self.fill_text(&key)?, self.fill(value)?)))
                    .collect::<Result<_, Error>>()?,
            ),
            other => other,
        })
    }

    fn fill_text(&self, text: &str) -> Result<String, Error> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((placeholder, behind)) = after.split_once('}') else {
                return Err(Error::new(format!("a placeholder without end in {text:?}")));
            };
            filled.push_str(before);
            match placeholder.split_once('*') {
                _ if placeholder == "dir" => filled.push_str(&self.dir),
                _ if placeholder == "id" => filled.push_str(&self.id),
                // `${x*20000}` is a long text.
                Some((unit, times)) if times.bytes().all(|b| b.is_ascii_digit()) => {
                    filled.push_str(&unit.repeat(times.parse().unwrap_or_default()));
                }
                _ => filled.push_str(&self.announcement.resolve(placeholder)?),
            }
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}
