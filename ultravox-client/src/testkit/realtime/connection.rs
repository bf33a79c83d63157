//! One client's connection: the script is played, and everything that comes is noted.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use voice_core::clock::timeout;

use super::Inner;
use super::script::{Script, Side, Step};
use super::seen::Seen;
use crate::realtime::message::{CallStarted, ClientMessage, Pong, ServerMessage, ToolInvocation};
use crate::realtime::{FRAME, PcmFormat, PcmFrame};
use crate::types::EndReason;

/// How long a tool's result is waited for.
const TOOL_PATIENCE: Duration = Duration::from_secs(5);
/// How long audio and messages are waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The call is over.
struct Over(EndReason);

type Steps = mpsc::UnboundedReceiver<Step>;

/// A client's connection, from the upgrade to the end of the call.
pub(super) async fn serve(socket: TcpStream, inner: Arc<Inner>) {
    let _ = socket.set_nodelay(true);
    let mut admitted = None;
    #[allow(clippy::result_large_err, reason = "the library's own type")]
    let admit = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        match inner
            .admit(request.uri())
            .and_then(|call| inner.joined(call))
        {
            Ok(call) => {
                admitted = Some(call);
                Ok(response)
            }
            Err(status) => {
                let mut refusal = ErrorResponse::new(Some(format!("no: {}", request.uri())));
                *refusal.status_mut() = status;
                Err(refusal)
            }
        }
    };
    let accepted = tokio_tungstenite::accept_hdr_async(socket, admit).await;
    let Some((id, script, steps)) = admitted else {
        return;
    };
    let Ok(socket) = accepted else {
        return inner.tell_ended(&id, &EndReason::ConnectionError);
    };
    let mut connection = Connection {
        socket,
        id,
        format: script.format,
        invocations: 0,
        inner,
    };
    let Over(reason) = connection.play(script, steps).await;
    connection.inner.tell_ended(&connection.id, &reason);
}

type Admitted = (String, Script, Steps);

impl Inner {
    /// Joins the call before the upgrade is answered: who is connected has joined. A call that is over is gone.
    fn joined(&self, call: Admitted) -> Result<Admitted, http::StatusCode> {
        if self.tell_joined(&call.0) {
            return Ok(call);
        }
        let (id, _, steps) = call;
        if let Some(call) = self.calls().get_mut(&id) {
            call.steps = Some(steps);
        }
        Err(http::StatusCode::GONE)
    }

    fn admit(&self, uri: &http::Uri) -> Result<Admitted, http::StatusCode> {
        let id = uri.path().split('/').nth(2).unwrap_or_default();
        let mut calls = self.calls();
        let call = calls.get_mut(id).ok_or(http::StatusCode::NOT_FOUND)?;
        call.seen.connections += 1;
        call.seen.query = uri.query().unwrap_or_default().to_owned();
        if let Some(status) = call.refusal {
            return Err(http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::BAD_REQUEST));
        }
        let steps = call.steps.take().ok_or(http::StatusCode::CONFLICT)?;
        Ok((id.to_owned(), call.script.clone(), steps))
    }
}

struct Connection {
    socket: WebSocketStream<TcpStream>,
    id: String,
    format: PcmFormat,
    invocations: usize,
    inner: Arc<Inner>,
}

impl Connection {
    async fn play(&mut self, script: Script, mut later: Steps) -> Over {
        let started = CallStarted::new(self.id.as_str());
        if let Err(over) = self.say(&ServerMessage::CallStarted(started)).await {
            return over;
        }
        for step in script.steps {
            if let Err(over) = self.act(step).await {
                return over;
            }
        }
        loop {
            let step = later.try_recv().ok();
            let outcome = match step {
                Some(step) => self.act(step).await,
                None => self.listen(FRAME, |_| false).await,
            };
            if let Err(over) = outcome {
                return over;
            }
        }
    }

    async fn act(&mut self, step: Step) -> Result<(), Over> {
        match step {
            Step::Message(message) => self.say(&message).await,
            Step::Text(text) => self.send(Message::text(text)).await,
            Step::Binary(bytes) => self.send(Message::Binary(bytes)).await,
            Step::Audio(length) => self.speak(length).await,
            Step::Invoke(tool, parameters, side) => {
                self.invocations += 1;
                let invocation = format!("invocation-{}", self.invocations);
                let order = ToolInvocation::new(tool, invocation.as_str(), parameters);
                let message = match side {
                    Side::Client => ServerMessage::ClientToolInvocation(order),
                    Side::DataConnection => ServerMessage::DataConnectionToolInvocation(order),
                };
                self.say(&message).await?;
                let answers = |seen: &Seen| {
                    seen.tool_results()
                        .any(|result| result.invocation_id.as_deref() == Some(&invocation))
                };
                self.listen(TOOL_PATIENCE, answers).await
            }
            Step::Wait(length) => self.listen(length, |_| false).await,
            Step::AwaitAudio(length) => {
                let bytes = self.format.bytes_of(length);
                self.listen(PATIENCE, |seen| seen.audio.bytes >= bytes)
                    .await
            }
            Step::AwaitMessage(kind) => self.listen(PATIENCE, |seen| seen.has(&kind)).await,
            Step::Stall(length) => {
                self.inner.clock.sleep(length).await;
                Ok(())
            }
            Step::Close(code, text) => {
                self.close(code, &text).await;
                Err(Over(EndReason::SystemError))
            }
            Step::HangUp => {
                self.close(1000, "").await;
                Err(Over(EndReason::AgentHangup))
            }
            Step::Drop => Err(Over(EndReason::ConnectionError)),
            Step::DropWithinFrame => {
                // A text frame of 256 bytes, of which one comes.
                let head = [0x81, 126, 1, 0, b'{'];
                let _ = self.socket.get_mut().write_all(&head).await;
                Err(Over(EndReason::ConnectionError))
            }
        }
    }

    async fn say(&mut self, message: &ServerMessage) -> Result<(), Over> {
        let text = serde_json::to_string(message).unwrap_or_default();
        self.send(Message::text(text)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Over> {
        let sent = self.socket.send(message).await;
        sent.map_err(|_| Over(EndReason::ConnectionError))
    }

    /// Audio that is not silence, in real time.
    async fn speak(&mut self, length: Duration) -> Result<(), Over> {
        let samples = i16::try_from(self.format.frame_samples()).unwrap_or(i16::MAX);
        let wave = (0..samples).map(|at| (at % 40) * 100 - 2000);
        let frame = PcmFrame::from_samples(self.format, wave).into_bytes();
        let mut left = self.format.bytes_of(length);
        while left > 0 {
            let piece = frame.slice(..left.min(frame.len()));
            left -= piece.len();
            self.send(Message::Binary(piece)).await?;
            self.listen(FRAME, |_| false).await?;
        }
        Ok(())
    }

    /// Notes what comes until it is enough, or time is up.
    async fn listen(
        &mut self,
        limit: Duration,
        enough: impl Fn(&Seen) -> bool,
    ) -> Result<(), Over> {
        let clock = self.inner.clock.clone();
        let listening = async {
            loop {
                let is_enough = self
                    .inner
                    .calls()
                    .get(&self.id)
                    .is_none_or(|call| enough(&call.seen));
                if is_enough {
                    return Ok(());
                }
                match self.socket.next().await {
                    Some(Ok(message)) => self.take_in(message).await?,
                    Some(Err(_)) | None => return Err(Over(EndReason::ConnectionError)),
                }
            }
        };
        timeout(&*clock, limit, listening).await.unwrap_or(Ok(()))
    }

    async fn take_in(&mut self, message: Message) -> Result<(), Over> {
        match message {
            Message::Text(text) => match serde_json::from_str::<ClientMessage>(&text) {
                Ok(message) => return self.heed(message).await,
                Err(_) => self.inner.note(&self.id, |seen| seen.unreadable += 1),
            },
            Message::Binary(bytes) => self.hear(&bytes),
            Message::Ping(_) => self.inner.note(&self.id, |seen| seen.pings += 1),
            Message::Close(frame) => {
                let code = frame.map(|frame| frame.code.into());
                self.inner.note(&self.id, |seen| seen.close_code = code);
                // The library answers with the next read.
                while let Some(Ok(_)) = self.socket.next().await {}
                return Err(Over(EndReason::Hangup));
            }
            Message::Pong(_) | Message::Frame(_) => {}
        }
        Ok(())
    }

    fn hear(&self, bytes: &Bytes) {
        let now = self.inner.clock.now();
        let format = self.format;
        self.inner.note(&self.id, |seen| {
            let before = format.duration_of(seen.audio.bytes);
            seen.audio.note(bytes, before, now);
        });
    }

    /// Does what the API does by itself.
    async fn heed(&mut self, message: ClientMessage) -> Result<(), Over> {
        let pong = match &message {
            ClientMessage::Ping(ping) => ping.timestamp.clone(),
            _ => None,
        };
        let hangs_up = matches!(message, ClientMessage::HangUp(_));
        self.inner
            .note(&self.id, |seen| seen.messages.push(message));
        if let Some(timestamp) = pong {
            self.say(&ServerMessage::Pong(Pong::new(timestamp))).await?;
        }
        if hangs_up {
            self.close(1000, "").await;
            return Err(Over(EndReason::Hangup));
        }
        Ok(())
    }

    /// Closes, and waits a little for the client's side of it.
    async fn close(&mut self, code: u16, text: &str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: text.into(),
        };
        let _ = self.socket.send(Message::Close(Some(frame))).await;
        let clock = self.inner.clock.clone();
        let socket = &mut self.socket;
        let echo = async { while let Some(Ok(_)) = socket.next().await {} };
        let _ = timeout(&*clock, Duration::from_secs(2), echo).await;
    }
}
