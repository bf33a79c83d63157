//! The request for TwiML, which most other forms stand on, and its two variants.

use std::net::IpAddr;

use voice_core::ident::{AccountSid, CallSid, SipDomainSid, TrunkSid};

use super::FORMS;
use super::macros::form;
use super::words::{Attestation, StirVerstat};
use crate::calls::{AnsweredBy, CallDirection, CallStatus};

/// What the parameters that carry SIP headers begin with.
const SIP_HEADER: &str = "SipHeader_";

form! {
    /// A request for TwiML: somebody called a number of the account, or a call that was placed is answered.
    ///
    /// A verb's action is such a request as well, with what the verb found out: each has a form of its own, which holds
    /// this one. Absent and empty are different things: an anonymous caller's city comes as `FromCity=`.
    VoiceRequest("voice request") of call_sid: CallSid = "CallSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// How far the call is.
        status: word(CallStatus) = "CallStatus", shown;
        /// Who calls: E.164, `client:…`, `sip:…`, or a word such as `anonymous`. Personal.
        from: text = "From", masked;
        /// Who is called. Personal.
        to: text = "To", masked;
        /// The version of the API.
        api_version: text = "ApiVersion";
        /// Where the call came from.
        direction: word(CallDirection) = "Direction", shown;
        /// An older name of [`from`](Self::from). Personal.
        caller: text = "Caller";
        /// An older name of [`to`](Self::to). Personal.
        called: text = "Called";
        /// Where the caller's number is registered: city.
        from_city: text = "FromCity";
        /// State or province.
        from_state: text = "FromState";
        /// Postal code.
        from_zip: text = "FromZip";
        /// Country, two letters.
        from_country: text = "FromCountry";
        /// Where the called number is registered: city.
        to_city: text = "ToCity";
        /// State or province.
        to_state: text = "ToState";
        /// Postal code.
        to_zip: text = "ToZip";
        /// Country, two letters.
        to_country: text = "ToCountry";
        /// As [`from_city`](Self::from_city).
        caller_city: text = "CallerCity";
        /// As [`from_state`](Self::from_state).
        caller_state: text = "CallerState";
        /// As [`from_zip`](Self::from_zip).
        caller_zip: text = "CallerZip";
        /// As [`from_country`](Self::from_country).
        caller_country: text = "CallerCountry";
        /// As [`to_city`](Self::to_city).
        called_city: text = "CalledCity";
        /// As [`to_state`](Self::to_state).
        called_state: text = "CalledState";
        /// As [`to_zip`](Self::to_zip).
        called_zip: text = "CalledZip";
        /// As [`to_country`](Self::to_country).
        called_country: text = "CalledCountry";
        /// The number the call was forwarded from, where the carrier says so. Personal.
        forwarded_from: text = "ForwardedFrom";
        /// The caller's name, where lookup is on. Personal.
        caller_name: text = "CallerName";
        /// The call that created this leg.
        parent_call_sid: parse(CallSid) = "ParentCallSid", shown;
        /// Lets a call be placed that presents this caller. Secret.
        call_token: text = "CallToken";
        /// What became of the check of the caller id (STIR/SHAKEN), for incoming calls.
        stir_verstat: word(StirVerstat) = "StirVerstat", shown;
        /// The signed attestation itself (a PASSporT). Personal.
        stir_passport_token: text = "StirPassportToken";
        /// How the caller id was attested, for outgoing calls.
        stir_status: word(Attestation) = "StirStatus", shown;
        /// The trunk the call came over.
        trunk_sid: parse(TrunkSid) = "TrunkSid", shown;
        /// Who answered, if that was to be detected before TwiML is asked for.
        answered_by: word(AnsweredBy) = "AnsweredBy", shown;
        /// How long the detection took.
        detection_duration: millis = "MachineDetectionDuration", shown;
        /// The SIP domain that was called.
        sip_domain: text = "SipDomain";
        /// The SIP domain that was called.
        sip_domain_sid: parse(SipDomainSid) = "SipDomainSid", shown;
        /// Who authenticated at the SIP domain. Personal.
        sip_username: text = "SipUsername";
        /// The `Call-ID` of the SIP dialogue.
        sip_call_id: text = "SipCallId";
        /// Where the SIP request came from. Personal.
        sip_source_ip: parse(IpAddr) = "SipSourceIp";
    }
    prefixes "SipHeader_"
}

impl VoiceRequest {
    /// A header of the SIP request, by its name without regard to case: an `X-` header, or `User-to-User`. Personal.
    #[must_use]
    pub fn sip_header(&self, name: &str) -> Option<&str> {
        self.sip_headers()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All headers of the SIP request that were passed on, their names as they came. Personal.
    pub fn sip_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.params().behind(SIP_HEADER)
    }

    /// What no form of TwiML requests documents: parameters of `<Parameter>` nouns under their own names, and what Twilio
    /// has added since. Personal.
    ///
    /// A custom parameter that is named like a documented one is found in [`params`](Self::params) only.
    pub fn custom_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.params().iter().filter(|(name, _)| {
            !FORMS
                .iter()
                .any(|form| form.stands_on(&Self::INFO) && form.documents(name))
        })
    }
}

form! {
    /// A request for TwiML that comes to the fallback URL, after the first URL failed.
    FallbackRequest("fallback request") on VoiceRequest as voice {
        /// Why the first URL failed.
        error_code: code = "ErrorCode", shown;
        /// The URL that failed. Its query may be secret.
        error_url: text = "ErrorUrl";
    }
}

form! {
    /// A request for TwiML that comes to a trunk's disaster-recovery URL, when no origination URL of the trunk answered.
    TrunkRecovery("trunk disaster recovery") on VoiceRequest as voice {}
    needs "TrunkSid" as TrunkSid
}

impl TrunkRecovery {
    /// The trunk whose origination failed.
    #[must_use]
    pub fn trunk_sid(&self) -> Option<TrunkSid> {
        self.voice().trunk_sid()
    }
}
