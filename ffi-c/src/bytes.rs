//! `mutls_bytes`: a body that was read as a whole.

use crate::error::mutls_error;
use crate::ffi::{Handle, OutView, call, lend, mutls_status, release};

/// Bytes that the library allocated.
///
/// Threads: may be read by several at once.
pub struct mutls_bytes(pub(crate) Vec<u8>);

impl Handle for mutls_bytes {
    const NAME: &'static str = "bytes";
}

/// The bytes; the view lives until `mutls_bytes_free`. It may be empty.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_bytes_view(
    bytes: *const mutls_bytes,
    data: *mut *const u8,
    data_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let view = OutView::bytes(data, data_length, "data")?;
        view.set(&lend(bytes)?.0);
        Ok(())
    })
}

/// Frees the bytes and every view of them. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_bytes_free(bytes: *mut mutls_bytes) {
    release(bytes);
}
