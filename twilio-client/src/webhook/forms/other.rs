//! Callbacks that are not about the course of a call: caller ids, usage, messages into calls, the debugger, texts.

use voice_core::ident::{
    AccountSid, CallSid, NotificationSid, PhoneNumberSid, UsageTriggerSid, UserDefinedMessageSid,
};

use super::macros::form;
use super::words::VerificationStatus;

form! {
    /// Whether a caller id was confirmed.
    CallerIdValidation("caller id validation") of call_sid: CallSid = "CallSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// Whether it was.
        status: word(VerificationStatus) = "VerificationStatus", shown;
        /// The new caller id, once confirmed.
        caller_id_sid: parse(PhoneNumberSid) = "OutgoingCallerIdSid", shown;
        /// The number. Personal.
        to: text = "To", masked;
    }
}

form! {
    /// The account's usage has reached what a trigger waits for.
    UsageTriggerFired("usage trigger") of usage_trigger_sid: UsageTriggerSid = "UsageTriggerSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// When it did.
        date_fired: time = "DateFired";
        /// How often it begins anew: `daily`, `monthly`, `yearly`; empty for once.
        recurring: text = "Recurring";
        /// What is counted: `calls`, `totalprice`, …
        category: text = "UsageCategory";
        /// Which figure: `count`, `usage`, `price`.
        trigger_by: text = "TriggerBy";
        /// The figure it waits for, a decimal number.
        trigger_value: text = "TriggerValue";
        /// The figure now, a decimal number.
        current_value: text = "CurrentValue";
        /// Where the usage can be read, relative to the API's host.
        usage_record_uri: text = "UsageRecordUri";
        /// The same whenever this firing is told again.
        idempotency_token: text = "IdempotencyToken";
    }
}

form! {
    /// A message from the browser or device at the other end of a call.
    UserDefinedMessage("user-defined message") of message_sid: UserDefinedMessageSid = "Sid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The call.
        call_sid: parse(CallSid) = "CallSid", shown;
        /// The message. Personal.
        content: json = "Content";
        /// Its place among the messages of this call.
        sequence: number = "SequenceNumber", shown;
        /// When it was sent.
        date_created: time = "DateCreated";
    }
}

form! {
    /// An error or warning of the account's debugger.
    DebuggerEvent("debugger event") of event_sid: NotificationSid = "Sid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The account's parent, for subaccounts.
        parent_account_sid: parse(AccountSid) = "ParentAccountSid", shown;
        /// When it happened.
        timestamp: time = "Timestamp";
        /// How bad it is: `Error` or `Warning`.
        level: text = "Level";
        /// The type of the payload; `application/json`.
        payload_type: text = "PayloadType";
        /// What happened, with the request and answer in question. Personal.
        payload: json = "Payload";
    }
}

form! {
    /// What became of a text sent by `<Sms>`.
    SmsStatus("text status") of message_sid: String = "MessageSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// How far it is: `queued`, `sent`, `delivered`, `undelivered`, `failed`, …
        status: text = "MessageStatus";
        /// An older name of [`message_sid`](Self::message_sid).
        sms_sid: text = "SmsSid";
        /// An older name of [`status`](Self::status).
        sms_status: text = "SmsStatus";
    }
}
