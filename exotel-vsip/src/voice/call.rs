//! A call as voice v1 answers it.

use std::time::Duration;

use serde_json::Value;

use super::amount::{Decimal, Seconds};
use super::id::CallSid;
use super::record::{Take, record};
use super::time::CivilTime;
use super::word::{CallStatus, Direction};

record! {
    /// A call. Lists carry a part of the properties; [`details`](Self::details) come only when they are asked for.
    ///
    /// Duration and price settle about 2 minutes after the end. `Uri` has an odd form (`/Calls.json/{Sid}`) and is never
    /// followed.
    Call {
        /// Its id.
        sid = "Sid": CallSid,
        /// The call that created it.
        parent_call_sid = "ParentCallSid": CallSid,
        /// When it was ordered.
        date_created = "DateCreated": CivilTime,
        /// When it last changed.
        date_updated = "DateUpdated": CivilTime,
        /// The account.
        account_sid = "AccountSid": String,
        /// The second number; unset or the ExoPhone for a call to a flow. Personal.
        to = "To": String => personal,
        /// The number that was called first. Personal.
        from = "From": String => personal,
        /// The ExoPhone, whatever the property's name says. Personal.
        phone_number = "PhoneNumberSid" | "PhoneNumber": String => personal,
        /// How far it is.
        status = "Status": CallStatus,
        /// When it began.
        start_time = "StartTime": CivilTime,
        /// When it ended.
        end_time = "EndTime": CivilTime,
        /// How long it was.
        duration = "Duration": Seconds,
        /// What it cost, in the account's currency.
        price = "Price": Decimal,
        /// Who began it.
        direction = "Direction": Direction,
        /// Who answered, as far as Exotel can tell.
        answered_by = "AnsweredBy": String,
        /// The number it was forwarded from. Personal.
        forwarded_from = "ForwardedFrom": String => personal,
        /// The caller's name. Personal.
        caller_name = "CallerName": String => personal,
        /// An address of the call at the API, of an odd form.
        uri = "Uri": String,
        /// What the call was made with; where the answer leaves it out, what was sent. May be a secret.
        custom_field = "CustomField": String => secret,
        /// Where the recording is; signed, so that whoever has it can listen.
        recording_url = "RecordingUrl" | "PreSignedRecordingUrl": String => secret,
        /// The legs, when they were asked for.
        details = "Details": CallDetails,
    }
}

record! {
    /// What is known of a call's legs.
    CallDetails {
        /// How long both sides spoke.
        conversation_duration = "ConversationDuration": Seconds,
        /// How the leg that was called first ended.
        leg1_status = "Leg1Status": CallStatus,
        /// How the second leg ended.
        leg2_status = "Leg2Status": CallStatus,
        /// Each leg.
        legs = "Legs": Legs,
    }
}

record! {
    /// One leg of a call.
    Leg {
        /// Its id.
        id = "Id": String,
        /// How long it was on the call.
        on_call_duration = "OnCallDuration": Seconds,
        /// How it ended.
        status = "Status": CallStatus,
        /// Who answered: human, machine or not known.
        answered_by = "AnsweredBy": super::AnsweredBy,
    }
}

/// The legs of a call, in the order they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Legs(Vec<Leg>);

impl Legs {
    /// The legs.
    #[must_use]
    pub fn as_slice(&self) -> &[Leg] {
        &self.0
    }
}

impl std::ops::Deref for Legs {
    type Target = [Leg];

    fn deref(&self) -> &[Leg] {
        &self.0
    }
}

impl serde::Serialize for Legs {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// `[{…}]`, `[{"Leg": {…}}]`, and what XML makes of them: `{"Leg": {…}}` and `{"Leg": [{…}]}`.
impl Take for Legs {
    fn take(value: &Value) -> Option<Self> {
        let legs = match value {
            Value::Array(items) => items.iter().map(leg).collect::<Option<Vec<Leg>>>()?,
            Value::Object(map) => match map.get("Leg")? {
                Value::Array(items) => items.iter().map(leg).collect::<Option<Vec<Leg>>>()?,
                one => vec![leg(one)?],
            },
            _ => return None,
        };
        Some(Self(legs))
    }
}

fn leg(value: &Value) -> Option<Leg> {
    Leg::take(value.get("Leg").unwrap_or(value))
}

impl Call {
    /// How long the call was, once that has settled.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        self.duration.map(Seconds::duration)
    }

    /// Whether nothing more will happen to it. A status that is not known is not taken for an end.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.status.as_ref().is_some_and(CallStatus::is_final)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn legs_are_read_in_every_form_they_come_in() {
        let leg = json!({"Id": 1, "OnCallDuration": "20"});
        for legs in [
            json!([leg, leg]),
            json!([{"Leg": leg}, {"Leg": leg}]),
            json!({"Leg": [leg, leg]}),
        ] {
            let read = Legs::take(&legs).unwrap();
            assert_eq!(read.len(), 2, "{legs}");
            assert_eq!(read[1].id.as_deref(), Some("1"));
            assert_eq!(read[1].on_call_duration, Some(Seconds::new(20)));
        }
        assert_eq!(Legs::take(&json!({"Leg": leg})).unwrap().len(), 1);
        assert_eq!(Legs::take(&json!([])).unwrap().len(), 0);
        assert!(Legs::take(&json!(["x"])).is_none() && Legs::take(&json!({})).is_none());
    }
}
