//! What is asked of a number.

use crate::types::{Encode, Sink, open_enum, settings};

open_enum! {
    /// A package of facts. Each costs, and must be enabled for the account.
    LookupField {
        /// Whether the number can exist; part of every lookup.
        Validation = "validation",
        /// The name the carrier shows for it (CNAM, United States).
        CallerName = "caller_name",
        /// When its SIM was last changed.
        SimSwap = "sim_swap",
        /// Whether it forwards all calls.
        CallForwarding = "call_forwarding",
        /// Whether it is in service.
        LineStatus = "line_status",
        /// Mobile, landline, VoIP, …, and the carrier.
        LineTypeIntelligence = "line_type_intelligence",
        /// Whether a person's data fit it.
        IdentityMatch = "identity_match",
        /// Whether it changed hands since a day.
        ReassignedNumber = "reassigned_number",
        /// How likely it is used for SMS fraud.
        SmsPumpingRisk = "sms_pumping_risk",
        /// How good a number it is.
        PhoneNumberQualityScore = "phone_number_quality_score",
        /// Data of its owner.
        PreFill = "pre_fill",
    }
}

/// Packages, sent as one value separated by commas, unlike every other list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupFields(Vec<LookupField>);

impl<I: IntoIterator<Item = LookupField>> From<I> for LookupFields {
    fn from(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl Encode for LookupFields {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        let words: Vec<&str> = self.0.iter().map(LookupField::as_str).collect();
        sink(name, &words.join(","));
    }
}

settings! {
    /// What is asked of a number. Data of a person are for `identity_match` and stay out of `Debug`.
    LookUp {
        /// The packages; without them only validity is told, for free.
        fields = "Fields": LookupFields,
        /// The country (ISO 3166-1, two letters) of a number in national form.
        country_code = "CountryCode": String,
        /// The person's first name.
        first_name = "FirstName": String => secret,
        /// The person's last name.
        last_name = "LastName": String => secret,
        /// The first line of the address.
        address_line1 = "AddressLine1": String => secret,
        /// The second line of the address.
        address_line2 = "AddressLine2": String => secret,
        /// The city.
        city = "City": String => secret,
        /// The state, province or the like.
        state = "State": String => secret,
        /// The postal code.
        postal_code = "PostalCode": String => secret,
        /// The country of the address (ISO 3166-1, two letters).
        address_country_code = "AddressCountryCode": String,
        /// A national id, such as a passport's number.
        national_id = "NationalId": String => secret,
        /// The day of birth, `YYYYMMDD`.
        date_of_birth = "DateOfBirth": String => secret,
        /// For `reassigned_number`: the last day the number was known to be the person's, `YYYYMMDD`.
        last_verified_date = "LastVerifiedDate": String,
        /// For `pre_fill`: the verification that the person went through.
        verification_sid = "VerificationSid": String,
        /// For risk scores: whom of your own customers the lookup is for, at most 64 characters.
        partner_sub_id = "PartnerSubId": String,
    } rules |lookup, problems| {
        for (day, parameter) in [(&lookup.date_of_birth, "DateOfBirth"), (&lookup.last_verified_date, "LastVerifiedDate")] {
            problems.unless(
                day.as_ref().is_none_or(|day| day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit())),
                parameter,
                "must be eight digits: YYYYMMDD",
            );
        }
        problems.unless(
            lookup.partner_sub_id.as_ref().is_none_or(|id| id.chars().count() <= 64),
            "PartnerSubId",
            "must have at most 64 characters",
        );
    }
}
