//! Answers of each provider: envelopes, errors, bodies, lists, as the clients read them.
//!
//! An input is one answer or several (`---` between them): a status, headers, and behind a blank line the body. The
//! transport asserts that no answer leads a client to another host, and that none makes it ask for ever.

use std::time::Duration;

use voice_core::ident::{AccountSid, CallSid, RecordingSid};
use voice_core::provider::CallId;

use crate::support::transport::{BASE, FromMemory, read_list, sound};
use crate::support::wait;

const SECRET: &str = "s3crQ7xA91Qp02kdi38Z9aaBB";
const TWILIO_TOKEN: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const CALL: &str = concat!("CA", "0123456789abcdef0123456789abcdef");

fn ultravox(data: &[u8]) -> ultravox_client::UltravoxClient {
    ultravox_client::UltravoxClient::builder()
        .api_key(SECRET)
        .base_url(BASE)
        .options(FromMemory::new(data, SECRET).options())
        .build()
        .expect("a client")
}

/// Ultravox: calls, agents, voices, the account.
pub fn ultravox_answer(data: &[u8]) {
    wait(async {
        let call = CallId::new("3c90c3cc-0d44-4b50-8888-8dd25736052a").expect("an id");
        let agent = voice_core::provider::AgentId::new("a1").expect("an id");
        sound(&ultravox(data).calls().get(&call).await, SECRET);
        sound(&ultravox(data).agents().get(&agent).await, SECRET);
        sound(&ultravox(data).calls().tools(&call).await, SECRET);
        sound(&ultravox(data).accounts().me().await, SECRET);
        sound(&ultravox(data).accounts().billing().await, SECRET);
        sound(&ultravox(data).calls().hang_up(&call).await, SECRET);
    });
}

/// Ultravox: lists with their cursors and links to the next page.
pub fn ultravox_pages(data: &[u8]) {
    wait(async {
        let client = ultravox(data);
        read_list(
            client
                .calls()
                .list(&ultravox_client::calls::ListCalls::new()),
            SECRET,
        )
        .await;
        let client = ultravox(data);
        read_list(
            client
                .agents()
                .list(&ultravox_client::agents::ListAgents::new()),
            SECRET,
        )
        .await;
        let client = ultravox(data);
        read_list(
            client
                .models()
                .list(&ultravox_client::models::ListModels::new()),
            SECRET,
        )
        .await;
        let client = ultravox(data);
        read_list(
            client
                .voices()
                .list(&ultravox_client::voices::ListVoices::new()),
            SECRET,
        )
        .await;
    });
}

fn twilio(data: &[u8]) -> twilio_client::TwilioClient {
    twilio_client::TwilioClient::builder()
        .account_sid(
            AccountSid::parse(concat!("AC", "0123456789abcdef0123456789abcdef")).expect("a SID"),
        )
        .auth_token(voice_core::ident::AuthToken::parse(TWILIO_TOKEN).expect("a token"))
        .base_url(BASE.parse().expect("a base"))
        .options(FromMemory::new(data, TWILIO_TOKEN).options())
        .build()
        .expect("a client")
}

/// Twilio: calls, recordings, the account, errors in JSON and XML.
pub fn twilio_answer(data: &[u8]) {
    wait(async {
        let call = CallSid::parse(CALL).expect("a SID");
        let recording =
            RecordingSid::parse(concat!("RE", "0123456789abcdef0123456789abcdef")).expect("a SID");
        sound(&twilio(data).calls().get(call).await, TWILIO_TOKEN);
        sound(&twilio(data).calls().hang_up(call).await, TWILIO_TOKEN);
        sound(
            &twilio(data).recordings().get(recording).await,
            TWILIO_TOKEN,
        );
        sound(&twilio(data).calls().delete(call).await, TWILIO_TOKEN);
    });
}

/// Twilio: lists, v2010 with relative links and the newer kind with absolute ones.
pub fn twilio_pages(data: &[u8]) {
    wait(async {
        let client = twilio(data);
        read_list(
            client.calls().list(&twilio_client::calls::ListCalls::new()),
            TWILIO_TOKEN,
        )
        .await;
        let client = twilio(data);
        read_list(
            client
                .recordings()
                .list(&twilio_client::recordings::ListRecordings::new()),
            TWILIO_TOKEN,
        )
        .await;
        let client = twilio(data);
        read_list(
            client
                .trunks()
                .list(&twilio_client::trunks::ListTrunks::new()),
            TWILIO_TOKEN,
        )
        .await;
    });
}

fn exotel(data: &[u8]) -> exotel_vsip::ExotelClient {
    exotel_vsip::ExotelClient::builder()
        .account(exotel_vsip::AccountName::parse("acme1").expect("a name"))
        .api_key("a-key-of-the-account")
        .api_token(SECRET)
        .region(exotel_vsip::Region::Custom(BASE.parse().expect("a base")))
        .settle(Duration::ZERO)
        .options(FromMemory::new(data, SECRET).options())
        .build()
        .expect("a client")
}

/// Exotel: v2 envelopes, voice v1 in JSON and XML, the gateway's pages, refusals with HTTP 200.
pub fn exotel_answer(data: &[u8]) {
    wait(async {
        let trunk = exotel_vsip::types::TrunkSid::parse("trmum1c8c2b5e0f4a5b6c7d8e9f0a1b2c3d4")
            .expect("a SID");
        let call =
            exotel_vsip::voice::CallSid::parse("c5797dcbaaeed7678c4062a4a3ed2f8a").expect("a SID");
        sound(&exotel(data).trunks().get(&trunk).await, SECRET);
        sound(&exotel(data).voice().details(&call).await, SECRET);
        sound(&exotel(data).voice().balance().await, SECRET);
        read_list(exotel(data).trunk(&trunk).settings().list(), SECRET).await;
        let new = exotel_vsip::trunks::NewTrunk::new(
            voice_core::ident::TrunkName::parse("fuzz_trunk").expect("a name"),
        );
        sound(&exotel(data).trunks().create(&new).await, SECRET);
    });
}

/// Exotel: lists by offset (v2) and by cursor (voice v1).
pub fn exotel_pages(data: &[u8]) {
    wait(async {
        let client = exotel(data);
        read_list(
            client
                .trunks()
                .list(&exotel_vsip::trunks::ListTrunks::new()),
            SECRET,
        )
        .await;
        let client = exotel(data);
        read_list(
            client.voice().list(&exotel_vsip::voice::ListCalls::new()),
            SECRET,
        )
        .await;
    });
}

fn promptops(data: &[u8]) -> promptops_client::PromptOpsClient {
    promptops_client::PromptOpsClient::builder()
        .api_key("po_live_0123456789abcdef")
        .secret_key(SECRET)
        .base_url(BASE)
        .attempts(1)
        .options(FromMemory::new(data, SECRET).options())
        .build()
        .expect("a client")
}

/// PromptOps: prompts and versions, experiments, flags, keys, usage; enveloped or not.
pub fn promptops_answer(data: &[u8]) {
    wait(async {
        sound(&promptops(data).prompts().get("greeting").await, SECRET);
        sound(
            &promptops(data).prompts().versions("greeting").await,
            SECRET,
        );
        sound(&promptops(data).experiments().get("e1").await, SECRET);
        sound(&promptops(data).experiments().results("e1").await, SECRET);
        sound(&promptops(data).flags().get("f1").await, SECRET);
        sound(&promptops(data).usage().limits().await, SECRET);
        sound(&promptops(data).keys().validate_self().await, SECRET);
        sound(&promptops(data).keys().check_credentials().await, SECRET);
    });
}

/// PromptOps: lists.
pub fn promptops_pages(data: &[u8]) {
    use promptops_client::resources::{ExperimentFilter, FlagFilter};
    wait(async {
        let client = promptops(data);
        read_list(client.experiments().list(&ExperimentFilter::new()), SECRET).await;
        let client = promptops(data);
        read_list(client.flags().list(&FlagFilter::new()), SECRET).await;
    });
}

fn openai(data: &[u8]) -> openai_calls::OpenAiClient {
    openai_calls::OpenAiClient::builder()
        .api_key(SECRET)
        .base_url(BASE)
        .options(FromMemory::new(data, SECRET).options())
        .build()
        .expect("a client")
}

/// OpenAI: orders to a call, client secrets, webhook endpoints.
pub fn openai_answer(data: &[u8]) {
    wait(async {
        let call = CallId::new("rtc_0123456789abcdef").expect("an id");
        let session = openai_calls::session::Session::new("Be kind.");
        let target =
            voice_core::provider::TransferTarget::Phone("+14155550123".parse().expect("a number"));
        sound(&openai(data).calls().accept(&call, &session).await, SECRET);
        sound(&openai(data).calls().refer(&call, &target).await, SECRET);
        sound(&openai(data).calls().hang_up(&call).await, SECRET);
        let request = openai_calls::client_secrets::NewClientSecret::new(session);
        sound(
            &openai(data).client_secrets().create(&request).await,
            SECRET,
        );
        sound(&openai(data).webhook_endpoints().get("we_1").await, SECRET);
        sound(
            &openai(data).webhook_endpoints().event_types().await,
            SECRET,
        );
    });
}

/// OpenAI: lists by the last id.
pub fn openai_pages(data: &[u8]) {
    use openai_calls::webhook_endpoints::ListWebhookEndpoints;
    wait(async {
        let client = openai(data);
        read_list(
            client
                .webhook_endpoints()
                .list(&ListWebhookEndpoints::new()),
            SECRET,
        )
        .await;
    });
}
