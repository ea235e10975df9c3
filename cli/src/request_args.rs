//! The flags of `mutls request`: curl's names, curl's meanings.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::client_args::{CONNECTION, ClientArgs, REQUEST};
use crate::errors::{Failure, Reporter};
use crate::refused::Refused;

const BODY: &str = "Body";
const ANSWER: &str = "Answer";

/// Options of `mutls request`.
#[derive(Args, Debug)]
pub(crate) struct RequestArgs {
    /// Where to send it; without a scheme it is https, or relative to the config's base_url
    #[arg(value_name = "URL", required_unless_present = "url_flag")]
    pub(crate) url: Option<String>,

    /// The URL, as a flag
    #[arg(long = "url", id = "url_flag", value_name = "URL", conflicts_with = "url", help_heading = REQUEST)]
    pub(crate) url_flag: Vec<String>,
    /// The method; default GET, or POST with a body, PUT with --upload-file
    #[arg(short = 'X', long = "request", value_name = "METHOD", help_heading = REQUEST)]
    pub(crate) method: Option<String>,
    /// Add a header: `Name: value`, `Name;` for an empty one, @FILE for a file of such lines (@- for stdin)
    #[arg(short = 'H', long = "header", value_name = "HEADER", allow_hyphen_values = true, help_heading = REQUEST)]
    pub(crate) headers: Vec<OsString>,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
    /// The Referer
    #[arg(short = 'e', long, value_name = "URL", help_heading = REQUEST)]
    pub(crate) referer: Option<String>,
    /// Send cookies: `name=value; name2=value2`
    #[arg(short = 'b', long, value_name = "COOKIES", help_heading = REQUEST)]
    pub(crate) cookie: Vec<String>,
    /// Put the data into the query instead of a body
    #[arg(short = 'G', long, help_heading = REQUEST)]
    pub(crate) get: bool,
    /// Send HEAD and show the head of the answer
    #[arg(short = 'I', long, help_heading = REQUEST)]
    pub(crate) head: bool,
    /// Ask for a compressed answer, and unpack it
    #[arg(long, help_heading = REQUEST)]
    pub(crate) compressed: bool,

    /// Send form data; @FILE reads a file without its line ends (@- stdin); repeated ones are joined by &
    #[arg(short, long, value_name = "DATA", visible_alias = "data-ascii", allow_hyphen_values = true, help_heading = BODY)]
    pub(crate) data: Vec<OsString>,
    /// The same, the file's bytes as they are
    #[arg(long, value_name = "DATA", allow_hyphen_values = true, help_heading = BODY)]
    pub(crate) data_binary: Vec<OsString>,
    /// The same, where @ is a character like any other
    #[arg(long, value_name = "DATA", allow_hyphen_values = true, help_heading = BODY)]
    pub(crate) data_raw: Vec<OsString>,
    /// The same, percent-encoded: CONTENT, =CONTENT, NAME=CONTENT, @FILE or NAME@FILE
    #[arg(long, value_name = "DATA", allow_hyphen_values = true, help_heading = BODY)]
    pub(crate) data_urlencode: Vec<OsString>,
    /// Send JSON (or @FILE), and ask for it
    #[arg(long, value_name = "DATA", allow_hyphen_values = true, help_heading = BODY)]
    pub(crate) json: Vec<OsString>,
    /// Add a part to a multipart body: NAME=VALUE, NAME=@FILE (upload) or NAME=<FILE (its content);
    /// ;type= and ;filename= may follow
    #[arg(short = 'F', long, value_name = "NAME=CONTENT", allow_hyphen_values = true, help_heading = BODY)]
    pub(crate) form: Vec<OsString>,
    /// Send a file as it is, streamed, by PUT; - is stdin; a URL that ends in / gets its name
    #[arg(short = 'T', long, value_name = "FILE", help_heading = BODY,
          conflicts_with_all = ["data", "data_binary", "data_raw", "data_urlencode", "json", "form"])]
    pub(crate) upload_file: Option<PathBuf>,

    /// Follow redirects, within the origin only unless --redirects says otherwise
    #[arg(short = 'L', long, help_heading = CONNECTION)]
    pub(crate) location: bool,
    /// Which redirects are followed; certificate and credentials never go to another origin
    #[arg(long, value_name = "WHICH", help_heading = CONNECTION)]
    pub(crate) redirects: Option<RedirectChoice>,
    /// How many redirects in a row; -1 is any number
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-1..=i64::from(u32::MAX)), help_heading = CONNECTION)]
    pub(crate) max_redirs: Option<i64>,
    /// What mutls speaks anyway
    #[arg(long = "http1.1", help_heading = CONNECTION)]
    pub(crate) http1_1: bool,

    /// Put the head of the answer before the body
    #[arg(short, long, alias = "show-headers", help_heading = ANSWER)]
    pub(crate) include: bool,
    /// Write the body to a file, which appears when it is complete; - is stdout
    #[arg(short, long, value_name = "FILE", help_heading = ANSWER)]
    pub(crate) output: Option<PathBuf>,
    /// Write the body to a file named as the URL's last segment
    #[arg(short = 'O', long, conflicts_with = "output", help_heading = ANSWER)]
    pub(crate) remote_name: bool,
    /// Write the head of the answer to a file; - is stdout
    #[arg(short = 'D', long, value_name = "FILE", help_heading = ANSWER)]
    pub(crate) dump_header: Option<PathBuf>,
    /// A status of 400 or more ends with exit code 22, without the body
    #[arg(short, long, help_heading = ANSWER)]
    pub(crate) fail: bool,
    /// The same, with the body
    #[arg(long, conflicts_with = "fail", help_heading = ANSWER)]
    pub(crate) fail_with_body: bool,
    /// No progress bar and no errors
    #[arg(short, long, help_heading = ANSWER)]
    pub(crate) silent: bool,
    /// Errors all the same with --silent
    #[arg(short = 'S', long, help_heading = ANSWER)]
    pub(crate) show_error: bool,
    /// No progress bar
    #[arg(long, help_heading = ANSWER)]
    pub(crate) no_progress_meter: bool,
    /// Pass every piece of the body on at once (as without it)
    #[arg(short = 'N', long, help_heading = ANSWER)]
    pub(crate) no_buffer: bool,
    /// Show the handshake, both heads and the causes of an error; secrets are masked
    #[arg(short, long, help_heading = ANSWER)]
    pub(crate) verbose: bool,
    /// Print this at the end: %{http_code}, %{time_total}, %{json}, ... (@FILE, @- for stdin)
    #[arg(short, long, value_name = "FORMAT", allow_hyphen_values = true, help_heading = ANSWER)]
    pub(crate) write_out: Option<String>,
    /// Write the handshake report as JSON; - is stdout
    #[arg(long, value_name = "FILE", help_heading = ANSWER)]
    pub(crate) report: Option<PathBuf>,
    /// How errors are told
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = ANSWER)]
    pub(crate) error_format: ErrorFormat,

    #[command(flatten)]
    pub(crate) refused: Refused,
}

/// `--redirects`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RedirectChoice {
    /// A redirect is an answer like any other
    None,
    /// Within scheme, host and port
    #[value(alias = "same_origin")]
    SameOrigin,
    /// Anywhere, without credentials at another origin
    Any,
}

/// `--error-format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    Text,
    Json,
}

impl RequestArgs {
    pub(crate) fn reporter(&self) -> Reporter {
        Reporter {
            silent: self.silent && !self.show_error,
            causes: self.verbose,
            json: self.error_format == ErrorFormat::Json,
        }
    }

    /// The one URL.
    pub(crate) fn given_url(&self) -> Result<&str, Failure> {
        match (&self.url, self.url_flag.as_slice()) {
            (Some(url), _) => Ok(url),
            (None, [url]) => Ok(url),
            _ => Err(Failure::usage("one request has one URL")),
        }
    }
}
