//! A recording: a call is recorded, its sound fetched as a stream into a file, and the recording deleted.
//!
//! The sound is never whole in memory, and never larger than a limit of ours. No account is needed: the test kit plays Twilio,
//! whose sound is silence, and nothing leaves this machine. The file is `target/recording.wav`.
//!
//! ```sh
//! cargo run --example recordings
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;
use twilio_client::TwilioClient;
use twilio_client::calls::recordings::CreateRecording;
use twilio_client::calls::{CallStatus, CreateCall, RecordingChannels};
use twilio_client::recordings::{
    GetRecording, ListRecordings, Recording, RecordingMedia, RecordingOf, RecordingStatus,
    UpdateRecording,
};
use twilio_client::testkit::{Pace, TwilioSimulator};
use twilio_client::twiml::{Pause, Response};
use twilio_client::types::Toggle;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::ErrorKind;
use voice_core::ident::{CallSid, E164, RecordingSid};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// More sound than this we do not want.
const MOST: u64 = 50 * 1024 * 1024;
const FILE: &str = "target/recording.wav";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => {
            println!("\nEverything went as expected.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\nNot as expected: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .start()
        .await;
    let client = simulator.client()?;
    let clock = SystemClock::default();

    let (to, from) = (E164::parse("+14155550123")?, E164::parse("+14155550100")?);
    let twiml = Response::new()
        .with(Pause::new(Duration::from_secs(1)))
        .to_inline()?;
    let call = client
        .calls()
        .create(&CreateCall::new(to, from, twiml))
        .await?;
    let call = call.sid.ok_or("the call has no SID")?;
    in_progress(&client, call).await?;
    println!("Somebody answered, and is recorded.");
    let request = CreateRecording::new().recording_channels(RecordingChannels::Dual);
    let begun = client.calls().recordings(call).create(&request).await?;
    let sid = begun.sid.ok_or("the recording has no SID")?;
    clock.sleep(Duration::from_millis(300)).await;
    let recordings = client.calls().recordings(call);
    recordings
        .update(RecordingOf::Current, &UpdateRecording::pause())
        .await?;
    println!("They read out a card number, which is not recorded.");
    recordings
        .update(RecordingOf::Current, &UpdateRecording::resume())
        .await?;
    clock.sleep(Duration::from_millis(300)).await;
    let early = client.recordings().media(sid, RecordingMedia::wav()).await;
    let why = early.err().map(|error| error.kind());
    expect(
        why == Some(ErrorKind::NotFound),
        "the sound is not there yet",
    )?;
    client.calls().hang_up(call).await?;

    println!("The call is over.");
    let recording = completed(&client, sid).await?;
    let length = recording.length().ok_or("the recording has no length")?;
    println!("  the recording is {length:?} long");
    let bytes = download(&client, sid).await?;
    println!("  {FILE} has {bytes} bytes");
    // μ-law at 8 kHz, two channels, and a header.
    let expected = length.as_secs() * 16_000;
    expect(
        (expected..expected + 100).contains(&bytes),
        "the file is as long as the recording",
    )?;

    client.recordings().delete(sid).await?;
    let gone = client.recordings().get(sid).await.err();
    expect(
        gone.map(|error| error.kind()) == Some(ErrorKind::NotFound),
        "the recording was deleted",
    )?;
    let known = GetRecording::new().include_soft_deleted(Toggle::On);
    let known = client.recordings().get_with(sid, &known).await?;
    expect(
        known.status == Some(RecordingStatus::Deleted),
        "what is known of it is kept for 40 days",
    )?;
    let left = client
        .recordings()
        .list(&ListRecordings::new())
        .collect()
        .await?;
    expect(left.is_empty(), "the list is empty")
}

async fn in_progress(client: &TwilioClient, call: CallSid) -> Result<(), Failure> {
    let clock = SystemClock::default();
    for _ in 0..400 {
        if client.calls().get(call).await?.status == Some(CallStatus::InProgress) {
            return Ok(());
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    Err("nobody answered".into())
}

/// Asks until the sound is there. In a service, `recording_status_callback` says so.
async fn completed(client: &TwilioClient, sid: RecordingSid) -> Result<Recording, Failure> {
    let clock = SystemClock::default();
    for _ in 0..400 {
        let recording = client.recordings().get(sid).await?;
        if recording.status == Some(RecordingStatus::Completed) {
            return Ok(recording.into_inner());
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    Err("the recording is never completed".into())
}

/// Fetches the sound chunk by chunk; a file that could not be written whole is taken away.
async fn download(client: &TwilioClient, sid: RecordingSid) -> Result<u64, Failure> {
    let path = Path::new(FILE);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).await?;
    }
    let written = write(client, sid, path).await;
    if written.is_err() {
        let _ = fs::remove_file(path).await;
    }
    written
}

async fn write(client: &TwilioClient, sid: RecordingSid, path: &Path) -> Result<u64, Failure> {
    let answer = client
        .recordings()
        .media(sid, RecordingMedia::wav())
        .await?;
    let mut sound = answer.into_inner().with_cap(MOST);
    let mut file = File::create(path).await?;
    while let Some(chunk) = sound.chunk().await? {
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    Ok(sound.received())
}

fn expect(is_so: bool, what: &str) -> Result<(), Failure> {
    if is_so {
        println!("  ✓ {what}");
        return Ok(());
    }
    Err(what.into())
}
