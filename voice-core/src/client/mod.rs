//! The request pipeline that every provider crate uses.
//!
//! A provider crate writes an [`Operation`] and two types for each operation, and a [`Dialect`] for its API; everything
//! between is here, once:
//!
//! ```text
//! typed request → path, query, body, repeat class
//!   run          one INTERNAL span, one total deadline
//!     attempt    one CLIENT span
//!       breaker  open? fail at once
//!       limiter  wait for a slot, never past the deadline
//!       sign     afresh for every attempt
//!       send     at most the attempt timeout; redirects off; body capped after decompression
//!       judge    success, or what the provider says; limits and request id
//!       observe  limiter, breaker, budget and observers see the result
//!     decide     again? how long? healthy enough?
//! Response<T>    value, status, headers, request id, limits, attempts, elapsed
//! ```
//!
//! Files go the same way. [`RequestBuilder::send_stream`] hands a success's body over as a [`Download`], bounded in size and
//! in silence, and follows redirects to storage without credentials; [`Client::upload`] sends to a presigned URL, with none
//! either; [`RequestBuilder::multipart`] puts files into a form, and [`RequestBuilder::on_progress`] tells how far any body
//! came.
//!
//! [`Client::request`] is also the escape hatch to an endpoint no typed method covers yet: it signs, limits, retries and
//! reports like any other.

mod attempt;
mod dialect;
mod download;
mod elsewhere;
mod encode;
mod exchange;
mod judge;
mod multipart;
mod operation;
mod options;
mod page;
mod redirect;
mod request;
mod response;
mod run;
mod scope;
mod span;
mod upload;

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use crate::error::{Error, ErrorKind};
use crate::secret::Redactor;
use crate::transport::{BaseUrl, HttpTransport, Transport};

use options::TransportChoice;
use scope::Scopes;

pub use dialect::{Answer, Dialect, Outgoing, Refusal};
pub use download::Download;
pub use encode::Form;
pub use multipart::Multipart;
pub use operation::{Operation, Redirect};
pub use options::{ClientOptions, RequestOptions};
pub use page::{Cursor, Page, Pager};
pub use request::RequestBuilder;
pub use response::Response;
pub use upload::Upload;

/// One provider, one account: what a provider crate's client wraps. Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    request: Arc<RequestOptions>,
}

pub(crate) struct Shared {
    dialect: Arc<dyn Dialect>,
    base: BaseUrl,
    transport: Arc<dyn Transport>,
    options: ClientOptions,
    redactor: Redactor,
    user_agent: HeaderValue,
    scopes: Scopes,
}

impl Client {
    /// A client that speaks `dialect` to `base`.
    ///
    /// `product` is the provider crate's token for `User-Agent`, such as `twilio-client/0.1.0`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the transport cannot be built, when `base` is `https` and the crate was built without
    /// TLS, or when the user agent is no header value.
    pub fn new(
        dialect: Arc<dyn Dialect>,
        base: BaseUrl,
        product: &str,
        options: ClientOptions,
    ) -> Result<Self, Error> {
        let config = |message: String| {
            Error::new(ErrorKind::Config, message).with_operation(dialect.provider(), "build")
        };
        let transport: Arc<dyn Transport> = match &options.transport {
            TransportChoice::Given(transport) => Arc::clone(transport),
            TransportChoice::Build(_) if base.is_tls() && !HttpTransport::has_tls() => {
                return Err(config(
                    "https needs one of the features rustls, rustls-ring, native-tls".to_owned(),
                ));
            }
            TransportChoice::Build(builder) => Arc::new(
                builder
                    .clone()
                    .build()
                    .map_err(|e| config(e.to_string()).with_source(e))?,
            ),
        };
        let user_agent = match &options.user_agent {
            Some(own) => format!("{own} {product}"),
            None => product.to_owned(),
        };
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|_| config("the user agent is not a header value".to_owned()))?;
        Ok(Self {
            shared: Arc::new(Shared {
                redactor: Redactor::new(dialect.secrets()),
                dialect,
                base,
                transport,
                scopes: Scopes::default(),
                user_agent,
                options,
            }),
            request: Arc::new(RequestOptions::default()),
        })
    }

    /// The same client with settings for the requests made through it.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            request: Arc::new(options),
        }
    }

    /// Begins a request.
    pub fn request<'a>(&'a self, operation: &'a Operation) -> RequestBuilder<'a> {
        RequestBuilder::new(self, operation)
    }

    /// Where it sends.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// The provider's name.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.shared.dialect.provider()
    }

    /// The clock it lives by.
    #[must_use]
    pub fn clock(&self) -> &crate::clock::SharedClock {
        &self.shared.options.clock
    }

    /// An error of this provider about input that is wrong before anything is sent.
    #[must_use]
    pub fn invalid(&self, operation: &Operation, field: &str, message: &str) -> Error {
        Error::invalid_input(field, message).with_operation(self.provider(), operation.name())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("provider", &self.provider())
            .field("base", &self.shared.base)
            .finish_non_exhaustive()
    }
}
