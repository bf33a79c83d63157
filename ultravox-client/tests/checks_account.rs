//! The account and its things: what is wrong before anything is sent, and what shows nowhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{agent_id, created, scripted};
use serde_json::json;
use ultravox_client::accounts::{
    AccountTelephonyUpdate, BillingInfo, BillingPeriod, Invoice, ListInvoices, TtsApiKeysUpdate,
};
use ultravox_client::agents::{BatchCall, BatchUpdate, NewBatch, ScheduledBatch, ScheduledCall};
use ultravox_client::api_keys::{ApiKey, ApiKeyUpdate, CreatedApiKey, NewApiKey};
use ultravox_client::call_throttles::{NewThrottle, ThrottleRule, ThrottleUpdate};
use ultravox_client::sip::{
    AgentAllowance, FallbackHandler, NewSipRegistration, SipConfig, SipConfigUpdate,
    SipRegistrationUpdate,
};
use ultravox_client::telephony_configs::{
    NewPlivoConfig, NewTelnyxConfig, NewTwilioConfig, PlivoConfigUpdate, TelnyxConfigUpdate,
    TwilioConfigUpdate,
};
use ultravox_client::types::{
    CallMedium, Clearable, OutgoingCall, Secret, SipMedium, SipOutgoing, TelephonyMedium, UvDate,
};
use ultravox_client::webhook_endpoints::{NewWebhook, Webhook, WebhookUpdate};
use ultravox_client::webhooks::EventKind;
use voice_core::client::Response;
use voice_core::error::{Error, ErrorKind};

/// The fields that were refused.
fn refused<T: std::fmt::Debug>(outcome: Result<Response<T>, Error>) -> Vec<String> {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let fields = error.fields().iter();
    fields.map(|field| field.field.clone()).collect()
}

#[tokio::test]
async fn throttles_and_webhooks() {
    let (client, transport) = scripted([]);
    let day = Duration::from_secs(86_400);
    let bad = NewThrottle::new(
        "x".repeat(65),
        [
            ThrottleRule::new(0, Duration::ZERO),
            ThrottleRule::new(101, day + Duration::from_millis(1)),
            ThrottleRule::new(100, day),
            ThrottleRule::default(),
        ],
    );
    assert_eq!(
        refused(client.call_throttles().create(&bad).await),
        [
            "name",
            "rules.0.maxCalls",
            "rules.0.windowSeconds",
            "rules.1.maxCalls",
            "rules.1.windowSeconds",
            "rules.3.maxCalls",
            "rules.3.windowSeconds",
        ]
    );
    let id = "t".parse().unwrap();
    let update = ThrottleUpdate::new().name("");
    assert_eq!(
        refused(client.call_throttles().update(&id, &update).await),
        ["name"]
    );
    let nothing = ThrottleUpdate::new();
    assert_eq!(
        refused(client.call_throttles().update(&id, &nothing).await),
        ["update"]
    );

    let id = "w".parse().unwrap();
    let secrets = || {
        [
            Secret::from(""),
            "x".repeat(120).into(),
            "x".repeat(121).into(),
        ]
    };
    let bad = NewWebhook::new("hooks.example", [EventKind::CallEnded]).secrets(secrets());
    let all = ["url", "secrets.0", "secrets.2"];
    assert_eq!(refused(client.webhooks().create(&bad).await), all);
    assert_eq!(refused(client.webhooks().replace(&id, &bad).await), all);
    let update = WebhookUpdate::new()
        .url(format!("https://a.example/{}", "x".repeat(200)))
        .secrets(secrets());
    assert_eq!(refused(client.webhooks().update(&id, &update).await), all);
    let nothing = WebhookUpdate::new();
    assert_eq!(
        refused(client.webhooks().update(&id, &nothing).await),
        ["update"]
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn sip_settings_and_registrations() {
    let (client, transport) = scripted([]);
    let allowance = || AgentAllowance::new(agent_id());
    let mut agents: Vec<AgentAllowance> = (0..20).map(|_| allowance()).collect();
    agents.push(AgentAllowance::default().to_user_pattern("x".repeat(201)));
    let bad = SipConfigUpdate::new()
        .allowed_cidr_ranges(["10.0.0.0/33".to_owned(), "::1/128".to_owned()])
        .allowed_agents(agents)
        .fallback_handler(FallbackHandler::default().secrets([]));
    assert_eq!(
        refused(client.sip().update(&bad).await),
        [
            "allowedCidrRanges.0",
            "allowedCidrRanges.1",
            "allowedAgents",
            "allowedAgents.20.toUserPattern",
            "allowedAgents.20.agentId",
            "fallbackHandler.url",
            "fallbackHandler.secrets",
        ]
    );
    let eleven = FallbackHandler::new("ftp://x").secrets(vec![Secret::from("s"); 11]);
    let bad = SipConfigUpdate::new().fallback_handler(eleven);
    assert_eq!(
        refused(client.sip().update(&bad).await),
        ["fallbackHandler.url", "fallbackHandler.secrets"]
    );
    assert_eq!(
        refused(client.sip().update(&SipConfigUpdate::new()).await),
        ["update"]
    );

    let registrations = client.sip().registrations();
    let bad = NewSipRegistration::new("x".repeat(61), "", "x".repeat(101))
        .outbound_proxy("x".repeat(101))
        .auth_user("x".repeat(61));
    let all = ["username", "password", "proxy", "outboundProxy", "authUser"];
    assert_eq!(refused(registrations.create(&bad).await), all);
    let bad = SipRegistrationUpdate::new()
        .username("")
        .password("")
        .proxy("")
        .outbound_proxy("")
        .auth_user("");
    let id = "r".parse().unwrap();
    assert_eq!(refused(registrations.update(&id, &bad).await), all);
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn telephone_providers_allow_some_agents_or_all() {
    let (client, transport) = scripted([created(&json!({}))]);
    let configs = client.telephony_configs();
    let many = vec![agent_id(); 101];
    let bad = NewTwilioConfig::new("", "")
        .call_creation_allowed_agent_ids(many.clone())
        .call_creation_allow_all_agents(true)
        .request_context_mapping([("from".to_owned(), String::new())]);
    assert_eq!(
        refused(configs.twilio().create(&bad).await),
        [
            "accountSid",
            "authToken",
            "callCreationAllowedAgentIds",
            "callCreationAllowedAgentIds",
            "requestContextMapping",
        ]
    );
    let bad = NewTelnyxConfig::new("a", "b", "c", "x".repeat(41));
    assert_eq!(
        refused(configs.telnyx().create(&bad).await),
        ["applicationSid"]
    );
    let bad = PlivoConfigUpdate::new().auth_token("");
    assert_eq!(refused(configs.plivo().update(&bad).await), ["authToken"]);
    let nothing = TelnyxConfigUpdate::new();
    assert_eq!(refused(configs.telnyx().update(&nothing).await), ["update"]);
    #[allow(deprecated, reason = "it is covered all the same")]
    let older = client
        .accounts()
        .update_telephony_config(
            &AccountTelephonyUpdate::new()
                .plivo(NewPlivoConfig::new("", "t").call_creation_allowed_agent_ids(many)),
        )
        .await;
    assert_eq!(
        refused(older),
        ["plivo.authId", "plivo.callCreationAllowedAgentIds"]
    );
    assert!(transport.sent().is_empty());
    // An empty list beside "all" clears the old one.
    let good = TwilioConfigUpdate::new()
        .call_creation_allow_all_agents(true)
        .call_creation_allowed_agent_ids([]);
    assert!(configs.twilio().update(&good).await.is_ok());
}

#[tokio::test]
async fn bills_and_keys() {
    let (client, transport) = scripted([created(&json!({}))]);
    let accounts = client.accounts();
    let day = |text: &str| text.parse::<UvDate>().unwrap();
    let from = BillingPeriod::new().from(day("2026-01-01"));
    let long = from.clone().to(day("2026-04-02"));
    assert_eq!(refused(accounts.billing_usage(&long).await), ["toDate"]);
    let backwards = from.clone().to(day("2025-12-31"));
    assert_eq!(
        refused(accounts.billing_usage(&backwards).await),
        ["toDate"]
    );
    let received: UvDate = serde_json::from_value("soon".into()).unwrap();
    let odd = BillingPeriod::new().to(received);
    assert_eq!(refused(accounts.billing_usage(&odd).await), ["toDate"]);
    for size in [0, 101] {
        let filter = ListInvoices::new().page_size(size);
        assert_eq!(refused(accounts.invoices_page(&filter).await), ["pageSize"]);
    }
    let change = TtsApiKeysUpdate::new().google("").lmnt(Clearable::Clear);
    assert_eq!(
        refused(accounts.update_tts_api_keys(&change).await),
        ["google"]
    );
    let nothing = TtsApiKeysUpdate::new();
    assert_eq!(
        refused(accounts.update_tts_api_keys(&nothing).await),
        ["update"]
    );
    let keys = client.api_keys();
    assert_eq!(
        refused(keys.create(&NewApiKey::new("x".repeat(51))).await),
        ["name"]
    );
    let nothing = ApiKeyUpdate::new();
    assert_eq!(refused(keys.update("abcdefgh", &nothing).await), ["update"]);
    assert!(transport.sent().is_empty());
    assert!(
        accounts
            .billing_usage(&from.to(day("2026-04-01")))
            .await
            .is_ok(),
        "90 days"
    );
}

fn clean(shown: &str) {
    for planted in ["planted", "Planted", "5550123"] {
        assert!(!shown.contains(planted), "{planted} in {shown}");
    }
}

#[test]
fn requests_show_no_secret() {
    let p = || Secret::from("planted");
    let rings = CallMedium::Telnyx(
        TelephonyMedium::new().outgoing(OutgoingCall::new("+14155550123", "+14155550123")),
    );
    let sip = CallMedium::Sip(SipMedium::Outgoing(
        SipOutgoing::new("sip:a@example.com", "sip:b@example.com").password("planted"),
    ));
    let call = BatchCall::new()
        .variable("name", "Planted")
        .tag("name", "Planted")
        .experimental_settings([("x", "planted")]);
    let batch = NewBatch::new([call.clone().medium(rings), call.clone().medium(sip)])
        .webhook_secret("planted")
        .with_extra("future", "planted");
    let change = BatchUpdate::new().webhook_secret("planted").calls([call]);
    let webhook = NewWebhook::new("https://a.example", []).secrets([p()]);
    let webhook_update = WebhookUpdate::new().secrets([p()]);
    let sip = SipConfigUpdate::new()
        .fallback_handler(FallbackHandler::new("https://a.example").secrets([p()]));
    let registration = NewSipRegistration::new("u", "planted", "p.example");
    let registration_update = SipRegistrationUpdate::new().password("planted");
    let twilio = NewTwilioConfig::new("AC1", "planted");
    let telnyx = NewTelnyxConfig::new("S", "planted", "planted", "app");
    let plivo = NewPlivoConfig::new("id", "planted");
    let updates = (
        TwilioConfigUpdate::new().auth_token("planted"),
        TelnyxConfigUpdate::new()
            .api_key("planted")
            .public_key("planted"),
        PlivoConfigUpdate::new().auth_token("planted"),
    );
    let all = AccountTelephonyUpdate::new()
        .twilio(twilio.clone())
        .telnyx(telnyx.clone())
        .plivo(plivo.clone());
    let keys = TtsApiKeysUpdate::new()
        .eleven_labs("planted")
        .cartesia("planted")
        .lmnt("planted")
        .google("planted")
        .inworld("planted")
        .respeecher("planted");
    clean(&format!(
        "{batch:?} {change:?} {webhook:?} {webhook_update:?} {sip:?} {registration:?} {registration_update:?} \
         {twilio:?} {telnyx:?} {plivo:?} {updates:?} {all:?} {keys:?}"
    ));
    clean(&format!(
        "{batch:#?} {change:#?} {webhook:#?} {webhook_update:#?} {sip:#?} {registration:#?} {registration_update:#?} \
         {twilio:#?} {telnyx:#?} {plivo:#?} {updates:#?} {all:#?} {keys:#?}"
    ));
    let shown = format!("{twilio:?} {registration:?}");
    assert!(
        shown.contains("AC1") && shown.contains("p.example"),
        "but what is there shows: {shown}"
    );
}

#[test]
fn answers_show_no_secret() {
    let webhook: Webhook =
        serde_json::from_value(json!({"webhookId": "w", "secrets": ["planted"]})).unwrap();
    let sip: SipConfig = serde_json::from_value(
        json!({"fallbackHandler": {"url": "https://a.example", "secrets": ["planted"]}}),
    )
    .unwrap();
    let batch: ScheduledBatch =
        serde_json::from_value(json!({"webhookSecret": "planted", "future": "planted"})).unwrap();
    let call: ScheduledCall = serde_json::from_value(json!({
        "metadata": {"name": "Planted"}, "templateContext": {"name": "Planted"}, "experimentalSettings": "planted",
        "medium": {"plivo": {"outgoing": {"to": "+14155550123"}}},
    }))
    .unwrap();
    let key: CreatedApiKey =
        serde_json::from_value(json!({"secret": "planted", "creator": "planted@a.example"}))
            .unwrap();
    let described: ApiKey =
        serde_json::from_value(json!({"creator": "planted@a.example"})).unwrap();
    let billing: BillingInfo = serde_json::from_value(
        json!({"billingEmail": "planted@a.example", "paymentMethod": "planted"}),
    )
    .unwrap();
    let invoice: Invoice =
        serde_json::from_value(json!({"invoiceUrl": "https://bill.example/planted"})).unwrap();
    clean(&format!(
        "{webhook:?} {sip:?} {batch:?} {call:?} {key:?} {described:?} {billing:?} {invoice:?}"
    ));
    clean(&format!(
        "{webhook:#?} {sip:#?} {batch:#?} {call:#?} {key:#?} {described:#?} {billing:#?} {invoice:#?}"
    ));
    assert_eq!(key.secret.unwrap().expose(), "planted");
}
