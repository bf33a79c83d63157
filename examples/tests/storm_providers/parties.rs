//! The table everything here runs over: one typed read through each provider's own client, and one through the bare core.

use std::sync::Arc;

use async_trait::async_trait;
use exotel_vsip::trunks::ListTrunks;
use exotel_vsip::{AccountName, ExotelClient, Region};
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue};
use openai_calls::OpenAiClient;
use promptops_client::PromptOpsClient;
use secrecy::SecretString;
use twilio_client::TwilioClient;
use ultravox_client::UltravoxClient;
use ultravox_client::models::ListModels;
use voice_core::client::{Answer, Client, ClientOptions, Dialect, Operation, Outgoing, Refusal};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, AuthToken, CallSid};
use voice_core::transport::BaseUrl;

/// Long enough for every provider's own rules on keys.
pub(crate) const PLANTED: &str = "planted1secret1planted1secret1pl";
const ULTRAVOX_KEY: &str = "abcdefgh.planted2secret2planted2secret2pl";
const TWILIO_TOKEN: &str = "fedcba98765432100123456789abcdef";
const OPENAI_KEY: &str = "sk-proj-planted3secret3planted3secret3pl";
const CALL: &str = "CA0123456789abcdef0123456789abcdef";

/// Reads one thing.
pub(crate) type Read = Arc<dyn Fn() -> BoxFuture<'static, Result<(), Error>> + Send + Sync>;

/// A provider.
#[derive(Clone, Copy)]
pub(crate) struct Party {
    pub(crate) name: &'static str,
    /// A good answer to its read.
    pub(crate) good: &'static str,
    /// The header it puts its request id in, if it has one.
    pub(crate) request_id: Option<&'static str>,
    /// A secret of its client.
    pub(crate) secret: &'static str,
    /// Requests a second it allows by itself, where its client keeps to a limit.
    pub(crate) most_per_second: Option<u32>,
    connect: fn(ClientOptions, Option<String>) -> Read,
}

impl Party {
    /// Its read through a client with these settings, at its own host or at `base`.
    pub(crate) fn read(&self, options: ClientOptions, base: Option<&str>) -> Read {
        (self.connect)(options, base.map(str::to_owned))
    }
}

pub(crate) const CORE: Party = Party {
    name: "core",
    good: r#"{"id": 1}"#,
    request_id: Some("x-request-id"),
    secret: PLANTED,
    most_per_second: None,
    connect: core,
};

pub(crate) const PARTIES: [Party; 6] = [
    CORE,
    Party {
        name: "ultravox",
        good: r#"{"results": [], "next": null, "previous": null, "total": 0}"#,
        request_id: Some("x-request-id"),
        secret: ULTRAVOX_KEY,
        most_per_second: None,
        connect: ultravox,
    },
    Party {
        name: "twilio",
        good: r#"{"sid": "CA0123456789abcdef0123456789abcdef", "status": "completed"}"#,
        request_id: Some("twilio-request-id"),
        secret: TWILIO_TOKEN,
        most_per_second: None,
        connect: twilio,
    },
    Party {
        name: "exotel",
        good: r#"{"request_id": "r-1", "method": "GET", "http_code": 200, "response": []}"#,
        request_id: Some("x-request-id"),
        secret: PLANTED,
        most_per_second: Some(3),
        connect: exotel,
    },
    Party {
        name: "promptops",
        good: r#"{"id": "greet", "version": "1.0.0", "content": "Hello {{name}}"}"#,
        request_id: Some("x-request-id"),
        secret: PLANTED,
        most_per_second: None,
        connect: promptops,
    },
    Party {
        name: "openai",
        good: r#"{"data": ["realtime.call.incoming"]}"#,
        request_id: Some("x-request-id"),
        secret: OPENAI_KEY,
        most_per_second: None,
        connect: openai,
    },
];

static GET: Operation = Operation::get("things.get", "/v1/things/{id}");

#[derive(Debug)]
struct Plain;

#[async_trait]
impl Dialect for Plain {
    fn provider(&self) -> &'static str {
        "core"
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        let mut key = HeaderValue::from_static(PLANTED);
        key.set_sensitive(true);
        request.headers.insert("x-api-key", key);
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        (!answer.status_is_success()).then(|| Refusal::from_status(answer.status))
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        headers.get("x-request-id")?.to_str().ok()
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![PLANTED.into()]
    }
}

fn core(options: ClientOptions, base: Option<String>) -> Read {
    let base = base.unwrap_or_else(|| "https://api.core.example".to_owned());
    let base = BaseUrl::parse(&base).unwrap();
    let client = Client::new(Arc::new(Plain), base, "storm/1.0", options).unwrap();
    Arc::new(move || {
        let client = client.clone();
        Box::pin(async move {
            let request = client.request(&GET).path("id", "1");
            request.send::<serde_json::Value>().await.map(drop)
        })
    })
}

fn ultravox(options: ClientOptions, base: Option<String>) -> Read {
    let mut builder = UltravoxClient::builder()
        .api_key(ULTRAVOX_KEY)
        .options(options);
    if let Some(base) = base {
        builder = builder.base_url(base);
    }
    let client = builder.build().unwrap();
    Arc::new(move || {
        let client = client.clone();
        Box::pin(async move { client.models().page(&ListModels::new()).await.map(drop) })
    })
}

fn twilio(options: ClientOptions, base: Option<String>) -> Read {
    let account = concat!("AC", "00112233445566778899aabbccddeeff");
    let mut builder = TwilioClient::builder()
        .account_sid(AccountSid::parse(account).unwrap())
        .auth_token(AuthToken::parse(TWILIO_TOKEN).unwrap())
        .options(options);
    if let Some(base) = base {
        builder = builder.base_url(BaseUrl::parse(&base).unwrap());
    }
    let client = builder.build().unwrap();
    let sid = CallSid::parse(CALL).unwrap();
    Arc::new(move || {
        let client = client.clone();
        Box::pin(async move { client.calls().get(sid).await.map(drop) })
    })
}

fn exotel(options: ClientOptions, base: Option<String>) -> Read {
    let region = base.map_or(Region::Mumbai, |base| base.parse().unwrap());
    let client = ExotelClient::builder()
        .account(AccountName::parse("exampleacc").unwrap())
        .api_key("another1key1another1key1another1key1another1key1")
        .api_token(PLANTED)
        .region(region)
        .options(options)
        .build()
        .unwrap();
    Arc::new(move || {
        let client = client.clone();
        Box::pin(async move { client.trunks().page(&ListTrunks::new()).await.map(drop) })
    })
}

fn promptops(options: ClientOptions, base: Option<String>) -> Read {
    let client = PromptOpsClient::builder()
        .api_key("po_another1key1another1key")
        .secret_key(PLANTED)
        .base_url(base.unwrap_or_else(|| "https://api.promptops.example".to_owned()))
        .options(options)
        .build()
        .unwrap();
    Arc::new(move || {
        let client = client.clone();
        Box::pin(async move { client.prompts().get("greet").await.map(drop) })
    })
}

fn openai(options: ClientOptions, base: Option<String>) -> Read {
    let mut builder = OpenAiClient::builder().api_key(OPENAI_KEY).options(options);
    if let Some(base) = base {
        builder = builder.base_url(base);
    }
    let client = builder.build().unwrap();
    Arc::new(move || {
        let client = client.clone();
        Box::pin(async move { client.webhook_endpoints().event_types().await.map(drop) })
    })
}
