//! What a load is asked to do: `--config FILE --mode MODE --in-flight N (--seconds S | --requests R)`.

use std::time::Duration;

use serde::Deserialize;

use crate::Result;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Warm requests, connections kept.
    Get,
    /// A connection for each request, full handshakes.
    Fresh,
    /// A connection for each request, resumed handshakes.
    Resumed,
    /// A large answer, read to its end.
    Download,
    /// A large request body.
    Upload,
    /// Only makes the client.
    First,
}

/// Written by the driver, the same for every load.
#[derive(Clone, Debug, Deserialize)]
pub struct Server {
    /// `https://host:port`
    pub base: String,
    pub path: String,
    pub cert: String,
    pub key: String,
    /// `None`: the system's roots.
    pub ca: Option<String>,
    pub upload_bytes: u64,
}

impl Server {
    pub fn url(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// `host:port`
    pub fn authority(&self) -> &str {
        self.base.trim_start_matches("https://")
    }

    pub fn host(&self) -> &str {
        self.authority().rsplit_once(':').map_or("", |(host, _)| host)
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Until {
    Elapsed(Duration),
    /// Over all that are in flight together.
    Requests(u64),
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub server: Server,
    pub mode: Mode,
    pub in_flight: usize,
    pub until: Until,
}

impl Plan {
    pub fn from_arguments() -> Result<Plan> {
        let mut server = None;
        let mut mode = Mode::Get;
        let mut in_flight = 1;
        let mut until = Until::Elapsed(Duration::from_secs(1));
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or("an option has no value")?;
            match name.as_str() {
                "--config" => server = Some(serde_json::from_slice(&std::fs::read(value)?)?),
                "--mode" => mode = mode_named(&value)?,
                "--in-flight" => in_flight = value.parse()?,
                "--seconds" => until = Until::Elapsed(Duration::from_secs_f64(value.parse()?)),
                "--requests" => until = Until::Requests(value.parse()?),
                _ => return Err(format!("{name} is no option").into()),
            }
        }
        Ok(Plan { server: server.ok_or("--config is missing")?, mode, in_flight, until })
    }

    /// How long the load runs before the window opens: a pool opens its connections as they are needed, and
    /// nobody's first handshakes belong into the window.
    pub fn settling(&self) -> Duration {
        Duration::from_millis(200 + 2 * self.in_flight as u64)
    }

    /// How many requests each of those in flight makes, or `None` if time decides.
    pub fn share(&self) -> Option<u64> {
        match self.until {
            Until::Elapsed(_) => None,
            Until::Requests(all) => Some(all.div_ceil(self.in_flight as u64)),
        }
    }
}

fn mode_named(name: &str) -> Result<Mode> {
    Ok(match name {
        "get" => Mode::Get,
        "fresh" => Mode::Fresh,
        "resumed" => Mode::Resumed,
        "download" => Mode::Download,
        "upload" => Mode::Upload,
        "first" => Mode::First,
        _ => return Err(format!("{name} is no mode").into()),
    })
}
