//! What every Rust load shares: its plan, the measured window, and the line that it prints.

pub mod plan;
pub mod threads;
pub mod tls;
pub mod usage;

pub use plan::{Mode, Plan};

/// What may go wrong in a load; the text is for a person.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
pub type Result<T> = std::result::Result<T, Fault>;

/// Runs a load and prints its one line.
pub fn main(load: impl FnOnce(Plan) -> Result<usage::Report>) -> std::process::ExitCode {
    match Plan::from_arguments().and_then(load) {
        Ok(report) => {
            println!("{report}");
            std::process::ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{fault}");
            std::process::ExitCode::FAILURE
        }
    }
}
