//! What else voice v1 tells: about a number, and about the account's balance.

use super::amount::Decimal;
use super::record::record;
use super::time::CivilTime;
use super::word::{Dnd, LineType};

record! {
    /// What is known of an Indian number. Codes of circles and operators are open.
    NumberMetadata {
        /// The number. Personal.
        phone_number = "PhoneNumber": String => personal,
        /// The telecom circle's code.
        circle = "Circle": String,
        /// The telecom circle's name.
        circle_name = "CircleName": String,
        /// What kind of line it is.
        line_type = "Type": LineType,
        /// The operator's code.
        operator = "Operator": String,
        /// The operator's name.
        operator_name = "OperatorName": String,
        /// Whether calls to it are restricted.
        dnd = "DND": Dnd,
    }
}

record! {
    /// An account and its balance.
    AccountBalance {
        /// The account.
        account_sid = "AccountSid": String,
        /// The balance.
        balance_data = "BalanceData": BalanceData,
    }
}

record! {
    /// A balance.
    BalanceData {
        /// How much is left, exactly as written.
        balance = "Balance": Decimal,
        /// The currency, such as `INR`.
        currency = "Currency": String,
        /// The plan's name.
        pricing_plan = "PricingPlan": String,
        /// When it was last counted.
        date_updated = "DateUpdated": CivilTime,
    }
}
