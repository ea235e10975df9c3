//! What the Java library has of the catalogue and of the option table.

use std::fmt::Write;

use mutls::{Code, Family, Origin, Phase};
use serde_json::Value;

use crate::generated::Generated;
use crate::rows::{self, Row, capital, class, in_seconds, last, parents, within};

macro_rules! source {
    ($name:literal) => {
        concat!(
            "bindings-java/mutls/src/main/java/io/github/mutls/",
            $name,
            ".java"
        )
    };
}

const CATALOGUE: &str = "// Generated from core/src/error/catalogue.rs by `make generate`.\n\npackage io.github.mutls;\n\n";

pub(crate) fn files(options: &Value) -> Vec<Generated> {
    let mut files = vec![
        codes(),
        families(),
        words(
            source!("Phase"),
            "Phase",
            "Where in the life of a call something happened.",
            Phase::ALL.iter().map(|phase| phase.name()),
        ),
        words(
            source!("Origin"),
            "Origin",
            "Who ended a call: we (local), the peer, the network or the caller.",
            Origin::ALL.iter().map(|origin| origin.name()),
        ),
        self::options(options),
    ];
    files.extend(Family::ALL.iter().map(|family| exception(*family)));
    files
}

/// The class of a family's exceptions, and its file.
fn exception_class(family: Family) -> (String, &'static str) {
    let path = match family {
        Family::Config => source!("MutlsConfigException"),
        Family::Identity => source!("MutlsIdentityException"),
        Family::Trust => source!("MutlsTrustException"),
        Family::Connect => source!("MutlsConnectException"),
        Family::Handshake => source!("MutlsHandshakeException"),
        Family::Timeout => source!("MutlsTimeoutException"),
        Family::Protocol => source!("MutlsProtocolException"),
        Family::Body => source!("MutlsBodyException"),
        Family::Cancelled => source!("MutlsCancelledException"),
        Family::Internal => source!("MutlsInternalException"),
    };
    (format!("Mutls{}Exception", capital(family.name())), path)
}

fn codes() -> Generated {
    let mut text = format!(
        "{CATALOGUE}/**\n * What went wrong. Names and numbers are the same in every language that mutls speaks; docs/errors.md says more about each.\n */\n\
         public enum Code {{\n"
    );
    for code in Code::ALL {
        let _ = writeln!(
            text,
            "    /** {} */\n    {}({}, Family.{}),\n",
            javadoc(code.about()),
            code.name().to_uppercase(),
            code.number(),
            code.family().name().to_uppercase()
        );
    }
    finish_constants(&mut text);
    text.push_str(
        "    private final int number;\n    private final Family family;\n\n    \
         Code(int number, Family family) {\n        this.number = number;\n        this.family = family;\n    }\n\n    \
         /**\n     * The stable number in the catalogue.\n     *\n     * @return such as 205\n     */\n    \
         public int number() {\n        return number;\n    }\n\n    \
         /**\n     * The group that the code belongs to.\n     *\n     * @return one of the ten\n     */\n    \
         public Family family() {\n        return family;\n    }\n\n    \
         /**\n     * The stable name in the catalogue.\n     *\n     * @return such as {@code key_mismatch}\n     */\n    \
         @Override\n    public String toString() {\n        return name().toLowerCase(java.util.Locale.ROOT);\n    }\n}\n",
    );
    Generated {
        path: source!("Code"),
        content: text,
    }
}

fn families() -> Generated {
    let mut text = format!(
        "{CATALOGUE}/** The groups of codes: each has an exception class of its own. */\npublic enum Family {{\n"
    );
    for family in Family::ALL {
        let about = class(*family).1;
        let (name, _) = exception_class(*family);
        let _ = writeln!(
            text,
            "    /** {} */\n    {} {{\n        @Override\n        MutlsException exception(Failure failure) {{\n            \
             return new {name}(failure);\n        }}\n    }},\n",
            javadoc(about),
            family.name().to_uppercase()
        );
    }
    finish_constants(&mut text);
    text.push_str(
        "    abstract MutlsException exception(Failure failure);\n\n    \
         /**\n     * The stable name in the catalogue.\n     *\n     * @return such as {@code identity}\n     */\n    \
         @Override\n    public String toString() {\n        return name().toLowerCase(java.util.Locale.ROOT);\n    }\n}\n",
    );
    Generated {
        path: source!("Family"),
        content: text,
    }
}

fn words(
    path: &'static str,
    name: &str,
    about: &str,
    words: impl Iterator<Item = &'static str>,
) -> Generated {
    let mut text = format!("{CATALOGUE}/** {about} */\npublic enum {name} {{\n");
    for word in words {
        let _ = writeln!(
            text,
            "    /** {{@code {word}}}. */\n    {},\n",
            word.to_uppercase()
        );
    }
    finish_constants(&mut text);
    text.push_str(
        "    /**\n     * The stable name in the catalogue.\n     *\n     * @return in lower case\n     */\n    \
         @Override\n    public String toString() {\n        return name().toLowerCase(java.util.Locale.ROOT);\n    }\n}\n",
    );
    Generated {
        path,
        content: text,
    }
}

/// A semicolon in place of the last constant's comma.
fn finish_constants(text: &mut String) {
    text.truncate(text.trim_end().len() - 1);
    text.push_str(";\n\n");
}

fn exception(family: Family) -> Generated {
    let (name, path) = exception_class(family);
    let about = class(family).1;
    let mut text = format!(
        "{CATALOGUE}/**\n * {}\n *\n * <p>Codes:\n * <ul>\n",
        javadoc(about)
    );
    for code in Code::ALL.iter().filter(|code| code.family() == family) {
        let _ = writeln!(
            text,
            " *   <li>{{@link Code#{}}}: {}",
            code.name().to_uppercase(),
            javadoc(code.about())
        );
    }
    let _ = writeln!(
        text,
        " * </ul>\n */\npublic final class {name} extends MutlsException {{\n    \
         private static final long serialVersionUID = 1L;\n\n    \
         {name}(Failure failure) {{\n        super(failure);\n    }}\n}}"
    );
    Generated {
        path,
        content: text,
    }
}

/// Backquotes as Javadoc has them, and nothing that HTML would take for its own.
fn javadoc(about: &str) -> String {
    let mut text = String::new();
    for (at, part) in about.split('`').enumerate() {
        let part = part.replace("*/", "*&#47;");
        match at % 2 {
            0 => text.push_str(
                &part
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;"),
            ),
            _ => {
                let _ = write!(text, "{{@code {part}}}");
            }
        }
    }
    text
}

/// The class of an object of the document.
fn part(path: &str) -> String {
    match path {
        "auth.basic" => "BasicAuth".into(),
        "auth.bearer" => "BearerAuth".into(),
        path => capital(last(path)),
    }
}

fn about(path: &str) -> &'static str {
    match path {
        "auth" => "HTTP authentication: one of the two.",
        "auth.basic" => "A user and a password, by RFC 7617.",
        "auth.bearer" => "A token, by RFC 6750.",
        "identity" => {
            "A certificate chain and its private key, which may lie in one file or in several, in any order."
        }
        "trust" => {
            "Whom we accept. A bundle means exactly that bundle; without one, the system's roots."
        }
        "tls" => "TLS versions and names.",
        "timeouts" => "How long each phase may take; {@code null} is no limit.",
        "proxy" => "An HTTP proxy that tunnels by CONNECT.",
        "redirects" => "Which redirects are followed.",
        "pool" => "Which connections are kept for the next request.",
        "workers" => "The threads behind asynchronous calls.",
        "dns" => "Name lookup.",
        _ => "A part of the config.",
    }
}

struct Setter {
    /// Its parameter as it is declared.
    parameter: String,
    /// What becomes of it.
    body: String,
    /// What the parameter is.
    given: &'static str,
}

fn setter(parameter: &str, body: String, given: &'static str) -> Setter {
    Setter {
        parameter: parameter.into(),
        body,
        given,
    }
}

/// The setters of an option: one for each type that it takes.
fn setters(row: &Row<'_>) -> Vec<Setter> {
    let key = row.key();
    let set = |value: &str| format!("set(\"{key}\", {value})");
    let add = |value: &str| format!("add(\"{key}\", {value})");
    if row.choices().is_some() {
        return vec![setter("String value", set("value"), "the word")];
    }
    let file = row.path.ends_with("_file");
    match (row.path, row.kind) {
        ("headers", _) => vec![setter(
            "Map<String, ?> values",
            "entries(\"headers\", values)".into(),
            "each a String or a list of them",
        )],
        ("resolve", _) => vec![setter(
            "Map<String, ?> values",
            "entries(\"resolve\", values)".into(),
            "each an address or a list of them",
        )],
        ("identity", _) => vec![setter(
            "Consumer<Identity> identity",
            "append(\"identity\", new Identity(), identity)".into(),
            "fills it in; each call adds one",
        )],
        ("proxy", _) => vec![
            setter("String value", set("value"), "the URL or word"),
            setter(
                "Consumer<Proxy> proxy",
                "part(\"proxy\", Proxy.class, Proxy::new, proxy)".into(),
                "fills it in",
            ),
        ],
        ("cert" | "key" | "ca", _) => vec![
            setter(
                "String value",
                set("pathOrText(value)"),
                "the path, or PEM text",
            ),
            setter("Path value", set("text(value)"), "the file"),
            setter("byte[] value", set("secret(value)"), "PEM text or a store"),
        ],
        (_, "duration") => vec![setter(
            "Duration value",
            format!("limit(\"{key}\", value)"),
            "how long; {@code null} is no limit",
        )],
        (_, "integer") => {
            let (kind, value) = match row.path {
                "max_body_bytes" => ("long value", "value"),
                _ => ("int value", "(long) value"),
            };
            vec![setter(kind, set(value), "how many")]
        }
        (_, "boolean") => vec![setter("boolean value", set("value"), "whether")],
        (_, "object") => {
            let name = part(row.path);
            vec![setter(
                &format!("Consumer<{name}> {key}"),
                format!("part(\"{key}\", {name}.class, {name}::new, {key})"),
                "fills it in",
            )]
        }
        (_, "list of text") => vec![setter(
            "String... values",
            format!("list(\"{key}\", values)"),
            "the list; each call adds to it",
        )],
        (_, "text or list of text") if file => vec![
            setter(
                "String... values",
                format!("list(\"{key}\", values)"),
                "the paths; each call adds to them",
            ),
            setter(
                "Path value",
                add("text(value)"),
                "the file; each call adds one",
            ),
        ],
        (_, "text or ref or list of text or ref") => vec![
            setter(
                "String value",
                add("secret(value)"),
                "PEM text; each call adds one",
            ),
            setter(
                "byte[] value",
                add("secret(value)"),
                "PEM text; each call adds one",
            ),
        ],
        (_, "text or ref") if matches!(key, "pkcs12" | "truststore") => {
            vec![setter(
                "byte[] value",
                set("secret(value)"),
                "what is in the store",
            )]
        }
        (_, "text or ref") if key.ends_with("_pem") => vec![
            setter("String value", set("secret(value)"), "PEM text"),
            setter("byte[] value", set("secret(value)"), "PEM text"),
        ],
        (_, "text or ref") => vec![
            setter(
                "String value",
                set("secret(value)"),
                "the secret; core zeroes its copy",
            ),
            setter(
                "char[] value",
                set("secret(value)"),
                "the secret, which is copied",
            ),
        ],
        (_, "text") if file => vec![
            setter("String value", set("value"), "the path"),
            setter("Path value", set("text(value)"), "the file"),
        ],
        _ => vec![setter("String value", set("value"), "the text")],
    }
}

fn write_setters(text: &mut String, row: &Row<'_>, result: &str, indent: &str) {
    for one in setters(row) {
        let name = one.parameter.rsplit(' ').next().unwrap_or_default();
        let _ = writeln!(
            text,
            "\n{indent}/**\n{indent} * {}\n{indent} *\n{indent} * @param {name} {}\n{indent} * @return this\n{indent} */\n\
             {indent}public {result} {}({}) {{\n{indent}    return {};\n{indent}}}",
            javadoc(&in_seconds(row.about, " seconds")),
            one.given,
            row.name,
            one.parameter,
            one.body
        );
    }
}

fn options(table: &Value) -> Generated {
    let rows = rows::of(table, "java");
    let mut text = String::from(
        "// Generated from include/mutls-options.json by `make generate`.\n\n\
         package io.github.mutls;\n\n\
         import java.nio.file.Path;\nimport java.time.Duration;\nimport java.util.Map;\nimport java.util.function.Consumer;\n\n\
         /**\n * The options of a client. What is not set stays as by default; a value of {@code null} is not set, but for durations, where it is\n \
         * no limit. docs/config.md lists them in every language.\n *\n * @param <T> what the options belong to\n */\n\
         public abstract class Options<T extends Options<T>> extends Part<T> {\n    Options() {}\n",
    );
    for row in within(&rows, "") {
        write_setters(&mut text, row, "T", "    ");
    }
    for parent in parents(&rows).iter().filter(|path| !path.is_empty()) {
        let name = part(parent);
        let _ = writeln!(
            text,
            "\n    /** {} */\n    public static final class {name} extends Part<{name}> {{\n        {name}() {{}}",
            about(parent)
        );
        for row in within(&rows, parent) {
            write_setters(&mut text, row, &name, "        ");
        }
        text.push_str("    }\n");
    }
    text.push_str("}\n");
    Generated {
        path: source!("Options"),
        content: text,
    }
}
