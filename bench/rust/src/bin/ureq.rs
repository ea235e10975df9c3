//! Stock ureq with its own rustls connector, pool and resolver.

use std::io::Read;
use std::sync::Arc;

use mutls_bench::plan::Server;
use mutls_bench::{Mode, Plan, Result, threads, tls};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::{Agent, SendBody};

fn main() -> std::process::ExitCode {
    mutls_bench::main(|plan| {
        let agent = agent(&plan)?;
        let url = plan.server.url();
        threads::run(&plan, || {
            let (agent, url, mode, server) = (agent.clone(), url.as_str(), plan.mode, &plan.server);
            Ok(move || one(&agent, url, mode, server))
        })
    })
}

fn agent(plan: &Plan) -> Result<Agent> {
    let server = &plan.server;
    let chain = tls::certificates(&server.cert)?;
    let chain: Vec<_> = chain.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    let key = PrivateKey::from_pem(&std::fs::read(&server.key)?)?;
    let roots = tls::certificates(server.ca.as_deref().ok_or("ca is missing")?)?;
    let roots: Vec<_> = roots.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .client_cert(Some(ClientCert::new_with_certs(&chain, key)))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .max_idle_connections(plan.in_flight)
        .max_idle_connections_per_host(plan.in_flight)
        .build();
    Ok(config.into())
}

fn one(agent: &Agent, url: &str, mode: Mode, server: &Server) -> Result<()> {
    let mut response = match mode {
        Mode::Upload => {
            let mut body = std::io::repeat(b'x').take(server.upload_bytes);
            agent
                .post(url)
                .header("content-length", server.upload_bytes)
                .send(SendBody::from_reader(&mut body))?
        }
        _ => agent.get(url).call()?,
    };
    match mode {
        Mode::Download => {
            let mut reader = response.body_mut().as_reader();
            let mut chunk = vec![0; 64 * 1024];
            while reader.read(&mut chunk)? > 0 {}
        }
        _ => drop(response.body_mut().read_to_vec()?),
    }
    Ok(())
}
