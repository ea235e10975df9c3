//! What the Go module has of the catalogue and of the option table.

use std::fmt::Write;

use mutls::{Code, Origin, Phase};
use serde_json::Value;

use crate::generated::Generated;
use crate::rows::{self, Row, capital, in_seconds, last, parents, within};

pub(crate) fn files(options: &Value) -> Vec<Generated> {
    vec![codes(), self::options(options)]
}

const INITIALISMS: [&str; 6] = ["url", "dns", "tls", "ca", "crl", "pem"];

fn pascal(name: &str) -> String {
    name.split(['_', ' '])
        .map(|word| match INITIALISMS.contains(&word) {
            true => word.to_uppercase(),
            false => capital(word),
        })
        .collect()
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

/// The type of its field. A pointer is where the zero value means something else than the default.
fn field(row: &Row<'_>) -> String {
    let by_path = match row.path {
        "headers" => "http.Header",
        "resolve" => "map[string][]string",
        "identity" => "[]Identity",
        "proxy" => "*Proxy",
        "auth.basic" => "*BasicAuth",
        "auth.bearer" => "*BearerAuth",
        "trust.ca_file" | "trust.ca_dir" | "trust.crl_file" | "trust.server_cert_file" => {
            "[]string"
        }
        "trust.ca_pem" | "trust.crl_pem" | "trust.server_cert_pem" => "[]byte",
        "user_agent" => "*string",
        "dns.cache_ms" | "timeouts.expect_continue_ms" => "*time.Duration",
        "workers.max" => "int",
        "max_body_bytes" => "*int64",
        "cookies" | "identity.allow_expired" | "trust.allow_expired_crl" => "bool",
        _ => "",
    };
    if !by_path.is_empty() {
        return by_path.into();
    }
    match row.kind {
        "duration" => "time.Duration".into(),
        "integer" => "*int".into(),
        "boolean" => "*bool".into(),
        "list of text" => "[]string".into(),
        "text or ref" => match row.key() {
            key if key.ends_with("_pem") => "[]byte".into(),
            "pkcs12" | "truststore" => "[]byte".into(),
            _ => "string".into(),
        },
        "object" => structure(row.path),
        _ => "string".into(),
    }
}

fn tag(row: &Row<'_>) -> String {
    let mut tag = row.key().to_owned();
    if row.kind.contains("ref") {
        tag.push_str(",secret");
    }
    if matches!(
        row.path,
        "auth.basic.username" | "auth.basic.password" | "auth.bearer.token"
    ) {
        tag.push_str(",always");
    }
    tag
}

fn structure(path: &str) -> String {
    match path {
        "" => "Config".into(),
        "auth.basic" => "BasicAuth".into(),
        "auth.bearer" => "BearerAuth".into(),
        path => pascal(last(path)),
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
    let rows = rows::of(table, "go");
    let mut text = String::from(
        "// Code generated from include/mutls-options.json by `make generate`. DO NOT EDIT.\n\n\
         package mutls\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n\t\"time\"\n)\n",
    );
    for parent in parents(&rows) {
        let name = structure(parent);
        let _ = writeln!(
            text,
            "\n// {name} {}.\ntype {name} struct {{",
            about(parent)
        );
        for row in within(&rows, parent) {
            let _ = writeln!(
                text,
                "\t// {}\n\t{} {} `mutls:\"{}\"`",
                go_words(row.about),
                row.name,
                field(row),
                tag(row)
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
    in_seconds(about, " seconds").replace('`', "")
}
