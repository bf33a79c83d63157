//! `<Connect>` and the two-way media stream in it.

use voice_core::provider::JoinUrl;

use super::{Element, Link, TwimlError, twiml_element};
use crate::types::HttpMethod;

twiml_element! {
    /// `<Connect>`: hands the call's audio to somebody until they let go; then the next verb runs.
    Connect = "Connect" {
        /// What is requested when the connection has ended.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
    }
}

impl Connect {
    /// Connects to a two-way media stream. A call has one at most.
    #[must_use]
    pub fn stream(stream: Stream) -> Self {
        Self(Element::new("Connect").child(stream))
    }

    /// Connects to any other noun.
    #[must_use]
    pub fn to(noun: impl Into<Element>) -> Self {
        Self(Element::new("Connect").child(noun))
    }
}

twiml_element! {
    /// `<Stream>`: the call's audio over a WebSocket.
    ///
    /// # URLs
    /// Twilio asks for `wss://` and documents that a query is not supported (error 31920): what the socket's server must
    /// know travels as a [`parameter`](Self::parameter), which arrives in its `start` message. So [`new`](Self::new)
    /// refuses a query. The join URL of an agent's session is another matter: its provider made it to be dialled exactly
    /// as it is, a query included, so [`to`](Self::to) escapes it and passes it through; it is also the way to a
    /// simulator's `ws://` URL on this machine.
    Stream = "Stream" {
        /// A name by which the stream can be stopped.
        name = "name": String,
        /// Where start, stop and errors are reported.
        status_callback = "statusCallback": Link,
        /// How they are reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
    }
}

impl Stream {
    /// A stream to a server of one's own.
    ///
    /// # Errors
    /// [`TwimlError::StreamScheme`] unless it is `wss://host…`, [`TwimlError::StreamQuery`] when it has a query or a
    /// fragment.
    pub fn new(url: impl AsRef<str>) -> Result<Self, TwimlError> {
        let url = url.as_ref();
        // JoinUrl parses it; what else it would let through (a query, plain ws to this machine) is refused here.
        if !url.starts_with("wss://") || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(TwimlError::StreamScheme);
        }
        if url.contains(['?', '#']) {
            return Err(TwimlError::StreamQuery);
        }
        let join = JoinUrl::new(url).map_err(|_| TwimlError::StreamScheme)?;
        Ok(Self::to(&join))
    }

    /// A stream to an agent's session.
    #[must_use]
    pub fn to(join: &JoinUrl) -> Self {
        Self(Element::new("Stream").attribute("url", join.expose()))
    }

    /// Adds a value for the socket's server; name and value together stay below 500 characters.
    #[must_use]
    pub fn parameter(self, name: &str, value: &str) -> Self {
        Self(self.0.parameter(name, value))
    }
}
