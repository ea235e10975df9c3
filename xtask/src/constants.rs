//! The version and the core's catalogue as C constants.

use std::fmt::Write;

use mutls::{Code, Family, Origin, Phase, RETIRED};

pub(crate) fn text() -> String {
    let mut text = String::new();
    let mut group = |about: &str, rows: &[(String, i32, &str)]| {
        let width = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
        let _ = writeln!(text, "\n/* {about} */");
        for (name, number, about) in rows {
            match about.is_empty() {
                true => writeln!(text, "#define {name:width$} {number}"),
                false => writeln!(text, "/** {about} */\n#define {name} {number}"),
            }
            .unwrap_or_default();
        }
    };

    let mut parts = mutls::VERSION
        .split(['.', '-'])
        .map(|part| part.parse().unwrap_or(0));
    let version = ["MAJOR", "MINOR", "PATCH"].map(|part| {
        (
            format!("MUTLS_VERSION_{part}"),
            parts.next().unwrap_or(0),
            "",
        )
    });
    group("The version that this header belongs to.", &version);

    let codes: Vec<_> = Code::ALL
        .iter()
        .map(|c| (named("ERROR", c.name()), c.number(), c.about()))
        .collect();
    let retired = match RETIRED {
        [] => String::new(),
        numbers => format!(
            " Retired: {}.",
            numbers
                .iter()
                .map(i32::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    group(
        &format!("Status: 0, or the code of an error. Numbers are never reused.{retired}"),
        &[("MUTLS_OK".to_owned(), 0, "The function did what it says.")],
    );
    group("Codes: what went wrong.", &codes);

    let phases: Vec<_> = Phase::ALL
        .iter()
        .map(|p| (named("PHASE", p.name()), p.number(), ""))
        .collect();
    group("Phases: where in the life of a call.", &phases);
    let origins: Vec<_> = Origin::ALL
        .iter()
        .map(|o| (named("ORIGIN", o.name()), o.number(), ""))
        .collect();
    group("Origins: who ended it.", &origins);
    let families: Vec<_> = Family::ALL
        .iter()
        .map(|f| (named("FAMILY", f.name()), f.number(), ""))
        .collect();
    group(
        "Families: one exception class each, in languages that have them.",
        &families,
    );
    text
}

fn named(kind: &str, name: &str) -> String {
    format!("MUTLS_{kind}_{}", name.to_uppercase())
}
