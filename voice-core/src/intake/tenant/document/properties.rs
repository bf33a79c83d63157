//! Written and read again a configuration is the same; the schema and the reader agree.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::ident::{E164, SipUri};
use crate::intake::tenant::{Feature, FeatureStatus, TenantConfig, TenantId, TenantStatus};
use crate::provider::TransferTarget;

static SCHEMA: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::validator_for(&TenantConfig::json_schema()).unwrap());

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<String>().prop_map(|text| Value::from(text.chars().take(12).collect::<String>())),
        "[\\s\u{0}-\u{a0}\u{feff}]{0,3}".prop_map(Value::from),
        "[+][1-9][0-9]{4,16}".prop_map(Value::from),
        "sip:[a-z]{0,3}@?[a-z.]{0,8}".prop_map(Value::from),
        "[a-z.]{0,4}@[a-z.-]{0,8}".prop_map(Value::from),
        prop_oneof!["active", "disabled", "Asia/Kolkata", "en-GB", "acme"].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("([a-z]{1,6}|phone|sip|enabled|.{0,3})", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn settings() -> impl Strategy<Value = Map<String, Value>> {
    btree_map("[f-z][a-z_]{0,6}", value(), 0..3).prop_map(|map| map.into_iter().collect())
}

fn name() -> impl Strategy<Value = Option<String>> {
    of("[A-Za-z0-9é][A-Za-z0-9 _.-]{0,20}")
}

fn email() -> impl Strategy<Value = String> {
    "[a-z0-9+_]{1,8}([.][a-z]{1,4})?@[a-z0-9]{1,6}([.][a-z]{2,5}){1,2}"
}

fn config() -> impl Strategy<Value = TenantConfig> {
    let target = prop_oneof![
        "[+][1-9][0-9]{6,14}".prop_map(|text| TransferTarget::Phone(E164::parse(&text).unwrap())),
        "sips?:[a-z0-9]{1,6}@[a-z]{1,6}[.]de(:5061)?(;transport=tls)?"
            .prop_map(|text| TransferTarget::Sip(SipUri::parse(&text).unwrap())),
    ];
    let feature = (any::<bool>(), settings()).prop_map(|(is_on, settings)| Feature {
        status: if is_on {
            FeatureStatus::On
        } else {
            FeatureStatus::Off
        },
        settings,
    });
    let key = "[A-Za-z0-9._-]{1,64}";
    let zone = prop_oneof![Just("UTC"), Just("Europe/Berlin"), Just("America/New_York")];
    let texts = (name(), name(), name(), name());
    let mail = (vec(email(), 0..4), of(email()));
    let locale = of("[a-z]{2,3}(-[A-Z]{2})?");
    let maps = (
        btree_map(key, target, 0..4),
        btree_map(key, feature, 0..4),
        settings(),
    );
    (texts, mail, zone, locale, maps, any::<bool>()).prop_map(
        |(
            (client_id, display_name, model, voice),
            (emails, reply_to),
            zone,
            locale,
            maps,
            is_on,
        )| {
            let (destinations, features, session): (BTreeMap<_, _>, BTreeMap<_, _>, _) = maps;
            TenantConfig {
                client_id,
                display_name,
                status: if is_on {
                    TenantStatus::Active
                } else {
                    TenantStatus::Disabled
                },
                summary_emails: emails,
                reply_to,
                timezone: zone.to_owned(),
                locale,
                model,
                voice,
                destinations,
                features,
                session,
                ..TenantConfig::new(acme())
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(config in config()) {
        let document = config.to_document();
        prop_assert!(SCHEMA.is_valid(&document), "{}", document);
        prop_assert_eq!(TenantConfig::from_document(&acme(), &document), Ok(config));
    }

    /// One field of a good document is replaced by anything.
    #[test]
    fn schema_and_reader_agree(
        config in config(),
        at in 0..super::read::KEYS.len(),
        value in value(),
        inside in of("[a-z]{1,4}"),
    ) {
        let key = super::read::KEYS[at];
        let mut document = config.to_document();
        document[key] = match inside {
            Some(inside) if matches!(key, "destinations" | "features") => json!({inside: value}),
            _ => value,
        };
        let is_valid = SCHEMA.is_valid(&document);
        match TenantConfig::from_document(&acme(), &document) {
            Ok(_) => prop_assert!(is_valid, "read but against the schema: {}", document),
            Err(error) => {
                // What a schema cannot say.
                let beyond = ["tenant_id", "timezone", "destinations"];
                prop_assert!(
                    !is_valid || beyond.contains(&key),
                    "valid but not read: {} {}", document, error
                );
                prop_assert!(error.problems().iter().all(|problem| problem.path.starts_with(key)));
            }
        }
    }

    #[test]
    fn no_value_breaks_the_reader(value in value()) {
        if let Err(error) = TenantConfig::from_document(&acme(), &value) {
            prop_assert!(!error.problems().is_empty());
        }
    }
}
