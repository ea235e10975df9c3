//! `runTool`: core's tools, which `lib/tools.js` gives names.

use mutls::Attachments;
use mutls::tools::{self, Output};
use napi::Env;
use napi::bindgen_prelude::{Buffer, Object};
use napi_derive::napi;

use crate::client::thrown;
use crate::queue::Queue;
use crate::work::Work;

/// A tool at work.
#[napi]
pub struct ToolRun(Work<mutls::Result<Output>>);

/// Runs a tool: it may make keys or ask a server. The queue tells when it is done.
#[napi]
#[cfg_attr(test, allow(dead_code))] // Only JavaScript calls it.
pub(crate) fn run_tool(
    queue: &Queue,
    id: u32,
    tool: String,
    document: String,
    names: Vec<String>,
    values: Vec<&[u8]>,
) -> napi::Result<ToolRun> {
    let document = zeroize::Zeroizing::new(document);
    let mut attached = Attachments::default();
    for (name, value) in names.into_iter().zip(values) {
        attached.set(name, value);
    }
    let run = move || tools::run(&tool, &document, &attached);
    Work::begin(queue, id, "mutls-tool", run).map(ToolRun)
}

#[napi]
impl ToolRun {
    /// The report as JSON, and what was made: names and bytes.
    #[napi]
    pub fn take<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let output = self.0.take()?.map_err(|error| thrown(&error))?;
        let mut object = Object::new(env)?;
        object.set("report", output.json.to_string())?;
        let mut parts = Object::new(env)?;
        for name in output.names() {
            parts.set(name, Buffer::from(output.part(name).unwrap_or_default()))?;
        }
        object.set("parts", parts)?;
        Ok(object)
    }
}
