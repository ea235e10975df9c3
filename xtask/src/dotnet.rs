//! What the .NET assembly has of the catalogue and of the option table.

use std::fmt::Write;

use mutls::{Code, Family, Origin, Phase};
use serde_json::Value;

use crate::generated::Generated;
use crate::rows::{self, Row, capital, class, in_seconds, last, parents, within};

pub(crate) fn files(options: &Value) -> Vec<Generated> {
    vec![errors(), self::options(options)]
}

fn pascal(name: &str) -> String {
    name.split('_').map(capital).collect()
}

/// Text as it may stand in an XML comment.
fn xml(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        match index % 2 {
            1 => {
                let _ = write!(out, "<c>{part}</c>");
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn summary(text: &mut String, indent: &str, about: &str) {
    let _ = writeln!(text, "{indent}/// <summary>{}</summary>", xml(about));
}

/// The exception of a family.
fn exception(family: Family) -> String {
    class(family).0.replace("Error", "Exception")
}

fn enumeration(text: &mut String, name: &str, about: &str, rows: &[(&str, i32, &str)]) {
    summary(text, "    ", about);
    let _ = writeln!(text, "    public enum {name}\n    {{");
    for (word, number, about) in rows {
        summary(text, "        ", about);
        let _ = writeln!(text, "        {} = {number},", pascal(word));
    }
    text.push_str("    }\n\n");
}

fn about_phase(phase: Phase) -> &'static str {
    match phase.name() {
        "config" => "The client was made, or the request put together.",
        "queue" => "Waiting for a worker.",
        "dns" => "Name lookup.",
        "connect" => "The TCP connection.",
        "proxy" => "The proxy's tunnel.",
        "handshake" => "The TLS handshake.",
        "send" => "Sending the request.",
        "receive" => "Waiting for the head of the answer.",
        _ => "Reading the body of the answer.",
    }
}

fn about_origin(origin: Origin) -> &'static str {
    match origin.name() {
        "local" => "We refused.",
        "peer" => "The server or the proxy refused.",
        "network" => "Something in between.",
        _ => "The caller cancelled, or gave what cannot be used.",
    }
}

fn errors() -> Generated {
    let mut text = String::from(
        "// Generated from core/src/error/catalogue.rs by `make generate`; docs/errors.md says more about each code.\n\n\
         namespace Mutls\n{\n",
    );
    let codes: Vec<_> = Code::ALL
        .iter()
        .map(|code| (code.name(), code.number(), code.about()))
        .collect();
    enumeration(
        &mut text,
        "MutlsErrorCode",
        "What went wrong. Numbers and names are the same in every language that mutls speaks, and never reused.",
        &codes,
    );
    let phases: Vec<_> = Phase::ALL
        .iter()
        .map(|phase| (phase.name(), phase.number(), about_phase(*phase)))
        .collect();
    enumeration(
        &mut text,
        "MutlsPhase",
        "Where in the life of a call it happened.",
        &phases,
    );
    let origins: Vec<_> = Origin::ALL
        .iter()
        .map(|origin| (origin.name(), origin.number(), about_origin(*origin)))
        .collect();
    enumeration(&mut text, "MutlsOrigin", "Who ended it.", &origins);
    let families: Vec<_> = Family::ALL
        .iter()
        .map(|family| (family.name(), family.number(), class(*family).1))
        .collect();
    enumeration(
        &mut text,
        "MutlsFamily",
        "The group that a code belongs to; each has an exception of its own.",
        &families,
    );
    for family in Family::ALL {
        let name = exception(*family);
        summary(&mut text, "    ", class(*family).1);
        let codes: Vec<String> = Code::ALL
            .iter()
            .filter(|code| code.family() == *family)
            .map(|code| format!("<see cref=\"MutlsErrorCode.{}\"/>", pascal(code.name())))
            .collect();
        let _ = writeln!(
            text,
            "    /// <remarks>{}.</remarks>\n    public sealed class Mutls{name} : MutlsException\n    {{\n        \
             internal Mutls{name}(ErrorFacts facts, System.Exception inner) : base(facts, inner) {{ }}\n    }}\n",
            codes.join(", ")
        );
    }
    text.push_str(
        "    internal static class Catalogue\n    {\n        \
         internal static string NameOf(MutlsErrorCode code)\n        {\n            switch (code)\n            {\n",
    );
    for code in Code::ALL {
        let _ = writeln!(
            text,
            "                case MutlsErrorCode.{}: return \"{}\";",
            pascal(code.name()),
            code.name()
        );
    }
    text.push_str(
        "                default: return \"code \" + (int)code;\n            }\n        }\n\n        \
         internal static MutlsFamily FamilyOf(MutlsErrorCode code)\n        {\n            switch (code)\n            {\n",
    );
    for family in Family::ALL {
        for code in Code::ALL.iter().filter(|code| code.family() == *family) {
            let _ = writeln!(
                text,
                "                case MutlsErrorCode.{}:",
                pascal(code.name())
            );
        }
        let _ = writeln!(
            text,
            "                    return MutlsFamily.{};",
            pascal(family.name())
        );
    }
    text.push_str(
        "                default: return MutlsFamily.Internal;\n            }\n        }\n\n        \
         internal static MutlsException Make(ErrorFacts facts, System.Exception inner)\n        {\n            \
         switch (facts.Family)\n            {\n",
    );
    for family in Family::ALL {
        let _ = writeln!(
            text,
            "                case MutlsFamily.{}: return new Mutls{}(facts, inner);",
            pascal(family.name()),
            exception(*family)
        );
    }
    text.push_str(
        "                default: return new MutlsInternalException(facts, inner);\n            }\n        }\n    }\n}\n",
    );
    Generated {
        path: "bindings-dotnet/src/Mutls/Generated/Errors.cs",
        content: text,
    }
}

/// The type of an option's property, and the method that writes it.
struct Property {
    kind: String,
    write: &'static str,
    /// It is there from the start, so that a collection or object initializer can fill it.
    made: String,
}

fn property(row: &Row<'_>) -> Property {
    let plain = |kind: &str, write| Property {
        kind: kind.into(),
        write,
        made: String::new(),
    };
    let filled = |kind: &str, write, made: &str| Property {
        kind: kind.into(),
        write,
        made: format!(" = new {made}();"),
    };
    match row.path {
        "headers" => return filled("MutlsHeaders", "Headers", "MutlsHeaders"),
        "resolve" => {
            let kind = "IDictionary<string, string[]>";
            return filled(kind, "Lists", "Dictionary<string, string[]>");
        }
        "identity" => {
            return filled("IList<MutlsIdentity>", "Objects", "List<MutlsIdentity>");
        }
        "proxy" => return plain("MutlsProxy", "Proxy"),
        "trust.ca_file" => return filled("IList<string>", "List", "List<string>"),
        "max_body_bytes" => return plain("long?", "Number"),
        "cert" | "key" | "ca" => return plain("MutlsSecret", "PlaceOrSecret"),
        "tls.min_version" | "tls.max_version" => return plain("MutlsTlsVersion?", "Version"),
        "redirects.follow" => return plain("MutlsFollow?", "Follow"),
        _ => {}
    }
    match row.kind {
        "duration" => plain("TimeSpan?", "Duration"),
        "integer" => plain("int?", "Number"),
        "boolean" => plain("bool?", "Flag"),
        "list of text" => filled("IList<string>", "List", "List<string>"),
        "object" => plain(&structure(row.path), "Object"),
        kind if kind.contains("ref") => plain("MutlsSecret", "Secret"),
        _ => plain("string", "Text"),
    }
}

fn structure(path: &str) -> String {
    match path {
        "" => "MutlsClientOptions".into(),
        "auth.basic" => "MutlsBasicAuth".into(),
        "auth.bearer" => "MutlsBearerAuth".into(),
        path => format!("Mutls{}", pascal(last(path))),
    }
}

fn about(path: &str) -> &'static str {
    match path {
        "" => {
            "Describes a client: where it calls, who it is, whom it trusts, how long it waits. What is null or empty is as by \
             default."
        }
        "auth" => "HTTP authentication: one of the two.",
        "auth.basic" => "RFC 7617, sent without waiting for a challenge.",
        "auth.bearer" => "RFC 6750.",
        "identity" => {
            "A certificate chain and its private key, which may lie in one file or in several, in any order."
        }
        "trust" => {
            "Whom we accept. A bundle means exactly that bundle; without one, the system's roots."
        }
        "tls" => "TLS versions and names.",
        "timeouts" => "How long each phase may take; `Timeout.InfiniteTimeSpan` is no limit.",
        "proxy" => {
            "An HTTP proxy that tunnels by CONNECT. A string converts to one; \"none\" and \"environment\" (the default) may stand \
             in place of a URL."
        }
        "redirects" => "Which redirects are followed.",
        "pool" => "Which connections are kept for the next request.",
        "workers" => "The threads behind waiting calls.",
        "dns" => "Name lookup.",
        _ => "A part of the options.",
    }
}

fn options(table: &Value) -> Generated {
    let rows = rows::of(table, "dotnet");
    let mut text = String::from(
        "// Generated from include/mutls-options.json by `make generate`.\n\n\
         using System;\nusing System.Collections.Generic;\n\nnamespace Mutls\n{\n",
    );
    for parent in parents(&rows) {
        let name = structure(parent);
        summary(&mut text, "    ", about(parent));
        let partial = match parent {
            "proxy" => "partial ",
            _ => "",
        };
        let _ = writeln!(
            text,
            "    public sealed {partial}class {name} : DocumentPart\n    {{"
        );
        for row in within(&rows, parent) {
            let Property { kind, made, .. } = property(row);
            summary(&mut text, "        ", &in_seconds(row.about, " seconds"));
            let _ = writeln!(
                text,
                "        public {kind} {} {{ get; set; }}{made}\n",
                row.name
            );
        }
        text.push_str("        internal override void Write(Document document)\n        {\n");
        for row in within(&rows, parent) {
            let write = property(row).write;
            let _ = writeln!(
                text,
                "            document.{write}(\"{}\", {});",
                row.key(),
                row.name
            );
        }
        text.push_str("        }\n    }\n\n");
    }
    text.truncate(text.trim_end().len());
    text.push_str("\n}\n");
    Generated {
        path: "bindings-dotnet/src/Mutls/Generated/Options.cs",
        content: text,
    }
}
