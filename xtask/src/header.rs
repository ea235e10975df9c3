//! `include/mutls.h`.

use crate::generated::{Generated, root};

pub(crate) fn file() -> Result<Generated, String> {
    let directory = root().join("ffi-c");
    let mut config = cbindgen::Config::from_file(directory.join("cbindgen.toml"))?;
    config.after_includes = Some(crate::constants::text());
    let bindings = cbindgen::Builder::new()
        .with_crate(directory)
        .with_config(config)
        .generate()
        .map_err(|problem| problem.to_string())?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    let content = String::from_utf8(header).map_err(|problem| problem.to_string())?;
    Ok(Generated {
        path: "include/mutls.h",
        content,
    })
}
