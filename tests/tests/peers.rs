//! Requests against real servers of other makers: nginx with `ssl_verify_client on`, and
//! `openssl s_server -Verify`, in TLS 1.2 and 1.3.

#![allow(clippy::indexing_slicing, clippy::panic)]

use std::error::Error;
use std::time::Duration;

use mutls::{Attachments, Body, Client, Code, Config, MtlsError, Origin, Phase, Request, Response};
use mutls_conformance::Pattern;
use mutls_conformance::peers::{Peer, available};
use mutls_sandbox::{Info, Options, Sandbox};
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn Error>>;

const VERSIONS: [(&str, &str); 2] = [("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")];

fn client(
    info: &Info,
    peer: &Peer,
    identity: Option<&str>,
    extra: Value,
) -> Result<Client, MtlsError> {
    let mut config = json!({"base_url": peer.url(), "ca": info.files["ca"], "proxy": "none"});
    if let Some(identity) = identity.and_then(|name| info.identities.get(name)) {
        config["cert"] = json!(identity.chain);
        config["key"] = json!(identity.key);
    }
    for (key, value) in extra.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    Client::new(Config::from_value(config)?, Attachments::default())
}

fn certificate_summary(response: &Response) -> String {
    response.handshake().client_certificate.summary.clone()
}

fn refused(outcome: Result<Response, MtlsError>) -> Result<MtlsError, String> {
    match outcome {
        Ok(answer) => Err(format!("an answer: {}", answer.status())),
        Err(error) => Ok(error),
    }
}

const SHOW: &str = "ssl_verify_client on; client_max_body_size 1m;
    location / { return 200 \"$ssl_client_verify $ssl_client_s_dn $ssl_protocol\"; }";

#[test]
fn nginx_answers_to_our_certificate() -> Outcome {
    if !available("nginx")? || !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    for (version, name) in VERSIONS {
        let peer = Peer::nginx(info, &format!("ssl_protocols {name}; {SHOW}"))?;
        for identity in ["valid", "rsa", "ed25519"] {
            let client = client(info, &peer, Some(identity), json!({}))?;
            let mut answer = client.send(Request::get("/"))?;
            assert_eq!(answer.status(), 200, "TLS {version}, {identity}");
            let said = answer.text()?;
            let cn = format!("CN={identity}.client.sandbox.test");
            assert!(said.starts_with("SUCCESS") && said.contains(&cn), "{said}");
            assert!(said.ends_with(name), "{said}");
            assert_eq!(certificate_summary(&answer), "sent");
            assert!(client.send(Request::get("/"))?.connection_reused());
        }
    }
    Ok(())
}

#[test]
fn nginx_without_a_certificate_answers_400_and_the_report_says_why() -> Outcome {
    if !available("nginx")? || !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    for (version, name) in VERSIONS {
        let peer = Peer::nginx(info, &format!("ssl_protocols {name}; {SHOW}"))?;
        let mut answer = client(info, &peer, None, json!({}))?.send(Request::get("/"))?;
        assert_eq!(answer.status(), 400, "TLS {version}");
        assert!(
            answer
                .text()?
                .contains("No required SSL certificate was sent")
        );
        assert_eq!(certificate_summary(&answer), "requested, not offered");

        let foreign = client(info, &peer, Some("wrong_ca"), json!({}))?;
        let answer = foreign.send(Request::get("/"))?;
        assert_eq!(answer.status(), 400, "TLS {version}");
        assert_eq!(certificate_summary(&answer), "sent");
    }
    Ok(())
}

#[test]
fn nginx_refuses_a_large_body_early_and_we_read_it() -> Outcome {
    if !available("nginx")? || !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    let peer = Peer::nginx(info, SHOW)?;
    let client = client(info, &peer, Some("valid"), json!({}))?;
    let pattern = Pattern {
        length: 20_000_000,
        seed: 0,
    };
    let answer = client.send(Request::post("/").body(pattern.bytes()))?;
    assert_eq!(answer.status(), 413);
    let mut streamed = Request::post("/");
    streamed.set_body(Body::stream(pattern.reader(), Some(pattern.length)));
    assert_eq!(client.send(streamed)?.status(), 413);
    Ok(())
}

#[test]
fn nginx_ends_an_idle_connection_and_nothing_is_lost() -> Outcome {
    if !available("nginx")? || !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    let peer = Peer::nginx(info, &format!("keepalive_timeout 1s; {SHOW}"))?;
    let client = client(info, &peer, Some("valid"), json!({}))?;
    assert_eq!(client.send(Request::post("/").body("x"))?.status(), 200);
    std::thread::sleep(Duration::from_millis(1500));
    let answer = client.send(Request::post("/").body("x"))?;
    assert_eq!(answer.status(), 200);
    assert!(!answer.connection_reused());
    assert!(answer.handshake().resumed, "{:?}", answer.handshake());
    Ok(())
}

#[test]
fn s_server_answers_to_our_certificate() -> Outcome {
    if !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    for (flag, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let peer = Peer::openssl(info, &[flag, "-Verify", "3", "-www"])?;
        let client = client(info, &peer, Some("valid"), json!({}))?;
        let mut answer = client.send(Request::get("/"))?;
        assert_eq!(answer.status(), 200, "{flag}");
        assert_eq!(answer.handshake().version.as_deref(), Some(name));
        assert_eq!(certificate_summary(&answer), "sent");
        assert!(answer.text()?.contains("valid.client.sandbox.test"));
    }
    Ok(())
}

#[test]
fn s_server_demands_a_certificate() -> Outcome {
    if !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    for flag in ["-tls1_2", "-tls1_3"] {
        let peer = Peer::openssl(info, &[flag, "-Verify", "3", "-www"])?;
        let nobody = client(info, &peer, None, json!({}))?;
        let error = refused(nobody.send(Request::get("/")))?;
        assert_eq!(error.code(), Code::ClientCertRequired, "{flag}: {error}");
        assert_eq!(error.phase(), Phase::Handshake);
        assert!(error.not_processed());

        let foreign = client(info, &peer, Some("wrong_ca"), json!({}))?;
        let error = refused(foreign.send(Request::get("/")))?;
        assert_eq!(error.code(), Code::ClientCertRejected, "{flag}: {error}");
        let alert = error.tls_alert().ok_or("no alert")?;
        assert_eq!(alert.name, "unknown_ca", "{flag}");
    }
    Ok(())
}

#[test]
fn s_server_accepts_no_signature_that_we_can_make() -> Outcome {
    if !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    for flag in ["-tls1_2", "-tls1_3"] {
        let schemes = ["-client_sigalgs", "rsa_pss_rsae_sha256"];
        let peer = Peer::openssl(
            info,
            &[flag, "-Verify", "3", "-www", schemes[0], schemes[1]],
        )?;
        let ours = client(info, &peer, Some("valid"), json!({}))?;
        let error = refused(ours.send(Request::get("/")))?;
        assert_eq!(error.code(), Code::ClientCertNotSent, "{flag}: {error}");
        assert_eq!(error.phase(), Phase::Handshake);
        assert!(error.message().contains("rsa_pss_rsae_sha256"), "{error}");
    }
    Ok(())
}

#[test]
fn s_server_asks_for_renegotiation() -> Outcome {
    if !available("openssl")? {
        return Ok(());
    }
    let sandbox = Sandbox::start(Options::default())?;
    let info = sandbox.info();
    let mut peer = Peer::openssl(info, &["-tls1_2", "-verify", "3"])?;
    let client = client(
        info,
        &peer,
        Some("valid"),
        json!({"timeouts": {"first_byte_ms": 5000}}),
    )?;
    let call = std::thread::spawn(move || client.send(Request::get("/")).map(|_| ()));
    // During the handshake the command would end the connection.
    peer.wait_for("CIPHER is")?;
    peer.say("R")?;
    let outcome = call.join().map_err(|_| "the call panicked")?;
    let error = outcome.err().ok_or("it was answered")?;
    assert_eq!(error.code(), Code::RenegotiationRequired, "{error}");
    assert_eq!(error.phase(), Phase::Handshake);
    assert_eq!(error.origin(), Origin::Peer);
    Ok(())
}
