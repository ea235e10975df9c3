//! What is known about a call when it is over, by curl's names.

use mutls::{HandshakeReport, MtlsError};
use serde_json::{Map, Value, json};

/// What is known when the call is over.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) status: u16,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) http_minor_version: Option<u8>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) downloaded: u64,
    pub(crate) uploaded: Option<u64>,
    pub(crate) to_first_byte_s: f64,
    pub(crate) total_s: f64,
    pub(crate) reused: bool,
    pub(crate) output: Option<String>,
    pub(crate) report: Option<HandshakeReport>,
    pub(crate) exit_code: u8,
    pub(crate) error: Option<String>,
    pub(crate) code: Option<MtlsError>,
}

/// Names that `%{...}` takes, but for `json` and `header_json`.
pub(crate) const NAMES: &[&str] = &[
    "content_type",
    "errormsg",
    "exitcode",
    "filename_effective",
    "http_code",
    "http_version",
    "method",
    "mutls_code",
    "num_connects",
    "num_headers",
    "proxy_used",
    "remote_ip",
    "remote_port",
    "response_code",
    "scheme",
    "size_download",
    "size_upload",
    "speed_download",
    "ssl_verify_result",
    "time_appconnect",
    "time_connect",
    "time_namelookup",
    "time_pretransfer",
    "time_starttransfer",
    "time_total",
    "url",
    "url_effective",
];

impl Facts {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Seconds from the start to the end of a phase, as curl counts them; 0 where it did not happen.
    fn until(&self, phases: usize) -> f64 {
        let Some(report) = self.report.as_ref().filter(|_| !self.reused) else {
            return 0.0;
        };
        let timings = &report.timings;
        let took = [
            timings.dns_ms,
            timings.connect_ms,
            timings.proxy_ms,
            timings.handshake_ms,
        ];
        took.iter().take(phases).flatten().sum::<f64>() / 1_000.0
    }

    pub(crate) fn variable(&self, name: &str) -> Value {
        let report = self.report.as_ref();
        let address = report
            .and_then(|report| report.address.as_deref())
            .and_then(|address| address.parse::<std::net::SocketAddr>().ok());
        match name {
            "http_code" | "response_code" => match self.status {
                // curl's three digits, as text, for a call without an answer.
                0 => json!("000"),
                status => json!(status),
            },
            "content_type" => json!(self.header("content-type")),
            "errormsg" => json!(self.error),
            "exitcode" => json!(self.exit_code),
            "filename_effective" => json!(self.output),
            "http_version" => json!(
                self.http_minor_version
                    .map_or("0".to_owned(), |v| format!("1.{v}"))
            ),
            "method" => json!(self.method),
            "mutls_code" => json!(self.code.as_ref().map(|error| error.code().name())),
            "num_connects" => json!(i32::from(!self.reused && address.is_some())),
            "num_headers" => json!(self.headers.len()),
            "proxy_used" => json!(i32::from(report.is_some_and(|r| r.proxy.is_some()))),
            "remote_ip" => json!(address.map(|address| address.ip().to_string())),
            "remote_port" => json!(address.map_or(0, |address| address.port())),
            "scheme" => json!(self.url.split_once("://").map(|(scheme, _)| scheme)),
            "size_download" => json!(self.downloaded),
            "size_upload" => json!(self.uploaded.unwrap_or(0)),
            "speed_download" => match self.total_s > 0.0 {
                true => json!((self.downloaded as f64 / self.total_s) as u64),
                false => json!(0),
            },
            "ssl_verify_result" => {
                json!(i32::from(
                    report.is_some_and(|r| r.server_verified == Some(false))
                ))
            }
            "time_namelookup" => json!(self.until(1)),
            "time_connect" => json!(self.until(2)),
            "time_appconnect" | "time_pretransfer" => json!(self.until(4)),
            "time_starttransfer" => json!(self.to_first_byte_s),
            "time_total" => json!(self.total_s),
            "url" | "url_effective" => json!(self.url),
            "header_json" => self.header_json(),
            "json" => self.json(),
            _ => Value::Null,
        }
    }

    fn json(&self) -> Value {
        let mut all = Map::new();
        for name in NAMES {
            all.insert((*name).to_owned(), self.variable(name));
        }
        // A number, where the text form has three digits.
        for name in ["http_code", "response_code"] {
            all.insert(name.to_owned(), json!(self.status));
        }
        Value::Object(all)
    }

    fn header_json(&self) -> Value {
        let mut all: Map<String, Value> = Map::new();
        for (name, value) in &self.headers {
            let values = all.entry(name.clone()).or_insert_with(|| json!([]));
            if let Some(values) = values.as_array_mut() {
                values.push(json!(value));
            }
        }
        Value::Object(all)
    }
}
