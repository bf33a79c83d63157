//! WebSocket clients: name, TCP, TLS and upgrade, one after another.
//!
//! They are done here, and not by the WebSocket library, so that a failure says which of them it was and whether the server
//! can have acted on the request: [`Error::delivery`](crate::error::Error::delivery) is `NotSent` until the upgrade is asked
//! for, `Refused` for 429 and 503, `Answered` for any other refusal, and `Unknown` when no answer came. The library does the
//! framing (RFC 6455), and is in no signature.
//!
//! | part | does |
//! |---|---|
//! | [`SocketRequest`] | where to, with which headers, and how long it may take |
//! | [`Socket`] | the open connection: a stream and a sink of [`Frame`]s |
//! | [`SocketError`] | how an open connection failed |
//! | [`Ledger`] | ids that were seen on it, so that nothing is dealt with twice |
//! | [`Explanation`] | what the caller knows better: the meaning of a status, and what to do about it |
//!
//! Speech and credentials travel on these connections, so that `ws://` is only for this machine.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use futures_util::{SinkExt, StreamExt};
//! use voice_core::secret::SecretString;
//! use voice_core::socket::{Frame, SocketRequest};
//! # let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
//! # let url = format!("ws://{}/talk", listener.local_addr()?);
//! # tokio::spawn(async move {
//! #     let (socket, _) = listener.accept().await.ok()?;
//! #     let mut socket = tokio_tungstenite::accept_async(socket).await.ok()?;
//! #     let heard = socket.next().await?.ok()?;
//! #     socket.send(heard).await.ok()
//! # });
//!
//! let request = SocketRequest::new(&url)?
//!     .secret_header("authorization", &SecretString::from("Bearer the-key"))?
//!     .named("example", "talk.connect");
//! let mut socket = request.open().await?;
//! socket.send(Frame::text("hello")).await?;
//! let Some(Ok(Frame::Text(heard))) = socket.next().await else {
//!     return Err("no answer".into());
//! };
//! assert_eq!(&*heard, "hello");
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod dial;
mod explain;
mod failure;
mod frame;
mod ledger;
mod request;
mod stream;
mod target;
mod tls;

pub use explain::{Explanation, SocketStage};
pub use frame::{Frame, Text};
pub use ledger::Ledger;
pub use request::SocketRequest;
pub use stream::{Socket, SocketError};
