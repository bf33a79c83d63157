//! Call throttles.

use ultravox_client::call_throttles as t;

use crate::table::table;

table! {
    answer "CallThrottle" => t::CallThrottle;
    request "CallThrottle" => t::NewThrottle, without ["throttleId", "created"];
    request "PatchedCallThrottle" => t::ThrottleUpdate, without ["throttleId", "created"];
    answer "PatchedCallThrottle" => t::CallThrottle;
    both "CallThrottleRule" => t::ThrottleRule;
}
