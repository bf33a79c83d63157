//! What can be ordered and changed. The settings of a number are the same whether it is bought or changed, so they are
//! written once.

use voice_core::ident::{AccountSid, AddressSid, ApplicationSid, E164, TrunkSid};
use voice_core::retry::Repeat;
use voice_core::webhook::WebhookUrl;

use super::AreaCode;
use super::model::{EmergencyStatus, VoiceReceiveMode};
use crate::types::{HttpMethod, Problems, Toggle, list_request, request};

list_request! {
    /// Which numbers to list: all of them unless filtered.
    ListNumbers {
        /// Whether to take in numbers new to Twilio; on unless set.
        beta = "Beta": Toggle,
        /// Only those of this name.
        friendly_name = "FriendlyName": String => secret,
        /// Only this number, in E.164, or those that begin with or hold these digits; `*` stands for any digit.
        phone_number = "PhoneNumber": String => secret,
        /// Only `twilio` numbers, or only `hosted` ones; both unless set.
        origin = "Origin": String,
    }
}

macro_rules! number_request {
    (
        $(#[$doc:meta])*
        $name:ident { $($required:ident = $parameter:literal: $type:ty,)* .. $($own:tt)* }
    ) => {
        request! {
            $(#[$doc])*
            $name {
                $($required = $parameter: $type,)*
                ..
                $($own)*
                /// The version of the API its calls are handled by; `2010-04-01` unless set.
                api_version = "ApiVersion": String,
                /// Its name, at most 64 characters; the number as its country writes it unless set.
                friendly_name = "FriendlyName": String => secret,
                /// The application its messages are handled by, instead of the URLs for messages.
                sms_application_sid = "SmsApplicationSid": ApplicationSid,
                /// How the `SmsFallbackUrl` is requested; POST unless set.
                sms_fallback_method = "SmsFallbackMethod": HttpMethod,
                /// What is requested when the `SmsUrl` fails.
                sms_fallback_url = "SmsFallbackUrl": WebhookUrl,
                /// How the `SmsUrl` is requested; POST unless set.
                sms_method = "SmsMethod": HttpMethod,
                /// Where incoming messages are reported.
                sms_url = "SmsUrl": WebhookUrl,
                /// Where the end of a call is reported.
                status_callback = "StatusCallback": WebhookUrl,
                /// How it is reported; POST unless set.
                status_callback_method = "StatusCallbackMethod": HttpMethod,
                /// The application its calls are handled by, instead of the URLs for calls. Takes the trunk away.
                voice_application_sid = "VoiceApplicationSid": ApplicationSid,
                /// Whether the names of callers are looked up, which costs; off unless set.
                voice_caller_id_lookup = "VoiceCallerIdLookup": Toggle,
                /// How the `VoiceFallbackUrl` is requested; POST unless set.
                voice_fallback_method = "VoiceFallbackMethod": HttpMethod,
                /// What is requested when the `VoiceUrl` fails.
                voice_fallback_url = "VoiceFallbackUrl": WebhookUrl,
                /// How the `VoiceUrl` is requested; POST unless set.
                voice_method = "VoiceMethod": HttpMethod,
                /// Where incoming calls fetch their TwiML, unless there is an application or a trunk.
                voice_url = "VoiceUrl": WebhookUrl,
                /// Whether it may call emergency services.
                emergency_status = "EmergencyStatus": EmergencyStatus,
                /// The address emergency services are told.
                emergency_address_sid = "EmergencyAddressSid": AddressSid,
                /// The trunk its calls go to, instead of application and URLs. Takes the application away.
                trunk_sid = "TrunkSid": TrunkSid,
                /// The identity (`RI…`) that some countries ask for.
                identity_sid = "IdentitySid": String,
                /// The address that some countries ask for.
                address_sid = "AddressSid": AddressSid,
                /// Whether incoming calls are calls or faxes.
                voice_receive_mode = "VoiceReceiveMode": VoiceReceiveMode,
                /// The regulatory bundle (`BU…`) that some countries ask for.
                bundle_sid = "BundleSid": String,
            } rules |number, problems| {
                name_rule(number.friendly_name.as_ref(), problems);
                sid_rule(number.identity_sid.as_deref(), "RI", "IdentitySid", problems);
                sid_rule(number.bundle_sid.as_deref(), "BU", "BundleSid", problems);
                problems.unless(
                    number.voice_application_sid.is_none() || number.trunk_sid.is_none(),
                    "TrunkSid",
                    "excludes VoiceApplicationSid: each takes the other away",
                );
            }
        }
    };
}

number_request! {
    /// An order for one named number, and its settings.
    BuyNumber {
        number = "PhoneNumber": E164,
        ..
    }
}

impl BuyNumber {
    /// This number.
    pub fn new(number: E164) -> Self {
        Self::required(number)
    }

    pub(super) fn number(&self) -> E164 {
        self.number
    }
}

number_request! {
    /// An order for any number of an area code (United States and Canada), and its settings.
    BuyInArea {
        area = "AreaCode": AreaCode,
        ..
    }
}

impl BuyInArea {
    /// A number of this area code.
    pub fn new(area: AreaCode) -> Self {
        Self::required(area)
    }
}

number_request! {
    /// Changes of a number. A setting is taken away by its empty value, such as `.parameter("TrunkSid", "")`.
    UpdateNumber {
        ..
        /// The account it moves to; for the parent account of both alone.
        account_sid = "AccountSid": AccountSid,
    }
}

impl UpdateNumber {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::required()
    }

    /// A number that moved is no longer where the update was sent.
    pub(super) fn repeat_class(&self) -> Repeat {
        let moves =
            self.account_sid.is_some() || self.more.iter().any(|(name, _)| name == "AccountSid");
        if moves {
            Repeat::Once
        } else {
            Repeat::Idempotent
        }
    }
}

impl Default for UpdateNumber {
    fn default() -> Self {
        Self::new()
    }
}

fn name_rule(name: Option<&String>, problems: &mut Problems) {
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    );
}

/// A SID of a kind that has no type of its own.
fn sid_rule(sid: Option<&str>, prefix: &str, parameter: &str, problems: &mut Problems) {
    let is_sid = |sid: &str| {
        sid.strip_prefix(prefix)
            .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    problems.unless(
        sid.is_none_or(is_sid),
        parameter,
        &format!("must be a SID: {prefix} and 32 hexadecimal digits"),
    );
}
