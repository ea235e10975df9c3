//! Why calls fail; the words come from core.

use mutls::{CancelToken, Diagnosis, Request};
use napi::bindgen_prelude::{Env, Object};
use napi_derive::napi;

use crate::client::{configured, thrown};

/// Ends a diagnosis early.
#[napi]
#[derive(Default)]
pub struct Canceller(CancelToken);

#[napi]
impl Canceller {
    /// One that has not been used.
    #[napi(constructor)]
    pub fn new() -> Canceller {
        Canceller::default()
    }

    /// Ends it.
    #[napi]
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// What a diagnosis is made of, but for the client.
#[napi(object)]
pub struct Examined {
    pub url: String,
    /// Names and values in turn.
    pub headers: Vec<String>,
    pub probe: bool,
}

/// JSON, text and page, of a call whose client may be one that cannot be made.
#[napi]
#[cfg_attr(test, allow(dead_code))] // Only JavaScript calls it.
pub(crate) fn diagnose<'env>(
    env: &'env Env,
    document: String,
    names: Vec<String>,
    values: Vec<&[u8]>,
    examined: Examined,
    canceller: &Canceller,
) -> napi::Result<Object<'env>> {
    let document = zeroize::Zeroizing::new(document);
    let (config, attached) =
        configured(&document, names, values).map_err(|error| thrown(&error))?;
    begin(env, &examined, canceller, move |request, probe| {
        mutls::diagnose(config, &attached, request, probe)
    })
}

/// Has a thread look: it may take long, and libuv's are for others.
pub(crate) fn begin<'env>(
    env: &'env Env,
    examined: &Examined,
    canceller: &Canceller,
    look: impl FnOnce(Request, bool) -> Diagnosis + Send + 'static,
) -> napi::Result<Object<'env>> {
    let request = request(examined, canceller).map_err(|error| thrown(&error))?;
    let probe = examined.probe;
    let (deferred, promise) = env.create_deferred()?;
    std::thread::Builder::new()
        .name("mutls-doctor".into())
        .spawn(move || {
            let found = look(request, probe);
            let forms = vec![
                found.to_json().to_string(),
                found.to_string(),
                found.to_html(),
            ];
            deferred.resolve(move |_| Ok(forms));
        })?;
    Ok(promise)
}

fn request(examined: &Examined, canceller: &Canceller) -> mutls::Result<Request> {
    let mut request = Request::get(&examined.url);
    for header in examined.headers.chunks_exact(2) {
        if let [name, value] = header {
            request.add_header(name.as_bytes(), value.as_bytes())?;
        }
    }
    request.set_cancel_token(canceller.0.clone());
    Ok(request)
}
