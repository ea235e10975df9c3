//! What the Go module has of the catalogue and of the option table.

use std::fmt::Write;

use mutls::{Code, Origin, Phase};
use serde_json::Value;

use crate::generated::Generated;

pub(crate) fn files(options: &Value) -> Vec<Generated> {
    vec![codes(), self::options(options)]
}

const INITIALISMS: [&str; 5] = ["url", "dns", "tls", "ca", "pem"];

fn pascal(name: &str) -> String {
    name.split(['_', ' '])
        .map(|word| match INITIALISMS.contains(&word) {
            true => word.to_uppercase(),
            false => capital(word),
        })
        .collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn codes() -> Generated {
    let mut text = String::from(
        "// Code generated from core/src/error/catalogue.rs by `make generate`. DO NOT EDIT.\n\n\
         package mutls\n\n\
         // Codes: what went wrong. Each is an error, to be compared with errors.Is.\nconst (\n",
    );
    for code in Code::ALL {
        let name = pascal(code.name());
        let _ = writeln!(
            text,
            "\t// {}\n\tErr{name} Code = {}",
            code.about(),
            code.number()
        );
    }
    text.push_str(")\n\nvar codeNames = map[Code]string{\n");
    let width = Code::ALL.iter().map(|c| pascal(c.name()).len()).max();
    for code in Code::ALL {
        let name = pascal(code.name());
        let pad = " ".repeat(width.unwrap_or(0) - name.len());
        let _ = writeln!(text, "\tErr{name}: {pad}\"{}\",", code.name());
    }
    text.push_str("}\n");
    let mut group = |kind: &str, about: &str, rows: Vec<(&'static str, i32)>| {
        let _ = writeln!(text, "\n// {about}\nconst (");
        let width = rows.iter().map(|r| pascal(r.0).len()).max().unwrap_or(0);
        for (name, _) in &rows {
            let go = pascal(name);
            let pad = " ".repeat(width - go.len());
            let _ = writeln!(text, "\t{kind}{go}{pad} {kind} = \"{name}\"");
        }
        text.push_str(")\n");
    };
    group(
        "Phase",
        "Phases: where in the life of a call.",
        Phase::ALL.iter().map(|p| (p.name(), p.number())).collect(),
    );
    group(
        "Origin",
        "Origins: who ended it.",
        Origin::ALL.iter().map(|o| (o.name(), o.number())).collect(),
    );
    Generated {
        path: "bindings-go/codes.go",
        content: text,
    }
}

struct Row<'a> {
    path: &'a str,
    kind: &'a str,
    about: &'a str,
    name: &'a str,
}

impl Row<'_> {
    fn key(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    fn parent(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// The type of its field. A pointer is where the zero value means something else than the default.
    fn field(&self) -> String {
        let by_path = match self.path {
            "headers" => "http.Header",
            "resolve" => "map[string][]string",
            "identity" => "[]Identity",
            "proxy" => "*Proxy",
            "auth.basic" => "*BasicAuth",
            "auth.bearer" => "*BearerAuth",
            "trust.ca_file" => "[]string",
            "trust.ca_pem" => "[]byte",
            "user_agent" => "*string",
            "dns.cache_ms" | "timeouts.expect_continue_ms" => "*time.Duration",
            "workers.max" => "int",
            "max_body_bytes" => "*int64",
            "cookies" | "identity.allow_expired" => "bool",
            _ => "",
        };
        if !by_path.is_empty() {
            return by_path.into();
        }
        match self.kind {
            "duration" => "time.Duration".into(),
            "integer" => "*int".into(),
            "boolean" => "*bool".into(),
            "list of text" => "[]string".into(),
            "text or ref" => match self.key() {
                key if key.ends_with("_pem") => "[]byte".into(),
                "pkcs12" | "truststore" => "[]byte".into(),
                _ => "string".into(),
            },
            "object" => structure(self.path),
            _ => "string".into(),
        }
    }

    fn tag(&self) -> String {
        let mut tag = self.key().to_owned();
        if self.kind.contains("ref") {
            tag.push_str(",secret");
        }
        if matches!(
            self.path,
            "auth.basic.username" | "auth.basic.password" | "auth.bearer.token"
        ) {
            tag.push_str(",always");
        }
        tag
    }
}

fn structure(path: &str) -> String {
    match path {
        "" => "Config".into(),
        "auth.basic" => "BasicAuth".into(),
        "auth.bearer" => "BearerAuth".into(),
        path => pascal(path.rsplit('.').next().unwrap_or_default()),
    }
}

fn about(path: &str) -> &'static str {
    match path {
        "" => {
            "describes a client: where it calls, who it is, whom it trusts, how long it waits. What is left at its\n\
               // zero value is as by default; pointers are where zero would mean something else, and Ptr makes one. A\n\
               // negative duration is no limit. It prints without its secrets"
        }
        "auth" => "is HTTP authentication: one of the two",
        "auth.basic" => "is RFC 7617, sent without waiting for a challenge",
        "auth.bearer" => "is RFC 6750",
        "identity" => {
            "is a certificate chain and its private key, which may lie in one file or in several, in any order"
        }
        "trust" => {
            "is whom we accept. A bundle means exactly that bundle; without one, the system's roots"
        }
        "tls" => "is TLS versions and names",
        "timeouts" => "is how long each phase may take; a negative duration is no limit",
        "proxy" => {
            "is an HTTP proxy that tunnels by CONNECT. In place of a URL, \"none\" or \"environment\" (the default) may stand"
        }
        "redirects" => "is which redirects Client.Do follows",
        "pool" => "is which connections are kept for the next request",
        "workers" => "is the threads behind waiting calls",
        "dns" => "is name lookup",
        _ => "is a part of the config",
    }
}

fn options(table: &Value) -> Generated {
    let rows: Vec<Row<'_>> = table
        .get("options")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|row| {
            Some(Row {
                path: row.get("path")?.as_str()?,
                kind: row.get("type")?.as_str()?,
                about: row.get("about")?.as_str()?,
                name: row.get("names")?.get("go")?.as_str()?,
            })
        })
        .collect();
    let mut text = String::from(
        "// Code generated from include/mutls-options.json by `make generate`. DO NOT EDIT.\n\n\
         package mutls\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n\t\"time\"\n)\n",
    );
    let mut parents: Vec<&str> = Vec::new();
    for row in &rows {
        if !parents.contains(&row.parent()) {
            parents.push(row.parent());
        }
    }
    for parent in parents {
        let name = structure(parent);
        let _ = writeln!(
            text,
            "\n// {name} {}.\ntype {name} struct {{",
            about(parent)
        );
        for row in rows.iter().filter(|row| row.parent() == parent) {
            let _ = writeln!(
                text,
                "\t// {}\n\t{} {} `mutls:\"{}\"`",
                go_words(row.about),
                row.name,
                row.field(),
                row.tag()
            );
        }
        let _ = writeln!(
            text,
            "}}\n\n// Format prints what is set, without secrets.\n\
             func (o {name}) Format(s fmt.State, verb rune) {{ printDocument(s, \"{name}\", o) }}\n\n\
             // MarshalJSON gives the part of the config document, without secrets.\n\
             func (o {name}) MarshalJSON() ([]byte, error) {{ return redacted(o) }}"
        );
    }
    Generated {
        path: "bindings-go/options.go",
        content: text,
    }
}

/// Without backquotes, and defaults in seconds.
fn go_words(about: &str) -> String {
    let about = about.replace(", in milliseconds", "").replace('`', "");
    let Some((before, after)) = about.split_once("Default ") else {
        return about;
    };
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    match digits.parse::<u64>() {
        Ok(ms) if ms >= 1000 && ms % 1000 == 0 && !before.contains("How many") => {
            let rest = after.get(digits.len()..).unwrap_or_default();
            format!("{before}Default {} seconds{rest}", ms / 1000)
        }
        _ => about,
    }
}
