//! The numbers of the account: those the simulator was given, and those that were [bought](super::super::numbers).

use std::time::SystemTime;

use serde_json::json;
use voice_core::ident::E164;

use super::super::crud::usual;
use super::super::table::{Identity, Kind, Object, Parameter, Table, Verb};
use super::super::world::{Row, World};

pub(in super::super) const NAME: &str = "incoming_phone_numbers";

pub(super) static TABLES: &[Table] = &[Table {
    name: NAME,
    path: "IncomingPhoneNumbers",
    items: "incoming_phone_numbers",
    identity: Identity::New("PN"),
    verbs: &[Verb::List, Verb::Get, Verb::Update],
    parameters: &[
        Parameter::text("FriendlyName", 64),
        Parameter::new("VoiceUrl", Kind::Url).fault(21402),
        Parameter::new("VoiceMethod", Kind::Method).fault(21403),
        Parameter::new("VoiceFallbackUrl", Kind::Url).fault(21405),
        Parameter::new("VoiceFallbackMethod", Kind::Method).fault(21403),
        Parameter::new("VoiceApplicationSid", Kind::Sid("AP")),
        Parameter::new("SmsUrl", Kind::Url),
        Parameter::new("SmsMethod", Kind::Method),
        Parameter::new("StatusCallback", Kind::Url),
        Parameter::new("StatusCallbackMethod", Kind::Method),
        Parameter::new("TrunkSid", Kind::Sid("TK")),
    ],
    filters: &[
        ("PhoneNumber", "phone_number"),
        ("FriendlyName", "friendly_name"),
    ],
    fault: 21401,
    show: |_, _, shown| show(shown),
    ..Table::PLAIN
}];

/// What all numbers have, in the account and on a trunk.
pub(super) fn show(shown: &mut Object) {
    let capabilities = json!({"voice": true, "sms": true, "mms": false, "fax": false});
    shown.insert("capabilities".to_owned(), capabilities);
    shown.insert("beta".to_owned(), false.into());
    shown.insert("address_requirements".to_owned(), "none".into());
    shown.insert("api_version".to_owned(), "2010-04-01".into());
}

/// Puts a number into the account.
pub(in super::super) fn seed(world: &mut World, number: &E164, now: SystemTime) {
    let mut fields = TABLES.first().map(usual).unwrap_or_default();
    fields.insert("phone_number".to_owned(), number.as_str().into());
    fields.insert("friendly_name".to_owned(), number.as_str().into());
    let row = Row {
        table: NAME,
        sid: world.sid("PN"),
        parent: String::new(),
        fields,
        created: now,
        updated: now,
    };
    world.push(row);
}
