//! The verbs for files, run as a user runs them, and their results in other vendors' hands.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::Path;
use std::process::Command;

use common::run::{Run, available, command, finish, mutls, mutls_with_stdin};
use common::sandbox::sandbox;

/// A folder with `cert.crt`, `chain.crt`, `key.pem` and `ca.pem` of the sandbox's partner.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        let identity = &sandbox().info.identities["valid"];
        for (from, to) in [
            (&identity.cert, "cert.crt"),
            (&identity.chain, "chain.crt"),
            (&identity.key, "key.pem"),
        ] {
            std::fs::copy(from, desk.0.path().join(to)).unwrap();
        }
        std::fs::copy(sandbox().file("ca"), desk.0.path().join("ca.pem")).unwrap();
        desk
    }

    fn mutls(&self, args: &str) -> Run {
        finish(
            command()
                .args(args.split(' '))
                .env("WORD", "changeit")
                .current_dir(self.0.path()),
        )
    }

    #[track_caller]
    fn other(&self, program: &str, args: &str) -> String {
        let output = Command::new(program)
            .args(args.split(' '))
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args}: {text}{errors}");
        text + &errors
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn inspect_tells_files_and_servers_in_words_and_in_json() {
    let desk = Desk::new();
    let text = desk.mutls("inspect chain.crt key.pem").ok().text();
    for expected in [
        "chain.crt: PEM",
        "days left",
        "role         leaf",
        "clientAuth",
        "x5t#S256",
        "sha256/",
        "belongs to",
    ] {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
    let json = desk.mutls("inspect cert.crt --json").ok().json();
    assert_eq!(json["certificates"][0]["role"], "leaf");
    let by_stdin = mutls_with_stdin(
        &["inspect", "-", "--json"],
        &std::fs::read(desk.path("cert.crt")).unwrap(),
    );
    assert_eq!(by_stdin.ok().json()["certificates"], {
        let mut expected = json["certificates"].clone();
        expected[0]["place"] = "certificate 1 (line 1) of standard input".into();
        expected
    });
    let url = sandbox().url("required", "/");
    let text = desk
        .mutls(&format!("inspect {url} --cacert ca.pem"))
        .ok()
        .text();
    for expected in [
        "trusted      yes",
        "asks for a client certificate",
        "TLSv1.3",
        "certificate 1",
    ] {
        assert!(text.contains(expected), "no {expected:?} in:\n{text}");
    }
    let place = format!("localhost:{}", sandbox().port("none"));
    let json = desk
        .mutls(&format!("inspect {place} --cacert chain.crt --json"))
        .ok()
        .json();
    assert_eq!(json["client_certificate"]["requested"], false);
    desk.mutls("inspect nothing.pem")
        .ends(4)
        .tells("nothing.pem");
    desk.mutls("inspect cert.crt --cacert ca.pem").ends(2);
    desk.mutls("inspect").ends(2);
}

#[test]
fn the_way_to_a_server_has_the_flags_of_request() {
    let desk = Desk::new();
    let port = sandbox().port("required");
    let place = format!("api.sandbox.test:{port}");
    let check = format!("check chain.crt key.pem --cacert ca.pem --within 1d --server {place}");
    for ask in [format!("inspect {place} --cacert ca.pem"), check] {
        let resolve = format!("{ask} --resolve {place}:127.0.0.1 --connect-timeout 20");
        let text = desk.mutls(&resolve).ok().text();
        assert!(!text.contains("not_seen"), "{text}");
        let locked = format!("http://localhost:{}", sandbox().port("proxy_auth"));
        desk.mutls(&format!("{resolve} -x {locked}"))
            .ends(6)
            .tells("proxy_refused (405)");
        desk.mutls(&format!("{resolve} -x {locked} -U proxyuser:proxypass"))
            .ok();
        desk.mutls(&format!("{resolve} -x {locked} --noproxy api.sandbox.test"))
            .ok();
        desk.mutls(&format!("{ask} --resolve {place}"))
            .ends(2)
            .tells("HOST:PORT:ADDRESS");
    }
    let silent = format!("localhost:{}", sandbox().port("tcp_silent"));
    desk.mutls(&format!("inspect {silent} --connect-timeout 0.2"))
        .ends(8)
        .tells("timeout");
    desk.mutls(&format!("inspect {silent} --connect-timeout 0 -m 0.2"))
        .ends(8)
        .tells("timeout");
    desk.mutls("inspect cert.crt -m 2").ends(2).tells("URL");
    desk.mutls("check chain.crt key.pem --resolve a:1:127.0.0.1")
        .ends(2)
        .tells("--server");
}

#[test]
fn check_answers_by_its_exit_code() {
    let desk = Desk::new();
    let json = desk
        .mutls("check chain.crt key.pem --cacert ca.pem --json")
        .ok()
        .json();
    assert_eq!(json["ok"], true);
    let url = sandbox().url("required", "/");
    desk.mutls(&format!(
        "check chain.crt key.pem --cacert ca.pem --server {url}"
    ))
    .ok();
    desk.mutls("csr --cn x.example --key-type p-256 -o other")
        .ok();
    let text = desk.mutls("check cert.crt other.key").ends(1).text();
    assert!(
        text.contains("[key_mismatch]") && text.contains("hint:"),
        "{text}"
    );
    let text = desk
        .mutls("check chain.crt key.pem --cacert ca.pem --within 99999d")
        .ok()
        .text();
    assert!(text.contains("[expires_soon]"), "{text}");
    desk.mutls("check nothing.pem").ends(4);
}

#[test]
fn match_and_needs_renewal_are_for_scripts() {
    let desk = Desk::new();
    desk.mutls("match cert.crt key.pem").ok();
    desk.mutls("csr --cn x.example --key-type p-256 -o other")
        .ok();
    desk.mutls("match other.csr other.key").ok();
    let text = desk
        .mutls("match cert.crt key.pem other.csr")
        .ends(1)
        .text();
    assert!(text.contains("do not belong together"), "{text}");
    desk.mutls("match cert.crt").ends(4);
    desk.mutls("needs-renewal cert.crt --within 1h").ends(1);
    let run = desk.mutls("needs-renewal cert.crt --within 99999d").ok();
    assert!(run.text().contains("needs renewal"), "{}", run.text());
    desk.mutls("needs-renewal cert.crt --within soon").ends(3);
    desk.mutls("needs-renewal nothing.pem").ends(4);
}

#[test]
fn needs_renewal_asks_servers_too() {
    let desk = Desk::new();
    let url = |name: &str| sandbox().info.listeners[name].url.clone();
    let (soon, good) = (url("server_expiring"), url("none"));
    let run = desk
        .mutls(&format!("needs-renewal {soon} --cacert ca.pem --within 6d"))
        .ok();
    assert!(
        run.text().contains("needs renewal: 5 days left"),
        "{}",
        run.text()
    );
    desk.mutls(&format!("needs-renewal {soon} --cacert ca.pem --within 4d"))
        .ends(1);
    // One that is not trusted, or has ended, is read all the same.
    let ended = url("server_expired");
    desk.mutls(&format!("needs-renewal {ended}")).ok();
    // Ours and theirs in one.
    let run = desk
        .mutls(&format!(
            "needs-renewal cert.crt {good} --cacert ca.pem --within 1h --json"
        ))
        .ends(1);
    assert!(
        run.text().contains("\"place\": \"localhost:"),
        "{}",
        run.text()
    );
    desk.mutls("needs-renewal cert.crt --cacert ca.pem").ends(2);
    desk.mutls(&format!("needs-renewal {good} {soon}")).ends(2);
    desk.mutls(&format!("needs-renewal {}", url("refused")))
        .ends(6);
}

#[test]
fn bundle_orders_and_completes() {
    let desk = Desk::new();
    let run = desk.mutls("bundle cert.crt --cacert chain.crt").ok();
    assert_eq!(run.text().matches("BEGIN CERTIFICATE").count(), 2);
    run.tells("added from --cacert");
    desk.mutls("bundle chain.crt -o bundle.pem")
        .ok()
        .tells("wrote 2 certificates");
    desk.mutls("bundle chain.crt -o bundle.pem")
        .ends(3)
        .tells("is there already");
    desk.mutls("bundle chain.crt -o bundle.pem --force").ok();
    desk.other(
        "openssl",
        "verify -CAfile ca.pem -untrusted bundle.pem cert.crt",
    );
}

#[test]
fn csr_makes_what_openssl_reads() {
    let desk = Desk::new();
    let subject = [
        "--cn",
        "services.company.com",
        "--org",
        "Company Ltd.",
        "--country",
        "CA",
        "--state",
        "British Columbia",
        "--locality",
        "Vancouver",
    ];
    let args = [
        "csr",
        "--profile",
        "trulioo",
        "--new-pass-env",
        "WORD",
        "--san",
        "a.company.com",
    ];
    let run = finish(
        command()
            .args(args)
            .args(subject)
            .env("WORD", "geheim")
            .current_dir(desk.0.path()),
    )
    .ok();
    run.tells("services.company.com.csr");
    assert!(!run.stderr.contains("geheim"));
    let text = desk.other(
        "openssl",
        "req -verify -noout -text -in services.company.com.csr",
    );
    assert!(text.contains("DNS:a.company.com"), "{text}");
    desk.other(
        "openssl",
        "pkey -check -noout -passin pass:geheim -in services.company.com.key",
    );
    #[cfg(unix)]
    assert_eq!(mode(&desk.path("services.company.com.key")), 0o600);
    let again = finish(
        command()
            .args(args)
            .args(subject)
            .env("WORD", "geheim")
            .current_dir(desk.0.path()),
    );
    again.ends(3).tells("is there already");
    desk.mutls("csr --profile trulioo --cn *.company.com --org Company --country CA --state X --locality Y")
        .ends(3)
        .tells("is a wildcard");
    desk.mutls("csr --cn again.example --key key.pem -o again")
        .ok();
    assert!(!desk.path("again.key").exists());
    desk.mutls("match again.csr cert.crt").ok();
    desk.mutls("csr --subject CN=b.example,O=B --key-type ed25519")
        .ok()
        .tells("b.example.key");
    desk.mutls("csr").ends(3).tells("are empty");
    desk.mutls("csr --cn a --key-type rsa-512")
        .ends(3)
        .tells("rsa-2048");
}

/// The two command lines of the Java page, each as one command.
#[test]
fn the_java_page_in_two_commands() {
    let desk = Desk::new();
    desk.mutls("convert ca.pem -o yourApp-trustStore.jks --name Root --new-pass-env WORD")
        .ok();
    let listed = desk.other(
        "keytool",
        "-J-Duser.language=en -list -keystore yourApp-trustStore.jks -storepass changeit",
    );
    assert!(
        listed.contains("root, ") && listed.contains("trustedCertEntry"),
        "{listed}"
    );
    let run = desk
        .mutls(
            "convert cert.crt key.pem --cacert chain.crt -o myApp-keyStore.p12 --new-pass-env WORD",
        )
        .ok();
    run.tells("wrote myApp-keyStore.p12: keystore");
    let listed = desk.other(
        "keytool",
        "-J-Duser.language=en -list -v -keystore myApp-keyStore.p12 -storepass changeit",
    );
    assert!(listed.contains("chain length: 2"), "{listed}");
    #[cfg(unix)]
    assert_eq!(mode(&desk.path("myApp-keyStore.p12")), 0o600);
    // The stores in a call.
    let url = sandbox().url("required", "/");
    let mut request = command();
    request.args([
        "request",
        "--cert-type",
        "p12",
        "--cert",
        "myApp-keyStore.p12:changeit",
        "--cacert",
        "ca.pem",
        &url,
    ]);
    finish(request.current_dir(desk.0.path())).ok();
}

#[test]
fn convert_writes_by_the_ending_and_asks_for_what_it_needs() {
    let desk = Desk::new();
    desk.mutls("convert chain.crt key.pem -o old.pfx --legacy --new-pass-env WORD")
        .ok();
    desk.other(
        "openssl",
        "pkcs12 -in old.pfx -passin pass:changeit -nodes -out all.pem",
    );
    desk.mutls("convert old.pfx --pass-env WORD -o client.pem")
        .ends(3)
        .tells("unencrypted");
    desk.mutls("convert old.pfx --pass-env WORD -o client.pem --unencrypted")
        .ok();
    let url = sandbox().url("required", "/");
    let mut request = command();
    request.args([
        "request",
        "--cert",
        "client.pem",
        "--cacert",
        "ca.pem",
        &url,
    ]);
    finish(request.current_dir(desk.0.path())).ok();
    desk.mutls("convert key.pem -o shut.key --new-pass-env WORD")
        .ok();
    desk.other(
        "openssl",
        "pkey -check -noout -passin pass:changeit -in shut.key",
    );
    desk.mutls("convert shut.key -o open.key --unencrypted")
        .ends(4)
        .tells("passphrase_required");
    desk.mutls("convert shut.key -o open.key --unencrypted --pass-env WORD")
        .ok();
    desk.mutls("match open.key cert.crt").ok();
    desk.mutls("convert cert.crt -o cert.der").ok();
    let der = desk.mutls("convert cert.crt --to der").ok();
    assert_eq!(der.stdout, std::fs::read(desk.path("cert.der")).unwrap());
    desk.mutls("convert cert.crt -o cert.xyz")
        .ends(2)
        .tells("--to pem");
    desk.mutls("convert cert.crt key.pem -o new.p12")
        .ends(3)
        .tells("needs a passphrase");
    desk.mutls("convert cert.crt -o cert.der")
        .ends(3)
        .tells("is there already");
    let json = desk
        .mutls("convert cert.crt -o cert.der --force --json")
        .ok()
        .json();
    assert_eq!(json["kind"], "certificates");
}

#[test]
fn help_teaches_by_examples() {
    for verb in [
        "inspect",
        "check",
        "match",
        "needs-renewal",
        "bundle",
        "csr",
        "convert",
    ] {
        let text = mutls(&[verb, "--help"]).ok().text();
        assert!(text.contains(&format!("  mutls {verb} ")), "{text}");
    }
}

/// Runs a command line on a terminal, and answers each question.
fn on_a_terminal(desk: &Desk, args: &str, answers: &[(&str, &str)]) -> String {
    use std::io::{Read, Write};
    let line = format!("'{}' {args}", env!("CARGO_BIN_EXE_mutls"));
    let mut child = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(desk.0.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (mut seen, mut byte) = (Vec::new(), [0]);
    for (question, answer) in answers {
        while !seen.ends_with(question.as_bytes()) && stdout.read(&mut byte).unwrap() == 1 {
            seen.push(byte[0]);
        }
        // The echo goes off right behind the question, sooner than anybody types.
        std::thread::sleep(std::time::Duration::from_millis(500));
        let typed = format!("{answer}\n");
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(typed.as_bytes())
            .unwrap();
    }
    stdout.read_to_end(&mut seen).unwrap();
    let text = String::from_utf8_lossy(&seen).into_owned();
    assert!(child.wait().unwrap().success(), "{text}");
    text
}

#[test]
fn a_terminal_is_asked_for_the_subject_and_for_passphrases_without_echo() {
    if !available("script") {
        return;
    }
    let desk = Desk::new();
    let answers = [
        ("such as CA): ", "CA"),
        ("in full: ", "British Columbia"),
        ("City: ", "Vancouver"),
        ("legal name: ", "Company Ltd."),
        ("company.com): ", "services.company.com"),
        ("company.com.key: ", "geheim-1"),
        ("Once more: ", "geheim-1"),
    ];
    let args = "csr --profile trulioo --key-type p-256 --encrypt";
    let seen = on_a_terminal(&desk, args, &answers);
    assert!(!seen.contains("geheim-1"), "{seen}");
    let subject = desk.other(
        "openssl",
        "req -in services.company.com.csr -noout -verify -subject",
    );
    assert!(subject.contains("L = Vancouver"), "{subject}");
    let pair = "match services.company.com.csr services.company.com.key";
    let seen = on_a_terminal(&desk, pair, &[("Passphrase: ", "geheim-1")]);
    assert!(
        seen.contains("belong together") && !seen.contains("geheim-1"),
        "{seen}"
    );
    desk.mutls("convert key.pem -o shut.key --new-pass-env WORD")
        .ok();
    let check = "check chain.crt shut.key --cacert ca.pem";
    let seen = on_a_terminal(&desk, check, &[("Passphrase: ", "changeit")]);
    assert!(!seen.contains("passphrase_required"), "{seen}");
    let answers = [("t.jks: ", "geheim-2"), ("Once more: ", "geheim-2")];
    let seen = on_a_terminal(&desk, "convert ca.pem -o t.jks", &answers);
    assert!(
        seen.contains("wrote t.jks: truststore") && !seen.contains("geheim-2"),
        "{seen}"
    );
}
