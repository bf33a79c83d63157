//! What calls and agents are made of.

use ultravox_client::types as t;

use crate::common::schema::Schema;
use crate::table::table;

table! {
    both "ultravox.v1.Message" => t::Message;
    both "ultravox.v1.InCallTimespan" => t::CallTimespan;
    both "ultravox.v1.ToolOverrides" => t::ToolOverrides;
    both "ultravox.v1.Callbacks" => t::Callbacks;
    both "ultravox.v1.Callback" => t::Callback;
    both "ultravox.v1.EnabledDataMessages" => t::DataMessages;
    one_of "ultravox.v1.CallMedium" => t::CallMedium;
    both "ultravox.v1.CallMedium_WebRtcMedium" => t::WebRtcMedium;
    both "ultravox.v1.CallMedium_TwilioMedium" => t::TelephonyMedium;
    both "ultravox.v1.CallMedium_TelnyxMedium" => t::TelephonyMedium;
    both "ultravox.v1.CallMedium_PlivoMedium" => t::TelephonyMedium;
    both "ultravox.v1.TwilioMedium_OutgoingRequestParams" => t::OutgoingCall;
    both "ultravox.v1.TelnyxMedium_OutgoingRequestParams" => t::OutgoingCall;
    both "ultravox.v1.PlivoMedium_OutgoingRequestParams" => t::OutgoingCall;
    both "ultravox.v1.CallMedium_ExotelMedium" => t::ExotelMedium;
    both "ultravox.v1.CallMedium_WebSocketMedium" => t::WebSocketMedium;
    both "ultravox.v1.CallMedium_DtmfHandling" => t::DtmfHandling;
    both "ultravox.v1.CallMedium_DtmfUserTextMessage" => t::DtmfMessage;
    one_of "ultravox.v1.CallMedium_SipMedium" => t::SipMedium;
    both "ultravox.v1.SipMedium_SipIncoming" => t::SipIncoming;
    both "ultravox.v1.SipMedium_SipOutgoing" => t::SipOutgoing;
    both "ultravox.v1.VadSettings" => t::VadSettings;
    one_of "ultravox.v1.FirstSpeakerSettings" => t::FirstSpeaker;
    both "ultravox.v1.FirstSpeakerSettings_UserGreeting" => t::UserGreeting;
    both "ultravox.v1.FirstSpeakerSettings_AgentGreeting" => t::AgentGreeting;
    both "ultravox.v1.FallbackAgentGreeting" => t::FallbackGreeting;
    both "ultravox.v1.TimedMessage" => t::TimedMessage;
    both "ultravox.v1.DataConnectionConfig" => t::DataConnection;
    both "ultravox.v1.DataConnectionAudioConfig" => t::DataConnectionAudio;
    one_of "ultravox.v1.ExternalVoice" => t::ExternalVoice;
    both "ultravox.v1.ElevenLabsVoice" => t::ElevenLabsVoice;
    both "ultravox.v1.ElevenLabsVoice_PronunciationDictionaryReference" => t::PronunciationDictionary;
    both "ultravox.v1.CartesiaVoice" => t::CartesiaVoice;
    both "ultravox.v1.CartesiaVoice_CartesiaGenerationConfig" => t::CartesiaGeneration;
    both "ultravox.v1.LmntVoice" => t::LmntVoice;
    both "ultravox.v1.GoogleVoice" => t::GoogleVoice;
    both "ultravox.v1.InworldVoice" => t::InworldVoice;
    both "ultravox.v1.RespeecherVoice" => t::RespeecherVoice;
    both "ultravox.v1.GenericVoice" => t::GenericVoice;
    both "ultravox.v1.SelectedTool" => t::SelectedTool;
    both "ultravox.v1.BaseToolDefinition" => t::ToolDefinition;
    both "ultravox.v1.DynamicParameter" => t::DynamicParameter;
    both "ultravox.v1.StaticParameter" => t::StaticParameter;
    both "ultravox.v1.AutomaticParameter" => t::AutomaticParameter;
    both "ultravox.v1.BaseHttpToolDetails" => t::HttpTool;
    both "ultravox.v1.BaseClientToolDetails" => t::ClientTool;
    both "ultravox.v1.BaseDataConnectionToolDetails" => t::DataConnectionTool;
    both "ultravox.v1.StaticToolResponse" => t::StaticResponse;
    both "ultravox.v1.ToolRequirements" => t::ToolRequirements;
    both "ultravox.v1.SecurityOptions" => t::SecurityOptions;
    both "ultravox.v1.SecurityRequirements" => t::SecurityRequirements;
    one_of "ultravox.v1.SecurityRequirement" => t::SecurityRequirement;
    both "ultravox.v1.QueryApiKeyRequirement" => t::ApiKeyRequirement;
    both "ultravox.v1.HeaderApiKeyRequirement" => t::ApiKeyRequirement;
    both "ultravox.v1.HttpAuthRequirement" => t::HttpAuthRequirement;
    both "ultravox.v1.UltravoxCallTokenRequirement" => t::CallTokenRequirement;
    words "BillingStatusEnum" => t::BillingStatus;
    words "EndReasonEnum" => t::EndReason;
    words "FirstSpeakerEnum" => t::FirstSpeakerWord, also ["FIRST_SPEAKER_UNSPECIFIED"];
    words "InitialOutputMediumEnum" => t::MessageMedium, also ["MESSAGE_MEDIUM_UNSPECIFIED"];
    words "RetentionPolicyEnum" => t::StoredRetentionPolicy;
    words "TerminationReasonEnum" => t::SipTermination;
}

/// Words of enums that have no name in the schema, but stand in a field: the first alone is enough for their types.
#[test]
fn every_word_of_a_field_is_known_and_no_other_is_claimed() {
    let Some(schema) = Schema::load() else { return };
    for (known, name, field) in [
        (
            t::FirstSpeakerWord::KNOWN,
            "ultravox.v1.StartCallRequest",
            "firstSpeaker",
        ),
        (
            t::RetentionPolicy::KNOWN,
            "ultravox.v1.CallTemplate",
            "retentionPolicy",
        ),
        (
            t::MessageMedium::KNOWN,
            "ultravox.v1.CallTemplate",
            "initialOutputMedium",
        ),
        (t::MessageRole::KNOWN, "ultravox.v1.Message", "role"),
        (
            t::EndBehavior::KNOWN,
            "ultravox.v1.TimedMessage",
            "endBehavior",
        ),
        (
            t::Urgency::KNOWN,
            "ultravox.v1.CallMedium_DtmfUserTextMessage",
            "urgency",
        ),
        (
            t::ChannelMode::KNOWN,
            "ultravox.v1.DataConnectionAudioConfig",
            "channelMode",
        ),
        (
            t::JsonByteEncoding::KNOWN,
            "ultravox.v1.GenericVoice",
            "jsonByteEncoding",
        ),
        (
            t::AgentReaction::KNOWN,
            "ultravox.v1.BaseToolDefinition",
            "defaultReaction",
        ),
        (
            t::ParameterLocation::KNOWN,
            "ultravox.v1.DynamicParameter",
            "location",
        ),
        (
            t::KnownParameter::KNOWN,
            "ultravox.v1.AutomaticParameter",
            "knownValue",
        ),
    ] {
        let words = schema.of(name)["properties"][field]["enum"]
            .as_array()
            .unwrap();
        let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(known, words, "{name}.{field}");
    }
}
