//! Many numbers at once.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use voice_core::client::Operation;
use voice_core::error::Error;

use super::{
    CallForwarding, CallerName, IdentityMatch, LineStatus, LineTypeIntelligence, LookupField,
    NumberFault, ReassignedNumber, SimSwap, SmsPumpingRisk,
};
use crate::types::{Numeric, Problems, resource};

/// Numbers to be looked up together: 1 to 100.
#[derive(Debug, Clone, Default, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct BulkLookup {
    phone_numbers: Vec<BulkNumber>,
}

impl BulkLookup {
    /// The most numbers in one request.
    pub const MAX: usize = 100;

    /// These numbers.
    pub fn new(numbers: impl IntoIterator<Item = BulkNumber>) -> Self {
        Self {
            phone_numbers: numbers.into_iter().collect(),
        }
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.unless(
            (1..=Self::MAX).contains(&self.phone_numbers.len()),
            "phone_numbers",
            "must be 1 to 100 numbers",
        );
        problems.into_result(operation)
    }
}

/// One of many numbers, and what is asked of it.
#[derive(Clone, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct BulkNumber {
    phone_number: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<LookupField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<String>,
    #[serde(flatten)]
    more: serde_json::Map<String, Value>,
}

impl BulkNumber {
    /// A number, E.164 or in the form of [`country_code`](Self::country_code).
    pub fn new(phone_number: impl Into<String>) -> Self {
        Self {
            phone_number: phone_number.into(),
            fields: Vec::new(),
            correlation_id: None,
            country_code: None,
            more: serde_json::Map::new(),
        }
    }

    /// The packages.
    pub fn fields(mut self, fields: impl IntoIterator<Item = LookupField>) -> Self {
        self.fields = fields.into_iter().collect();
        self
    }

    /// A text of yours that the result carries, too.
    pub fn correlation_id(mut self, id: impl Into<String>) -> Self {
        self.correlation_id = Some(id.into());
        self
    }

    /// The country (ISO 3166-1, two letters) of a number in national form.
    pub fn country_code(mut self, code: impl Into<String>) -> Self {
        self.country_code = Some(code.into());
        self
    }

    /// What a package wants to know, by the package's name: `identity_match` takes `{"first_name": …, "last_name": …}` and
    /// its fellows, `reassigned_number` takes `{"last_verified_date": "YYYYMMDD"}`, `sms_pumping_risk` takes
    /// `{"partner_sub_id": …}`.
    pub fn about(mut self, field: &LookupField, data: Value) -> Self {
        self.more.insert(field.as_str().to_owned(), data);
        self
    }
}

impl fmt::Debug for BulkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkNumber")
            .field("phone_number", &crate::types::Masked(&self.phone_number))
            .field("fields", &self.fields)
            .field("correlation_id", &self.correlation_id)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) phone_numbers: Vec<BulkResult>,
}

resource! {
    /// What is known of one of many numbers.
    BulkResult {
        /// The text given with the number.
        correlation_id: String,
        /// Why it could not be looked up.
        twilio_error_code: Numeric,
        /// The country's calling code, without `+`.
        calling_country_code: String,
        /// The country (ISO 3166-1, two letters).
        country_code: String,
        /// The number in E.164.
        phone_number: String => personal,
        /// The number as its country writes it.
        national_format: String => secret,
        /// Whether it can exist.
        valid: bool,
        /// Why it cannot.
        validation_errors: Vec<NumberFault>,
        /// The name the carrier shows.
        caller_name: CallerName,
        /// The last change of its SIM.
        sim_swap: SimSwap,
        /// Whether it forwards all calls.
        call_forwarding: CallForwarding,
        /// What kind of line it is.
        line_type_intelligence: LineTypeIntelligence,
        /// Whether it is in service.
        line_status: LineStatus,
        /// Whether a person's data fit it.
        identity_match: IdentityMatch,
        /// Whether it changed hands.
        reassigned_number: ReassignedNumber,
        /// How likely it is used for SMS fraud.
        sms_pumping_risk: SmsPumpingRisk,
        /// How good a number it is; the shape is Twilio's own.
        phone_number_quality_score: Value,
        /// Data of its owner; the shape is Twilio's own.
        pre_fill: Value => secret,
    }
}
