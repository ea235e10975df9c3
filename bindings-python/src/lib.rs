//! `mutls._native`: what of the Python package is written in Rust.
//!
//! The modules mirror the package. The interpreter is released around every wait, and no policy is here that
//! another language would need too.

mod asyncio;
mod body;
mod cancel;
mod client;
mod diagnosis;
mod ending;
mod errors;
mod events;
mod headers;
mod imports;
mod limits;
mod logging;
mod pieces;
mod request;
mod response;
mod signals;
mod text;
mod tools;

use pyo3::prelude::*;

/// The compiled half of mutls; import `mutls` instead.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::asyncio::{Bridge, Call, Sender};
    #[pymodule_export]
    use crate::cancel::CancelToken;
    #[pymodule_export]
    use crate::client::Client;
    #[pymodule_export]
    use crate::diagnosis::diagnose;
    #[pymodule_export]
    use crate::headers::Headers;
    #[pymodule_export]
    use crate::pieces::{ByteIterator, LineIterator};
    #[pymodule_export]
    use crate::response::Response;
    #[pymodule_export]
    use crate::tools::run_tool;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", mutls::VERSION)?;
        crate::logging::install();
        crate::ending::watch(module)?;
        crate::signals::watch_forks(module)
    }
}
