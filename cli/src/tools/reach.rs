//! How a verb for files reaches the server that it asks.

use mutls::config::{ProxyChoice, ProxyConfig, Secret};
use serde_json::{Value, json};

use super::job::Job;
use crate::client_args::ConnectionArgs;
use crate::config_flags::Settings;
use crate::errors::Failure;

/// A job whose `client` says whom to accept and which way to go.
pub(super) fn job(
    verb: &'static str,
    ca: Option<&str>,
    args: &ConnectionArgs,
) -> Result<Job, Failure> {
    let settings = Settings::of_connection(args)?;
    let config = &settings.config;
    let mut client = json!({
        "resolve": config.resolve.iter().map(|(place, all)| (place.clone(), json!(all.0))).collect::<serde_json::Map<_, _>>(),
        "timeouts": {
            "dns_ms": config.timeouts.dns_ms,
            "connect_ms": config.timeouts.connect_ms,
            "handshake_ms": config.timeouts.handshake_ms,
            "total_ms": config.timeouts.total_ms,
        },
    });
    if let Some(object) = client.as_object_mut() {
        if let Some(file) = ca {
            object.insert("ca_file".into(), json!(file));
        }
        if let Some(choice) = &config.proxy {
            object.insert("proxy".into(), proxy(choice));
        }
    }
    let mut job = Job::new(verb);
    job.set("client", &client);
    job.attach_all(settings.attachments);
    Ok(job)
}

/// A job about the server at `url`; without one, about files alone.
pub(super) fn job_about(
    url: Option<&str>,
    verb: &'static str,
    ca: Option<&str>,
    args: &ConnectionArgs,
) -> Result<Job, Failure> {
    match url {
        Some(url) => {
            let mut job = job(verb, ca, args)?;
            job.set("url", &url);
            Ok(job)
        }
        None if ca.is_some() || is_given(args) => Err(Failure::usage(
            "--cacert and the flags of a connection are for a server: give its URL",
        )),
        None => Ok(Job::new(verb)),
    }
}

fn proxy(choice: &ProxyChoice) -> Value {
    match choice {
        ProxyChoice::Environment => json!("environment"),
        ProxyChoice::None => json!("none"),
        ProxyChoice::Explicit(ProxyConfig {
            url,
            username,
            password,
            no_proxy,
            ..
        }) => json!({
            "url": url,
            "username": username,
            // --proxy-user attaches it.
            "password": password.as_ref().map(|secret| match secret {
                Secret::Ref(name) => json!({"ref": name}),
                Secret::Inline(_) => Value::Null,
            }),
            "no_proxy": no_proxy,
        }),
    }
}

/// Whether a flag about the way was given.
pub(super) fn is_given(args: &ConnectionArgs) -> bool {
    args.max_time.is_some()
        || args.connect_timeout.is_some()
        || args.proxy.is_some()
        || args.proxy_user.is_some()
        || args.noproxy.is_some()
        || !args.resolve.is_empty()
}
