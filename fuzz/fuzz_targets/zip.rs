#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mutls::fuzzing::zip(bytes));
