//! What goes over the wire for voices, to the letter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::{Arc, Mutex};

use common::{KEY, created, new_agent, only, scripted};
use serde_json::{Value, json};
use ultravox_client::types::{
    Clearable, ElevenLabsVoice, ExternalVoice, GenericVoice, LmntVoice, Ownership, RespeecherVoice,
    UploadFile, VoiceBillingStyle, VoiceId,
};
use ultravox_client::voices::{
    ListVoices, NewVoice, Voice, VoiceClone, VoiceProvider, VoiceUpdate,
};
use voice_core::error::ErrorKind;
use voice_core::testkit::Reply;

fn id() -> VoiceId {
    VoiceId::new("v-1").unwrap()
}

fn lily() -> NewVoice {
    NewVoice::new(
        "Lily",
        ExternalVoice::Lmnt(LmntVoice::new().voice_id("lily")),
    )
}

fn sent(method: &str, target: &str, body: &Value) -> (String, String, Value) {
    (method.to_owned(), target.to_owned(), body.clone())
}

#[tokio::test]
async fn a_voice_and_its_verbs() {
    let whole = json!({"name": "Lily", "definition": {"lmnt": {"voiceId": "lily"}}, "primaryLanguage": "en-US"});
    let voice = lily().primary_language("en-US");

    let (client, transport) = scripted([created(&json!({"voiceId": "v-1"}))]);
    let made = client.voices().create(&voice).await.unwrap();
    assert_eq!(made.id().unwrap(), &id());
    assert_eq!(only(&transport), sent("POST", "/api/voices", &whole));

    let ok = || [Reply::json(&json!({}))];
    let (client, transport) = scripted(ok());
    client.voices().get(&id()).await.unwrap();
    assert_eq!(
        only(&transport),
        sent("GET", "/api/voices/v-1", &Value::Null)
    );

    let (client, transport) = scripted(ok());
    client.voices().replace(&id(), &voice).await.unwrap();
    assert_eq!(only(&transport), sent("PUT", "/api/voices/v-1", &whole));

    let (client, transport) = scripted(ok());
    let change = VoiceUpdate::new().name("Lil").description(Clearable::Clear);
    client.voices().update(&id(), &change).await.unwrap();
    assert_eq!(
        only(&transport),
        sent(
            "PATCH",
            "/api/voices/v-1",
            &json!({"name": "Lil", "description": null})
        )
    );

    let (client, transport) = scripted([Reply::status(204, "")]);
    client.voices().delete(&id()).await.unwrap();
    assert_eq!(
        only(&transport),
        sent("DELETE", "/api/voices/v-1", &Value::Null)
    );
}

#[tokio::test]
async fn every_filter_has_its_name_and_providers_repeat() {
    let (client, transport) = scripted([Reply::json(&json!({"results": []}))]);
    let filter = ListVoices::new()
        .provider(VoiceProvider::ElevenLabs)
        .provider(VoiceProvider::Lmnt)
        .billing_style(VoiceBillingStyle::Included)
        .ownership(Ownership::Private)
        .primary_language("en")
        .search("Ada")
        .page_size(5);
    client.voices().page(&filter).await.unwrap();
    let target = "/api/voices?billingStyle=VOICE_BILLING_STYLE_INCLUDED&ownership=private&primaryLanguage=en\
                  &provider=eleven_labs&provider=lmnt&search=Ada&pageSize=5";
    assert_eq!(only(&transport), sent("GET", target, &Value::Null));

    let (client, transport) = scripted([Reply::json(&json!({"results": []}))]);
    let empty = ListVoices::new().search("").primary_language("");
    client.voices().page(&empty).await.unwrap();
    assert_eq!(only(&transport), sent("GET", "/api/voices", &Value::Null));
}

#[tokio::test]
async fn settings_spell_eleven_labs_another_way_than_the_list() {
    let (client, transport) = scripted([created(&json!({}))]);
    let voice = ExternalVoice::ElevenLabs(ElevenLabsVoice::new().voice_id("x").speed(1.2));
    client
        .voices()
        .create(&NewVoice::new("X", voice))
        .await
        .unwrap();
    let (_, _, body) = only(&transport);
    assert_eq!(
        body["definition"],
        json!({"elevenLabs": {"voiceId": "x", "speed": 1.2}})
    );
}

#[tokio::test]
async fn a_clone_is_a_form() {
    let (client, transport) = scripted([created(&json!({"voiceId": "v-1"}))]);
    let sample = UploadFile::new("ada.wav", "RIFF").unwrap();
    let order = VoiceClone::new("Ada", sample)
        .description("From the studio")
        .language("en-GB");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    client
        .voices()
        .clone_with_progress(&order, move |progress| {
            ear.lock().unwrap().push(progress.sent);
        })
        .await
        .unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(
        (sent.method.as_str(), sent.uri.path()),
        ("POST", "/api/voices")
    );
    assert!(
        sent.header("content-type")
            .starts_with("multipart/form-data; boundary=")
    );
    let text = sent.text();
    for part in [
        "name=\"name\"\r\n\r\nAda\r\n",
        "name=\"description\"\r\n\r\nFrom the studio\r\n",
        "name=\"language\"\r\n\r\nen-GB\r\n",
        "name=\"file\"; filename=\"ada.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF\r\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!format!("{order:?}").contains("Ada"));
}

#[tokio::test]
async fn a_preview_is_followed_to_the_storage_without_the_key() {
    let (client, transport) = scripted([
        Reply::status(302, "").header("location", "https://store.example/p.wav?sig=1"),
        Reply::status(200, "RIFFxx").header("content-type", "audio/wav"),
    ]);
    let preview = client.voices().preview(&id()).await.unwrap();
    assert_eq!(preview.content_type(), Some("audio/wav"));
    assert_eq!(&preview.bytes().await.unwrap()[..], b"RIFFxx");
    let sent = transport.sent();
    assert_eq!(
        (sent[0].uri.path(), sent[0].header("x-api-key")),
        ("/api/voices/v-1/preview", KEY)
    );
    assert_eq!(sent[1].uri.host(), Some("store.example"));
    assert!(!sent[1].headers.contains_key("x-api-key"));
}

#[tokio::test]
async fn a_preview_that_fails_says_what_the_provider_said() {
    for body in [
        json!({"detail": "No such voice."}),
        json!({"message": "No such voice."}),
    ] {
        let refused =
            Reply::status(400, body.to_string()).header("content-type", "application/json");
        let (client, _) = scripted([refused]);
        let error = client.voices().preview(&id()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().contains("No such voice."), "{error}");
    }
}

#[tokio::test]
async fn a_voice_can_be_heard_before_it_is_kept() {
    let (client, transport) =
        scripted([Reply::status(200, "RIFF").header("content-type", "audio/wav")]);
    let preview = client.voices().preview_unsaved(&lily()).await.unwrap();
    assert_eq!(&preview.bytes().await.unwrap()[..], b"RIFF");
    let body = json!({"name": "Lily", "definition": {"lmnt": {"voiceId": "lily"}}});
    assert_eq!(only(&transport), sent("POST", "/api/voice_preview", &body));
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent_and_all_of_it_is_said() {
    let (client, transport) = scripted([]);
    let bad = ExternalVoice::Respeecher(RespeecherVoice::new().top_k(0).top_p(0.0).min_p(2));
    let voice = NewVoice::new("x".repeat(41), bad)
        .description("x".repeat(241))
        .primary_language("x".repeat(11));
    let expected = [
        "name",
        "description",
        "primaryLanguage",
        "definition.respeecher.topK",
        "definition.respeecher.topP",
        "definition.respeecher.minP",
        "definition.respeecher.voiceId",
    ];
    for error in [
        client.voices().create(&voice).await.unwrap_err(),
        client.voices().replace(&id(), &voice).await.unwrap_err(),
        client.voices().preview_unsaved(&voice).await.unwrap_err(),
    ] {
        let fields: Vec<&str> = error
            .fields()
            .iter()
            .map(|field| field.field.as_str())
            .collect();
        assert_eq!(fields, expected);
    }
    let sample = UploadFile::new("a.wav", "").unwrap();
    let error = client
        .voices()
        .clone_voice(&VoiceClone::new("", sample))
        .await
        .unwrap_err();
    assert_eq!(error.fields().len(), 2);
    assert!(
        client
            .voices()
            .update(&id(), &VoiceUpdate::new())
            .await
            .is_err()
    );
    assert!(transport.sent().is_empty());
}

#[test]
fn headers_and_keys_of_a_service_do_not_show() {
    let service = GenericVoice::new(
        "https://tts.example",
        [("text", "{text}"), ("key", "planted")],
    )
    .headers([("authorization".to_owned(), "Bearer planted".into())]);
    let order = NewVoice::new("Own", ExternalVoice::Generic(Box::new(service)));
    let wire = serde_json::to_value(&order).unwrap();
    assert_eq!(
        wire["definition"]["generic"]["headers"]["authorization"],
        "Bearer planted"
    );
    let read: Voice = serde_json::from_value(wire).unwrap();
    let shown = format!("{order:?} {order:#?} {read:?}");
    assert!(!shown.contains("planted"), "{shown}");
}

#[tokio::test]
async fn settings_of_an_agents_voice_are_checked_too() {
    let (client, transport) = scripted([]);
    let fast = ExternalVoice::Lmnt(LmntVoice::new().speed(9));
    let mut agent = new_agent("A", "Be brief.");
    agent.call_template = agent.call_template.voice("Mark").voice_overrides(fast);
    let error = client.agents().create(&agent).await.unwrap_err();
    assert_eq!(
        error.fields()[0].field,
        "callTemplate.voiceOverrides.lmnt.speed"
    );
    assert!(transport.sent().is_empty());
}
