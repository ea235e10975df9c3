//! What the npm package has of the catalogue and of the option table.

use std::fmt::Write;

use mutls::{Code, Family, Origin, Phase};
use serde_json::Value;

use crate::generated::Generated;
use crate::rows::{self, Row, capital, last, parents, within};

pub(crate) fn files(options: &Value) -> Vec<Generated> {
    let rows = rows::of(options, "node");
    vec![catalogue(&rows), types(&rows)]
}

fn catalogue(rows: &[Row<'_>]) -> Generated {
    let mut text = String::from(
        "'use strict';\n\
         // Generated from core/src/error/catalogue.rs and include/mutls-options.json by `make generate`.\n\n\
         /** Every code: its number and its family. */\nconst CODES = {\n",
    );
    for code in Code::ALL {
        let _ = writeln!(
            text,
            "  {code}: {{ number: {}, family: '{}' }},",
            code.number(),
            code.family()
        );
    }
    text.push_str(
        "};\n\n/** By path in the config document: the key there, and whether it nests or may be a secret. */\nconst TABLE = {\n",
    );
    let parents = parents(rows);
    for parent in &parents {
        let _ = writeln!(text, "  '{parent}': {{");
        for row in within(rows, parent) {
            let key = row.key();
            let kind = match row.kind {
                kind if kind.contains("ref") => "secret",
                _ if parents.contains(&row.path) => "object",
                _ => "",
            };
            let _ = writeln!(text, "    {}: ['{key}', '{kind}'],", row.name);
        }
        text.push_str("  },\n");
    }
    text.push_str("};\n\nmodule.exports = { CODES, TABLE };\n");
    Generated {
        path: "bindings-node/lib/catalogue.js",
        content: text,
    }
}

fn union(names: impl Iterator<Item = String>) -> String {
    names
        .map(|name| format!("  | '{name}'"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn interface(parent: &str) -> String {
    match parent {
        "" => "ClientOptions".into(),
        "tls" | "dns" => format!("{}Options", parent.to_uppercase()),
        parent => format!("{}Options", capital(last(parent))),
    }
}

/// Options that a sentence names, by their names here.
fn in_camel_case(about: &str, rows: &[Row<'_>]) -> String {
    let name_of = |key: &str| {
        let row = rows.iter().find(|row| row.key() == key)?;
        Some(row.name)
    };
    let quoted = |part: &str| -> Option<String> {
        let names: Option<Vec<&str>> = part.split('.').map(name_of).collect();
        Some(names?.join("."))
    };
    let parts: Vec<String> = about
        .split('`')
        .enumerate()
        .map(|(at, part)| match at % 2 {
            1 => quoted(part).unwrap_or_else(|| part.to_owned()),
            _ => part.to_owned(),
        })
        .collect();
    parts.join("`")
}

/// How an option is typed.
fn annotation(row: &Row<'_>) -> String {
    let path = row.path;
    let of = |kind: &str| match kind {
        "duration" => "number | null",
        "text" if path.ends_with("_file") || path.ends_with("_url") => "string | URL",
        "text" => "string",
        "text or ref" => "Secret",
        "boolean" => "boolean",
        "integer" => "number",
        "list of text" if path.ends_with("_file") => "ReadonlyArray<string | URL>",
        "list of text" => "readonly string[]",
        "list of text or ref" => "readonly Secret[]",
        _ => "unknown",
    };
    if let Some(choices) = row.choices() {
        return choices.join(" | ").replace('"', "'");
    }
    match (path, row.kind) {
        ("timeouts", _) => "number | TimeoutsOptions".into(),
        ("headers" | "resolve", _) => "Record<string, string | readonly string[]>".into(),
        ("identity", _) => "IdentityOptions | readonly IdentityOptions[]".into(),
        ("proxy", _) => "string | URL | ProxyOptions | null".into(),
        (path, "object") => interface(path),
        (_, "text or list of text") => format!("{} | {}", of("text"), of("list of text")),
        (_, "text or ref or list of text or ref") => {
            format!("{} | {}", of("text or ref"), of("list of text or ref"))
        }
        (_, kind) => of(kind).into(),
    }
}

fn types(rows: &[Row<'_>]) -> Generated {
    let mut text = String::from(
        "// Generated from core/src/error/catalogue.rs and include/mutls-options.json by `make generate`.\n\n\
         import type { ClientEvent } from './index';\n\n\
         /** What went wrong: the stable names of the catalogue. docs/errors.md says more about each. */\nexport type Code =\n",
    );
    text.push_str(&union(Code::ALL.iter().map(ToString::to_string)));
    text.push_str(";\n\n/** The group that a code belongs to. */\nexport type Family =\n");
    text.push_str(&union(Family::ALL.iter().map(ToString::to_string)));
    text.push_str(";\n\n/** Where in the life of a call. */\nexport type Phase =\n");
    text.push_str(&union(Phase::ALL.iter().map(|p| p.name().to_owned())));
    text.push_str(";\n\n/** Who ended it. */\nexport type Origin =\n");
    text.push_str(&union(Origin::ALL.iter().map(|o| o.name().to_owned())));
    text.push_str(
        ";\n\n/** Text or bytes, or the name of one of the `attachments`. Goes to core apart from the other options, into memory that it zeroes. */\n\
         export type Secret = string | ArrayBufferView | ArrayBuffer | { ref: string };\n",
    );
    for parent in parents(rows) {
        let about = rows
            .iter()
            .find(|row| row.path == parent)
            .map_or("What a client is made of: the config document (docs/config.md) in camelCase. Durations are milliseconds; `null` lifts a limit.", |row| row.about);
        let _ = writeln!(
            text,
            "\n/** {} */\nexport interface {} {{",
            in_camel_case(about, rows),
            interface(parent)
        );
        for row in within(rows, parent) {
            let _ = writeln!(
                text,
                "  /** {} */\n  {}?: {};",
                in_camel_case(row.about, rows),
                row.name,
                annotation(row)
            );
        }
        if parent.is_empty() {
            text.push_str("  /** Bytes that `{ ref: name }` stands for. */\n  attachments?: Record<string, string | ArrayBufferView | ArrayBuffer>;\n  /** Told what happens to connections and certificates, as the diagnostics channel `mutls:event` is. What it throws becomes a warning of the process. */\n  onEvent?: (event: ClientEvent) => void;\n");
        }
        text.push_str("}\n");
    }
    Generated {
        path: "bindings-node/options.d.ts",
        content: text,
    }
}
