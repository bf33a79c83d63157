//! Destinations and features: objects whose keys are names of the tenant's own.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::problem::ProblemKind;
use super::reader::{Path, Reader};
use crate::ident::{E164, SipUri};
use crate::intake::tenant::{Feature, FeatureStatus};
use crate::provider::TransferTarget;

/// Most destinations, and most features.
pub(super) const ENTRIES: usize = 1_000;
/// Longest name of one, in bytes.
pub(super) const KEY_BYTES: usize = 64;

const KEY: &str = "a name of 1 to 64 letters, digits, '.', '_' and '-'";
const DESTINATIONS: &str = "an object of destinations by id, 1000 at most";
const DESTINATION: &str =
    "\"+…\" in E.164 form, \"sip:…\", {\"phone\": \"+…\"} or {\"sip\": \"sip:…\"}";
const PHONE: &str = "a number in E.164 form: + and 7 to 15 digits, the first 1 to 9";
const SIP: &str = "a SIP URI without a password, such as \"sip:desk@pbx.acme.example\"";
const FEATURES: &str = "an object of features by name, 1000 at most";
const FEATURE: &str = "true, false, or an object of settings with an optional \"enabled\"";
const ENABLED: &str = "true or false";

/// The entries of an object whose keys are names; those with a bad name are reported and left out.
fn entries<'v>(
    reader: &mut Reader,
    path: Path<'_>,
    value: Option<&'v Value>,
    expected: &'static str,
) -> Vec<(&'v String, &'v Value)> {
    let Some(object) = reader.object(path, value, expected) else {
        return Vec::new();
    };
    if object.len() > ENTRIES {
        reader.problem(path, ProblemKind::TooLong { max: ENTRIES }, expected);
        return Vec::new();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let mut kept = Vec::with_capacity(object.len());
    for (key, value) in object {
        if (1..=KEY_BYTES).contains(&key.len()) && key.bytes().all(plain) {
            kept.push((key, value));
        } else {
            reader.problem(path.key(key), ProblemKind::Key, KEY);
        }
    }
    kept
}

pub(super) fn destinations(
    reader: &mut Reader,
    value: Option<&Value>,
) -> BTreeMap<String, TransferTarget> {
    let root = Path::Root;
    let path = root.key("destinations");
    let entries = entries(reader, path, value, DESTINATIONS);
    entries
        .into_iter()
        .filter_map(|(id, value)| Some((id.clone(), destination(reader, path.key(id), value)?)))
        .collect()
}

fn destination(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<TransferTarget> {
    match value {
        Value::String(text) if text.starts_with('+') => phone(reader, path, value),
        Value::String(text) => {
            let target = SipUri::parse(text).ok().map(TransferTarget::Sip);
            if target.is_none() {
                reader.problem(path, ProblemKind::Form, DESTINATION);
            }
            target
        }
        Value::Object(object) => {
            reader.note_unknown(path, object, &["phone", "sip"]);
            match (object.get("phone"), object.get("sip")) {
                (Some(value), None) => phone(reader, path.key("phone"), value),
                (None, Some(value)) => sip(reader, path.key("sip"), value),
                _ => {
                    reader.problem(path, ProblemKind::Form, DESTINATION);
                    None
                }
            }
        }
        other => {
            reader.wrong_type(path, other, DESTINATION);
            None
        }
    }
}

fn phone(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<TransferTarget> {
    parsed(reader, path, value, PHONE, |text| {
        E164::parse(text).ok().map(TransferTarget::Phone)
    })
}

fn sip(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<TransferTarget> {
    parsed(reader, path, value, SIP, |text| {
        SipUri::parse(text).ok().map(TransferTarget::Sip)
    })
}

fn parsed(
    reader: &mut Reader,
    path: Path<'_>,
    value: &Value,
    expected: &'static str,
    parse: impl Fn(&str) -> Option<TransferTarget>,
) -> Option<TransferTarget> {
    let Value::String(text) = value else {
        reader.wrong_type(path, value, expected);
        return None;
    };
    let target = parse(text);
    if target.is_none() {
        reader.problem(path, ProblemKind::Form, expected);
    }
    target
}

pub(super) fn features(reader: &mut Reader, value: Option<&Value>) -> BTreeMap<String, Feature> {
    let root = Path::Root;
    let path = root.key("features");
    let entries = entries(reader, path, value, FEATURES);
    entries
        .into_iter()
        .filter_map(|(name, value)| Some((name.clone(), feature(reader, path.key(name), value)?)))
        .collect()
}

fn feature(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<Feature> {
    let status = |is_on| match is_on {
        true => FeatureStatus::On,
        false => FeatureStatus::Off,
    };
    match value {
        Value::Bool(is_on) => Some(Feature {
            status: status(*is_on),
            settings: Map::new(),
        }),
        Value::Object(object) => {
            let mut settings = object.clone();
            let status = match settings.remove("enabled") {
                None => FeatureStatus::On,
                Some(Value::Bool(is_on)) => status(is_on),
                Some(other) => {
                    reader.wrong_type(path.key("enabled"), &other, ENABLED);
                    FeatureStatus::Off
                }
            };
            Some(Feature { status, settings })
        }
        other => {
            reader.wrong_type(path, other, FEATURE);
            None
        }
    }
}
