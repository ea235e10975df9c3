//! `expand ANNOUNCEMENT > cases.json`: the table with every placeholder filled in.

use std::process::ExitCode;

use mutls_conformance::{Announcement, Error, Table, expand};

fn main() -> ExitCode {
    let text = std::env::args()
        .nth(1)
        .ok_or_else(|| "usage: expand ANNOUNCEMENT".to_owned())
        .and_then(|path| std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}")));
    match text.and_then(|text| expanded(&text).map_err(|e| e.to_string())) {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("expand: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn expanded(announcement: &str) -> Result<String, Error> {
    let announcement = Announcement::parse(announcement)?;
    let expanded = expand(&Table::read()?, &announcement)?;
    Ok(serde_json::json!(expanded).to_string())
}
