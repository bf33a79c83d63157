//! The numbers whose calls go to a trunk.

use serde_json::{Map, Value};
use voice_core::client::{Form, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, ApplicationSid, PhoneNumberSid, TrunkSid};

use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, HttpMethod, list_request, open_enum, resource};

operations! { Trunking "trunking_v1":
    LIST = get "trunks.phone_numbers.list" ListPhoneNumber "/v1/Trunks/{TrunkSid}/PhoneNumbers";
    CREATE = once "trunks.phone_numbers.create" CreatePhoneNumber "/v1/Trunks/{TrunkSid}/PhoneNumbers";
    GET = get "trunks.phone_numbers.get" FetchPhoneNumber "/v1/Trunks/{TrunkSid}/PhoneNumbers/{Sid}";
    DELETE = delete "trunks.phone_numbers.delete" DeletePhoneNumber "/v1/Trunks/{TrunkSid}/PhoneNumbers/{Sid}";
}

list_request! {
    /// Which numbers to list: all of the trunk.
    ListPhoneNumbers {}
}

open_enum! {
    /// Which address a number needs to have registered.
    AddressRequirement {
        /// None.
        None = "none",
        /// One anywhere.
        Any = "any",
        /// One in the number's country.
        Local = "local",
        /// One outside the number's country.
        Foreign = "foreign",
    }
}

resource! {
    /// What a number can do.
    Capabilities {
        /// Whether it takes picture messages.
        mms: bool,
        /// Whether it takes text messages.
        sms: bool,
        /// Whether it takes calls.
        voice: bool,
        /// Whether it takes faxes.
        fax: bool,
    }
}

resource! {
    /// A number of a trunk. The trunk decides on its calls: what it has of URLs and applications for voice is not used.
    PhoneNumber {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Which address it needs to have registered.
        address_requirements: AddressRequirement,
        /// The version of the API its calls are handled with.
        api_version: String,
        /// Whether it is new to Twilio.
        beta: bool,
        /// What it can do.
        capabilities: Capabilities,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its name, often the number in its national form.
        friendly_name: String => personal,
        /// The addresses of what belongs to it.
        links: Map<String, Value>,
        /// The number, in E.164.
        phone_number: String => personal,
        /// Its SID.
        sid: PhoneNumberSid,
        /// The application that handles its messages.
        sms_application_sid: ApplicationSid,
        /// How the fallback for messages is requested.
        sms_fallback_method: HttpMethod,
        /// What is requested when the `sms_url` fails.
        sms_fallback_url: String,
        /// How the `sms_url` is requested.
        sms_method: HttpMethod,
        /// Where messages fetch their TwiML.
        sms_url: String,
        /// Where the end of a call is reported.
        status_callback: String,
        /// How it is reported.
        status_callback_method: HttpMethod,
        /// The trunk.
        trunk_sid: TrunkSid,
        /// Its own address.
        url: String,
        /// The application that would handle its calls.
        voice_application_sid: ApplicationSid,
        /// Whether the names of callers are looked up, which costs.
        voice_caller_id_lookup: bool,
        /// How the fallback would be requested.
        voice_fallback_method: HttpMethod,
        /// What would be requested when the `voice_url` fails.
        voice_fallback_url: String,
        /// How the `voice_url` would be requested.
        voice_method: HttpMethod,
        /// Where calls would fetch their TwiML.
        voice_url: String,
    }
}

accessor! {
    /// The numbers of a trunk; see [`Trunks::phone_numbers`](super::Trunks::phone_numbers).
    PhoneNumbers { trunk: TrunkSid }
}

crud! {
    PhoneNumbers of PhoneNumber, id PhoneNumberSid, items "phone_numbers", parent [trunk "TrunkSid"];
    /// Lists numbers, page by page.
    list LIST (ListPhoneNumbers);
    /// Reads a number.
    get GET;
    /// Takes a number from the trunk; it stays in the account, and its own voice URL counts again.
    delete DELETE;
}

impl PhoneNumbers<'_> {
    /// Lets the calls of a number of the account go to the trunk. A number of another trunk changes over.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such trunk; code 21245 for
    /// a number that is refused. It is never sent again by itself: after an unknown outcome [`get`](Self::get) tells whether
    /// it is mapped.
    pub async fn create(&self, number: PhoneNumberSid) -> Result<Response<PhoneNumber>, Error> {
        let mut form = Form::new();
        form.push("PhoneNumberSid", number.as_str());
        let create = self.client.at(ON, &CREATE).path("TrunkSid", self.trunk);
        create.form(form).send().await
    }
}
