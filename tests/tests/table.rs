//! What the table promises about itself.

#![allow(clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;

use mutls::{Code, Origin, Phase};
use mutls_conformance::{Announcement, Case, Table, Unsupported, expand, folder};
use serde_json::Value;

type Outcome = Result<(), Box<dyn Error>>;

fn schema() -> Value {
    let mut schema = schemars::schema_for!(Vec<Case>).to_value();
    schema["title"] = "A file of conformance cases".into();
    schema
}

#[test]
fn the_schema_is_fresh() -> Outcome {
    let path = folder().join("schema.json");
    let fresh = schema();
    if std::env::var_os("MUTLS_WRITE_SCHEMA").is_some() {
        fs::write(&path, format!("{fresh:#}\n"))?;
    }
    // As values: the order of keys depends on what else is built beside this crate.
    let committed: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
    assert!(
        committed == fresh,
        "tests/schema.json is stale: run this test with MUTLS_WRITE_SCHEMA=1"
    );
    Ok(())
}

#[test]
fn every_case_follows_the_schema() -> Outcome {
    let validator = jsonschema::validator_for(&schema())?;
    let cases = fs::read_dir(folder().join("cases"))?;
    for entry in cases.chain(fs::read_dir(folder().join("faults"))?) {
        let path = entry?.path();
        let cases: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        let problems: Vec<String> = validator
            .iter_errors(&cases)
            .map(|e| format!("{} at {}", e, e.instance_path))
            .collect();
        assert!(problems.is_empty(), "{}: {problems:#?}", path.display());
    }
    Ok(())
}

#[test]
fn the_table_reads_and_is_large_enough() -> Outcome {
    let cases = Table::read()?.cases;
    assert!(cases.len() >= 110, "{} cases", cases.len());
    let sentences: BTreeSet<&str> = cases.iter().map(|case| case.sentence.as_str()).collect();
    assert_eq!(sentences.len(), cases.len(), "two cases claim the same");
    Ok(())
}

#[test]
fn the_faults_read_and_are_many() -> Outcome {
    let cases = Table::faults()?.cases;
    let faults: BTreeSet<&str> = cases
        .iter()
        .map(|case| case.id.split("-tls1").next().unwrap_or_default())
        .collect();
    assert!(faults.len() >= 60, "{} faults", faults.len());
    assert!(cases.len() >= 200, "{} cases", cases.len());
    Ok(())
}

#[test]
fn errors_are_named_as_in_the_catalogue() -> Outcome {
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let mut words: BTreeSet<&str> = Phase::ALL.iter().map(|phase| phase.name()).collect();
    words.extend(Origin::ALL.iter().map(|origin| origin.name()));
    let faults = Table::faults()?.cases;
    for case in Table::read()?.cases.into_iter().chain(faults) {
        for code in case.codes() {
            assert!(codes.contains(code), "{}: no code {code}", case.id);
        }
        let steps = case.steps.iter().filter_map(|step| step.error.as_ref());
        for error in case.construct_error.iter().chain(steps) {
            for word in alternatives(&error.phase).chain(alternatives(&error.origin)) {
                assert!(
                    words.contains(word),
                    "{}: no phase or origin {word}",
                    case.id
                );
            }
        }
    }
    Ok(())
}

fn alternatives(claim: &Value) -> impl Iterator<Item = &str> {
    let several = claim["$one_of"].as_array().into_iter().flatten();
    claim
        .as_str()
        .into_iter()
        .chain(several.filter_map(Value::as_str))
}

#[test]
fn every_code_has_a_case_or_a_reason() -> Outcome {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NotProducible {
        code: String,
        why: String,
        tested: String,
    }
    let text = fs::read_to_string(folder().join("not-producible.json"))?;
    let rows: Vec<NotProducible> = serde_json::from_str(&text)?;
    let cases = Table::read()?.cases;
    let claimed: BTreeSet<&str> = cases.iter().flat_map(Case::codes).collect();
    for code in Code::ALL {
        let row = rows.iter().find(|row| row.code == code.name());
        match (claimed.contains(code.name()), row) {
            (true, Some(_)) => panic!("{code} has a case and a reason to have none"),
            (false, None) => panic!("{code} has neither a case nor a reason"),
            (_, row) => {
                assert!(row.is_none_or(|row| !row.why.is_empty() && !row.tested.is_empty()));
            }
        }
    }
    for row in &rows {
        assert!(
            Code::ALL.iter().any(|code| code.name() == row.code),
            "{}",
            row.code
        );
    }
    Ok(())
}

#[test]
fn every_config_key_has_a_case() -> Outcome {
    let schema = schemars::schema_for!(mutls::Config).to_value();
    let mut known = BTreeSet::new();
    keys_of_schema(&schema, &schema, "", &mut known);
    let mut used = BTreeSet::new();
    let table = Table::read()?;
    for case in &table.cases {
        for config in case.steps.iter().filter_map(|step| step.config.as_ref()) {
            keys_of_config(config, "", &mut used);
        }
        keys_of_config(&case.config, "", &mut used);
    }
    for config in table.configs.values() {
        keys_of_config(config, "", &mut used);
    }
    let missing: Vec<&String> = known.difference(&used).collect();
    assert!(
        known.len() > 60,
        "the schema lists {} keys only",
        known.len()
    );
    assert!(missing.is_empty(), "no case uses {missing:?}");
    Ok(())
}

/// Every key that has properties of no other name below it, as `timeouts.dns_ms`.
fn keys_of_schema(node: &Value, root: &Value, path: &str, known: &mut BTreeSet<String>) {
    if let Some(name) = node["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return keys_of_schema(&root["$defs"][name], root, path, known);
    }
    for part in ["anyOf", "oneOf"] {
        for choice in node[part].as_array().into_iter().flatten() {
            keys_of_schema(choice, root, path, known);
        }
    }
    if node.get("items").is_some() {
        keys_of_schema(&node["items"], root, path, known);
    }
    for (key, value) in node["properties"].as_object().into_iter().flatten() {
        let below = match path {
            "" => key.clone(),
            path => format!("{path}.{key}"),
        };
        // What a secret refers to is no key of the document.
        if key != "ref" {
            known.insert(below.clone());
            keys_of_schema(value, root, &below, known);
        }
    }
}

fn keys_of_config(value: &Value, path: &str, used: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let below = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                keys_of_config(value, &below, used);
                used.insert(below);
            }
        }
        Value::Array(all) => all.iter().for_each(|one| keys_of_config(one, path, used)),
        _ => {}
    }
}

#[test]
fn every_language_leaves_out_little_and_says_why() -> Outcome {
    let cases = Table::read()?.cases;
    let mut problems = BTreeMap::new();
    for entry in fs::read_dir(folder().join("unsupported"))? {
        let path = entry?.path();
        let Some(language) = path.file_stem().and_then(|stem| stem.to_str()) else {
            continue;
        };
        let found = Unsupported::problems(&Unsupported::read(language)?, &cases);
        if !found.is_empty() {
            problems.insert(language.to_owned(), found);
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    Ok(())
}

#[test]
fn every_placeholder_is_filled_in() -> Outcome {
    let sandbox = mutls_sandbox::Sandbox::start(mutls_sandbox::Options::default())?;
    let announcement = Announcement::parse(&sandbox.info().to_json_line())?;
    let table = Table::read()?;
    let expanded = expand(&table, &announcement)?;
    assert_eq!(expanded.cases.len(), table.cases.len());
    let text = serde_json::to_string(&expanded)?;
    assert!(!text.contains("${"), "a placeholder is left");
    assert!(!text.contains("$like"), "a config is left");
    Ok(())
}
