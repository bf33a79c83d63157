//! Subaccounts and options per request: what stands in every path, and which headers nobody may set.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeSet;
use std::time::Duration;

use common::ACCOUNT;
use serde_json::json;
use twilio_client::TwilioClient;
use twilio_client::addresses::{
    CreateAddress, ListAddresses, ListDependentNumbers, PostalAddress, UpdateAddress,
};
use twilio_client::applications::{ApplicationSettings, ListApplications};
use twilio_client::available_phone_numbers::{
    AreaCode, ListNumberCountries, NumberKind, SearchNumbers,
};
use twilio_client::incoming_phone_numbers::{
    AssignAddOn, BuyInArea, BuyNumber, ListAddOnExtensions, ListAssignedAddOns, ListNumbers,
    UpdateNumber,
};
use twilio_client::outgoing_caller_ids::{ListCallerIds, UpdateCallerId, ValidateNumber};
use twilio_client::tokens::CreateToken;
use twilio_client::usage::{
    CreateUsageTrigger, ListUsageRecords, ListUsageTriggers, TriggerValue, UpdateUsageTrigger,
    UsagePeriod,
};
use voice_core::client::{Cursor, RequestOptions};
use voice_core::error::ErrorKind;
use voice_core::ident::{
    AccountSid, AddOnExtensionSid, AddressSid, ApplicationSid, InstalledAddOnSid, PhoneNumberSid,
    UsageTriggerSid,
};
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

/// The resources that are tried here.
const RESOURCES: [&str; 8] = [
    "addresses.",
    "applications.",
    "available_phone_numbers.",
    "incoming_phone_numbers.",
    "outgoing_caller_ids.",
    "tokens.",
    "usage.records.",
    "usage.triggers.",
];

fn subaccount() -> AccountSid {
    AccountSid::parse(&format!("AC{}", "f".repeat(32))).unwrap()
}
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

fn url() -> WebhookUrl {
    WebhookUrl::parse("https://app.example.com/usage").unwrap()
}

fn home() -> PostalAddress {
    PostalAddress {
        customer_name: "A".into(),
        street: "B".into(),
        city: "C".into(),
        region: "D".into(),
        postal_code: "E".into(),
        iso_country: "IE".into(),
    }
}

/// Calls what there is; every answer is the refusal that the script gives.
async fn try_all(client: &TwilioClient) {
    let mut refused = Vec::new();
    macro_rules! refused {
        ($($outcome:expr),* $(,)?) => {
            $(refused.push($outcome.await.map(drop).unwrap_err());)*
        };
    }
    let (addresses, address) = (client.addresses(), sid!(AddressSid));
    refused![
        addresses.list(&ListAddresses::new()).collect(),
        addresses.create(&CreateAddress::new(home())),
        addresses.get(address),
        addresses.update(address, &UpdateAddress::new()),
        addresses.delete(address),
        addresses
            .dependent_numbers(address, &ListDependentNumbers::new())
            .collect(),
    ];
    let (applications, application) = (client.applications(), sid!(ApplicationSid));
    refused![
        applications.list(&ListApplications::new()).collect(),
        applications.create(&ApplicationSettings::new()),
        applications.get(application),
        applications.update(application, &ApplicationSettings::new()),
        applications.delete(application),
        client.create_token(&CreateToken::new()),
    ];
    let available = client.available_phone_numbers();
    refused![
        available.countries(&ListNumberCountries::new()),
        available.country("US")
    ];
    for kind in NumberKind::ALL {
        refused![available.search(kind, "US", &SearchNumbers::new())];
    }
    let (numbers, number) = (client.incoming_phone_numbers(), sid!(PhoneNumberSid));
    let order = BuyNumber::new(common::to());
    let area = AreaCode::new(415).unwrap();
    refused![
        numbers.list(&ListNumbers::new()).collect(),
        numbers.buy(&order),
        numbers.buy_in_area(&BuyInArea::new(area)),
        numbers.get(number),
        numbers.update(number, &UpdateNumber::new()),
        numbers.delete(number),
    ];
    for kind in [numbers.local(), numbers.mobile(), numbers.toll_free()] {
        refused![kind.list(&ListNumbers::new()).collect(), kind.buy(&order)];
    }
    let (add_ons, add_on) = (numbers.assigned_add_ons(number), sid!(InstalledAddOnSid));
    let extensions = add_ons.extensions(add_on);
    refused![
        add_ons.list(&ListAssignedAddOns::new()).collect(),
        add_ons.create(&AssignAddOn::new(add_on)),
        add_ons.get(add_on),
        add_ons.delete(add_on),
        extensions.list(&ListAddOnExtensions::new()).collect(),
        extensions.get(sid!(AddOnExtensionSid)),
    ];
    let callers = client.outgoing_caller_ids();
    refused![
        callers.list(&ListCallerIds::new()).collect(),
        callers.validate(&ValidateNumber::new(common::to())),
        callers.get(number),
        callers.update(number, &UpdateCallerId::new()),
        callers.delete(number),
    ];
    for period in UsagePeriod::ALL {
        refused![
            client
                .usage()
                .records(period)
                .list(&ListUsageRecords::new())
                .collect()
        ];
    }
    let (triggers, trigger) = (client.usage().triggers(), sid!(UsageTriggerSid));
    let new = CreateUsageTrigger::new(url(), TriggerValue::at(1), "calls");
    refused![
        triggers.list(&ListUsageTriggers::new()).collect(),
        triggers.create(&new),
        triggers.get(trigger),
        triggers.update(trigger, &UpdateUsageTrigger::new()),
        triggers.delete(trigger),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}

#[tokio::test]
async fn a_subaccount_stands_in_every_path() {
    let own: Vec<_> = twilio_client::OPERATIONS
        .iter()
        .flat_map(|list| list.iter())
        .map(|own| own.operation)
        .filter(|operation| {
            RESOURCES
                .iter()
                .any(|name| operation.name().starts_with(name))
        })
        .collect();
    assert!(own.iter().all(|one| one.path().contains("{AccountSid}")));

    let (client, transport) = common::scripted((0..100).map(|_| Reply::status(404, "")));
    try_all(&client.for_account(subaccount())).await;
    let mut tried = BTreeSet::new();
    for sent in transport.sent() {
        let path = sent.uri.path().to_owned();
        let start = format!("/2010-04-01/Accounts/{}/", subaccount());
        assert!(path.starts_with(&start), "{path}");
        assert!(!path.contains(ACCOUNT), "{path}");
        tried.insert((sent.method.to_string(), path));
    }
    assert_eq!(tried.len(), own.len(), "each operation has been tried");
}

#[tokio::test]
async fn the_list_of_a_subaccount_is_taken_up_again_where_it_stood() {
    let sub = subaccount();
    let next = format!("/2010-04-01/Accounts/{sub}/Applications.json?PageSize=1&PageToken=PAx");
    let page = |next: Option<&str>| {
        Reply::json(&json!({"applications": [{"friendly_name": "a"}], "next_page_uri": next}))
    };
    let (client, transport) = common::scripted([page(Some(&next)), page(None), page(None)]);
    let theirs = client.for_account(sub);
    let filter = ListApplications::new().page_size(1_u32);
    let all = theirs.applications().list(&filter).collect().await.unwrap();
    assert_eq!(all.len(), 2);
    let rest = theirs.applications().resume(Cursor::new(next.as_str()));
    assert_eq!(rest.collect().await.unwrap().len(), 1);
    // A stored cursor holds the account: it is not followed for another, though the credentials would open it.
    let other = client.applications().resume(Cursor::new(next.as_str()));
    assert_eq!(
        other.collect().await.unwrap_err().kind(),
        ErrorKind::Protocol
    );
    let sent = transport.sent();
    assert_eq!(sent.len(), 3);
    for again in [1, 2] {
        let target = sent[again].uri.path_and_query().unwrap().as_str();
        assert_eq!(target, next);
    }
}

#[tokio::test]
async fn options_are_for_the_requests_made_through_them() {
    let (client, transport) = common::scripted([
        Reply::status(503, ""),
        Reply::json(&json!({"sid": ACCOUNT})),
        Reply::json(&json!({"sid": ACCOUNT})),
    ]);
    let options = RequestOptions::new()
        .retries(0)
        .deadline(Duration::from_secs(5))
        .header("X-Correlation-Id", "lead-42")
        .unwrap();
    let careful = client.with(options).for_account(subaccount());
    let error = careful.accounts().own().await.unwrap_err();
    assert_eq!(error.attempts(), 1, "no retry");
    careful.accounts().own().await.unwrap();
    client.accounts().own().await.unwrap();
    let sent = transport.sent();
    assert_eq!(sent[1].header("x-correlation-id"), "lead-42");
    assert!(sent[1].uri.path().contains(subaccount().as_str()));
    assert_eq!(sent[2].header("x-correlation-id"), "");
    assert!(sent[2].uri.path().contains(ACCOUNT));
}

#[test]
fn headers_that_sign_or_frame_a_request_are_refused() {
    for name in [
        "Authorization",
        "PROXY-AUTHORIZATION",
        "Host",
        "Cookie",
        "Content-Type",
        "Content-Length",
        "Transfer-Encoding",
        "Twilio-Client-Validation",
    ] {
        let error = RequestOptions::new().header(name, "x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}");
    }
}
