//! A call that an agent speaks on.

use std::fmt;

use voice_core::client::{Form, Operation};
use voice_core::error::Error;
use voice_core::provider::{CallKey, JoinUrl};
use voice_core::secret::SecretString;

use super::{Common, Dial, common_setters};
use crate::account::AccountName;
use crate::check::Problems;
use crate::region::Region;
use crate::voice::CONNECT;
use crate::voice::number::Number;
use crate::voice::word::{Recording, RecordingChannels};

/// Most characters of a stream's URL.
pub const MAX_STREAM_URL: usize = 600;
/// Most characters of a stream's name.
const MAX_STREAM_NAME: usize = 32;

/// Rings `from` and, when somebody answers, streams both ways between them and the WebSocket `stream`, without a flow; they
/// see the ExoPhone `caller_id`.
///
/// The same operation as [`ConnectNumbers`](super::ConnectNumbers), with `StreamType=bidirectional` in place of `To`, as the
/// vendor's page *Connect Voice AI* describes it (`developer.exotel.com/docs/agentstream/connect-voice-ai`). Streaming must
/// be enabled for the account.
///
/// ```
/// use exotel_vsip::voice::{ConnectStream, Number};
/// use voice_core::ident::E164;
/// use voice_core::provider::JoinUrl;
///
/// let customer = E164::parse("+919876543210")?;
/// let bot = JoinUrl::new("wss://bot.example.com/calls/7")?;
/// let request = ConnectStream::new(customer, bot, Number::parse("08047112345")?);
/// request.check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct ConnectStream {
    pub(super) common: Common,
    stream: JoinUrl,
    stream_name: Option<String>,
    record: Option<Recording>,
    channels: Option<RecordingChannels>,
}

impl ConnectStream {
    /// Rings `from` and connects them to `stream`.
    pub fn new(from: impl Into<Number>, stream: JoinUrl, caller_id: impl Into<Number>) -> Self {
        Self {
            common: Common::new(from.into(), caller_id.into()),
            stream,
            stream_name: None,
            record: None,
            channels: None,
        }
    }

    /// A label of 1 to 32 characters for the stream.
    ///
    /// Sent as `StreamName`.
    pub fn stream_name(mut self, name: impl Into<String>) -> Self {
        self.stream_name = Some(name.into());
        self
    }

    /// Whether the call is recorded.
    ///
    /// Sent as `Record`.
    pub fn record(mut self, record: Recording) -> Self {
        self.record = Some(record);
        self
    }

    /// How many channels the recording has; one unless set.
    ///
    /// Sent as `RecordingChannels`.
    pub fn recording_channels(mut self, channels: RecordingChannels) -> Self {
        self.channels = Some(channels);
        self
    }

    /// Checks every value, as sending does by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each rule that is
    /// broken; no value is quoted.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        self.common.check(&mut problems);
        problems.require(
            self.stream.expose().chars().count() <= MAX_STREAM_URL,
            "StreamUrl",
            "must have at most 600 characters",
        );
        problems.require(
            self.stream_name
                .as_ref()
                .is_none_or(|name| (1..=MAX_STREAM_NAME).contains(&name.chars().count())),
            "StreamName",
            "must be 1 to 32 characters",
        );
        problems.finish(&CONNECT)
    }
}

common_setters!(ConnectStream);

impl Dial for ConnectStream {
    fn operation(&self) -> &'static Operation {
        &CONNECT
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn check(&self) -> Result<(), Error> {
        Self::check(self)
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![SecretString::from(self.stream.expose())]
    }

    fn form(&self, _: &AccountName, _: &Region, key: &CallKey) -> Form {
        let mut form = self
            .common
            .begin()
            .with("StreamUrl", self.stream.expose())
            .with("StreamType", "bidirectional");
        form.push_option("StreamName", self.stream_name.as_ref());
        form.push_option("Record", self.record.map(Recording::as_str));
        form.push_option("RecordingChannels", self.channels.as_ref());
        self.common.finish(&mut form, key);
        form
    }
}

/// Whoever has the stream's URL can speak as the agent: it is not shown.
impl fmt::Debug for ConnectStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ConnectStream");
        self.common.show(&mut shown);
        shown
            .field("stream", &self.stream)
            .field("stream_name", &self.stream_name)
            .field("record", &self.record)
            .finish()
    }
}
