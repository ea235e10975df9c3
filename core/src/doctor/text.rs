//! The diagnosis for a terminal or a log.

use std::fmt::{self, Write};

use super::diagnosis::{Diagnosis, State, Step};

/// Where the words of a step begin.
const INDENT: usize = 28;
/// The lines of evidence that a step without fault shows.
const SHOWN: usize = 12;

impl Diagnosis {
    /// The diagnosis as text; `paint` may colour the word for how a step came out.
    pub fn to_text(&self, paint: impl Fn(State, &str) -> String) -> String {
        let mut text = String::new();
        if !self.url.is_empty() {
            let _ = writeln!(text, "{}\n", self.url);
        }
        for step in &self.steps {
            step_text(&mut text, step, &paint);
        }
        let state = self.state();
        let _ = writeln!(text, "\n{}  {}", paint(state, state.name()), self.summary);
        if let Some(error) = self.error() {
            let _ = writeln!(
                text,
                "code: {} ({}), phase {}, origin {}",
                error.code(),
                error.code().number(),
                error.phase(),
                error.origin()
            );
        }
        if let Some(cure) = self.first_failure().and_then(|step| step.cure.as_ref()) {
            let _ = writeln!(text, "cure: {cure}");
        }
        text
    }
}

fn step_text(text: &mut String, step: &Step, paint: &impl Fn(State, &str) -> String) {
    let name = step.state.name();
    let pad = " ".repeat(9_usize.saturating_sub(name.len()));
    let took = match step.ms {
        Some(ms) => format!(" ({ms:.0} ms)"),
        None => String::new(),
    };
    let _ = writeln!(
        text,
        "{}{pad}{:<width$}{}{took}",
        paint(step.state, name),
        step.name.replace('_', " "),
        step.finding,
        width = INDENT - 9
    );
    let indent = " ".repeat(INDENT);
    for line in step.evidence.iter().take(SHOWN) {
        let _ = writeln!(text, "{indent}  {line}");
    }
    if step.evidence.len() > SHOWN {
        let _ = writeln!(text, "{indent}  and {} more", step.evidence.len() - SHOWN);
    }
    if let Some(cure) = &step.cure {
        let _ = writeln!(text, "{indent}cure: {cure}");
    }
}

/// Without colour.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(|_, word| word.to_owned()))
    }
}
