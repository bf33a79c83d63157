//! Restores a broken connection, as far as its rules allow.

use http::StatusCode;
use voice_core::error::{Error, ErrorKind};
use voice_core::socket::Socket;

use super::super::connect::Connect;
use super::super::{CloseReason, SidebandEnd, SidebandEvent};
use super::Driver;

impl Driver {
    /// Another connection, or the end.
    pub(super) async fn reopen(
        &mut self,
        connect: &dyn Connect,
        mut broken: SidebandEnd,
    ) -> Result<Socket, SidebandEnd> {
        let policy = self.options.reconnect;
        while self.tried < policy.tries {
            self.tried += 1;
            let wait = policy.wait(self.tried, self.core.clock.unit());
            // Whoever does not take events must not hold this up.
            let _ = self.events.try_send(Ok(SidebandEvent::Reconnecting {
                attempt: self.tried,
                wait,
            }));
            let core = &*self.core;
            let attempt = async {
                core.clock.sleep(wait).await;
                connect.open().await
            };
            let opened = tokio::select! {
                biased;
                () = core.closing() => {
                    broken.reason = CloseReason::ClosedHere;
                    return Err(broken);
                }
                opened = attempt => opened,
            };
            let error = match opened {
                Ok(socket) => return Ok(socket),
                Err(error) => error,
            };
            if let Some(reason) = hopeless(&error) {
                broken.reason = reason;
                broken.last = Some(error.message().to_owned());
                return Err(broken);
            }
            broken.last = Some(error.message().to_owned());
        }
        broken.reason = CloseReason::Lost;
        Err(broken)
    }
}

/// Why no other try can do better.
fn hopeless(error: &Error) -> Option<CloseReason> {
    match error.status() {
        Some(StatusCode::NOT_FOUND | StatusCode::GONE) => Some(CloseReason::CallOver),
        Some(status) if status.is_client_error() => Some(CloseReason::Handshake(status)),
        _ if matches!(error.kind(), ErrorKind::Config | ErrorKind::InvalidInput) => {
            Some(CloseReason::Lost)
        }
        _ => None,
    }
}
