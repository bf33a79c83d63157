//! What the handler hands to the web framework.

use std::fmt;

use crate::twiml::Twiml;

/// An HTTP answer, whole.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerAnswer {
    /// The HTTP status: 200, or 403 and 404 where documented.
    pub status: u16,
    /// The value for `Content-Type`.
    pub content_type: &'static str,
    /// The body. It may name the lead's number.
    pub body: String,
}

impl HandlerAnswer {
    pub(super) fn twiml(body: String) -> Self {
        Self {
            status: 200,
            content_type: Twiml::CONTENT_TYPE,
            body,
        }
    }

    pub(super) fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            body: body.to_owned(),
        }
    }
}

/// The body is personal and not shown.
impl fmt::Debug for HandlerAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerAnswer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
