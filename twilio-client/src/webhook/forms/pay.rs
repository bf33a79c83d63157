//! Payments by telephone. Everything about the payer's card or account is personal, even masked: nothing but call and
//! outcome is shown in `Debug`, and not the outcome's details either.

use voice_core::ident::PaymentSid;

use super::VoiceRequest;
use super::macros::form;
use super::words::{PayResult, PaymentMethod};

form! {
    /// The request for TwiML after `<Pay>`.
    PayAction("pay action") on VoiceRequest as voice {
        /// How it ended.
        result: word(PayResult) = "Result";
        /// What it was made with.
        payment_method: word(PaymentMethod) = "PaymentMethod";
        /// The processor's confirmation. Secret.
        confirmation_code: text = "PaymentConfirmationCode";
        /// The processor's token for this card or account. Secret.
        token: text = "PaymentToken";
        /// The processor's profile of the payer. Secret.
        profile_id: text = "ProfileId";
        /// The card's number, masked by Twilio. Personal.
        card_number: text = "PaymentCardNumber";
        /// The card's brand. Personal.
        card_type: text = "PaymentCardType";
        /// When the card expires, `MMYY`. Personal.
        expiration_date: text = "ExpirationDate";
        /// The card's security code, masked by Twilio. Personal.
        security_code: text = "SecurityCode";
        /// The postal code of the card's owner. Personal.
        postal_code: text = "PaymentCardPostalCode";
        /// The account's number, masked by Twilio. Personal.
        bank_account_number: text = "BankAccountNumber";
        /// The bank. Personal.
        bank_routing_number: text = "BankRoutingNumber";
        /// The kind of account. Personal.
        bank_account_type: text = "BankAccountType";
        /// What failed, in words.
        error: text = "PaymentError";
        /// What failed.
        error_code: code = "PayErrorCode";
        /// What the processor says failed.
        connector_error: text = "ConnectorError";
    }
}

form! {
    /// A report while a payment is taken: from `<Pay statusCallback>`, or from a payment session of the API.
    PayStatus("payment status") on PayAction as payment {
        /// What is asked for: `payment-card-number`, `expiration-date`, …
        prompt_for: text = "For";
        /// Why the last input was refused.
        error_type: text = "ErrorType";
        /// How often it has been asked for, from 1.
        attempt: number = "Attempt";
        /// What was to be captured.
        capture: text = "Capture";
        /// What is still to be captured, a list.
        required: text = "Required";
        /// Whether this is what has been typed so far.
        partial_result: text = "PartialResult";
        /// How much is charged.
        charge_amount: text = "ChargeAmount";
        /// The payment session.
        payment_sid: parse(PaymentSid) = "PaymentSid";
        /// When the session was created.
        date_created: time = "DateCreated";
        /// When it was last changed.
        date_updated: time = "DateUpdated";
    }
}
