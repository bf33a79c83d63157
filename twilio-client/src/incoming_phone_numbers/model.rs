//! A number of the account.

use voice_core::ident::{AccountSid, AddressSid, ApplicationSid, PhoneNumberSid, TrunkSid};

use super::{AddressRequirement, Capabilities};
use crate::types::{ApiTime, HttpMethod, open_enum, resource};

open_enum! {
    /// Whether a number may call emergency services.
    EmergencyStatus {
        /// It may.
        Active = "Active",
        /// It may not.
        Inactive = "Inactive",
    }
}

open_enum! {
    /// How far the address of a number is known to emergency services.
    EmergencyAddressStatus {
        /// It is.
        Registered = "registered",
        /// It is not.
        Unregistered = "unregistered",
        /// It is being made known.
        PendingRegistration = "pending-registration",
        /// It was refused.
        RegistrationFailure = "registration-failure",
        /// It is being taken back.
        PendingUnregistration = "pending-unregistration",
        /// It could not be taken back.
        UnregistrationFailure = "unregistration-failure",
    }
}

open_enum! {
    /// What incoming calls are taken for.
    VoiceReceiveMode {
        /// Calls.
        Voice = "voice",
        /// Faxes.
        Fax = "fax",
    }
}

resource! {
    /// A number of the account. Lists of one kind leave [`number_type`](Self::number_type) out, dependants of an address
    /// some more.
    IncomingPhoneNumber {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The address it was bought with.
        address_sid: AddressSid,
        /// Which address it asks for.
        address_requirements: AddressRequirement,
        /// The version of the API its calls are handled by.
        api_version: String,
        /// Whether it is new to Twilio.
        beta: bool,
        /// What it can do.
        capabilities: Capabilities,
        /// When it was bought.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its name; the number as its country writes it unless set.
        friendly_name: String => personal,
        /// The identity it was bought with (`RI…`).
        identity_sid: String,
        /// The number in E.164.
        phone_number: String => personal,
        /// `twilio`, or `hosted` by another carrier.
        origin: String,
        /// Its SID.
        sid: PhoneNumberSid,
        /// The application its messages are handled by.
        sms_application_sid: ApplicationSid,
        /// How the `sms_fallback_url` is requested.
        sms_fallback_method: HttpMethod,
        /// What is requested when the `sms_url` fails.
        sms_fallback_url: String,
        /// How the `sms_url` is requested.
        sms_method: HttpMethod,
        /// Where incoming messages are reported.
        sms_url: String,
        /// Where the end of a call is reported.
        status_callback: String,
        /// How it is reported.
        status_callback_method: HttpMethod,
        /// The trunk its calls go to.
        trunk_sid: TrunkSid,
        /// Its own address, relative to the API's host.
        uri: String,
        /// What incoming calls are taken for.
        voice_receive_mode: VoiceReceiveMode,
        /// The application its calls are handled by.
        voice_application_sid: ApplicationSid,
        /// Whether the names of callers are looked up.
        voice_caller_id_lookup: bool,
        /// How the `voice_fallback_url` is requested.
        voice_fallback_method: HttpMethod,
        /// What is requested when the `voice_url` fails.
        voice_fallback_url: String,
        /// How the `voice_url` is requested.
        voice_method: HttpMethod,
        /// Where incoming calls fetch their TwiML.
        voice_url: String,
        /// Whether it may call emergency services.
        emergency_status: EmergencyStatus,
        /// The address emergency services are told.
        emergency_address_sid: AddressSid,
        /// How far that address is known to them.
        emergency_address_status: EmergencyAddressStatus,
        /// The regulatory bundle it was bought with (`BU…`).
        bundle_sid: String,
        /// Its state, such as `in-use`.
        status: String,
        /// Its kind, such as `local`.
        number_type as "type": String,
    }
}
