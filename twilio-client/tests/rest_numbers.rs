//! Numbers to be had, numbers one has, and verified caller ids, held against the official OpenAPI files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::exercise::Exercise;
use serde_json::json;
use twilio_client::available_phone_numbers::{
    AreaCode, Coordinates, ListNumberCountries, NumberKind, SearchNumbers,
};
use twilio_client::incoming_phone_numbers::{
    AssignAddOn, BuyInArea, BuyNumber, EmergencyStatus, ListAddOnExtensions, ListAssignedAddOns,
    ListNumbers, NumbersOfKind, UpdateNumber, VoiceReceiveMode,
};
use twilio_client::outgoing_caller_ids::{ListCallerIds, UpdateCallerId, ValidateNumber};
use twilio_client::types::{HttpMethod, Toggle};
use twilio_client::{TwilioClient, outgoing_caller_ids};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{
    AccountSid, AddOnExtensionSid, AddressSid, ApplicationSid, E164, InstalledAddOnSid,
    PhoneNumberSid, TrunkSid,
};
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

macro_rules! sid {
    ($type:ty) => {
        <$type>::parse(&format!(
            "{}{}",
            <$type>::PREFIX,
            "0123456789abcdef".repeat(2)
        ))
        .unwrap()
    };
}

macro_rules! paged {
    ($type:ty) => {
        <$type>::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1")
    };
}

fn url(path: &str) -> WebhookUrl {
    WebhookUrl::parse(&format!("https://app.example.com/{path}")).unwrap()
}

fn number() -> E164 {
    common::to()
}

fn area() -> AreaCode {
    AreaCode::new(415).unwrap()
}

fn search() -> SearchNumbers {
    paged!(SearchNumbers)
        .area_code(area())
        .contains("+415*TAXI$")
        .sms_enabled(Toggle::On)
        .mms_enabled(Toggle::Off)
        .voice_enabled(Toggle::On)
        .exclude_all_address_required(Toggle::Off)
        .exclude_local_address_required(Toggle::On)
        .exclude_foreign_address_required(Toggle::On)
        .beta(Toggle::Off)
        .near_number(number())
        .near_lat_long(Coordinates::new(37.840_699, -122.461_853))
        .distance(500_u32)
        .in_postal_code("94105")
        .in_region("CA")
        .in_rate_center("SNFC CNTRL")
        .in_lata("722")
        .in_locality("San Francisco")
        .fax_enabled(Toggle::Off)
}

/// Every setting of a number, but that its calls go to an application instead of a trunk.
macro_rules! settings {
    ($request:expr) => {
        $request
            .api_version("2010-04-01")
            .friendly_name("front desk")
            .sms_application_sid(sid!(ApplicationSid))
            .sms_fallback_method(HttpMethod::Get)
            .sms_fallback_url(url("sms/fallback"))
            .sms_method(HttpMethod::Post)
            .sms_url(url("sms"))
            .status_callback(url("status"))
            .status_callback_method(HttpMethod::Post)
            .voice_application_sid(sid!(ApplicationSid))
            .voice_caller_id_lookup(Toggle::Off)
            .voice_fallback_method(HttpMethod::Get)
            .voice_fallback_url(url("voice/fallback"))
            .voice_method(HttpMethod::Post)
            .voice_url(url("voice"))
            .emergency_status(EmergencyStatus::Active)
            .emergency_address_sid(sid!(AddressSid))
            .identity_sid(format!("RI{}", "0123456789abcdef".repeat(2)))
            .address_sid(sid!(AddressSid))
            .voice_receive_mode(VoiceReceiveMode::Voice)
            .bundle_sid(format!("BU{}", "0123456789abcdef".repeat(2)))
    };
}

fn list() -> ListNumbers {
    paged!(ListNumbers)
        .beta(Toggle::Off)
        .friendly_name("front desk")
        .phone_number("+1415*")
        .origin("twilio")
}

#[tokio::test]
async fn searches_are_as_documented() {
    let Some(mut on) = Exercise::of(&["available_phone_numbers"]) else {
        return;
    };
    on.call("ListAvailablePhoneNumberCountry", async |c| {
        let list = paged!(ListNumberCountries);
        c.available_phone_numbers().countries(&list).await
    })
    .await;
    on.call("FetchAvailablePhoneNumberCountry", async |c| {
        c.available_phone_numbers().country("US").await
    })
    .await;
    for kind in NumberKind::ALL {
        let id = format!("ListAvailablePhoneNumber{kind:?}");
        on.call(&id, async |c| {
            c.available_phone_numbers()
                .search(kind, "US", &search())
                .await
        })
        .await;
    }
    on.finish();
}

#[tokio::test]
async fn numbers_are_as_documented() {
    let Some(mut on) = Exercise::of(&["incoming_phone_numbers"]) else {
        return;
    };
    let sid = sid!(PhoneNumberSid);
    on.call("ListIncomingPhoneNumber", async |c| {
        c.incoming_phone_numbers().list(&list()).collect().await
    })
    .await;
    on.call("CreateIncomingPhoneNumber", async |c| {
        let order = settings!(BuyNumber::new(number()));
        c.incoming_phone_numbers().buy(&order).await
    })
    .await;
    on.call("CreateIncomingPhoneNumber", async |c| {
        let order = BuyInArea::new(area()).trunk_sid(sid!(TrunkSid));
        c.incoming_phone_numbers().buy_in_area(&order).await
    })
    .await;
    on.call("FetchIncomingPhoneNumber", async |c| {
        c.incoming_phone_numbers().get(sid).await
    })
    .await;
    on.call("UpdateIncomingPhoneNumber", async |c| {
        let change = settings!(UpdateNumber::new());
        c.incoming_phone_numbers().update(sid, &change).await
    })
    .await;
    on.call("UpdateIncomingPhoneNumber", async |c| {
        let change = UpdateNumber::new()
            .trunk_sid(sid!(TrunkSid))
            .account_sid(sid!(AccountSid));
        c.incoming_phone_numbers().update(sid, &change).await
    })
    .await;
    on.call("DeleteIncomingPhoneNumber", async |c| {
        c.incoming_phone_numbers().delete(sid).await
    })
    .await;
    type Of = fn(&TwilioClient) -> NumbersOfKind<'_>;
    let kinds: [(&str, Of); 3] = [
        ("Local", |c| c.incoming_phone_numbers().local()),
        ("Mobile", |c| c.incoming_phone_numbers().mobile()),
        ("TollFree", |c| c.incoming_phone_numbers().toll_free()),
    ];
    for (kind, of) in kinds {
        let id = format!("ListIncomingPhoneNumber{kind}");
        on.call(&id, async |c| of(&c).list(&list()).collect().await)
            .await;
        let id = format!("CreateIncomingPhoneNumber{kind}");
        on.call(&id, async |c| {
            of(&c).buy(&settings!(BuyNumber::new(number()))).await
        })
        .await;
        on.call(&id, async |c| {
            let order = BuyNumber::new(number()).trunk_sid(sid!(TrunkSid));
            of(&c).buy(&order).await
        })
        .await;
    }
    on.finish();
}

#[tokio::test]
async fn add_ons_of_a_number_are_as_documented() {
    let Some(mut on) = Exercise::of(&["number_addons"]) else {
        return;
    };
    let (sid, add_on) = (sid!(PhoneNumberSid), sid!(InstalledAddOnSid));
    on.call("ListIncomingPhoneNumberAssignedAddOn", async |c| {
        let list = paged!(ListAssignedAddOns);
        let add_ons = c.incoming_phone_numbers().assigned_add_ons(sid);
        add_ons.list(&list).collect().await
    })
    .await;
    on.call("CreateIncomingPhoneNumberAssignedAddOn", async |c| {
        let add_ons = c.incoming_phone_numbers().assigned_add_ons(sid);
        add_ons.create(&AssignAddOn::new(add_on)).await
    })
    .await;
    on.call("FetchIncomingPhoneNumberAssignedAddOn", async |c| {
        let add_ons = c.incoming_phone_numbers().assigned_add_ons(sid);
        add_ons.get(add_on).await
    })
    .await;
    on.call("DeleteIncomingPhoneNumberAssignedAddOn", async |c| {
        let add_ons = c.incoming_phone_numbers().assigned_add_ons(sid);
        add_ons.delete(add_on).await
    })
    .await;
    on.call("ListIncomingPhoneNumberAssignedAddOnExtension", async |c| {
        let add_ons = c.incoming_phone_numbers().assigned_add_ons(sid);
        let list = paged!(ListAddOnExtensions);
        add_ons.extensions(add_on).list(&list).collect().await
    })
    .await;
    on.call(
        "FetchIncomingPhoneNumberAssignedAddOnExtension",
        async |c| {
            let add_ons = c.incoming_phone_numbers().assigned_add_ons(sid);
            add_ons
                .extensions(add_on)
                .get(sid!(AddOnExtensionSid))
                .await
        },
    )
    .await;
    on.finish();
}

#[tokio::test]
async fn caller_ids_are_as_documented() {
    let Some(mut on) = Exercise::of(&["outgoing_caller_ids"]) else {
        return;
    };
    let sid = sid!(PhoneNumberSid);
    on.call("ListOutgoingCallerId", async |c| {
        let list = paged!(ListCallerIds)
            .phone_number(number())
            .friendly_name("Alice");
        c.outgoing_caller_ids().list(&list).collect().await
    })
    .await;
    on.call("CreateValidationRequest", async |c| {
        let asked = ValidateNumber::new(number())
            .friendly_name("Alice")
            .call_delay(Duration::from_secs(60))
            .extension("12")
            .status_callback(url("verified"))
            .status_callback_method(HttpMethod::Post);
        c.outgoing_caller_ids().validate(&asked).await
    })
    .await;
    on.call("FetchOutgoingCallerId", async |c| {
        c.outgoing_caller_ids().get(sid).await
    })
    .await;
    on.call("UpdateOutgoingCallerId", async |c| {
        let change = UpdateCallerId::new().friendly_name("Bob");
        c.outgoing_caller_ids().update(sid, &change).await
    })
    .await;
    on.call("DeleteOutgoingCallerId", async |c| {
        c.outgoing_caller_ids().delete(sid).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn a_search_answers_without_a_link_and_writes_its_filters() {
    let body = json!({"available_phone_numbers": [{"phone_number": "+14155550123", "address_requirements": "none"}],
        "uri": "/2010-04-01/x.json", "next_page_uri": "/2010-04-01/never.json"});
    let (client, transport) = common::scripted([Reply::json(&body)]);
    let filter = SearchNumbers::new()
        .area_code(area())
        .contains("STORM")
        .near_lat_long(Coordinates::new(37.5, -122.25));
    let found = client
        .available_phone_numbers()
        .search(NumberKind::TollFree, "US", &filter)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let sent = transport.sent();
    assert!(sent[0].uri.path().ends_with("/US/TollFree.json"));
    assert_eq!(
        (sent[0].uri.query(), sent.len()),
        (
            Some("AreaCode=415&Contains=STORM&NearLatLong=37.5%2C-122.25"),
            1
        )
    );
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = common::scripted([]);
    let available = client.available_phone_numbers();
    for (bad, parameter) in [
        (SearchNumbers::new().contains("1"), "Contains"),
        (SearchNumbers::new().contains("1".repeat(17)), "Contains"),
        (SearchNumbers::new().contains("12-34"), "Contains"),
        (SearchNumbers::new().distance(501_u32), "Distance"),
        (SearchNumbers::new().in_rate_center("X"), "InLata"),
        (SearchNumbers::new().page_size(1_001_u32), "PageSize"),
        (
            SearchNumbers::new().near_lat_long(Coordinates::new(90.1, 0.0)),
            "NearLatLong",
        ),
        (
            SearchNumbers::new().near_lat_long(Coordinates::new(0.0, f64::NAN)),
            "NearLatLong",
        ),
    ] {
        let found = available.search(NumberKind::Local, "US", &bad).await;
        let error = found.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.fields()[0].field, parameter);
    }
    for country in ["", "USA", "1!", "é"] {
        let plain = SearchNumbers::new();
        let found = available.search(NumberKind::Local, country, &plain).await;
        assert_eq!(found.unwrap_err().fields()[0].field, "CountryCode");
        assert!(available.country(country).await.is_err());
    }
    let numbers = client.incoming_phone_numbers();
    let order = || BuyNumber::new(number());
    for (bad, parameter) in [
        (order().friendly_name("x".repeat(65)), "FriendlyName"),
        (order().identity_sid("RI1"), "IdentitySid"),
        (order().bundle_sid(sid!(AddressSid).as_str()), "BundleSid"),
        (
            order()
                .trunk_sid(sid!(TrunkSid))
                .voice_application_sid(sid!(ApplicationSid)),
            "TrunkSid",
        ),
    ] {
        for outcome in [
            numbers.buy(&bad).await,
            numbers.local().buy(&bad).await,
            numbers.toll_free().buy(&bad).await,
        ] {
            assert_eq!(outcome.unwrap_err().fields()[0].field, parameter);
        }
    }
    let asked = ValidateNumber::new(number()).call_delay(Duration::from_secs(61));
    let error = client
        .outgoing_caller_ids()
        .validate(&asked)
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "CallDelay");
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn a_number_to_be_verified_is_rung_once() {
    let (client, transport) = common::scripted([Reply::status(500, "")]);
    let error = client
        .outgoing_caller_ids()
        .validate(&ValidateNumber::new(number()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
}

#[tokio::test]
async fn numbers_names_and_codes_stay_out_of_what_is_shown() {
    let asked = json!({"phone_number": "+14155550123", "friendly_name": "(415) 555-0123", "validation_code": "111223"});
    let owned = json!({"phone_number": "+14155550123", "friendly_name": "(415) 555-0123"});
    let (client, _) = common::scripted([Reply::json(&asked), Reply::json(&owned)]);
    let request = ValidateNumber::new(number())
        .friendly_name("555-0123")
        .extension("555-0123");
    let asked: outgoing_caller_ids::ValidationRequest = client
        .outgoing_caller_ids()
        .validate(&request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(asked.validation_code.as_deref(), Some("111223"));
    let owned = client
        .incoming_phone_numbers()
        .get(sid!(PhoneNumberSid))
        .await
        .unwrap();
    let filter = ListNumbers::new().phone_number("+14155550123");
    let order = BuyNumber::new(number()).friendly_name("555-0123");
    let near = SearchNumbers::new()
        .near_number(number())
        .in_locality("+14155550123");
    let shown = format!("{request:?} {asked:?} {owned:?} {filter:?} {order:?} {near:?}");
    for secret in ["555-0123", "5550", "111223"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
