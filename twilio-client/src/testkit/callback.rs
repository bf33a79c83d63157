//! Requests the simulator makes, signed as Twilio signs them, to this machine only.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedReceiver;
use voice_core::client::Form;
use voice_core::transport::Transport as _;
use voice_core::webhook::WebhookUrl;

use super::exchanges::Exchange;
use super::record::Record;
use super::state::Shared;
use super::{TwilioSimulator, exchanges, legs};
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
    pub(super) fn params(&self) -> Vec<(&'static str, String)> {
        let mut params = vec![
            ("CallSid", self.sid.to_string()),
            ("AccountSid", TwilioSimulator::ACCOUNT_SID.to_owned()),
            ("From", self.order.from.clone()),
            ("To", self.order.to.clone()),
            ("Caller", self.order.from.clone()),
            ("Called", self.order.to.clone()),
            ("CallStatus", self.status.to_string()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("Direction", self.direction().to_owned()),
        ];
        if let Some(parent) = self.order.legs.parent {
            params.push(("ParentCallSid", parent.to_string()));
        }
        params
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

/// Whether a URL leads to this machine.
pub(super) fn is_reachable(shared: &Shared, url: &str) -> bool {
    loopback(url).is_some() || legs::through_tunnel(shared, url).is_some()
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

/// Asks for what is to be played. What lies on another machine cannot be asked for, and counts as good.
pub(super) async fn fetch(
    shared: &Shared,
    url: &str,
    get: bool,
    params: &Params,
    token: &str,
) -> Result<(), ()> {
    if !is_reachable(shared, url) {
        return Ok(());
    }
    match request(shared, url, get, params, token).await {
        Some((200..=299, _)) => Ok(()),
        _ => Err(()),
    }
}

/// Sends a signed request; `None` without an answer. It is kept, with what was answered.
pub(super) async fn request(
    shared: &Shared,
    url: &str,
    get: bool,
    params: &Params,
    token: &str,
) -> Option<(u16, Bytes)> {
    if !is_reachable(shared, url) {
        return None;
    }
    let (began, start) = (shared.clock.wall(), shared.clock.now());
    let answer = exchange(shared, url, get, params, token).await;
    let took = shared.clock.now().saturating_duration_since(start);
    let told = answer
        .as_ref()
        .map(|(status, content_type, body)| exchanges::Answer {
            status: *status,
            content_type: content_type.clone(),
            body: String::from_utf8_lossy(body).into_owned(),
        });
    let exchange = Exchange::new(url, get, params, began, took, told);
    exchanges::keep(shared, exchange);
    answer.map(|(status, _, body)| (status, body))
}

async fn exchange(
    shared: &Shared,
    url: &str,
    get: bool,
    params: &Params,
    token: &str,
) -> Option<(u16, String, Bytes)> {
    // A tunnel's request is signed for the public URL and sent to the local one.
    let (mut url, mut target) = match legs::through_tunnel(shared, url) {
        Some(target) => {
            let bare = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
            (bare(url), loopback(&target)?)
        }
        None => (loopback(url)?, loopback(url)?),
    };
    let mut form = Form::new();
    for (name, value) in params.iter() {
        form.push(name, value);
    }
    let (signature, request) = if get {
        for text in [&mut url, &mut target] {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(form.encoded());
        }
        (
            sign(TwilioSimulator::AUTH_TOKEN, &url, &Params::default()),
            http::Request::get(&target),
        )
    } else {
        (
            sign(TwilioSimulator::AUTH_TOKEN, &url, params),
            http::Request::post(&target).header(
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
    let content_type = answer
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = answer
        .into_body()
        .collect(1 << 20)
        .await
        .unwrap_or_default();
    Some((status, content_type, body))
}
