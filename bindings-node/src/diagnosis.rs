//! Why calls fail; the words come from core.

use mutls::{CancelToken, Diagnosis, Request};
use napi_derive::napi;

use crate::client::{configured, thrown};
use crate::queue::Queue;
use crate::work::Work;

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

/// A doctor at work.
#[napi]
pub struct Examination(Work<Vec<String>>);

#[napi]
impl Examination {
    /// JSON, text and page.
    #[napi]
    pub fn take(&self) -> napi::Result<Vec<String>> {
        self.0.take()
    }
}

/// Looks at a call whose client may be one that cannot be made. The queue tells when it is done.
#[napi]
#[cfg_attr(test, allow(dead_code))] // Only JavaScript calls it.
#[allow(clippy::too_many_arguments)] // The cheapest way to hand them over.
pub(crate) fn diagnose(
    queue: &Queue,
    id: u32,
    document: String,
    names: Vec<String>,
    values: Vec<&[u8]>,
    examined: Examined,
    canceller: &Canceller,
) -> napi::Result<Examination> {
    let document = zeroize::Zeroizing::new(document);
    let (config, attached) =
        configured(&document, names, values).map_err(|error| thrown(&error))?;
    begin(queue, id, &examined, canceller, move |request, probe| {
        mutls::diagnose(config, &attached, request, probe)
    })
}

pub(crate) fn begin(
    queue: &Queue,
    id: u32,
    examined: &Examined,
    canceller: &Canceller,
    look: impl FnOnce(Request, bool) -> Diagnosis + Send + 'static,
) -> napi::Result<Examination> {
    let request = request(examined, canceller).map_err(|error| thrown(&error))?;
    let probe = examined.probe;
    let work = move || {
        let found = look(request, probe);
        vec![
            found.to_json().to_string(),
            found.to_string(),
            found.to_html(),
        ]
    };
    Work::begin(queue, id, "mutls-doctor", work).map(Examination)
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
