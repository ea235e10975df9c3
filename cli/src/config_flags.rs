//! The flags that describe the client, laid over the config document.

use mutls::config::{
    AuthConfig, BasicAuth, BearerAuth, FollowRedirects, IdentityConfig, OneOrMany, Secret,
    TlsVersion,
};
use mutls::{Attachments, Config};

use crate::cert_flag::CertFlag;
use crate::client_args::{CertType, ClientArgs, ConnectionArgs, TlsMax};
use crate::errors::Failure;
use crate::profile::Document;
use crate::prompt;
use crate::request_args::{RedirectChoice, RequestArgs};

/// What the library makes a client from.
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) attachments: Attachments,
    document: Document,
}

impl Settings {
    pub(crate) fn new(args: &ClientArgs) -> Result<Settings, Failure> {
        let document = match &args.config {
            Some(file) => Document::load(file, args.profile.as_deref())?,
            None => Document::default(),
        };
        let mut settings = Settings {
            config: document.config()?,
            attachments: Attachments::default(),
            document,
        };
        settings.identity(args)?;
        settings.trust(args)?;
        settings.authentication(args)?;
        settings.connection(&args.connection)?;
        let config = &mut settings.config;
        if let Some(agent) = &args.user_agent {
            config.user_agent = Some(agent.clone());
        }
        Ok(settings)
    }

    /// Nothing but the way to the server.
    pub(crate) fn of_connection(args: &ConnectionArgs) -> Result<Settings, Failure> {
        let document = Document::default();
        let mut settings = Settings {
            config: document.config()?,
            attachments: Attachments::default(),
            document,
        };
        settings.connection(args)?;
        Ok(settings)
    }

    fn connection(&mut self, args: &ConnectionArgs) -> Result<(), Failure> {
        self.proxy(args)?;
        self.resolve(args)?;
        self.timeouts(args);
        Ok(())
    }

    /// Keeps a secret out of the config document.
    pub(crate) fn attach(&mut self, name: &str, secret: &str) -> Secret {
        self.attachments.set(name, secret.as_bytes());
        Secret::Ref(name.to_owned())
    }

    fn identity(&mut self, args: &ClientArgs) -> Result<(), Failure> {
        let cert = args.cert.as_deref().map(CertFlag::parse);
        let with_cert = cert.as_ref().and_then(|cert| cert.passphrase.clone());
        if with_cert.is_some()
            && (args.pass.is_some() || args.pass_env.is_some() || args.pass_file.is_some())
        {
            return Err(Failure::usage(
                "the passphrase is given with --cert and once more",
            ));
        }
        let passphrase = args
            .pass
            .as_deref()
            .or(with_cert.as_ref().map(|text| text.as_str()));
        let passphrase = passphrase.map(|text| self.attach("--pass", text));
        let any = passphrase.is_some() || args.pass_env.is_some() || args.pass_file.is_some();
        if cert.is_none() && args.key.is_none() && !any {
            return Ok(());
        }
        let mut identity = match cert {
            Some(cert) => cert_identity(cert, args.cert_type),
            None => self.only_identity()?,
        };
        if let Some(key) = &args.key {
            if identity.pkcs12_file.is_some() {
                return Err(Failure::usage(
                    "a PKCS#12 store holds the key: leave --key out",
                ));
            }
            identity.key_file = Some(key.clone());
            identity.key_pem = None;
        }
        if any {
            identity.passphrase = passphrase;
            identity.passphrase_env = args.pass_env.clone();
            identity.passphrase_file = args.pass_file.clone();
        }
        self.config.identity = OneOrMany(vec![identity]);
        Ok(())
    }

    /// What --key and --pass alone refer to.
    fn only_identity(&self) -> Result<IdentityConfig, Failure> {
        match &self.config.identity[..] {
            [] => Ok(IdentityConfig::default()),
            [only] => Ok(only.clone()),
            _ => Err(Failure::usage(
                "the config file has several identities, and --key and --pass do not say for which",
            )
            .with_hint("Give --cert as well; it stands in for all of them.")),
        }
    }

    fn trust(&mut self, args: &ClientArgs) -> Result<(), Failure> {
        let trust = &mut self.config.trust;
        if let Some(file) = &args.cacert {
            let pins = std::mem::take(&mut trust.pins);
            *trust = Default::default();
            trust.pins = pins;
            trust.ca_file = OneOrMany(vec![file.clone()]);
        }
        if let Some(pins) = &args.pinnedpubkey {
            trust.pins = pins.split(';').map(pin).collect::<Result<_, _>>()?;
        }
        let tls = &mut self.config.tls;
        if args.tlsv1_2 {
            tls.min_version = Some(TlsVersion::V1_2);
        }
        if args.tlsv1_3 {
            tls.min_version = Some(TlsVersion::V1_3);
        }
        match args.tls_max {
            Some(TlsMax::Default) => tls.max_version = None,
            Some(TlsMax::V1_2) => tls.max_version = Some(TlsVersion::V1_2),
            Some(TlsMax::V1_3) => tls.max_version = Some(TlsVersion::V1_3),
            None => {}
        }
        Ok(())
    }

    fn authentication(&mut self, args: &ClientArgs) -> Result<(), Failure> {
        let auth = if let Some(user) = &args.user {
            let (username, password) = self.credentials(user, "--user")?;
            AuthConfig {
                basic: Some(BasicAuth { username, password }),
                bearer: None,
            }
        } else if let Some(token) = &args.oauth2_bearer {
            let token = self.attach("--oauth2-bearer", token);
            AuthConfig {
                basic: None,
                bearer: Some(BearerAuth { token }),
            }
        } else {
            return Ok(());
        };
        let headers = &mut self.config.headers.0;
        headers.retain(|name, _| !name.eq_ignore_ascii_case("authorization"));
        self.config.auth = Some(auth);
        Ok(())
    }

    /// `user:password`, or a question where there is no colon.
    pub(crate) fn credentials(
        &mut self,
        given: &str,
        flag: &str,
    ) -> Result<(String, Secret), Failure> {
        if let Some((user, password)) = given.split_once(':') {
            return Ok((user.to_owned(), self.attach(flag, password)));
        }
        if !prompt::possible() {
            return Err(
                Failure::usage(format!("{flag} has no password")).with_hint(format!(
                    "Write {flag} user:password; `user:` is an empty one."
                )),
            );
        }
        let password = prompt::secret(&format!("Password of {given} for {flag}"))?;
        Ok((given.to_owned(), self.attach(flag, &password)))
    }

    fn timeouts(&mut self, args: &ConnectionArgs) {
        let document = &self.document;
        let timeouts = &mut self.config.timeouts;
        let limit = |ms: u64| (ms > 0).then_some(ms);
        if let Some(ms) = args.connect_timeout {
            timeouts.dns_ms = limit(ms);
            timeouts.connect_ms = limit(ms);
            timeouts.handshake_ms = limit(ms);
        }
        if let Some(ms) = args.max_time {
            timeouts.total_ms = limit(ms);
            // Who sets a limit of two minutes does not expect to be stopped after half of one.
            if !document.says("timeouts", "first_byte_ms") {
                timeouts.first_byte_ms = None;
            }
            if !document.says("timeouts", "read_ms") {
                timeouts.read_ms = None;
            }
        }
    }

    /// What `request` alone has flags for.
    pub(crate) fn of_request(&mut self, args: &RequestArgs) {
        // curl unpacks only what it was told to ask for.
        let decompress = &mut self.config.decompress;
        *decompress = Some(args.compressed || *decompress == Some(true));
        let document = &self.document;
        let redirects = &mut self.config.redirects;
        match args.redirects {
            Some(RedirectChoice::None) => redirects.follow = FollowRedirects::None,
            Some(RedirectChoice::SameOrigin) => redirects.follow = FollowRedirects::SameOrigin,
            Some(RedirectChoice::Any) => redirects.follow = FollowRedirects::Any,
            None if document.says("redirects", "follow") => {}
            None if args.location => redirects.follow = FollowRedirects::SameOrigin,
            None => redirects.follow = FollowRedirects::None,
        }
        if let Some(max) = args.max_redirs {
            redirects.max = u32::try_from(max).unwrap_or(u32::MAX);
        }
    }
}

fn cert_identity(cert: CertFlag, kind: Option<CertType>) -> IdentityConfig {
    let file = Some(cert.file);
    match kind {
        Some(CertType::P12) => IdentityConfig {
            pkcs12_file: file,
            ..IdentityConfig::default()
        },
        _ => IdentityConfig {
            cert_file: file,
            ..IdentityConfig::default()
        },
    }
}

/// curl's `sha256//BASE64` is the library's `sha256/BASE64`.
fn pin(text: &str) -> Result<String, Failure> {
    match text.strip_prefix("sha256//") {
        Some(hash) => Ok(format!("sha256/{hash}")),
        None => Err(
            Failure::usage("--pinnedpubkey takes hashes, not files of keys").with_hint(
                "Write sha256//BASE64; -v shows the server's certificates, --report their pins.",
            ),
        ),
    }
}
