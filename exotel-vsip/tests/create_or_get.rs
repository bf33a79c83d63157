//! Create-or-get of every resource: what it says, what it sends, and that nothing is made twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;
mod provision_common;

use std::fmt::Debug;

use exotel_vsip::ExotelClient;
use exotel_vsip::create_or_get::{Ensured, Mismatch, NameStyle, UniqueName};
use exotel_vsip::credentials::NewCredential;
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::testkit::{Duplicates, ExotelSimulator};
use exotel_vsip::types::{FriendlyName, NumberMode, TrunkSid};
use provision_common::{PASSWORD, number, range, state, tls, trunk, user, world, world_of};
use serde_json::json;
use voice_core::error::{Error, ErrorKind};
use voice_core::testkit::{Mishap, Reply};

/// How something came to be there, in one word.
fn word<T: Debug>(ensured: &Ensured<T>) -> &'static str {
    match ensured {
        Ensured::Created(_) => "created",
        Ensured::Recovered(_) => "recovered",
        Ensured::Found(_) => "found",
        Ensured::Differs(..) => "differs",
        other => panic!("{other:?}"),
    }
}

const KINDS: [&str; 6] = [
    "trunks.create",
    "phone_numbers.map",
    "whitelisted_ips.add",
    "destination_uris.add",
    "credentials.create",
    "settings.set",
];

/// Create-or-get of each kind, by the name of the operation that makes it.
async fn make(client: &ExotelClient, sid: &TrunkSid, kind: &str) -> Result<&'static str, Error> {
    let parts = client.trunk(sid);
    Ok(match kind {
        "trunks.create" => word(&client.trunks().create_or_get(&trunk("wanted")).await?),
        "phone_numbers.map" => {
            let wanted = MapNumber::new(number(1));
            word(&parts.phone_numbers().create_or_get(&wanted).await?)
        }
        "whitelisted_ips.add" => {
            let wanted = range("8.8.4.17/32");
            word(&parts.whitelisted_ips().create_or_get(wanted).await?)
        }
        "destination_uris.add" => {
            let wanted = tls("sip.example.com");
            word(&parts.destinations().create_or_get(&wanted).await?)
        }
        "credentials.create" => word(&parts.credentials().create_or_get(&user()).await?),
        "settings.set" => {
            let wanted = NewSetting::external_alias(&number(1));
            word(&parts.settings().create_or_get(&wanted).await?)
        }
        other => panic!("{other}"),
    })
}

/// A simulator with a trunk that things can be put on.
async fn base(client: &ExotelClient) -> TrunkSid {
    let made = client.trunks().create(&trunk("base")).await.unwrap();
    made.sid().unwrap().clone()
}

fn looks_first(kind: &str) -> bool {
    ["destination_uris.add", "credentials.create", "settings.set"].contains(&kind)
}

#[tokio::test(start_paused = true)]
async fn the_first_makes_it_and_the_second_finds_it() {
    for kind in KINDS {
        let (simulator, client) = world().await;
        let sid = base(&client).await;
        let before = simulator.requests();
        assert_eq!(
            make(&client, &sid, kind).await.unwrap(),
            "created",
            "{kind}"
        );
        let cost = if looks_first(kind) { 2 } else { 1 };
        assert_eq!(simulator.requests() - before, cost, "{kind}");

        let (one, before) = (state(&simulator), simulator.requests());
        let found = if kind == "credentials.create" {
            "differs"
        } else {
            "found"
        };
        assert_eq!(make(&client, &sid, kind).await.unwrap(), found, "{kind}");
        let cost = if looks_first(kind) { 1 } else { 2 };
        assert_eq!(simulator.requests() - before, cost, "{kind}");
        assert_eq!(
            (state(&simulator), simulator.duplicates()),
            (one, 0),
            "{kind}"
        );
    }
}

/// A server that refuses duplicates of everything says so, and is heard.
#[tokio::test(start_paused = true)]
async fn a_refusal_between_look_and_creation_is_heard() {
    let settings = ExotelSimulator::builder().duplicates(Duplicates::Refused);
    let (simulator, client, _) = world_of(settings).await;
    let sid = base(&client).await;
    let destinations = client.trunk(&sid);
    let destinations = destinations.destinations();
    let wanted = tls("sip.example.com");
    destinations.add_one(&wanted).await.unwrap();
    let error = destinations.create_or_explain(&wanted).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::AlreadyExists);
    assert!(error.existing().unwrap().leads_to(&wanted));
    assert_eq!(simulator.trunks()[0].destinations.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_looked_into_and_nothing_is_made_twice() {
    let mishaps = [
        (Mishap::ServerErrorAfterActing, 1),
        (Mishap::UnreadableSuccess, 1),
        (Mishap::ServerError, 2),
        (Mishap::Unavailable(None), 2),
        (Mishap::BadGateway, 2),
    ];
    for kind in KINDS {
        for (mishap, posts) in &mishaps {
            let (simulator, client) = world().await;
            let sid = base(&client).await;
            make(&client, &sid, kind).await.unwrap();
            let wanted = state(&simulator);

            let (simulator, client) = world().await;
            let sid = base(&client).await;
            let before = simulator.requests_of(kind);
            simulator.mishaps().next_of(kind, mishap.clone());
            let how = make(&client, &sid, kind).await.unwrap();
            let expected = match (looks_first(kind), posts) {
                (false, 1) => "recovered",
                _ => "created",
            };
            assert_eq!(how, expected, "{kind} {mishap:?}");
            assert_eq!(
                simulator.requests_of(kind) - before,
                *posts,
                "{kind} {mishap:?}"
            );
            assert_eq!(state(&simulator), wanted, "{kind} {mishap:?}");
            assert_eq!((simulator.duplicates(), simulator.mishaps().left()), (0, 0));
        }
    }
}

/// Refusals need no look: the pipeline waits and sends again.
#[tokio::test(start_paused = true)]
async fn a_refusal_costs_one_request() {
    use std::time::Duration;

    for mishap in [
        Mishap::RateLimited(Some(Duration::from_secs(3))),
        Mishap::RateLimited(None),
        Mishap::Unavailable(Some(Duration::from_secs(3))),
    ] {
        let (simulator, client) = world().await;
        simulator.mishaps().next(mishap);
        let made = client.trunks().create_or_get(&trunk("t")).await.unwrap();
        assert_eq!((word(&made), simulator.requests()), ("created", 2));
    }
}

/// Two unknown outcomes: look, once more, look, and an error. Never two POSTs in a row.
#[tokio::test(start_paused = true)]
async fn at_most_one_new_post_and_never_without_a_look() {
    let empty = || common::reply(200, &common::page(&[], None));
    let lost = || Reply::status(503, "");
    let sid = common::sid();
    for kind in KINDS {
        let mut script = vec![lost(), empty(), lost(), empty(), empty()];
        if looks_first(kind) {
            script.insert(0, empty());
        }
        let (client, transport) = common::scripted(script);
        let error = make(&client, &sid, kind).await.unwrap_err();
        assert!(error.may_have_happened(), "{kind}: {error}");
        assert!(
            error.context_value("reconciled").is_some(),
            "{kind}: {error}"
        );
        let methods: Vec<String> = transport
            .sent()
            .iter()
            .map(|sent| sent.method.to_string())
            .collect();
        let skip = usize::from(looks_first(kind));
        assert_eq!(methods[skip..], ["POST", "GET", "POST", "GET"], "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_leaves_the_outcome_unknown() {
    let sid = common::sid();
    for kind in KINDS {
        let mut script = vec![Reply::status(500, "")];
        if looks_first(kind) {
            script.insert(0, common::reply(200, &common::page(&[], None)));
        }
        script.extend((0..4).map(|_| Reply::status(500, "")));
        let (client, transport) = common::scripted(script);
        let error = make(&client, &sid, kind).await.unwrap_err();
        assert!(error.may_have_happened(), "{kind}: {error}");
        let posts = transport
            .sent()
            .iter()
            .filter(|sent| sent.method == "POST")
            .count();
        assert_eq!((posts, transport.left()), (1, 0), "{kind}");
    }
}

/// The first request arrives after the look: the second is refused, and what is there is found.
#[tokio::test(start_paused = true)]
async fn a_request_that_was_late_is_found_by_the_refusal_of_the_second() {
    let listed = json!({"trunk_sid": common::SID, "trunk_name": "wanted"});
    let (client, transport) = common::scripted([
        Reply::status(504, ""),
        common::reply(200, &common::page(&[], None)),
        common::reply(200, &common::failure(409, 1008, "Duplicate resource", "x")),
        common::reply(200, &common::page(&[], None)),
        common::reply(200, &common::page(&[listed], None)),
    ]);
    let made = client
        .trunks()
        .create_or_get(&trunk("wanted"))
        .await
        .unwrap();
    assert_eq!((word(&made), transport.left()), ("recovered", 0));
    assert_eq!(made.value().sid().unwrap(), &common::SID);
}

#[tokio::test(start_paused = true)]
async fn what_differs_is_said_and_left_alone() {
    let (simulator, client) = world().await;
    let sid = base(&client).await;
    let parts = client.trunk(&sid);
    let numbers = parts.phone_numbers();
    numbers.map(&MapNumber::new(number(1))).await.unwrap();
    let ips = parts.whitelisted_ips();
    ips.add(range("8.8.4.17/24")).await.unwrap();
    parts.credentials().create(&user()).await.unwrap();
    parts
        .settings()
        .set_one(&NewSetting::external_alias(&number(1)))
        .await
        .unwrap();
    let before = state(&simulator);

    let flow = MapNumber::new(number(1)).mode(NumberMode::Flow);
    let wanted = [Mismatch::Mode {
        wanted: NumberMode::Flow,
        existing: NumberMode::Pstn,
    }];
    assert_eq!(
        numbers.create_or_get(&flow).await.unwrap().mismatches(),
        wanted
    );
    let found = ips.create_or_get(range("8.8.4.17/32")).await.unwrap();
    assert_eq!(
        found.mismatches(),
        [Mismatch::Mask {
            wanted: 32,
            existing: 24
        }]
    );
    assert_eq!(found.mismatches()[0].to_string(), "the mask is 24, not 32");
    let named = NewCredential::new("voice_ai_user", "another-password")
        .friendly_name(FriendlyName::parse("platform").unwrap());
    let found = parts.credentials().create_or_get(&named).await.unwrap();
    assert_eq!(
        found.mismatches(),
        [Mismatch::PasswordUnverified, Mismatch::FriendlyName]
    );
    let alias = NewSetting::external_alias(&number(2));
    let found = parts.settings().create_or_get(&alias).await.unwrap();
    assert_eq!(found.mismatches(), [Mismatch::Value]);
    assert_eq!(state(&simulator), before);
}

#[tokio::test(start_paused = true)]
async fn a_trunk_that_differs_says_in_what() {
    let listed = json!({"trunk_sid": common::SID, "trunk_name": "wanted", "nso_code": "IND-MUM",
        "domain_name": "other.pstn.exotel.com"});
    let (client, _) = common::scripted([
        common::reply(200, &common::failure(409, 1008, "Duplicate resource", "x")),
        common::reply(200, &common::page(&[listed], None)),
    ]);
    let found = client
        .trunks()
        .create_or_get(&trunk("wanted"))
        .await
        .unwrap();
    let texts: Vec<String> = found.mismatches().iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "the NSO code is IND-MUM, not ANY-ANY",
            "the domain is other.pstn.exotel.com, not exampleacc.pstn.exotel.com"
        ]
    );
    let json = serde_json::to_value(&found.mismatches()[0]).unwrap();
    assert_eq!(
        json,
        json!({"field": "nso_code", "wanted": "ANY-ANY", "existing": "IND-MUM"})
    );
}

#[tokio::test(start_paused = true)]
async fn a_number_on_another_trunk_is_a_conflict_that_names_it() {
    let (simulator, client) = world().await;
    let holder = base(&client).await;
    let wanted = MapNumber::new(number(1));
    client
        .trunk(&holder)
        .phone_numbers()
        .map(&wanted)
        .await
        .unwrap();
    let other = client.trunks().create(&trunk("other")).await.unwrap();
    let other = other.sid().unwrap().clone();
    let before = state(&simulator);

    let parts = client.trunk(&other);
    let error = parts
        .phone_numbers()
        .create_or_get(&wanted)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(error.context_value("trunk_sid"), Some(holder.as_str()));
    assert!(error.to_string().contains(holder.as_str()), "{error}");
    assert!(!error.may_have_happened());

    let error = parts
        .phone_numbers()
        .create_or_explain(&wanted)
        .await
        .unwrap_err();
    assert_eq!(error.held_by(), Some(&holder));
    assert!(error.existing().is_none());
    let plain = Error::from(error);
    assert_eq!(plain.kind(), ErrorKind::AlreadyExists);
    assert_eq!(plain.context_value("trunk_sid"), Some(holder.as_str()));
    assert_eq!(state(&simulator), before);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_nobody_here_has_is_taken_elsewhere() {
    let (simulator, client) = world().await;
    simulator.take_name("wanted");
    for error in [
        client
            .trunks()
            .create_or_get(&trunk("wanted"))
            .await
            .unwrap_err(),
        client
            .trunks()
            .create_or_explain(&trunk("wanted"))
            .await
            .unwrap_err()
            .into(),
    ] {
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(
            error.context_value("existing"),
            Some("not visible to this account")
        );
        assert!(
            error.hint().unwrap().contains("use another name"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_explained_refusal_carries_what_is_there() {
    let (_simulator, client) = world().await;
    let sid = base(&client).await;
    let parts = client.trunk(&sid);
    let mapped = parts
        .phone_numbers()
        .map(&MapNumber::new(number(1)))
        .await
        .unwrap();
    let listed = parts
        .whitelisted_ips()
        .add(range("8.8.4.17/24"))
        .await
        .unwrap();

    let error = client
        .trunks()
        .create_or_explain(&trunk("base"))
        .await
        .unwrap_err();
    assert_eq!(error.existing().unwrap().sid().unwrap(), &sid);
    let plain = Error::from(error);
    assert_eq!(
        plain.context_value("existing_resource_id"),
        Some(sid.as_str())
    );

    let wanted = MapNumber::new(number(1));
    let error = parts
        .phone_numbers()
        .create_or_explain(&wanted)
        .await
        .unwrap_err();
    assert_eq!(error.into_existing().unwrap().id, mapped.id);
    let error = parts
        .whitelisted_ips()
        .create_or_explain(range("8.8.4.17/32"))
        .await
        .unwrap_err();
    assert_eq!(
        error.mismatches(),
        [Mismatch::Mask {
            wanted: 32,
            existing: 24
        }]
    );
    assert_eq!(error.existing().unwrap().id, listed.id);
    let fresh = parts
        .whitelisted_ips()
        .create_or_explain(range("8.8.4.18/32"))
        .await;
    assert!(fresh.is_ok());
}

/// Only 1008 is explained; anything else is the plain error, at the price of one request.
#[tokio::test(start_paused = true)]
async fn other_errors_are_not_explained() {
    let (client, transport) = common::scripted([Reply::status(503, "")]);
    let error = client
        .trunks()
        .create_or_explain(&trunk("t"))
        .await
        .unwrap_err();
    assert!(error.error().may_have_happened() && error.existing().is_none());
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_list_is_read_to_its_end_before_something_is_said_to_be_absent() {
    let (simulator, client) = world().await;
    for at in 0..120 {
        client
            .trunks()
            .create(&trunk(&format!("t{at}")))
            .await
            .unwrap();
    }
    let before = simulator.requests();
    let found = client.trunks().create_or_get(&trunk("t0")).await.unwrap();
    assert_eq!(word(&found), "found");
    assert_eq!(
        simulator.requests() - before,
        1 + 3,
        "one POST, three pages"
    );
}

#[tokio::test(start_paused = true)]
async fn a_free_name_is_found_in_either_style() {
    let (simulator, client, _) = world_of(ExotelSimulator::builder()).await;
    let wanted = trunk("production_trunk");
    let by_counter = UniqueName::new(5, NameStyle::Counter);
    let mut names = Vec::new();
    for _ in 0..3 {
        let made = client
            .trunks()
            .create_with_unique_name(&wanted, by_counter)
            .await
            .unwrap();
        names.push(made.trunk_name.unwrap());
    }
    assert_eq!(
        names,
        ["production_trunk", "production_tru_2", "production_tru_3"]
    );
    // Names known to be taken were not tried.
    assert_eq!(simulator.requests_of("trunks.create"), 3);

    let by_time = UniqueName::new(5, NameStyle::TimeOfDay);
    let one = client
        .trunks()
        .create_with_unique_name(&wanted, by_time)
        .await
        .unwrap();
    let two = client
        .trunks()
        .create_with_unique_name(&wanted, by_time)
        .await
        .unwrap();
    assert_eq!(one.trunk_name.as_deref(), Some("productio_063000"));
    assert_eq!(
        two.trunk_name.as_deref(),
        Some("productio_063001"),
        "the same second"
    );
}

#[tokio::test(start_paused = true)]
async fn only_a_refusal_leads_to_another_name_and_only_so_often() {
    let (simulator, client) = world().await;
    for taken in ["t", "t_2", "t_3"] {
        simulator.take_name(taken);
    }
    let blind = UniqueName::new(3, NameStyle::Counter).without_looking();
    let error = client
        .trunks()
        .create_with_unique_name(&trunk("t"), blind)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.context_value("names_tried"), Some("3"));
    assert_eq!((simulator.requests(), simulator.trunks().len()), (3, 0));
    let blind = UniqueName::new(4, NameStyle::Counter).without_looking();
    let made = client
        .trunks()
        .create_with_unique_name(&trunk("t"), blind)
        .await
        .unwrap();
    assert_eq!(made.trunk_name.as_deref(), Some("t_4"));

    simulator.mishaps().next(Mishap::Unauthorized);
    let error = client
        .trunks()
        .create_with_unique_name(&trunk("u"), blind)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    for tries in [0, 1_001] {
        let names = UniqueName::new(tries, NameStyle::Counter);
        let error = client
            .trunks()
            .create_with_unique_name(&trunk("u"), names)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// A lost answer makes no second trunk, under whatever name; and without a look before nobody's trunk is adopted.
#[tokio::test(start_paused = true)]
async fn a_unique_name_makes_one_trunk() {
    for (mishap, posts) in [
        (Mishap::ServerErrorAfterActing, 1),
        (Mishap::ServerError, 2),
    ] {
        let (simulator, client) = world().await;
        simulator.mishaps().next_of("trunks.create", mishap);
        let made = client
            .trunks()
            .create_with_unique_name(&trunk("t"), UniqueName::default())
            .await;
        assert_eq!(made.unwrap().trunk_name.as_deref(), Some("t"));
        assert_eq!(
            (
                simulator.trunks().len(),
                simulator.requests_of("trunks.create")
            ),
            (1, posts)
        );
    }
    let (simulator, client) = world().await;
    let theirs = base(&client).await;
    simulator
        .mishaps()
        .next_of("trunks.create", Mishap::ServerError);
    let blind = UniqueName::default().without_looking();
    let error = client
        .trunks()
        .create_with_unique_name(&trunk("base"), blind)
        .await
        .unwrap_err();
    assert!(error.may_have_happened());
    assert_eq!(
        error.context_value("existing_resource_id"),
        Some(theirs.as_str())
    );
    assert_eq!(simulator.trunks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_error_shows_a_number_or_a_password() {
    let (simulator, client) = world().await;
    let sid = base(&client).await;
    let wanted = MapNumber::new(number(1));
    client
        .trunk(&sid)
        .phone_numbers()
        .map(&wanted)
        .await
        .unwrap();
    let other = client.trunks().create(&trunk("other")).await.unwrap();
    let parts = client.trunk(other.sid().unwrap());
    let held = parts
        .phone_numbers()
        .create_or_explain(&wanted)
        .await
        .unwrap_err();
    let conflict = parts
        .phone_numbers()
        .create_or_get(&wanted)
        .await
        .unwrap_err();
    simulator
        .mishaps()
        .next_of("credentials.create", Mishap::Unauthorized);
    let refused = parts
        .credentials()
        .create_or_get(&user())
        .await
        .unwrap_err();
    let shown = format!("{held:?} {held} {conflict:?} {conflict} {refused:?} {refused}");
    assert!(
        !shown.contains(number(1).digits()) && !shown.contains(PASSWORD),
        "{shown}"
    );
}
