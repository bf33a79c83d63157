//! Media streams of a call: its audio, one way, over a WebSocket to your server.
//!
//! A stream begun here runs beside the call, as one under TwiML's `<Start>` does; the two-way stream of an agent is TwiML's
//! [`Connect`](crate::twiml::Connect).
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::calls::streams::{CreateStream, StreamUrl};
//! use twilio_client::calls::{CustomParameters, ForkName, Track};
//!
//! let request = CreateStream::new(StreamUrl::parse("wss://media.example.com/listen")?)
//!     .name(ForkName::new("coach")?)
//!     .track(Track::Both)
//!     .parameters(CustomParameters::new([("tenant", "7")])?);
//! let streams = client.calls().streams(call);
//! streams.create(&request).await?;
//! streams.stop(ForkName::new("coach")?).await?;
//! # Ok(()) }
//! ```

use std::fmt;

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, StreamSid};
use voice_core::provider::JoinUrl;
use voice_core::webhook::WebhookUrl;

use super::{Calls, CustomParameters, ForkName, ForkOf, ForkStatus, Track, UpdateFork};
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, Encode, HttpMethod, Parameters, Sink, request, resource};

operations! { Api "api_v2010":
    CREATE = once "calls.streams.create" CreateStream "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Streams.json";
    UPDATE = idempotent "calls.streams.update" UpdateStream "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Streams/{Sid}.json";
}

/// Where a stream's socket is: `wss://`, without a query (31920 at Twilio) and without a fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamUrl(Box<str>);

/// Why a text is no stream URL. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StreamUrlError {
    /// Not an absolute `wss://` URL.
    #[error("a stream URL must be an absolute wss:// URL")]
    Scheme,
    /// A query or a fragment.
    #[error("a stream URL must not have a query or a fragment; send values as custom parameters")]
    Query,
}

impl StreamUrl {
    /// Takes the URL of a socket server.
    ///
    /// # Errors
    /// [`StreamUrlError`] says which rule broke.
    pub fn parse(url: &str) -> Result<Self, StreamUrlError> {
        // JoinUrl parses it; plain ws to this machine, which it lets through, is nothing Twilio could reach.
        if !url.starts_with("wss://") || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(StreamUrlError::Scheme);
        }
        if url.contains(['?', '#']) {
            return Err(StreamUrlError::Query);
        }
        JoinUrl::new(url).map_err(|_| StreamUrlError::Scheme)?;
        Ok(Self(url.into()))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Encode for StreamUrl {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, self.as_str());
    }
}

/// Paths may hold tokens: the scheme is shown.
impl fmt::Debug for StreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamUrl(wss://…)")
    }
}

request! {
    /// A stream to be begun.
    CreateStream {
        url = "Url": StreamUrl,
        ..
        /// A name by which it can be stopped.
        name = "Name": ForkName,
        /// Which side; what is copied without it the API files do not say.
        track = "Track": Track,
        /// Where start, stop and errors are reported.
        status_callback = "StatusCallback": WebhookUrl,
        /// How they are reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// Values for the socket's server.
        parameters = "ParameterN.Name": CustomParameters,
    }
}

impl CreateStream {
    /// A stream to this socket.
    pub fn new(url: StreamUrl) -> Self {
        Self::required(url)
    }
}

resource! {
    /// A media stream.
    Stream {
        /// Its SID.
        sid: StreamSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call.
        call_sid: CallSid,
        /// Its name, if it was given one.
        name: String,
        /// Whether it still runs.
        status: ForkStatus,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// The media streams of a call; see [`Calls::streams`].
    Streams { call: CallSid }
}

impl<'c> Calls<'c> {
    /// Media streams of a call.
    #[must_use]
    pub fn streams(&self, call: CallSid) -> Streams<'c> {
        Streams::new(self.client, call)
    }
}

impl Streams<'_> {
    /// Begins a stream. It is never repeated by itself: a call has room for four copies of its audio, and a second stream
    /// would take one of them. After an unknown outcome stop it by its name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such call, 21220 when
    /// it is over. What goes wrong with the socket (31901 to 31931) is reported to the status callback.
    pub async fn create(&self, request: &CreateStream) -> Result<Response<Stream>, Error> {
        let form = request.form(&CREATE)?;
        self.client
            .at(ON, &CREATE)
            .path("CallSid", self.call)
            .form(form)
            .send()
            .await
    }

    /// Changes a stream.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when the call has none of this SID or
    /// name that runs.
    pub async fn update(
        &self,
        stream: impl Into<ForkOf<StreamSid>>,
        request: &UpdateFork,
    ) -> Result<Response<Stream>, Error> {
        let (stream, form) = (stream.into(), request.form(&UPDATE)?);
        self.client
            .at(ON, &UPDATE)
            .path("CallSid", self.call)
            .path("Sid", stream)
            .form(form)
            .send()
            .await
    }

    /// Ends a stream. The call goes on.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub async fn stop(
        &self,
        stream: impl Into<ForkOf<StreamSid>>,
    ) -> Result<Response<Stream>, Error> {
        self.update(stream, &UpdateFork::stop()).await
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_socket_of_ones_own_and_nothing_else() {
        assert!(StreamUrl::parse("wss://media.example.com:8443/a/b").is_ok());
        for (bad, error) in [
            ("", StreamUrlError::Scheme),
            ("wss://", StreamUrlError::Scheme),
            ("https://a.example/", StreamUrlError::Scheme),
            ("ws://127.0.0.1/x", StreamUrlError::Scheme),
            ("wss://a.example/ x", StreamUrlError::Scheme),
            ("wss://a.example/?x=1", StreamUrlError::Query),
            ("wss://a.example/#x", StreamUrlError::Query),
        ] {
            assert_eq!(StreamUrl::parse(bad), Err(error), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*", rest in ".*") {
            let _ = StreamUrl::parse(&text);
            let _ = StreamUrl::parse(&format!("wss://{rest}"));
        }
    }
}
