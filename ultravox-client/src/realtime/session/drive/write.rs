//! The writing half: audio when it is due, messages as they come, pings.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio::sync::mpsc;
use voice_core::socket::Frame;

use super::Sink;
use crate::realtime::SessionOptions;
use crate::realtime::audio::{Outgoing, Pace};
use crate::realtime::session::Shared;

/// Writes until the connection does not take any more.
pub(super) async fn run(
    sink: &mut Sink,
    shared: &Shared,
    messages: &mut mpsc::Receiver<String>,
    options: &SessionOptions,
) {
    let clock = &*shared.clock;
    let mut pace = Pace::default();
    let mut alarm = clock.sleep(options.keep_alive);
    loop {
        let message = {
            let mut audio = pin!(shared.audio.next(clock, &mut pace));
            // Audio first: it is due at most once in 20 ms, and messages can wait so long.
            poll_fn(|cx| {
                if let Poll::Ready(frame) = audio.as_mut().poll(cx) {
                    let (Outgoing::Audio(bytes) | Outgoing::Silence(bytes)) = frame;
                    return Poll::Ready(Some(Frame::Binary(bytes)));
                }
                if let Poll::Ready(text) = messages.poll_recv(cx) {
                    return Poll::Ready(text.map(Frame::text));
                }
                alarm.as_mut().poll(cx).map(|()| {
                    let ping = shared.pings(|pings| pings.next_of_connection(clock.now()));
                    Some(Frame::Ping(Bytes::copy_from_slice(&ping)))
                })
            })
            .await
        };
        let Some(message) = message else { return };
        if matches!(message, Frame::Ping(_)) {
            alarm = clock.sleep(options.keep_alive);
        }
        let is_text = matches!(message, Frame::Text(_));
        if sink.send(message).await.is_err() {
            return;
        }
        if is_text {
            shared.count(|stats| stats.messages_sent += 1);
        }
    }
}
