//! A mutual-TLS partner on your own machine: a real server, its own test CA, client identities
//! good and bad, and faults on demand. `docs/sandbox.md` is the contract.
//!
//! ```no_run
//! use mutls_sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default())?;
//! println!("{}", sandbox.info().to_json_line());
//! # Ok::<(), mutls_sandbox::Error>(())
//! ```

mod archive;
mod ca;
mod der;
mod error;
mod exchange;
mod faults;
mod folder;
mod handout;
mod head;
mod identities;
mod info;
mod java;
mod key;
mod leaf;
mod ledger;
mod listeners;
mod locked;
mod partner;
mod pkcs7;
mod proxy;
mod routes;
mod serve;
mod server_certs;
mod store;
mod tls;
mod version1;
mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::{Builder, Handle, Runtime};

pub use error::Error;
pub use info::{ClientAuth, Identity, Info, Lean, Listener, Trulioo, VERSION};

use folder::Folder;
use ledger::Ledger;
use server_certs::HOSTNAME;

/// How to start a sandbox.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the files go, and stay. Without it they go to a temporary folder that is removed at the end.
    /// A folder that an earlier sandbox completed is used as it is.
    pub dir: Option<PathBuf>,
}

/// A running sandbox. Dropping it stops every listener and removes a temporary folder.
pub struct Sandbox {
    info: Info,
    runtime: Background,
    _ports: Vec<serve::Port>,
    _folder: Folder,
}

impl Sandbox {
    /// Makes the files and opens every listener; they serve when this returns.
    pub fn start(options: Options) -> Result<Self, Error> {
        let folder = Folder::open(options.dir.as_deref())?;
        let runtime = Background::start()?;
        let handle = runtime.handle();
        let ledger = Arc::new(Ledger::default());
        let mut ports = Vec::new();
        let mut listeners = BTreeMap::new();
        {
            let _within = handle.as_ref().map(Handle::enter);
            for spec in listeners::ALL {
                let port = serve::open(spec, &folder, &ledger)?;
                listeners.insert(spec.name.to_owned(), describe(spec, port.number));
                ports.push(port);
            }
        }
        let base_url = listeners
            .get("required")
            .map(|listener| listener.url.clone())
            .unwrap_or_default();
        let info = Info {
            version: VERSION,
            dir: folder.root().to_owned(),
            hostname: HOSTNAME.to_owned(),
            listeners,
            files: folder.describe(),
            identities: identities::describe(&folder),
            lean: Lean {
                base_url: base_url.clone(),
                app_token_header: partner::APP_TOKEN_HEADER.to_owned(),
                app_token: partner::APP_TOKEN.to_owned(),
            },
            trulioo: Trulioo {
                base_url,
                username: partner::USERNAME.to_owned(),
                password: partner::PASSWORD.to_owned(),
            },
        };
        Ok(Self {
            info,
            runtime,
            _ports: ports,
            _folder: folder,
        })
    }

    /// The announcement.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Serves until standard input ends or the process is told to stop (SIGINT, SIGTERM). Drop the
    /// sandbox afterwards: a signal alone would leave the temporary folder behind.
    pub fn wait(&self) {
        let (done, over) = std::sync::mpsc::channel::<()>();
        if let Some(handle) = self.runtime.handle() {
            let done = done.clone();
            handle.spawn(async move {
                stop_signal().await;
                let _ = done.send(());
            });
        }
        std::thread::spawn(move || {
            // An unreadable standard input has ended as well.
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            let _ = done.send(());
        });
        let _ = over.recv();
    }
}

/// The sandbox's own runtime. Dropping a tokio runtime waits, which panics inside somebody else's;
/// this one is left to end by itself.
struct Background(Option<Runtime>);

impl Background {
    fn start() -> Result<Self, Error> {
        Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("mutls-sandbox")
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
            .map_err(Error::network("the runtime"))
    }

    fn handle(&self) -> Option<Handle> {
        self.0.as_ref().map(|runtime| runtime.handle().clone())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn describe(spec: &listeners::Spec, port: u16) -> Listener {
    Listener {
        url: format!("{}://{HOSTNAME}:{port}", spec.serves.scheme()),
        port,
        client_auth: spec.serves.client_auth(),
        tls: spec.serves.tls(),
        about: spec.about.to_owned(),
    }
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
