//! Making the client, with a question where a passphrase is missing.

use mutls::config::OneOrMany;
use mutls::{Client, Code, MtlsError};

use crate::config_flags::Settings;
use crate::errors::Failure;
use crate::prompt;

/// Makes the client. If its key is encrypted and somebody is there to ask, asks once.
pub(crate) fn client(mut settings: Settings) -> Result<Client, Failure> {
    let error = match make(&settings) {
        Ok(client) => return Ok(client),
        Err(error) => error,
    };
    let [identity] = &settings.config.identity[..] else {
        return Err(error.into());
    };
    if error.code() != Code::PassphraseRequired || !prompt::possible() {
        return Err(error.into());
    }
    let mut identity = identity.clone();
    let file = [
        &identity.key_file,
        &identity.cert_file,
        &identity.pkcs12_file,
    ]
    .into_iter()
    .find_map(Option::as_deref)
    .unwrap_or("the key");
    let passphrase = prompt::secret(&format!("Passphrase of {file}"))?;
    identity.passphrase = Some(settings.attach("--pass", &passphrase));
    settings.config.identity = OneOrMany(vec![identity]);
    Ok(make(&settings)?)
}

fn make(settings: &Settings) -> Result<Client, MtlsError> {
    Client::new(settings.config.clone(), settings.attachments.clone())
}
