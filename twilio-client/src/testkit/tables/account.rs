//! Plain resources of the account: applications, addresses, verified caller ids, usage triggers.

use super::super::table::{Identity, Kind, Need, Object, Parameter, Table, Unset, Verb};
use super::super::world::{Row, World};

pub(in super::super) const CALLER_IDS: &str = "outgoing_caller_ids";

pub(super) static TABLES: &[Table] = &[
    Table {
        name: "applications",
        path: "Applications",
        items: "applications",
        identity: Identity::New("AP"),
        parameters: &[
            Parameter::text("FriendlyName", 64),
            Parameter::text("ApiVersion", 16).or(Unset::Text("2010-04-01")),
            Parameter::new("VoiceUrl", Kind::Url).fault(21402),
            Parameter::new("VoiceMethod", Kind::Method).fault(21403),
            Parameter::new("VoiceFallbackUrl", Kind::Url).fault(21405),
            Parameter::new("VoiceFallbackMethod", Kind::Method).fault(21403),
            Parameter::new("StatusCallback", Kind::Url),
            Parameter::new("StatusCallbackMethod", Kind::Method),
            Parameter::new("VoiceCallerIdLookup", Kind::Toggle),
            Parameter::new("SmsUrl", Kind::Url),
            Parameter::new("SmsMethod", Kind::Method),
            Parameter::new("SmsFallbackUrl", Kind::Url),
            Parameter::new("SmsFallbackMethod", Kind::Method),
            Parameter::new("SmsStatusCallback", Kind::Url),
            Parameter::new("MessageStatusCallback", Kind::Url),
            Parameter::new("PublicApplicationConnectEnabled", Kind::Toggle),
        ],
        filters: &[("FriendlyName", "friendly_name")],
        most: Some((1000, 21470)),
        ..Table::PLAIN
    },
    Table {
        name: "addresses",
        path: "Addresses",
        items: "addresses",
        identity: Identity::New("AD"),
        parameters: &[
            Parameter::text("CustomerName", 256).needed(Need::OnCreate),
            Parameter::text("Street", 256).needed(Need::OnCreate),
            Parameter::text("StreetSecondary", 256),
            Parameter::text("City", 256).needed(Need::OnCreate),
            Parameter::text("Region", 256).needed(Need::OnCreate),
            Parameter::text("PostalCode", 32).needed(Need::OnCreate),
            Parameter::text("IsoCountry", 2)
                .needed(Need::OnCreate)
                .fixed(),
            Parameter::text("FriendlyName", 64),
            Parameter::new("EmergencyEnabled", Kind::Toggle),
        ],
        filters: &[
            ("CustomerName", "customer_name"),
            ("FriendlyName", "friendly_name"),
            ("IsoCountry", "iso_country"),
        ],
        show: checked,
        ..Table::PLAIN
    },
    Table {
        name: CALLER_IDS,
        path: "OutgoingCallerIds",
        items: "outgoing_caller_ids",
        identity: Identity::New("PN"),
        verbs: &[Verb::List, Verb::Get, Verb::Update, Verb::Delete],
        parameters: &[Parameter::text("FriendlyName", 64)],
        filters: &[
            ("PhoneNumber", "phone_number"),
            ("FriendlyName", "friendly_name"),
        ],
        ..Table::PLAIN
    },
];

/// Every address is a good one.
fn checked(_: &World, _: &Row, shown: &mut Object) {
    shown.insert("validated".to_owned(), true.into());
    shown.insert("verified".to_owned(), true.into());
}
