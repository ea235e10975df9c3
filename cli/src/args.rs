//! The verbs of the command line, and the pages of `--help`.

use clap::{Parser, Subcommand};

use crate::catalogue::ErrorsArgs;
use crate::doctor::DoctorArgs;
use crate::request_args::RequestArgs;
use crate::sandbox::SandboxArgs;
use crate::tools::bundle::BundleArgs;
use crate::tools::check::CheckArgs;
use crate::tools::convert::ConvertArgs;
use crate::tools::csr::CsrArgs;
use crate::tools::inspect::InspectArgs;
use crate::tools::matching::MatchArgs;
use crate::tools::renewal::RenewalArgs;

/// Calls HTTPS APIs that demand a client certificate (mutual TLS)
#[derive(Parser, Debug)]
#[command(
    name = "mutls",
    version,
    before_long_help = EXAMPLES,
    after_long_help = EXIT_CODES,
    after_help = "`mutls --help` begins with examples and ends with the exit codes.",
    disable_help_subcommand = false,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Verb {
    /// Send one request, with curl's flags
    #[command(
        args_override_self = true,
        before_long_help = REQUEST_EXAMPLES,
        after_long_help = REQUEST_NOTES,
        after_help = "`mutls request --help` explains every flag, with examples."
    )]
    Request(Box<RequestArgs>),
    /// Find out why a call fails: files, proxy, name, connection, handshake and answer, step by step
    #[command(before_long_help = DOCTOR_EXAMPLES, after_long_help = DOCTOR_NOTES)]
    Doctor(Box<DoctorArgs>),
    /// Tell what files hold, or what a server presents
    Inspect(Box<InspectArgs>),
    /// Look for what will go wrong with a certificate and key, before the first call
    Check(Box<CheckArgs>),
    /// Make a key and a certificate signing request
    Csr(Box<CsrArgs>),
    /// Write certificates and keys in another format
    Convert(Box<ConvertArgs>),
    /// Tell whether certificates, keys and requests belong together
    Match(Box<MatchArgs>),
    /// Tell whether a certificate expires soon
    NeedsRenewal(Box<RenewalArgs>),
    /// Put a chain in order, leaf first, and complete it
    Bundle(Box<BundleArgs>),
    /// Run a partner on this machine: mutual TLS, certificates and faults to try things with
    Sandbox(SandboxArgs),
    /// See one call over mutual TLS succeed and three fail, explained
    Demo,
    /// Look up an error code: what it means and what to do
    Errors(ErrorsArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

/// Options of `mutls completions`.
#[derive(clap::Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell that the script is for
    pub(crate) shell: clap_complete::Shell,
}

const EXAMPLES: &str = "\
Try it without a partner:

  mutls demo
  mutls sandbox --dir ./partner

Call a partner with the files that they gave you:

  mutls request --cert cert.crt --key key.pem --cacert ca.pem \\
    --header 'lean-app-token: YOUR_APP_TOKEN' https://api.leantech.me/banks/v1

See what the files are, and what would go wrong with them:

  mutls inspect cert.crt key.pem ca.pem
  mutls check cert.crt key.pem --cacert ca.pem

A call fails: put `doctor` in the place of `request`:

  mutls doctor --cert cert.crt --key key.pem --cacert ca.pem https://api.leantech.me/banks/v1

What a code means:

  mutls errors client_cert_rejected
";

const REQUEST_EXAMPLES: &str = "\
A partner's own command line works with `curl` replaced by `mutls request`:

  mutls request --cert cert.crt --key key.pem --cacert ca.pem \\
    --header 'lean-app-token: YOUR_APP_TOKEN' https://api.leantech.me/banks/v1

  mutls request --request GET \\
    --url https://mtls.primary.prod.trulioo.com/connection/v1/testauthentication \\
    --header 'Accept: application/json' --user username:password \\
    --cert ./certificate.pem:passphrase --key ./key.pem

Send JSON, and see what the handshake did:

  mutls request -v -E cert.crt --key key.pem --cacert ca.pem \\
    --json '{\"app_user_id\": \"you\"}' https://api.leantech.me/customers/v1

Keep the options in a file, one profile for each partner:

  mutls request --config partners.toml --profile lean-sandbox banks/v1
";

const DOCTOR_EXAMPLES: &str = "\
The command line that fails, with `doctor` in the place of `request`:

  mutls doctor --cert cert.crt --key key.pem --cacert ca.pem https://api.leantech.me/banks/v1

A page for the partner's support desk:

  mutls doctor --config partners.toml --profile lean-sandbox --html report.html banks/v1
";

const DOCTOR_NOTES: &str = "\
It walks the way of a call: options, certificate and key, CA bundle, proxy, name, every address, handshake with the \
certificate and without it, and at last a GET, unless --no-probe. Nothing that it prints or writes holds a secret.

Exit codes: 0 nothing failed; else as for `mutls request`, by the first step that failed.";

const REQUEST_NOTES: &str = "\
Secrets: whoever may list processes can read a command line, --pass, --user and --header included. \
Safer are --pass-env, --pass-file, `--header @FILE`, a --config file, or no password at all: \
on a terminal mutls asks for it.

Exit codes: 0 an answer came, whatever its status; 1 `mutls demo` came out otherwise than it should; \
2 usage; 3 configuration; 4 our identity; 5 trust in the server; 6 connection; 7 TLS handshake; \
8 timeout; 9 protocol; 10 body; 22 --fail and a status of 400 or more; 23 the output cannot be written; \
70 a fault in mutls; 130 interrupted.";

const EXIT_CODES: &str = "\
Exit codes:
    0  done; for `request`: an answer came, whatever its status; for `doctor`: no step failed
    1  the answer is no: `check` found an error, `match` no match, `needs-renewal` no need;
       `demo` came out otherwise than it should
    2  usage: the command line cannot be carried out as written
    3  config: an option, URL or header cannot be used
    4  identity: our certificate or key
    5  trust: the server's certificate, or the CA bundle
    6  connect: no connection, or it was lost
    7  handshake: TLS failed, often the server's verdict on our certificate
    8  timeout
    9  protocol: the answer is not HTTP as it should be, or a redirect was refused
   10  body: cut short, too large, or its source failed
   22  --fail, and the status is 400 or more
   23  the output cannot be written
   70  a fault in mutls
  130  interrupted

`mutls errors` lists the codes behind them.";
