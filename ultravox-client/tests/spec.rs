//! Everything held against the vendor's schema: operations, fields, words.
//!
//! The schema is not part of the repository. `VOICE_SPECS_DIR` names the directory that holds `ultravox.operations.tsv`
//! and `ultravox.openapi.json`; without it these tests say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::schema::{Schema, file};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ultravox_client::types as t;
use ultravox_client::{OPERATIONS, accounts, agents, calls};

#[test]
fn every_operation_is_in_the_schema_with_its_method_and_path() {
    let Some(table) = file("ultravox.operations.tsv") else {
        return;
    };
    let rows: Vec<(&str, &str)> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t').skip(1);
            Some((cells.next()?, cells.next()?))
        })
        .collect();
    assert!(rows.len() > 100, "{} rows", rows.len());
    for operation in OPERATIONS {
        let row = (operation.method().as_str(), operation.path());
        assert!(rows.contains(&row), "{} is {row:?}", operation.name());
    }
    println!(
        "coverage: {} of {} operations",
        OPERATIONS.len(),
        rows.len()
    );
}

#[test]
fn names_and_paths_are_unique() {
    for (at, operation) in OPERATIONS.iter().enumerate() {
        for other in OPERATIONS.iter().skip(at + 1) {
            assert_ne!(operation.name(), other.name());
            assert!((operation.method(), operation.path()) != (other.method(), other.path()));
        }
    }
}

/// Reads a full instance and gives what the type did not know.
fn unknown<T: DeserializeOwned>(
    schema: &Schema,
    name: &str,
    extra: fn(&T) -> &t::JsonMap,
) -> Vec<String> {
    let instance = schema.instance(name, 0);
    let read: T =
        serde_json::from_value(instance).unwrap_or_else(|error| panic!("{name}: {error}"));
    extra(&read).keys().cloned().collect()
}

/// A type that goes both ways: knows all, and gives back what it was given, whichever of several is set.
fn both<T: DeserializeOwned + Serialize>(
    schema: &Schema,
    name: &str,
    extra: fn(&T) -> &t::JsonMap,
) {
    assert_eq!(
        unknown::<T>(schema, name, extra),
        Vec::<String>::new(),
        "{name}"
    );
    for choice in 0..12 {
        let instance = schema.instance(name, choice);
        let read: T = serde_json::from_value(instance.clone())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), instance, "{name}");
    }
}

macro_rules! both {
    ($schema:expr, $($name:literal => $type:ty,)*) => {$(
        both::<$type>($schema, $name, |value| &value.extra);
    )*};
}

#[test]
fn types_that_go_both_ways_know_every_field() {
    let Some(schema) = Schema::load() else { return };
    both!(&schema,
        "ultravox.v1.StartAgentCallRequest" => calls::StartAgentCall,
        "ultravox.v1.Message" => t::Message,
        "ultravox.v1.InCallTimespan" => t::CallTimespan,
        "ultravox.v1.ToolOverrides" => t::ToolOverrides,
        "ultravox.v1.Callbacks" => t::Callbacks,
        "ultravox.v1.Callback" => t::Callback,
        "ultravox.v1.EnabledDataMessages" => t::DataMessages,
        "ultravox.v1.CallMedium_WebRtcMedium" => t::WebRtcMedium,
        "ultravox.v1.CallMedium_TwilioMedium" => t::TelephonyMedium,
        "ultravox.v1.CallMedium_TelnyxMedium" => t::TelephonyMedium,
        "ultravox.v1.CallMedium_PlivoMedium" => t::TelephonyMedium,
        "ultravox.v1.TwilioMedium_OutgoingRequestParams" => t::OutgoingCall,
        "ultravox.v1.TelnyxMedium_OutgoingRequestParams" => t::OutgoingCall,
        "ultravox.v1.PlivoMedium_OutgoingRequestParams" => t::OutgoingCall,
        "ultravox.v1.CallMedium_ExotelMedium" => t::ExotelMedium,
        "ultravox.v1.CallMedium_WebSocketMedium" => t::WebSocketMedium,
        "ultravox.v1.CallMedium_DtmfHandling" => t::DtmfHandling,
        "ultravox.v1.CallMedium_DtmfUserTextMessage" => t::DtmfMessage,
        "ultravox.v1.SipMedium_SipIncoming" => t::SipIncoming,
        "ultravox.v1.SipMedium_SipOutgoing" => t::SipOutgoing,
        "ultravox.v1.VadSettings" => t::VadSettings,
        "ultravox.v1.FirstSpeakerSettings_UserGreeting" => t::UserGreeting,
        "ultravox.v1.FirstSpeakerSettings_AgentGreeting" => t::AgentGreeting,
        "ultravox.v1.FallbackAgentGreeting" => t::FallbackGreeting,
        "ultravox.v1.TimedMessage" => t::TimedMessage,
        "ultravox.v1.DataConnectionConfig" => t::DataConnection,
        "ultravox.v1.DataConnectionAudioConfig" => t::DataConnectionAudio,
        "ultravox.v1.ElevenLabsVoice" => t::ElevenLabsVoice,
        "ultravox.v1.ElevenLabsVoice_PronunciationDictionaryReference" => t::PronunciationDictionary,
        "ultravox.v1.CartesiaVoice" => t::CartesiaVoice,
        "ultravox.v1.CartesiaVoice_CartesiaGenerationConfig" => t::CartesiaGeneration,
        "ultravox.v1.LmntVoice" => t::LmntVoice,
        "ultravox.v1.GoogleVoice" => t::GoogleVoice,
        "ultravox.v1.InworldVoice" => t::InworldVoice,
        "ultravox.v1.RespeecherVoice" => t::RespeecherVoice,
        "ultravox.v1.GenericVoice" => t::GenericVoice,
        "ultravox.v1.SelectedTool" => t::SelectedTool,
        "ultravox.v1.BaseToolDefinition" => t::ToolDefinition,
        "ultravox.v1.DynamicParameter" => t::DynamicParameter,
        "ultravox.v1.StaticParameter" => t::StaticParameter,
        "ultravox.v1.AutomaticParameter" => t::AutomaticParameter,
        "ultravox.v1.BaseHttpToolDetails" => t::HttpTool,
        "ultravox.v1.BaseClientToolDetails" => t::ClientTool,
        "ultravox.v1.BaseDataConnectionToolDetails" => t::DataConnectionTool,
        "ultravox.v1.StaticToolResponse" => t::StaticResponse,
        "ultravox.v1.ToolRequirements" => t::ToolRequirements,
        "ultravox.v1.SecurityOptions" => t::SecurityOptions,
        "ultravox.v1.SecurityRequirements" => t::SecurityRequirements,
        "ultravox.v1.QueryApiKeyRequirement" => t::ApiKeyRequirement,
        "ultravox.v1.HeaderApiKeyRequirement" => t::ApiKeyRequirement,
        "ultravox.v1.HttpAuthRequirement" => t::HttpAuthRequirement,
        "ultravox.v1.UltravoxCallTokenRequirement" => t::CallTokenRequirement,
    );
}

#[test]
fn answers_know_every_field() {
    let Some(schema) = Schema::load() else { return };
    let nothing = Vec::<String>::new();
    assert_eq!(
        unknown::<agents::Agent>(&schema, "Agent", |agent| &agent.extra),
        nothing
    );
    assert_eq!(
        unknown::<agents::Agent>(&schema, "PatchedAgent", |agent| &agent.extra),
        nothing
    );
    assert_eq!(
        unknown::<agents::AgentStatistics>(&schema, "AgentStatistics", |s| &s.extra),
        nothing
    );
    assert_eq!(
        unknown::<agents::AgentSummary>(&schema, "AgentBasic", |agent| &agent.extra),
        nothing
    );
    assert_eq!(
        unknown::<calls::Call>(&schema, "Call", |call| &call.extra),
        nothing
    );
    assert_eq!(
        unknown::<calls::SipDetails>(&schema, "CallSipDetails", |sip| &sip.extra),
        nothing
    );
    assert_eq!(
        unknown::<accounts::Account>(&schema, "Account", |account| &account.extra),
        nothing
    );
    assert_eq!(
        unknown::<agents::CallTemplate>(&schema, "ultravox.v1.CallTemplate", |template| &template
            .settings
            .extra),
        nothing
    );
    let call: calls::Call = serde_json::from_value(schema.instance("Call", 0)).unwrap();
    assert!(
        call.join_url.is_some() && call.sip_details.is_some() && call.request_context.is_some()
    );
}

/// Of a call template the server alone sets three fields.
#[test]
fn settings_know_every_field_of_a_template_but_the_servers_own() {
    let Some(schema) = Schema::load() else { return };
    assert_eq!(
        unknown::<agents::TemplateSpec>(&schema, "ultravox.v1.CallTemplate", |spec| &spec.extra),
        ["created", "name", "updated"]
    );
}

/// Each alternative of an enum-like object is a variant, and nothing is lost.
fn alternatives<T: DeserializeOwned + Serialize>(
    schema: &Schema,
    name: &str,
    is_other: fn(&T) -> bool,
) {
    for property in schema.properties(name).keys() {
        let wire = json!({property.as_str(): {}});
        let read: T = serde_json::from_value(wire.clone()).unwrap();
        assert!(!is_other(&read), "{name}.{property} is not known");
        assert_eq!(serde_json::to_value(&read).unwrap(), wire);
    }
}

#[test]
fn every_alternative_is_a_variant() {
    let Some(schema) = Schema::load() else { return };
    alternatives::<t::CallMedium>(&schema, "ultravox.v1.CallMedium", |v| {
        matches!(v, t::CallMedium::Other(_))
    });
    alternatives::<t::SipMedium>(&schema, "ultravox.v1.CallMedium_SipMedium", |v| {
        matches!(v, t::SipMedium::Other(_))
    });
    alternatives::<t::ExternalVoice>(&schema, "ultravox.v1.ExternalVoice", |v| {
        matches!(v, t::ExternalVoice::Other(_))
    });
    alternatives::<t::FirstSpeaker>(&schema, "ultravox.v1.FirstSpeakerSettings", |v| {
        matches!(v, t::FirstSpeaker::Other(_))
    });
    alternatives::<t::SecurityRequirement>(&schema, "ultravox.v1.SecurityRequirement", |v| {
        matches!(v, t::SecurityRequirement::Other(_))
    });
}

#[test]
fn every_word_is_known_and_no_other_is_claimed() {
    let Some(schema) = Schema::load() else { return };
    let words = |schema: &Value| -> Vec<String> {
        let words = schema["enum"].as_array().unwrap().iter();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    };
    let named = |name: &str| words(schema.of(name));
    let field = |name: &str, field: &str| words(&schema.of(name)["properties"][field]);
    for (known, expected) in [
        (t::EndReason::KNOWN, named("EndReasonEnum")),
        (t::BillingStatus::KNOWN, named("BillingStatusEnum")),
        (t::SipTermination::KNOWN, named("TerminationReasonEnum")),
        (t::FirstSpeakerWord::KNOWN, named("FirstSpeakerEnum")),
        (
            t::StoredRetentionPolicy::KNOWN,
            named("RetentionPolicyEnum"),
        ),
        (
            t::RetentionPolicy::KNOWN,
            field("ultravox.v1.CallTemplate", "retentionPolicy"),
        ),
        (
            t::MessageMedium::KNOWN,
            field("ultravox.v1.CallTemplate", "initialOutputMedium"),
        ),
        (t::MessageRole::KNOWN, field("ultravox.v1.Message", "role")),
        (
            t::EndBehavior::KNOWN,
            field("ultravox.v1.TimedMessage", "endBehavior"),
        ),
        (
            t::Urgency::KNOWN,
            field("ultravox.v1.CallMedium_DtmfUserTextMessage", "urgency"),
        ),
        (
            t::ChannelMode::KNOWN,
            field("ultravox.v1.DataConnectionAudioConfig", "channelMode"),
        ),
        (
            t::JsonByteEncoding::KNOWN,
            field("ultravox.v1.GenericVoice", "jsonByteEncoding"),
        ),
        (
            t::AgentReaction::KNOWN,
            field("ultravox.v1.BaseToolDefinition", "defaultReaction"),
        ),
        (
            t::ParameterLocation::KNOWN,
            field("ultravox.v1.DynamicParameter", "location"),
        ),
        (
            t::KnownParameter::KNOWN,
            field("ultravox.v1.AutomaticParameter", "knownValue"),
        ),
    ] {
        assert_eq!(known, expected);
    }
}
