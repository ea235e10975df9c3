//! Generates what is committed but not written by hand; with `--check`, tells whether it is fresh.
//!
//! ```text
//! cargo run -p xtask -- generate [--check]           documents, schema, option names
//! cargo run -p xtask -- header [--check]             include/mutls.h
//! cargo run -p xtask -- symbols [--check] [LIBRARY]  ffi-c/symbols.txt, from a built libmutls.so
//! ```

mod constants;
mod dotnet;
mod errors;
mod generated;
mod go;
mod header;
mod java;
mod node;
mod options;
mod python;
mod rows;
mod ruby;
mod symbols;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let check = words.contains(&"--check");
    let mut verbs = words.iter().copied().filter(|w| !w.starts_with("--"));
    let outcome = match (verbs.next(), verbs.next()) {
        (Some("generate"), None) => generate(check),
        (Some("header"), None) => header::file().and_then(|file| file.settle(check)),
        (Some("symbols"), library) => symbols::file(library).and_then(|file| file.settle(check)),
        _ => Err(
            "usage: cargo run -p xtask -- generate | header | symbols [LIBRARY] [--check]".into(),
        ),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn generate(check: bool) -> Result<(), String> {
    let mut files = options::files();
    files.push(errors::page());
    files.extend(python::files(&options::table()));
    files.extend(go::files(&options::table()));
    files.extend(ruby::files(&options::table()));
    files.extend(dotnet::files(&options::table()));
    files.extend(node::files(&options::table()));
    files.extend(java::files(&options::table()));
    let stale: Vec<String> = files
        .iter()
        .filter_map(|file| file.settle(check).err())
        .collect();
    match stale.is_empty() {
        true => Ok(()),
        false => Err(stale.join("\n")),
    }
}
