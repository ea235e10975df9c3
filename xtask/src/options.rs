//! The config document in three forms: JSON Schema, the table of option names in each language, and the
//! reference for people.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::generated::Generated;

pub(crate) fn files() -> Vec<Generated> {
    let schema = schemars::schema_for!(mutls::Config).to_value();
    let rows = rows(&schema);
    vec![
        Generated {
            path: "include/mutls-config.schema.json",
            content: pretty(&schema),
        },
        Generated {
            path: "include/mutls-options.json",
            content: pretty(&names_table(&rows)),
        },
        Generated {
            path: "docs/config.md",
            content: page(&rows),
        },
    ]
}

/// The option names, as data.
pub(crate) fn table() -> Value {
    names_table(&rows(&schemars::schema_for!(mutls::Config).to_value()))
}

/// One option: where it stands, what it takes, what it means.
struct Row {
    path: String,
    kind: String,
    about: String,
}

impl Row {
    fn is_duration(&self) -> bool {
        self.path.ends_with("_ms")
    }
}

fn rows(schema: &Value) -> Vec<Row> {
    let mut rows = Vec::new();
    walk(schema, schema, "", &mut rows);
    rows
}

fn walk(root: &Value, object: &Value, prefix: &str, rows: &mut Vec<Row>) {
    let Some(properties) = object.get("properties").and_then(Value::as_object) else {
        return;
    };
    for (key, option) in properties {
        let path = match prefix {
            "" => key.clone(),
            prefix => format!("{prefix}.{key}"),
        };
        let kind = kind(root, option);
        let about = option
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .replace('\n', " ");
        rows.push(Row {
            path: path.clone(),
            kind,
            about,
        });
        if let Some(nested) = nested(root, option) {
            walk(root, nested, &path, rows);
        }
    }
}

/// The object behind a reference, where the option is one or may be one.
fn nested<'a>(root: &'a Value, option: &'a Value) -> Option<&'a Value> {
    let target = resolve(root, option);
    if target.get("properties").is_some() && !is_secret(option) {
        return Some(target);
    }
    let choices = target.get("anyOf").or_else(|| option.get("anyOf"))?;
    choices
        .as_array()?
        .iter()
        .find_map(|choice| nested(root, choice))
}

fn is_secret(option: &Value) -> bool {
    option
        .get("$ref")
        .and_then(Value::as_str)
        .is_some_and(|r| r.ends_with("/Secret"))
}

fn resolve<'a>(root: &'a Value, option: &'a Value) -> &'a Value {
    let Some(reference) = option.get("$ref").and_then(Value::as_str) else {
        return option;
    };
    reference
        .strip_prefix('#')
        .and_then(|pointer| root.pointer(pointer))
        .unwrap_or(option)
}

fn kind(root: &Value, option: &Value) -> String {
    if is_secret(option) {
        return "text or ref".into();
    }
    let target = resolve(root, option);
    if let Some(choices) = target
        .get("oneOf")
        .or(target.get("enum"))
        .and_then(Value::as_array)
    {
        let names: Vec<String> = choices
            .iter()
            .filter_map(|c| c.get("const").unwrap_or(c).as_str())
            .map(|c| format!("`\"{c}\"`"))
            .collect();
        if !names.is_empty() {
            return names.join(", ");
        }
    }
    if let Some(choices) = target.get("anyOf").and_then(Value::as_array) {
        let mut kinds: Vec<String> = choices
            .iter()
            .map(|c| kind(root, c))
            .filter(|k| k != "null")
            .collect();
        kinds.dedup();
        return kinds.join(" or ");
    }
    match target.get("type") {
        Some(Value::String(one)) if one == "array" => {
            let items = target.get("items").map(|i| kind(root, i));
            format!("list of {}", items.unwrap_or_default())
        }
        Some(Value::String(one)) if one == "string" => "text".into(),
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(several)) => {
            let kinds: Vec<&str> = several
                .iter()
                .filter_map(Value::as_str)
                .filter(|k| *k != "null")
                .map(|k| if k == "string" { "text" } else { k })
                .collect();
            kinds.join(" or ")
        }
        _ => "object".into(),
    }
}

/// How each language writes an option; a duration loses `_ms` where the language has a type for it.
fn names_table(rows: &[Row]) -> Value {
    let table: Vec<Value> = rows
        .iter()
        .map(|row| {
            let last = row.path.rsplit('.').next().unwrap_or_default();
            let bare = last.strip_suffix("_ms").unwrap_or(last);
            let names = json!({
                "python": bare, "ruby": bare,
                "node": camel(last), "java": camel(bare),
                "go": pascal(bare, true), "dotnet": pascal(bare, false),
            });
            let mut entry = Map::new();
            entry.insert("path".into(), json!(row.path));
            // The sentence names the choices of a list; a language's type for it is that of its texts.
            let is_list_of_choices = row.kind.starts_with("list of `");
            entry.insert(
                "type".into(),
                json!(match (row.is_duration(), is_list_of_choices) {
                    (true, _) => "duration",
                    (_, true) => "list of text",
                    _ => row.kind.as_str(),
                }),
            );
            entry.insert("about".into(), json!(row.about));
            entry.insert("names".into(), names);
            Value::Object(entry)
        })
        .collect();
    json!({
        "about": "Generated from core/src/config/document.rs by `make generate`. Durations: whole milliseconds in JSON and Node, seconds as a float in Python and Ruby, the language's own type in Go, .NET and Java.",
        "options": table,
    })
}

fn camel(snake: &str) -> String {
    let pascal = pascal(snake, false);
    let mut chars = pascal.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => pascal,
    }
}

/// Go writes initialisms in capitals.
fn pascal(snake: &str, initialisms: bool) -> String {
    const INITIALISMS: &[&str] = &["ca", "crl", "url", "dns", "tls", "pem", "id", "kdf"];
    snake
        .split('_')
        .map(|word| match initialisms && INITIALISMS.contains(&word) {
            true => word.to_uppercase(),
            false => {
                let mut chars = word.chars();
                match chars.next() {
                    Some(first) => first.to_uppercase().chain(chars).collect(),
                    None => String::new(),
                }
            }
        })
        .collect()
}

fn page(rows: &[Row]) -> String {
    let mut text = String::from(
        "<!-- Generated from core/src/config/document.rs by `make generate`. -->\n\n\
         # The config document\n\n\
         One JSON document describes a client: the same keys in every language, on the command line and in a profile\n\
         file. An unknown key is an error that names the nearest known one. Keys that end in `_ms` are whole milliseconds;\n\
         `null` is no limit. \"text or ref\" takes text in place, or `{\"ref\": \"name\"}` for bytes that are attached under\n\
         that name, which keeps secrets out of the document. The JSON Schema is `include/mutls-config.schema.json`.\n\n\
         ```json\n{\n  \"base_url\": \"https://api.example/v1/\",\n  \"cert\": \"cert.crt\", \"key\": \"key.pem\", \"ca\": \"ca.pem\",\n  \
         \"headers\": {\"lean-app-token\": \"...\"},\n  \"timeouts\": {\"total_ms\": 20000}\n}\n```\n\n\
         | option | takes | meaning |\n|---|---|---|\n",
    );
    for row in rows {
        let about = row.about.replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {} | {about} |", row.path, row.kind);
    }
    text.push_str(
        "\n## For a single call\n\n`timeouts`, `decompress` and `redirects.follow` may be given to a call as well. What a call does not name stays as the \
         client has it; `null` lifts a limit. `timeout_ms` (`timeout` in most languages) limits the whole call and stands in for every other limit but those \
         in `timeouts` beside it. Every other key is refused there.\n",
    );
    text.push_str(
        "\n## Names in each language\n\nDurations are seconds as a float in Python and Ruby, milliseconds in Node, and the language's own type in \
         Go, .NET and Java. As data: `include/mutls-options.json`.\n\n\
         | JSON | Python, Ruby | Node | Go | .NET | Java |\n|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let last = row.path.rsplit('.').next().unwrap_or_default();
        let bare = last.strip_suffix("_ms").unwrap_or(last);
        let _ = writeln!(
            text,
            "| `{}` | `{bare}` | `{}` | `{}` | `{}` | `{}` |",
            row.path,
            camel(last),
            pascal(bare, true),
            pascal(bare, false),
            camel(bare)
        );
    }
    text
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
