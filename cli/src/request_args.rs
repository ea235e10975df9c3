//! The flags of `mutls request`: curl's names, curl's meanings.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::errors::{Failure, Reporter};
use crate::refused::Refused;

const CONNECTION: &str = "Connection";
const IDENTITY: &str = "Who we are";
const TRUST: &str = "Whom we accept";
const REQUEST: &str = "Request";
const BODY: &str = "Body";
const ANSWER: &str = "Answer";
const CONFIG: &str = "Config file";

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
    /// Basic authentication; asks for the password where it is left out
    #[arg(short, long, value_name = "USER[:PASSWORD]", allow_hyphen_values = true, help_heading = REQUEST)]
    pub(crate) user: Option<String>,
    /// Bearer authentication
    #[arg(long, value_name = "TOKEN", conflicts_with = "user", help_heading = REQUEST)]
    pub(crate) oauth2_bearer: Option<String>,
    /// The User-Agent; "" sends none
    #[arg(short = 'A', long, value_name = "NAME", allow_hyphen_values = true, help_heading = REQUEST)]
    pub(crate) user_agent: Option<String>,
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

    /// Our certificate (and key and chain, where they are in it); a backslash escapes a colon in the name
    #[arg(short = 'E', long, value_name = "FILE[:PASSPHRASE]", help_heading = IDENTITY)]
    pub(crate) cert: Option<String>,
    /// What the certificate file is
    #[arg(long, value_name = "TYPE", ignore_case = true, help_heading = IDENTITY)]
    pub(crate) cert_type: Option<CertType>,
    /// Our private key, where it is not in the certificate's file
    #[arg(long, value_name = "FILE", help_heading = IDENTITY)]
    pub(crate) key: Option<String>,
    /// The key's passphrase. Others on this machine can see it in the process list: prefer the next two
    #[arg(long, value_name = "PASSPHRASE", allow_hyphen_values = true, help_heading = IDENTITY)]
    pub(crate) pass: Option<String>,
    /// Take the key's passphrase from an environment variable
    #[arg(long, value_name = "VAR", conflicts_with = "pass", help_heading = IDENTITY)]
    pub(crate) pass_env: Option<String>,
    /// Take the key's passphrase from the first line of a file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pass", "pass_env"], help_heading = IDENTITY)]
    pub(crate) pass_file: Option<String>,

    /// Accept servers of these CAs alone; default the system's
    #[arg(long, value_name = "FILE", help_heading = TRUST)]
    pub(crate) cacert: Option<String>,
    /// Accept only these keys: sha256//BASE64, several separated by ;
    #[arg(long, value_name = "HASHES", help_heading = TRUST)]
    pub(crate) pinnedpubkey: Option<String>,
    /// TLS 1.2 or later (as without it)
    #[arg(long = "tlsv1.2", help_heading = TRUST)]
    pub(crate) tlsv1_2: bool,
    /// TLS 1.3 or later
    #[arg(long = "tlsv1.3", help_heading = TRUST)]
    pub(crate) tlsv1_3: bool,
    /// The highest version of TLS
    #[arg(long, value_name = "VERSION", help_heading = TRUST)]
    pub(crate) tls_max: Option<TlsMax>,

    /// End it after this many seconds, answer included
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds, help_heading = CONNECTION)]
    pub(crate) max_time: Option<u64>,
    /// Wait this many seconds at most for the name, for the connection and for the handshake each
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = CONNECTION)]
    pub(crate) connect_timeout: Option<u64>,
    /// An HTTP proxy; "" goes without the environment's
    #[arg(short = 'x', long, value_name = "URL", help_heading = CONNECTION)]
    pub(crate) proxy: Option<String>,
    /// For the proxy; asks for the password where it is left out
    #[arg(short = 'U', long, value_name = "USER[:PASSWORD]", allow_hyphen_values = true, help_heading = CONNECTION)]
    pub(crate) proxy_user: Option<String>,
    /// Hosts to call without the proxy, separated by commas; * is all
    #[arg(long, value_name = "HOSTS", help_heading = CONNECTION)]
    pub(crate) noproxy: Option<String>,
    /// Use these addresses instead of a name lookup
    #[arg(long, value_name = "HOST:PORT:ADDR[,ADDR]", help_heading = CONNECTION)]
    pub(crate) resolve: Vec<String>,
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

    /// Read the client's options from a config document, JSON or TOML; flags override it
    #[arg(long, value_name = "FILE", help_heading = CONFIG)]
    pub(crate) config: Option<PathBuf>,
    /// Which of the file's profiles; default the only one, or `default`
    #[arg(long, value_name = "NAME", requires = "config", help_heading = CONFIG)]
    pub(crate) profile: Option<String>,

    #[command(flatten)]
    pub(crate) refused: Refused,
}

/// `--cert-type`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertType {
    Pem,
    P12,
}

/// `--tls-max`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TlsMax {
    Default,
    #[value(name = "1.2")]
    V1_2,
    #[value(name = "1.3")]
    V1_3,
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

/// curl's seconds, with fractions, in milliseconds; 0 is no limit and stays 0.
fn seconds(text: &str) -> Result<u64, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "give seconds, such as 2 or 0.5".to_owned())?;
    if !(0.0..=1e9).contains(&seconds) {
        return Err("give seconds, from 0 to a thousand million".to_owned());
    }
    // Within the range above; what is not zero must not become "no limit".
    let ms = (seconds * 1_000.0).ceil() as u64;
    Ok(ms)
}
