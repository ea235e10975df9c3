//! Every fault of a real server, in Rust. Apart from the other table, so that the two do not run at once.

use mutls_conformance::{Suite, drive};

#[test]
fn every_fault_of_a_real_server_is_explained_in_rust() -> Result<(), Box<dyn std::error::Error>> {
    let runner = env!("CARGO_BIN_EXE_runner-rust").to_owned();
    let account = drive(Suite::Faults, "rust", &[runner], None)?;
    println!("{account}");
    assert!(account.is_clean(), "{account}");
    Ok(())
}
