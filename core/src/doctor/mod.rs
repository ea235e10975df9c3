//! Explains what the layers above saw: walks the way of a call step by step, and says at each step what was
//! found, on what evidence, and how to mend it.

mod answer;
mod diagnosis;
mod files;
mod handshake;
mod html;
mod network;
mod picture;
mod text;

pub use diagnosis::{Diagnosis, State, Step};

use std::sync::Arc;
use std::time::Instant;

use crate::client::{Client, Examination, Request};
use crate::config::{Attachments, Config};
use crate::error::{Code, MtlsError};
use crate::transport::clock::Clock;

/// Walks from the files to the answer and finds what is wrong. Needs no client, since what is wrong may be that
/// none can be made. It never fails: what goes wrong is the diagnosis.
///
/// Of the request it takes URL, headers, token and interrupt hook, never method or body: with `probe` it sends a GET at
/// the end, since some servers say what they think of a certificate in HTTP alone; without, nothing but handshakes.
pub fn diagnose(
    config: Config,
    attachments: &Attachments,
    request: Request,
    probe: bool,
) -> Diagnosis {
    let mut diagnosis = Diagnosis::new();
    if let Some(files) = files::examine(config, attachments, &request.url, &mut diagnosis) {
        let walk = Walk {
            examination: &files.examination,
            request,
        };
        if network::examine(&walk, &mut diagnosis)
            && files.trusts
            && handshake::examine(&walk, &files, &mut diagnosis)
            && probe
        {
            answer::examine(&files.client, walk.request, &mut diagnosis);
        }
    }
    diagnosis.conclude();
    diagnosis
}

/// What every step beyond the files works with.
struct Walk<'a> {
    examination: &'a Examination,
    request: Request,
}

impl Walk<'_> {
    /// Each step may take as long as the client's own limits say.
    fn clock(&self) -> Arc<Clock> {
        self.examination.clock(&self.request)
    }
}

fn ended_by_caller(error: &MtlsError) -> bool {
    error.code() == Code::Cancelled
}

fn since(start: Instant) -> f64 {
    (start.elapsed().as_micros() as f64) / 1000.0
}

impl Client {
    /// Finds out why a request fails: see [`diagnose`]. Reads the client's files anew, and uses none of its connections.
    pub fn diagnose(&self, request: Request, probe: bool) -> Diagnosis {
        let (config, attachments) = self.recipe();
        diagnose((*config).clone(), &attachments, request, probe)
    }
}
