//! mutls: blocking calls on threads.

use mutls::{Attachments, Body, Client, Config, Request};
use mutls_bench::plan::Server;
use mutls_bench::usage::{Report, Window};
use mutls_bench::{Mode, Plan, Result, threads};

fn main() -> std::process::ExitCode {
    mutls_bench::main(load)
}

fn load(plan: Plan) -> Result<Report> {
    if plan.mode == Mode::First {
        let window = Window::open();
        client(&plan)?;
        return Ok(window.close(1, 0));
    }
    let client = client(&plan)?;
    let url = plan.server.url();
    threads::run(&plan, || {
        let (client, url, mode, server) = (client.clone(), url.as_str(), plan.mode, &plan.server);
        Ok(move || one(&client, url, mode, server))
    })
}

fn client(plan: &Plan) -> Result<Client> {
    let server = &plan.server;
    let config = serde_json::json!({
        "base_url": server.base, "cert_file": server.cert, "key_file": server.key,
        "trust": match &server.ca {
            Some(ca) => serde_json::json!({"ca_file": ca}),
            None => serde_json::json!({"system_roots": true}),
        },
        "pool": {"max_idle": plan.in_flight},
    });
    Ok(Client::new(Config::from_json(&config.to_string())?, Attachments::default())?)
}

fn one(client: &Client, url: &str, mode: Mode, server: &Server) -> Result<()> {
    let request = match mode {
        Mode::Upload => {
            let body = std::io::Read::take(std::io::repeat(b'x'), server.upload_bytes);
            Request::post(url).body(Body::stream(body, Some(server.upload_bytes)))
        }
        _ => Request::get(url),
    };
    let mut response = client.send(request)?;
    if response.status() >= 300 {
        return Err(format!("status {}", response.status()).into());
    }
    match mode {
        Mode::Download => {
            let mut chunk = vec![0; 64 * 1024];
            while response.read(&mut chunk)? > 0 {}
        }
        _ => drop(response.bytes()?),
    }
    Ok(())
}
