//! What goes over the wire for the account and its things: throttles, webhooks, SIP, telephone providers, keys, models.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{AGENT, agent_id, created, only, scripted};
use serde_json::{Value, json};
use ultravox_client::accounts::{
    AccountTelephonyUpdate, BillingPeriod, ConcurrencyBucket, ConcurrencyFilter, ListInvoices,
    TtsApiKeysUpdate,
};
use ultravox_client::api_keys::{ApiKeyUpdate, ListApiKeys, NewApiKey};
use ultravox_client::call_throttles::{ListThrottles, NewThrottle, ThrottleRule, ThrottleUpdate};
use ultravox_client::calls::CallFilter;
use ultravox_client::models::ListModels;
use ultravox_client::sip::{
    AgentAllowance, FallbackHandler, ListRegistrations, NewSipRegistration, SipConfigUpdate,
    SipRegistrationUpdate,
};
use ultravox_client::telephony_configs::{
    NewPlivoConfig, NewTelnyxConfig, NewTwilioConfig, PlivoConfigUpdate, TelnyxConfigUpdate,
    TwilioConfigUpdate,
};
use ultravox_client::types::{Clearable, UvDate, UvTime};
use ultravox_client::webhook_endpoints::{ListWebhooks, NewWebhook, WebhookUpdate};
use ultravox_client::webhooks::EventKind;
use voice_core::ident::Ipv4Cidr;
use voice_core::testkit::Reply;

/// Sends one request, and holds method, target and body against what they must be.
macro_rules! sends {
    ($client:ident: $call:expr => $method:literal $target:expr, $body:tt) => {{
        let (client, transport) = scripted([created(&json!({"results": []}))]);
        let $client = &client;
        let _ = $call.await;
        assert_eq!(
            only(&transport),
            ($method.to_owned(), $target.to_string(), json!($body))
        );
    }};
}

#[tokio::test]
async fn throttles() {
    let id = "t-1".parse().unwrap();
    let new = NewThrottle::new(
        "gentle",
        [ThrottleRule::new(2, Duration::from_millis(1500))],
    );
    let body = json!({"name": "gentle", "rules": [{"maxCalls": 2, "windowSeconds": 2}]});
    let path = "/api/call_throttles/t-1";
    sends!(c: c.call_throttles().create(&new) => "POST" "/api/call_throttles", body);
    sends!(c: c.call_throttles().get(&id) => "GET" path, null);
    sends!(c: c.call_throttles().page(&ListThrottles::new().page_size(5)) => "GET" "/api/call_throttles?pageSize=5", null);
    sends!(c: c.call_throttles().replace(&id, &new) => "PUT" path, body);
    let change = ThrottleUpdate::new().name("strict");
    sends!(c: c.call_throttles().update(&id, &change) => "PATCH" path, {"name": "strict"});
    sends!(c: c.call_throttles().delete(&id) => "DELETE" path, null);
}

#[tokio::test]
async fn webhooks() {
    let id = "w-1".parse().unwrap();
    let new = NewWebhook::new("https://hooks.example/x", [EventKind::CallEnded])
        .agent_id(agent_id())
        .secrets(["a".into(), "b".into()]);
    let body = json!({
        "url": "https://hooks.example/x", "events": ["call.ended"], "agentId": AGENT, "secrets": ["a", "b"],
    });
    let path = "/api/webhooks/w-1";
    sends!(c: c.webhooks().create(&new) => "POST" "/api/webhooks", body);
    sends!(c: c.webhooks().get(&id) => "GET" path, null);
    let of_agent = ListWebhooks::new().agent_id(agent_id());
    sends!(c: c.webhooks().page(&of_agent) => "GET" format!("/api/webhooks?agentId={AGENT}"), null);
    sends!(c: c.webhooks().replace(&id, &new) => "PUT" path, body);
    let change = WebhookUpdate::new().agent_id(Clearable::Clear);
    sends!(c: c.webhooks().update(&id, &change) => "PATCH" path, {"agentId": null});
    let change = WebhookUpdate::new().agent_id(agent_id()).secrets([]);
    sends!(c: c.webhooks().update(&id, &change) => "PATCH" path, {"agentId": AGENT, "secrets": []});
    sends!(c: c.webhooks().delete(&id) => "DELETE" path, null);
}

#[tokio::test]
async fn sip() {
    sends!(c: c.sip().get() => "GET" "/api/sip", null);
    let change = SipConfigUpdate::new()
        .allow_from([Ipv4Cidr::parse("203.0.113.7").unwrap()])
        .allow_all_agents(false)
        .allowed_agents([AgentAllowance::new(agent_id()).to_user_pattern("^desk$")])
        .fallback_handler(FallbackHandler::new("https://sip.example/x"));
    sends!(c: c.sip().update(&change) => "PATCH" "/api/sip", {
        "allowedCidrRanges": ["203.0.113.7/32"],
        "allowAllAgents": false,
        "allowedAgents": [{"agentId": AGENT, "toUserPattern": "^desk$"}],
        "fallbackHandler": {"url": "https://sip.example/x"},
    });
    let cleared = SipConfigUpdate::new().fallback_handler(Clearable::Clear);
    sends!(c: c.sip().update(&cleared) => "PATCH" "/api/sip", {"fallbackHandler": null});

    let id = "r-1".parse().unwrap();
    let path = "/api/sip/registrations/r-1";
    let new = NewSipRegistration::new("alice", "pw", "sip.example").auth_user("a");
    sends!(c: c.sip().registrations().create(&new) => "POST" "/api/sip/registrations", {
        "username": "alice", "password": "pw", "proxy": "sip.example", "authUser": "a",
    });
    sends!(c: c.sip().registrations().get(&id) => "GET" path, null);
    let all = ListRegistrations::new();
    sends!(c: c.sip().registrations().page(&all) => "GET" "/api/sip/registrations", null);
    let change = SipRegistrationUpdate::new()
        .outbound_proxy("proxy.example")
        .auth_user(Clearable::Clear);
    sends!(c: c.sip().registrations().update(&id, &change) => "PATCH" path, {
        "outboundProxy": "proxy.example", "authUser": null,
    });
    sends!(c: c.sip().registrations().delete(&id) => "DELETE" path, null);
}

#[tokio::test]
async fn telephone_providers() {
    let path = "/api/telephony_configs/twilio";
    let new = NewTwilioConfig::new("AC1", "token")
        .call_creation_allowed_agent_ids([agent_id()])
        .request_context_mapping([("from".to_owned(), "caller.number".to_owned())]);
    sends!(c: c.telephony_configs().twilio().get() => "GET" path, null);
    sends!(c: c.telephony_configs().twilio().create(&new) => "POST" path, {
        "accountSid": "AC1", "authToken": "token", "callCreationAllowedAgentIds": [AGENT],
        "requestContextMapping": {"from": "caller.number"},
    });
    let change = TwilioConfigUpdate::new().call_creation_allow_all_agents(true);
    sends!(c: c.telephony_configs().twilio().update(&change) => "PATCH" path, {"callCreationAllowAllAgents": true});
    sends!(c: c.telephony_configs().twilio().delete() => "DELETE" path, null);

    let path = "/api/telephony_configs/telnyx";
    let new = NewTelnyxConfig::new("S", "key", "public", "app");
    sends!(c: c.telephony_configs().telnyx().get() => "GET" path, null);
    sends!(c: c.telephony_configs().telnyx().create(&new) => "POST" path, {
        "accountSid": "S", "apiKey": "key", "publicKey": "public", "applicationSid": "app",
    });
    let change = TelnyxConfigUpdate::new().api_key("other");
    sends!(c: c.telephony_configs().telnyx().update(&change) => "PATCH" path, {"apiKey": "other"});
    sends!(c: c.telephony_configs().telnyx().delete() => "DELETE" path, null);

    let path = "/api/telephony_configs/plivo";
    let new = NewPlivoConfig::new("id", "token");
    sends!(c: c.telephony_configs().plivo().get() => "GET" path, null);
    sends!(c: c.telephony_configs().plivo().create(&new) => "POST" path, {"authId": "id", "authToken": "token"});
    let change = PlivoConfigUpdate::new().auth_id("other");
    sends!(c: c.telephony_configs().plivo().update(&change) => "PATCH" path, {"authId": "other"});
    sends!(c: c.telephony_configs().plivo().delete() => "DELETE" path, null);
}

#[tokio::test]
#[allow(deprecated, reason = "they are covered all the same")]
async fn the_account() {
    let me = "/api/accounts/me";
    sends!(c: c.accounts().list() => "GET" "/api/accounts", null);
    sends!(c: c.accounts().me() => "GET" me, null);
    sends!(c: c.accounts().billing() => "GET" format!("{me}/billing"), null);
    let two = ListInvoices::new().page_size(2);
    sends!(c: c.accounts().invoices_page(&two) => "GET" format!("{me}/billing/invoices?pageSize=2"), null);
    let day = |text: &str| text.parse::<UvDate>().unwrap();
    let period = BillingPeriod::new()
        .from(day("2026-01-01"))
        .to(day("2026-04-01"));
    let target = format!("{me}/billing/usage?fromDate=2026-01-01&toDate=2026-04-01");
    sends!(c: c.accounts().billing_usage(&period) => "GET" target, null);
    sends!(c: c.accounts().telephony_config() => "GET" format!("{me}/telephony_config"), null);
    let change = AccountTelephonyUpdate::new()
        .twilio(NewTwilioConfig::new("AC1", "token"))
        .plivo(Clearable::Clear);
    sends!(c: c.accounts().update_telephony_config(&change) => "PATCH" format!("{me}/telephony_config"), {
        "twilio": {"accountSid": "AC1", "authToken": "token"}, "plivo": null,
    });
    sends!(c: c.accounts().tts_api_keys() => "GET" format!("{me}/tts_api_keys"), null);
    let change = TtsApiKeysUpdate::new()
        .eleven_labs("key")
        .lmnt(Clearable::Clear);
    sends!(c: c.accounts().update_tts_api_keys(&change) => "PATCH" format!("{me}/tts_api_keys"), {
        "elevenLabs": "key", "lmnt": null,
    });
    let filter = CallFilter::new()
        .agent(agent_id())
        .metadata("campaign", "a b");
    let target = format!("{me}/usage/calls?agentIds={AGENT}&metadata.campaign=a+b");
    sends!(c: c.accounts().call_usage(&filter) => "GET" target, null);
    let time = |text: &str| text.parse::<UvTime>().unwrap();
    let filter = ConcurrencyFilter::new()
        .bucket(ConcurrencyBucket::FiveMinutes)
        .start(time("2026-01-01T00:00:00Z"))
        .end(time("2026-01-02T00:00:00Z"));
    let target = format!(
        "{me}/usage/concurrency?bucket=5min&start=2026-01-01T00%3A00%3A00Z&end=2026-01-02T00%3A00%3A00Z"
    );
    sends!(c: c.accounts().concurrency(&filter) => "GET" target, null);
}

#[tokio::test]
async fn keys_and_models() {
    let path = "/api/api_keys/abcdefgh";
    let new = NewApiKey::new("ci").expiry_date("2027-01-01T00:00:00Z".parse::<UvTime>().unwrap());
    sends!(c: c.api_keys().create(&new) => "POST" "/api/api_keys", {"name": "ci", "expiryDate": "2027-01-01T00:00:00Z"});
    sends!(c: c.api_keys().get("abcdefgh") => "GET" path, null);
    sends!(c: c.api_keys().page(&ListApiKeys::new()) => "GET" "/api/api_keys", null);
    let change = ApiKeyUpdate::new().revoked(false);
    sends!(c: c.api_keys().replace("abcdefgh", &change) => "PUT" path, {"revoked": false});
    sends!(c: c.api_keys().update("abcdefgh", &change) => "PATCH" path, {"revoked": false});
    sends!(c: c.api_keys().revoke("abcdefgh") => "PATCH" path, {"revoked": true});
    sends!(c: c.api_keys().delete("abcdefgh") => "DELETE" path, null);
    sends!(c: c.models().page(&ListModels::new().page_size(9)) => "GET" "/api/models?pageSize=9", null);
}

#[tokio::test]
async fn the_schema_is_asked_for_without_a_key_and_in_either_form() {
    let (client, transport) = scripted([
        Reply::json(&json!({"openapi": "3.0.3"})),
        Reply::status(200, "openapi: 3.0.3\n"),
        Reply::status(200, vec![0xff, 0xfe]),
    ]);
    let json = client.schema().language("de").json().await.unwrap();
    assert_eq!(json["openapi"], "3.0.3");
    assert_eq!(*client.schema().yaml().await.unwrap(), "openapi: 3.0.3\n");
    let error = client.schema().yaml().await.unwrap_err();
    assert!(error.to_string().contains("no UTF-8"), "{error}");
    for (sent, (query, accept)) in transport.sent().iter().zip([
        ("format=json&lang=de", "application/vnd.oai.openapi+json"),
        ("format=yaml", "application/vnd.oai.openapi"),
    ]) {
        assert_eq!(sent.uri.path(), "/api/schema/");
        assert_eq!(sent.uri.query(), Some(query));
        assert_eq!(sent.header("accept"), accept);
        assert!(!sent.headers.contains_key("x-api-key"));
    }
}

#[tokio::test]
async fn a_creation_with_an_unknown_outcome_is_not_sent_again_and_a_change_is() {
    let broken = || Reply::status(502, "");
    let (client, transport) = scripted([broken()]);
    let new = NewThrottle::new("gentle", []);
    assert!(client.call_throttles().create(&new).await.is_err());
    assert_eq!(transport.sent().len(), 1);
    let (client, transport) = scripted([broken(), Reply::json(&json!({"throttleId": "t-1"}))]);
    let id = "t-1".parse().unwrap();
    let throttle = client.call_throttles().replace(&id, &new).await.unwrap();
    assert_eq!(throttle.id().unwrap(), &id);
    assert_eq!(transport.sent().len(), 2);
}

/// Every field of an answer is where it belongs; an answer without an id says so.
#[tokio::test]
async fn answers_without_an_id_are_an_error_of_the_answer() {
    let (client, _) = scripted([Reply::json(&Value::Object(serde_json::Map::new()))]);
    let webhook = client.webhooks().get(&"w".parse().unwrap()).await.unwrap();
    let error = webhook.id().unwrap_err();
    assert!(error.to_string().contains("webhookId"), "{error}");
}
