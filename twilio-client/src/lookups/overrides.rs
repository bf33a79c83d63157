//! What an account says of a number's line type, against what carriers say.

use serde::Serialize;

use crate::types::{ApiTime, open_enum, resource};

/// The only field that can be overridden.
pub(super) const FIELD: &str = "line_type_intelligence";

open_enum! {
    /// A kind of line.
    LineType {
        /// A mobile phone.
        Mobile = "mobile",
        /// A landline.
        Landline = "landline",
        /// Free for the caller.
        TollFree = "tollFree",
        /// VoIP that is tied to a place.
        FixedVoip = "fixedVoip",
        /// VoIP that is tied to none.
        NonFixedVoip = "nonFixedVoip",
        /// A personal number, which finds its owner.
        Personal = "personal",
        /// Dear for the caller.
        Premium = "premium",
        /// A mailbox.
        Voicemail = "voicemail",
        /// Paid by both sides.
        SharedCost = "sharedCost",
        /// A company's one number.
        Uan = "uan",
        /// A pager.
        Pager = "pager",
        /// Nobody knows.
        Unknown = "unknown",
    }
}

/// A line type, and why you know better.
#[derive(Debug, Clone, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct OverrideLineType {
    line_type: LineType,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl OverrideLineType {
    /// It is this.
    pub fn new(line_type: LineType) -> Self {
        Self {
            line_type,
            reason: None,
        }
    }

    /// Why.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

resource! {
    /// What the account says of a number's line type.
    LineTypeOverride {
        /// The number.
        phone_number: String => personal,
        /// What carriers say.
        original_line_type: LineType,
        /// What the account says.
        overridden_line_type: LineType,
        /// Why.
        override_reason: String,
        /// When it said so.
        override_timestamp: ApiTime,
        /// Which account.
        overridden_by_account_sid: String,
    }
}
