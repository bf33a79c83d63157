//! `<Pay>`: takes a payment by keys, without the card's number reaching the application.

use std::time::Duration;

use super::macros::{begins_empty, takes_parameters, twiml_element};
use super::{
    BankAccountType, CardType, LanguageTag, Link, Parameter, Pause, PayInput, PaymentMethod, Play,
    PostalCode, PromptError, PromptFor, Say, TokenType,
};
use crate::types::{HttpMethod, Toggle};

twiml_element! {
    /// `<Pay>`: asks for a card or a bank account and charges it, or keeps a token for it.
    ///
    /// Its URLs must be HTTPS, on this machine too.
    ///
    /// ```
    /// use twilio_client::twiml::{CardType, Link, Pay, Prompt, PromptFor, Response, Say};
    ///
    /// let pay = Pay::new()
    ///     .charge_amount("19.90")
    ///     .currency("eur")
    ///     .valid_card_types([CardType::Visa, CardType::Mastercard])
    ///     .action(Link::parse("https://hooks.example.com/paid")?)
    ///     .with(Prompt::new(PromptFor::PaymentCardNumber).attempt([1]).with(Say::new("Please enter your card's number.")));
    /// assert!(Response::new().with(pay).to_twiml().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Pay = "Pay" [Parameter, Prompt] {
        /// What is requested with the outcome; then verbs after it are not reached.
        action = "action": Link,
        /// Where each step is reported.
        status_callback = "statusCallback": Link,
        /// How they are reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
        /// What is charged, such as `19.90`; 0 or nothing makes a token only.
        charge_amount = "chargeAmount": String,
        /// In which currency, such as `eur`; `usd` unless set.
        currency = "currency": String,
        /// What it is for, as the processor shows it.
        description = "description": String,
        /// How data is entered.
        input = "input": PayInput,
        /// What is paid with; a card unless set.
        payment_method = "paymentMethod": PaymentMethod,
        /// The kind of the bank account.
        bank_account_type = "bankAccountType": BankAccountType,
        /// The connector to the processor; `Default` unless set.
        payment_connector = "paymentConnector": String,
        /// What stands for the card afterwards.
        token_type = "tokenType": TokenType,
        /// Which cards are accepted; Visa, Mastercard and American Express unless set.
        valid_card_types = "validCardTypes": Vec<CardType>,
        /// Whether the security code is asked for; it is unless set.
        security_code = "securityCode": Toggle,
        /// Whether the postal code is asked for, or what it is.
        postal_code = "postalCode": PostalCode,
        /// How many characters a postal code has at least.
        min_postal_code_length = "minPostalCodeLength": u32,
        /// How often each step is tried; once unless set.
        max_attempts = "maxAttempts": u32,
        /// How long to wait for the next key; 5 s unless set.
        timeout = "timeout": Duration,
        /// The language of the prompts.
        language = "language": LanguageTag,
    }
}

begins_empty! {
    /// Takes a payment with Twilio's defaults.
    Pay,
}

takes_parameters! { Pay }

twiml_element! {
    /// `<Prompt>`: what is said in a step of a payment; in a [`Pay`], or as a verb for payments begun by the API.
    Prompt = "Prompt" [Pause, Play, Say] {
        /// The step.
        step = "for": PromptFor,
        /// In which attempts; in all unless set.
        attempt = "attempt": Vec<u32>,
        /// For which cards; for all unless set.
        card_type = "cardType": Vec<CardType>,
        /// After which errors; whether or not there was one unless set.
        error_type = "errorType": Vec<PromptError>,
        /// Whether the entry has to be made twice, the same.
        require_matching_inputs = "requireMatchingInputs": Toggle,
    }
}

impl Prompt {
    /// What is said in this step.
    pub fn new(step: impl Into<PromptFor>) -> Self {
        Self::empty().step(step)
    }
}
