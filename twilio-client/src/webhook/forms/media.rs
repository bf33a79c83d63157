//! Media streams and SIPREC sessions: begun, ended, failed.

use voice_core::ident::{AccountSid, CallSid, SiprecSid, StreamSid};

use super::macros::form;
use super::words::{SiprecEvent, StreamEvent};

form! {
    /// What happened to a media stream.
    StreamStatus("stream status") of stream_sid: StreamSid = "StreamSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The call.
        call_sid: parse(CallSid) = "CallSid", shown;
        /// The stream's name, chosen by you.
        name: text = "StreamName";
        /// What happened.
        event: word(StreamEvent) = "StreamEvent", shown;
        /// What failed, in words.
        error: text = "StreamError";
        /// When it happened.
        timestamp: time = "Timestamp";
    }
}

form! {
    /// What happened to a SIPREC session.
    SiprecStatus("SIPREC status") of siprec_sid: SiprecSid = "SiprecSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The call.
        call_sid: parse(CallSid) = "CallSid", shown;
        /// The session's name, chosen by you.
        name: text = "SiprecName";
        /// What happened.
        event: word(SiprecEvent) = "SiprecEvent", shown;
        /// What failed, in words.
        error: text = "SiprecError";
        /// What failed.
        error_code: code = "SiprecErrorCode", shown;
        /// When it happened.
        timestamp: time = "Timestamp";
    }
}
