//! `runTool`: core's tools, which `lib/tools.js` gives names.

use mutls::tools::{self, Output};
use mutls::{Attachments, MtlsError};
use napi::bindgen_prelude::{Buffer, Object};
use napi::{Env, Status};
use napi_derive::napi;

use crate::client::{described, thrown};

/// Runs a tool on a thread of its own, since it may make keys or ask a server. The promise is of the report as JSON, and of
/// what was made: names and bytes.
#[napi]
#[cfg_attr(test, allow(dead_code))] // Only JavaScript calls it.
pub(crate) fn run_tool<'env>(
    env: &'env Env,
    tool: String,
    document: String,
    names: Vec<String>,
    values: Vec<&[u8]>,
) -> napi::Result<Object<'env>> {
    let document = zeroize::Zeroizing::new(document);
    let mut attached = Attachments::default();
    for (name, value) in names.into_iter().zip(values) {
        attached.set(name, value);
    }
    let (deferred, promise) = env.create_deferred::<Object<'static>, _>()?;
    let run = move || match tools::run(&tool, &document, &attached) {
        Ok(output) => deferred.resolve(Box::new(move |env: Env| given(env, &output))),
        Err(error) => deferred.reject(thrown(&error)),
    };
    let spawned = std::thread::Builder::new()
        .name("mutls-tool".into())
        .spawn(run);
    match spawned {
        Ok(_) => Ok(promise),
        Err(problem) => {
            let error = MtlsError::internal("no thread could be made").with_cause(&problem);
            Err(napi::Error::new(Status::GenericFailure, described(&error)))
        }
    }
}

fn given(env: Env, output: &Output) -> napi::Result<Object<'static>> {
    let mut object = Object::new(&env)?;
    object.set("report", output.json.to_string())?;
    let mut parts = Object::new(&env)?;
    for name in output.names() {
        parts.set(name, Buffer::from(output.part(name).unwrap_or_default()))?;
    }
    object.set("parts", parts)?;
    Ok(object)
}
