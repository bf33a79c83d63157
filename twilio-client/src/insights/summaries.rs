//! Summaries of calls, one or many.

use serde_json::Value;
use voice_core::ident::{AccountSid, CallSid};

use crate::calls::AnsweredBy;
use crate::types::{ApiTime, Numeric, Toggle, list_request, open_enum, resource};

open_enum! {
    /// What became of a call; not spelled as the call's own status is.
    CallState {
        /// It rings.
        Ringing = "ringing",
        /// It was answered and is over.
        Completed = "completed",
        /// The line was busy.
        Busy = "busy",
        /// It could not be connected.
        Fail = "fail",
        /// Nobody answered.
        NoAnswer = "noanswer",
        /// It was ended before it was answered.
        Canceled = "canceled",
        /// It goes on.
        Answered = "answered",
        /// It was never dialled.
        Undialed = "undialed",
    }
}

open_enum! {
    /// Over what a call went.
    CallType {
        /// The telephone network.
        Carrier = "carrier",
        /// A SIP domain.
        Sip = "sip",
        /// A trunk.
        Trunking = "trunking",
        /// A client of the Voice SDK.
        Client = "client",
        /// WhatsApp.
        Whatsapp = "whatsapp",
    }
}

open_enum! {
    /// Whether all of a summary is there.
    ProcessingState {
        /// All of it.
        Complete = "complete",
        /// Not yet.
        Partial = "partial",
    }
}

open_enum! {
    /// Which summaries are listed.
    ProcessingFilter {
        /// Those that are complete; the default.
        Completed = "completed",
        /// Those that are begun.
        Started = "started",
        /// Those that are not complete.
        Partial = "partial",
        /// All of them.
        All = "all",
    }
}

open_enum! {
    /// By what a list is sorted, newest first.
    SummaryOrder {
        /// When calls began.
        StartTime = "start_time",
        /// When calls ended.
        EndTime = "end_time",
    }
}

list_request! {
    /// Which summaries to list. Periods are a number with `m`, `h`, `d` or `w` before now (`30m`, `4w`), or a moment in ISO 8601.
    ListCallSummaries {
        /// Only calls from this number, SIP address or client.
        from = "From": String => secret,
        /// Only calls to this number, SIP address or client.
        to = "To": String => secret,
        /// Only calls from this carrier.
        from_carrier = "FromCarrier": String,
        /// Only calls to this carrier.
        to_carrier = "ToCarrier": String,
        /// Only calls from this country (two letters).
        from_country_code = "FromCountryCode": String,
        /// Only calls to this country (two letters).
        to_country_code = "ToCountryCode": String,
        /// Only calls whose caller is verified (SHAKEN/STIR), or is not.
        verified_caller = "VerifiedCaller": Toggle,
        /// Only calls that Insights has put a tag on, or has not.
        has_tag = "HasTag": Toggle,
        /// Only calls that began at or after this; seven days ago unless set.
        start_time = "StartTime": String,
        /// Only calls that began before this.
        end_time = "EndTime": String,
        /// Only calls of this type.
        call_type = "CallType": CallType,
        /// Only calls of this state.
        call_state = "CallState": CallState,
        /// Only calls of this direction: `outbound_api`, `outbound_dial`, `inbound`, `trunking_originating`, `trunking_terminating`.
        direction = "Direction": String,
        /// Only summaries this far.
        processing_state = "ProcessingState": ProcessingFilter,
        /// By what they are sorted.
        sort_by = "SortBy": SummaryOrder,
        /// Only calls of this subaccount.
        subaccount = "Subaccount": AccountSid,
        /// Only calls whose last SIP answer was not 200, or was.
        abnormal_session = "AbnormalSession": Toggle,
        /// Only calls that this answered.
        answered_by = "AnsweredBy": AnsweredBy,
        /// Only calls annotated as answered by `human` or `machine`.
        answered_by_annotation = "AnsweredByAnnotation": String,
        /// Only calls annotated with this issue of connection.
        connectivity_issue_annotation = "ConnectivityIssueAnnotation": super::ConnectivityIssue,
        /// Only calls annotated with this issue of quality.
        quality_issue_annotation = "QualityIssueAnnotation": super::QualityIssue,
        /// Only calls annotated as spam, or as none.
        spam_annotation = "SpamAnnotation": Toggle,
        /// Only calls annotated with this score, 1 to 5.
        call_score_annotation = "CallScoreAnnotation": String,
        /// Only branded calls, or only others.
        branded_enabled = "BrandedEnabled": Toggle,
        /// Only calls from numbers with Voice Integrity, or only others.
        voice_integrity_enabled = "VoiceIntegrityEnabled": Toggle,
        /// Only calls of this branding (`BU…`).
        branded_bundle_sid = "BrandedBundleSid": String,
        /// Only branded calls whose logo was shown, or was not.
        branded_logo = "BrandedLogo": Toggle,
        /// Only branded calls of this type: `in_band`, `out_of_band`.
        branded_type = "BrandedType": String,
        /// Only branded calls of this purpose.
        branded_use_case = "BrandedUseCase": String,
        /// Only branded calls with this reason.
        branded_call_reason = "BrandedCallReason": String,
        /// Only calls of this Voice Integrity profile (`BU…`).
        voice_integrity_bundle_sid = "VoiceIntegrityBundleSid": String,
        /// Only calls of this Voice Integrity purpose.
        voice_integrity_use_case = "VoiceIntegrityUseCase": String,
        /// Only calls of this identity: `direct_customer`, `isv_reseller_or_partner`.
        business_profile_identity = "BusinessProfileIdentity": String,
        /// Only calls of this industry.
        business_profile_industry = "BusinessProfileIndustry": String,
        /// Only calls of this business profile (`BU…`).
        business_profile_bundle_sid = "BusinessProfileBundleSid": String,
        /// Only calls of this kind of profile: `primary`, `secondary`.
        business_profile_type = "BusinessProfileType": String,
    }
}

resource! {
    /// How a call went. The objects of edges, attributes, properties, trust and annotation are Twilio's own and kept whole.
    CallSummary {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call.
        call_sid: CallSid,
        /// Over what it went.
        call_type: CallType,
        /// What became of it.
        call_state: CallState,
        /// Who answered, if that was to be detected.
        answered_by: AnsweredBy,
        /// Whether all of the summary is there.
        processing_state: ProcessingState,
        /// When it was created; earlier than its start if it was queued.
        created_time: ApiTime,
        /// When dialling began.
        start_time: ApiTime,
        /// When it ended.
        end_time: ApiTime,
        /// From its beginning to its end, in seconds.
        duration: Numeric,
        /// From the answer to its end, in seconds.
        connect_duration: Numeric,
        /// Who called; an object with the number and its carrier.
        from: Value => secret,
        /// Who was called.
        to: Value => secret,
        /// What the gateway to the telephone network measured.
        carrier_edge: Value => secret,
        /// What the gateway to Voice SDK clients measured.
        client_edge: Value => secret,
        /// What the Voice SDK itself measured.
        sdk_edge: Value => secret,
        /// What the gateway of SIP and trunks measured.
        sip_edge: Value => secret,
        /// What may have spoiled the call: `silence`, `high_jitter`, `high_pdd`, …
        tags: Vec<String>,
        /// Its own address.
        url: String,
        /// Facts of the call's way.
        attributes: Value,
        /// Facts of the call as a whole: direction, queue time, who hung up first, …
        properties: Value => secret,
        /// Branding and verified caller id.
        trust: Value => secret,
        /// What was annotated.
        annotation: Value,
    }
}
