//! The flags about the way to the server: `--proxy` and its sisters, `--resolve`.

use mutls::config::{OneOrMany, ProxyChoice, ProxyConfig};

use crate::client_args::ConnectionArgs;
use crate::config_flags::Settings;
use crate::errors::Failure;

impl Settings {
    pub(super) fn proxy(&mut self, args: &ConnectionArgs) -> Result<(), Failure> {
        match args.proxy.as_deref() {
            Some("") => self.config.proxy = Some(ProxyChoice::None),
            Some(url) => {
                let scheme = if url.contains("://") { "" } else { "http://" };
                self.config.proxy = Some(ProxyChoice::Explicit(ProxyConfig {
                    url: format!("{scheme}{url}"),
                    ..ProxyConfig::default()
                }));
            }
            None => {}
        }
        let needs_proxy = |flag: &str| {
            Failure::usage(format!("{flag} needs --proxy")).with_hint(
                "A proxy from the environment has its user and its exceptions from there as well.",
            )
        };
        if let Some(user) = &args.proxy_user {
            let (username, password) = self.credentials(user, "--proxy-user")?;
            let Some(ProxyChoice::Explicit(proxy)) = &mut self.config.proxy else {
                return Err(needs_proxy("--proxy-user"));
            };
            proxy.username = Some(username);
            proxy.password = Some(password);
        }
        if let Some(hosts) = &args.noproxy {
            let hosts: Vec<String> = hosts
                .split([',', ' '])
                .filter(|host| !host.is_empty())
                .map(str::to_owned)
                .collect();
            match &mut self.config.proxy {
                Some(ProxyChoice::Explicit(proxy)) => proxy.no_proxy = hosts,
                Some(ProxyChoice::None) => {}
                _ if hosts.iter().any(|host| host == "*") => {
                    self.config.proxy = Some(ProxyChoice::None);
                }
                _ => return Err(needs_proxy("--noproxy")),
            }
        }
        Ok(())
    }

    pub(super) fn resolve(&mut self, args: &ConnectionArgs) -> Result<(), Failure> {
        for entry in &args.resolve {
            let bad = || {
                Failure::usage(format!("--resolve: `{entry}` is not HOST:PORT:ADDRESS")).with_hint(
                    "Such as api.example:443:127.0.0.1; several addresses are separated by commas.",
                )
            };
            // A plus means that the entry may time out, which one request does not live to see.
            let text = entry.strip_prefix('+').unwrap_or(entry);
            let (host, rest) = match text.strip_prefix('[').and_then(|t| t.split_once("]:")) {
                Some((ip, rest)) => (format!("[{ip}]"), rest),
                None => text
                    .split_once(':')
                    .map(|(host, rest)| (host.to_owned(), rest))
                    .ok_or_else(bad)?,
            };
            let (port, addresses) = rest.split_once(':').ok_or_else(bad)?;
            if host.is_empty()
                || host == "*"
                || host.starts_with('-')
                || port.parse::<u16>().is_err()
            {
                return Err(bad());
            }
            let addresses = addresses
                .split(',')
                .map(|address| address.trim_matches(['[', ']']).to_owned())
                .collect();
            let place = format!("{host}:{port}");
            self.config.resolve.insert(place, OneOrMany(addresses));
        }
        Ok(())
    }
}
