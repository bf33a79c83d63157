//! SIP settings and registrations.

use ultravox_client::sip as s;

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "ultravox.v1.SipFallbackHandlerResponse",
    "ultravox.v1.SipRejection",
];

table! {
    answer "SipConfig" => s::SipConfig;
    answer "PatchedSipConfig" => s::SipConfig;
    request "PatchedSipConfig" => s::SipConfigUpdate, without ["domain"];
    both "AgentAllowance" => s::AgentAllowance;
    both "FallbackHandler" => s::FallbackHandler;
    answer "SipRegistration" => s::SipRegistration, without ["password"];
    request "SipRegistration" => s::NewSipRegistration, without ["registrationId", "created", "successful"];
    request "PatchedSipRegistration" => s::SipRegistrationUpdate, without ["registrationId", "created", "successful"];
    answer "PatchedSipRegistration" => s::SipRegistration, without ["password"];
}
