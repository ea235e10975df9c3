//! Accounts for every case of a run: passed, failed, or skipped for a reason that is accepted.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::error::Error;
use crate::table::{folder, read_json};

/// One line of a runner's output.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// The case.
    pub id: String,
    /// `pass`, `fail` or `skip`.
    pub outcome: Verdict,
    /// Expected and got, for a failure.
    #[serde(default)]
    pub detail: String,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything claimed holds.
    Pass,
    /// Something does not.
    Fail,
    /// The language does not run it.
    Skip,
}

impl Outcome {
    pub(crate) fn pass(id: String) -> Self {
        Outcome {
            id,
            outcome: Verdict::Pass,
            detail: String::new(),
        }
    }

    pub(crate) fn fail(id: String, detail: String) -> Self {
        Outcome {
            id,
            outcome: Verdict::Fail,
            detail,
        }
    }
}

/// A case that a language does not run: a row of `tests/unsupported/LANGUAGE.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsupported {
    /// The case.
    pub id: String,
    /// One of [`REASONS`].
    pub reason: String,
    /// What it is that cannot be expressed, or which layer is tested.
    pub why: String,
}

/// The only reasons that are accepted.
pub(crate) const REASONS: &[&str] = &["the language cannot express it", "tests another layer"];

/// How much of the table a language may leave out.
const AT_MOST_PERCENT: usize = 5;

impl Unsupported {
    /// The rows of a language; a language without a file runs everything.
    pub fn read(language: &str) -> Result<Vec<Unsupported>, Error> {
        let path = folder().join(format!("unsupported/{language}.json"));
        match path.exists() {
            true => read_json(&path),
            false => Ok(Vec::new()),
        }
    }

    /// What is wrong with a language's rows.
    pub fn problems(rows: &[Unsupported], cases: &[Case]) -> Vec<String> {
        let mut problems = Vec::new();
        for row in rows {
            let mut say = |what: &str| problems.push(format!("{}: {what}", row.id));
            match cases.iter().find(|case| case.id == row.id) {
                None => say("there is no such case"),
                Some(case) if case.claims_an_error() => {
                    say("it is about an error, which no language may leave out");
                }
                Some(_) => {}
            }
            if !REASONS.contains(&row.reason.as_str()) {
                say("its reason is not accepted");
            }
            if row.why.trim().is_empty() {
                say("it says nothing closer");
            }
        }
        if rows.len() * 100 > cases.len() * AT_MOST_PERCENT {
            problems.push(format!(
                "{} of {} cases are left out, more than {AT_MOST_PERCENT} %",
                rows.len(),
                cases.len()
            ));
        }
        problems
    }
}

/// The account of a run. Its Display ends with the line `N passed, N failed`.
#[derive(Debug, Default)]
pub struct Account {
    passed: usize,
    skipped: Vec<Unsupported>,
    failed: Vec<(String, String, String)>,
    /// Cases that the runner said nothing about.
    missing: Vec<String>,
    /// Not about a case: lines that are none, rows that are not accepted.
    problems: Vec<String>,
}

impl Account {
    /// Whether every case passed or was rightly skipped.
    pub fn is_clean(&self) -> bool {
        self.failures() == 0
    }

    fn failures(&self) -> usize {
        self.failed.len() + self.missing.len() + self.problems.len()
    }

    /// Adds what is wrong with the run as a whole.
    pub(crate) fn complain(&mut self, problem: String) {
        self.problems.push(problem);
    }
}

/// Compares a runner's output with the table.
pub fn account(output: &str, cases: &[Case], unsupported: &[Unsupported]) -> Account {
    let mut account = Account {
        problems: Unsupported::problems(unsupported, cases),
        ..Account::default()
    };
    let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
    for line in output.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str::<Outcome>(line) {
            Ok(outcome) if outcomes.contains_key(&outcome.id) => {
                account
                    .problems
                    .push(format!("{} has two outcomes", outcome.id));
            }
            Ok(outcome) => {
                outcomes.insert(outcome.id.clone(), outcome);
            }
            Err(_) => account.problems.push(format!("not an outcome: {line}")),
        }
    }
    for case in cases {
        let row = unsupported.iter().find(|row| row.id == case.id);
        let problem = match (outcomes.remove(&case.id), row) {
            (Some(outcome), _) if outcome.outcome == Verdict::Pass => {
                account.passed += 1;
                continue;
            }
            (Some(outcome), Some(row)) if outcome.outcome == Verdict::Skip => {
                account.skipped.push(row.clone());
                continue;
            }
            (Some(outcome), None) if outcome.outcome == Verdict::Skip => {
                "skipped, but not listed as unsupported".to_owned()
            }
            (Some(outcome), _) => outcome.detail,
            (None, _) => {
                account.missing.push(case.id.clone());
                continue;
            }
        };
        let failure = (case.id.clone(), case.sentence.clone(), problem);
        account.failed.push(failure);
    }
    for id in outcomes.keys() {
        account.problems.push(format!("there is no case {id}"));
    }
    account
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.skipped {
            writeln!(f, "skip {}: {}, {}", row.id, row.reason, row.why)?;
        }
        for (id, sentence, detail) in &self.failed {
            writeln!(f, "FAIL {id}\n     {sentence}\n     {detail}")?;
        }
        if !self.missing.is_empty() {
            writeln!(f, "FAIL without an outcome: {}", self.missing.join(" "))?;
        }
        for problem in &self.problems {
            writeln!(f, "FAIL {problem}")?;
        }
        write!(f, "{} passed, {} failed", self.passed, self.failures())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(ids: &[&str]) -> Vec<Case> {
        ids.iter()
            .map(|id| {
                let steps = serde_json::json!([{"url": "/", "answer": {"status": 200}}]);
                let case = serde_json::json!({"id": id, "sentence": "It is.", "steps": steps});
                serde_json::from_value(case).unwrap()
            })
            .collect()
    }

    fn row(id: &str, reason: &str) -> Unsupported {
        Unsupported {
            id: id.into(),
            reason: reason.into(),
            why: "because".into(),
        }
    }

    #[test]
    fn a_case_without_outcome_fails() {
        let account = account(
            r#"{"id": "a-a", "outcome": "pass"}"#,
            &cases(&["a-a", "b-b"]),
            &[],
        );
        assert!(!account.is_clean());
        assert!(
            account
                .to_string()
                .ends_with("without an outcome: b-b\n1 passed, 1 failed")
        );
    }

    #[test]
    fn a_skip_has_to_be_listed() {
        let line = r#"{"id": "a-a", "outcome": "skip"}"#;
        assert!(!account(line, &cases(&["a-a"]), &[]).is_clean());
        let ids: Vec<String> = (0..20).map(|i| format!("a-{i}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let table = cases(&ids);
        let mut output = r#"{"id": "a-0", "outcome": "skip"}"#.to_owned();
        for id in ids.iter().skip(1) {
            output += &format!("\n{{\"id\": \"{id}\", \"outcome\": \"pass\"}}");
        }
        let listed = [row("a-0", "the language cannot express it")];
        assert!(account(&output, &table, &listed).is_clean());
        let lazy = [row("a-0", "not done yet")];
        assert!(!account(&output, &table, &lazy).is_clean());
    }

    #[test]
    fn rows_are_few_and_never_about_errors() {
        let mut table = cases(&["a-a", "b-b"]);
        let many = [row("a-a", REASONS[0])];
        assert_eq!(Unsupported::problems(&many, &table).len(), 1);
        table[0].steps.clear();
        table[0].construct_error = serde_json::from_value(
            serde_json::json!({"code": "bad_option", "phase": "config", "origin": "local"}),
        )
        .unwrap();
        assert_eq!(Unsupported::problems(&many, &table).len(), 2);
        assert_eq!(
            Unsupported::problems(&[row("c-c", REASONS[1])], &table).len(),
            2
        );
    }
}
