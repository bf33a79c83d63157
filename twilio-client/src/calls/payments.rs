//! Payments by phone: the caller types the card's or the account's data, Twilio takes them to the payment provider.
//!
//! A session is begun, each item is asked for with an update, and an update ends it. What the caller typed never comes
//! here: results and progress arrive at the status callback.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::calls::IdempotencyKey;
//! use twilio_client::calls::payments::{Capture, ChargeAmount, CreatePayment, UpdatePayment};
//! use voice_core::webhook::WebhookUrl;
//!
//! let told = WebhookUrl::parse("https://app.example.com/paid")?;
//! let payments = client.calls().payments(call);
//! let begin = CreatePayment::new(IdempotencyKey::new("order-7-begin")?, told.clone())
//!     .charge_amount(ChargeAmount::parse("19.99")?);
//! let Some(sid) = payments.create(&begin).await?.sid else { return Ok(()) };
//! let step = UpdatePayment::capture(IdempotencyKey::new("order-7-card")?, told, Capture::PaymentCardNumber);
//! payments.update(sid, &step).await?;
//! # Ok(()) }
//! ```

mod options;

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, PaymentSid};
use voice_core::webhook::WebhookUrl;

use super::{Calls, IdempotencyKey};
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, Parameters, Seconds, Toggle, request, resource};

pub use options::{
    BankAccountType, Capture, CardType, CardTypes, ChargeAmount, ChargeAmountError,
    ConnectorParameters, MatchingInputs, PaymentEnd, PaymentInput, PaymentMethod, PaymentStep,
    TokenType,
};

operations! { Api "api_v2010":
    CREATE = keyed "calls.payments.create" CreatePayments "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Payments.json";
    UPDATE = keyed "calls.payments.update" UpdatePayments "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Payments/{Sid}.json";
}

request! {
    /// A payment session to be begun.
    CreatePayment {
        idempotency_key = "IdempotencyKey": IdempotencyKey,
        status_callback = "StatusCallback": WebhookUrl,
        ..
        /// The kind of bank account; for ACH debit only (64017).
        bank_account_type = "BankAccountType": BankAccountType,
        /// What is charged, below 1,000,000; without it, or with 0, the data become a token.
        charge_amount = "ChargeAmount": ChargeAmount,
        /// The currency of the amount (ISO 4217); USD unless set. What is allowed depends on the connector.
        currency = "Currency": String,
        /// What the payment is for, passed on to the connector.
        description = "Description": String,
        /// How the caller answers.
        input = "Input": PaymentInput,
        /// How many digits a postal code has at least; at least 1.
        min_postal_code_length = "MinPostalCodeLength": u32,
        /// Values for the connector; ACH debit needs some.
        connector_parameters = "Parameter": ConnectorParameters,
        /// The connector, by its unique name; `Default` unless set.
        payment_connector = "PaymentConnector": String,
        /// How is paid; by card unless set.
        payment_method = "PaymentMethod": PaymentMethod,
        /// Whether a card's postal code is asked for; it is unless set.
        postal_code = "PostalCode": Toggle,
        /// Whether a card's security code is asked for; it is unless set.
        security_code = "SecurityCode": Toggle,
        /// How long to wait for the next digit: 1 to 600 s, 5 s unless set.
        timeout = "Timeout": Seconds,
        /// What kind of token is made, where nothing is charged.
        token_type = "TokenType": TokenType,
        /// Which cards are taken; Visa, Mastercard and Amex unless set.
        valid_card_types = "ValidCardTypes": CardTypes,
        /// What the caller must type twice.
        require_matching_inputs = "RequireMatchingInputs": MatchingInputs,
        /// Whether the caller hears the last four digits and confirms them; not unless set.
        confirmation = "Confirmation": Toggle,
    } rules |payment, problems| {
        let ach = payment.payment_method == Some(PaymentMethod::AchDebit);
        problems.unless(
            ach || payment.bank_account_type.is_none(),
            "BankAccountType",
            "works only with PaymentMethod ach-debit",
        );
        problems.unless(
            !ach || payment.connector_parameters.is_some(),
            "Parameter",
            "is required with PaymentMethod ach-debit",
        );
        problems.unless(
            payment.connector_parameters.as_ref().is_none_or(ConnectorParameters::is_flat),
            "Parameter",
            "must be an object of one level",
        );
        problems.unless(
            payment.timeout.is_none_or(|wait| (1..=600).contains(&wait.get())),
            "Timeout",
            "must be 1 to 600 s",
        );
        problems.unless(
            payment.min_postal_code_length != Some(0),
            "MinPostalCodeLength",
            "must be at least 1",
        );
    }
}

impl CreatePayment {
    /// A session with a key of its own; results and progress are reported to the callback.
    pub fn new(idempotency_key: IdempotencyKey, status_callback: WebhookUrl) -> Self {
        Self::required(idempotency_key, status_callback)
    }
}

request! {
    /// The next step of a payment session: one more item, or its end.
    UpdatePayment {
        idempotency_key = "IdempotencyKey": IdempotencyKey,
        status_callback = "StatusCallback": WebhookUrl,
        step = "Capture": PaymentStep,
        ..
    }
}

impl UpdatePayment {
    /// Asks the caller for one item.
    pub fn capture(key: IdempotencyKey, status_callback: WebhookUrl, what: Capture) -> Self {
        Self::required(key, status_callback, PaymentStep::Capture(what))
    }

    /// All is there: the payment is made.
    pub fn complete(key: IdempotencyKey, status_callback: WebhookUrl) -> Self {
        Self::required(key, status_callback, PaymentStep::End(PaymentEnd::Complete))
    }

    /// Ends the session without a payment.
    pub fn cancel(key: IdempotencyKey, status_callback: WebhookUrl) -> Self {
        Self::required(key, status_callback, PaymentStep::End(PaymentEnd::Cancel))
    }

    /// Any step.
    pub fn step(key: IdempotencyKey, status_callback: WebhookUrl, step: PaymentStep) -> Self {
        Self::required(key, status_callback, step)
    }
}

resource! {
    /// A payment session. It says nothing of the payment: that arrives at the callback.
    Payment {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call.
        call_sid: CallSid,
        /// Its SID.
        sid: PaymentSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// The payment sessions of a call; see [`Calls::payments`].
    Payments { call: CallSid }
}

impl<'c> Calls<'c> {
    /// Payment sessions of a call.
    #[must_use]
    pub fn payments(&self, call: CallSid) -> Payments<'c> {
        Payments::new(self.client, call)
    }
}

impl Payments<'_> {
    /// Begins a session. Its key makes a second arrival harmless, so it is repeated when its outcome is unknown.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such call; 64004 for a
    /// connector that is not installed, 64013 for a way to pay that it does not know.
    pub async fn create(&self, request: &CreatePayment) -> Result<Response<Payment>, Error> {
        let form = request.form(&CREATE)?;
        self.client
            .at(ON, &CREATE)
            .path("CallSid", self.call)
            .form(form)
            .send()
            .await
    }

    /// Takes a session a step further. Each step needs a key of its own; with it, it is repeated when its outcome is
    /// unknown.
    ///
    /// Twilio answers 202: that it was taken, not how it went.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such session; 64019
    /// when it is completed with an item missing.
    pub async fn update(
        &self,
        sid: PaymentSid,
        request: &UpdatePayment,
    ) -> Result<Response<Payment>, Error> {
        let form = request.form(&UPDATE)?;
        self.client
            .at(ON, &UPDATE)
            .path("CallSid", self.call)
            .path("Sid", sid)
            .form(form)
            .send()
            .await
    }
}
