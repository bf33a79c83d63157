//! How PromptOps is spoken to: who signs what, and what an answer means.

mod body;
mod skew;
mod verdict;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, header};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Answer, Dialect, Outgoing, Refusal};
use voice_core::error::{Error, ErrorKind};
use voice_core::retry::Advice;

use crate::PROVIDER;
use crate::envelope;
use crate::error::AuthReason;
use crate::operations::{Auth, auth_of};
use crate::signing::{Credentials, Signed, ToSign};
use crate::token::TokenSource;

pub(crate) use skew::Skew;
pub use skew::SkewCorrection;

/// Credentials, token, and what is known of the service's clock.
pub(crate) struct PromptOpsDialect {
    pub(crate) credentials: Credentials,
    pub(crate) token: Option<Arc<dyn TokenSource>>,
    pub(crate) skew: Skew,
    /// What no error may show.
    pub(crate) secrets: Vec<SecretString>,
}

impl PromptOpsDialect {
    /// The documented signature of a method and a path at the service's time; `None` when another scheme is in use.
    pub(crate) fn signature(
        &self,
        method: &http::Method,
        path: &str,
        now: SystemTime,
    ) -> Option<Signed> {
        self.credentials
            .signature(method, path, self.skew.corrected(now))
    }

    fn sign(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        // The server signs what its framework hands it, which is decoded.
        let path = percent_decode_str(request.uri.path()).decode_utf8_lossy();
        let headers = self.credentials.headers(&ToSign {
            api_key: self.credentials.api_key(),
            method: request.method,
            path: &path,
            query: request.uri.query(),
            body: request.body,
            now: self.skew.corrected(request.now),
        })?;
        for (name, mut value) in headers {
            value.set_sensitive(true);
            request.headers.insert(name, value);
        }
        Ok(())
    }

    async fn bear(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        let config = |message: &str| {
            Error::new(ErrorKind::Config, message)
                .with_operation(PROVIDER, request.operation.name())
                .with_hint(
                    "Give the builder a token (PromptOpsClientBuilder::token or token_source)",
                )
        };
        let Some(source) = &self.token else {
            return Err(config(
                "this operation takes a bearer token and no API key, and the client has no token",
            ));
        };
        let token = source.token().await?;
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| config("the token is no header value"))?;
        value.set_sensitive(true);
        request.headers.insert(header::AUTHORIZATION, value);
        Ok(())
    }
}

#[async_trait]
impl Dialect for PromptOpsDialect {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        match auth_of(request.operation) {
            Auth::Key => self.sign(request),
            Auth::Token => self.bear(request).await,
            Auth::None => Ok(()),
        }
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        let (mut refusal, reason) = verdict::judge(answer)?;
        let about_time = reason == Some(AuthReason::Timestamp)
            && auth_of(answer.operation) == Auth::Key
            && answer.status == http::StatusCode::UNAUTHORIZED;
        if about_time && self.skew.learn(answer.headers, answer.now) {
            refusal.advice = Advice::Reauthorize;
        }
        Some(refusal)
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let id = headers.get("x-request-id")?.to_str().ok()?;
        (!id.is_empty()).then_some(id)
    }

    fn body_request_id(&self, body: &[u8]) -> Option<String> {
        envelope::request_id(body)
    }

    fn secrets(&self) -> Vec<SecretString> {
        self.secrets.clone()
    }
}

impl fmt::Debug for PromptOpsDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptOpsDialect")
            .field("credentials", &self.credentials)
            .field("has_token", &self.token.is_some())
            .finish_non_exhaustive()
    }
}
