//! Twilio's own Python library drives the simulator: that it can read every answer shows that they are Twilio's in form.
//!
//! Runs when `VOICE_PYTHON` names a Python with the library; see `other_clients/README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and reads where its Python is"
)]

use twilio_client::testkit::{Pace, TwilioSimulator};

#[tokio::test(flavor = "multi_thread")]
async fn the_official_python_library_is_at_home() {
    let Ok(python) = std::env::var("VOICE_PYTHON") else {
        println!("skipped: VOICE_PYTHON names no Python with Twilio's library");
        return;
    };
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .calls_per_second(1000.0)
        .start()
        .await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_clients/python.py");
    let url = simulator.url();
    let done = tokio::process::Command::new(python)
        .args([
            script,
            &url,
            TwilioSimulator::ACCOUNT_SID,
            TwilioSimulator::AUTH_TOKEN,
        ])
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    let why = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}{why}");
    assert_eq!(said.lines().count(), 5, "{said}");
}
