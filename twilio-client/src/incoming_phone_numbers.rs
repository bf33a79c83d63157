//! The account's numbers: buy, read, list, change, give back.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::incoming_phone_numbers::{BuyNumber, ListNumbers, UpdateNumber};
//! use voice_core::ident::E164;
//! use voice_core::webhook::WebhookUrl;
//!
//! let answer = WebhookUrl::parse("https://app.example.com/answer")?;
//! let order = BuyNumber::new(E164::parse("+14155550100")?).voice_url(answer.clone());
//! let bought = client.incoming_phone_numbers().buy(&order).await?;
//!
//! let mut local = client.incoming_phone_numbers().local().list(&ListNumbers::new());
//! while let Some(number) = local.next().await {
//!     if let Some(sid) = number?.sid {
//!         client.incoming_phone_numbers().update(sid, &UpdateNumber::new().voice_url(answer.clone())).await?;
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! Buying costs. A number that is named is bought at most once whatever happens on the way, so that
//! [`buy`](IncomingPhoneNumbers::buy) may be sent again; [`buy_in_area`](IncomingPhoneNumbers::buy_in_area), which leaves the
//! choice to Twilio, is not: a second one would buy a second number.

mod add_ons;
mod buy;
mod extensions;
mod kinds;
mod model;
mod request;

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::PhoneNumberSid;
use voice_core::retry::Repeat;

use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::types::Parameters;

pub use crate::numbers::{AddressRequirement, AreaCode, AreaCodeError, Capabilities};
pub(crate) use add_ons::OPERATIONS as ADD_ON_OPERATIONS;
pub use add_ons::{AssignAddOn, AssignedAddOn, AssignedAddOns, ListAssignedAddOns};
pub(crate) use extensions::OPERATIONS as EXTENSION_OPERATIONS;
pub use extensions::{AddOnExtension, AddOnExtensions, ListAddOnExtensions};
pub use kinds::NumbersOfKind;
pub use model::{EmergencyAddressStatus, EmergencyStatus, IncomingPhoneNumber, VoiceReceiveMode};
pub use request::{BuyInArea, BuyNumber, ListNumbers, UpdateNumber};

operations! { Api "api_v2010":
    LIST = get "incoming_phone_numbers.list" ListIncomingPhoneNumber "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json";
    BUY = idempotent "incoming_phone_numbers.buy" CreateIncomingPhoneNumber "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json";
    GET = get "incoming_phone_numbers.get" FetchIncomingPhoneNumber "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json";
    UPDATE = idempotent "incoming_phone_numbers.update" UpdateIncomingPhoneNumber "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json";
    DELETE = delete "incoming_phone_numbers.delete" DeleteIncomingPhoneNumber "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json";
    LIST_LOCAL = get "incoming_phone_numbers.local.list" ListIncomingPhoneNumberLocal "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Local.json";
    BUY_LOCAL = idempotent "incoming_phone_numbers.local.buy" CreateIncomingPhoneNumberLocal "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Local.json";
    LIST_MOBILE = get "incoming_phone_numbers.mobile.list" ListIncomingPhoneNumberMobile "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Mobile.json";
    BUY_MOBILE = idempotent "incoming_phone_numbers.mobile.buy" CreateIncomingPhoneNumberMobile "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Mobile.json";
    LIST_TOLL_FREE = get "incoming_phone_numbers.toll_free.list" ListIncomingPhoneNumberTollFree "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/TollFree.json";
    BUY_TOLL_FREE = idempotent "incoming_phone_numbers.toll_free.buy" CreateIncomingPhoneNumberTollFree "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/TollFree.json";
}

accessor! {
    /// The account's numbers; see [`TwilioClient::incoming_phone_numbers`].
    IncomingPhoneNumbers
}

impl TwilioClient {
    /// The account's numbers.
    #[must_use]
    pub fn incoming_phone_numbers(&self) -> IncomingPhoneNumbers<'_> {
        IncomingPhoneNumbers::new(self)
    }
}

crud! {
    IncomingPhoneNumbers of IncomingPhoneNumber, id PhoneNumberSid, items "incoming_phone_numbers", parent [];
    /// Lists numbers of every kind, page by page.
    list LIST (ListNumbers);
    /// Reads a number.
    get GET;
    /// Gives a number back. Somebody else may have it afterwards.
    delete DELETE;
}

impl<'c> IncomingPhoneNumbers<'c> {
    /// Buys one named number.
    ///
    /// It is sent again after an unknown outcome, since nobody can buy a number twice. Where a try may have bought it, and
    /// the tries after it were told that it is taken, or told nothing, it is looked for in the account: when it came there
    /// since the first try, it is handed back as bought.
    ///
    /// # Errors
    /// Code 21422 when the number is not to be had, which includes one that is in the account already; 21421 when it is no
    /// number; 21404 for a trial account. After [`Delivery::Unknown`](voice_core::error::Delivery::Unknown) look for it by
    /// [`ListNumbers::phone_number`] before you buy another.
    pub async fn buy(&self, request: &BuyNumber) -> Result<Response<IncomingPhoneNumber>, Error> {
        buy::named(self.client, &BUY, &LIST, request).await
    }

    /// Buys any number of an area code (United States and Canada). It is never sent again by itself: a second one would buy
    /// a second number. After an unknown outcome look for what is new in [`list`](Self::list).
    ///
    /// # Errors
    /// Code 21452 when the area code has no number left, 21451 when it is none, 21457 where the country has none.
    pub async fn buy_in_area(
        &self,
        request: &BuyInArea,
    ) -> Result<Response<IncomingPhoneNumber>, Error> {
        let form = request.form(&BUY)?;
        let order = self.client.at(ON, &BUY).form(form);
        order.repeat(Repeat::Once).send().await
    }

    /// Changes a number; what is not set stays.
    ///
    /// An update is repeated when its outcome is unknown, except one that moves the number to another account: after that it
    /// is no longer here.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none; codes 21402 to 21409
    /// and 21420 for settings it does not take; 21470 to 21474 for an account it cannot be moved to.
    pub async fn update(
        &self,
        sid: PhoneNumberSid,
        request: &UpdateNumber,
    ) -> Result<Response<IncomingPhoneNumber>, Error> {
        let form = request.form(&UPDATE)?;
        let update = self.client.at(ON, &UPDATE).path("Sid", sid).form(form);
        update.repeat(request.repeat_class()).send().await
    }

    /// Local numbers alone.
    #[must_use]
    pub fn local(&self) -> NumbersOfKind<'c> {
        NumbersOfKind::new(self.client, &kinds::LOCAL)
    }

    /// Mobile numbers alone.
    #[must_use]
    pub fn mobile(&self) -> NumbersOfKind<'c> {
        NumbersOfKind::new(self.client, &kinds::MOBILE)
    }

    /// Toll-free numbers alone.
    #[must_use]
    pub fn toll_free(&self) -> NumbersOfKind<'c> {
        NumbersOfKind::new(self.client, &kinds::TOLL_FREE)
    }

    /// The add-ons assigned to a number.
    #[must_use]
    pub fn assigned_add_ons(&self, number: PhoneNumberSid) -> AssignedAddOns<'c> {
        AssignedAddOns::new(self.client, number)
    }
}
