//! What a closure is told of a request before it chooses a fault.

use std::fmt;

use super::head::Head;
use crate::secret::redact;

/// The head of a request, as a closure sees it that chooses faults (see [`FaultProxy::with`](super::FaultProxy::with)).
#[derive(Clone)]
#[non_exhaustive]
pub struct RequestInfo {
    /// The place of the request in the log, from 0.
    pub index: u64,
    /// The number of its connection, from 0.
    pub connection: u64,
    /// `POST /calls HTTP/1.1`
    pub request_line: String,
    /// Names and values of the header, as they were sent.
    pub headers: Vec<(String, String)>,
}

impl RequestInfo {
    pub(super) fn new(index: u64, connection: u64, head: &Head) -> Self {
        Self {
            index,
            connection,
            request_line: head.start_line(),
            headers: head.headers().collect(),
        }
    }

    /// The method: `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.request_line.split(' ').next().unwrap_or_default()
    }

    /// The target: `/calls?page=2`.
    #[must_use]
    pub fn target(&self) -> &str {
        self.request_line.split(' ').nth(1).unwrap_or_default()
    }

    /// The first value of a header; case does not count.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Without the headers: they hold credentials.
impl fmt::Debug for RequestInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestInfo")
            .field("index", &self.index)
            .field("connection", &self.connection)
            .field("request_line", &redact(&self.request_line))
            .finish_non_exhaustive()
    }
}
