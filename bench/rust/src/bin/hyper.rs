//! The other floor: hyper 1 over tokio-rustls, all connections on one thread.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Either, Empty};
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use mutls_bench::plan::{Server, Until};
use mutls_bench::usage::{Report, Window};
use mutls_bench::{Mode, Plan, Result, tls};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio::task::LocalSet;
use tokio_rustls::TlsConnector;

fn main() -> std::process::ExitCode {
    mutls_bench::main(|plan| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, load(plan))
    })
}

async fn load(plan: Plan) -> Result<Report> {
    let connector = TlsConnector::from(tls::config(&plan.server)?);
    let shared = Rc::new((plan, connector));
    let plan = &shared.0;
    let (begin, end) =
        (Arc::new(Barrier::new(plan.in_flight + 1)), Arc::new(Barrier::new(plan.in_flight + 1)));
    let requests = Rc::new(Cell::new(0));
    let errors = Rc::new(Cell::new(0));
    let stop = Rc::new(Cell::new(false));
    for _ in 0..plan.in_flight {
        let (shared, begin, end) = (shared.clone(), begin.clone(), end.clone());
        let (requests, errors, stop) = (requests.clone(), errors.clone(), stop.clone());
        tokio::task::spawn_local(async move {
            let (plan, connector) = &*shared;
            let mut kept = None;
            if let Err(fault) = one(plan, connector, &mut kept).await {
                eprintln!("{fault}");
                errors.set(errors.get() + 1);
            }
            begin.wait().await;
            let share = plan.share().unwrap_or(u64::MAX);
            let mut done = 0;
            while done < share && !stop.get() {
                let count = match one(plan, connector, &mut kept).await {
                    Ok(()) => &requests,
                    Err(_) => &errors,
                };
                count.set(count.get() + 1);
                done += 1;
            }
            end.wait().await;
        });
    }
    begin.wait().await;
    let Until::Elapsed(time) = plan.until else {
        let window = Window::open();
        end.wait().await;
        return Ok(window.close(requests.get(), errors.get()));
    };
    tokio::time::sleep(plan.settling()).await;
    let (window, before) = (Window::open(), requests.get());
    tokio::time::sleep(time).await;
    let report = window.close(requests.get() - before, errors.get());
    stop.set(true);
    end.wait().await;
    Ok(report)
}

type Upload = Either<Empty<Bytes>, Repeat>;

async fn one(plan: &Plan, connector: &TlsConnector, kept: &mut Option<SendRequest<Upload>>) -> Result<()> {
    let mut sender = match kept.take() {
        Some(sender) => sender,
        None => open(&plan.server, connector).await?,
    };
    sender.ready().await?;
    let request = Request::builder().uri(&plan.server.path).header(header::HOST, plan.server.authority());
    let request = match plan.mode {
        Mode::Upload => request.method("POST").body(Either::Right(Repeat::new(plan.server.upload_bytes)))?,
        _ => request.header(header::ACCEPT, "*/*").body(Either::Left(Empty::new()))?,
    };
    let mut response = sender.send_request(request).await?;
    if !response.status().is_success() {
        return Err(format!("status {}", response.status()).into());
    }
    while let Some(frame) = response.frame().await {
        frame?;
    }
    if !matches!(plan.mode, Mode::Fresh | Mode::Resumed) {
        *kept = Some(sender);
    }
    Ok(())
}

async fn open(server: &Server, connector: &TlsConnector) -> Result<SendRequest<Upload>> {
    let socket = TcpStream::connect(server.authority()).await?;
    socket.set_nodelay(true)?;
    let name = ServerName::try_from(server.host().to_owned())?;
    let stream = connector.connect(name, socket).await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Its end is seen by the sender.
    tokio::task::spawn_local(connection);
    Ok(sender)
}

/// A body of the same 64 KiB again and again.
struct Repeat {
    chunk: Bytes,
    left: u64,
}

impl Repeat {
    fn new(length: u64) -> Self {
        Repeat { chunk: Bytes::from(vec![b'x'; 64 * 1024]), left: length }
    }
}

impl Body for Repeat {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        let part = usize::try_from(self.left).unwrap_or(usize::MAX).min(self.chunk.len());
        if part == 0 {
            return Poll::Ready(None);
        }
        self.left -= part as u64;
        Poll::Ready(Some(Ok(Frame::data(self.chunk.slice(..part)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
