//! Elastic SIP trunks and what belongs to them.
//!
//! A trunk that still has numbers is not deleted (21247); everything else goes with it. A number is on one trunk: mapped to
//! another it changes over.

use serde_json::Value;

use super::super::answer::{Refused, named};
use super::super::crud::singleton;
use super::super::table::{Identity, Kind, Need, Parameter, Table, Unset, Verb};
use super::super::world::Row;
use super::numbers;
use super::sip::{ACCESS_LISTS, ADDRESSES, CREDENTIAL_LISTS, MAPPING, USERS, auth_type, show_name};
use crate::Product;

const TRUNKS: &str = "trunks";
const NUMBERS: &str = "trunks.phone_numbers";
const USER_LISTS: &str = "trunks.credential_lists";
const ADDRESS_LISTS: &str = "trunks.ip_access_control_lists";
const RECORDING: &str = "trunks.recording";

/// What all of this host have in common.
const TRUNKING: Table = Table {
    product: Product::Trunking,
    version: "v1",
    fault: 21245,
    ..Table::PLAIN
};

/// What belongs to a trunk.
const OF_TRUNK: Table = Table {
    parent: Some(TRUNKS),
    parent_property: Some("trunk_sid"),
    ..TRUNKING
};

pub(super) static TABLES: &[Table] = &[
    Table {
        name: TRUNKS,
        path: "Trunks",
        items: "trunks",
        identity: Identity::New("TK"),
        parameters: &[
            Parameter::text("FriendlyName", 64),
            Parameter::new("DomainName", Kind::Zone("pstn.twilio.com")),
            Parameter::new("DisasterRecoveryUrl", Kind::Url),
            Parameter::new("DisasterRecoveryMethod", Kind::Method),
            Parameter::new(
                "TransferMode",
                Kind::Word(&["disable-all", "enable-all", "sip-only"]),
            )
            .or(Unset::Text("disable-all")),
            Parameter::new("Secure", Kind::Toggle),
            Parameter::new("CnamLookupEnabled", Kind::Toggle),
            Parameter::new(
                "TransferCallerId",
                Kind::Word(&["from-transferee", "from-transferor"]),
            )
            .or(Unset::Text("from-transferee")),
        ],
        links: &[
            ("origination_urls", "OriginationUrls"),
            ("credential_lists", "CredentialLists"),
            ("ip_access_control_lists", "IpAccessControlLists"),
            ("phone_numbers", "PhoneNumbers"),
            ("recording", "Recording"),
        ],
        unique: Some(("domain_name", 21248)),
        keeps: |world, row| match world.children(NUMBERS, &row.sid).next() {
            Some(_) => Err(Refused::bad(21247, named(21247))),
            None => Ok(()),
        },
        show: |world, row, shown| {
            let has = |table| world.children(table, &row.sid).next().is_some();
            let auth = auth_type(has(ADDRESS_LISTS), has(USER_LISTS));
            let set: Vec<Value> = auth.as_str().map_or_else(Vec::new, |auth| {
                let words = auth.split(',').filter(|word| !word.is_empty());
                words.map(Value::from).collect()
            });
            shown.insert("auth_type".to_owned(), auth);
            shown.insert("auth_type_set".to_owned(), set.into());
            shown.insert("symmetric_rtp_enabled".to_owned(), false.into());
            if let Some(table) = super::named_table(RECORDING) {
                let recording = singleton(world, table, &row.sid);
                shown.insert("recording".to_owned(), recording);
            }
        },
        ..TRUNKING
    },
    Table {
        name: "trunks.origination_urls",
        path: "Trunks/{}/OriginationUrls",
        items: "origination_urls",
        identity: Identity::New("OU"),
        parameters: &[
            Parameter::new("Weight", Kind::Number(1, 65_535)).needed(Need::OnCreate),
            Parameter::new("Priority", Kind::Number(0, 65_535)).needed(Need::OnCreate),
            Parameter::new("Enabled", Kind::Toggle).needed(Need::OnCreate),
            Parameter::text("FriendlyName", 64).needed(Need::OnCreate),
            Parameter::new("SipUrl", Kind::SipUri).needed(Need::OnCreate),
        ],
        ..OF_TRUNK
    },
    Table {
        name: USER_LISTS,
        path: "Trunks/{}/CredentialLists",
        items: "credential_lists",
        identity: USERS,
        verbs: MAPPING,
        show: |world, row, shown| show_name(world, CREDENTIAL_LISTS, row, shown),
        ..OF_TRUNK
    },
    Table {
        name: ADDRESS_LISTS,
        path: "Trunks/{}/IpAccessControlLists",
        items: "ip_access_control_lists",
        identity: ADDRESSES,
        verbs: MAPPING,
        show: |world, row, shown| show_name(world, ACCESS_LISTS, row, shown),
        ..OF_TRUNK
    },
    Table {
        name: NUMBERS,
        path: "Trunks/{}/PhoneNumbers",
        items: "phone_numbers",
        identity: Identity::Of("PhoneNumberSid", numbers::NAME),
        verbs: MAPPING,
        show: |world, row, shown| {
            if let Some(number) = world.find(numbers::NAME, &row.sid) {
                for (name, value) in &number.fields {
                    shown.insert(name.clone(), value.clone());
                }
            }
            numbers::show(shown);
        },
        created: |world, row| {
            let others: Vec<Row> = world
                .rows(NUMBERS)
                .filter(|other| other.sid == row.sid && other.parent != row.parent)
                .cloned()
                .collect();
            if let Some(table) = super::named_table(NUMBERS) {
                for other in others {
                    world.remove(table, &other);
                }
            }
            let trunk = Value::from(row.parent.as_str());
            world.set(numbers::NAME, &row.sid, "trunk_sid", trunk);
        },
        deleted: |world, row| world.set(numbers::NAME, &row.sid, "trunk_sid", Value::Null),
        ..OF_TRUNK
    },
    Table {
        name: RECORDING,
        path: "Trunks/{}/Recording",
        verbs: &[Verb::Get, Verb::Update],
        parameters: &[
            Parameter::new(
                "Mode",
                Kind::Word(&[
                    "do-not-record",
                    "record-from-ringing",
                    "record-from-answer",
                    "record-from-ringing-dual",
                    "record-from-answer-dual",
                ]),
            )
            .or(Unset::Text("do-not-record")),
            Parameter::new("Trim", Kind::Word(&["trim-silence", "do-not-trim"]))
                .or(Unset::Text("do-not-trim")),
        ],
        ..OF_TRUNK
    },
];
