//! What a callback says.

use std::ops::Deref;

use serde_json::{Map, Value};
use voice_core::provider::{CallId, CallKey};
use voice_core::webhook::WebhookEvent;

use super::error::CallbackError;
use crate::PROVIDER;
use crate::provider::custom::key_of;
use crate::voice::record::{read, record};
use crate::voice::{
    AnsweredBy, CallEvent, CallSid, CallStatus, CivilTime, Decimal, Direction, Legs, Seconds,
};

record! {
    /// What a callback says of its call. Without events asked for it is the status, the recording and a time.
    StatusReport {
        /// What is reported; unset when no events were asked for.
        event = "EventType": CallEvent,
        /// How far the call is.
        status = "Status" | "CallStatus": CallStatus,
        /// When it was ordered.
        date_created = "DateCreated" | "Created": CivilTime,
        /// When it last changed.
        date_updated = "DateUpdated": CivilTime,
        /// The second number. Personal.
        to = "To" | "CallTo": String => personal,
        /// The number that was called first. Personal.
        from = "From" | "CallFrom": String => personal,
        /// The ExoPhone. Personal.
        phone_number = "PhoneNumberSid": String => personal,
        /// When the call began.
        start_time = "StartTime": CivilTime,
        /// When it ended.
        end_time = "EndTime": CivilTime,
        /// How long both sides spoke.
        conversation_duration = "ConversationDuration": Seconds,
        /// How long the call was.
        duration = "Duration": Seconds,
        /// What it cost.
        price = "Price": Decimal,
        /// Who began it.
        direction = "Direction": Direction,
        /// What kind of call it was, in the words of another page.
        call_type = "CallType": String,
        /// Who answered.
        answered_by = "AnsweredBy": AnsweredBy,
        /// What the call was made with. May be a secret.
        custom_field = "CustomField": String => secret,
        /// Where the recording is; whoever has it can listen.
        recording_url = "RecordingUrl": String => secret,
        /// Each leg.
        legs = "Legs": Legs,
    }
}

/// One report about one call; it dereferences to [`StatusReport`].
#[derive(Debug, Clone, PartialEq)]
pub struct StatusCallback {
    call_sid: CallSid,
    report: StatusReport,
    key: Option<CallKey>,
}

impl StatusCallback {
    /// Reads a callback by its content type: JSON, a form, or a multipart form. Nothing is said about who sent it: see
    /// [`CallbackReceiver`](super::CallbackReceiver).
    ///
    /// # Errors
    /// [`CallbackError`].
    pub fn parse(content_type: Option<&str>, body: &[u8]) -> Result<Self, CallbackError> {
        Self::from_map(super::body::read(content_type, body)?)
    }

    fn from_map(mut map: Map<String, Value>) -> Result<Self, CallbackError> {
        let call_sid = read(&mut map, &["CallSid"]).ok_or(CallbackError::NoCall)?;
        let report = StatusReport::from(map);
        let key = report.custom_field.as_deref().and_then(key_of);
        Ok(Self {
            call_sid,
            report,
            key,
        })
    }

    /// The same with the key its URL carried, which counts more than the one in its body.
    pub(super) fn with_key(mut self, key: Option<CallKey>) -> Self {
        if key.is_some() {
            self.key = key;
        }
        self
    }

    /// The call.
    #[must_use]
    pub fn call_sid(&self) -> &CallSid {
        &self.call_sid
    }

    /// The key the call was placed with: out of the callback's URL, or out of `CustomField`. A `CustomField` of one's own that
    /// looks like a key is taken for one.
    #[must_use]
    pub fn call_key(&self) -> Option<&CallKey> {
        self.key.as_ref()
    }

    /// The report.
    #[must_use]
    pub fn report(&self) -> &StatusReport {
        &self.report
    }

    /// Whether nothing more will happen to the call.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.report
            .status
            .as_ref()
            .is_some_and(CallStatus::is_final)
    }

    /// A key that a repeated delivery has too: call, event and status.
    #[must_use]
    pub fn dedup_key(&self) -> String {
        let event = self.report.event.as_ref().map_or("", CallEvent::as_str);
        let status = self.report.status.as_ref().map_or("", CallStatus::as_str);
        format!("{}/{event}/{status}", self.call_sid)
    }

    /// The same in the family's form. Its kind is the event, else the status, else `status`.
    #[must_use]
    pub fn to_event(&self) -> WebhookEvent {
        let event = self.report.event.as_ref().map(CallEvent::as_str);
        let status = self.report.status.as_ref().map(CallStatus::as_str);
        let mut payload = serde_json::to_value(&self.report).unwrap_or_default();
        if let Some(object) = payload.as_object_mut() {
            object.insert("CallSid".to_owned(), self.call_sid.as_str().into());
        }
        WebhookEvent::new(PROVIDER, event.or(status).unwrap_or("status"), payload)
            .with_dedup_key(Some(self.dedup_key()))
            .with_call(Some(CallId::from(&self.call_sid)))
    }
}

impl Deref for StatusCallback {
    type Target = StatusReport;

    fn deref(&self) -> &StatusReport {
        &self.report
    }
}
