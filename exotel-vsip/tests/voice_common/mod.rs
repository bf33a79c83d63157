//! What the tests of voice v1 share.
#![allow(dead_code, reason = "each test file uses a part")]

use std::sync::Arc;

use exotel_vsip::voice::{AppId, CallSid, Number};
use exotel_vsip::{AccountName, ExotelClient, Region};
use voice_core::client::ClientOptions;
use voice_core::ident::E164;
use voice_core::provider::JoinUrl;
use voice_core::testkit::{Reply, ScriptedTransport, Sent};

pub(crate) const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "fedcba9876543210fedcba9876543210fedcba9876543210";
pub(crate) const SID: &str = "b6cfaf5f5cef3ca0fc937749ef960e25";

pub(crate) fn person() -> E164 {
    E164::parse("+919876543210").unwrap()
}

pub(crate) fn second() -> E164 {
    E164::parse("+918123456789").unwrap()
}

pub(crate) fn exophone() -> E164 {
    E164::parse("+918047112345").unwrap()
}

pub(crate) fn local() -> Number {
    Number::parse("08047112345").unwrap()
}

pub(crate) fn sid() -> CallSid {
    CallSid::parse(SID).unwrap()
}

pub(crate) fn app() -> AppId {
    AppId::parse("1262658").unwrap()
}

pub(crate) fn join_url() -> JoinUrl {
    JoinUrl::new("wss://bot.example.com/calls/7?token=j0in&x=1").unwrap()
}

/// A client on a script.
pub(crate) fn scripted(
    script: impl IntoIterator<Item = Reply>,
) -> (ExotelClient, ScriptedTransport) {
    scripted_in(Region::Mumbai, script)
}

pub(crate) fn scripted_in(
    region: Region,
    script: impl IntoIterator<Item = Reply>,
) -> (ExotelClient, ScriptedTransport) {
    let transport = ScriptedTransport::new(script);
    let client = ExotelClient::builder()
        .account(AccountName::parse("exampleacc").unwrap())
        .api_key(KEY)
        .api_token(TOKEN)
        .region(region)
        .options(ClientOptions::new().transport(Arc::new(transport.clone())))
        .build()
        .unwrap();
    (client, transport)
}

/// The pairs of a form or query, decoded and in order.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

/// The pairs of a request's query.
pub(crate) fn query(sent: &Sent) -> Vec<(String, String)> {
    pairs(sent.uri.query().unwrap_or_default())
}

/// One value of such pairs.
pub(crate) fn value<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs
        .iter()
        .find(|(own, _)| own == name)
        .map(|(_, value)| value.as_str())
}
