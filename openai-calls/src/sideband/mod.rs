//! The sideband WebSocket of a call: hear what happens in it, and have a say.
//!
//! [`Sideband::connect`] attaches to a call that was accepted. It gives [`SidebandEvent`]s; its [`SidebandSender`]s send
//! [`ClientEvent`](crate::events::ClientEvent)s. The agent's function calls are answered by [`AnswerFunctions`], a greeting
//! is asked for as soon as it stands, and a connection that breaks is restored.
//!
//! ```no_run
//! # async fn example() -> Result<(), voice_core::error::Error> {
//! use openai_calls::events::{CallId, ClientEvent};
//! use openai_calls::sideband::{Sideband, SidebandEvent, SidebandOptions};
//!
//! let call: CallId = "rtc_u1".parse().map_err(|_| voice_core::error::Error::invalid_input("call", "is no id"))?;
//! let options = SidebandOptions::new("sk-proj-0123456789")?.greeting("Good morning, this is the bakery.");
//! let mut sideband = Sideband::connect(&call, options).await?;
//! let sent = sideband.sender().send(ClientEvent::cancel()).await?;
//! while let Some(event) = sideband.next_event().await {
//!     match event? {
//!         SidebandEvent::Server(event) => println!("{}", event.kind()),
//!         SidebandEvent::Refused { sent: refused, error } if refused.event_id == sent => drop(error),
//!         SidebandEvent::Closed(end) => println!("{}", end.reason),
//!         _ => {}
//!     }
//! }
//! # Ok(()) }
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
//! quicker and the server refuses it for that, it is made again after the response that came between. Arguments that are cut
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
mod ledger;
mod options;
mod outbox;
mod reconnect;
mod rounds;
mod session;

pub use end::{CloseReason, SidebandEnd};
pub use event::{SentEvent, SidebandEvent};
pub use functions::{AfterAnswer, AnswerFunctions, FunctionAnswer, FunctionRequest};
#[cfg(feature = "intake")]
#[cfg_attr(docsrs, doc(cfg(feature = "intake")))]
pub use intake::SidebandSessions;
pub use options::SidebandOptions;
pub use reconnect::Reconnect;
pub use session::{Sideband, SidebandSender};

/// The provider's name in errors.
const PROVIDER: &str = "openai";
/// The names of operations in errors.
const CONNECT: &str = "sideband.connect";
const SESSION: &str = "sideband.session";
const SEND: &str = "sideband.send";
