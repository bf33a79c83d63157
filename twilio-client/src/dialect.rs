//! How Twilio is spoken to: the signature of a request, and what an answer means.

use std::fmt;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Method, header};
use secrecy::SecretString;
use voice_core::client::{Answer, Dialect, Outgoing, Refusal};
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::AccountSid;

use crate::client::PROVIDER;
use crate::credentials::Credentials;
use crate::error;

/// HTTP Basic, made once; every attempt gets a copy marked as sensitive.
pub(crate) struct TwilioDialect {
    authorization: HeaderValue,
    secrets: Vec<SecretString>,
}

impl TwilioDialect {
    pub(crate) fn new(account: &AccountSid, credentials: &Credentials) -> Result<Self, Error> {
        let (user, secret) = credentials.pair(account);
        let encoded = STANDARD.encode(format!("{user}:{secret}"));
        let mut authorization =
            HeaderValue::from_str(&format!("Basic {encoded}")).map_err(|_| {
                Error::new(
                    ErrorKind::Config,
                    "the credentials cannot stand in a header",
                )
            })?;
        authorization.set_sensitive(true);
        Ok(Self {
            authorization,
            secrets: vec![SecretString::from(secret), SecretString::from(encoded)],
        })
    }
}

#[async_trait]
impl Dialect for TwilioDialect {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        const UTF_8: HeaderValue = HeaderValue::from_static("utf-8");
        if !crate::oauth::is_open(request.operation) {
            let authorization = self.authorization.clone();
            request.headers.insert(header::AUTHORIZATION, authorization);
        }
        request.headers.insert(header::ACCEPT_CHARSET, UTF_8);
        if request.method == Method::DELETE {
            request.headers.remove(header::ACCEPT);
        }
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        if answer.status_is_success() {
            return None;
        }
        Some(error::refusal(answer.status, answer.body, answer.now))
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        headers.get("twilio-request-id")?.to_str().ok()
    }

    fn secrets(&self) -> Vec<SecretString> {
        self.secrets.clone()
    }
}

impl fmt::Debug for TwilioDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TwilioDialect")
    }
}
