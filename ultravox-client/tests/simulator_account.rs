//! The simulator keeps the account's things, checks them as the API does, and never gives secrets out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::new_agent;
use common::still::still;
use serde_json::{Value, json};
use ultravox_client::accounts::{
    AccountTelephonyUpdate, BillingPeriod, ConcurrencyBucket, ConcurrencyFilter, InvoiceStatus,
    ListInvoices, TtsApiKeysUpdate,
};
use ultravox_client::api_keys::{ApiKeyUpdate, ListApiKeys, NewApiKey};
use ultravox_client::call_throttles::{ListThrottles, NewThrottle, ThrottleRule, ThrottleUpdate};
use ultravox_client::calls::{CallFilter, StartAgentCall};
use ultravox_client::models::ListModels;
use ultravox_client::sip::{
    AgentAllowance, FallbackHandler, NewSipRegistration, SipConfigUpdate, SipRegistrationUpdate,
};
use ultravox_client::telephony_configs::{
    NewPlivoConfig, NewTelnyxConfig, NewTwilioConfig, TwilioConfigUpdate,
};
use ultravox_client::testkit::SimSettings;
use ultravox_client::types::{
    CallMedium, Clearable, EndReason, OutgoingCall, TelephonyMedium, UvDate,
};
use ultravox_client::webhook_endpoints::{ListWebhooks, NewWebhook, WebhookStatus, WebhookUpdate};
use ultravox_client::webhooks::EventKind;
use voice_core::client::RequestOptions;
use voice_core::error::ErrorKind;

#[tokio::test]
async fn throttles_are_kept_and_named_ones_hold_for_calls() {
    let (hand, _) = still(SimSettings::new()).await;
    let client = hand.simulator.client().build().unwrap();
    let throttles = client.call_throttles();
    let second = Duration::from_secs(1);
    let made = throttles
        .create(&NewThrottle::new("gentle", [ThrottleRule::new(1, second)]))
        .await
        .unwrap();
    let id = made.id().unwrap().clone();
    assert_eq!(
        throttles.get(&id).await.unwrap().name.as_deref(),
        Some("gentle")
    );
    throttles
        .create(&NewThrottle::new("other", []))
        .await
        .unwrap();
    let all = throttles.list(&ListThrottles::new().page_size(1));
    let names: Vec<_> = all
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|t| t.name.unwrap())
        .collect();
    assert_eq!(names, ["other", "gentle"]);

    let agent = client
        .agents()
        .create(&new_agent("A", "Hi."))
        .await
        .unwrap();
    let (agents, once) = (
        client.agents(),
        client.with(RequestOptions::new().retries(0)),
    );
    let calls = once.agents();
    let by_name = calls.calls(agent.id().unwrap()).throttled_by("gentle");
    let by_id = calls.calls(agent.id().unwrap()).throttled_by(id.as_str());
    by_name.create(&StartAgentCall::new()).await.unwrap();
    let refused = by_id.create(&StartAgentCall::new()).await.unwrap_err();
    assert_eq!(
        refused.kind(),
        ErrorKind::RateLimited,
        "one throttle, two names"
    );
    agents
        .calls(agent.id().unwrap())
        .create(&StartAgentCall::new())
        .await
        .unwrap();

    let update = ThrottleUpdate::new().rules([ThrottleRule::new(100, second)]);
    throttles.update(&id, &update).await.unwrap();
    by_name.create(&StartAgentCall::new()).await.unwrap();
    let replaced = throttles
        .replace(&id, &NewThrottle::new("g", []))
        .await
        .unwrap();
    assert_eq!(
        (replaced.name.as_deref(), replaced.rules.as_deref()),
        (Some("g"), Some(&[][..]))
    );
    throttles.delete(&id).await.unwrap();
    assert_eq!(
        throttles.get(&id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let unknown = by_name.create(&StartAgentCall::new()).await.unwrap_err();
    assert_eq!(unknown.fields()[0].field, "throttle");

    let bad = json!({"name": "x".repeat(65), "rules": [{"maxCalls": 101}, 5]});
    let got = hand.ask("POST", "/api/call_throttles", &bad).await;
    assert_eq!(got.status, 400);
    let said = got.json();
    assert!(
        said["name"].is_array() && said["rules"]["1"].is_array(),
        "{said}"
    );
    assert!(said["rules"]["0"]["maxCalls"].is_array());
    assert!(said["rules"]["0"]["windowSeconds"].is_array());
    let got = hand.ask("PUT", "/api/call_throttles", &bad).await;
    assert_eq!(got.status, 405);
}

#[tokio::test]
async fn webhooks_have_secrets_of_their_own_and_can_be_limited_to_an_agent() {
    let (hand, _) = still(SimSettings::new()).await;
    let client = hand.simulator.client().build().unwrap();
    let webhooks = client.webhooks();
    let agent = client
        .agents()
        .create(&new_agent("A", "Hi."))
        .await
        .unwrap();
    let new = NewWebhook::new("https://hooks.example/x", [EventKind::CallEnded]);
    let made = webhooks.create(&new).await.unwrap();
    assert_eq!(made.secrets.as_ref().unwrap().len(), 1, "made up");
    assert_eq!(made.status, Some(WebhookStatus::Normal));
    let id = made.id().unwrap();
    let update = WebhookUpdate::new().agent_id(agent.id().unwrap().clone());
    webhooks.update(id, &update).await.unwrap();
    let of_agent = ListWebhooks::new().agent_id(agent.id().unwrap().clone());
    assert_eq!(webhooks.page(&of_agent).await.unwrap().items.len(), 1);
    let update = WebhookUpdate::new()
        .agent_id(Clearable::Clear)
        .secrets(["mine".into()]);
    let cleared = webhooks.update(id, &update).await.unwrap();
    assert_eq!(cleared.agent_id, None);
    assert_eq!(cleared.secrets.as_ref().unwrap()[0].expose(), "mine");
    assert_eq!(webhooks.page(&of_agent).await.unwrap().items.len(), 0);
    let replaced = webhooks.replace(id, &new).await.unwrap();
    assert_ne!(
        replaced.secrets.as_ref().unwrap()[0].expose(),
        "mine",
        "anew"
    );
    assert_eq!(
        replaced.status,
        Some(WebhookStatus::Normal),
        "the server's own stays"
    );
    webhooks.delete(id).await.unwrap();
    assert_eq!(
        webhooks.delete(id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let bad = json!({
        "url": "nowhere", "events": ["call.sung"], "secrets": ["x".repeat(121)], "webhookId": "mine",
        "agentId": "5e000000-0000-4000-8000-0000000000ff",
    });
    let got = hand.ask("POST", "/api/webhooks", &bad).await;
    let fields: Vec<String> = got.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["agentId", "events", "secrets", "url"]);
}

#[tokio::test]
async fn sip_registrations_succeed_in_time_and_settings_stay() {
    let (hand, clock) = still(SimSettings::new()).await;
    let client = hand.simulator.client().build().unwrap();
    let registrations = client.sip().registrations();
    let good = NewSipRegistration::new("alice", "planted", "sip.example");
    let made = registrations.create(&good).await.unwrap();
    let id = made.id().unwrap().clone();
    assert_eq!(made.successful, None, "not known yet");
    let bad = NewSipRegistration::new("alice", "planted", "sip.invalid");
    let bad = registrations.create(&bad).await.unwrap();
    clock.step(Duration::from_secs(2));
    assert_eq!(registrations.get(&id).await.unwrap().successful, Some(true));
    let bad = registrations.get(bad.id().unwrap()).await.unwrap();
    assert_eq!(bad.successful, Some(false));
    let update = SipRegistrationUpdate::new().auth_user("a");
    let changed = registrations.update(&id, &update).await.unwrap();
    assert_eq!(
        (changed.successful, changed.auth_user.as_deref()),
        (None, Some("a"))
    );
    let target = format!("/api/sip/registrations/{id}");
    let shown = hand.ask("GET", &target, &Value::Null).await;
    assert!(
        !shown.text.contains("planted") && !shown.text.contains("simulated"),
        "{}",
        shown.text
    );
    assert_eq!(
        hand.ask("PUT", &target, &json!({})).await.status,
        405,
        "there is no PUT"
    );
    registrations.delete(&id).await.unwrap();
    assert_eq!(
        registrations.get(&id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let agent = client
        .agents()
        .create(&new_agent("A", "Hi."))
        .await
        .unwrap();
    let before = client.sip().get().await.unwrap();
    assert!(
        before
            .domain
            .as_ref()
            .is_some_and(|domain| !domain.is_empty())
    );
    assert!(before.fallback_handler.is_none());
    let change = SipConfigUpdate::new()
        .allowed_agents([AgentAllowance::new(agent.id().unwrap().clone())])
        .fallback_handler(FallbackHandler::new("https://sip.example/x"));
    let after = client.sip().update(&change).await.unwrap();
    let handler = after.fallback_handler.as_ref().unwrap();
    assert_eq!(handler.secrets.as_ref().unwrap().len(), 1, "made up");
    let change = SipConfigUpdate::new().fallback_handler(Clearable::Clear);
    let after = client.sip().update(&change).await.unwrap();
    assert!(after.fallback_handler.is_none() && after.allowed_agents.as_ref().unwrap().len() == 1);
    let bad = json!({
        "allowedCidrRanges": ["10.0.0.0"], "allowedAgents": [{}], "fallbackHandler": {"secrets": []},
        "allowAllAgents": "yes",
    });
    let got = hand.ask("PATCH", "/api/sip", &bad).await;
    let fields: Vec<String> = got.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        fields,
        [
            "allowAllAgents",
            "allowedAgents",
            "allowedCidrRanges",
            "fallbackHandler"
        ]
    );
}

#[tokio::test]
async fn telephone_providers_are_there_or_not_and_calls_that_dial_need_them() {
    let (hand, _) = still(SimSettings::new()).await;
    let client = hand.simulator.client().build().unwrap();
    let twilio = client.telephony_configs().twilio();
    assert_eq!(twilio.get().await.unwrap_err().kind(), ErrorKind::NotFound);
    let agent = client
        .agents()
        .create(&new_agent("A", "Hi."))
        .await
        .unwrap();
    let agents = client.agents();
    let calls = agents.calls(agent.id().unwrap());
    let outgoing = OutgoingCall::new("+15551234567", "+15557654300");
    let rings = StartAgentCall::new().medium(CallMedium::Twilio(
        TelephonyMedium::new().outgoing(outgoing),
    ));
    let refused = calls.create(&rings).await.unwrap_err();
    assert_eq!(refused.fields()[0].field, "medium");

    let new = NewTwilioConfig::new("AC1", "planted-token");
    let made = twilio.create(&new).await.unwrap();
    let prefix = made
        .auth_token_prefix
        .as_ref()
        .and_then(|prefix| prefix.prefix.as_deref());
    assert_eq!(prefix, Some("plan"));
    calls.create(&rings).await.unwrap();
    assert!(twilio.create(&new).await.is_err(), "one only");
    let update = TwilioConfigUpdate::new().call_creation_allow_all_agents(true);
    assert_eq!(
        twilio
            .update(&update)
            .await
            .unwrap()
            .call_creation_allow_all_agents,
        Some(true)
    );
    let got = hand
        .ask("GET", "/api/telephony_configs/twilio", &Value::Null)
        .await;
    assert!(!got.text.contains("planted-token"), "{}", got.text);
    let body = json!({"callCreationAllowedAgentIds": ["5e000000-0000-4000-8000-000000000001"]});
    let got = hand
        .ask("PATCH", "/api/telephony_configs/twilio", &body)
        .await;
    assert!(
        got.json()["callCreationAllowedAgentIds"].is_array(),
        "together with all: {}",
        got.text
    );

    client
        .telephony_configs()
        .telnyx()
        .create(&NewTelnyxConfig::new("S", "k", "p", "app"))
        .await
        .unwrap();
    #[allow(deprecated, reason = "it is covered all the same")]
    {
        let change = AccountTelephonyUpdate::new()
            .telnyx(Clearable::Clear)
            .plivo(NewPlivoConfig::new("id", "token"));
        let all = client
            .accounts()
            .update_telephony_config(&change)
            .await
            .unwrap();
        assert!(all.twilio.is_some() && all.telnyx.is_none() && all.plivo.is_some());
        assert!(
            client
                .accounts()
                .telephony_config()
                .await
                .unwrap()
                .plivo
                .is_some()
        );
    }
    assert!(client.telephony_configs().plivo().get().await.is_ok());
    twilio.delete().await.unwrap();
    assert!(calls.create(&rings).await.is_err());
}

#[tokio::test]
async fn keys_are_shown_once_and_revoked_for_good() {
    let (hand, _) = still(SimSettings::new()).await;
    let client = hand.simulator.client().build().unwrap();
    let keys = client.api_keys();
    let made = keys.create(&NewApiKey::new("ci")).await.unwrap();
    let prefix = made.prefix.clone().unwrap();
    assert!(made.secret.as_ref().unwrap().expose().starts_with(&prefix));
    assert_eq!(prefix.len(), 8);
    let target = format!("/api/api_keys/{prefix}");
    let shown = hand.ask("GET", &target, &Value::Null).await;
    assert!(shown.json().get("secret").is_none() && !shown.text.contains("simulated.revoked"));
    assert_eq!(keys.revoke(&prefix).await.unwrap().revoked, Some(true));
    let back = ApiKeyUpdate::new().revoked(false);
    assert!(keys.update(&prefix, &back).await.is_err(), "for good");
    assert!(keys.replace(&prefix, &back).await.is_err(), "for good");
    assert_eq!(
        keys.list(&ListApiKeys::new())
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    keys.delete(&prefix).await.unwrap();
    assert_eq!(
        keys.get(&prefix).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let accounts = client.accounts();
    let change = TtsApiKeysUpdate::new().cartesia("planted").lmnt("planted");
    accounts.update_tts_api_keys(&change).await.unwrap();
    let change = TtsApiKeysUpdate::new().lmnt(Clearable::Clear);
    let left = accounts.update_tts_api_keys(&change).await.unwrap();
    assert!(left.cartesia.is_some() && left.lmnt.is_none());
    let target = "/api/accounts/me/tts_api_keys";
    let shown = hand.ask("GET", target, &Value::Null).await;
    assert!(!shown.text.contains("planted"), "{}", shown.text);
    assert_eq!(
        hand.ask("PATCH", target, &json!({"google": ""}))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn the_schema_is_open_to_everybody_and_models_are_listed() {
    let (hand, _) = still(SimSettings::new()).await;
    assert_eq!(hand.send("GET", "/api/schema/", &[], "").await.status, 200);
    assert_eq!(hand.send("GET", "/api/models", &[], "").await.status, 401);
    let client = hand.simulator.client().build().unwrap();
    assert_eq!(client.schema().json().await.unwrap()["openapi"], "3.0.3");
    assert!(
        client
            .schema()
            .yaml()
            .await
            .unwrap()
            .starts_with("openapi:")
    );
    let models = client.models().list(&ListModels::new().page_size(2));
    assert_eq!(models.collect().await.unwrap().len(), 3);
}

#[tokio::test]
async fn usage_is_counted_from_the_calls_there_were() {
    let (hand, clock) = still(SimSettings::new()).await;
    let client = hand.simulator.client().build().unwrap();
    let agent = client
        .agents()
        .create(&new_agent("A", "Hi."))
        .await
        .unwrap();
    let agents = client.agents();
    let calls = agents.calls(agent.id().unwrap());
    // Three calls at once: one is spoken for 90 s, one breaks after 30 s, one is never joined.
    let mut ids = Vec::new();
    for n in 0..3 {
        let call = StartAgentCall::new().tag("n", n.to_string());
        ids.push(calls.create(&call).await.unwrap().id().unwrap().clone());
    }
    hand.simulator.join(&ids[0]);
    hand.simulator.join(&ids[1]);
    clock.step(Duration::from_secs(30));
    hand.simulator.end(&ids[1], &EndReason::ConnectionError);
    clock.step(Duration::from_secs(60));
    hand.simulator.end(&ids[0], &EndReason::Hangup);

    let accounts = client.accounts();
    let usage = accounts.call_usage(&CallFilter::new()).await.unwrap();
    let all = usage.all_time.as_ref().unwrap();
    assert_eq!(
        (all.total_count, all.joined_count, all.error_count),
        (Some(3), Some(2), Some(1))
    );
    assert_eq!(all.duration.as_ref().unwrap().as_str(), "120s");
    assert_eq!(all.billed_minutes, Some(3.0), "2 and 1 minutes begun");
    assert_eq!(usage.daily.as_ref().unwrap().len(), 1);
    // 1,800,000,000 s after 1970 is 2027-01-15, 08:00.
    assert_eq!(usage.hourly.as_ref().unwrap()[0].hour, Some(8));
    let one = CallFilter::new().metadata("n", "0");
    let usage = accounts.call_usage(&one).await.unwrap();
    assert_eq!(usage.all_time.as_ref().unwrap().total_count, Some(1));

    let filter = ConcurrencyFilter::new().bucket(ConcurrencyBucket::Hour);
    let series = accounts.concurrency(&filter).await.unwrap();
    let points = series.time_series.as_ref().unwrap();
    assert_eq!(points.len(), 24);
    let last = points.last().unwrap();
    assert_eq!(
        (last.max_total_calls, last.max_joined_calls),
        (Some(3), Some(2))
    );
    // 90 s, and twice 30 s, of 3,600 s; joined without the third.
    assert_eq!(last.avg_total_calls, Some(150.0 / 3600.0));
    assert_eq!(last.avg_joined_calls, Some(120.0 / 3600.0));

    let day = |text: &str| text.parse::<UvDate>().unwrap();
    let period = BillingPeriod::new()
        .from(day("2027-01-15"))
        .to(day("2027-01-16"));
    let billed = accounts.billing_usage(&period).await.unwrap();
    assert_eq!(
        (billed.total_minutes, billed.total_sip_minutes),
        (Some(3.0), Some(0.0))
    );
    let target = "/api/accounts/me/billing/usage?fromDate=2027-01-01&toDate=2027-04-02";
    assert_eq!(hand.ask("GET", target, &Value::Null).await.status, 400);

    let all = accounts
        .invoices(&ListInvoices::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 12);
    assert_eq!(all[0].invoice_status, Some(InvoiceStatus::Unpaid));
    let page = accounts.invoices_page(&ListInvoices::new()).await.unwrap();
    assert_eq!((page.items.len(), page.total), (10, None));
    assert!(accounts.billing().await.unwrap().payment_method.is_some());
    let me = accounts.list().await.unwrap();
    assert_eq!((me.len(), me[0].active_calls), (1, Some(0)));
}
