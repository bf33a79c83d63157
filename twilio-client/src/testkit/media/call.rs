//! A simulated call whose stream is up.

use std::fmt;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use voice_core::clock::{SharedClock, timeout};
use voice_core::ident::{AccountSid, CallSid, StreamSid};

use super::CallerError;
use super::line::{Line, StreamHeard};
use crate::media_stream::{
    Connected, CustomParameters, MediaFormat, StreamDtmf, StreamEvent, StreamMark, StreamMedia,
    StreamMessage, StreamStart, StreamStop, Track, mulaw,
};
use crate::types::Numeric;

/// How long the application's side of a close is waited for.
const CLOSING: Duration = Duration::from_secs(2);
/// How long in the milliseconds of the stream a frame is.
const FRAME_MS: u64 = 20;

/// Whose stream it is.
pub(super) struct Names {
    pub(super) account: Option<AccountSid>,
    pub(super) call: Option<CallSid>,
    pub(super) stream: Option<StreamSid>,
}

/// A simulated call whose stream is up. Time passes, and what the application sends is heard, only while one of its
/// methods runs. Dropping it drops the connection.
pub struct StreamCall {
    socket: WebSocketStream<TcpStream>,
    clock: SharedClock,
    frame_every: Duration,
    names: Names,
    sequence: u64,
    chunks: u64,
    line: Line,
    /// The application has closed the socket, with this code.
    closed: Option<Option<u16>>,
}

impl StreamCall {
    pub(super) fn new(
        socket: WebSocketStream<TcpStream>,
        clock: SharedClock,
        frame_every: Duration,
        names: Names,
    ) -> Self {
        Self {
            socket,
            clock,
            frame_every,
            names,
            sequence: 0,
            chunks: 0,
            line: Line::default(),
            closed: None,
        }
    }

    pub(super) async fn begin(&mut self, parameters: CustomParameters) -> Result<(), CallerError> {
        let connected = Connected {
            protocol: Some("Call".to_owned()),
            version: Some("1.0.0".to_owned()),
            ..Connected::default()
        };
        let message = StreamMessage::new(None, None, StreamEvent::Connected(connected));
        self.send_text(message.to_text()).await?;
        let start = StreamStart {
            stream_sid: self.names.stream,
            account_sid: self.names.account,
            call_sid: self.names.call,
            tracks: Some(vec![Track::Inbound]),
            custom_parameters: Some(parameters),
            media_format: Some(MediaFormat {
                encoding: Some("audio/x-mulaw".to_owned()),
                sample_rate: Some(Numeric::from(u64::from(mulaw::SAMPLE_RATE))),
                channels: Some(Numeric::from(1)),
                ..MediaFormat::default()
            }),
            ..StreamStart::default()
        };
        self.tell(StreamEvent::Start(Box::new(start))).await
    }

    /// Says something: [μ-law](mulaw), in frames of 20 ms, the last of them filled up with silence.
    ///
    /// # Errors
    /// [`CallerError::Closed`] and [`CallerError::Lost`] when the application has gone.
    pub async fn speak(&mut self, audio: &[u8]) -> Result<(), CallerError> {
        for frame in mulaw::frames(audio) {
            self.frame(&frame).await?;
        }
        Ok(())
    }

    /// Says nothing for a while, in whole frames, and listens.
    ///
    /// # Errors
    /// As for [`speak`](Self::speak).
    pub async fn listen(&mut self, length: Duration) -> Result<(), CallerError> {
        self.listen_until(length, |_| false).await.map(drop)
    }

    /// Says nothing and listens until it is enough, or until `limit` has passed in the stream's time. Says whether it was
    /// enough.
    ///
    /// # Errors
    /// As for [`speak`](Self::speak).
    pub async fn listen_until(
        &mut self,
        limit: Duration,
        enough: impl Fn(&StreamHeard) -> bool,
    ) -> Result<bool, CallerError> {
        let frames = limit.as_millis().div_ceil(u128::from(FRAME_MS));
        for _ in 0..frames {
            if enough(&self.line.heard) {
                return Ok(true);
            }
            self.frame(&[mulaw::SILENCE; mulaw::FRAME_BYTES]).await?;
        }
        Ok(enough(&self.line.heard))
    }

    /// Presses keys, one after the other.
    ///
    /// # Errors
    /// As for [`speak`](Self::speak).
    pub async fn press(&mut self, keys: &str) -> Result<(), CallerError> {
        for key in keys.chars() {
            let dtmf = StreamDtmf {
                track: Some("inbound_track".to_owned()),
                digit: Some(key.to_string()),
                ..StreamDtmf::default()
            };
            self.tell(StreamEvent::Dtmf(dtmf)).await?;
        }
        Ok(())
    }

    /// Sends any text frame, for what Twilio may say one day, or never would.
    ///
    /// # Errors
    /// As for [`speak`](Self::speak).
    pub async fn send_text(&mut self, text: impl Into<String>) -> Result<(), CallerError> {
        let text: String = text.into();
        let sent = self.socket.send(Message::text(text)).await;
        sent.map_err(|_| self.gone())
    }

    /// Hangs up: `stop`, then the socket is closed. What was played until then is heard.
    pub async fn hang_up(mut self) -> StreamHeard {
        let stop = StreamStop {
            account_sid: self.names.account,
            call_sid: self.names.call,
            ..StreamStop::default()
        };
        if self.tell(StreamEvent::Stop(stop)).await.is_ok() && self.socket.close(None).await.is_ok()
        {
            let clock = self.clock.clone();
            let _ = timeout(&*clock, CLOSING, self.take_in()).await;
        }
        self.line.heard
    }

    /// Drops the connection without a word, as when a network fails.
    #[must_use]
    pub fn drop_connection(self) -> StreamHeard {
        self.line.heard
    }

    /// What was heard so far.
    #[must_use]
    pub fn heard(&self) -> &StreamHeard {
        &self.line.heard
    }

    /// How long the stream has been going on, in its own time.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(self.chunks.saturating_mul(FRAME_MS))
    }

    /// 20 ms: the caller's voice goes out, the application is heard.
    async fn frame(&mut self, audio: &[u8]) -> Result<(), CallerError> {
        let at = self.chunks.saturating_mul(FRAME_MS);
        self.chunks += 1;
        let media = StreamMedia::new(Track::Inbound, self.chunks, at, audio.to_vec());
        self.tell(StreamEvent::Media(media)).await?;
        if self.frame_every.is_zero() {
            tokio::task::yield_now().await;
        }
        let clock = self.clock.clone();
        match timeout(&*clock, self.frame_every, self.take_in()).await {
            Ok(gone) => return Err(gone),
            Err(_) => self.line.play_frame(),
        }
        while let Some(name) = self.line.returned() {
            let mark = StreamMark {
                name: Some(name),
                ..StreamMark::default()
            };
            self.tell(StreamEvent::Mark(mark)).await?;
        }
        Ok(())
    }

    /// Takes in what comes until the application is gone.
    async fn take_in(&mut self) -> CallerError {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => self.line.take_in(&text, self.names.stream),
                Some(Ok(Message::Binary(_))) => self.line.take_in_binary(),
                Some(Ok(Message::Close(frame))) => {
                    self.closed = Some(frame.map(|frame| u16::from(frame.code)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return self.gone(),
            }
        }
    }

    fn gone(&self) -> CallerError {
        self.closed.map_or(CallerError::Lost, CallerError::Closed)
    }

    async fn tell(&mut self, event: StreamEvent) -> Result<(), CallerError> {
        self.sequence += 1;
        let message = StreamMessage::new(Some(self.sequence), self.names.stream, event);
        self.send_text(message.to_text()).await
    }
}

impl fmt::Debug for StreamCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamCall")
            .field("stream", &self.names.stream)
            .field("elapsed", &self.elapsed())
            .field("heard", &self.line.heard)
            .finish_non_exhaustive()
    }
}
