//! No header breaks anything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

mod common;

use std::time::Duration;

use common::{GET, SEC, call, client_with};
use proptest::prelude::*;
use voice_core::client::ClientOptions;
use voice_core::error::Error;
use voice_core::limits::Limiter;
use voice_core::testkit::{Reply, ScriptedTransport};

fn headers() -> impl Strategy<Value = Vec<(usize, Vec<u8>)>> {
    let value = prop_oneof![
        proptest::collection::vec(prop_oneof![Just(9u8), 32u8..127, 128u8..=255], 0..40),
        "[-+0-9.eE:smhT ,;=\"]{0,30}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec((0..HEADERS.len(), value), 0..6)
}

const HEADERS: [&str; 14] = [
    "retry-after",
    "retry-after-ms",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-reset-requests",
    "x-ratelimit-remaining-tokens",
    "ratelimit",
    "ratelimit-policy",
    "ratelimit-reset",
    "x-should-retry",
    "twilio-concurrent-requests",
    "x-request-id",
    "date",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// No header makes the pipeline panic, wait past its deadline, or lose the status.
    #[test]
    fn no_header_breaks_anything(headers in headers(), status in 200u16..600, body in "\\PC{0,60}") {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut reply = Reply::status(status, body);
            for (at, value) in headers {
                reply = reply.header(HEADERS[at], value);
            }
            let transport = ScriptedTransport::new([reply, call(), call(), call()]);
            let limiter = Limiter::builder().per_second(10).max_in_flight(4).build().unwrap();
            let client = client_with(&transport, ClientOptions::new().limiter(limiter));
            let start = tokio::time::Instant::now();
            let outcome: Result<_, Error> = client.request(&GET).path("id", "1").send_raw().await;
            assert!(start.elapsed() <= 90 * SEC + Duration::from_millis(5));
            if let Err(error) = outcome {
                assert_eq!(error.status().map(|s| s.as_u16()), Some(status));
            }
        });
    }
}
