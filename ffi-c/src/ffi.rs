//! The border: ownership, pointer checks, and the wall that panics do not pass.

use std::any::Any;
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mutls_core::{Code, MtlsError, Origin, Phase, Result};

use crate::error::mutls_error;

/// The result of a function: `MUTLS_OK` (0), or the number of an error's code (`MUTLS_ERROR_...`).
pub type mutls_status = i32;

/// Told, exactly once, that `context` will not be used any more. May be called from any thread.
pub type mutls_finalizer = Option<unsafe extern "C" fn(context: *mut c_void)>;

/// What C knows as an opaque pointer: one count of an [`Arc`].
///
/// A function that works with a handle holds a count of its own, so that freeing the handle
/// elsewhere meanwhile is harmless.
pub(crate) trait Handle: Send + Sync + Sized + 'static {
    /// The name of the C type.
    const NAME: &'static str;

    /// Whether this process got the handle by fork and must not touch what is in it.
    fn inherited(&self) -> bool {
        false
    }

    /// The caller has freed the handle; calls that use it may still be running.
    fn freed(self: &Arc<Self>) {}
}

/// Hands a value over to C.
pub(crate) fn give<T: Handle>(value: T) -> *mut T {
    Arc::into_raw(Arc::new(value)).cast_mut()
}

/// Uses a handle that C still owns.
pub(crate) fn lend<T: Handle>(handle: *const T) -> Result<Arc<T>> {
    if handle.is_null() {
        return Err(bad_option(format!("the {} is NULL", T::NAME)));
    }
    // SAFETY: not null, so by the contract of every function it came from `give` and was not freed
    // before this call began: the count that C owns keeps it alive while we add ours.
    let lent = unsafe {
        Arc::increment_strong_count(handle);
        Arc::from_raw(handle)
    };
    if lent.inherited() {
        let refusal = MtlsError::new(
            Code::Closed,
            Phase::Config,
            Origin::Caller,
            format!(
                "this {} belongs to the process that forked this one",
                T::NAME
            ),
        );
        return Err(refusal.with_hint("Make a new one after the fork."));
    }
    Ok(lent)
}

/// Takes back what [`give`] gave. NULL is fine.
pub(crate) fn release<T: Handle>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: not null, so by the contract of every `*_free` it came from `give`, and its count
        // is given back once.
        let taken = unsafe { Arc::from_raw(handle.cast_const()) };
        if taken.inherited() {
            // Dropping it would speak on the parent's sockets and take locks that nobody releases.
            return std::mem::forget(taken);
        }
        taken.freed();
    }));
}

/// Runs the body of a function: an error goes to `error`, a panic becomes `internal`.
pub(crate) fn call(
    error: *mut *mut mutls_error,
    body: impl FnOnce() -> Result<()>,
) -> mutls_status {
    let outcome =
        catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(panicked(&*panic)));
    match outcome {
        Ok(()) => 0,
        Err(problem) => {
            let number = problem.code().number();
            if !error.is_null() {
                let handle = give(mutls_error::new(problem));
                // SAFETY: not null, so by the contract of every function it points to a
                // `mutls_error *` that may be written.
                unsafe { error.write(handle) };
            }
            number
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> MtlsError {
    let text = match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text.as_str(),
        _ => "no message",
    };
    MtlsError::internal(format!("a panic was stopped at the border to C: {text}"))
}

/// An argument that cannot be used.
pub(crate) fn bad_option(message: impl Into<String>) -> MtlsError {
    MtlsError::new(Code::BadOption, Phase::Config, Origin::Caller, message)
        .with_hint("Correct the argument that the message names; mutls.h says what it may be.")
}

/// A place that C wants a result in.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// To be made before there are effects, so that NULL is refused while nothing has happened.
    pub(crate) fn new(place: *mut T, name: &str) -> Result<Out<T>> {
        match place.is_null() {
            true => Err(bad_option(format!(
                "`{name}` is NULL, so there is no place for the result"
            ))),
            false => Ok(Out(place)),
        }
    }

    pub(crate) fn set(self, value: T) {
        // SAFETY: checked not to be null when made; by the contract of every function it points to
        // a place for a `T`, which may be uninitialised and holds nothing to drop.
        unsafe { self.0.write(value) };
    }
}

/// The two places that a borrowed view goes to.
pub(crate) struct OutView<T>(Out<*const T>, Out<usize>);

impl OutView<c_char> {
    pub(crate) fn text(place: *mut *const c_char, length: *mut usize, name: &str) -> Result<Self> {
        Ok(OutView(
            Out::new(place, name)?,
            Out::new(length, &format!("{name}_length"))?,
        ))
    }

    pub(crate) fn set(self, text: &str) {
        self.0.set(text.as_ptr().cast());
        self.1.set(text.len());
    }

    pub(crate) fn set_none(self) {
        self.0.set(std::ptr::null());
        self.1.set(0);
    }
}

impl OutView<u8> {
    pub(crate) fn bytes(place: *mut *const u8, length: *mut usize, name: &str) -> Result<Self> {
        Ok(OutView(
            Out::new(place, name)?,
            Out::new(length, &format!("{name}_length"))?,
        ))
    }

    pub(crate) fn set(self, bytes: &[u8]) {
        self.0.set(bytes.as_ptr());
        self.1.set(bytes.len());
    }

    pub(crate) fn set_none(self) {
        self.0.set(std::ptr::null());
        self.1.set(0);
    }
}

/// Bytes that C lends for the length of a call.
pub(crate) fn bytes<'a, T: Byte>(pointer: *const T, length: usize, name: &str) -> Result<&'a [u8]> {
    check_length(pointer.is_null(), length, name)?;
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: not null and of a length that memory can have; by the contract of every function the
    // bytes are readable and unchanged until it returns, and no caller of this keeps them longer.
    Ok(unsafe { std::slice::from_raw_parts(pointer.cast(), length) })
}

/// A buffer that C lends for the length of a call, to be written.
pub(crate) fn buffer<'a>(pointer: *mut u8, length: usize, name: &str) -> Result<&'a mut [u8]> {
    check_length(pointer.is_null(), length, name)?;
    if length == 0 {
        return Ok(&mut []);
    }
    // SAFETY: as in `bytes`; `u8` has no invalid values, and the core only writes to the buffer of a
    // read, so that memory which was never initialised is not looked at.
    Ok(unsafe { std::slice::from_raw_parts_mut(pointer, length) })
}

fn check_length(null: bool, length: usize, name: &str) -> Result<()> {
    if null && length > 0 {
        return Err(bad_option(format!(
            "`{name}` is NULL but its length is {length}"
        )));
    }
    if length > isize::MAX as usize {
        return Err(bad_option(format!(
            "the length of `{name}` is more than memory can hold"
        )));
    }
    Ok(())
}

/// Text that C lends for the length of a call.
pub(crate) fn text<'a>(pointer: *const c_char, length: usize, name: &str) -> Result<&'a str> {
    text_or(Code::BadOption, pointer, length, name)
}

/// Like [`text`], refused with `code` when it is not UTF-8.
pub(crate) fn text_or<'a>(
    code: Code,
    pointer: *const c_char,
    length: usize,
    name: &str,
) -> Result<&'a str> {
    std::str::from_utf8(bytes(pointer, length, name)?).map_err(|problem| {
        let message = format!("`{name}` is not UTF-8: {problem}");
        MtlsError::new(code, Phase::Config, Origin::Caller, message)
            .with_hint("Give the text as UTF-8.")
    })
}

/// The two types that C gives bytes in.
pub(crate) trait Byte {}
impl Byte for u8 {}
impl Byte for c_char {}

/// The `context` of a callback, with its finalizer.
pub(crate) struct Context {
    pointer: *mut c_void,
    finalizer: mutls_finalizer,
}

// SAFETY: the pointer is only handed back to the caller's own functions, which by their contract may
// be called from any thread.
unsafe impl Send for Context {}
// SAFETY: as above; where calls must not overlap, the owner of the context sees to it.
unsafe impl Sync for Context {}

impl Context {
    pub(crate) fn new(pointer: *mut c_void, finalizer: mutls_finalizer) -> Context {
        Context { pointer, finalizer }
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if let Some(finalizer) = self.finalizer {
            // SAFETY: by its contract it takes this context once, on any thread; that is now.
            unsafe { finalizer(self.pointer) };
        }
    }
}

/// A lock whose holder panicked is still a lock: the state behind ours is never left half-changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_internal() {
        let mut error = std::ptr::null_mut();
        let status = call(&mut error, || panic!("boom {}", 1));
        assert_eq!(status, Code::Internal.number());
        let lent = lend(error.cast_const()).unwrap();
        assert!(
            lent.inner().message().ends_with("boom 1"),
            "{}",
            lent.inner()
        );
        release(error);
    }

    #[test]
    fn a_pointer_is_ignored_when_its_length_is_zero() {
        assert_eq!(bytes(std::ptr::null::<u8>(), 0, "x").unwrap(), b"");
        assert_eq!(bytes(std::ptr::dangling::<u8>(), 0, "x").unwrap(), b"");
        assert_eq!(
            bytes(std::ptr::null::<u8>(), 1, "x").unwrap_err().code(),
            Code::BadOption
        );
        assert_eq!(
            bytes(std::ptr::dangling::<u8>(), usize::MAX, "x")
                .unwrap_err()
                .code(),
            Code::BadOption
        );
    }
}
