//! Webhooks as they are sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use openai_calls::testkit::{CallSpec, OpenAiSim, SIP_FORMS, SimSettings, SipForm, WEBHOOK_SECRET};
use openai_calls::webhooks::{EventData, OpenAiWebhooks};
use serde_json::json;
use voice_core::provider::{InboundEvent, InboundSource, SipHeader};
use voice_core::testkit::conformance::webhook_verifier;
use voice_core::testkit::{Service, SimAnswer, SimRequest, SimServer};
use voice_core::webhook::standard::{ID_HEADER, SIGNATURE_HEADER};
use voice_core::webhook::{WebhookError, WebhookRequest};

use crate::http_client::ring;

fn webhooks(secret: &str) -> OpenAiWebhooks {
    OpenAiWebhooks::new(secret).unwrap()
}

#[tokio::test]
async fn genuine_ones_pass_and_every_forgery_does_not() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = ring(&sim);
    let webhook = sim.webhook_for(&call);
    let hooks = webhooks(WEBHOOK_SECRET);
    webhook_verifier(&hooks, &webhook.fixture());
    let delivery = hooks.event(&webhook.request()).unwrap();
    assert_eq!(delivery.webhook_id, webhook.id());
    assert!(matches!(
        delivery.event.data,
        EventData::RealtimeCallIncoming(_)
    ));

    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    for (bad, why) in [
        (webhook.forged(), WebhookError::BadSignature),
        (webhook.with_body("{}"), WebhookError::BadSignature),
        (
            webhook.signed_with("another").unwrap(),
            WebhookError::BadSignature,
        ),
        (webhook.sent_ago(minutes(6)), WebhookError::TooOld),
        (webhook.sent_ahead(minutes(6)), WebhookError::TooNew),
        (
            webhook.without(ID_HEADER),
            WebhookError::MissingHeader(ID_HEADER),
        ),
        (
            webhook.with_header(ID_HEADER, "wh_other"),
            WebhookError::BadSignature,
        ),
        (
            webhook.without(SIGNATURE_HEADER),
            WebhookError::MissingHeader(SIGNATURE_HEADER),
        ),
    ] {
        assert_eq!(hooks.check(&bad.request()), Err(why));
    }
    for good in [
        webhook.again(),
        webhook.sent_ago(minutes(4)),
        webhook.with_id("wh_other"),
        webhook.saying("not even JSON"),
    ] {
        assert!(hooks.check(&good.request()).is_ok());
    }
    assert_eq!(webhook.again().id(), webhook.id());
    assert_ne!(sim.webhook_for(&call).id(), webhook.id());
    assert!(!format!("{webhook:?} {call:?}").contains("5550"));
}

#[tokio::test]
async fn a_rotation_signs_with_both_secrets() {
    let settings = SimSettings::new()
        .webhook_secret("old")
        .webhook_secret("new");
    let sim = OpenAiSim::start_with(settings).await.unwrap();
    let webhook = sim.webhook("batch.completed", &json!({"id": "batch_1"}));
    for secret in ["old", "new"] {
        assert!(webhooks(secret).event(&webhook.request()).is_ok());
    }
    assert!(webhooks(WEBHOOK_SECRET).event(&webhook.request()).is_err());
    assert!(
        OpenAiSim::start_with(SimSettings::new().webhook_secret("whsec_"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn every_kind_of_webhook_about_a_call_is_read() {
    let sim = OpenAiSim::start().await.unwrap();
    let call = sim.ring(
        CallSpec::new("+15550100", "+15550199")
            .id("rtc_mine")
            .media_security("srtp"),
    );
    assert_eq!(call.id().as_str(), "rtc_mine");
    let hooks = webhooks(WEBHOOK_SECRET);
    let InboundEvent::Ringing(ringing) =
        hooks.read(&sim.webhook_for(&call).request()).unwrap().event
    else {
        panic!("it rings");
    };
    assert_eq!((&ringing.id, ringing.sip_headers.len()), (call.id(), 9));
    let live = hooks.event(&sim.live_webhook_for(&call).request()).unwrap();
    assert!(matches!(
        live.event.data,
        EventData::LiveTransportIncoming(_)
    ));
    let ended = hooks.read(&sim.ended_webhook_for(&call).request()).unwrap();
    assert_eq!(ended.event, InboundEvent::Ended(call.id().clone()));
    // The id is taken.
    let second = sim.ring(CallSpec::new("+15550100", "+15550199").id("rtc_mine"));
    assert_ne!(second.id(), call.id());
}

#[test]
fn numbers_are_written_in_many_ways() {
    let mut all = std::collections::BTreeSet::new();
    for form in SIP_FORMS {
        let spec = CallSpec::new("+15550100", "+15550199")
            .form(form)
            .header("X-A", "1")
            .header("X-A", "2");
        let headers = spec.sip_headers();
        assert_eq!(
            headers.iter().filter(|header| header.name == "X-A").count(),
            2
        );
        let name = if form == SipForm::Compact { "t" } else { "To" };
        let to = headers.iter().find(|header| header.name == name).unwrap();
        all.insert(to.value.clone());
        let is_there = headers.iter().any(|header| {
            header.value.replace(['-', '%'], "").contains("15550100")
                || header.value.contains("2B15550100")
        });
        assert!(is_there, "{form:?}");
    }
    assert_eq!(
        all.len(),
        5,
        "name-addr and compact look the same but for the name"
    );
    let only = CallSpec::new("+1", "+2").only_headers([SipHeader::new("To", "\u{1f600}<<")]);
    assert_eq!(only.sip_headers().len(), 1);
}

/// Refuses so many times, and then takes what is genuine.
struct Receiver {
    hooks: OpenAiWebhooks,
    refusals: Mutex<usize>,
    taken: Mutex<Vec<String>>,
}

impl Service for Receiver {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let webhook = WebhookRequest::new(
            &request.method,
            &request.path,
            &request.headers,
            &request.body,
        );
        match self.hooks.event(&webhook) {
            Err(refused) => SimAnswer::empty(refused.suggested_status()),
            Ok(delivery) => {
                let mut refusals = self.refusals.lock().unwrap();
                if *refusals > 0 {
                    *refusals -= 1;
                    return SimAnswer::empty(503);
                }
                self.taken.lock().unwrap().push(delivery.webhook_id);
                SimAnswer::empty(200)
            }
        }
    }
}

#[tokio::test]
async fn webhooks_go_over_http_until_they_are_acknowledged() {
    let sim = OpenAiSim::start().await.unwrap();
    let receiver = Arc::new(Receiver {
        hooks: webhooks(WEBHOOK_SECRET),
        refusals: Mutex::new(2),
        taken: Mutex::default(),
    });
    let server = SimServer::start(receiver.clone()).await;
    let url = format!("{}/hooks", server.url());
    let webhook = sim.webhook_for(&ring(&sim));
    let wait = Duration::from_millis(1);
    let outcomes = webhook.deliver_until_acknowledged(&url, 5, wait).await;
    assert_eq!(outcomes, [Ok(503), Ok(503), Ok(200)]);
    assert_eq!(
        webhook.deliver_copies(&url, 3).await,
        [Ok(200), Ok(200), Ok(200)]
    );
    let taken = receiver.taken.lock().unwrap().clone();
    assert_eq!(taken, vec![webhook.id(); 4]);
    assert_eq!(webhook.forged().deliver(&url).await, Ok(401));
    assert!(webhook.deliver("https://example.com/").await.is_err());
}
