//! A call between two numbers.

use std::fmt;

use voice_core::client::{Form, Operation};
use voice_core::error::Error;
use voice_core::provider::{CallKey, JoinUrl};
use voice_core::secret::{Redacted, SecretString};
use voice_core::webhook::WebhookUrl;

use super::{Common, Dial, common_setters};
use crate::account::AccountName;
use crate::check::Problems;
use crate::region::Region;
use crate::voice::CONNECT;
use crate::voice::number::Number;
use crate::voice::word::{PlaybackTo, Recording, RecordingChannels, RecordingFormat, StreamBegin};

/// Rings `from`, then `to`, and connects them; both see the ExoPhone `caller_id`.
///
/// ```
/// use std::time::Duration;
/// use exotel_vsip::voice::{ConnectNumbers, Number, Recording};
/// use voice_core::ident::E164;
///
/// let agent = E164::parse("+919876543210")?;
/// let customer = E164::parse("+918123456789")?;
/// let exophone = Number::parse("08047112345")?;
/// let request = ConnectNumbers::new(agent, customer, exophone)
///     .time_limit(Duration::from_secs(1800))
///     .record(Recording::On);
/// request.check()?;
/// assert!(ConnectNumbers::check(&request.time_limit(Duration::from_secs(14_401))).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct ConnectNumbers {
    pub(super) common: Common,
    to: Number,
    wait_url: Option<WebhookUrl>,
    record: Option<Recording>,
    channels: Option<RecordingChannels>,
    format: Option<RecordingFormat>,
    stream: Option<(JoinUrl, StreamBegin)>,
    playback: Option<(PlaybackTo, WebhookUrl)>,
}

impl ConnectNumbers {
    /// Rings `from`, then `to`.
    pub fn new(
        from: impl Into<Number>,
        to: impl Into<Number>,
        caller_id: impl Into<Number>,
    ) -> Self {
        Self {
            common: Common::new(from.into(), caller_id.into()),
            to: to.into(),
            wait_url: None,
            record: None,
            channels: None,
            format: None,
            stream: None,
            playback: None,
        }
    }

    /// What the first number hears while the second rings: a WAV file of less than 2 MB. Exotel keeps it by its URL: change
    /// the URL to change the sound.
    ///
    /// Sent as `WaitUrl`.
    pub fn wait_url(mut self, url: WebhookUrl) -> Self {
        self.wait_url = Some(url);
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

    /// The quality of the recording.
    ///
    /// Sent as `RecordingFormat`.
    pub fn recording_format(mut self, format: RecordingFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Streams the call's audio to a WebSocket besides connecting the two.
    ///
    /// Sent as `StreamUrl` and `StreamBegin`.
    pub fn stream(mut self, url: JoinUrl, begin: StreamBegin) -> Self {
        self.stream = Some((url, begin));
        self
    }

    /// Audio played when the second number answers, and who hears it.
    ///
    /// Sent as `StartPlaybackToNew` and `StartPlaybackValueNew`.
    pub fn playback(mut self, to: PlaybackTo, url: WebhookUrl) -> Self {
        self.playback = Some((to, url));
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
        problems.finish(&CONNECT)
    }
}

common_setters!(ConnectNumbers);

impl Dial for ConnectNumbers {
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
        let stream = self.stream.iter();
        stream
            .map(|(url, _)| SecretString::from(url.expose()))
            .collect()
    }

    fn form(&self, _: &AccountName, _: &Region, key: &CallKey) -> Form {
        let mut form = self.common.begin().with("To", self.to.as_str());
        form.push_option("WaitUrl", self.wait_url.as_ref().map(WebhookUrl::as_str));
        form.push_option("Record", self.record.map(Recording::as_str));
        form.push_option("RecordingChannels", self.channels.as_ref());
        form.push_option("RecordingFormat", self.format.as_ref());
        if let Some((url, begin)) = &self.stream {
            form.push("StreamUrl", url.expose());
            form.push("StreamBegin", begin.as_str());
        }
        if let Some((to, url)) = &self.playback {
            form.push("StartPlaybackToNew", to.as_str());
            form.push("StartPlaybackValueNew", url.as_str());
        }
        self.common.finish(&mut form, key);
        form
    }
}

impl fmt::Debug for ConnectNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ConnectNumbers");
        self.common.show(&mut shown);
        shown
            .field("to", &self.to)
            .field("wait_url", &self.wait_url)
            .field("record", &self.record)
            .field("stream", &self.stream.as_ref().map(|_| Redacted))
            .field("playback", &self.playback)
            .finish()
    }
}
