//! Finds the call that a dial with an unknown outcome may have placed.
//!
//! A call is the dial's own when everything fits: the same two numbers, dialled by the API and not as a leg of another
//! call, created about the time of sending, and not known to belong to another dial of this client. The list is not
//! filtered by start time, which is null until a call is dialled.

use std::time::{Duration, SystemTime};

use voice_core::error::Error;
use voice_core::ident::{CallSid, E164};
use voice_core::provider::{CallId, DialOwner, FindCall, Found};

use crate::calls::{Call, CallDirection, ListCalls};
use crate::client::TwilioClient;

/// How far the clocks of this machine and of Twilio may be apart, either way.
const SKEW: Duration = Duration::from_secs(5);
/// The list is newest first, by a time that is near to the creation but need not be it.
const DISORDER: Duration = Duration::from_secs(120);
/// More calls between two numbers within a few minutes are beyond telling apart.
const MOST: u64 = 500;

pub(super) async fn find(client: &TwilioClient, wanted: &FindCall) -> Result<Found, Error> {
    let window = Window::of(wanted);
    let list = ListCalls::new()
        .to(wanted.to)
        .from(wanted.from)
        .page_size(100u32);
    let mut list = client.calls().list(&list).limit(MOST);
    let mut candidates: Vec<(CallSid, Call, Fit)> = Vec::new();
    while let Some(call) = list.next().await {
        let call = call?;
        if window.is_long_past(&call) {
            break;
        }
        let (Some(sid), Some(fit)) = (call.sid, window.fit(&call)) else {
            continue;
        };
        if !is_dial_of(&call, wanted) {
            continue;
        }
        match client.ledger().owner(&sid, &wanted.key) {
            DialOwner::Asker => return one(sid, &call),
            DialOwner::Another => {}
            DialOwner::Nobody => candidates.push((sid, call, fit)),
        }
    }
    match candidates.as_slice() {
        [] => Ok(Found::Nothing),
        [(sid, call, Fit::Sure)] if !client.ledger().has_rival(wanted) => {
            client.ledger().claim(sid, &wanted.key);
            one(*sid, call)
        }
        several => {
            let ids = several
                .iter()
                .map(|(sid, ..)| CallId::new(sid.as_str()))
                .collect::<Result<_, _>>()?;
            Ok(Found::Several(ids))
        }
    }
}

fn one(sid: CallSid, call: &Call) -> Result<Found, Error> {
    Ok(Found::One(Box::new(super::calls::shared(sid, call)?)))
}

/// The same numbers, dialled by the API, and no leg of another call.
fn is_dial_of(call: &Call, wanted: &FindCall) -> bool {
    let same = |text: &Option<String>, number: E164| {
        text.as_deref()
            .is_some_and(|text| digits(text).eq(number.digits().chars()))
    };
    same(&call.to, wanted.to)
        && same(&call.from, wanted.from)
        && call.direction == Some(CallDirection::OutboundApi)
        && call.parent_call_sid.is_none()
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Created within the window.
    Sure,
    /// Its time of creation cannot be read.
    Undated,
}

/// When the call would have been created.
struct Window {
    from: SystemTime,
    until: SystemTime,
}

impl Window {
    /// From just before sending until no request could still have turned into a call.
    fn of(wanted: &FindCall) -> Self {
        Self {
            from: wanted
                .sent_from
                .checked_sub(SKEW)
                .unwrap_or(SystemTime::UNIX_EPOCH),
            until: wanted.settled_after() + SKEW,
        }
    }

    fn fit(&self, call: &Call) -> Option<Fit> {
        match call
            .date_created
            .as_ref()
            .and_then(|created| created.is_within(self.from, self.until))
        {
            Some(true) => Some(Fit::Sure),
            Some(false) => None,
            None => Some(Fit::Undated),
        }
    }

    fn is_long_past(&self, call: &Call) -> bool {
        let created = call
            .date_created
            .as_ref()
            .and_then(crate::types::ApiTime::time);
        created.is_some_and(|created| created + DISORDER < self.from)
    }
}
