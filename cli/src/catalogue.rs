//! `mutls errors`: the catalogue, one entry or all.

use mutls::Code;

use crate::errors::{Failure, family_code};
use crate::output;
use crate::style::Style;

/// Options of `mutls errors`.
#[derive(clap::Args, Debug)]
pub(crate) struct ErrorsArgs {
    /// A code by name or number, such as `client_cert_rejected` or 502
    pub(crate) code: Option<String>,
}

pub(crate) fn run(code: Option<&str>) -> Result<(), Failure> {
    let text = match code {
        Some(wanted) => entry(find(wanted)?),
        None => Code::ALL.iter().map(|code| row(*code)).collect(),
    };
    output::print(text.as_bytes())
}

fn find(wanted: &str) -> Result<Code, Failure> {
    let found = Code::ALL
        .iter()
        .find(|code| code.name() == wanted || code.number().to_string() == wanted);
    found.copied().ok_or_else(|| {
        Failure::usage(format!("`{wanted}` is no code of the catalogue"))
            .with_hint("`mutls errors` lists all of them.")
    })
}

fn row(code: Code) -> String {
    format!(
        "{:>5}  {:<28} {}\n",
        code.number(),
        code.name(),
        code.about()
    )
}

fn entry(code: Code) -> String {
    let style = Style::stdout();
    format!(
        "{} ({})\n\n{}\n{} {}\n\nfamily {}, exit code {}{}\n",
        style.bold(code.name()),
        code.number(),
        code.about(),
        style.bold("Cure:"),
        code.cure(),
        code.family(),
        family_code(code.family()),
        if code.usually_transient() {
            ", often over a moment later"
        } else {
            ""
        },
    )
}
