//! The request that the flags describe.

use mutls::{Config, Request};

use crate::body::Payload;
use crate::data::{self, Piece};
use crate::errors::Failure;
use crate::form;
use crate::header_flag::{self, Header};
use crate::request_args::RequestArgs;
use crate::url_flag;

const FORM: &str = "application/x-www-form-urlencoded";

/// A request, and what `--verbose` says about it.
pub(crate) struct Plan {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<Header>,
    pub(crate) length: Option<u64>,
    payload: Option<Payload>,
}

impl Plan {
    pub(crate) fn new(
        args: &RequestArgs,
        pieces: &[Piece],
        config: &Config,
    ) -> Result<Plan, Failure> {
        let mut url = url_flag::complete(args.given_url()?, config.base_url.is_some());
        let payload = payload(args, pieces)?;
        if args.get {
            url = url_flag::with_query(&url, &data::join(pieces)?)?;
        }
        if let Some(file) = args
            .upload_file
            .as_deref()
            .filter(|file| file.as_os_str() != "-")
        {
            url = url_flag::with_file_name(&url, file);
        }
        let mut headers = Vec::new();
        for flag in &args.headers {
            headers.extend(header_flag::parse(flag)?);
        }
        let mut default = |name: &str, value: &str| {
            let given = headers
                .iter()
                .any(|(known, _): &Header| known.eq_ignore_ascii_case(name.as_bytes()));
            if !given {
                headers.push((name.as_bytes().to_vec(), value.as_bytes().to_vec()));
            }
        };
        let content_type = payload.as_ref().and_then(|p| p.content_type.as_deref());
        if let Some(content_type) = content_type {
            default("Content-Type", content_type);
        }
        if data::any_json(pieces) {
            default("Accept", "application/json");
        }
        if let Some(referer) = &args.referer {
            default("Referer", referer);
        }
        if !args.cookie.is_empty() {
            default("Cookie", &cookies(&args.cookie)?);
        }
        Ok(Plan {
            method: method(args, payload.is_some()),
            url,
            headers,
            length: payload.as_ref().and_then(|payload| payload.length),
            payload,
        })
    }

    /// The library's request; the body moves into it.
    pub(crate) fn request(&mut self) -> Result<Request, Failure> {
        let mut request = Request::new(&self.method, &self.url)?;
        for (name, value) in &self.headers {
            request.add_header(name, value)?;
        }
        if let Some(payload) = self.payload.take() {
            request.set_body(payload.body);
        }
        Ok(request)
    }
}

fn method(args: &RequestArgs, with_body: bool) -> String {
    let default = match (args.head, args.upload_file.is_some(), with_body) {
        (true, _, _) => "HEAD",
        (_, true, _) => "PUT",
        (_, _, true) => "POST",
        _ => "GET",
    };
    args.method.clone().unwrap_or_else(|| default.to_owned())
}

fn payload(args: &RequestArgs, pieces: &[Piece]) -> Result<Option<Payload>, Failure> {
    if args.head && args.get {
        // curl too lets --head win over --get, with the data in the query.
        return Ok(None);
    }
    let with_data = !pieces.is_empty() && !args.get;
    if with_data && !args.form.is_empty() {
        return Err(Failure::usage("a body is either --data or --form"));
    }
    let payload = if let Some(file) = &args.upload_file {
        Some(Payload::file(file)?)
    } else if !args.form.is_empty() {
        Some(form::payload(&args.form)?)
    } else if with_data {
        let kind = match data::any_json(pieces) {
            true => "application/json",
            false => FORM,
        };
        Some(Payload::bytes(data::join(pieces)?, kind))
    } else {
        None
    };
    match (&payload, args.head) {
        (Some(_), true) => Err(Failure::usage("--head sends no body")
            .with_hint("Leave one of them out, or put the data into the query with --get.")),
        _ => Ok(payload),
    }
}

fn cookies(flags: &[String]) -> Result<String, Failure> {
    for flag in flags {
        if !flag.contains('=') {
            return Err(Failure::usage(
                "--cookie takes `name=value`; cookie files are not read",
            ));
        }
    }
    Ok(flags.join("; "))
}
