//! The flags that describe the client: who we are, whom we accept, which way we go. curl's names, curl's meanings.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub(crate) const CONNECTION: &str = "Connection";
const IDENTITY: &str = "Who we are";
const TRUST: &str = "Whom we accept";
pub(crate) const REQUEST: &str = "Request";
const CONFIG: &str = "Config file";

/// Options of every verb that calls a server.
#[derive(Args, Debug)]
pub(crate) struct ClientArgs {
    /// Basic authentication; asks for the password where it is left out
    #[arg(short, long, value_name = "USER[:PASSWORD]", allow_hyphen_values = true, help_heading = REQUEST)]
    pub(crate) user: Option<String>,
    /// Bearer authentication
    #[arg(long, value_name = "TOKEN", conflicts_with = "user", help_heading = REQUEST)]
    pub(crate) oauth2_bearer: Option<String>,
    /// The User-Agent; "" sends none
    #[arg(short = 'A', long, value_name = "NAME", allow_hyphen_values = true, help_heading = REQUEST)]
    pub(crate) user_agent: Option<String>,

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

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,

    /// Read the client's options from a config document, JSON or TOML; flags override it
    #[arg(long, value_name = "FILE", help_heading = CONFIG)]
    pub(crate) config: Option<PathBuf>,
    /// Which of the file's profiles; default the only one, or `default`
    #[arg(long, value_name = "NAME", requires = "config", help_heading = CONFIG)]
    pub(crate) profile: Option<String>,
}

/// The way to a server, for every verb that asks one.
#[derive(Args, Debug)]
pub(crate) struct ConnectionArgs {
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
