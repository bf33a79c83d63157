//! What is recorded of an experiment: who was assigned to what, and what happened then.

use super::{Decimal, EventType, JsonMap, PoTime};
use crate::macros::model;

model! {
    /// A stored assignment.
    Assignment (
        /// Its id.
        id: String,
    ) {
        /// The experiment.
        experiment_id: String,
        /// The user.
        user_id: String,
        /// The session it is stored under.
        session_id: String,
        /// The device.
        device_id: String,
        /// The variant.
        variant_id: String,
        /// Its name.
        variant_name: String,
        /// What to render with.
        variant_config: JsonMap,
        /// Why this variant.
        assignment_reason: String,
        /// Whether the session keeps it.
        is_consistent: bool,
        /// When.
        assigned_at: PoTime,
    } []
}

model! {
    /// An assignment to be stored.
    NewAssignment (
        /// The experiment.
        experiment_id: String,
        /// The session it is stored under.
        session_id: String,
        /// The variant.
        variant_id: String,
        /// Its name.
        variant_name: String,
        /// What to render with.
        variant_config: JsonMap,
    ) {
        /// The user.
        user_id: String,
        /// The device.
        device_id: String,
        /// Why this variant.
        assignment_reason: String,
        /// Whether the session keeps it, so that the stored one is answered from then on; `true` unless set.
        is_consistent: bool,
    } []
}

model! {
    /// A stored event.
    Event (
        /// Its id.
        id: String,
    ) {
        /// The experiment.
        experiment_id: String,
        /// The assignment.
        assignment_id: String,
        /// What happened.
        event_type: EventType,
        /// In the application's words.
        event_name: String,
        /// Whatever belongs to it.
        event_data: JsonMap,
        /// The user.
        user_id: String,
        /// The session.
        session_id: String,
        /// The device.
        device_id: String,
        /// How long the answer took, in milliseconds.
        response_time_ms: u64,
        /// Tokens used.
        tokens_used: u64,
        /// What it cost, in US dollars.
        cost_usd: Decimal,
        /// What it was worth.
        conversion_value: Decimal,
        /// Whether it succeeded.
        success_indicator: bool,
        /// What went wrong.
        error_message: String,
        /// When it happened.
        occurred_at: PoTime,
    } []
}

model! {
    /// An event to be stored.
    NewEvent (
        /// The experiment.
        experiment_id: String,
        /// The session.
        session_id: String,
        /// What happened.
        event_type: EventType,
        /// In the application's words.
        event_name: String,
    ) {
        /// The assignment.
        assignment_id: String,
        /// Whatever belongs to it.
        event_data: JsonMap,
        /// The user.
        user_id: String,
        /// The device.
        device_id: String,
        /// How long the answer took, in milliseconds.
        response_time_ms: u64,
        /// Tokens used.
        tokens_used: u64,
        /// What it cost, in US dollars.
        cost_usd: Decimal,
        /// What it was worth.
        conversion_value: Decimal,
        /// Whether it succeeded.
        success_indicator: bool,
        /// What went wrong.
        error_message: String,
        /// When it happened; the server takes the time of arrival unless set.
        occurred_at: PoTime,
    } []
}
