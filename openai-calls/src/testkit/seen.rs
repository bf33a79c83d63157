//! What was done to a call, counted.

use serde_json::Value;

/// How often each order about a call came, and how often it was carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallCounts {
    /// Requests to accept, refused and failed ones too.
    pub accept_requests: usize,
    /// Times it was accepted: never more than 1.
    pub accepts: usize,
    /// Requests to reject.
    pub reject_requests: usize,
    /// The SIP status of each time it was rejected.
    pub rejects: Vec<u16>,
    /// Requests to hand it on.
    pub refer_requests: usize,
    /// The target of each time it was handed on.
    pub refers: Vec<String>,
    /// Requests to hang up.
    pub hang_up_requests: usize,
    /// Times it was hung up.
    pub hang_ups: usize,
    /// Sockets that were attached.
    pub attaches: usize,
    /// Handshakes that were refused.
    pub refused_attaches: usize,
}

/// What came over the sockets of a call, in order.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Seen {
    /// The client's events.
    pub events: Vec<Value>,
    /// Frames that are no JSON object.
    pub unreadable: usize,
    /// The `error` events that were sent back.
    pub errors: Vec<Value>,
    /// Outputs for a function call that had one already: must stay 0.
    pub repeated_outputs: usize,
    /// `response.create` while a response was on its way.
    pub overlapping_responses: usize,
    /// Pings.
    pub pings: usize,
    /// The client's close codes; 1005 for a close frame without one.
    pub close_codes: Vec<u16>,
    /// Sockets that are over, however they ended.
    pub ended: usize,
}

impl Seen {
    /// The client's events of this type.
    pub fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let is_it = move |event: &&Value| event.get("type").and_then(Value::as_str) == Some(kind);
        self.events.iter().filter(is_it)
    }

    /// The outputs that came for a function call, in order.
    #[must_use]
    pub fn outputs_of(&self, function_call: &str) -> Vec<String> {
        let items = self.of("conversation.item.create");
        let outputs = items.filter_map(|event| {
            let item = event.get("item")?;
            let text = |name: &str| item.get(name).and_then(Value::as_str);
            let is_its = text("type") == Some("function_call_output")
                && text("call_id") == Some(function_call);
            is_its.then(|| text("output").unwrap_or_default().to_owned())
        });
        outputs.collect()
    }
}
