//! Making the client, with a question where a passphrase is missing.

use mutls::config::OneOrMany;
use mutls::{Client, Code, MtlsError};

use crate::config_flags::Settings;
use crate::errors::Failure;
use crate::prompt;

/// Makes the client. If its key is encrypted and somebody is there to ask, asks once.
pub(crate) fn client(mut settings: Settings) -> Result<Client, Failure> {
    match make(&settings) {
        Err(error) if ask(&mut settings, error.code())? => Ok(make(&settings)?),
        made => Ok(made?),
    }
}

/// Asks for the passphrase, if that is what is missing and somebody is there. Returns whether it was given.
pub(crate) fn ask(settings: &mut Settings, missing: Code) -> Result<bool, Failure> {
    let [identity] = &settings.config.identity[..] else {
        return Ok(false);
    };
    if missing != Code::PassphraseRequired || !prompt::possible() {
        return Ok(false);
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
    Ok(true)
}

fn make(settings: &Settings) -> Result<Client, MtlsError> {
    Client::new(settings.config.clone(), settings.attachments.clone())
}
