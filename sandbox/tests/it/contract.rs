//! The contract on paper and the sandbox that runs name the same things.

use std::collections::BTreeSet;

use crate::client::{Connection, info};

const CONTRACT: &str = include_str!("../../../docs/sandbox.md");

/// The code spans in the first column of the tables.
fn rows() -> BTreeSet<&'static str> {
    CONTRACT
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
        .flat_map(|column| column.split('`').step_by(2))
        .collect()
}

#[test]
fn every_name_in_the_announcement_is_in_the_contract_and_the_other_way_round() {
    let info = info();
    let names = info.listeners.keys().chain(info.identities.keys());
    let names: BTreeSet<&str> = names.chain(info.files.keys()).map(String::as_str).collect();
    let written: BTreeSet<&str> = rows()
        .into_iter()
        .filter(|row| !row.contains('/'))
        .collect();
    assert_eq!(written, names);
}

#[test]
fn every_route_in_the_contract_exists() {
    let routes: Vec<&str> = rows().into_iter().filter(|row| row.contains('/')).collect();
    assert!(routes.len() > 60, "{}", routes.len());
    for row in routes {
        let (method, path) = row.split_once(' ').unwrap_or(("GET", row));
        // Nothing is said there.
        if path == "/silence" {
            continue;
        }
        let path = path
            .replace("/...", "/sub")
            .replace("{code}", "200")
            .replace("{name}", "none");
        let path = fill(&path);
        let mut connection = Connection::open("plain", None).unwrap();
        connection
            .send(format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n\r\n").as_bytes())
            .unwrap();
        let first = connection.first();
        assert!(
            !first.starts_with("HTTP/1.1 404"),
            "{method} {path}: {first}"
        );
    }
}

/// Every `{parameter}` that is left becomes a 1.
fn fill(path: &str) -> String {
    path.split('{')
        .enumerate()
        .map(|(at, part)| match part.split_once('}') {
            Some((_, rest)) if at > 0 => format!("1{rest}"),
            _ => part.to_owned(),
        })
        .collect()
}
