//! Which library this is.

use std::ffi::{CStr, c_char};

use mutls_core::Code;

use crate::error::mutls_error;
use crate::ffi::{OutView, bad_option, call, mutls_status};

/// What `mutls_abi_version` says of the library that this header belongs to.
pub const MUTLS_ABI_VERSION: u32 = 5;

/// The version of the ABI of the library that is loaded. Its upper 16 bits are the number in the
/// library's soname and grow when something changes; the lower 16 grow when something is added. A
/// program fits if the upper halves of this and of `MUTLS_ABI_VERSION` are equal and the lower half
/// of this is not less.
#[unsafe(no_mangle)]
pub extern "C" fn mutls_abi_version() -> u32 {
    MUTLS_ABI_VERSION
}

/// The version of the library that is loaded, such as "0.1.0": static, ended by NUL.
#[unsafe(no_mangle)]
pub extern "C" fn mutls_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

/// The name of an error code, such as "key_mismatch" for 205. The name is static.
///
/// Errors: `bad_option` for a number that is not in the catalogue.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_code_name(
    number: i32,
    name: *mut *const c_char,
    name_length: *mut usize,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let name = OutView::text(name, name_length, "name")?;
        let code = Code::ALL.iter().find(|code| code.number() == number);
        let code = code.ok_or_else(|| bad_option(format!("no error has the number {number}")))?;
        name.set(code.name());
        Ok(())
    })
}
