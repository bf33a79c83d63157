//! What the API checks of a call without an agent.

use serde_json::Value;

use super::{Kind, Object, call, kinds, temperature, tools};
use crate::testkit::answers::Faults;

const DIRECT: [(&str, Kind); 11] = [
    ("systemPrompt", Kind::Text),
    ("model", Kind::Text),
    ("voice", Kind::Text),
    ("externalVoice", Kind::Object),
    ("languageHint", Kind::Text),
    ("timeExceededMessage", Kind::Text),
    ("inactivityMessages", Kind::List),
    ("selectedTools", Kind::List),
    ("transcriptOptional", Kind::Flag),
    ("vadSettings", Kind::Object),
    ("initialState", Kind::Object),
];

/// Checks the start of a call without an agent.
pub(in crate::testkit) fn direct(faults: &mut Faults, body: &Object, has_prior: bool) {
    call(faults, body);
    kinds(faults, "", body, &DIRECT);
    temperature(faults, "temperature", body.get("temperature"));
    let set = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    if set("voice") && set("externalVoice") {
        faults.add(
            "externalVoice",
            "Only one of voice and externalVoice may be set.",
        );
    }
    if has_prior && set("initialMessages") {
        faults.add("initialMessages", "May not be set with priorCallId.");
    }
    let first = body.get("firstSpeakerSettings");
    let settings_say = |who: &str| first.is_some_and(|first| first.get(who).is_some());
    let contradicts = match body.get("firstSpeaker").and_then(Value::as_str) {
        Some("FIRST_SPEAKER_USER") => settings_say("agent"),
        Some("FIRST_SPEAKER_AGENT") => settings_say("user"),
        _ => false,
    };
    if contradicts {
        faults.add("firstSpeaker", "Must match firstSpeakerSettings.");
    }
    tools(faults, "selectedTools", body.get("selectedTools"));
    for foreign in ["templateContext", "toolOverrides", "agentId"] {
        if set(foreign) {
            faults.add(foreign, "Unknown field.");
        }
    }
}
