//! `conformance LANGUAGE [--faults] [--only PART] RUNNER [ARGUMENT...]`: one sandbox, every case, one account.

use std::process::ExitCode;

use mutls_conformance::{Account, Suite, drive};

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
    let suite = match command.first().is_some_and(|first| first == "--faults") {
        true => {
            command.remove(0);
            Suite::Faults
        }
        false => Suite::Cases,
    };
    let only = match command.first().is_some_and(|first| first == "--only") {
        true if command.len() > 1 => command.drain(..2).nth(1),
        _ => None,
    };
    match language {
        Some(language) if !command.is_empty() => {
            drive(suite, &language, &command, only.as_deref()).map_err(|e| e.to_string())
        }
        _ => {
            Err("usage: conformance LANGUAGE [--faults] [--only PART] RUNNER [ARGUMENT...]".into())
        }
    }
}
