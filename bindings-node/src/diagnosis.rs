//! Why calls fail; the words come from core.

use mutls::{Attachments, CancelToken, Config, Diagnosis, Request};
use napi::bindgen_prelude::{Env, PromiseRaw};
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

/// JSON, text and page, of a call whose client may be one that cannot be made.
#[napi]
#[allow(clippy::too_many_arguments)] // The cheapest way to hand them over.
pub fn diagnose<'env>(
    env: &'env Env,
    document: String,
    names: Vec<String>,
    values: Vec<&[u8]>,
    url: String,
    headers: Vec<Vec<String>>,
    probe: bool,
    canceller: &Canceller,
) -> napi::Result<PromiseRaw<'env, Vec<String>>> {
    let document = zeroize::Zeroizing::new(document);
    let (config, attached) =
        configured(&document, names, values).map_err(|error| thrown(&error))?;
    let request = request(&url, &headers, canceller).map_err(|error| thrown(&error))?;
    let (deferred, promise) = env.create_deferred()?;
    // It may take long, and libuv's threads are for others.
    std::thread::Builder::new()
        .name("mutls-doctor".into())
        .spawn(move || {
            let found = look(config, &attached, request, probe);
            deferred.resolve(move |_| Ok(found));
        })?;
    Ok(promise)
}

fn request(url: &str, headers: &[Vec<String>], canceller: &Canceller) -> mutls::Result<Request> {
    let mut request = Request::get(url);
    for header in headers {
        if let [name, value] = &header[..] {
            request.add_header(name.as_bytes(), value.as_bytes())?;
        }
    }
    request.set_cancel_token(canceller.0.clone());
    Ok(request)
}

fn look(config: Config, attached: &Attachments, request: Request, probe: bool) -> Vec<String> {
    let found: Diagnosis = mutls::diagnose(config, attached, request, probe);
    vec![found.to_json().to_string(), found.to_string(), found.to_html()]
}
