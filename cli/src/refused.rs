//! Flags of curl that mutls knows and will not carry out: each says why, and what to do instead.

use crate::errors::Failure;

/// The flags, out of sight in `--help`.
#[derive(clap::Args, Debug)]
pub(crate) struct Refused {
    #[arg(short = 'k', long, hide = true)]
    insecure: bool,
    #[arg(long, hide = true)]
    proxy_insecure: bool,
    #[arg(long, hide = true)]
    location_trusted: bool,
    #[arg(long = "tlsv1", hide = true)]
    tlsv1: bool,
    #[arg(long = "tlsv1.0", hide = true)]
    tlsv1_0: bool,
    #[arg(long = "tlsv1.1", hide = true)]
    tlsv1_1: bool,
    #[arg(long, hide = true)]
    http2: bool,
    #[arg(long, hide = true)]
    http3: bool,
    #[arg(long, hide = true)]
    digest: bool,
    #[arg(long, hide = true)]
    ntlm: bool,
    #[arg(long, hide = true)]
    negotiate: bool,
    #[arg(short = 'c', long, hide = true, value_name = "FILE")]
    cookie_jar: Option<String>,
    #[arg(short = 'K', hide = true, value_name = "FILE")]
    curl_config: Option<String>,
}

const NO_BLIND_TRUST: (&str, &str) = (
    "mutls does not talk to a server that it cannot verify",
    "Name the CA that issued the server's certificate with --cacert FILE: the partner's certificate chain, as a rule.",
);

const OLD_TLS: (&str, &str) = (
    "TLS 1.0 and 1.1 are not spoken (RFC 8996)",
    "Leave the flag out: TLS 1.2 or later is used. --tlsv1.2 and --tlsv1.3 raise the lowest version.",
);

const ONE_SCHEME: (&str, &str) = (
    "of the HTTP authentication schemes only Basic and Bearer are spoken",
    "Use --user or --oauth2-bearer.",
);

const HTTP1: (&str, &str) = (
    "mutls speaks HTTP/1.1 only",
    "Leave the flag out; every HTTPS API answers HTTP/1.1 too.",
);

impl Refused {
    /// The first flag that cannot be carried out.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let table = [
            (self.insecure, "--insecure", NO_BLIND_TRUST),
            (self.proxy_insecure, "--proxy-insecure", NO_BLIND_TRUST),
            (
                self.location_trusted,
                "--location-trusted",
                (
                    "credentials and the certificate never follow a redirect to another origin",
                    "Use --location within the origin, --redirects any to follow without credentials, or call the new address itself.",
                ),
            ),
            (self.tlsv1, "--tlsv1", OLD_TLS),
            (self.tlsv1_0, "--tlsv1.0", OLD_TLS),
            (self.tlsv1_1, "--tlsv1.1", OLD_TLS),
            (self.http2, "--http2", HTTP1),
            (self.http3, "--http3", HTTP1),
            (self.digest, "--digest", ONE_SCHEME),
            (self.ntlm, "--ntlm", ONE_SCHEME),
            (self.negotiate, "--negotiate", ONE_SCHEME),
            (
                self.cookie_jar.is_some(),
                "--cookie-jar",
                (
                    "one request keeps no cookies",
                    "Send cookies with --cookie 'name=value'; -i shows those that are set.",
                ),
            ),
            (
                self.curl_config.is_some(),
                "-K",
                (
                    "curl's own config files are not read",
                    "--config FILE reads a config document of mutls, JSON or TOML.",
                ),
            ),
        ];
        match table.iter().find(|(given, _, _)| *given) {
            Some((_, flag, (why, instead))) => {
                Err(Failure::usage(format!("{flag} is refused: {why}")).with_hint(*instead))
            }
            None => Ok(()),
        }
    }
}
