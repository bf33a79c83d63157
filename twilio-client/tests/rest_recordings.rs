//! Recordings, their sound, add-ons' results and transcriptions, held against the official OpenAPI files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::exercise::Exercise;
use common::{call_sid, quick, scripted};
use secrecy::ExposeSecret;
use serde_json::json;
use twilio_client::TwilioClient;
use twilio_client::recordings::{
    GetRecording, ListAddOnResults, ListPayloads, ListRecordings, MediaChannels, MediaFormat,
    Recording, RecordingMedia, RecordingSource, RecordingStatus,
};
use twilio_client::transcriptions::{ListTranscriptions, Transcription};
use twilio_client::types::{DateFilter, Toggle};
use voice_core::error::ErrorKind;
use voice_core::ident::{
    AddOnPayloadSid, AddOnResultSid, ConferenceSid, RecordingSid, TranscriptionSid,
};
use voice_core::testkit::{Reply, ScriptedTransport};

const HEX: &str = "0123456789abcdef0123456789abcdef";
const STORED: &str = "https://storage.example/payload?signature=s3cret";

fn recording() -> RecordingSid {
    RecordingSid::parse(&format!("RE{HEX}")).unwrap()
}

fn result() -> AddOnResultSid {
    AddOnResultSid::parse(&format!("XR{HEX}")).unwrap()
}

fn payload() -> AddOnPayloadSid {
    AddOnPayloadSid::parse(&format!("XH{HEX}")).unwrap()
}

fn transcription() -> TranscriptionSid {
    TranscriptionSid::parse(&format!("TR{HEX}")).unwrap()
}

fn day() -> DateFilter {
    DateFilter::parse("2026-11-01").unwrap()
}

#[tokio::test]
async fn every_operation_of_recordings_is_as_documented() {
    let Some(mut on) = Exercise::of(&["recordings"]) else {
        return;
    };
    on.call("ListRecording", async |c| {
        let list = ListRecordings::new()
            .created_on(day())
            .created_before(day())
            .created_from(day())
            .call_sid(call_sid())
            .conference_sid(ConferenceSid::parse(&format!("CF{HEX}")).unwrap())
            .include_soft_deleted(Toggle::On)
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.recordings().list(&list).collect().await
    })
    .await;
    on.call("FetchRecording", async |c| {
        let request = GetRecording::new().include_soft_deleted(Toggle::On);
        c.recordings().get_with(recording(), &request).await
    })
    .await;
    on.call("FetchRecording", async |c| {
        c.recordings().get(recording()).await
    })
    .await;
    on.call("DeleteRecording", async |c| {
        c.recordings().delete(recording()).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn every_operation_of_add_ons_is_as_documented() {
    let Some(mut on) = Exercise::of(&["recording_addons"]) else {
        return;
    };
    on.call("ListRecordingAddOnResult", async |c| {
        let list = ListAddOnResults::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.recordings()
            .add_ons(recording())
            .list(&list)
            .collect()
            .await
    })
    .await;
    on.call("FetchRecordingAddOnResult", async |c| {
        c.recordings().add_ons(recording()).get(result()).await
    })
    .await;
    on.call("DeleteRecordingAddOnResult", async |c| {
        c.recordings().add_ons(recording()).delete(result()).await
    })
    .await;
    on.call("ListRecordingAddOnResultPayload", async |c| {
        let list = ListPayloads::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        let payloads = c.recordings().add_ons(recording()).payloads(result());
        payloads.list(&list).collect().await
    })
    .await;
    on.call("FetchRecordingAddOnResultPayload", async |c| {
        let payloads = c.recordings().add_ons(recording()).payloads(result());
        payloads.get(payload()).await
    })
    .await;
    on.call("DeleteRecordingAddOnResultPayload", async |c| {
        let payloads = c.recordings().add_ons(recording()).payloads(result());
        payloads.delete(payload()).await
    })
    .await;
    let redirect =
        Reply::status(307, json!({"redirect_to": STORED}).to_string()).header("location", STORED);
    let located = on
        .answered(
            "FetchRecordingAddOnResultPayloadData",
            redirect,
            async |c| {
                let payloads = c.recordings().add_ons(recording()).payloads(result());
                payloads.location(payload()).await
            },
        )
        .await;
    assert_eq!(located.url.expose_secret(), STORED);
    on.finish();
}

#[tokio::test]
async fn every_operation_of_transcriptions_is_as_documented() {
    let Some(mut on) = Exercise::of(&["transcriptions"]) else {
        return;
    };
    let list = || {
        ListTranscriptions::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1")
    };
    on.call("ListTranscription", async |c| {
        c.transcriptions().list(&list()).collect().await
    })
    .await;
    on.call("FetchTranscription", async |c| {
        c.transcriptions().get(transcription()).await
    })
    .await;
    on.call("DeleteTranscription", async |c| {
        c.transcriptions().delete(transcription()).await
    })
    .await;
    on.call("ListRecordingTranscription", async |c| {
        let of_recording = c.recordings().transcriptions(recording());
        of_recording.list(&list()).collect().await
    })
    .await;
    on.call("FetchRecordingTranscription", async |c| {
        let of_recording = c.recordings().transcriptions(recording());
        of_recording.get(transcription()).await
    })
    .await;
    on.call("DeleteRecordingTranscription", async |c| {
        let of_recording = c.recordings().transcriptions(recording());
        of_recording.delete(transcription()).await
    })
    .await;
    on.finish();
}

async fn located(reply: Reply) -> (TwilioClient, ScriptedTransport, Result<String, ErrorKind>) {
    let (client, transport) = scripted([reply]);
    let payloads = client.recordings().add_ons(recording()).payloads(result());
    let outcome = payloads.location(payload()).await;
    let shown = format!("{outcome:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let outcome = outcome
        .map(|located| located.url.expose_secret().to_owned())
        .map_err(|error| error.kind());
    (client, transport, outcome)
}

#[tokio::test]
async fn the_place_of_a_payload_is_handed_out_and_not_followed() {
    let body = json!({"redirect_to": STORED}).to_string();
    for reply in [
        Reply::status(307, "").header("location", STORED),
        Reply::status(302, "").header("location", STORED),
        Reply::status(307, body.clone()),
        Reply::status(307, body.clone()).header("location", "ftp://elsewhere.example/"),
        Reply::status(200, body),
    ] {
        let (_client, transport, outcome) = located(reply).await;
        assert_eq!(outcome.as_deref(), Ok(STORED));
        assert_eq!(transport.sent().len(), 1);
    }
    for (reply, kind) in [
        (Reply::status(307, ""), ErrorKind::Protocol),
        (
            Reply::status(307, "").header("location", "http://storage.example/s3cret"),
            ErrorKind::Protocol,
        ),
        (Reply::status(200, "[\"s3cret\"]"), ErrorKind::Protocol),
        (Reply::status(404, "{\"code\": 20404}"), ErrorKind::NotFound),
    ] {
        let (_client, transport, outcome) = located(reply).await;
        assert_eq!(outcome, Err(kind));
        assert_eq!(transport.sent().len(), 1);
    }
}

#[tokio::test]
async fn the_data_of_a_payload_are_fetched_without_credentials() {
    let (client, transport) = scripted([
        Reply::status(307, "").header("location", STORED),
        Reply::status(200, "{\"words\": 7}"),
    ]);
    let payloads = client.recordings().add_ons(recording()).payloads(result());
    let data = payloads.data(payload()).await.unwrap().into_inner();
    assert_eq!(&data.bytes().await.unwrap()[..], b"{\"words\": 7}");
    let sent = transport.sent();
    assert!(sent[0].header("authorization").starts_with("Basic "));
    assert_eq!(
        (
            sent[1].uri.to_string().as_str(),
            sent[1].header("authorization")
        ),
        (STORED, "")
    );
}

#[tokio::test]
async fn sound_comes_in_the_format_and_with_the_channels_asked_for() {
    let sound = || Reply::status(200, "sound").header("content-type", "audio/x-wav");
    for (media, end) in [
        (RecordingMedia::default(), ".wav"),
        (MediaFormat::Mp3.into(), ".mp3"),
        (
            RecordingMedia::wav().channels(MediaChannels::Dual),
            ".wav?RequestedChannels=2",
        ),
        (
            RecordingMedia::mp3().channels(MediaChannels::Mono),
            ".mp3?RequestedChannels=1",
        ),
    ] {
        let (client, transport) = scripted([sound()]);
        let mut stream = client
            .recordings()
            .media(recording(), media)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(stream.content_type(), Some("audio/x-wav"));
        assert_eq!(stream.chunk().await.unwrap().unwrap(), "sound");
        assert_eq!(stream.chunk().await.unwrap(), None);
        let sent = &transport.sent()[0];
        assert_eq!(
            sent.uri.path_and_query().unwrap().as_str(),
            format!(
                "/2010-04-01/Accounts/{}/Recordings/RE{HEX}{end}",
                common::ACCOUNT
            )
        );
        assert_eq!(sent.header("accept"), "*/*");
    }
}

#[tokio::test]
async fn sound_that_is_too_large_not_there_or_elsewhere() {
    let (client, _) = scripted([Reply::status(200, "far too much sound")]);
    let stream = client
        .recordings()
        .media(recording(), MediaFormat::Wav)
        .await
        .unwrap()
        .into_inner();
    let error = stream.with_cap(4).bytes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");

    let not_yet = json!({"code": 20404, "message": "not found"});
    let (client, transport) = scripted([Reply::status(404, not_yet.to_string())]);
    let error = client
        .recordings()
        .media(recording(), MediaFormat::Wav)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), transport.sent().len()),
        (ErrorKind::NotFound, Some("20404"), 1)
    );

    let (client, transport) = scripted([
        Reply::status(302, "").header("location", "https://bucket.example/RE.wav?sig=s3cret"),
        Reply::status(403, "<Error>s3cret</Error>"),
    ]);
    let error = client
        .recordings()
        .media(recording(), MediaFormat::Wav)
        .await
        .unwrap_err();
    assert!(
        !format!("{error:?} {error}").contains("s3cret"),
        "{error:?}"
    );
    assert_eq!(transport.sent()[1].header("authorization"), "");
}

#[tokio::test]
async fn a_list_is_taken_up_again_where_it_was_left() {
    let next = format!(
        "/2010-04-01/Accounts/{}/Recordings.json?PageSize=1&Page=1&PageToken=PARE1",
        common::ACCOUNT
    );
    let second = || Reply::json(&json!({"recordings": [{"duration": "4"}], "next_page_uri": null}));
    let (client, transport) = scripted([
        Reply::json(&json!({"recordings": [{"sid": recording()}], "next_page_uri": next})),
        second(),
        second(),
    ]);
    let mut list = client
        .recordings()
        .list(&ListRecordings::new().page_size(1_u32));
    list.next().await.unwrap().unwrap();
    list.next().await.unwrap().unwrap();
    let cursor = list.cursor().unwrap().clone();
    let rest = client.recordings().resume(cursor).collect().await.unwrap();
    assert_eq!(
        (rest.len(), rest[0].length()),
        (1, Some(std::time::Duration::from_secs(4)))
    );
    for sent in &transport.sent()[1..] {
        assert_eq!(sent.uri.path_and_query().unwrap().as_str(), next);
    }
}

#[tokio::test]
async fn a_deletion_that_got_lost_and_finds_nothing_has_succeeded() {
    let transport = ScriptedTransport::new([Reply::status(500, ""), Reply::status(404, "")]);
    let client = TwilioClient::builder()
        .account_sid(voice_core::ident::AccountSid::parse(common::ACCOUNT).unwrap())
        .auth_token(voice_core::ident::AuthToken::parse(common::TOKEN).unwrap())
        .options(quick().transport(std::sync::Arc::new(transport.clone())))
        .build()
        .unwrap();
    client.recordings().delete(recording()).await.unwrap();
    assert_eq!(transport.sent().len(), 2);
}

#[test]
fn odd_answers_are_read_and_what_was_said_is_not_shown() {
    let odd: Recording = serde_json::from_value(json!({
        "sid": "s3cret?", "status": "melting", "source": "StartCallRecordingAPI", "price": -0.0025, "channels": "2",
        "duration": "", "media_url": null, "encryption_details": {"encrypted_cek": "s3cret"}, "new": 1,
    }))
    .unwrap();
    assert_eq!(odd.status, Some(RecordingStatus::Other("melting".into())));
    assert_eq!(odd.source, Some(RecordingSource::StartCallRecordingApi));
    assert_eq!(odd.channels.as_ref().and_then(|c| c.to_u64()), Some(2));
    assert_eq!(odd.price.as_ref().map(|p| p.as_str()), Some("-0.0025"));
    assert_eq!((odd.length(), odd.media_url.as_deref()), (None, None));
    assert_eq!(odd.extra.keys().collect::<Vec<_>>(), ["new", "sid"]);
    let text: Transcription =
        serde_json::from_value(json!({"transcription_text": "s3cret", "type": "fast"})).unwrap();
    assert_eq!(text.kind.as_deref(), Some("fast"));
    let shown = format!("{odd:?} {text:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
