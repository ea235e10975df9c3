//! The credentials of the two partners that the sandbox plays.

pub(crate) const APP_TOKEN_HEADER: &str = "lean-app-token";
pub(crate) const APP_TOKEN: &str = "sandbox-app-token";

pub(crate) const USERNAME: &str = "napi_user";
pub(crate) const PASSWORD: &str = "napi-password";
