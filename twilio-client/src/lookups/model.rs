//! What a lookup answers.

use serde_json::Value;

use crate::types::{ApiTime, Numeric, open_enum, resource};

open_enum! {
    /// Why a number cannot exist.
    NumberFault {
        /// Too few digits.
        TooShort = "TOO_SHORT",
        /// Too many digits.
        TooLong = "TOO_LONG",
        /// Not in a known range, though of the right length.
        InvalidButPossible = "INVALID_BUT_POSSIBLE",
        /// No such country.
        InvalidCountryCode = "INVALID_COUNTRY_CODE",
        /// A length that no number of the country has.
        InvalidLength = "INVALID_LENGTH",
        /// No number at all.
        NotANumber = "NOT_A_NUMBER",
    }
}

resource! {
    /// What is known of a number. A package that was not asked for, or has nothing to say, is absent.
    LookedUp {
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
        /// Its own address, which holds the number.
        url: String => secret,
    }
}

resource! {
    /// The name the carrier shows for a number.
    CallerName {
        /// The name.
        caller_name: String => secret,
        /// `BUSINESS` or `CONSUMER`.
        caller_type: String,
        /// Why there is none.
        error_code: Numeric,
    }
}

resource! {
    /// The last change of a SIM.
    SimSwap {
        /// When it was.
        last_sim_swap: LastSimSwap,
        /// The carrier.
        carrier_name: String,
        /// The country in mobile networks (MCC).
        mobile_country_code: String,
        /// The network (MNC).
        mobile_network_code: String,
        /// Why nothing is known.
        error_code: Numeric,
    }
}

resource! {
    /// When a SIM was last changed.
    LastSimSwap {
        /// The time.
        last_sim_swap_date: ApiTime,
        /// The period that was asked about (an ISO 8601 duration).
        swapped_period: String,
        /// Whether it was changed within it.
        swapped_in_period: bool,
    }
}

resource! {
    /// Whether a number forwards all calls.
    CallForwarding {
        /// It does.
        call_forwarding_enabled: bool,
        /// Why nothing is known.
        error_code: Numeric,
    }
}

resource! {
    /// What kind of line a number is.
    LineTypeIntelligence {
        /// The country in mobile networks (MCC).
        mobile_country_code: String,
        /// The network (MNC).
        mobile_network_code: String,
        /// The carrier.
        carrier_name: String,
        /// The kind.
        line_type as "type": super::LineType,
        /// Why nothing is known.
        error_code: Numeric,
    }
}

resource! {
    /// Whether a number is in service.
    LineStatus {
        /// `active`, `inactive`, `unreachable`, …
        status: String,
        /// Why nothing is known.
        error_code: Numeric,
    }
}

resource! {
    /// Whether a person's data fit a number: each `exact_match`, `high_partial_match`, `partial_match`, `no_match` or `no_data`.
    IdentityMatch {
        /// The first name.
        first_name_match: String,
        /// The last name.
        last_name_match: String,
        /// The lines of the address.
        address_lines_match: String,
        /// The city.
        city_match: String,
        /// The state.
        state_match: String,
        /// The postal code.
        postal_code_match: String,
        /// The country.
        address_country_match: String,
        /// The national id.
        national_id_match: String,
        /// The day of birth.
        date_of_birth_match: String,
        /// All together, 0 to 100.
        summary_score: Numeric,
        /// Why nothing is known.
        error_code: Numeric,
        /// The same in words.
        error_message: String,
    }
}

resource! {
    /// Whether a number changed hands.
    ReassignedNumber {
        /// The day asked about, `YYYYMMDD`.
        last_verified_date: String,
        /// `yes`, `no`, or that nothing is known.
        is_number_reassigned: String,
        /// Why nothing is known.
        error_code: Numeric,
    }
}

resource! {
    /// How likely a number is used for SMS fraud.
    SmsPumpingRisk {
        /// `low`, `mild`, `moderate`, `high`: the carrier's.
        carrier_risk_category: String,
        /// Whether it is blocked now.
        number_blocked: bool,
        /// Since when.
        number_blocked_date: ApiTime,
        /// Whether it was blocked within three months.
        number_blocked_last_3_months: bool,
        /// 0 to 100.
        sms_pumping_risk_score: Numeric,
        /// Why nothing is known.
        error_code: Numeric,
    }
}
