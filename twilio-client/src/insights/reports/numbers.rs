//! Figures of numbers.

use serde_json::Value;

use super::{BlockedInCountry, MachineDetectionFigures, StateFigures};
use crate::types::{Numeric, resource};

resource! {
    /// Figures of a number that is called. Shares are in percent.
    InboundNumberFigures {
        /// The number.
        handle: String => personal,
        /// How many calls.
        total_calls: Numeric,
        /// How well calls are taken, 0 to 100.
        call_answer_score: Numeric,
        /// The share of each state.
        call_state_percentage: StateFigures,
        /// The share of calls without a sound.
        silent_calls_percentage: Numeric,
    }
}

resource! {
    /// Figures of a number that calls. Shares are in percent.
    OutboundNumberFigures {
        /// The number.
        handle: String => personal,
        /// How many calls.
        total_calls: Numeric,
        /// How well calls are taken, 0 to 100.
        call_answer_score: Numeric,
        /// How many by device: `voip`, `mobile`, `landline`, `unknown`.
        calls_by_device_type: Value,
        /// The share that is answered, by device.
        answer_rate_device_type: Value,
        /// The share of each state.
        call_state_percentage: StateFigures,
        /// What carriers block.
        blocked_calls_by_carrier: Vec<BlockedInCountry>,
        /// The share of calls without a sound.
        silent_calls_percentage: Numeric,
        /// The share under 10 s; above 15 carriers grow suspicious.
        short_duration_calls_percentage: Numeric,
        /// The share of 60 s and more.
        long_duration_calls_percentage: Numeric,
        /// The share to numbers that nobody has.
        potential_robocalls_percentage: Numeric,
        /// Who answered.
        answering_machine_detection: MachineDetectionFigures,
    }
}
