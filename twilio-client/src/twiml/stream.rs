//! `<Stream>`: the call's audio over a WebSocket.

use voice_core::provider::JoinUrl;

use super::macros::{takes_parameters, twiml_element};
use super::{Element, Link, Parameter, Track, TwimlError};
use crate::types::HttpMethod;

twiml_element! {
    /// `<Stream>`: the call's audio over a WebSocket: two-way in a Connect, one-way beside the call in a Start.
    ///
    /// # URLs
    /// Twilio asks for `wss://` and documents that a query is not supported (error 31920): what the socket's server must
    /// know travels as a [`parameter`](Self::parameter), which arrives in its `start` message. So [`new`](Self::new)
    /// refuses a query. The join URL of an agent's session is another matter: its provider made it to be dialled exactly
    /// as it is, a query included, so [`to`](Self::to) escapes it and passes it through; it is also the way to a
    /// simulator's `ws://` URL on this machine.
    Stream = "Stream" [Parameter] {
        /// A name by which the stream can be stopped.
        name = "name": String,
        /// Which side is streamed; what Twilio hears unless set. In a Start only (error 31941).
        track = "track": Track,
        /// A connector instead of a URL (error 31940 when there is none such).
        connector_name = "connectorName": String,
        /// Where start, stop and errors are reported.
        status_callback = "statusCallback": Link,
        /// How they are reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
        /// The encoding of the audio; μ-law unless set.
        audio_format = "audioFormat": String,
        /// The sample rate of the audio; 8,000 Hz unless set.
        sample_rate = "sampleRate": String,
        /// The socket's URL as it is, without the check of [`new`](Self::new).
        unchecked_url = "url": String,
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
        let join = secure(url).ok_or(TwimlError::StreamScheme)?;
        if url.contains(['?', '#']) {
            return Err(TwimlError::StreamQuery);
        }
        Ok(Self::to(&join))
    }

    /// A stream to an agent's session.
    #[must_use]
    pub fn to(join: &JoinUrl) -> Self {
        Self(Element::new("Stream").attribute("url", join.expose()))
    }

    /// A stream by its name: the one to stop, or one by a connector.
    pub fn named(name: impl Into<String>) -> Self {
        Self::empty().name(name)
    }
}

takes_parameters! { Stream }

/// A `wss://` URL. `JoinUrl` parses it; what else it would let through (plain ws to this machine) is refused here.
pub(super) fn secure(url: &str) -> Option<JoinUrl> {
    let clean =
        url.starts_with("wss://") && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if clean { JoinUrl::new(url).ok() } else { None }
}
