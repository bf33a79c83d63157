//! Click-to-call from environment variables.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind};
use voice_core::flow::click_to_call::{ConnectTokens, Contacts};
use voice_core::ident::{AuthToken, E164, PublicHttpsUrl};

use super::builder::ClickToCallBuilder;
use super::service::ClickToCall;
use crate::builder::TwilioClientBuilder;
use crate::client::PROVIDER;
use crate::webhook::SignatureValidator;
use voice_core::client::ClientOptions;
use voice_core::transport::HttpTransport;

const BASE_URL: &str = "TWILIO_STATUS_CALLBACK_BASE_URL";
const TOKEN_KEYS: &str = "CLICK_TO_CALL_KEYS";

impl ClickToCall {
    /// Begins with the environment of this process, through the proxy it names, if any.
    ///
    /// | variable | |
    /// |---|---|
    /// | `TWILIO_ACCOUNT_SID` | the account (`AC…`); required |
    /// | `TWILIO_AUTH_TOKEN` | its token, which signs webhooks; required, also with an API key |
    /// | `TWILIO_PHONE_NUMBER` | the number both are shown, E.164; required |
    /// | `TWILIO_STATUS_CALLBACK_BASE_URL` | the public `https` URL of the handler; required. See [`PublicHttpsUrl`] for what is refused |
    /// | `CLICK_TO_CALL_KEYS` | keys for tokens, separated by commas, the one that signs first; unless set, one key is derived from the Auth Token (it is not the Auth Token, and changes with it) |
    /// | `TWILIO_API_KEY`, `TWILIO_API_SECRET`, `TWILIO_REGION`, `TWILIO_EDGE` | as for [`TwilioClient::from_env`](crate::TwilioClient::from_env) |
    ///
    /// # Errors
    /// One [`ErrorKind::Config`] error that names everything missing or malformed, never a value.
    pub fn from_env(contacts: Arc<dyn Contacts>) -> Result<ClickToCallBuilder, Error> {
        let options = ClientOptions::new().http(HttpTransport::builder().system_proxy());
        begin(&Environment::process(), contacts, |client| {
            client.options(options)
        })
    }

    /// Begins with given settings under the same names as [`from_env`](Self::from_env), without a proxy.
    ///
    /// # Errors
    /// As for [`from_env`](Self::from_env).
    pub fn from_environment(
        environment: &Environment,
        contacts: Arc<dyn Contacts>,
    ) -> Result<ClickToCallBuilder, Error> {
        begin(environment, contacts, |client| client)
    }
}

fn begin(
    environment: &Environment,
    contacts: Arc<dyn Contacts>,
    finish: impl FnOnce(TwilioClientBuilder) -> TwilioClientBuilder,
) -> Result<ClickToCallBuilder, Error> {
    let mut reader = environment.reader(PROVIDER);
    let with_key = reader.has(&["TWILIO_API_KEY", "TWILIO_API_SECRET"]);
    let (client, mut auth_token) = TwilioClientBuilder::read(&mut reader);
    if with_key {
        auth_token = reader.required::<AuthToken>(&["TWILIO_AUTH_TOKEN"]);
    }
    let number = reader.required::<E164>(&["TWILIO_PHONE_NUMBER"]);
    let base = reader.required::<PublicHttpsUrl>(&[BASE_URL]);
    let keys = reader
        .optional_secret(&[TOKEN_KEYS])
        .map(|text| split(&text));
    let own = keys.map(ConnectTokens::new);
    if let Some(Err(error)) = &own {
        reader.malformed(TOKEN_KEYS, error.message());
    }
    reader.finish()?;
    let (Some(token), Some(number), Some(base)) = (auth_token, number, base) else {
        // `finish` has reported what was missing; this cannot be reached.
        return Err(Error::new(ErrorKind::Config, "settings are missing"));
    };
    let secret = SecretString::from(token.expose());
    let tokens = own.unwrap_or_else(|| ConnectTokens::derived_from(&secret));
    let validator = SignatureValidator::new(secret)?;
    let client = finish(client).build()?;
    Ok(ClickToCallBuilder::new(
        &client, number, base, validator, tokens, contacts,
    ))
}

fn split(keys: &SecretString) -> Vec<SecretString> {
    keys.expose_secret()
        .split(',')
        .map(|key| SecretString::from(key.trim()))
        .collect()
}
