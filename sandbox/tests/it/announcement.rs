use std::path::Path;

use mutls_sandbox::{Error, Info, Options, Sandbox};

use crate::client::info;

#[test]
fn is_one_line_of_json_that_reads_back() {
    let line = info().to_json_line();
    assert!(!line.contains('\n'));
    let read: Info = serde_json::from_str(&line).unwrap();
    assert_eq!(read.version, 1);
    assert_eq!(read.hostname, "localhost");
    assert_eq!(read.to_json_line(), line);
}

#[test]
fn names_absolute_files_that_exist_and_hides_keys() {
    let identities = info().identities.values();
    let files = identities.flat_map(|identity| [&identity.cert, &identity.chain, &identity.key]);
    for file in files.chain(info().files.values()) {
        assert!(file.is_absolute() && file.is_file(), "{}", file.display());
    }
    #[cfg(unix)]
    for identity in info().identities.values() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = identity.key.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", identity.key.display());
    }
}

#[test]
fn a_temporary_folder_goes_with_the_sandbox() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let dir = sandbox.info().dir.clone();
    let port = sandbox.info().listeners["none"].port;
    assert!(dir.is_dir());
    drop(sandbox);
    assert!(!dir.exists());
    // The runtime ends in the background; its sockets go soon after.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(std::time::Instant::now() < deadline);
    }
}

#[test]
fn starts_and_stops_within_a_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { drop(Sandbox::start(Options::default()).unwrap()) });
}

fn start(dir: &Path) -> Result<Sandbox, Error> {
    Sandbox::start(Options {
        dir: Some(dir.to_owned()),
    })
}

#[test]
fn a_complete_folder_is_used_again_and_an_incomplete_one_made_anew() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("new").join("folder");
    let ca = dir.join("ca.pem");

    drop(start(&dir).unwrap());
    let first = std::fs::read(&ca).unwrap();
    drop(start(&dir).unwrap());
    assert_eq!(std::fs::read(&ca).unwrap(), first);

    std::fs::remove_file(dir.join("clients/valid.crt")).unwrap();
    drop(start(&dir).unwrap());
    assert_ne!(std::fs::read(&ca).unwrap(), first);
    assert!(dir.join("clients/valid.crt").is_file());
}

#[test]
fn two_may_start_at_once_in_one_new_folder() {
    let dir = tempfile::tempdir().unwrap();
    let roots: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let sandbox = start(dir.path()).unwrap();
                    std::fs::read(&sandbox.info().files["ca"]).unwrap()
                })
            })
            .collect();
        starts
            .into_iter()
            .map(|each| each.join().unwrap())
            .collect()
    });
    assert_eq!(roots[0], roots[1]);
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("ca.pem"), "mine").unwrap();
    assert!(matches!(
        start(dir.path()),
        Err(Error::ForeignFolder { .. })
    ));
    assert_eq!(std::fs::read(dir.path().join("ca.pem")).unwrap(), b"mine");
}
