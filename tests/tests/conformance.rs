//! Every case of the table, in Rust.

#[test]
fn every_case_holds_in_rust() -> Result<(), Box<dyn std::error::Error>> {
    let runner = env!("CARGO_BIN_EXE_runner-rust").to_owned();
    let account = mutls_conformance::drive("rust", &[runner], None)?;
    println!("{account}");
    assert!(account.is_clean(), "{account}");
    Ok(())
}
