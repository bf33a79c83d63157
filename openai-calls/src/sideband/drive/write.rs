//! The writing half: events as they come, and pings.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use voice_core::socket::Frame;

use super::Driver;
use super::serve::{Shared, say};

impl Driver {
    /// Writes until the connection does not take any more.
    pub(super) async fn write(&self, socket: &Shared) {
        let clock = &*self.core.clock;
        let outbox = &self.core.outbox;
        let mut alarm = clock.sleep(self.options.keep_alive);
        loop {
            let mut is_due = {
                let mut ready = pin!(outbox.ready());
                poll_fn(|cx| {
                    if ready.as_mut().poll(cx).is_ready() {
                        return Poll::Ready(false);
                    }
                    alarm.as_mut().poll(cx).map(|()| true)
                })
                .await
            };
            if !is_due {
                if self.hand_over(socket).await.is_err() {
                    return;
                }
                // The answer to a ping after the last event proves that all of them arrived.
                is_due = outbox.is_empty() && outbox.wants_ping();
            }
            if is_due {
                alarm = clock.sleep(self.options.keep_alive);
                let ping = Frame::Ping(Bytes::copy_from_slice(&outbox.ping()));
                if say(socket, ping).await.is_err() {
                    return;
                }
            }
        }
    }
}
