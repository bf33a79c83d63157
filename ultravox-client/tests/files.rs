//! Samples, descriptions and previews through the typed client and the simulator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use ultravox_client::testkit::UltravoxSimulator;
use ultravox_client::types::{ExternalVoice, InworldVoice, Ownership, UploadFile};
use ultravox_client::voices::{ListVoices, NewVoice, VoiceClone, VoiceUpdate};
use voice_core::error::ErrorKind;
use voice_core::testkit::Mishap;

#[tokio::test]
async fn a_cloned_voice_is_there_and_speaks() {
    let simulator = UltravoxSimulator::start().await;
    let client = simulator.client().build().unwrap();
    let sample = UploadFile::new("ada.wav", vec![7_u8; 200_000]).unwrap();
    let order = VoiceClone::new("Ada", sample).language("en-GB");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let voice = client
        .voices()
        .clone_with_progress(&order, move |progress| {
            ear.lock().unwrap().push((progress.sent, progress.total));
        })
        .await
        .unwrap();
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard[0].0, 0);
    assert!(
        heard.len() > 3 && heard.windows(2).all(|two| two[0].0 <= two[1].0),
        "{heard:?}"
    );
    let (sent, total) = *heard.last().unwrap();
    assert!(sent == total && total > 200_000);
    assert_eq!(voice.primary_language.as_deref(), Some("en-GB"));
    assert_eq!(voice.ownership, Some(Ownership::Private));
    let found = client
        .voices()
        .page(&ListVoices::new().search("ada"))
        .await
        .unwrap();
    assert_eq!(found.items.len(), 1);
    let again = client.voices().clone_voice(&order).await.unwrap_err();
    assert_eq!(
        (again.kind(), again.fields()[0].field.as_str()),
        (ErrorKind::InvalidInput, "name")
    );

    let preview = client.voices().preview(voice.id().unwrap()).await.unwrap();
    let wav = preview.bytes().await.unwrap();
    assert_eq!(
        (&wav[..4], &wav[8..16], wav.len()),
        (&b"RIFF"[..], &b"WAVEfmt "[..], 4_044)
    );
    assert_eq!(
        (
            simulator.requests("storage.get"),
            simulator.leaked_credentials()
        ),
        (1, 0)
    );
}

#[tokio::test]
async fn a_preview_is_bounded_and_survives_a_storage_that_fails_once() {
    let simulator = UltravoxSimulator::start().await;
    let client = simulator.client().build().unwrap();
    let voices = client.voices();
    let found = voices
        .page(&ListVoices::new().search("Mark"))
        .await
        .unwrap();
    let mark = found.items[0].id().unwrap();
    let preview = voices.preview(mark).await.unwrap().into_inner();
    let error = preview.with_cap(1_000).bytes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    simulator
        .mishaps()
        .next_of("storage.get", Mishap::ServerError);
    assert!(voices.preview(mark).await.unwrap().bytes().await.is_ok());
    simulator
        .mishaps()
        .next_of("storage.get", Mishap::Unauthorized);
    let error = voices.preview(mark).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Other,
        "not this client's key: {error}"
    );
}

#[tokio::test]
async fn a_voice_that_cannot_speak_says_why() {
    let simulator = UltravoxSimulator::start().await;
    let client = simulator.client().build().unwrap();
    let voices = client.voices();
    let bad = ExternalVoice::Inworld(InworldVoice::new().voice_id("missing-1"));
    let order = NewVoice::new("Nobody", bad);
    let error = voices.preview_unsaved(&order).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("knows no such voice"), "{error}");
    let made = voices.create(&order).await.unwrap();
    let error = voices.preview(made.id().unwrap()).await.unwrap_err();
    assert!(error.message().contains("knows no such voice"), "{error}");
    let good = ExternalVoice::Inworld(InworldVoice::new().voice_id("Ashley"));
    let change = VoiceUpdate::new().definition(good);
    voices.update(made.id().unwrap(), &change).await.unwrap();
    assert!(voices.preview(made.id().unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_description_makes_a_tool() {
    let simulator = UltravoxSimulator::start().await;
    let client = simulator.client().build().unwrap();
    let spec = json!({
        "openapi": "3.0.3",
        "servers": [{"url": "https://api.bluebell.example"}],
        "paths": {"/hours": {"get": {"operationId": "openingHours"}}},
    });
    let file = UploadFile::new("api.json", spec.to_string()).unwrap();
    let tool = client.tools().create_from_openapi(&file).await.unwrap();
    let http = tool.definition.as_ref().unwrap().http.as_ref().unwrap();
    assert_eq!(
        http.base_url_pattern.as_deref(),
        Some("https://api.bluebell.example/hours")
    );
    let answer = client
        .tools()
        .test(tool.id().unwrap(), &json!({"day": "Monday"}))
        .await
        .unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["tool"], "openingHours");
    for bad in ["no json", "{}", "[1]"] {
        let file = UploadFile::new("api.json", bad).unwrap();
        let error = client.tools().create_from_openapi(&file).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields()[0].field.as_str()),
            (ErrorKind::InvalidInput, "file"),
            "{bad}"
        );
    }
}
