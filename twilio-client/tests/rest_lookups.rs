//! Lookup, held against the official OpenAPI files.
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
use serde_json::{Value, json};
use twilio_client::lookups::v1::{LookUpV1, LookupType};
use twilio_client::lookups::{
    BulkLookup, BulkNumber, LineType, LookUp, LookupField, NumberFault, OverrideLineType,
    SetRateLimit,
};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::testkit::Reply;

fn everything() -> LookUp {
    LookUp::new()
        .fields([LookupField::IdentityMatch, LookupField::SimSwap])
        .country_code("US")
        .first_name("Ana")
        .last_name("Lima")
        .address_line1("1 Main St")
        .address_line2("Apt 2")
        .city("Springfield")
        .state("IL")
        .postal_code("62701")
        .address_country_code("US")
        .national_id("123-45-6789")
        .date_of_birth("19800131")
        .last_verified_date("20260101")
        .verification_sid("VE1")
        .partner_sub_id("tenant-1")
}

fn bulk() -> BulkLookup {
    BulkLookup::new([BulkNumber::new("+14155550123")
        .fields([LookupField::IdentityMatch])
        .correlation_id("1")
        .country_code("US")
        .about(&LookupField::IdentityMatch, json!({"first_name": "Ana"}))])
}

#[tokio::test]
async fn every_operation_is_as_documented() {
    let Some(mut on) = Exercise::of(&["lookups_v2", "lookups_v1"]) else {
        return;
    };
    let number = common::to();
    on.call("lookups_v2/FetchPhoneNumber", async |c| {
        c.lookups().get(number, &everything()).await
    })
    .await;
    on.call("lookups_v1/FetchPhoneNumber", async |c| {
        let ask = LookUpV1::new()
            .country_code("US")
            .types([LookupType::Carrier])
            .add_ons(["whitepages_pro".to_owned()])
            .add_ons_data([("whitepages_pro.name", "x")]);
        c.lookups().get_v1(number, &ask).await
    })
    .await;
    on.call("CreateBulkLookup", async |c| {
        c.lookups().bulk(&bulk()).await
    })
    .await;
    on.call("FetchLookupAccountRateLimits", async |c| {
        c.lookups().rate_limits(&[LookupField::SimSwap]).await
    })
    .await;
    let field = LookupField::SimSwap;
    on.call("FetchLookupRateLimit", async |c| {
        c.lookups().rate_limit(&field, "web").await
    })
    .await;
    on.call("UpdateLookupRateLimit", async |c| {
        c.lookups()
            .set_rate_limit(&field, "web", &SetRateLimit::new().limit(5).ttl(60))
            .await
    })
    .await;
    on.call("DeleteLookupRateLimit", async |c| {
        c.lookups().delete_rate_limit(&field, "web").await
    })
    .await;
    let mobile = OverrideLineType::new(LineType::Mobile).reason("the customer showed it");
    on.call("FetchLookupPhoneNumberOverrides", async |c| {
        c.lookups().line_type_override(number).await
    })
    .await;
    on.call("CreateLookupPhoneNumberOverrides", async |c| {
        c.lookups().create_line_type_override(number, &mobile).await
    })
    .await;
    on.call("UpdateLookupPhoneNumberOverrides", async |c| {
        c.lookups().set_line_type_override(number, &mobile).await
    })
    .await;
    on.call("DeleteLookupPhoneNumberOverrides", async |c| {
        c.lookups().delete_line_type_override(number).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn fields_are_one_value_a_number_is_one_segment_and_a_bulk_is_sent_once() {
    let (client, transport) = common::scripted([
        Reply::json(&json!({"valid": false, "validation_errors": ["TOO_SHORT", "TOO_ODD"]})),
        Reply::status(500, ""),
    ]);
    let ask = LookUp::new().fields([LookupField::SimSwap, LookupField::Other("new".into())]);
    let found = client.lookups().get("+1 415/5", &ask).await.unwrap();
    assert_eq!(found.valid, Some(false));
    let faults = found.validation_errors.clone().unwrap();
    assert_eq!(
        faults,
        [NumberFault::TooShort, NumberFault::Other("TOO_ODD".into())]
    );
    let uri = transport.sent()[0].uri.to_string();
    assert_eq!(
        uri,
        "https://lookups.twilio.com/v2/PhoneNumbers/%2B1%20415%2F5?Fields=sim_swap%2Cnew"
    );

    let error = client.lookups().bulk(&bulk()).await.unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 2)
    );
    let body: Value = serde_json::from_str(&transport.sent()[1].text()).unwrap();
    assert_eq!(
        body,
        json!({"phone_numbers": [{
            "phone_number": "+14155550123", "fields": ["identity_match"], "correlation_id": "1",
            "country_code": "US", "identity_match": {"first_name": "Ana"},
        }]})
    );
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent_and_nobodys_data_are_shown() {
    let (client, transport) = common::scripted([]);
    let number = common::to();
    for bad in [
        LookUp::new().date_of_birth("1980-01-31"),
        LookUp::new().last_verified_date("soon"),
        LookUp::new().partner_sub_id("x".repeat(65)),
    ] {
        let error = client.lookups().get(number, &bad).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields().len()),
            (ErrorKind::InvalidInput, 1)
        );
    }
    let many = BulkLookup::new((0..101).map(|_| BulkNumber::new("+14155550123")));
    for bad in [BulkLookup::new([]), many] {
        assert_eq!(
            client.lookups().bulk(&bad).await.unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
    assert!(transport.sent().is_empty());
    let shown = format!("{:?} {:?}", everything(), bulk());
    for personal in ["Ana", "Lima", "Main", "6789", "19800131", "+14155550123"] {
        assert!(!shown.contains(personal), "{personal}: {shown}");
    }
}
