//! The sideband WebSocket of a call: hear what happens in it, and have a say.
//!
//! [`Sideband::connect`] attaches to a call that was accepted. It gives [`SidebandEvent`]s; its [`SidebandSender`]s send
//! [`ClientEvent`](crate::events::ClientEvent)s. The agent's function calls are answered by [`AnswerFunctions`], a greeting
//! is asked for as soon as it stands, and a connection that breaks is restored.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use openai_calls::events::CallId;
//! use openai_calls::sideband::{Sideband, SidebandEvent, SidebandOptions};
//! use voice_core::transport::BaseUrl;
//! # use futures_util::{SinkExt, StreamExt};
//! # use tokio_tungstenite::tungstenite::Message;
//! # let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
//! # let base = format!("http://{}/v1", listener.local_addr()?);
//! # tokio::spawn(async move {
//! #     let (socket, _) = listener.accept().await.ok()?;
//! #     let mut socket = tokio_tungstenite::accept_async(socket).await.ok()?;
//! #     let greeting = socket.next().await?.ok()?;
//! #     let said = r#"{"type":"response.output_audio_transcript.done","transcript":"Good morning."}"#;
//! #     socket.send(Message::text(said)).await.ok()?;
//! #     socket.close(Some(tokio_tungstenite::tungstenite::protocol::CloseFrame { code: 1000.into(), reason: "".into() })).await.ok()
//! # });
//!
//! let call: CallId = "rtc_u1".parse()?; // from the webhook of the ringing call
//! let options = SidebandOptions::new("sk-proj-0123456789")?
//!     .base_url(BaseUrl::parse(&base)?) // only for a simulator or a gateway
//!     .greeting("Good morning.");
//! let mut sideband = Sideband::connect(&call, options).await?;
//! let mut heard = Vec::new();
//! while let Some(event) = sideband.next_event().await {
//!     match event? {
//!         SidebandEvent::Server(event) => heard.push(event.kind().to_owned()),
//!         SidebandEvent::Closed(end) => assert!(end.is_call_over()),
//!         _ => {}
//!     }
//! }
//! assert_eq!(heard, ["response.output_audio_transcript.done"]);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is bounded
//!
//! | what | default | when it is full |
//! |---|---|---|
//! | events to take | 256 | nothing more is read; what is sent and pings go on, and functions that run are answered |
//! | events to send | 1 MiB | [`send`](SidebandSender::send) waits |
//! | a message of the server's | 4 MiB | ends the sideband |
//! | functions at a time | 8, and 120 that wait | answered as too many |
//!
//! # Nothing is sent twice
//!
//! An event that waits when the connection breaks leaves on the next one, or is handed back in
//! [`SidebandEnd::unsent`]. One that was handed to the connection and is not known to have arrived is reported
//! ([`SidebandEvent::Reconnected`], [`SidebandEnd::unknown`]), and never sent again. It is known to have arrived once the
//! answer to a later ping came; a ping follows each burst of events.
//!
//! # Function calls
//!
//! A call is served once, by its id, whether it comes with `response.function_call_arguments.done`, with
//! `response.done`, or again after a reconnect. Its output leaves as one item; once all calls of a response are answered and
//! no response is under way, one `response.create` follows, unless an answer [waits](AfterAnswer::Wait). If the caller was
//! quicker and the server refuses it for that, it is made again after the response that came between; so is the request for
//! the greeting. Arguments that are cut
//! off in the middle, as in a response that was interrupted, are not served.
//!
//! # The end
//!
//! A caller who hangs up breaks the connection without a close frame, which looks like a fault. The first try to restore it
//! tells: 404 says that the call is over ([`CloseReason::CallOver`]). See [`Reconnect`] for the rules.

mod connect;
mod core;
mod drive;
mod end;
mod event;
mod functions;
mod greeting;
#[cfg(feature = "intake")]
mod intake;
mod options;
mod outbox;
mod reconnect;
mod rounds;
mod session;
#[cfg(test)]
mod tests;

pub use end::{CloseReason, SidebandEnd};
pub use event::{SentEvent, SidebandEvent};
pub use functions::{AfterAnswer, AnswerFunctions, FunctionAnswer, FunctionRequest};
#[cfg(feature = "intake")]
#[cfg_attr(docsrs, doc(cfg(feature = "intake")))]
pub use intake::SidebandSessions;
pub use options::SidebandOptions;
pub use reconnect::Reconnect;
pub use session::{Sideband, SidebandSender};

use crate::PROVIDER;

/// The names of operations in errors.
const CONNECT: &str = "sideband.connect";
const SESSION: &str = "sideband.session";
const SEND: &str = "sideband.send";
