//! Whoever meets an error of the guides the project was asked from gets its cause and its remedy from the SDK itself.
//!
//! Each row is an error of a troubleshooting table: where it stands, how it comes, and words that cause and remedy must have.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;

use exotel_vsip::{AccountName, ExotelClient, Region};
use openai_calls::OpenAiClient;
use promptops_client::PromptOpsClient;
use serde_json::{Map, Value, json};
use twilio_client::TwilioClient;
use ultravox_client::UltravoxClient;
use ultravox_client::service::ServiceCode;
use ultravox_client::strict::StrictProfile;
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::doctor::{explain_phrase, explain_status};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{
    AccountSid, AuthToken, E164, Ipv4Cidr, NsoCode, PublicHttpsUrl, TrunkName,
};
use voice_core::intake::EVENTS;
use voice_core::provider::HealthCheck;
use voice_core::testkit::{Reply, ScriptedTransport};

/// How a row's error comes about.
enum Comes {
    Twilio(u16, u32),
    /// A code that Twilio only writes into its log of calls.
    TwilioLog(u32),
    Exotel(u16, Value),
    Ultravox(u16),
    PromptOps(u16, &'static str),
    OpenAi(u16, &'static str),
    /// No answer.
    Nothing(ErrorKind),
    /// An event of the pipeline for inbound calls.
    Event(&'static str),
    /// A status of a proxy.
    Gateway(u16),
    /// A phrase in a proxy's log.
    ProxyLog(&'static str),
    /// A code of the service around agents.
    Service(ServiceCode),
    /// A finding before anything is sent.
    Here(fn() -> Error),
}

struct Row {
    guide: &'static str,
    about: &'static str,
    comes: Comes,
    /// Any of the words between bars.
    cause: &'static str,
    remedy: &'static str,
}

const fn row(
    guide: &'static str,
    about: &'static str,
    comes: Comes,
    cause: &'static str,
    remedy: &'static str,
) -> Row {
    Row {
        guide,
        about,
        comes,
        cause,
        remedy,
    }
}

fn rows() -> Vec<Row> {
    use Comes::*;
    let service = "service of agents and calls";
    let vsip = "vSIP error reports";
    let inbound = "inbound calls";
    let prompts = "prompts";
    let click = "click-to-call";
    vec![
        // ---- the service around agents and telephone calls
        row(
            service,
            "missing variables",
            Here(no_settings),
            "not set",
            "set|correct",
        ),
        row(
            service,
            "malformed account sid",
            Here(bad_sid),
            "TWILIO_ACCOUNT_SID",
            "correct",
        ),
        row(
            service,
            "401 invalid API key",
            Ultravox(401),
            "refused|revoked",
            "copy|X-API-Key",
        ),
        row(
            service,
            "400 bad request",
            Ultravox(400),
            "field",
            "variables|durations",
        ),
        row(
            service,
            "403 not allowed",
            Ultravox(403),
            "plan|scope",
            "plan",
        ),
        row(
            service,
            "404 agent not found",
            Ultravox(404),
            "id|deleted",
            "id",
        ),
        row(
            service,
            "429 of Ultravox",
            Ultravox(429),
            "too fast|too much|requests",
            "wait",
        ),
        row(
            service,
            "402 billing",
            Ultravox(402),
            "balance|credit",
            "billing",
        ),
        row(
            service,
            "500 of Ultravox",
            Ultravox(500),
            "failed",
            "status page",
        ),
        row(
            service,
            "503 of Ultravox",
            Ultravox(503),
            "capacity|overloaded",
            "try again|status page",
        ),
        row(
            service,
            "agent name",
            Here(bad_agent_name),
            "letters, numbers|letters",
            "correct",
        ),
        row(
            service,
            "prompt too long",
            Here(long_prompt),
            "10,000|10000",
            "correct",
        ),
        row(
            service,
            "template variable 123invalid",
            Here(bad_variable),
            "identifier",
            "correct",
        ),
        row(
            service,
            "phone number format",
            Here(bad_number),
            "+|country code",
            "correct",
        ),
        row(
            service,
            "twilio: invalid credentials",
            Twilio(401, 20003),
            "pair|account",
            "TWILIO_REGION|credentials",
        ),
        row(
            service,
            "twilio: insufficient balance",
            Twilio(403, 20005),
            "not active|out of credit",
            "balance",
        ),
        row(
            service,
            "twilio: number not verified (trial)",
            Twilio(400, 21219),
            "verified",
            "verify|upgrade",
        ),
        row(
            service,
            "twilio: trial, 21608",
            Twilio(400, 21608),
            "verified",
            "verify|upgrade",
        ),
        row(
            service,
            "twilio: geographic restrictions",
            Twilio(400, 21215),
            "geo permission",
            "turn it on|geographic",
        ),
        row(
            service,
            "twilio: invalid To",
            Twilio(400, 21211),
            "To",
            "E.164",
        ),
        row(
            service,
            "twilio: invalid From",
            Twilio(400, 21212),
            "From",
            "E.164",
        ),
        row(
            service,
            "twilio: number not supported",
            TwilioLog(13224),
            "not support|invalid",
            "E.164",
        ),
        row(
            service,
            "dns of a provider",
            Nothing(ErrorKind::Dns),
            "name|dns",
            "host",
        ),
        row(
            service,
            "port of a provider",
            Nothing(ErrorKind::Connect),
            "firewall|listens",
            "firewall|proxy",
        ),
        row(
            service,
            "certificate verify failed",
            Nothing(ErrorKind::Tls),
            "certificate",
            "CA certificates|clock",
        ),
        row(
            service,
            "timeout",
            Nothing(ErrorKind::Timeout),
            "slow",
            "time limit|stage",
        ),
        row(
            service,
            "validation_error",
            Service(ServiceCode::ValidationError),
            "validation",
            "correct",
        ),
        row(
            service,
            "agent_not_found",
            Service(ServiceCode::AgentNotFound),
            "agent",
            "id|create",
        ),
        row(
            service,
            "agent_creation_failed",
            Service(ServiceCode::AgentCreationFailed),
            "agent",
            "key",
        ),
        row(
            service,
            "call_initiation_failed",
            Service(ServiceCode::CallInitiationFailed),
            "call",
            "number|credentials",
        ),
        row(
            service,
            "configuration_error",
            Service(ServiceCode::ConfigurationError),
            "configuration",
            "variables",
        ),
        row(
            service,
            "external_service_error",
            Service(ServiceCode::ExternalServiceError),
            "external",
            "status page",
        ),
        row(
            service,
            "rate_limit_exceeded",
            Service(ServiceCode::RateLimitExceeded),
            "rate",
            "wait",
        ),
        // ---- vSIP
        row(
            vsip,
            "401 AUTH_FAILED",
            Exotel(401, exotel("AUTH_FAILED", "Invalid API credentials")),
            "key or token|wrong",
            "region|blanks",
        ),
        row(
            vsip,
            "401 code 1010",
            Exotel(401, exotel_v2(401, 1010)),
            "wrong|region",
            "region|blanks",
        ),
        row(
            vsip,
            "403 FEATURE_NOT_ENABLED",
            Exotel(
                403,
                exotel(
                    "FEATURE_NOT_ENABLED",
                    "Account does not have vSIP feature enabled",
                ),
            ),
            "vSIP",
            "support|plan",
        ),
        row(
            vsip,
            "403 code 1003",
            Exotel(403, exotel_v2(403, 1003)),
            "another account",
            "list the trunks",
        ),
        row(
            vsip,
            "400 VALIDATION_ERROR",
            Exotel(
                400,
                json!({"error": "Validation failed", "details": {"trunk_name": ["Name already exists"]}, "code": "VALIDATION_ERROR"}),
            ),
            "value|field|trunk_name",
            "correct|rules",
        ),
        row(
            vsip,
            "400 code 1001",
            Exotel(400, exotel_v2(400, 1001)),
            "not sent|missing",
            "fields",
        ),
        row(
            vsip,
            "400 code 1002",
            Exotel(400, exotel_v2(400, 1002)),
            "value",
            "correct",
        ),
        row(
            vsip,
            "400 code 1007",
            Exotel(400, exotel_v2(400, 1007)),
            "JSON",
            "report|proxies",
        ),
        row(
            vsip,
            "415 code 1011",
            Exotel(415, exotel_v2(415, 1011)),
            "content type",
            "application/json",
        ),
        row(
            vsip,
            "422 DUPLICATE_RESOURCE",
            Exotel(
                422,
                exotel(
                    "DUPLICATE_RESOURCE",
                    "Trunk name 'production_trunk' already exists",
                ),
            ),
            "exists",
            "another name",
        ),
        row(
            vsip,
            "409 code 1008",
            Exotel(409, exotel_v2(409, 1008)),
            "exists",
            "another name|look for",
        ),
        row(
            vsip,
            "404 RESOURCE_NOT_FOUND",
            Exotel(
                404,
                exotel("RESOURCE_NOT_FOUND", "Trunk with SID 'TR12345' not found"),
            ),
            "does not exist|trunk",
            "list the trunks",
        ),
        row(
            vsip,
            "404 code 1000",
            Exotel(404, exotel_v2(404, 1000)),
            "does not exist",
            "list the trunks",
        ),
        row(
            vsip,
            "429 rate limit",
            Exotel(
                429,
                exotel(
                    "RATE_LIMIT_EXCEEDED",
                    "Maximum 100 requests per minute exceeded",
                ),
            ),
            "requests",
            "wait|9 to 18",
        ),
        row(
            vsip,
            "500 now and then",
            Exotel(500, exotel_v2(500, 9000)),
            "failure|failed",
            "status page|repeat",
        ),
        row(
            vsip,
            "503 at peak hours",
            Exotel(503, exotel_v2(503, 9000)),
            "overloaded|server",
            "status page|repeat",
        ),
        row(
            vsip,
            "trunk name: special characters",
            Here(bad_trunk),
            "trunk",
            "correct",
        ),
        row(vsip, "nso code", Here(bad_nso), "nso", "correct"),
        row(
            vsip,
            "ip and mask",
            Here(bad_range),
            "ip|network|cidr",
            "correct",
        ),
        row(
            vsip,
            "connection timeout",
            Nothing(ErrorKind::Timeout),
            "slow",
            "stage|time limit",
        ),
        row(
            vsip,
            "unknown local issuer",
            Nothing(ErrorKind::Tls),
            "issuer",
            "CA certificates",
        ),
        // ---- inbound calls
        row(
            inbound,
            "webhook_verification_failed",
            Event("webhook_verification_failed"),
            "not proven",
            "secret|NTP|proxy",
        ),
        row(
            inbound,
            "duplicate_webhook_id",
            Event("duplicate_webhook_id"),
            "already",
            "again|nothing to do",
        ),
        row(
            inbound,
            "tenant_resolution_failed",
            Event("tenant_resolution_failed"),
            "no tenant",
            "number",
        ),
        row(
            inbound,
            "tenant_not_configured",
            Event("tenant_not_configured"),
            "configuration",
            "provision|restore|mapping",
        ),
        row(
            inbound,
            "instructions_missing",
            Event("instructions_missing"),
            "texts",
            "add the text|id",
        ),
        row(
            inbound,
            "instructions_db_error",
            Event("instructions_db_error"),
            "store",
            "address|credentials|timeouts",
        ),
        row(
            inbound,
            "tenant_config_parse_error",
            Event("tenant_config_parse_error"),
            "schema",
            "schema_version|problems",
        ),
        row(
            inbound,
            "capacity",
            Event("call_rejected"),
            "refused",
            "raise the limit",
        ),
        row(
            inbound,
            "tool_build_error",
            Event("tool_build_error"),
            "tool",
            "settings|depends",
        ),
        row(
            inbound,
            "ToolExecutionError",
            Event("tool_execution_error"),
            "tool failed",
            "implementation",
        ),
        row(
            inbound,
            "ToolNotFoundError",
            Event("tool_not_found"),
            "does not have",
            "name",
        ),
        row(
            inbound,
            "ToolArgsParseError",
            Event("tool_args_parse_error"),
            "JSON",
            "schema|description",
        ),
        row(
            inbound,
            "call_accept_failed",
            Event("call_accept_failed"),
            "did not let",
            "key|request id",
        ),
        row(
            inbound,
            "call_reject_failed",
            Event("call_reject_failed"),
            "did not let",
            "request id",
        ),
        row(
            inbound,
            "call_session_start_failed",
            Event("call_session_start_failed"),
            "could not be started",
            "DNS|firewall|connection",
        ),
        row(
            inbound,
            "openai: 401",
            OpenAi(
                401,
                r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            ),
            "refused|wrong",
            "revoked|copied",
        ),
        row(
            inbound,
            "openai: no credit",
            OpenAi(
                429,
                r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
            ),
            "credit|quota",
            "billing",
        ),
        row(
            inbound,
            "openai: too fast",
            OpenAi(
                429,
                r#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#,
            ),
            "requests",
            "slow down|wait|limiter",
        ),
        row(
            inbound,
            "openai: model",
            OpenAi(
                404,
                r#"{"error":{"message":"no model","code":"model_not_found"}}"#,
            ),
            "model|id",
            "model",
        ),
        row(
            inbound,
            "openai: 503",
            OpenAi(503, "{}"),
            "overloaded|down",
            "status page|try again",
        ),
        // ---- prompts
        row(
            prompts,
            "AUTHENTICATION_ERROR",
            PromptOps(401, "AUTHENTICATION_ERROR"),
            "key|signature",
            "clock|key",
        ),
        row(
            prompts,
            "RATE_LIMIT_ERROR",
            PromptOps(429, "RATE_LIMIT_ERROR"),
            "requests",
            "wait|batches",
        ),
        row(
            prompts,
            "TIMEOUT_ERROR",
            PromptOps(504, "TIMEOUT_ERROR"),
            "slow|payload",
            "timeout",
        ),
        row(
            prompts,
            "PROMPT_NOT_FOUND",
            PromptOps(404, "PROMPT_NOT_FOUND"),
            "no prompt",
            "id",
        ),
        row(
            prompts,
            "VALIDATION_ERROR",
            PromptOps(422, "VALIDATION_ERROR"),
            "rule|variable",
            "correct",
        ),
        row(
            prompts,
            "NETWORK_ERROR",
            PromptOps(502, "NETWORK_ERROR"),
            "reached",
            "DNS|proxy",
        ),
        row(
            prompts,
            "SERVER_ERROR",
            PromptOps(500, "SERVER_ERROR"),
            "failed",
            "status page",
        ),
        // ---- click-to-call
        row(
            click,
            "callback base url on localhost",
            Here(localhost_callback),
            "localhost|public",
            "correct",
        ),
        row(
            click,
            "callback base url without https",
            Here(plain_callback),
            "https",
            "correct",
        ),
        row(
            click,
            "11200",
            TwilioLog(11200),
            "retrieval",
            "reachable|15 s",
        ),
        row(click, "11217", TwilioLog(11217), "response code", "200"),
        row(click, "20429", Twilio(429, 20429), "too many", "fewer"),
        row(click, "502", Gateway(502), "backend", "upstream|start"),
        row(click, "503", Gateway(503), "down|overloaded", "health"),
        row(click, "504", Gateway(504), "slow", "30 s"),
        row(
            click,
            "connection refused",
            ProxyLog("connect() failed (111: Connection refused)"),
            "listens",
            "port",
        ),
        row(
            click,
            "upstream timed out",
            ProxyLog("upstream timed out (110)"),
            "answer",
            "30 s",
        ),
        row(
            click,
            "upstream prematurely closed",
            ProxyLog("upstream prematurely closed connection"),
            "crashed",
            "log",
        ),
        row(
            click,
            "agent's or lead's number",
            Here(bad_number),
            "+|country code",
            "correct",
        ),
        row(
            click,
            "account suspended",
            Twilio(401, 20005),
            "not active|suspended",
            "status",
        ),
    ]
}

#[tokio::test]
async fn every_row_gives_cause_and_remedy() {
    let rows = rows();
    assert!(rows.len() >= 80, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let (cause, remedy) = advice(&row.comes).await;
        for (what, text, words) in [
            ("cause", &cause, row.cause),
            ("remedy", &remedy, row.remedy),
        ] {
            let lower = text.to_lowercase();
            let has = words
                .split('|')
                .any(|word| lower.contains(&word.to_lowercase()));
            if text.len() < 20 || !has {
                wrong.push(format!(
                    "{}, {}: {what} lacks {words}: {text}",
                    row.guide, row.about
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the SDK says: everything about the cause, and what to do.
async fn advice(comes: &Comes) -> (String, String) {
    let error = match comes {
        Comes::Twilio(status, code) => twilio(*status, *code).await,
        Comes::TwilioLog(code) => {
            let code = twilio_client::error::ErrorCode::new(*code);
            let hint = code.hint().unwrap().to_owned();
            return (format!("{}: {hint}", code.name().unwrap()), hint);
        }
        Comes::Exotel(status, body) => {
            let client = ExotelClient::builder()
                .account(AccountName::parse("exampleacc").unwrap())
                .api_key("0123456789abcdef")
                .api_token("fedcba9876543210")
                .region(Region::default())
                .options(answers(*status, body.to_string()));
            let client = client.build().unwrap();
            client.trunks().page(&Default::default()).await.unwrap_err()
        }
        Comes::Ultravox(status) => {
            let client = UltravoxClient::builder()
                .api_key("12345678.1234567890abcdef1234567890abcdef")
                .options(answers(*status, r#"{"detail":"no"}"#));
            let client = client.build().unwrap();
            client.accounts().me().await.unwrap_err()
        }
        Comes::PromptOps(status, code) => {
            let body = json!({"success": false, "error": {"code": code, "message": "no"}});
            let client = PromptOpsClient::builder()
                .api_key("po_0123456789abcdef01234567")
                .secret_key("a-secret-of-some-length")
                .options(answers(*status, body.to_string()));
            let client = client.build().unwrap();
            client.usage().limits().await.unwrap_err()
        }
        Comes::OpenAi(status, body) => {
            let client = OpenAiClient::builder()
                .api_key("sk-proj-0123456789abcdef")
                .options(answers(*status, *body));
            let client = client.build().unwrap();
            client.health().await.error.unwrap()
        }
        Comes::Nothing(kind) => {
            let transport = ScriptedTransport::new([Reply::fail(*kind, Delivery::NotSent)]);
            let options = ClientOptions::new()
                .transport(Arc::new(transport))
                .retries(0);
            twilio_with(options)
                .calls()
                .get(call_sid())
                .await
                .unwrap_err()
        }
        Comes::Event(code) => {
            let row = EVENTS.iter().find(|row| row.code.as_str() == *code);
            let row = row.unwrap_or_else(|| panic!("no event {code}"));
            return (row.message.to_owned(), row.hint.to_owned());
        }
        Comes::Gateway(status) => {
            let known = explain_status(*status).unwrap();
            return (known.cause.to_owned(), known.remedy.to_owned());
        }
        Comes::ProxyLog(line) => {
            let known = explain_phrase(line).unwrap();
            return (known.cause.to_owned(), known.remedy.to_owned());
        }
        Comes::Service(code) => {
            return (
                format!("service code {}", code.as_str()),
                code.solution().to_owned(),
            );
        }
        Comes::Here(make) => make(),
    };
    assert!(!error.likely_cause().is_empty());
    let hint = error.hint().unwrap_or_default();
    (
        format!("{error}; {}; {hint}", error.likely_cause()),
        error.remedy().to_owned(),
    )
}

fn answers(status: u16, body: impl Into<String>) -> ClientOptions {
    let reply = Reply::status(status, body.into()).header("content-type", "application/json");
    let transport = ScriptedTransport::new([reply]);
    ClientOptions::new()
        .transport(Arc::new(transport))
        .retries(0)
}

async fn twilio(status: u16, code: u32) -> Error {
    let body = json!({"code": code, "message": "no", "status": status});
    let client = twilio_with(answers(status, body.to_string()));
    client.calls().get(call_sid()).await.unwrap_err()
}

fn twilio_with(options: ClientOptions) -> TwilioClient {
    TwilioClient::builder()
        .account_sid(AccountSid::parse(concat!("AC", "0123456789abcdef0123456789abcdef")).unwrap())
        .auth_token(AuthToken::parse("0123456789abcdef0123456789abcdef").unwrap())
        .options(options)
        .build()
        .unwrap()
}

fn call_sid() -> voice_core::ident::CallSid {
    voice_core::ident::CallSid::parse(concat!("CA", "0123456789abcdef0123456789abcdef")).unwrap()
}

fn exotel(code: &str, message: &str) -> Value {
    json!({"error": "no", "message": message, "code": code})
}

fn exotel_v2(status: u16, code: u32) -> Value {
    json!({
        "request_id": "r", "method": "GET", "http_code": status,
        "response": {"code": status, "status": "failure", "data": null,
            "error_data": {"code": code, "message": "no", "description": "no"}},
    })
}

fn no_settings() -> Error {
    UltravoxClient::from_environment(&Environment::from_pairs([("A", "b")])).unwrap_err()
}

fn bad_sid() -> Error {
    let pairs = [
        ("TWILIO_ACCOUNT_SID", "SK12"),
        ("TWILIO_AUTH_TOKEN", "0123456789abcdef0123456789abcdef"),
    ];
    TwilioClient::from_environment(&Environment::from_pairs(pairs)).unwrap_err()
}

fn bad_agent_name() -> Error {
    StrictProfile::new().agent_name("Support!").unwrap_err()
}

fn long_prompt() -> Error {
    StrictProfile::new()
        .check_prompt(&"x".repeat(10_001))
        .unwrap_err()
}

fn bad_variable() -> Error {
    let context: Map<String, Value> = [("123invalid".to_owned(), json!(1))].into_iter().collect();
    StrictProfile::new().check_context(&context).unwrap_err()
}

fn bad_number() -> Error {
    E164::parse("4155550123").unwrap_err().into()
}

fn bad_trunk() -> Error {
    TrunkName::parse("test-trunk!").unwrap_err().into()
}

fn bad_nso() -> Error {
    NsoCode::parse("INDMUM").unwrap_err().into()
}

fn bad_range() -> Error {
    Ipv4Cidr::parse("192.168.1.100/33").unwrap_err().into()
}

fn localhost_callback() -> Error {
    PublicHttpsUrl::parse("https://localhost:3001")
        .unwrap_err()
        .into()
}

fn plain_callback() -> Error {
    PublicHttpsUrl::parse("http://api.example.com")
        .unwrap_err()
        .into()
}
