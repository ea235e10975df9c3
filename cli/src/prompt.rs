//! Asking for a secret on the terminal, without echo.

use std::io::IsTerminal;

use zeroize::Zeroizing;

use crate::errors::Failure;

/// Whether somebody can answer.
pub(crate) fn possible() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks once. What is typed is not shown.
pub(crate) fn secret(question: &str) -> Result<Zeroizing<String>, Failure> {
    match rpassword::prompt_password(format!("{question}: ")) {
        Ok(answer) => Ok(Zeroizing::new(answer)),
        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Err(Failure::Interrupted),
        Err(error) => Err(Failure::usage(format!("cannot ask for a secret: {error}"))),
    }
}
