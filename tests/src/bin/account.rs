//! `account LANGUAGE OUTPUT`: checks what a runner printed against the table.

use std::process::ExitCode;

use mutls_conformance::{Account, Table, Unsupported, account};

fn main() -> ExitCode {
    match check() {
        Ok(account) => {
            println!("{account}");
            match account.is_clean() {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            }
        }
        Err(problem) => {
            eprintln!("account: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn check() -> Result<Account, String> {
    let mut arguments = std::env::args().skip(1);
    let (Some(language), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: account LANGUAGE OUTPUT".into());
    };
    let output = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
    let table = Table::read().map_err(|e| e.to_string())?;
    let unsupported = Unsupported::read(&language).map_err(|e| e.to_string())?;
    Ok(account(&output, &table.cases, &unsupported))
}
