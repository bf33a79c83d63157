//! Errors: what the server reports, and what is no event at all.

use super::EventId;
use crate::wire::model;

/// Why a text is no event; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// Not JSON, or deeper than 127 levels.
    #[error("not JSON at line {line}, column {column}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 at the end of a line.
        column: usize,
    },
    /// JSON, but no object.
    #[error("an event is a JSON object")]
    NotAnObject,
    /// An object without a `type` that is a text.
    #[error("an event has a type")]
    NoType,
}

impl From<&serde_json::Error> for EventError {
    fn from(error: &serde_json::Error) -> Self {
        Self::NotJson {
            line: error.line(),
            column: error.column(),
        }
    }
}

model! {
    /// What went wrong. Most errors leave the session open.
    plain ApiError {
        /// The class, such as `invalid_request_error` or `server_error`.
        kind: String => "type",
        /// The reason within the class.
        code: String => "code" null,
        /// What went wrong, for people.
        message: String => "message",
        /// The field at fault.
        param: String => "param" null,
        /// The id of the **client's** event that failed, if it had one.
        event_id: EventId => "event_id" null,
    }
}
