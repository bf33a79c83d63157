//! Follows the calls of a campaign.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};

use super::run::Campaign;
use crate::flow::event::Recorder;
use crate::flow::follow;
use crate::flow::journal::{CallEnd, DialOutcome};
use crate::provider::{Call, CallId, CallKey, PlaceCall};

/// Longest time beyond ringing and speaking that a call may be queued.
const QUEUED: Duration = Duration::from_secs(600);
/// Longest call where none was set.
const LONGEST: Duration = Duration::from_secs(3600);

impl Campaign<'_> {
    /// Follows a call to its end, if calls are followed, and writes that down. `None` when its end was not seen.
    pub(super) async fn end_of(
        &self,
        key: &CallKey,
        call: Call,
        order: Option<&PlaceCall>,
    ) -> Option<CallEnd> {
        let every = self.settings.follow?;
        let ring = order.map_or(Duration::ZERO, |order| order.ring_timeout);
        let talk = order.and_then(|order| order.time_limit).unwrap_or(LONGEST);
        let limit = ring.saturating_add(talk).saturating_add(QUEUED);
        let id = call.id.clone();
        let recorder = Recorder::new(Arc::clone(&self.settings.clock), None);
        let call = {
            let stopped = pin!(self.control.stopped());
            let followed = pin!(follow::to_the_end(
                self.calls, call, every, limit, &recorder
            ));
            match select(followed, stopped).await {
                Either::Left((Ok(call), _)) => call,
                Either::Left((Err(error), _)) => {
                    tracing::warn!(target: "voice_core", %key, %error, "the end of a call was not seen");
                    return None;
                }
                Either::Right(_) => return None,
            }
        };
        let end = CallEnd::of(&call)?;
        let outcome = DialOutcome::Placed {
            call: id,
            end: Some(end.clone()),
        };
        self.write(key, &outcome).await;
        Some(end)
    }

    /// The same for a call of an earlier run.
    pub(super) async fn end_of_earlier(&self, key: &CallKey, call: &CallId) -> Option<CallEnd> {
        self.settings.follow?;
        let call = self.calls.get_call(call).await.ok()?;
        self.end_of(key, call, None).await
    }
}
