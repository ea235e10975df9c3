//! Sends the same small request many times: `warm CONFIG_JSON URL COUNT`. What one warm request costs
//! can be counted from outside: `strace -c -f`, `valgrind --tool=callgrind`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("warm: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> mutls::Result<String> {
    let mut arguments = std::env::args().skip(1);
    let config = arguments.next().unwrap_or_else(|| "{}".into());
    let url = arguments.next().unwrap_or_default();
    let count: u32 = arguments
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1000);
    let config = mutls::Config::from_json(&config)?;
    let client = mutls::Client::new(config, mutls::Attachments::default())?;
    let started = std::time::Instant::now();
    let mut bytes = 0;
    for _ in 0..count {
        bytes += client.send(mutls::Request::get(&url))?.bytes()?.len();
    }
    Ok(format!(
        "{count} requests, {bytes} bytes, {:?}",
        started.elapsed()
    ))
}
