//! What the API checks of a body. Written from the schema and on its own, so that it does not share the client's mistakes.

mod direct;

use serde_json::{Map, Value};

use super::answers::Faults;

pub(super) use direct::direct;

type Object = Map<String, Value>;

/// What a field holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Flag,
    Object,
    List,
    Length,
    OneOf(&'static [&'static str]),
}

const MEDIUM_WORDS: Kind = Kind::OneOf(&[
    "MESSAGE_MEDIUM_UNSPECIFIED",
    "MESSAGE_MEDIUM_VOICE",
    "MESSAGE_MEDIUM_TEXT",
]);
const RETENTION_WORDS: Kind = Kind::OneOf(&[
    "CALL_RETENTION_POLICY_UNSPECIFIED",
    "CALL_RETENTION_POLICY_RETAIN",
    "CALL_RETENTION_POLICY_AUTO_DELETE",
]);

const TEMPLATE: [(&str, Kind); 19] = [
    ("systemPrompt", Kind::Text),
    ("model", Kind::Text),
    ("voice", Kind::Text),
    ("externalVoice", Kind::Object),
    ("voiceOverrides", Kind::Object),
    ("languageHint", Kind::Text),
    ("medium", Kind::Object),
    ("initialOutputMedium", MEDIUM_WORDS),
    ("joinTimeout", Kind::Length),
    ("maxDuration", Kind::Length),
    ("timeExceededMessage", Kind::Text),
    ("inactivityMessages", Kind::List),
    ("firstSpeakerSettings", Kind::Object),
    ("vadSettings", Kind::Object),
    ("recordingEnabled", Kind::Flag),
    ("selectedTools", Kind::List),
    ("dataConnection", Kind::Object),
    ("contextSchema", Kind::Object),
    ("retentionPolicy", RETENTION_WORDS),
];

const CALL: [(&str, Kind); 13] = [
    ("templateContext", Kind::Object),
    ("initialMessages", Kind::List),
    ("medium", Kind::Object),
    ("joinTimeout", Kind::Length),
    ("maxDuration", Kind::Length),
    ("recordingEnabled", Kind::Flag),
    ("initialOutputMedium", MEDIUM_WORDS),
    ("firstSpeakerSettings", Kind::Object),
    ("dataConnection", Kind::Object),
    ("experimentalSettings", Kind::Object),
    ("callbacks", Kind::Object),
    ("toolOverrides", Kind::Object),
    ("retentionPolicy", RETENTION_WORDS),
];

/// Checks an agent's name; `required` on creation.
pub(super) fn name(faults: &mut Faults, body: &Object, required: bool) {
    match body.get("name") {
        None if !required => {}
        None => faults.add("name", "This field is required."),
        Some(Value::String(name)) if name.is_empty() => {
            faults.add("name", "This field may not be blank.");
        }
        Some(Value::String(name)) if name.chars().count() > 64 => {
            faults.add("name", "Ensure this field has no more than 64 characters.");
        }
        Some(Value::String(_)) => {}
        Some(_) => faults.add("name", "Not a valid string."),
    }
}

/// Checks a call template.
pub(super) fn template(faults: &mut Faults, template: &Object) {
    let at = |name: &str| format!("callTemplate.{name}");
    kinds(faults, "callTemplate.", template, &TEMPLATE);
    temperature(faults, &at("temperature"), template.get("temperature"));
    let set = |name: &str| template.get(name).is_some_and(|value| !value.is_null());
    if set("voice") && set("externalVoice") {
        faults.add(
            &at("externalVoice"),
            "Only one of voice and externalVoice may be set.",
        );
    }
    if set("voiceOverrides") && !set("voice") {
        faults.add(&at("voiceOverrides"), "Only valid when voice is set.");
    }
    medium(faults, &at("medium"), template.get("medium"));
    first_speaker(
        faults,
        &at("firstSpeakerSettings"),
        template.get("firstSpeakerSettings"),
    );
    secrets(faults, &at("sharedSecrets"), template.get("sharedSecrets"));
    tools(faults, &at("selectedTools"), template.get("selectedTools"));
    let threshold = template
        .get("vadSettings")
        .and_then(|vad| vad.get("frameActivationThreshold"));
    if threshold.is_some_and(|value| !value.as_f64().is_some_and(|v| (0.1..=1.0).contains(&v))) {
        faults.add(
            &at("vadSettings.frameActivationThreshold"),
            "Must be between 0.1 and 1.",
        );
    }
    for message in list(template.get("inactivityMessages")) {
        if !message.get("duration").is_some_and(is_length) {
            faults.add(
                &at("inactivityMessages"),
                "Each message needs a valid duration.",
            );
        }
    }
}

/// Checks the start of an agent's call, its template context aside.
pub(super) fn call(faults: &mut Faults, body: &Object) {
    kinds(faults, "", body, &CALL);
    match body.get("metadata") {
        None => {}
        Some(Value::Object(metadata)) => {
            for (key, value) in metadata {
                if key.starts_with("ultravox.") {
                    faults.add("metadata", "Keys may not start with \"ultravox.\".");
                }
                if !value.is_string() {
                    faults.add("metadata", "All values must be strings.");
                }
            }
        }
        Some(_) => faults.add("metadata", "Expected an object."),
    }
    if body.contains_key("voiceOverrides") && !body.contains_key("voice") {
        faults.add(
            "voiceOverrides",
            "Only valid when voice is set in this request.",
        );
    }
    medium(faults, "medium", body.get("medium"));
    first_speaker(
        faults,
        "firstSpeakerSettings",
        body.get("firstSpeakerSettings"),
    );
    secrets(faults, "sharedSecrets", body.get("sharedSecrets"));
    if let Some(overrides) = body.get("toolOverrides") {
        if overrides.get("remove").is_some() && overrides.get("removeAll").is_some() {
            faults.add(
                "toolOverrides",
                "Only one of remove and removeAll may be set.",
            );
        }
        tools(faults, "toolOverrides.add", overrides.get("add"));
    }
}

fn temperature(faults: &mut Faults, at: &str, value: Option<&Value>) {
    match value {
        None | Some(Value::Null) => {}
        Some(value)
            if value
                .as_f64()
                .is_some_and(|value| (0.0..=1.0).contains(&value)) => {}
        Some(_) => faults.add(at, "Must be a number between 0 and 1."),
    }
}

fn kinds(faults: &mut Faults, at: &str, object: &Object, fields: &[(&str, Kind)]) {
    for (name, kind) in fields {
        let Some(value) = object.get(*name).filter(|value| !value.is_null()) else {
            continue;
        };
        let (good, message) = match kind {
            Kind::Text => (value.is_string(), "Not a valid string."),
            Kind::Flag => (value.is_boolean(), "Must be a valid boolean."),
            Kind::Object => (value.is_object(), "Expected an object."),
            Kind::List => (value.is_array(), "Expected a list of items."),
            Kind::Length => (is_length(value), "Not a valid duration."),
            Kind::OneOf(words) => (
                value.as_str().is_some_and(|word| words.contains(&word)),
                "Not a valid choice.",
            ),
        };
        if !good {
            faults.add(&format!("{at}{name}"), message);
        }
    }
}

fn medium(faults: &mut Faults, at: &str, medium: Option<&Value>) {
    const KNOWN: [&str; 7] = [
        "webRtc",
        "twilio",
        "telnyx",
        "plivo",
        "exotel",
        "serverWebSocket",
        "sip",
    ];
    let Some(Value::Object(medium)) = medium else {
        return;
    };
    let mut set = medium.iter().filter(|(_, value)| !value.is_null());
    let (Some((name, value)), None) = (set.next(), set.next()) else {
        return faults.add(at, "Exactly one medium must be set.");
    };
    if !KNOWN.contains(&name.as_str()) || !value.is_object() {
        return faults.add(at, "Not a valid medium.");
    }
    match name.as_str() {
        "serverWebSocket" => {
            let rate = value.get("inputSampleRate").and_then(Value::as_i64);
            if rate.is_none_or(|rate| rate <= 0) {
                faults.add(at, "inputSampleRate is required.");
            }
        }
        "sip" => {
            let ways = ["incoming", "outgoing"];
            if ways.iter().filter(|way| value.get(**way).is_some()).count() != 1 {
                faults.add(at, "Exactly one of incoming or outgoing must be set.");
            }
            let to = value
                .pointer("/outgoing/to")
                .map(|to| to.as_str().unwrap_or_default());
            if to.is_some_and(|to| !to.starts_with("sip:") && !to.starts_with("sips:")) {
                faults.add(at, "to must be a SIP URI.");
            }
        }
        _ if value.get("outgoing").is_some() => {
            for field in ["to", "from"] {
                let number = value.get("outgoing").and_then(|call| call.get(field));
                if number.and_then(Value::as_str).is_none_or(str::is_empty) {
                    faults.add(at, &format!("outgoing.{field} is required."));
                }
            }
        }
        _ => {}
    }
}

fn first_speaker(faults: &mut Faults, at: &str, settings: Option<&Value>) {
    let Some(Value::Object(settings)) = settings else {
        return;
    };
    let ways = ["user", "agent"];
    if ways
        .iter()
        .filter(|way| settings.contains_key(**way))
        .count()
        > 1
    {
        faults.add(at, "Only one of user and agent may be set.");
    }
}

fn tools(faults: &mut Faults, at: &str, tools: Option<&Value>) {
    for tool in list(tools) {
        let ways = ["toolId", "toolName", "temporaryTool"];
        if ways.iter().filter(|way| tool.get(**way).is_some()).count() != 1 {
            faults.add(
                at,
                "Exactly one of toolId, toolName and temporaryTool must be set.",
            );
        }
    }
}

fn secrets(faults: &mut Faults, at: &str, secrets: Option<&Value>) {
    for secret in list(secrets) {
        let length = secret.as_str().map_or(0, |secret| secret.chars().count());
        if !(16..=127).contains(&length) {
            faults.add(at, "Each secret must have 16 to 127 characters.");
        }
    }
}

pub(super) fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn is_length(value: &Value) -> bool {
    value
        .as_str()
        .and_then(seconds)
        .is_some_and(|seconds| seconds >= 0.0)
}

/// `-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,9})?s`
pub(super) fn seconds(text: &str) -> Option<f64> {
    let number = text.strip_suffix('s')?;
    let bare = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let good =
        digits(whole, 12) && digits(fraction, 9) && (whole == "0" || !whole.starts_with('0'));
    good.then(|| number.parse().ok()).flatten()
}
