//! `conformance LANGUAGE [--only PART] RUNNER [ARGUMENT...]`: one sandbox, every case, one account.

use std::process::ExitCode;

use mutls_conformance::{Account, drive};

fn main() -> ExitCode {
    match run() {
        Ok(account) => {
            println!("{account}");
            match account.is_clean() {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            }
        }
        Err(problem) => {
            eprintln!("conformance: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<Account, String> {
    let mut arguments = std::env::args().skip(1);
    let language = arguments.next();
    let mut command: Vec<String> = arguments.collect();
    let only = match command.first().is_some_and(|first| first == "--only") {
        true if command.len() > 1 => command.drain(..2).nth(1),
        _ => None,
    };
    match language {
        Some(language) if !command.is_empty() => {
            drive(&language, &command, only.as_deref()).map_err(|e| e.to_string())
        }
        _ => Err("usage: conformance LANGUAGE [--only PART] RUNNER [ARGUMENT...]".into()),
    }
}
