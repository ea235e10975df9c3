//! `mutls doctor`: why a call fails.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use mutls::{Diagnosis, Request, State, diagnose};

use crate::client;
use crate::client_args::{ClientArgs, REQUEST};
use crate::config_flags::Settings;
use crate::errors::Failure;
use crate::header_flag;
use crate::interrupt;
use crate::output;
use crate::style::Style;
use crate::url_flag;

/// Options of `mutls doctor`.
#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// The URL whose calls fail; without a scheme it is https, or relative to the config's base_url
    #[arg(value_name = "URL")]
    url: String,
    /// Add a header to the request at the end: `Name: value`, `Name;` for an empty one, @FILE for a file of such lines
    #[arg(short = 'H', long = "header", value_name = "HEADER", allow_hyphen_values = true, help_heading = REQUEST)]
    headers: Vec<OsString>,
    /// Send no request at the end: a server that says what it thinks of the certificate in HTTP alone is not heard
    #[arg(long, help_heading = REQUEST)]
    no_probe: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write the diagnosis as a page with pictures, which needs nothing else; - is stdout
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    client: ClientArgs,
}

pub(crate) fn run(args: &DoctorArgs) -> Result<(), Failure> {
    let mut settings = Settings::new(&args.client)?;
    let url = url_flag::complete(&args.url, settings.config.base_url.is_some());
    let walk = |settings: &Settings| {
        let request = request(&url, &args.headers)?;
        let config = settings.config.clone();
        Ok::<_, Failure>(diagnose(
            config,
            &settings.attachments,
            request,
            !args.no_probe,
        ))
    };
    let mut diagnosis = walk(&settings)?;
    if let Some(code) = diagnosis.error().map(|error| error.code())
        && client::ask(&mut settings, code)?
    {
        diagnosis = walk(&settings)?;
    }
    show(args, &diagnosis)?;
    match diagnosis.error() {
        Some(error) => Err(Failure::Diagnosed(error.family())),
        None => Ok(()),
    }
}

fn show(args: &DoctorArgs, diagnosis: &Diagnosis) -> Result<(), Failure> {
    if let Some(file) = &args.html {
        output::write_file(file, diagnosis.to_html().as_bytes())?;
    }
    if args
        .html
        .as_deref()
        .is_some_and(|file| file.as_os_str() == "-")
    {
        return Ok(());
    }
    let text = match args.json {
        true => format!("{:#}\n", diagnosis.to_json()),
        false => {
            let style = Style::stdout();
            diagnosis.to_text(|state, word| match state {
                State::Ok => style.green(word),
                State::Warning => style.yellow(word),
                State::Failed => style.red(word),
            })
        }
    };
    output::print(text.as_bytes())
}

fn request(url: &str, headers: &[OsString]) -> Result<Request, Failure> {
    let mut request = Request::get(url);
    request.set_cancel_token(interrupt::token());
    for flag in headers {
        for (name, value) in header_flag::parse(flag)? {
            request.add_header(&name, &value)?;
        }
    }
    Ok(request)
}
