//! What is known to differ between deployments.

use std::time::Duration;

/// In whose words the simulator answers, and which operations it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Speaks {
    /// As the reference server does: bare bodies, `{detail}` errors, 401 for a rate limit, times without a zone, the odd
    /// ways of finding a prompt, no documented-only operation.
    #[default]
    Server,
    /// As the documentation says: envelopes, 429 with headers and `retry_after`, times with `Z`, exact ids, every operation
    /// except the server's `/health`.
    Docs,
}

/// Whether the signature of a request is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Signatures {
    /// It must be right.
    #[default]
    Checked,
    /// The key alone will do, as the oldest document has it.
    Ignored,
}

/// What becomes of creating an experiment, a flag or a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Creates {
    /// 500, and nothing is made: what the reference server does, whatever is sent.
    Fail,
    /// They work, as documented.
    Work,
}

/// What is wrong with the whole service, until it is set right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Outage {
    /// Nothing.
    #[default]
    None,
    /// Every request is answered 503, and nothing is done.
    Down,
    /// Every request is answered 200 with a page of HTML, and nothing is done.
    Garbage,
    /// Every request is carried out, and the answer's JSON ends in the middle.
    Cut,
    /// Every request is carried out, and answered this late.
    Slow(Duration),
    /// No request is carried out, and none is answered within an hour.
    Hang,
}
