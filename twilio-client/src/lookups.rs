//! Lookup: what is known of a phone number.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::lookups::{LookUp, LookupField};
//! use voice_core::ident::E164;
//!
//! let request = LookUp::new().fields([LookupField::LineTypeIntelligence]);
//! let number = client.lookups().get(E164::parse("+14155550123")?, &request).await?;
//! if let Some(line) = &number.line_type_intelligence {
//!     println!("{:?} at {:?}", line.line_type, line.carrier_name);
//! }
//! # Ok(()) }
//! ```
//!
//! Without [`fields`](LookUp::fields) a lookup is free and says whether a number can exist, and how it is written. Each field
//! is a package that costs, and must be enabled for the account (60606); some countries are not covered (60607).

mod bulk;
mod limits;
mod model;
mod overrides;
mod request;
pub mod v1;

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::E164;

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::types::Parameters;

pub use bulk::{BulkLookup, BulkNumber, BulkResult};
pub use limits::{LookupRateLimit, LookupRateLimits, SetRateLimit};
pub use model::{
    CallForwarding, CallerName, IdentityMatch, LastSimSwap, LineStatus, LineTypeIntelligence,
    LookedUp, NumberFault, ReassignedNumber, SimSwap, SmsPumpingRisk,
};
pub use overrides::{LineType, LineTypeOverride, OverrideLineType};
pub use request::{LookUp, LookupField, LookupFields};

operations! { Lookups "lookups_v2":
    GET = get "lookups.get" FetchPhoneNumber "/v2/PhoneNumbers/{PhoneNumber}";
    BULK = once "lookups.bulk" CreateBulkLookup "/v2/batch/query";
    LIMITS = get "lookups.rate_limits.list" FetchLookupAccountRateLimits "/v2/RateLimits";
    GET_LIMIT = get "lookups.rate_limits.get" FetchLookupRateLimit "/v2/RateLimits/Fields/{Field}/Bucket/{Bucket}";
    SET_LIMIT = put "lookups.rate_limits.set" UpdateLookupRateLimit "/v2/RateLimits/Fields/{Field}/Bucket/{Bucket}";
    DELETE_LIMIT = delete "lookups.rate_limits.delete" DeleteLookupRateLimit "/v2/RateLimits/Fields/{Field}/Bucket/{Bucket}";
    GET_OVERRIDE = get "lookups.overrides.get" FetchLookupPhoneNumberOverrides "/v2/PhoneNumbers/{PhoneNumber}/Overrides/{Field}";
    CREATE_OVERRIDE = once "lookups.overrides.create" CreateLookupPhoneNumberOverrides "/v2/PhoneNumbers/{PhoneNumber}/Overrides/{Field}";
    SET_OVERRIDE = put "lookups.overrides.set" UpdateLookupPhoneNumberOverrides "/v2/PhoneNumbers/{PhoneNumber}/Overrides/{Field}";
    DELETE_OVERRIDE = delete "lookups.overrides.delete" DeleteLookupPhoneNumberOverrides "/v2/PhoneNumbers/{PhoneNumber}/Overrides/{Field}";
}

accessor! {
    /// What is known of phone numbers; see [`TwilioClient::lookups`].
    Lookups
}

impl TwilioClient {
    /// What is known of phone numbers.
    #[must_use]
    pub fn lookups(&self) -> Lookups<'_> {
        Lookups::new(self)
    }
}

impl Lookups<'_> {
    /// Looks a number up: E.164, or the form of a country named by [`LookUp::country_code`].
    ///
    /// A number that cannot exist is an answer as well: `valid` is false, and
    /// [`validation_errors`](LookedUp::validation_errors) says why.
    ///
    /// # Errors
    /// Codes 60606 (package not enabled), 60607 (country not covered), 60611 and 60616 (quota, rate).
    pub async fn get(
        &self,
        number: impl AsRef<str>,
        request: &LookUp,
    ) -> Result<Response<LookedUp>, Error> {
        let mut ask = self.client.at(ON, &GET).path("PhoneNumber", number);
        for (name, value) in request.query(&GET)? {
            ask = ask.query(&name, value);
        }
        ask.send().await
    }

    /// Looks up to 100 numbers up at once. It costs like as many lookups, so it is never repeated by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for no number or too many. What went wrong
    /// with one number is in its [`BulkResult::twilio_error_code`].
    pub async fn bulk(&self, request: &BulkLookup) -> Result<Response<Vec<BulkResult>>, Error> {
        request.check(&BULK)?;
        let answer = self
            .client
            .at(ON, &BULK)
            .json(request)
            .send::<bulk::Answer>()
            .await?;
        Ok(answer.map(|answer| answer.phone_numbers))
    }

    /// The account's own rate limits, of these fields or of all.
    ///
    /// # Errors
    /// Twilio's refusal of unknown fields.
    pub async fn rate_limits(
        &self,
        fields: &[LookupField],
    ) -> Result<Response<LookupRateLimits>, Error> {
        let limits = self.client.at(ON, &LIMITS);
        fields
            .iter()
            .fold(limits, |ask, field| ask.query("Fields", field.as_str()))
            .send()
            .await
    }

    /// One rate limit, by field and bucket.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn rate_limit(
        &self,
        field: &LookupField,
        bucket: &str,
    ) -> Result<Response<LookupRateLimit>, Error> {
        let ask = self.client.at(ON, &GET_LIMIT);
        ask.path("Field", field.as_str())
            .path("Bucket", bucket)
            .send()
            .await
    }

    /// Sets a rate limit, new or not.
    ///
    /// # Errors
    /// Twilio's refusal of values it does not take.
    pub async fn set_rate_limit(
        &self,
        field: &LookupField,
        bucket: &str,
        request: &SetRateLimit,
    ) -> Result<Response<LookupRateLimit>, Error> {
        let ask = self.client.at(ON, &SET_LIMIT).path("Field", field.as_str());
        ask.path("Bucket", bucket).json(request).send().await
    }

    /// Takes a rate limit away.
    ///
    /// # Errors
    /// As for [`rate_limit`](Self::rate_limit).
    pub async fn delete_rate_limit(
        &self,
        field: &LookupField,
        bucket: &str,
    ) -> Result<Response<()>, Error> {
        let ask = self
            .client
            .at(ON, &DELETE_LIMIT)
            .path("Field", field.as_str());
        ask.path("Bucket", bucket).send_empty().await
    }

    /// What the account says of a number's line type, against what carriers say.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when it says nothing.
    pub async fn line_type_override(
        &self,
        number: E164,
    ) -> Result<Response<LineTypeOverride>, Error> {
        let ask = self
            .client
            .at(ON, &GET_OVERRIDE)
            .path("PhoneNumber", number);
        ask.path("Field", overrides::FIELD).send().await
    }

    /// Says what a number's line type is.
    ///
    /// # Errors
    /// Twilio's refusal when the account has said so before: then it is [set anew](Self::set_line_type_override).
    pub async fn create_line_type_override(
        &self,
        number: E164,
        request: &OverrideLineType,
    ) -> Result<Response<LineTypeOverride>, Error> {
        let ask = self
            .client
            .at(ON, &CREATE_OVERRIDE)
            .path("PhoneNumber", number);
        ask.path("Field", overrides::FIELD)
            .json(request)
            .send()
            .await
    }

    /// Says anew what a number's line type is.
    ///
    /// # Errors
    /// As for [`line_type_override`](Self::line_type_override).
    pub async fn set_line_type_override(
        &self,
        number: E164,
        request: &OverrideLineType,
    ) -> Result<Response<LineTypeOverride>, Error> {
        let ask = self
            .client
            .at(ON, &SET_OVERRIDE)
            .path("PhoneNumber", number);
        ask.path("Field", overrides::FIELD)
            .json(request)
            .send()
            .await
    }

    /// Lets carriers say what a number's line type is again.
    ///
    /// # Errors
    /// As for [`line_type_override`](Self::line_type_override).
    pub async fn delete_line_type_override(&self, number: E164) -> Result<Response<()>, Error> {
        let ask = self
            .client
            .at(ON, &DELETE_OVERRIDE)
            .path("PhoneNumber", number);
        ask.path("Field", overrides::FIELD).send_empty().await
    }
}
