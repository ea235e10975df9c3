//! `--config FILE`: a config document, alone or as one of several profiles.

use std::path::Path;

use mutls::Config;
use serde_json::{Map, Value};

use crate::body::read_source;
use crate::errors::Failure;

/// The profile that is meant when several are there and none is named.
const DEFAULT: &str = "default";

/// A config document as it was written.
#[derive(Debug, Default)]
pub(crate) struct Document(Value);

impl Document {
    /// Reads the file and chooses the profile.
    pub(crate) fn load(file: &Path, profile: Option<&str>) -> Result<Document, Failure> {
        let bytes = read_source(file.as_os_str().as_encoded_bytes(), "--config")?;
        let shown = file.display().to_string();
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::usage(format!("--config: {shown} is not UTF-8 text")))?;
        let is_json = match file.extension().and_then(|ending| ending.to_str()) {
            Some("json") => true,
            Some("toml") => false,
            _ => text.trim_start().starts_with('{'),
        };
        let value = match is_json {
            true => serde_json::from_str(&text).map_err(|e| e.to_string()),
            false => toml::from_str(&text).map_err(|e| e.to_string()),
        };
        let kind = if is_json { "JSON" } else { "TOML" };
        let value = value.map_err(|problem| {
            let problem = problem.trim_end();
            Failure::usage(format!("--config: {shown} is not valid {kind}: {problem}"))
        })?;
        choose(value, profile, &shown).map(Document)
    }

    /// The document as the library understands it.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        match &self.0 {
            Value::Null => Ok(Config::default()),
            value => Ok(Config::from_value(value.clone())?.normalised()?),
        }
    }

    /// Whether the document says something, such as `timeouts`, `read_ms`.
    pub(crate) fn says(&self, section: &str, key: &str) -> bool {
        let section = self.0.get(section);
        section.and_then(|section| section.get(key)).is_some()
    }
}

fn choose(value: Value, wanted: Option<&str>, file: &str) -> Result<Value, Failure> {
    let Value::Object(mut keys) = value else {
        return Err(Failure::usage(format!(
            "--config: {file} holds no config document"
        )));
    };
    keys.remove("$schema");
    let Some(profiles) = keys.remove("profiles") else {
        return match wanted {
            None => Ok(Value::Object(keys)),
            Some(name) => Err(Failure::usage(format!(
                "{file} has no profiles, so none is called `{name}`"
            ))
            .with_hint("Leave --profile out, or put the document under `profiles`.")),
        };
    };
    if let Some(stray) = keys.keys().next() {
        return Err(Failure::usage(format!(
            "--config: {file} has `{stray}` beside `profiles`, where it would be ignored"
        ))
        .with_hint("Move it into the profiles."));
    }
    let Value::Object(profiles) = profiles else {
        return Err(Failure::usage(format!(
            "--config: `profiles` in {file} maps no names to config documents"
        )));
    };
    pick(profiles, wanted, file)
}

fn pick(
    mut profiles: Map<String, Value>,
    wanted: Option<&str>,
    file: &str,
) -> Result<Value, Failure> {
    let mut names: Vec<String> = profiles.keys().cloned().collect();
    names.sort();
    let name = match (wanted, names.as_slice()) {
        (Some(name), _) => name,
        (None, [only]) => only,
        (None, _) => DEFAULT,
    };
    profiles.remove(name).ok_or_else(|| {
        let message = match wanted {
            Some(name) => format!("{file} has no profile `{name}`"),
            None => format!("{file} has several profiles and none is called `{DEFAULT}`"),
        };
        Failure::usage(message)
            .with_hint(format!("Choose one with --profile: {}.", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn chosen(value: Value, wanted: Option<&str>) -> Result<Value, Failure> {
        choose(value, wanted, "f")
    }

    #[test]
    fn the_only_profile_or_the_default_one_is_taken() {
        let one = json!({"profiles": {"lean": {"base_url": "x"}}});
        assert_eq!(chosen(one, None).unwrap(), json!({"base_url": "x"}));
        let two = json!({"profiles": {"a": {}, "default": {"cert": "c"}}});
        assert_eq!(chosen(two, None).unwrap(), json!({"cert": "c"}));
        assert_eq!(
            chosen(json!({"cert": "c"}), None).unwrap(),
            json!({"cert": "c"})
        );
    }

    #[test]
    fn a_missing_profile_lists_those_that_are_there() {
        let two = json!({"profiles": {"a": {}, "b": {}}});
        for wanted in [None, Some("c")] {
            let Err(Failure::Usage { hint, .. }) = chosen(two.clone(), wanted) else {
                panic!("a profile was chosen");
            };
            assert!(hint.unwrap().contains("a, b"));
        }
        assert!(chosen(json!({"cert": "c"}), Some("a")).is_err());
        assert!(chosen(json!({"cert": "c", "profiles": {"a": {}}}), None).is_err());
    }
}
