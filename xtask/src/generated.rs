//! A committed file that is not written by hand: written anew, or compared.

use std::path::{Path, PathBuf};

/// A file and what it should hold.
pub(crate) struct Generated {
    /// Relative to the root of the repository.
    pub(crate) path: &'static str,
    pub(crate) content: String,
}

/// The root of the repository: asked of cargo at run time, since a shared target folder may hold what another
/// checkout compiled.
pub(crate) fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = Path::new(&here);
    here.parent().unwrap_or(here).to_path_buf()
}

impl Generated {
    /// Writes the file, or with `check` says whether it is up to date.
    pub(crate) fn settle(&self, check: bool) -> Result<(), String> {
        let path = root().join(self.path);
        let current = std::fs::read_to_string(&path).unwrap_or_default();
        if current == self.content {
            return Ok(());
        }
        if check {
            return Err(format!("{} is out of date: run `make generate`", self.path));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        std::fs::write(&path, &self.content).map_err(|e| format!("{}: {e}", path.display()))?;
        println!("wrote {}", self.path);
        Ok(())
    }
}
