//! `ffi-c/symbols.txt`: every symbol that the shared library exports. A line that goes is an ABI break.

use std::path::PathBuf;
use std::process::Command;

use crate::generated::{Generated, root};

pub(crate) fn file(library: Option<&str>) -> Result<Generated, String> {
    let library = library.map_or_else(built, PathBuf::from);
    let output = Command::new("nm")
        .args(["-D", "--defined-only", "--format=posix"])
        .arg(&library)
        .output()
        .map_err(|problem| format!("nm: {problem}"))?;
    if !output.status.success() {
        return Err(format!(
            "nm {}: {}",
            library.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    names.sort_unstable();
    if let Some(stray) = names.iter().find(|name| !name.starts_with("mutls_")) {
        return Err(format!(
            "{} exports `{stray}`, which is not ours to export",
            library.display()
        ));
    }
    if names.is_empty() {
        return Err(format!("{} exports nothing", library.display()));
    }
    Ok(Generated {
        path: "ffi-c/symbols.txt",
        content: names.join("\n") + "\n",
    })
}

fn built() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("debug/libmutls.so")
}
