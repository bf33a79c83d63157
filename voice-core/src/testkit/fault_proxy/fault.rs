//! What can go wrong with one exchange.

use std::time::Duration;

use super::reframe::Reframe;

/// What the proxy does to one request and its answer.
///
/// Byte counts start at the first byte of the head. A *reset* is a TCP RST (`SO_LINGER` of zero), a *close* an orderly
/// FIN.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing: the exchange passes through, its answer as it comes.
    #[default]
    None,
    /// The connection is accepted and reset at once. Queued, it waits for the next new connection or request, whichever
    /// is first: a request on a connection that is kept alive is reset as by [`ResetBeforeRequest`](Self::ResetBeforeRequest).
    RefuseConnection,
    /// The head is read, for the log; then the connection is reset. Nothing is forwarded.
    ResetBeforeRequest,
    /// The whole request is read and forwarded and the upstream has answered; then the connection is reset without a
    /// byte of the answer. The request that must never be sent again by itself.
    ResetAfterRequest,
    /// So many bytes of the request are read (at least the head), or all of it if it has fewer; then the connection is
    /// reset. Nothing is forwarded.
    ResetMidRequest(usize),
    /// The request is read and kept for so long, then forwarded, **even if the client has gone meanwhile**: a request
    /// that arrives late arrives all the same.
    Delay(Duration),
    /// The whole answer is kept for so long, then passed.
    DelayAnswer(Duration),
    /// So many bytes of the answer are passed, then the connection is closed.
    Truncate(usize),
    /// So many bytes of the answer are passed, then (10 ms later, so that the client can read them) the connection is
    /// reset.
    ResetMidAnswer(usize),
    /// The request is forwarded and the upstream has answered; the answer is swallowed and the connection kept open until
    /// the client closes it.
    Stall,
    /// The request is read but never forwarded, and the connection kept open until the client closes it.
    StallBeforeForward,
    /// The answer is passed in pieces of `chunk` bytes (at least 1), with a wait of `every` before each but the first.
    Drip {
        /// Bytes in a piece; 0 counts as 1.
        chunk: usize,
        /// The wait between two pieces.
        every: Duration,
    },
    /// These bytes are the answer, then the connection is closed. The request is read and not forwarded.
    Garbage(Vec<u8>),
    /// The request is forwarded and the upstream has answered; these bytes are passed instead, then the connection is
    /// closed.
    GarbageAfterForward(Vec<u8>),
    /// The answer passes; then the connection is closed though nothing in the answer said so: a kept-alive connection
    /// that went stale.
    CloseIdle,
    /// The request is forwarded, and the upstream's answer passed in another frame, which may be wrong on purpose.
    Reframed(Reframe),
    /// The head of the request is read and answered at once, whatever of the body is still to come. The rest is read and
    /// forgotten, and the connection closed. Nothing is forwarded.
    AnswerEarly {
        /// The status code; written as it is.
        status: u16,
        /// The body, as for [`StatusInstead`](Self::StatusInstead).
        body: String,
    },
    /// An answer of the proxy's own is passed, and the connection stays open.
    StatusInstead {
        /// The status code; written as it is.
        status: u16,
        /// The body, sent as `application/json` if it starts like JSON and as `text/plain` otherwise.
        body: String,
        /// Whether the upstream was asked first: a gateway that times out has often forwarded the request.
        forwarded: Forwarded,
    },
}

/// Whether a request reached the upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Forwarded {
    /// All of it was written to the upstream's socket.
    Yes,
    /// Not a byte of it was, or not all of it.
    No,
}
