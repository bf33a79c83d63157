//! Accounts, addresses, applications, tokens and usage, held against the official OpenAPI files.
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
use twilio_client::accounts::{AccountStatus, CreateAccount, ListAccounts, UpdateAccount};
use twilio_client::addresses::{
    CreateAddress, ListAddresses, ListDependentNumbers, PostalAddress, UpdateAddress,
};
use twilio_client::applications::{ApplicationSettings, ListApplications};
use twilio_client::tokens::CreateToken;
use twilio_client::types::{DateFilter, HttpMethod, Toggle};
use twilio_client::usage::{
    CreateUsageTrigger, ListUsageRecords, ListUsageTriggers, Recurring, TriggerField, TriggerValue,
    UpdateUsageTrigger, UsageDate, UsagePeriod,
};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{AccountSid, AddressSid, ApplicationSid, UsageTriggerSid};
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

fn home() -> PostalAddress {
    PostalAddress {
        customer_name: "Alice Pl4nted".into(),
        street: "1 Pl4nted Street".into(),
        city: "Pl4ntedville".into(),
        region: "Pl4ntedshire".into(),
        postal_code: "PL4NTED".into(),
        iso_country: "IE".into(),
    }
}

fn application() -> ApplicationSettings {
    ApplicationSettings::new()
        .friendly_name("agents")
        .api_version("2010-04-01")
        .voice_url(url("voice"))
        .voice_method(HttpMethod::Post)
        .voice_fallback_url(url("voice/fallback"))
        .voice_fallback_method(HttpMethod::Get)
        .status_callback(url("status"))
        .status_callback_method(HttpMethod::Post)
        .voice_caller_id_lookup(Toggle::Off)
        .sms_url(url("sms"))
        .sms_method(HttpMethod::Post)
        .sms_fallback_url(url("sms/fallback"))
        .sms_fallback_method(HttpMethod::Get)
        .sms_status_callback(url("sms/status"))
        .message_status_callback(url("sms/status"))
        .public_application_connect_enabled(Toggle::Off)
}

fn trigger() -> CreateUsageTrigger {
    CreateUsageTrigger::new(url("usage"), TriggerValue::beyond_now(30), "calls")
}

#[tokio::test]
async fn accounts_and_addresses_are_as_documented() {
    let Some(mut on) = Exercise::of(&["accounts", "addresses"]) else {
        return;
    };
    let account = sid!(AccountSid);
    on.call("ListAccount", async |c| {
        let list = paged!(ListAccounts)
            .friendly_name("Customer 7")
            .status(AccountStatus::Active);
        c.accounts().list(&list).collect().await
    })
    .await;
    on.call("CreateAccount", async |c| {
        let new = CreateAccount::new().friendly_name("Customer 7");
        c.accounts().create(&new).await
    })
    .await;
    on.call("FetchAccount", async |c| c.accounts().get(account).await)
        .await;
    on.call("UpdateAccount", async |c| {
        let change = UpdateAccount::suspend().friendly_name("Customer 7");
        c.accounts().update(account, &change).await
    })
    .await;

    let address = sid!(AddressSid);
    on.call("ListAddress", async |c| {
        let list = paged!(ListAddresses)
            .customer_name("Alice")
            .friendly_name("home")
            .emergency_enabled(Toggle::On)
            .iso_country("IE");
        c.addresses().list(&list).collect().await
    })
    .await;
    on.call("CreateAddress", async |c| {
        let new = CreateAddress::new(home())
            .friendly_name("home")
            .emergency_enabled(Toggle::On)
            .auto_correct_address(Toggle::Off)
            .street_secondary("Flat 2");
        c.addresses().create(&new).await
    })
    .await;
    on.call("FetchAddress", async |c| c.addresses().get(address).await)
        .await;
    on.call("UpdateAddress", async |c| {
        let change = UpdateAddress::new()
            .friendly_name("home")
            .customer_name("Alice")
            .street("2 Example Street")
            .city("Dublin")
            .region("Dublin")
            .postal_code("D02 X285")
            .emergency_enabled(Toggle::Off)
            .auto_correct_address(Toggle::On)
            .street_secondary("");
        c.addresses().update(address, &change).await
    })
    .await;
    on.call("DeleteAddress", async |c| {
        c.addresses().delete(address).await
    })
    .await;
    // The file leaves the form of `capabilities` open; this is the one all other numbers have.
    let body = json!({"dependent_phone_numbers": [{
        "sid": format!("PN{}", "0123456789abcdef".repeat(2)), "account_sid": account,
        "friendly_name": "(415) 555-0123", "phone_number": "+14155550123", "voice_url": "", "voice_method": "POST",
        "voice_fallback_method": "POST", "voice_fallback_url": null, "voice_caller_id_lookup": false,
        "date_created": "Fri, 18 Oct 2019 17:00:00 +0000", "date_updated": "Fri, 18 Oct 2019 17:00:00 +0000",
        "sms_fallback_method": "POST", "sms_fallback_url": "", "sms_method": "POST", "sms_url": "",
        "address_requirements": "local", "capabilities": {"voice": true, "SMS": false, "MMS": false},
        "status_callback": "", "status_callback_method": "POST", "api_version": "2010-04-01", "sms_application_sid": "",
        "voice_application_sid": "", "trunk_sid": null, "emergency_status": "Active", "emergency_address_sid": address,
        "uri": "/2010-04-01/x.json"}], "next_page_uri": null});
    let numbers = on
        .answered("ListDependentPhoneNumber", Reply::json(&body), async |c| {
            let list = paged!(ListDependentNumbers);
            c.addresses()
                .dependent_numbers(address, &list)
                .collect()
                .await
        })
        .await;
    assert_eq!(numbers[0].emergency_address_sid, Some(address));
    assert_eq!(numbers[0].capabilities.as_ref().unwrap().sms, Some(false));
    assert!(numbers[0].extra.is_empty(), "{:?}", numbers[0].extra);
    on.finish();
}

#[tokio::test]
async fn applications_and_tokens_are_as_documented() {
    let Some(mut on) = Exercise::of(&["applications", "tokens"]) else {
        return;
    };
    let sid = sid!(ApplicationSid);
    on.call("ListApplication", async |c| {
        let list = paged!(ListApplications).friendly_name("agents");
        c.applications().list(&list).collect().await
    })
    .await;
    on.call("CreateApplication", async |c| {
        c.applications().create(&application()).await
    })
    .await;
    on.call("FetchApplication", async |c| {
        c.applications().get(sid).await
    })
    .await;
    on.call("UpdateApplication", async |c| {
        c.applications().update(sid, &application()).await
    })
    .await;
    on.call("DeleteApplication", async |c| {
        c.applications().delete(sid).await
    })
    .await;
    on.call("CreateToken", async |c| {
        let token = CreateToken::new().ttl(Duration::from_secs(600));
        c.create_token(&token).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn usage_is_as_documented() {
    let Some(mut on) = Exercise::of(&["usage"]) else {
        return;
    };
    for (id, period) in [
        ("ListUsageRecord", UsagePeriod::Span),
        ("ListUsageRecordAllTime", UsagePeriod::AllTime),
        ("ListUsageRecordDaily", UsagePeriod::Daily),
        ("ListUsageRecordLastMonth", UsagePeriod::LastMonth),
        ("ListUsageRecordMonthly", UsagePeriod::Monthly),
        ("ListUsageRecordThisMonth", UsagePeriod::ThisMonth),
        ("ListUsageRecordToday", UsagePeriod::Today),
        ("ListUsageRecordYearly", UsagePeriod::Yearly),
        ("ListUsageRecordYesterday", UsagePeriod::Yesterday),
    ] {
        on.call(id, async |c| {
            let list = paged!(ListUsageRecords)
                .category("calls")
                .start_date(DateFilter::parse("2026-10-01").unwrap())
                .end_date(UsageDate::days_ahead(1))
                .include_subaccounts(Toggle::Off);
            c.usage().records(period).list(&list).collect().await
        })
        .await;
    }
    let sid = sid!(UsageTriggerSid);
    on.call("ListUsageTrigger", async |c| {
        let list = paged!(ListUsageTriggers)
            .recurring(Recurring::AllTime)
            .trigger_by(TriggerField::Usage)
            .usage_category("calls");
        c.usage().triggers().list(&list).collect().await
    })
    .await;
    on.call("CreateUsageTrigger", async |c| {
        let new = trigger()
            .callback_method(HttpMethod::Get)
            .friendly_name("budget")
            .recurring(Recurring::Daily)
            .trigger_by(TriggerField::Price);
        c.usage().triggers().create(&new).await
    })
    .await;
    on.call("FetchUsageTrigger", async |c| {
        c.usage().triggers().get(sid).await
    })
    .await;
    on.call("UpdateUsageTrigger", async |c| {
        let change = UpdateUsageTrigger::new()
            .callback_method(HttpMethod::Post)
            .callback_url(url("usage"))
            .friendly_name("budget");
        c.usage().triggers().update(sid, &change).await
    })
    .await;
    on.call("DeleteUsageTrigger", async |c| {
        c.usage().triggers().delete(sid).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn addresses_dates_and_values_are_written_as_documented() {
    let (client, transport) = common::scripted([
        Reply::json(&json!({})),
        Reply::json(&json!({"usage_records": []})),
        Reply::json(&json!({})),
    ]);
    let new = CreateAddress::new(home());
    client.addresses().create(&new).await.unwrap();
    let span = ListUsageRecords::new()
        .start_date(UsageDate::days_ago(30))
        .end_date(UsageDate::days_ahead(1));
    let records = client.usage().records(UsagePeriod::Span);
    records.list(&span).collect().await.unwrap();
    client.usage().triggers().create(&trigger()).await.unwrap();
    let sent = transport.sent();
    assert_eq!(
        sent[0].text(),
        "CustomerName=Alice+Pl4nted&Street=1+Pl4nted+Street&City=Pl4ntedville&Region=Pl4ntedshire&PostalCode=PL4NTED\
         &IsoCountry=IE"
    );
    assert_eq!(
        sent[1].uri.query(),
        Some("StartDate=-30days&EndDate=%2B1days")
    );
    assert_eq!(
        sent[2].text(),
        "CallbackUrl=https%3A%2F%2Fapp.example.com%2Fusage&TriggerValue=%2B30&UsageCategory=calls"
    );
}

#[tokio::test]
async fn what_twilio_would_refuse_is_not_sent() {
    let (client, transport) = common::scripted([]);
    let long = || "x".repeat(65);
    let mut nowhere = home();
    nowhere.city = " ".into();
    let mut abroad = home();
    abroad.iso_country = "IRL".into();
    let emergency = CreateAddress::new(home()).emergency_enabled(Toggle::On);
    let moment = DateFilter::parse("2026-11-01T08:00:00Z").unwrap();
    let records = client.usage().records(UsagePeriod::Daily);
    let no_value = CreateUsageTrigger::new(url("usage"), TriggerValue::at(0), "calls");
    let no_category = CreateUsageTrigger::new(url("usage"), TriggerValue::at(1), "");
    for (error, parameter) in [
        (
            client
                .accounts()
                .create(&CreateAccount::new().friendly_name(long()))
                .await
                .unwrap_err(),
            "FriendlyName",
        ),
        (
            client
                .addresses()
                .create(&CreateAddress::new(nowhere))
                .await
                .unwrap_err(),
            "City",
        ),
        (
            client
                .addresses()
                .create(&CreateAddress::new(abroad))
                .await
                .unwrap_err(),
            "IsoCountry",
        ),
        (
            client
                .addresses()
                .create(&emergency.friendly_name("x".repeat(33)))
                .await
                .unwrap_err(),
            "FriendlyName",
        ),
        (
            client
                .applications()
                .create(&ApplicationSettings::new().friendly_name(long()))
                .await
                .unwrap_err(),
            "FriendlyName",
        ),
        (
            client
                .create_token(&CreateToken::new().ttl(Duration::ZERO))
                .await
                .unwrap_err(),
            "Ttl",
        ),
        (
            records
                .list(&ListUsageRecords::new().start_date(moment))
                .collect()
                .await
                .unwrap_err(),
            "StartDate",
        ),
        (
            records
                .list(&ListUsageRecords::new().page_size(0_u32))
                .collect()
                .await
                .unwrap_err(),
            "PageSize",
        ),
        (
            client
                .usage()
                .triggers()
                .create(&no_value)
                .await
                .unwrap_err(),
            "TriggerValue",
        ),
        (
            client
                .usage()
                .triggers()
                .create(&no_category)
                .await
                .unwrap_err(),
            "UsageCategory",
        ),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{parameter}");
        let fields: Vec<_> = error.fields().iter().map(|field| &field.field).collect();
        assert_eq!(fields, [parameter]);
    }
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn creations_are_sent_once() {
    let (client, transport) = common::scripted((0..4).map(|_| Reply::status(500, "")));
    for error in [
        client
            .accounts()
            .create(&CreateAccount::new())
            .await
            .unwrap_err(),
        client
            .addresses()
            .create(&CreateAddress::new(home()))
            .await
            .unwrap_err(),
        client
            .applications()
            .create(&application())
            .await
            .unwrap_err(),
        client
            .usage()
            .triggers()
            .create(&trigger())
            .await
            .unwrap_err(),
    ] {
        assert_eq!((error.delivery(), error.attempts()), (Delivery::Unknown, 1));
    }
    assert_eq!(transport.sent().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn states_are_set_again_and_so_are_credentials_made() {
    let (broken, ok) = (|| Reply::status(500, ""), || Reply::json(&json!({})));
    let (client, transport) = common::scripted([broken(), ok(), broken(), ok()]);
    let close = UpdateAccount::close();
    client
        .accounts()
        .update(sid!(AccountSid), &close)
        .await
        .unwrap();
    client.create_token(&CreateToken::new()).await.unwrap();
    let sent = transport.sent();
    assert_eq!((sent[1].text().as_str(), sent.len()), ("Status=closed", 4));
}

#[tokio::test]
async fn secrets_and_people_stay_out_of_what_is_shown() {
    let token = json!({
        "username": "pl4nted-user", "password": "pl4nted-pass", "ttl": "600",
        "ice_servers": [{"url": "turn:x", "urls": "turn:x", "username": "pl4nted-user", "credential": "pl4nted-pass"}],
    });
    let account = json!({"friendly_name": "pl4nted@example.com", "auth_token": "pl4nted"});
    let address = json!({"customer_name": "Pl4nted", "street": "Pl4nted", "city": "Pl4nted", "postal_code": "Pl4nted",
        "region": "Pl4nted", "street_secondary": "Pl4nted", "friendly_name": "Pl4nted"});
    let (client, _) = common::scripted([&token, &account, &address].map(Reply::json));
    let token = client.create_token(&CreateToken::new()).await.unwrap();
    let account = client.accounts().own().await.unwrap();
    let new = CreateAddress::new(home())
        .friendly_name("Pl4nted")
        .street_secondary("Pl4nted");
    let address = client.addresses().create(&new).await.unwrap();
    assert_eq!(
        token.ttl.as_ref().and_then(|ttl| ttl.seconds()),
        Some(Duration::from_secs(600))
    );
    let server = &token.ice_servers.as_ref().unwrap()[0];
    assert_eq!(server.credential.as_deref(), Some("pl4nted-pass"));
    let list = ListAddresses::new().customer_name("Pl4nted");
    let change = UpdateAddress::new().street("Pl4nted").city("Pl4nted");
    let shown = format!("{token:?} {account:?} {address:?} {new:?} {list:?} {change:?}");
    assert!(!shown.to_lowercase().contains("pl4nted"), "{shown}");
}
