//! From a join URL to an open WebSocket.
//!
//! Name, TCP, TLS and upgrade are done here one after another, and not by the WebSocket library, so that a failure says
//! which of them it was and whether the server can have counted the call as joined.

mod dial;
mod failure;
mod tls;
mod url;

use std::sync::atomic::{AtomicBool, Ordering};

use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use voice_core::clock::timeout;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::JoinUrl;

use super::SessionOptions;
use crate::PROVIDER;

pub(crate) use dial::Socket;

/// The operation's name in errors.
pub(crate) const OPERATION: &str = "realtime.connect";

/// Connects and upgrades, within the connect timeout.
pub(crate) async fn open(
    join_url: &JoinUrl,
    options: &SessionOptions,
) -> Result<WebSocketStream<Socket>, Error> {
    let target = url::target(join_url, &options.experimental_messages)?;
    let progress = Progress::default();
    let config = WebSocketConfig::default()
        .max_message_size(Some(options.max_message_bytes))
        .max_frame_size(Some(options.max_message_bytes));
    let work = async {
        let socket = dial::dial(&target, options).await?;
        progress.upgrading();
        tokio_tungstenite::client_async_with_config(target.request()?, socket, Some(config))
            .await
            .map(|(socket, _)| socket)
            .map_err(|error| failure::of_upgrade(error, join_url, &*options.clock))
    };
    match timeout(&*options.clock, options.connect_timeout, work).await {
        Ok(done) => done,
        Err(timed_out) => {
            let (what, delivery) = if progress.is_upgrading() {
                ("the server did not answer the upgrade", Delivery::Unknown)
            } else {
                ("no connection could be made", Delivery::NotSent)
            };
            let text = format!("{what} within {:?}", timed_out.0);
            Err(Error::new(ErrorKind::Timeout, text).with_delivery(delivery))
        }
    }
    .map_err(|error| error.with_operation(PROVIDER, OPERATION))
}

/// Whether the request for the upgrade may have left.
#[derive(Debug, Default)]
struct Progress(AtomicBool);

impl Progress {
    fn upgrading(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_upgrading(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
