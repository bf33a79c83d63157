//! What is sent again, and what never is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::Ipv4Addr;
use std::time::Duration;

use common::{builder, failure, name, number, options, page, reply, scripted, sid, success};
use exotel_vsip::credentials::NewCredential;
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::trunks::{ConfirmDeletion, ListTrunks, NewTrunk};
use exotel_vsip::types::PhoneNumberId;
use exotel_vsip::{ExotelClient, OPERATIONS};
use http::Method;
use serde_json::json;
use voice_core::client::RequestOptions;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{Ipv4Cidr, SipDestination};
use voice_core::retry::Repeat;
use voice_core::testkit::{Reply, ScriptedTransport};

/// Every operation that makes something.
async fn make(client: &ExotelClient, operation: &str) -> Result<(), Error> {
    let sid = sid();
    let trunk = client.trunk(&sid);
    match operation {
        "trunks.create" => client
            .trunks()
            .create(&NewTrunk::new(name("t")))
            .await
            .map(drop),
        "phone_numbers.map" => trunk
            .phone_numbers()
            .map(&MapNumber::new(number()))
            .await
            .map(drop),
        "whitelisted_ips.add" => {
            let range = Ipv4Cidr::from(Ipv4Addr::new(8, 8, 4, 17));
            trunk.whitelisted_ips().add(range).await.map(drop)
        }
        "destination_uris.add" => {
            let destination = SipDestination::tls("sip.example.com", 5061).unwrap();
            trunk.destinations().add(&[destination]).await.map(drop)
        }
        "credentials.create" => trunk
            .credentials()
            .create(&NewCredential::new("u", "pass"))
            .await
            .map(drop),
        "settings.set" => trunk
            .settings()
            .set(&[NewSetting::external_alias(&number())])
            .await
            .map(drop),
        other => panic!("{other}"),
    }
}

const MAKING: [&str; 6] = [
    "trunks.create",
    "phone_numbers.map",
    "whitelisted_ips.add",
    "destination_uris.add",
    "credentials.create",
    "settings.set",
];

#[test]
fn every_post_of_v2_is_sent_once() {
    let posts = OPERATIONS.iter().filter(|operation| {
        operation.method() == Method::POST && operation.path().starts_with("/v2/")
    });
    let names: Vec<&str> = posts
        .map(|operation| {
            assert_eq!(operation.repeat(), Repeat::Once);
            operation.name()
        })
        .collect();
    assert_eq!(names.len(), MAKING.len());
    assert!(names.iter().all(|name| MAKING.contains(name)), "{names:?}");
}

/// The failures after which nobody knows: four replies are ready, one may be taken.
#[tokio::test(start_paused = true)]
async fn no_creation_is_repeated_after_an_unknown_outcome() {
    let unknown: [fn() -> Reply; 8] = [
        Reply::hang,
        || Reply::fail(ErrorKind::Connection, Delivery::Unknown),
        || Reply::status(500, ""),
        || Reply::status(502, ""),
        || Reply::status(503, "no word about when"),
        || Reply::status(504, ""),
        || reply(200, &failure(500, 9999, "Internal", "x")),
        || reply(500, &failure(429, 1030, "Rate limit exceeded", "x")),
    ];
    for operation in MAKING {
        for (at, answer) in unknown.iter().enumerate() {
            let (client, transport) = scripted((0..4).map(|_| answer()));
            let error = make(&client, operation).await.unwrap_err();
            assert_eq!(transport.sent().len(), 1, "{operation} {at}");
            assert!(error.may_have_happened(), "{operation} {at}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_that_times_out_sends_exactly_one_request() {
    let (client, transport) = scripted([Reply::hang(), Reply::hang()]);
    let error = make(&client, "trunks.create").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Timeout, Delivery::Unknown)
    );
    assert_eq!((transport.sent().len(), error.attempts()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_was_refused_or_never_left_is_repeated() {
    let refused: [fn() -> Reply; 6] = [
        || Reply::fail(ErrorKind::Dns, Delivery::NotSent),
        || Reply::fail(ErrorKind::Connect, Delivery::NotSent),
        Reply::hang_connecting,
        || reply(429, &failure(429, 1030, "Rate limit exceeded", "x")),
        || {
            reply(
                429,
                &json!({"error": "Rate limit exceeded", "retry_after": 2}),
            )
        },
        || Reply::status(503, "").header("Retry-After", "2"),
    ];
    for (at, answer) in refused.iter().enumerate() {
        let made = success(json!({"trunk_sid": "t1", "trunk_name": "t"}));
        let (client, transport) = scripted([answer(), reply(200, &made)]);
        make(&client, "trunks.create")
            .await
            .unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(transport.sent().len(), 2, "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_judged_is_never_repeated() {
    for (wire, status, code) in [
        (404, 404, 1000),
        (400, 400, 1001),
        (400, 400, 1002),
        (403, 403, 1003),
        (400, 400, 1007),
        (200, 409, 1008),
        (401, 401, 1010),
        (415, 415, 1011),
        (422, 422, 1020),
        (402, 402, 9999),
    ] {
        let answer = || reply(wire, &failure(status, code, "m", "d"));
        let (client, transport) = scripted([answer(), answer()]);
        make(&client, "trunks.create").await.unwrap_err();
        assert_eq!(transport.sent().len(), 1, "{code}");
        let (client, transport) = scripted([answer(), answer()]);
        client.trunks().page(&ListTrunks::new()).await.unwrap_err();
        assert_eq!(transport.sent().len(), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn reads_go_through_the_weather() {
    let (client, transport) = scripted([
        Reply::status(500, ""),
        Reply::status(503, ""),
        Reply::fail(ErrorKind::Connection, Delivery::Unknown),
        reply(200, &page(&[], None)),
    ]);
    let answer = client.trunks().page(&ListTrunks::new()).await.unwrap();
    assert_eq!((answer.attempts(), transport.sent().len()), (4, 4));
}

/// 404/1000, 403/1003 and their likes after an unknown try: what was to be deleted is gone.
#[tokio::test(start_paused = true)]
async fn a_repeated_delete_that_finds_nothing_has_succeeded_and_a_first_has_not() {
    for (wire, status, code) in [(404, 404, 1000), (403, 403, 1003), (200, 404, 1000)] {
        let gone = || reply(wire, &failure(status, code, "m", "d"));
        let (client, transport) = scripted([Reply::status(502, ""), gone(), gone()]);
        let sid = sid();
        let numbers = client.trunk(&sid).phone_numbers();
        let id = PhoneNumberId::parse("7").unwrap();
        let answer = numbers.unmap(&id).await.unwrap();
        assert_eq!(
            (answer.is_none(), transport.sent().len()),
            (true, 2),
            "{code}"
        );
        assert!(
            numbers.unmap(&id).await.unwrap_err().is_not_found(),
            "{code}"
        );
    }
    let forbidden = || reply(403, &failure(403, 9999, "suspended", "d"));
    let (client, _) = scripted([Reply::status(502, ""), forbidden()]);
    let error = client
        .trunks()
        .delete(&sid(), &ConfirmDeletion::of(common::SID))
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Permission,
        "a plain 403 says nothing of the trunk"
    );
}

#[tokio::test(start_paused = true)]
async fn the_stated_wait_is_kept() {
    use voice_core::clock::{Clock, SystemClock};

    let clock = SystemClock::default();
    for (answer, seconds) in [
        (Reply::status(429, "").header("Retry-After", "7"), 7),
        (reply(429, &json!({"error": "x", "retry_after": 9})), 9),
        (
            reply(429, &json!({"error": "x", "retry_after": 9})).header("Retry-After", "5"),
            5,
        ),
    ] {
        let (client, _) = scripted([answer, reply(200, &page(&[], None))]);
        let start = clock.now();
        client.trunks().page(&ListTrunks::new()).await.unwrap();
        let waited = clock.now() - start;
        assert!(
            waited >= Duration::from_secs(seconds) && waited < Duration::from_secs(seconds + 2),
            "{waited:?}"
        );
    }
}

/// The documented limits hold without being asked for, over all clones of a client.
#[tokio::test(start_paused = true)]
async fn clones_share_200_a_minute() {
    let replies = (0..402).map(|_| reply(200, &page(&[], None)));
    let (client, transport) = scripted(replies);
    let long = RequestOptions::new().deadline(Duration::from_secs(30));
    let clones = [client.with(long.clone()), client.clone().with(long)];
    for at in 0..200 {
        clones[at % 2]
            .trunks()
            .page(&ListTrunks::new())
            .await
            .unwrap();
    }
    let error = clones[0]
        .trunks()
        .page(&ListTrunks::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::RateLimited, Delivery::NotSent)
    );
    assert_eq!(transport.sent().len(), 200);
    client
        .trunks()
        .page(&ListTrunks::new())
        .await
        .expect("a minute later there is a turn");
}

#[tokio::test(start_paused = true)]
async fn the_limits_can_be_lowered_and_not_raised() {
    let replies = (0..10).map(|_| reply(200, &page(&[], None)));
    let transport = ScriptedTransport::new(replies);
    let client = builder()
        .requests_per_minute(2)
        .options(options(&transport))
        .build()
        .unwrap();
    let hasty = client.with(RequestOptions::new().deadline(Duration::from_secs(5)));
    for ok in [true, true, false] {
        assert_eq!(hasty.trunks().page(&ListTrunks::new()).await.is_ok(), ok);
    }
    for wrong in [
        builder().requests_per_minute(201),
        builder().requests_per_minute(0),
        builder().connections(51),
        builder().connections(0),
    ] {
        let error = wrong.build().unwrap_err();
        assert!(
            error.kind() == ErrorKind::Config && error.to_string().contains("is 1 to"),
            "{error}"
        );
    }
}
