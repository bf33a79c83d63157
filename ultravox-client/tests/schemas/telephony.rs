//! Telephone providers.

use serde_json::Value;
use ultravox_client::accounts::{AccountTelephonyConfig, AccountTelephonyUpdate};
use ultravox_client::telephony_configs as t;

use crate::common::schema::Schema;
use crate::table::{Entry, table};

table! {
    answer "TwilioConfig" => t::TwilioConfig, without ["authToken"];
    request "TwilioConfig" => t::NewTwilioConfig, without ["authTokenPrefix"];
    request "PatchedTwilioConfig" => t::TwilioConfigUpdate, without ["authTokenPrefix"];
    answer "PatchedTwilioConfig" => t::TwilioConfig, without ["authToken"];
    answer "TelnyxConfig" => t::TelnyxConfig, without ["apiKey", "publicKey"];
    request "TelnyxConfig" => t::NewTelnyxConfig, without ["apiKeyPrefix", "publicKeyPrefix"];
    request "PatchedTelnyxConfig" => t::TelnyxConfigUpdate, without ["apiKeyPrefix", "publicKeyPrefix"];
    answer "PatchedTelnyxConfig" => t::TelnyxConfig, without ["apiKey", "publicKey"];
    answer "PlivoConfig" => t::PlivoConfig, without ["authToken"];
    request "PlivoConfig" => t::NewPlivoConfig, without ["authTokenPrefix"];
    request "PatchedPlivoConfig" => t::PlivoConfigUpdate, without ["authTokenPrefix"];
    answer "PatchedPlivoConfig" => t::PlivoConfig, without ["authToken"];
    own "AccountTelephonyConfig" => all;
    own "PatchedAccountTelephonyConfig" => update_of_all;
}

/// Each provider's part of the older way, without fields of one kind.
fn parts(schema: &Schema, entry: &Entry, unwanted: fn(&str) -> bool) -> Value {
    let mut instance = schema.instance(entry.schema, 0);
    for config in instance.as_object_mut().unwrap().values_mut() {
        config
            .as_object_mut()
            .unwrap()
            .retain(|name, _| !unwanted(name));
    }
    instance
}

/// The parts of the answer are those of the newer way, without what is secret.
fn all(schema: &Schema, entry: &Entry) {
    let secret = |name: &str| ["authToken", "apiKey", "publicKey"].contains(&name);
    let read: AccountTelephonyConfig =
        serde_json::from_value(parts(schema, entry, secret)).unwrap();
    let shown = format!("{read:?}");
    assert!(!shown.contains("extra"), "{shown}");
    assert!(read.twilio.is_some() && read.telnyx.is_some() && read.plivo.is_some());
}

/// The parts of the request are those of the newer way, without what the server adds; each may be null.
fn update_of_all(schema: &Schema, entry: &Entry) {
    let wire = parts(schema, entry, |name| name.ends_with("Prefix"));
    let read: AccountTelephonyUpdate = serde_json::from_value(wire.clone()).unwrap();
    assert!(!format!("{read:?}").contains("extra"));
    assert_eq!(serde_json::to_value(&read).unwrap(), wire);
    for name in wire.as_object().unwrap().keys() {
        let null = serde_json::json!({name.as_str(): null});
        let read: AccountTelephonyUpdate = serde_json::from_value(null.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), null, "{name}");
    }
}
