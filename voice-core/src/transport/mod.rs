//! How bytes travel: one object-safe trait, and what came of a try.
//!
//! [`Transport`] takes an `http::Request<Bytes>` and gives an answer's head with a [`Body`] that is still to be read.
//! [`HttpTransport`] is the real one; the test kit has a scripted one; an application can bring its own. A transport
//! sends **once**: it does not retry, follow redirects, sign or cap. The request pipeline does those.
//!
//! A failure says how far the request came ([`TransportError::delivery`]), read off the chain of causes: what failed
//! before a connection stood was not sent, everything later may have happened.

mod base_url;
mod body;
mod chain;
mod http_client;
mod origins;
mod progress;
mod secret_url;
mod upload;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::{BoxError, Delivery, ErrorKind};

pub(crate) use base_url::is_loopback;
pub use base_url::{BaseUrl, BaseUrlError};
pub use body::Body;
pub use http_client::{HttpTransport, HttpTransportBuilder, TransportBuildError};
pub use progress::{Progress, Withdrawn};
pub use secret_url::{SecretUrl, SecretUrlError};
pub(crate) use upload::Listener;
pub use upload::{UploadProgress, UploadWatch};

/// Sends one request, once.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request` and returns the head of the answer.
    ///
    /// The request's URI is absolute. If its extensions hold a [`Progress`], the transport may record there when the
    /// request starts to leave; one that does not is taken to have sent it. If they hold an [`UploadWatch`], it may report
    /// there how much of the body was taken; one that does not leaves whoever watches without news, and nothing else.
    ///
    /// # Errors
    /// [`TransportError`] when no answer's head arrived. An HTTP error status is not an error here.
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Body>, TransportError>;
}

/// No answer, or not all of it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    kind: ErrorKind,
    delivery: Delivery,
    message: String,
    hint: Option<&'static str>,
    #[source]
    source: Option<BoxError>,
}

impl TransportError {
    /// A failure of `kind`; say with `delivery` how far the request may have come.
    pub fn new(kind: ErrorKind, delivery: Delivery, message: impl Into<String>) -> Self {
        Self {
            kind,
            delivery,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// Keeps the cause; it must quote no URL and no body.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds cause and remedy.
    #[must_use]
    pub fn with_hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// How far the request may have come.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Cause and remedy, where known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.hint
    }

    /// The message and the cause, taken apart for the pipeline's own error.
    pub(crate) fn into_parts(self) -> (String, Option<BoxError>) {
        (self.message, self.source)
    }
}
