//! `mutls_cancel_token`: stopping calls from another thread.

use mutls_core::{CancelToken, Epoch};

use crate::error::mutls_error;
use crate::ffi::{Handle, Out, call, give, lend, mutls_status, release};

/// Cancels the calls that it was given to, their bodies included, in whatever phase they are.
///
/// Threads: may be used by several at once. Not for signal handlers: it takes a lock.
pub struct mutls_cancel_token {
    token: CancelToken,
    birth: Epoch,
}

impl Handle for mutls_cancel_token {
    const NAME: &'static str = "cancel token";

    fn inherited(&self) -> bool {
        self.birth.is_past()
    }
}

impl mutls_cancel_token {
    /// A token for one call, so that abandoning that call leaves the others alone.
    pub(crate) fn for_one_call(&self) -> CancelToken {
        self.token.child()
    }
}

/// Makes a token that is not cancelled.
///
/// Errors: `bad_option`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_cancel_token_new(
    token: *mut *mut mutls_cancel_token,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        Out::new(token, "token")?.set(give(mutls_cancel_token {
            token: CancelToken::new(),
            birth: Epoch::current(),
        }));
        Ok(())
    })
}

/// Cancels every call that carries this token, now and later: they end with `cancelled` and the
/// peers see their connections close. Returns at once. May be called from any thread and any
/// callback, any number of times; a cancelled token stays cancelled.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_cancel_token_cancel(
    token: *mut mutls_cancel_token,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        lend(token)?.token.cancel();
        Ok(())
    })
}

/// Writes 1 if the token is cancelled, else 0.
///
/// Errors: `bad_option`, `closed` after a fork.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_cancel_token_is_cancelled(
    token: *const mutls_cancel_token,
    is_cancelled: *mut i32,
    error: *mut *mut mutls_error,
) -> mutls_status {
    call(error, || {
        let out = Out::new(is_cancelled, "is_cancelled")?;
        out.set(lend(token)?.token.is_cancelled().into());
        Ok(())
    })
}

/// Frees the handle without cancelling anything; requests that carry the token keep it. NULL is
/// fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mutls_cancel_token_free(token: *mut mutls_cancel_token) {
    release(token);
}
