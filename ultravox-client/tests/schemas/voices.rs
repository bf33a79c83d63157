//! Voices of the account.

use ultravox_client::types as t;
use ultravox_client::voices as v;

use crate::table::table;

table! {
    answer "Voice" => v::Voice;
    answer "PatchedVoice" => v::Voice;
    request "Voice" => v::NewVoice, without ["voiceId", "languageLabel", "previewUrl", "ownership", "billingStyle", "provider"];
    request "PatchedVoice" => v::VoiceUpdate, without ["voiceId", "languageLabel", "previewUrl", "ownership", "billingStyle", "provider"];
    words "BillingStyleEnum" => t::VoiceBillingStyle;
}
