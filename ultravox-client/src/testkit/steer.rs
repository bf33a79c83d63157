//! What a test makes happen in the simulator: speech, stages, events, the end of a telephone call.

use serde_json::{Value, json};
use voice_core::provider::CallId;

use super::UltravoxSimulator;
use super::record::{seconds, since};
use crate::types::{JsonMap, MessageRole, Severity, SipTermination, StageId};

impl UltravoxSimulator {
    /// Something is said in a call that goes on, for a second; says whether it went on.
    pub fn say(&self, call: &CallId, role: &MessageRole, text: &str) -> bool {
        self.world(|world| {
            let now = world.now();
            let Some(call) = world.call_row(call.as_str()).filter(|call| call.is_live()) else {
                return false;
            };
            let start = call
                .joined
                .and_then(|joined| now.duration_since(joined).ok());
            let start = start.unwrap_or_default();
            let end = start.saturating_add(std::time::Duration::from_secs(1));
            let span = json!({"start": seconds(start), "end": seconds(end)});
            call.record.say(json!({
                "role": role,
                "text": text,
                "medium": "MESSAGE_MEDIUM_VOICE",
                "timespan": span,
                "wallClockTimespan": span,
            }));
            true
        })
    }

    /// A tool takes a call that goes on to its next stage. `settings` are those a tool may give: `systemPrompt`,
    /// `temperature`, `voice`, `languageHint`, `initialMessages`, `selectedTools`; what they lack stays. `None` when the
    /// call does not go on.
    pub fn new_stage(&self, call: &CallId, settings: impl Into<JsonMap>) -> Option<StageId> {
        let settings = settings.into();
        self.world(|world| {
            let (id, now) = (world.id(), world.now());
            let call = world
                .call_row(call.as_str())
                .filter(|call| call.is_live())?;
            call.record.new_stage(id.clone(), now, &settings);
            StageId::new(id).ok()
        })
    }

    /// Something happens in a call and is written into its event log; says whether there is such a call.
    pub fn log(&self, call: &CallId, severity: &Severity, kind: &str, text: &str) -> bool {
        self.world(|world| {
            let now = world.now();
            let Some(call) = world.call_row(call.as_str()) else {
                return false;
            };
            let at = since(call.joined, now);
            let stage = call.record.stages.last().map(|stage| stage.id.clone());
            call.record.events.push(json!({
                "callId": call.id,
                "callStageId": stage,
                "callTimestamp": at,
                "wallClockTimestamp": at,
                "severity": severity,
                "type": kind,
                "text": text,
                "extras": null,
            }));
            true
        })
    }

    /// The SIP side of a call ends like this; says whether the call went on, or rang, until now.
    pub fn end_sip(&self, call: &CallId, reason: &SipTermination) -> bool {
        self.world(|world| {
            let now = world.now();
            let row = world.call_row(call.as_str());
            let Some(row) = row.filter(|call| call.ended.is_none()) else {
                return false;
            };
            let end = if row.joined.is_some() {
                "hangup"
            } else {
                "unjoined"
            };
            row.ended = Some((now, end.to_owned()));
            row.record.sip = Some(reason.as_str().to_owned());
            true
        })
    }

    /// How many calls were ever created with a medium that dials, deleted ones too: how often a phone was rung.
    #[must_use]
    pub fn dialled(&self) -> usize {
        let dials = |medium: &Value| {
            let mut ways = medium
                .as_object()
                .into_iter()
                .flat_map(|medium| medium.values());
            ways.any(|way| way.get("outgoing").is_some())
        };
        self.world(|world| {
            let calls = world.calls.iter();
            calls
                .filter(|call| call.fixed.get("medium").is_some_and(dials))
                .count()
        })
    }
}
