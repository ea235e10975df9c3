//! `mutls-faults`: servers of many makers, each wrong in its own way. The first line of output is the
//! announcement; it serves until its standard input ends.

use std::process::ExitCode;

use mutls_conformance::Faults;

fn main() -> ExitCode {
    match Faults::start() {
        Ok(faults) => {
            println!("{}", faults.announcement());
            faults.wait();
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("mutls-faults: {problem}");
            ExitCode::FAILURE
        }
    }
}
