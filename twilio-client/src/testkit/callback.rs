//! Requests the simulator makes, signed as Twilio signs them, to this machine only.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedReceiver;
use voice_core::client::Form;
use voice_core::ident::CallSid;
use voice_core::transport::Transport as _;
use voice_core::webhook::WebhookUrl;

use super::TwilioSimulator;
use super::record::Record;
use super::state::Shared;
use crate::calls::CallStatus;
use crate::types::ApiTime;
use crate::webhook::{IDEMPOTENCY_HEADER, Params, SIGNATURE_HEADER, sign};

/// A report that is due.
#[derive(Debug)]
pub(super) struct Event {
    url: String,
    get: bool,
    params: Params,
    token: String,
}

/// A status callback that was sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// Where to, as it was given.
    pub url: String,
    /// By GET instead of POST.
    pub(super) get: bool,
    /// Its parameters.
    pub params: Params,
    /// Its `I-Twilio-Idempotency-Token`.
    pub token: String,
    /// The HTTP status it was answered with; `None` when there was no answer, or the URL is not on this machine.
    pub answered: Option<u16>,
}

impl fmt::Debug for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivered")
            .field("status", &self.params.get("CallStatus"))
            .field("sequence", &self.params.get("SequenceNumber"))
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}

impl Record {
    /// What every request about a call says.
    fn params(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CallSid", self.sid.to_string()),
            ("AccountSid", TwilioSimulator::ACCOUNT_SID.to_owned()),
            ("From", self.order.from.clone()),
            ("To", self.order.to.clone()),
            ("Caller", self.order.from.clone()),
            ("Called", self.order.to.clone()),
            ("CallStatus", self.status.to_string()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("Direction", "outbound-api".to_owned()),
        ]
    }

    /// Puts a report on its way if it was asked for. Reports are numbered as they are sent.
    pub(super) fn report(&mut self, event: &str) {
        let Some(reports) = self.order.reports.clone() else {
            return;
        };
        if !reports.events.iter().any(|wanted| wanted == event) {
            return;
        }
        let mut params = self.params();
        params.extend([
            ("CallbackSource", "call-progress-events".to_owned()),
            ("SequenceNumber", self.sequence.to_string()),
            (
                "Timestamp",
                ApiTime::from_time(self.updated).as_str().to_owned(),
            ),
        ]);
        if self.status.is_final() {
            let length = self.length().unwrap_or(0);
            params.push(("CallDuration", length.to_string()));
            params.push(("Duration", length.div_ceil(60).to_string()));
            let sip = match self.status {
                CallStatus::Busy => "486",
                CallStatus::NoAnswer | CallStatus::Canceled => "487",
                CallStatus::Failed => "404",
                _ => "200",
            };
            params.push(("SipResponseCode", sip.to_owned()));
        }
        let token = format!("{}-{}", self.sid, self.sequence);
        self.sequence += 1;
        // Nobody listens any more when the simulator is gone.
        let _ = self.events.send(Event {
            url: reports.url,
            get: reports.get,
            params: params.into_iter().collect(),
            token,
        });
    }
}

/// Sends the reports of one call, one after the other, so that a slow listener delays no other call's.
pub(super) async fn deliver(shared: Arc<Shared>, mut inbox: UnboundedReceiver<Event>) {
    while let Some(event) = inbox.recv().await {
        let mut delivery = Delivered {
            url: event.url,
            get: event.get,
            params: event.params,
            token: event.token,
            answered: None,
        };
        delivery.answered = send(&shared, &delivery).await;
        let last = delivery
            .params
            .get("CallStatus")
            .is_some_and(|status| CallStatus::from_word(status).is_final());
        shared.lock().delivered.push(delivery);
        if last || shared.is_stopped() {
            return;
        }
    }
}

/// Sends one report; one more try when no connection stands, as Twilio does.
pub(super) async fn send(shared: &Shared, delivery: &Delivered) -> Option<u16> {
    for _ in 0..2 {
        if let Some((status, _)) = request(
            shared,
            &delivery.url,
            delivery.get,
            &delivery.params,
            &delivery.token,
        )
        .await
        {
            return Some(status);
        }
        if shared.is_stopped() {
            break;
        }
    }
    None
}

/// Fetches the TwiML of an answered call. `Ok(None)` when the URL is not on this machine and so cannot be asked.
pub(super) async fn fetch_twiml(
    shared: &Shared,
    sid: &CallSid,
    url: &str,
    get: bool,
) -> Result<Option<String>, ()> {
    let Some(params) = shared
        .lock()
        .find(sid)
        .map(|record| record.params().into_iter().collect::<Params>())
    else {
        return Ok(None);
    };
    if loopback(url).is_none() {
        return Ok(None);
    }
    match request(shared, url, get, &params, &format!("{sid}-voice")).await {
        Some((200, body)) => Ok(Some(String::from_utf8_lossy(&body).into_owned())),
        _ => Err(()),
    }
}

/// The URL without its fragment, if it is on this machine.
fn loopback(url: &str) -> Option<String> {
    // Plain http is allowed to this machine only: that is what the type checks.
    let url = url.split('#').next().unwrap_or_default();
    WebhookUrl::parse(url)
        .ok()
        .filter(|_| url.starts_with("http://"))
        .map(|_| url.to_owned())
}

/// Sends a signed request; `None` without an answer.
async fn request(
    shared: &Shared,
    url: &str,
    get: bool,
    params: &Params,
    token: &str,
) -> Option<(u16, Bytes)> {
    let mut url = loopback(url)?;
    let mut form = Form::new();
    for (name, value) in params.iter() {
        form.push(name, value);
    }
    let (signature, request) = if get {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(form.encoded());
        (
            sign(TwilioSimulator::AUTH_TOKEN, &url, &Params::default()),
            http::Request::get(&url),
        )
    } else {
        (
            sign(TwilioSimulator::AUTH_TOKEN, &url, params),
            http::Request::post(&url).header(
                "content-type",
                "application/x-www-form-urlencoded; charset=UTF-8",
            ),
        )
    };
    let body = if get {
        Bytes::new()
    } else {
        Bytes::from(form.encoded().to_owned())
    };
    let request = request
        .header(SIGNATURE_HEADER, signature)
        .header(IDEMPOTENCY_HEADER, token)
        .header("user-agent", "TwilioProxy/1.1")
        .header("accept", "*/*")
        .body(body)
        .ok()?;
    let answer = shared.transport()?.send(request).await.ok()?;
    let status = answer.status().as_u16();
    let body = answer
        .into_body()
        .collect(1 << 20)
        .await
        .unwrap_or_default();
    Some((status, body))
}
