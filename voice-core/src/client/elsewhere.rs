//! Answers of hosts that are not the provider's: storage that a redirect leads to, or that an upload goes to.
//!
//! Nothing of the client's goes there but what the request is about: no credentials, no header of the caller's. Nothing
//! of such an answer is quoted either: storage likes to repeat the signed URL in its refusals.

use std::time::SystemTime;

use http::{HeaderMap, Request, StatusCode, Uri, header};

use bytes::Bytes;

use super::attempt::Ready;
use super::dialect::Refusal;
use crate::error::ErrorKind;
use crate::limits::{self, RateLimits};

/// Whose answer it is, when it is not the provider's.
pub(super) enum Elsewhere {
    /// Of the storage an upload goes to.
    Upload,
    /// Of a host that the provider's answer led to; with what that answer said.
    Led {
        request_id: Option<String>,
        rate_limits: RateLimits,
    },
}

impl Elsewhere {
    /// What a refusal there means here: never that this client's key is wrong.
    pub(super) fn refusal(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Refusal {
        let mut refusal = Refusal::from_status(status);
        let led = matches!(self, Self::Led { .. });
        let link = match refusal.kind {
            ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Quota => true,
            // The only input was the link.
            ErrorKind::InvalidInput => led,
            _ => false,
        };
        if link {
            refusal.kind = ErrorKind::Other;
        }
        let gone = link || refusal.kind == ErrorKind::NotFound;
        (refusal.message, refusal.hint) = if led {
            (
                "the storage that the provider's answer led to said no".to_owned(),
                gone.then_some(
                    "The storage link was refused or has expired, which says nothing of this client's key; ask again \
                     for a fresh link",
                ),
            )
        } else {
            (
                "the storage said no to the upload".to_owned(),
                gone.then_some(
                    "The upload link was refused or has expired, which says nothing of this client's key; ask for a \
                     new link, and send the content type it was made for",
                ),
            )
        };
        refusal.retry_after = limits::read(headers, now).retry_after();
        refusal
    }
}

impl Ready<'_> {
    /// A request to another host: what is to be said there, and nothing that tells who asks.
    pub(super) fn bare(&self, uri: Uri) -> Request<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = self.request.operation.method().clone();
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(header::USER_AGENT, self.shared.user_agent.clone());
        let own = &self.request.headers;
        let accept = own.get(header::ACCEPT).unwrap_or(&self.request.accept);
        headers.insert(header::ACCEPT, accept.clone());
        if let Some(value) = own.get(header::CONTENT_TYPE) {
            headers.insert(header::CONTENT_TYPE, value.clone());
        }
        request
    }
}
