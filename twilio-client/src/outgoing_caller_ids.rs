//! Verified numbers of others, which may stand as caller id on outgoing calls.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::outgoing_caller_ids::ValidateNumber;
//! use voice_core::ident::E164;
//!
//! // The phone rings at once, and whoever answers must type the code.
//! let asked = client.outgoing_caller_ids().validate(&ValidateNumber::new(E164::parse("+14155550123")?)).await?;
//! show_to_the_owner(asked.validation_code.as_deref());
//! # fn show_to_the_owner(_: Option<&str>) {}
//! # Ok(()) }
//! ```

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, E164, PhoneNumberSid};
use voice_core::webhook::WebhookUrl;

use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::types::{
    ApiTime, HttpMethod, Parameters, Problems, Seconds, list_request, request, resource, settings,
};

operations! { Api "api_v2010":
    LIST = get "outgoing_caller_ids.list" ListOutgoingCallerId "/2010-04-01/Accounts/{AccountSid}/OutgoingCallerIds.json";
    VALIDATE = once "outgoing_caller_ids.validate" CreateValidationRequest "/2010-04-01/Accounts/{AccountSid}/OutgoingCallerIds.json";
    GET = get "outgoing_caller_ids.get" FetchOutgoingCallerId "/2010-04-01/Accounts/{AccountSid}/OutgoingCallerIds/{Sid}.json";
    UPDATE = idempotent "outgoing_caller_ids.update" UpdateOutgoingCallerId "/2010-04-01/Accounts/{AccountSid}/OutgoingCallerIds/{Sid}.json";
    DELETE = delete "outgoing_caller_ids.delete" DeleteOutgoingCallerId "/2010-04-01/Accounts/{AccountSid}/OutgoingCallerIds/{Sid}.json";
}

list_request! {
    /// Which caller ids to list: all of them unless filtered.
    ListCallerIds {
        /// Only this number.
        phone_number = "PhoneNumber": E164,
        /// Only those of this name.
        friendly_name = "FriendlyName": String => secret,
    }
}

request! {
    /// A number to be verified, by a call to it.
    ValidateNumber {
        phone_number = "PhoneNumber": E164,
        ..
        /// Its name, at most 64 characters; the number as its country writes it unless set.
        friendly_name = "FriendlyName": String => secret,
        /// How long to wait before it rings: 0 to 60 s, at once unless set.
        call_delay = "CallDelay": Seconds,
        /// Keys to send once the call is answered.
        extension = "Extension": String => secret,
        /// Where it is reported whether the code was typed.
        status_callback = "StatusCallback": WebhookUrl,
        /// How it is reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
    } rules |asked, problems| {
        name_rule(asked.friendly_name.as_ref(), problems);
        problems.unless(
            asked.call_delay.is_none_or(|delay| delay.get() <= 60),
            "CallDelay",
            "must be at most 60 s",
        );
    }
}

impl ValidateNumber {
    /// Rings this number.
    pub fn new(phone_number: E164) -> Self {
        Self::required(phone_number)
    }
}

settings! {
    /// Another name of a caller id.
    UpdateCallerId {
        /// The name, at most 64 characters.
        friendly_name = "FriendlyName": String => secret,
    } rules |change, problems| name_rule(change.friendly_name.as_ref(), problems)
}

fn name_rule(name: Option<&String>, problems: &mut Problems) {
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    );
}

resource! {
    /// A verified number.
    OutgoingCallerId {
        /// Its SID (`PN…`).
        sid: PhoneNumberSid,
        /// When it was verified.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its name; the number as its country writes it unless set.
        friendly_name: String => personal,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The number in E.164.
        phone_number: String => personal,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

resource! {
    /// A verification that has begun.
    ValidationRequest {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call that rings.
        call_sid: CallSid,
        /// The name it is to have.
        friendly_name: String => personal,
        /// The number in E.164.
        phone_number: String => personal,
        /// The six digits that whoever answers must type.
        validation_code: String => secret,
    }
}

accessor! {
    /// Verified caller ids; see [`TwilioClient::outgoing_caller_ids`].
    OutgoingCallerIds
}

impl TwilioClient {
    /// Verified caller ids.
    #[must_use]
    pub fn outgoing_caller_ids(&self) -> OutgoingCallerIds<'_> {
        OutgoingCallerIds::new(self)
    }
}

crud! {
    OutgoingCallerIds of OutgoingCallerId, id PhoneNumberSid, items "outgoing_caller_ids", parent [];
    /// Lists caller ids, page by page.
    list LIST (ListCallerIds);
    /// Reads a caller id.
    get GET;
    /// Gives a caller id another name.
    update UPDATE (UpdateCallerId);
    /// Takes a caller id away: it can no longer be shown.
    delete DELETE;
}

impl OutgoingCallerIds<'_> {
    /// Rings a number and answers the code that must be typed there. **Never repeated by itself** once it may have left: the
    /// phone would ring twice, each time for another code.
    ///
    /// # Errors
    /// Code 21450 when the number is verified already, 21449 when it can be shown anyway, 21453 when another account has
    /// verified it. After [`Delivery::Unknown`](voice_core::error::Delivery::Unknown) the phone may ring while nobody knows
    /// the code: wait until that call is over before you ask again.
    pub async fn validate(
        &self,
        request: &ValidateNumber,
    ) -> Result<Response<ValidationRequest>, Error> {
        let form = request.form(&VALIDATE)?;
        self.client.at(ON, &VALIDATE).form(form).send().await
    }
}
