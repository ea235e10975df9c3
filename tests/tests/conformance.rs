//! Every case of the table, in Rust.

use mutls_conformance::{Suite, drive};

#[test]
fn every_case_holds_in_rust() -> Result<(), Box<dyn std::error::Error>> {
    let runner = env!("CARGO_BIN_EXE_runner-rust").to_owned();
    let account = drive(Suite::Cases, "rust", &[runner], None)?;
    println!("{account}");
    assert!(account.is_clean(), "{account}");
    Ok(())
}
