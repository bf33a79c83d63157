//! Typed clients beside typed clients of the same API: the same operation, on the same server, to a typed answer.

use std::hint::black_box;

use async_openai::config::OpenAIConfig;
use async_openai::types::realtime as theirs;
use openai_calls::OpenAiClient;
use openai_calls::client_secrets::NewClientSecret;
use openai_calls::session::Session;
use tokio::runtime::{Builder, Runtime};
use twilio_client::TwilioClient;
use twilio_openapi::apis::configuration::Configuration;
use twilio_openapi::apis::default_api::fetch_call;
use voice_core::ident::CallSid;
use voice_core::transport::BaseUrl;

use crate::harness::{Figures, each_async, pair};
use crate::{Options, Row, Unit, server_thread};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const CALL: &str = "CA0123456789abcdef0123456789abcdef";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const MODEL: &str = "gpt-realtime";
const INSTRUCTIONS: &str = "You are a friendly assistant.";

struct Scene {
    runtime: Runtime,
    twilio: TwilioClient,
    their_twilio: Configuration,
    openai: OpenAiClient,
    their_openai: async_openai::Client<OpenAIConfig>,
    call: CallSid,
}

impl Scene {
    fn new() -> Self {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let base = format!("http://{}", server_thread());
        let guard = runtime.enter();
        let twilio = TwilioClient::builder()
            .account_sid(ACCOUNT.parse().expect("a SID"))
            .auth_token(TOKEN.parse().expect("a token"))
            .base_url(BaseUrl::parse(&base).expect("a loopback URL"))
            .build()
            .expect("a client");
        let their_twilio = Configuration {
            base_path: base.clone(),
            basic_auth: Some((ACCOUNT.to_owned(), Some(TOKEN.to_owned()))),
            ..Configuration::default()
        };
        let openai = OpenAiClient::builder()
            .api_key("sk-bench")
            .base_url(format!("{base}/v1"))
            .build()
            .expect("a client");
        let config = OpenAIConfig::new()
            .with_api_key("sk-bench")
            .with_api_base(format!("{base}/v1"));
        let their_openai = async_openai::Client::with_config(config);
        drop(guard);
        Self {
            runtime,
            twilio,
            their_twilio,
            openai,
            their_openai,
            call: CALL.parse().expect("a SID"),
        }
    }

    async fn our_call(&self) -> String {
        let call = self.twilio.calls().get(self.call.clone()).await;
        let call = black_box(call.expect("a call").into_inner());
        call.sid.expect("a SID").to_string()
    }

    async fn their_call(&self) -> String {
        let call = fetch_call(&self.their_twilio, ACCOUNT, CALL).await;
        let call = black_box(call.expect("a call"));
        call.sid.flatten().expect("a SID")
    }

    async fn our_secret(&self) -> i64 {
        let session = Session::new(MODEL).instructions(INSTRUCTIONS);
        let answer = self
            .openai
            .client_secrets()
            .create(&NewClientSecret::new(session))
            .await;
        let secret = black_box(answer.expect("a secret").into_inner());
        secret.expires_at.expect("a time")
    }

    async fn their_secret(&self) -> i64 {
        let session = theirs::RealtimeSession {
            model: Some(MODEL.to_owned()),
            instructions: Some(INSTRUCTIONS.to_owned()),
            ..theirs::RealtimeSession::default()
        };
        let request = theirs::RealtimeCreateClientSecretRequest {
            session: theirs::Session::RealtimeSession(Box::new(session)),
            expires_after: None,
        };
        let realtime = self.their_openai.realtime();
        let answer = realtime.create_client_secret(request).await;
        black_box(answer.expect("a secret"))
            .expires_at
            .cast_signed()
    }
}

/// The section `clients`.
#[must_use]
pub fn section(options: &Options) -> Vec<Row> {
    let scene = Scene::new();
    let runtime = &scene.runtime;
    let (ours, peer) = pair(
        options,
        each_async(runtime, || scene.our_call()),
        each_async(runtime, || scene.their_call()),
    );
    let mut rows = beside("Twilio: read a call", "twilio-openapi", ours, peer);
    let (ours, peer) = pair(
        options,
        each_async(runtime, || scene.our_secret()),
        each_async(runtime, || scene.their_secret()),
    );
    rows.extend(beside(
        "OpenAI: create a client secret",
        "async-openai",
        ours,
        peer,
    ));
    rows
}

fn beside(what: &str, peer: &str, ours: Figures, theirs: Figures) -> Vec<Row> {
    let row = |of: &str, unit, ours: f64, theirs: f64| {
        Row::new("clients", format!("{what}: {of}"), unit, ours).beside(peer, theirs)
    };
    vec![
        row("CPU", Unit::Nanoseconds, ours.cpu, theirs.cpu),
        row("wall", Unit::Nanoseconds, ours.wall, theirs.wall),
        row(
            "allocations",
            Unit::Allocations,
            ours.allocations,
            theirs.allocations,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_read_the_same() {
        let scene = Scene::new();
        scene.runtime.block_on(async {
            assert_eq!(scene.our_call().await, scene.their_call().await);
            assert_eq!(scene.our_secret().await, scene.their_secret().await);
        });
    }
}
