//! The runner for Rust: `runner-rust CASES` prints one outcome a line.

use std::process::ExitCode;

use mutls_conformance::{Expanded, run};

fn main() -> ExitCode {
    let cases = std::env::args()
        .nth(1)
        .ok_or_else(|| "usage: runner-rust CASES".to_owned())
        .and_then(|path| std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}")))
        .and_then(|text| serde_json::from_str::<Expanded>(&text).map_err(|e| e.to_string()));
    match cases {
        Ok(expanded) => {
            run(expanded.cases, |outcome| {
                println!("{}", serde_json::json!(outcome));
            });
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("runner-rust: {problem}");
            ExitCode::FAILURE
        }
    }
}
