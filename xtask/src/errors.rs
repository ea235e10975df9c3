//! docs/errors.md, from the catalogue.

use std::fmt::Write;

use mutls::{Code, Family, Origin, Phase};

use crate::generated::Generated;

pub(crate) fn page() -> Generated {
    let mut text = String::from(
        "<!-- Generated from core/src/error/catalogue.rs by `make generate`. -->\n\n\
         # Errors\n\n\
         Every failure is an `MtlsError` (in each language's own casing) with the same code, phase and origin\n\
         everywhere. Names and numbers are stable and never reused.\n\n\
         An error carries: `code`, `number`, `family`, `phase`, `origin`, `message` (what happened), `hint` (what to do,\n\
         with your own file names and hosts in it), `tls_alert` where one was seen, `not_processed` (the peer cannot have acted on\n\
         the request, so that any request may be repeated), `transient` (the same call may well succeed a moment later),\n\
         `causes`, and the handshake report where the call got that far.\n\
         It never carries a passphrase, a key or a header value.\n",
    );
    for family in Family::ALL {
        let _ = write!(
            text,
            "\n## {}\n\n| number | code | what happened | what to do |\n|---|---|---|---|\n",
            family.name()
        );
        for code in Code::ALL.iter().filter(|c| c.family() == *family) {
            let _ = writeln!(
                text,
                "| {} | `{}` | {} | {} |",
                code.number(),
                code.name(),
                code.about(),
                code.cure()
            );
        }
    }
    let names = |all: Vec<&str>| all.join("`, `");
    let _ = write!(
        text,
        "\n## Phases and origins\n\nPhases, in the order of a call: `{}`.\n\n\
         Origins: `local` (we refused), `peer` (the server or proxy refused), `network` (in between), `caller` (cancelled, or gave\n\
         what cannot be used). In numbers: phases 1 to {}, origins 1 to {}, in this order.\n",
        names(Phase::ALL.iter().map(|p| p.name()).collect()),
        Phase::ALL.len(),
        Origin::ALL.len(),
    );
    Generated {
        path: "docs/errors.md",
        content: text,
    }
}
