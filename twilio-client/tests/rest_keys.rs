//! Keys, tokens, routes and prices, held against the official OpenAPI files.
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
use secrecy::SecretString;
use serde_json::json;
use twilio_client::Region;
use twilio_client::keys::restricted::{CreateRestrictedKey, UpdateRestrictedKey};
use twilio_client::keys::{ListKeys, NameKey};
use twilio_client::oauth::{AuthorizeRequest, TokenRequest};
use twilio_client::pricing::ListCountries;
use twilio_client::public_keys::{CreatePublicKey, ListPublicKeys, UpdatePublicKey};
use twilio_client::routes::UpdateRoute;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{AccountSid, ApiKeySid, CredentialSid, E164, OauthAppSid};
use voice_core::testkit::Reply;

const HEX: &str = "0123456789abcdef0123456789abcdef";
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";

fn key() -> ApiKeySid {
    ApiKeySid::parse(&format!("SK{HEX}")).unwrap()
}

fn credential() -> CredentialSid {
    CredentialSid::parse(&format!("CR{HEX}")).unwrap()
}

fn app() -> OauthAppSid {
    OauthAppSid::parse(&format!("OQ{HEX}")).unwrap()
}

fn number() -> E164 {
    common::to()
}

fn all_keys() -> ListKeys {
    ListKeys::new()
        .page_size(20_u32)
        .page(0_u32)
        .page_token("PA1")
}

#[tokio::test]
async fn every_operation_of_keys_is_as_documented() {
    let Some(mut on) = Exercise::of(&["keys"]) else {
        return;
    };
    on.call("ListKey", async |c| {
        c.keys().list(&all_keys()).collect().await
    })
    .await;
    on.call("CreateNewKey", async |c| {
        c.keys().create(&NameKey::new().friendly_name("a")).await
    })
    .await;
    on.call("FetchKey", async |c| c.keys().get(key()).await)
        .await;
    on.call("UpdateKey", async |c| {
        c.keys()
            .update(key(), &NameKey::new().friendly_name("b"))
            .await
    })
    .await;
    on.call("DeleteKey", async |c| c.keys().delete(key()).await)
        .await;
    on.call("ListSigningKey", async |c| {
        c.signing_keys().list(&all_keys()).collect().await
    })
    .await;
    on.call("CreateNewSigningKey", async |c| {
        c.signing_keys()
            .create(&NameKey::new().friendly_name("a"))
            .await
    })
    .await;
    on.call("FetchSigningKey", async |c| {
        c.signing_keys().get(key()).await
    })
    .await;
    on.call("UpdateSigningKey", async |c| {
        c.signing_keys()
            .update(key(), &NameKey::new().friendly_name("b"))
            .await
    })
    .await;
    on.call("DeleteSigningKey", async |c| {
        c.signing_keys().delete(key()).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn every_operation_of_restricted_keys_and_oauth_is_as_documented() {
    let Some(mut on) = Exercise::of(&["iam_v1", "oauth"]) else {
        return;
    };
    on.call("ListGetKeys", async |c| {
        c.restricted_keys().list(&all_keys()).collect().await
    })
    .await;
    on.call("CreateNewKey", async |c| {
        let new = CreateRestrictedKey::restricted(json!({"allow": ["/twilio/voice/calls/read"]}));
        c.restricted_keys()
            .create(&new.friendly_name("reader"))
            .await
    })
    .await;
    on.call("FetchKey", async |c| c.restricted_keys().get(key()).await)
        .await;
    on.call("UpdateKey", async |c| {
        let change = UpdateRestrictedKey::new()
            .friendly_name("x")
            .policy(json!({"allow": []}));
        c.restricted_keys().update(key(), &change).await
    })
    .await;
    on.call("DeleteKey", async |c| {
        c.restricted_keys().delete(key()).await
    })
    .await;

    let request = TokenRequest::authorization_code(app(), "s3cret", "c0de")
        .redirect_uri("https://app.example.com/back")
        .audience("https://api.twilio.com")
        .refresh_token(SecretString::from("r3fresh"))
        .scope("voice");
    on.call("iam_v1/CreateToken", async |c| {
        c.oauth().iam_token(&request).await
    })
    .await;
    on.call("oauth_v1/CreateToken", async |c| {
        c.oauth().token_v1(&request).await
    })
    .await;
    on.call("CreateOauth2Token", async |c| {
        let account = AccountSid::parse(common::ACCOUNT).unwrap();
        c.oauth().token_for(account, &request).await
    })
    .await;
    let ask = AuthorizeRequest::new()
        .response_type("code")
        .client_id(app())
        .redirect_uri("https://app.example.com/back")
        .scope("voice")
        .state("x1");
    let elsewhere =
        || Reply::status(302, "").header("location", "https://www.twilio.com/agree?x=1");
    for id in ["FetchAuthorize", "FetchOauth2Authorize"] {
        let sent = on
            .answered(id, elsewhere(), async |c| match id {
                "FetchAuthorize" => c.oauth().authorize_v1(&ask).await,
                _ => c.oauth().authorize(&ask).await,
            })
            .await;
        assert_eq!(
            sent.redirect_to.as_deref(),
            Some("https://www.twilio.com/agree?x=1")
        );
    }
    on.finish();
}

#[tokio::test]
async fn every_operation_of_tokens_and_public_keys_is_as_documented() {
    let Some(mut on) = Exercise::of(&["accounts_v1"]) else {
        return;
    };
    on.call("CreateSecondaryAuthToken", async |c| {
        c.auth_tokens().create_secondary().await
    })
    .await;
    on.call("DeleteSecondaryAuthToken", async |c| {
        c.auth_tokens().delete_secondary().await
    })
    .await;
    on.call("UpdateAuthTokenPromotion", async |c| {
        c.auth_tokens().promote().await
    })
    .await;
    on.call("ListCredentialPublicKey", async |c| {
        let list = ListPublicKeys::new()
            .page_size(20_u32)
            .page(0_u32)
            .page_token("PA1");
        c.public_keys().list(&list).collect().await
    })
    .await;
    on.call("CreateCredentialPublicKey", async |c| {
        let account = AccountSid::parse(common::ACCOUNT).unwrap();
        let new = CreatePublicKey::new(PEM)
            .friendly_name("gateway")
            .account_sid(account);
        c.public_keys().create(&new).await
    })
    .await;
    on.call("FetchCredentialPublicKey", async |c| {
        c.public_keys().get(credential()).await
    })
    .await;
    on.call("UpdateCredentialPublicKey", async |c| {
        let change = UpdatePublicKey::new().friendly_name("other");
        c.public_keys().update(credential(), &change).await
    })
    .await;
    on.call("DeleteCredentialPublicKey", async |c| {
        c.public_keys().delete(credential()).await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn every_operation_of_routes_and_prices_is_as_documented() {
    let Some(mut on) = Exercise::of(&["routes_v2", "pricing_v2"]) else {
        return;
    };
    let route = UpdateRoute::to(&Region::parse("ie1").unwrap()).friendly_name("Dublin");
    on.call("FetchPhoneNumber", async |c| {
        c.routes().number(number()).await
    })
    .await;
    on.call("UpdatePhoneNumber", async |c| {
        c.routes().set_number(number(), &route).await
    })
    .await;
    on.call("FetchSipDomain", async |c| {
        c.routes().sip_domain("a.sip.twilio.com").await
    })
    .await;
    on.call("UpdateSipDomain", async |c| {
        c.routes().set_sip_domain("a.sip.twilio.com", &route).await
    })
    .await;
    on.call("FetchTrunks", async |c| {
        c.routes().trunk("a.pstn.twilio.com").await
    })
    .await;
    on.call("UpdateTrunks", async |c| {
        c.routes().set_trunk("a.pstn.twilio.com", &route).await
    })
    .await;

    let countries = ListCountries::new()
        .page_size(20_u32)
        .page(0_u32)
        .page_token("PA1");
    on.call("ListVoiceCountry", async |c| {
        c.pricing().countries(&countries).collect().await
    })
    .await;
    on.call("FetchVoiceCountry", async |c| {
        c.pricing().country("IE").await
    })
    .await;
    on.call("FetchVoiceNumber", async |c| {
        c.pricing().number(number(), Some(common::from())).await
    })
    .await;
    on.call("ListTrunkingCountry", async |c| {
        c.pricing().trunking().countries(&countries).collect().await
    })
    .await;
    on.call("FetchTrunkingCountry", async |c| {
        c.pricing().trunking().country("IE").await
    })
    .await;
    on.call("FetchTrunkingNumber", async |c| {
        c.pricing()
            .trunking()
            .number(number(), Some(common::from()))
            .await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn secrets_are_not_shown_and_a_private_key_is_not_sent() {
    let (client, transport) = common::scripted([
        Reply::json(&json!({"sid": key(), "secret": "s3cret"})),
        Reply::json(&json!({"secondary_auth_token": "s3cret"})),
        Reply::json(
            &json!({"access_token": "s3cret", "refresh_token": "s3cret", "id_token": "s3cret"}),
        ),
        Reply::status(
            400,
            r#"{"code": 70001, "message": "bad secret app-s3cret"}"#,
        ),
    ]);
    let key = client.keys().create(&NameKey::new()).await.unwrap();
    let token = client.auth_tokens().create_secondary().await.unwrap();
    let request = TokenRequest::client_credentials(app(), "app-s3cret");
    let bearer = client.oauth().token(&request).await.unwrap();
    let shown = format!("{key:?} {token:?} {bearer:?} {request:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(
        transport.sent()[2].header("authorization").is_empty(),
        "the app's own secret is enough"
    );
    assert!(!transport.sent()[1].header("authorization").is_empty());
    let error = client.oauth().token(&request).await.unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("s3cret"),
        "{error:?}"
    );

    for private in [
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nPUBLIC KEY",
        "abc",
    ] {
        let error = client
            .public_keys()
            .create(&CreatePublicKey::new(private))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::InvalidInput, Delivery::NotSent)
        );
    }
    assert_eq!(transport.sent().len(), 4);
}

#[tokio::test]
async fn a_key_of_unknown_outcome_is_not_created_twice_and_a_promotion_neither() {
    let broken = || Reply::status(500, "");
    let (client, transport) = common::scripted([broken(), broken(), broken(), broken()]);
    let error = client.keys().create(&NameKey::new()).await.unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
    let error = client.auth_tokens().promote().await.unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 2)
    );
}

#[tokio::test]
async fn lists_of_the_newer_apis_follow_their_links_on_the_clients_own_host() {
    let next = "https://pricing.twilio.com/v2/Voice/Countries?PageSize=1&Page=1&PageToken=PAx";
    let (client, transport) = common::scripted([
        Reply::json(
            &json!({"countries": [{"iso_country": "IE"}], "meta": {"key": "countries", "next_page_url": next}}),
        ),
        Reply::json(
            &json!({"countries": [{"iso_country": "IN"}], "meta": {"key": "countries", "next_page_url": null}}),
        ),
        Reply::json(
            &json!({"countries": [], "meta": {"next_page_url": "https://evil.test/v2/Voice/Countries?Page=1"}}),
        ),
    ]);
    let list = client
        .pricing()
        .countries(&ListCountries::new().page_size(1_u32));
    let all = list.collect().await.unwrap();
    assert_eq!(all[1].iso_country.as_deref(), Some("IN"));
    assert_eq!(transport.sent()[1].uri.to_string(), next);

    let stored = voice_core::client::Cursor::new("https://evil.test/v2/Voice/Countries?Page=7");
    let error = client.pricing().resume(stored).collect().await.unwrap_err();
    assert_eq!(
        (error.kind(), transport.sent().len()),
        (ErrorKind::Protocol, 2)
    );
    let error = client
        .pricing()
        .countries(&ListCountries::new())
        .collect()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), transport.sent().len()),
        (ErrorKind::Protocol, 3)
    );
}
