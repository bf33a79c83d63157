//! SIP settings and registrations.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "FallbackHandler",
    "PatchedSipConfig",
    "PatchedSipRegistration",
    "SipConfig",
    "SipRegistration",
    "ultravox.v1.SipFallbackHandlerResponse",
    "ultravox.v1.SipRejection",
];

table! {}
