//! Every case of the tables, in Rust.

use mutls_conformance::{Suite, drive};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn run(suite: Suite) -> Outcome {
    let runner = env!("CARGO_BIN_EXE_runner-rust").to_owned();
    let account = drive(suite, "rust", &[runner], None)?;
    println!("{account}");
    assert!(account.is_clean(), "{account}");
    Ok(())
}

#[test]
fn every_case_holds_in_rust() -> Outcome {
    run(Suite::Cases)
}

#[test]
fn every_fault_of_a_real_server_is_explained_in_rust() -> Outcome {
    run(Suite::Faults)
}
