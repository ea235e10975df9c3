//! What is told of connections and certificates, by real calls to the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::{Arc, Mutex, OnceLock};

use mutls::{
    Attachments, CancelToken, Client, Code, Config, Event, EventKind, EventLevel, Request,
};
use mutls_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

fn info() -> Value {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    let sandbox = SANDBOX.get_or_init(|| Sandbox::start(Options::default()).unwrap());
    serde_json::from_str(&sandbox.info().to_json_line()).unwrap()
}

fn config(listener: &str, identity: &str) -> Value {
    let info = info();
    let mut config =
        json!({"base_url": info["listeners"][listener]["url"], "ca": info["files"]["ca"]});
    if !identity.is_empty() {
        config["cert"] = info["identities"][identity]["chain"].clone();
        config["key"] = info["identities"][identity]["key"].clone();
    }
    config
}

fn client(config: Value) -> Client {
    Client::new(Config::from_value(config).unwrap(), Attachments::default()).unwrap()
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Event>>>);

impl Heard {
    fn by(client: &Client) -> Heard {
        let heard = Heard::default();
        let events = heard.0.clone();
        let observer = move |event: &Event| events.lock().unwrap().push(event.clone());
        client.observe(Some(Arc::new(observer))).unwrap();
        heard
    }

    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn kinds(&self) -> Vec<EventKind> {
        self.take().iter().map(|event| event.kind).collect()
    }
}

fn get(client: &Client, path: &str) -> mutls::Result<()> {
    client.send(Request::get(path))?.bytes().map(drop)
}

#[test]
fn a_connection_is_told_once_and_resumption_shows() {
    let mut config = config("required", "valid");
    config["pool"] = json!({"max_idle": 0});
    let client = client(config);
    let heard = Heard::by(&client);
    get(&client, "/echo?secret-in-query=1").unwrap();
    get(&client, "/echo").unwrap();
    let events = heard.take();
    assert_eq!(events.len(), 2, "{events:?}");
    for (event, resumed) in events.iter().zip([false, true]) {
        assert_eq!(
            (event.kind, event.level),
            (EventKind::Connected, EventLevel::Debug)
        );
        assert_eq!(event.resumed, Some(resumed), "{event:?}");
        assert_eq!(event.host.as_deref(), Some("localhost"));
        assert_eq!(event.version.as_deref(), Some("TLSv1.3"));
        assert!(event.days_left.unwrap() > 30, "{event:?}");
        assert!(event.server_days_left.unwrap() > 30, "{event:?}");
        assert!(event.duration_ms.unwrap() > 0.0);
        let text = event.to_json().to_string();
        assert!(!text.contains("secret") && !text.contains("echo"), "{text}");
    }
    assert!(events[0].identity.is_some() && events[1].identity.is_none());
}

#[test]
fn a_warm_request_tells_nothing_and_a_dead_connection_is_told() {
    let client = client(config("required", "valid"));
    let heard = Heard::by(&client);
    get(&client, "/echo").unwrap();
    assert_eq!(heard.kinds(), [EventKind::Connected]);
    get(&client, "/echo").unwrap();
    assert_eq!(heard.kinds(), []);
    get(&client, "/close-if-reused").unwrap();
    let events = heard.take();
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Retried, EventKind::Connected]);
    assert_eq!(events[0].code, Some("connection_reset"));
}

#[test]
fn failures_are_told_once_with_the_code_of_the_error() {
    for (listener, kind) in [
        ("tls12", EventKind::HandshakeFailed),
        ("tls13", EventKind::HandshakeFailed),
        ("server_expired", EventKind::HandshakeFailed),
        ("refused", EventKind::ConnectFailed),
    ] {
        let client = client(config(listener, ""));
        let heard = Heard::by(&client);
        let error = get(&client, "/path-of-mine").unwrap_err();
        let mut events = heard.take();
        if listener == "tls13" {
            // The server judges our certificate after the handshake.
            assert_eq!(events.remove(0).kind, EventKind::Connected);
        }
        assert_eq!(events.len(), 1, "{listener}: {events:?}");
        assert_eq!(events[0].kind, kind, "{listener}");
        assert_eq!(events[0].level, EventLevel::Info);
        assert_eq!(events[0].code, Some(error.code().name()));
        assert_eq!(events[0].phase, Some(error.phase().name()));
        assert_eq!(events[0].origin, Some(error.origin().name()));
        assert_eq!(events[0].hint.as_deref(), Some(error.hint()));
        assert!(events[0].message.contains(error.message()));
        assert!(!events[0].to_json().to_string().contains("path-of-mine"));
        assert!(events[0].port.is_some());
    }
}

#[test]
fn what_the_caller_stopped_is_no_failure() {
    let client = client(config("tcp_silent", ""));
    let heard = Heard::by(&client);
    let token = CancelToken::new();
    let mut request = Request::get("/");
    request.set_cancel_token(token.clone());
    let canceller = std::thread::spawn(move || token.cancel());
    let error = client.send(request).map(drop).unwrap_err();
    canceller.join().unwrap();
    assert_eq!(error.code(), Code::Cancelled);
    assert_eq!(heard.kinds(), []);
}

#[test]
fn an_identity_that_ends_soon_is_told_at_once_and_once() {
    let mut soon = config("required", "expiring");
    soon["pool"] = json!({"max_idle": 0});
    let client = client(soon.clone());
    let heard = Heard::by(&client);
    let events = heard.take();
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].kind, EventKind::IdentityExpiring);
    assert_eq!(events[0].level, EventLevel::Warning);
    assert_eq!(events[0].days_left, Some(5));
    assert!(
        events[0].subject.as_ref().unwrap().contains("expiring"),
        "{events:?}"
    );
    assert!(
        events[0].message.contains("expires in 5 days"),
        "{events:?}"
    );
    get(&client, "/echo").unwrap();
    assert_eq!(heard.kinds(), [EventKind::Connected]);
    // The same certificate again is no news; another observer has not heard of it.
    let again = Config::from_value(soon).unwrap();
    client.reload(again, Attachments::default()).unwrap();
    assert_eq!(heard.kinds(), []);
    assert_eq!(Heard::by(&client).kinds(), [EventKind::IdentityExpiring]);
    client.observe(None).unwrap();
    get(&client, "/echo").unwrap();
    assert_eq!(heard.kinds(), []);
}

#[test]
fn a_reload_tells_of_the_new_identity() {
    let client = client(config("required", "valid"));
    let heard = Heard::by(&client);
    assert_eq!(heard.kinds(), []);
    let soon = Config::from_value(config("required", "expiring")).unwrap();
    client.reload(soon, Attachments::default()).unwrap();
    assert_eq!(heard.kinds(), [EventKind::IdentityExpiring]);
}

#[test]
fn a_server_that_ends_soon_is_told_on_connecting_once() {
    let mut config = config("server_expiring", "");
    config["pool"] = json!({"max_idle": 0});
    let client = client(config);
    let heard = Heard::by(&client);
    get(&client, "/echo").unwrap();
    let events = heard.take();
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Connected, EventKind::ServerExpiring]);
    assert_eq!(events[1].days_left, Some(5));
    assert_eq!(events[1].host.as_deref(), Some("localhost"));
    get(&client, "/echo").unwrap();
    assert_eq!(heard.kinds(), [EventKind::Connected]);
}

#[test]
fn the_config_says_how_soon() {
    for (days, told) in [(0, false), (5, false), (6, true)] {
        let mut config = config("required", "expiring");
        config["expiry_warning_days"] = json!(days);
        let heard = Heard::by(&client(config));
        assert_eq!(heard.kinds().len(), usize::from(told), "{days}");
    }
    // The whole chain counts: an intermediate that ends breaks as much.
    let mut config = config("required", "valid");
    config["expiry_warning_days"] = json!(100_000);
    assert!(Heard::by(&client(config)).kinds().len() >= 2);
}

#[test]
fn an_identity_that_has_ended_is_an_error() {
    let mut config = config("required", "");
    let expired = &info()["identities"]["expired"];
    config["identity"] = json!({
        "cert_file": expired["chain"], "key_file": expired["key"], "allow_expired": true,
    });
    let events = Heard::by(&client(config)).take();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].level, EventLevel::Error);
    assert!(events[0].message.contains("has expired"), "{events:?}");
}

#[test]
fn a_panic_in_an_observer_breaks_nothing() {
    let client = client(config("required", "valid"));
    client
        .observe(Some(Arc::new(|_| panic!("on purpose"))))
        .unwrap();
    get(&client, "/echo").unwrap();
}

#[test]
fn an_observer_may_use_the_client() {
    let client = client(config("required", "valid"));
    let (own, seen) = (client.clone(), Arc::new(Mutex::new(0)));
    let count = seen.clone();
    let observer = move |event: &Event| {
        *count.lock().unwrap() += 1;
        if event.kind == EventKind::Connected {
            own.observe(None).unwrap();
            get(&own, "/echo").unwrap();
        }
    };
    client.observe(Some(Arc::new(observer))).unwrap();
    get(&client, "/echo").unwrap();
    assert_eq!(*seen.lock().unwrap(), 1);
}

#[test]
fn reports_count_the_days_of_both_sides() {
    let mut config = config("server_expiring", "");
    config["pool"] = json!({"max_idle": 0});
    let theirs = client(config);
    for resumed in [false, true] {
        let mut response = theirs.send(Request::get("/echo")).unwrap();
        let report = response.handshake();
        assert_eq!(report.resumed, resumed);
        assert_eq!(report.server_days_left, Some(5));
        assert_eq!(report.client_certificate.days_left, None);
        response.bytes().unwrap();
    }
    let mut config = self::config("required", "expiring");
    config["pool"] = json!({"max_idle": 0});
    let ours = client(config);
    for resumed in [false, true] {
        let mut response = ours.send(Request::get("/echo")).unwrap();
        let report = response.handshake();
        assert_eq!(report.resumed, resumed);
        assert_eq!(report.client_certificate.days_left, Some(5));
        assert!(report.server_days_left.unwrap() > 30);
        response.bytes().unwrap();
    }
}
