//! `mutls request`: from the flags to the last byte of the answer.

use std::path::PathBuf;
use std::time::Instant;

use mutls::{Config, HandshakeReport, Response};

use crate::client;
use crate::config_flags::Settings;
use crate::data::Piece;
use crate::errors::{Failure, Reporter};
use crate::facts::Facts;
use crate::head;
use crate::interrupt;
use crate::output::{self, Sink};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::request_args::RequestArgs;
use crate::url_flag;
use crate::verbose;
use crate::write_out::Format;

/// How much of a body is read at once.
const PIECE: usize = 64 * 1024;

pub(crate) fn run(
    args: &RequestArgs,
    pieces: Vec<Piece>,
    reporter: &Reporter,
) -> Result<(), Failure> {
    args.refused.check()?;
    let format = args.write_out.as_deref().map(Format::parse).transpose()?;
    let mut settings = Settings::new(&args.client)?;
    settings.of_request(args);
    let plan = Plan::new(args, &pieces, &settings.config)?;
    let mut call = Call {
        args,
        target: target(args, &plan)?,
        facts: Facts {
            method: plan.method.clone(),
            url: verbose::without_userinfo(&plan.url),
            uploaded: plan.length,
            ..Facts::default()
        },
        started: Instant::now(),
    };
    let outcome = call.carry_out(settings, plan);
    call.wind_up(outcome, format, reporter)
}

/// The file of the body, if it is one.
fn target(args: &RequestArgs, plan: &Plan) -> Result<Option<PathBuf>, Failure> {
    match args.remote_name {
        true => Ok(Some(PathBuf::from(url_flag::file_name(&plan.url)?))),
        false => Ok(args.output.clone()),
    }
}

struct Call<'a> {
    args: &'a RequestArgs,
    target: Option<PathBuf>,
    facts: Facts,
    started: Instant,
}

impl Call<'_> {
    fn carry_out(&mut self, settings: Settings, mut plan: Plan) -> Result<(), Failure> {
        let config: Config = settings.config.clone();
        let client = client::client(settings)?;
        let mut request = plan.request()?;
        request.set_cancel_token(interrupt::token());
        if self.args.verbose {
            verbose::say(&verbose::request(&plan, &config));
        }
        self.started = Instant::now();
        let mut response = client.send(request).inspect_err(|error| {
            self.handshake(error.report().map(|report| report.as_ref()));
        })?;
        self.answered(&response);
        self.receive(&mut response)
    }

    fn answered(&mut self, response: &Response) {
        let facts = &mut self.facts;
        facts.to_first_byte_s = self.started.elapsed().as_secs_f64();
        facts.status = response.status();
        facts.url = response.url().to_owned();
        facts.http_minor_version = Some(response.http_minor_version());
        facts.reused = response.connection_reused();
        for (name, value) in response.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            facts.headers.push((name.as_str().to_owned(), value));
        }
        self.handshake(Some(response.handshake().as_ref()));
        if self.args.verbose {
            verbose::say(&verbose::answer(response));
        }
    }

    fn handshake(&mut self, report: Option<&HandshakeReport>) {
        let Some(report) = report else {
            return;
        };
        if self.args.verbose {
            verbose::say(&verbose::handshake(report));
        }
        self.facts.report = Some(report.clone());
    }

    fn receive(&mut self, response: &mut Response) -> Result<(), Failure> {
        let args = self.args;
        let head = head::bytes(response);
        if let Some(file) = &args.dump_header {
            output::write_file(file, &head)?;
        }
        let failed = response.status() >= 400;
        if failed && args.fail {
            self.note_missing_certificate();
            return Err(Failure::Status(response.status()));
        }
        let mut sink = Sink::open(self.target.as_deref())?;
        self.facts.output = self
            .target
            .as_deref()
            .map(|path| path.display().to_string());
        if args.include || args.head {
            sink.write_head(&head)?;
        }
        let quiet = args.silent || args.no_progress_meter;
        let mut progress = Progress::new(!quiet, sink.is_terminal(), response.content_length());
        let mut piece = vec![0; PIECE];
        loop {
            let n = response.read(&mut piece)?;
            if n == 0 {
                break;
            }
            sink.write(piece.get(..n).unwrap_or_default())?;
            self.facts.downloaded += n as u64;
            progress.at(self.facts.downloaded);
        }
        drop(progress);
        sink.finish()?;
        if failed {
            self.note_missing_certificate();
        }
        match failed && args.fail_with_body {
            true => Err(Failure::Status(response.status())),
            false => Ok(()),
        }
    }

    /// nginx and others let the handshake pass without a certificate and refuse by status.
    fn note_missing_certificate(&self) {
        let missing = self.facts.report.as_ref().is_some_and(|report| {
            let client = &report.client_certificate;
            client.requested == Some(true) && !client.offered
        });
        if missing && !self.args.silent {
            verbose::eprintln_quietly(
                "mutls: note: the server asked for a client certificate and none was offered (--cert, --key)",
            );
        }
    }

    /// Says what there is to say, however it went.
    fn wind_up(
        mut self,
        outcome: Result<(), Failure>,
        format: Option<Format>,
        reporter: &Reporter,
    ) -> Result<(), Failure> {
        self.facts.total_s = self.started.elapsed().as_secs_f64();
        let facts = &mut self.facts;
        if let Err(failure) = &outcome {
            facts.exit_code = failure.exit_code();
            facts.error = Some(failure.message());
            if let Failure::Call(error) = failure {
                facts.code = Some(error.clone());
            }
        }
        if let (Some(file), Some(report)) = (&self.args.report, &self.facts.report) {
            let text = format!("{:#}\n", report.to_json());
            told(
                &outcome,
                output::write_file(file, text.as_bytes()),
                reporter,
            )?;
        }
        if let Some(format) = format {
            let (out, err) = format.fill(&self.facts);
            told(&outcome, output::print(out.as_bytes()), reporter)?;
            verbose::eprint_quietly(&err);
        }
        outcome
    }
}

/// A failure on the way out is the command's only where the call itself went well.
fn told(
    outcome: &Result<(), Failure>,
    step: Result<(), Failure>,
    reporter: &Reporter,
) -> Result<(), Failure> {
    match (outcome, step) {
        (Err(_), Err(failure)) => {
            reporter.tell(&failure);
            Ok(())
        }
        (_, step) => step,
    }
}
