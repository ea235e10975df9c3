//! What the Python package has of the catalogue and of the option table.

use std::fmt::Write;

use mutls::{Code, Family, Origin, Phase};
use serde_json::Value;

use crate::generated::Generated;
use crate::rows::{self, Row, capital, class, in_seconds, last, parents, within};

pub(crate) fn files(options: &Value) -> Vec<Generated> {
    vec![errors(), self::options(options)]
}

/// What the class of a family is besides.
fn besides(family: Family) -> &'static str {
    match family {
        Family::Config => ", ValueError",
        Family::Connect | Family::Handshake => ", ConnectionError",
        Family::Timeout => ", builtins.TimeoutError",
        _ => "",
    }
}

fn literals(names: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<String> = names.map(|name| format!("    \"{name}\",\n")).collect();
    names.concat()
}

fn errors() -> Generated {
    let mut text = String::from(
        "\"\"\"The exceptions of mutls.\n\n\
         Generated from core/src/error/catalogue.rs by `make generate`; docs/errors.md says more about each code.\n\
         \"\"\"\n\n\
         from __future__ import annotations\n\n\
         import builtins\n\
         from typing import TYPE_CHECKING, Any\n\n\
         from mutls._error import Error\n\n\
         if TYPE_CHECKING:\n    from typing import Literal\n\n    Code = Literal[\n",
    );
    for code in Code::ALL {
        let _ = writeln!(text, "        \"{code}\",");
    }
    text.push_str("    ]\n    Phase = Literal[\n");
    text.push_str(&literals(Phase::ALL.iter().map(|p| p.name())).replace("    \"", "        \""));
    text.push_str("    ]\n    Origin = Literal[\n");
    text.push_str(&literals(Origin::ALL.iter().map(|o| o.name())).replace("    \"", "        \""));
    text.push_str("    ]\n\n__all__ = [\n    \"CODES\",\n    \"Error\",\n");
    let mut names: Vec<&str> = Family::ALL.iter().map(|family| class(*family).0).collect();
    names.sort_unstable();
    text.push_str(&literals(names.into_iter()));
    text.push_str("]\n");
    for family in Family::ALL {
        let (name, about) = class(*family);
        let besides = besides(*family);
        let _ = writeln!(
            text,
            "\n\nclass {name}(Error{besides}):\n    \"\"\"{about}\n\n    Codes:"
        );
        for code in Code::ALL.iter().filter(|code| code.family() == *family) {
            let _ = writeln!(text, "\n    - `{code}`: {}", code.about());
        }
        text.push_str("    \"\"\"\n");
    }
    text.push_str("\n\n_FAMILIES: dict[str, type[Error]] = {\n");
    for family in Family::ALL {
        let _ = writeln!(text, "    \"{family}\": {},", class(*family).0);
    }
    text.push_str("}\n\n#: Every code: its number and its class.\nCODES: dict[str, tuple[int, type[Error]]] = {\n");
    for code in Code::ALL {
        let _ = writeln!(
            text,
            "    \"{code}\": ({}, {}),",
            code.number(),
            class(code.family()).0
        );
    }
    text.push_str(
        "}\n\n\ndef _make(family: str, message: str, **facts: Any) -> Error:\n    \
         \"\"\"The exception for an error of core's, with its chain of causes.\"\"\"\n    \
         return _FAMILIES[family]._with_causes(message, **facts)\n",
    );
    Generated {
        path: "bindings-python/python/mutls/_errors.py",
        content: text,
    }
}

/// How an option is typed in Python.
fn annotation(row: &Row<'_>) -> String {
    let path = row.path;
    let of = |kind: &str| match kind {
        "duration" => "Optional[float]",
        "text" if path.ends_with("_file") => "Union[str, os.PathLike[str]]",
        "text" => "str",
        "text or ref" if !matches!(path, "cert" | "key" | "ca") => "Union[str, bytes, Ref]",
        "text or ref" => "Union[str, bytes, os.PathLike[str], Ref]",
        "boolean" => "bool",
        "integer" => "int",
        "list of text" if path.ends_with("_file") => "Sequence[Union[str, os.PathLike[str]]]",
        "list of text" => "Sequence[str]",
        "list of text or ref" => "Sequence[Union[str, bytes, Ref]]",
        _ => "Any",
    };
    if let Some(choices) = row.choices() {
        return format!("Literal[{}]", choices.join(", "));
    }
    match (path, row.kind) {
        ("timeouts", _) => "Union[float, Timeouts]".into(),
        ("auth", _) => "Union[tuple[str, Union[str, bytes]], Auth]".into(),
        ("headers" | "resolve", _) => "Mapping[str, Union[str, Sequence[str]]]".into(),
        ("identity", _) => "Union[Identity, Sequence[Identity]]".into(),
        ("proxy", _) => "Union[str, Proxy]".into(),
        (_, "object") => pascal(row.key()),
        (_, "text or list of text") => {
            format!("Union[{}, {}]", of("text"), of("list of text"))
        }
        (_, "text or ref or list of text or ref") => {
            format!(
                "Union[{}, {}]",
                of("text or ref"),
                of("list of text or ref")
            )
        }
        (_, kind) => of(kind).into(),
    }
}

fn pascal(word: &str) -> String {
    match word {
        "tls" | "dns" => word.to_uppercase(),
        "basic" => "BasicAuth".into(),
        "bearer" => "BearerAuth".into(),
        word => capital(word),
    }
}

fn options(table: &Value) -> Generated {
    let rows = rows::of(table, "python");
    let parents = parents(&rows);
    let mut text = String::from(
        "\"\"\"The options of a client, by their names in Python.\n\n\
         Generated from include/mutls-options.json by `make generate`. Durations are seconds.\n\
         \"\"\"\n\n\
         from __future__ import annotations\n\n\
         from typing import TYPE_CHECKING\n\n\
         #: By path in the config document: the key there, and whether it is a duration or may be a secret.\n\
         TABLE: dict[str, dict[str, tuple[str, str]]] = {\n",
    );
    for parent in &parents {
        let _ = writeln!(text, "    \"{parent}\": {{");
        for row in within(&rows, parent) {
            let key = row.key();
            let nested = parents.contains(&row.path);
            let kind = match row.kind {
                "duration" => "duration",
                kind if kind.contains("ref") => "secret",
                _ if nested => "object",
                _ => "",
            };
            let _ = writeln!(text, "        \"{}\": (\"{key}\", \"{kind}\"),", row.name);
        }
        text.push_str("    },\n");
    }
    text.push_str(
        "}\n\nif TYPE_CHECKING:\n    import os\n    from collections.abc import Mapping, Sequence\n    \
         from typing import Any, Literal, Optional, TypedDict, Union\n\n    \
         class Ref(TypedDict):\n        \"\"\"The name of an attachment.\"\"\"\n\n        ref: str\n",
    );
    for parent in parents.iter().rev() {
        let name = match *parent {
            "" => "Options".to_owned(),
            parent => pascal(last(parent)),
        };
        let about = rows
            .iter()
            .find(|row| row.path == *parent)
            .map_or("What a client is made of.", |row| row.about);
        let _ = writeln!(
            text,
            "\n    class {name}(TypedDict, total=False):\n        \"\"\"{}\"\"\"\n",
            in_seconds(about, "")
        );
        for row in within(&rows, parent) {
            let _ = writeln!(
                text,
                "        #: {}\n        {}: {}",
                in_seconds(row.about, ""),
                row.name,
                annotation(row)
            );
        }
    }
    Generated {
        path: "bindings-python/python/mutls/_options.py",
        content: text,
    }
}
