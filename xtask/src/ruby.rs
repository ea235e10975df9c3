//! What the Ruby gem has of the catalogue and of the option table, and their types.

use std::fmt::Write;

use mutls::{Code, Family, Origin, Phase};
use serde_json::Value;

use crate::generated::Generated;
use crate::rows::{self, Row, class, in_seconds, last, parents, within};

pub(crate) fn files(options: &Value) -> Vec<Generated> {
    vec![
        errors(),
        error_types(),
        self::options(options),
        option_types(options),
    ]
}

fn errors() -> Generated {
    let mut text = String::from(
        "# frozen_string_literal: true\n\n\
         # Generated from core/src/error/catalogue.rs by `make generate`; docs/errors.md says more about each code.\n\n\
         module Mutls\n",
    );
    for family in Family::ALL {
        let (name, about) = class(*family);
        let _ = writeln!(text, "  # {about}\n  #\n  # Codes:");
        for code in Code::ALL.iter().filter(|code| code.family() == *family) {
            let _ = writeln!(text, "  # - `{code}`: {}", code.about());
        }
        let _ = writeln!(text, "  class {name} < Error; end\n");
    }
    text.push_str("  # Every code: its number and its class.\n  CODES = {\n");
    for code in Code::ALL {
        let name = class(code.family()).0;
        let _ = writeln!(text, "    {code}: [{}, {name}],", code.number());
    }
    text.push_str("  }.freeze\n");
    let names = |names: Vec<&str>| names.join(" ");
    let _ = writeln!(
        text,
        "  PHASES = %i[{}].freeze\n  ORIGINS = %i[{}].freeze\nend",
        names(Phase::ALL.iter().map(|phase| phase.name()).collect()),
        names(Origin::ALL.iter().map(|origin| origin.name()).collect()),
    );
    Generated {
        path: "bindings-ruby/lib/mutls/errors.rb",
        content: text,
    }
}

fn error_types() -> Generated {
    let alternatives = |names: Vec<String>| {
        let names: Vec<String> = names.iter().map(|name| format!(":{name}")).collect();
        names.join(" | ")
    };
    let mut text = String::from(
        "# Generated from core/src/error/catalogue.rs by `make generate`.\n\nmodule Mutls\n",
    );
    let _ = writeln!(
        text,
        "  type code = {}\n  type phase = {}\n  type origin = {}\n",
        alternatives(Code::ALL.iter().map(|code| code.to_string()).collect()),
        alternatives(Phase::ALL.iter().map(|phase| phase.name().into()).collect()),
        alternatives(Origin::ALL.iter().map(|o| o.name().into()).collect()),
    );
    for family in Family::ALL {
        let (name, about) = class(*family);
        let _ = writeln!(text, "  # {about}\n  class {name} < Error\n  end\n");
    }
    text.push_str(
        "  CODES: Hash[code, [Integer, singleton(Error)]]\n  PHASES: Array[phase]\n  ORIGINS: Array[origin]\nend\n",
    );
    Generated {
        path: "bindings-ruby/sig/mutls/errors.rbs",
        content: text,
    }
}

fn options(table: &Value) -> Generated {
    let rows = rows::of(table, "ruby");
    let parents = parents(&rows);
    let mut text = String::from(
        "# frozen_string_literal: true\n\n\
         # Generated from include/mutls-options.json by `make generate`. Durations are seconds.\n\n\
         module Mutls\n  \
         # The options of a client, by path in the config document: the key there, and whether it is a duration or may\n  \
         # be a secret.\n  \
         OPTIONS = {\n",
    );
    for parent in &parents {
        let _ = writeln!(text, "    \"{parent}\" => {{");
        for row in within(&rows, parent) {
            let key = row.key();
            let kind = match row.kind {
                "duration" => ":duration",
                kind if kind.contains("ref") => ":secret",
                _ if parents.contains(&row.path) => ":object",
                _ => "nil",
            };
            let _ = writeln!(text, "      {}: [\"{key}\", {kind}],", row.name);
        }
        text.push_str("    },\n");
    }
    text.push_str("  }.freeze\nend\n");
    Generated {
        path: "bindings-ruby/lib/mutls/options.rb",
        content: text,
    }
}

/// How an option is typed.
fn annotation(row: &Row<'_>) -> String {
    let of = |kind: &str| match kind {
        "duration" => "Numeric?",
        "text" if row.path.ends_with("_file") => "path",
        "text" => "String",
        "text or ref" if matches!(row.path, "cert" | "key" | "ca") => "path | ref",
        "text or ref" => "String | ref",
        "boolean" => "bool",
        "integer" => "Integer",
        "list of text" if row.path.ends_with("_file") => "Array[path]",
        "list of text" => "Array[String]",
        "list of text or ref" => "Array[String | ref]",
        _ => "untyped",
    };
    if let Some(choices) = row.choices() {
        return choices.join(" | ");
    }
    match (row.path, row.kind) {
        ("timeouts", _) => "Numeric | timeouts".into(),
        ("auth", _) => "[String, String] | auth".into(),
        ("headers" | "resolve", _) => "Hash[String, String | Array[String]]".into(),
        ("identity", _) => "identity | Array[identity]".into(),
        ("proxy", _) => "String | proxy".into(),
        (_, "object") => row.key().to_owned(),
        (_, "text or list of text") => format!("{} | {}", of("text"), of("list of text")),
        (_, "text or ref or list of text or ref") => {
            format!("{} | {}", of("text or ref"), of("list of text or ref"))
        }
        (_, kind) => of(kind).into(),
    }
}

fn option_types(table: &Value) -> Generated {
    let rows = rows::of(table, "ruby");
    let parents = parents(&rows);
    let mut text = String::from(
        "# Generated from include/mutls-options.json by `make generate`. Durations are seconds.\n\n\
         module Mutls\n  type path = String | Pathname\n\n  # The name of an attachment.\n  type ref = { ref: String }\n",
    );
    for parent in parents.iter().filter(|parent| !parent.is_empty()) {
        let about = rows.iter().find(|row| row.path == *parent);
        let about = about.map_or("", |row| row.about);
        let name = last(parent);
        let _ = writeln!(text, "\n  # {}\n  #", in_seconds(about, ""));
        let within: Vec<&Row<'_>> = within(&rows, parent).collect();
        for row in &within {
            let _ = writeln!(
                text,
                "  # - `{}` ({}): {}",
                row.name,
                annotation(row),
                in_seconds(row.about, "")
            );
        }
        let keys: Vec<String> = within.iter().map(|row| format!(":{}", row.name)).collect();
        let _ = writeln!(text, "  type {name} = Hash[{}, untyped]", keys.join(" | "));
    }
    text.push_str("\n  class Client\n    # What a client is made of.\n    def initialize: (\n");
    for row in within(&rows, "") {
        let _ = writeln!(
            text,
            "      # {}\n      ?{}: {},",
            in_seconds(row.about, ""),
            row.name,
            annotation(row)
        );
    }
    text.push_str(
        "      # Bytes that the options refer to by `{ ref: name }`.\n      \
         ?attachments: Hash[String, String]\n    ) -> void\n  end\nend\n",
    );
    Generated {
        path: "bindings-ruby/sig/mutls/options.rbs",
        content: text,
    }
}
