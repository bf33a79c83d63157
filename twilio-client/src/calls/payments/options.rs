//! The words and values of payments.

use std::fmt;

use serde_json::{Map, Value};

use crate::types::{Encode, Sink, open_enum};

open_enum! {
    /// A kind of bank account.
    BankAccountType {
        /// A person's checking account.
        ConsumerChecking = "consumer-checking",
        /// A person's savings account.
        ConsumerSavings = "consumer-savings",
        /// A business's checking account.
        CommercialChecking = "commercial-checking",
    }
}

open_enum! {
    /// How is paid.
    PaymentMethod {
        /// By card.
        CreditCard = "credit-card",
        /// By a debit of a bank account.
        AchDebit = "ach-debit",
    }
}

open_enum! {
    /// What kind of token is made.
    TokenType {
        /// For one payment.
        OneTime = "one-time",
        /// For many.
        Reusable = "reusable",
        /// A payment method of the connector's.
        PaymentMethod = "payment-method",
    }
}

open_enum! {
    /// How the caller answers.
    PaymentInput {
        /// With the keys; all there is.
        Dtmf = "dtmf",
    }
}

open_enum! {
    /// An item the caller is asked for; a matcher asks for it a second time.
    Capture {
        /// The card's number.
        PaymentCardNumber = "payment-card-number",
        /// The month and year the card ends.
        ExpirationDate = "expiration-date",
        /// The card's security code.
        SecurityCode = "security-code",
        /// The postal code.
        PostalCode = "postal-code",
        /// The bank's routing number.
        BankRoutingNumber = "bank-routing-number",
        /// The account's number.
        BankAccountNumber = "bank-account-number",
        /// The card's number again.
        PaymentCardNumberMatcher = "payment-card-number-matcher",
        /// The month and year again.
        ExpirationDateMatcher = "expiration-date-matcher",
        /// The security code again.
        SecurityCodeMatcher = "security-code-matcher",
        /// The postal code again.
        PostalCodeMatcher = "postal-code-matcher",
    }
}

open_enum! {
    /// How a session ends.
    PaymentEnd {
        /// The payment is made.
        Complete = "complete",
        /// It is not.
        Cancel = "cancel",
    }
}

open_enum! {
    /// A kind of card.
    CardType {
        /// Visa.
        Visa = "visa",
        /// Mastercard.
        Mastercard = "mastercard",
        /// American Express.
        Amex = "amex",
        /// Maestro.
        Maestro = "maestro",
        /// Discover.
        Discover = "discover",
        /// Optima.
        Optima = "optima",
        /// JCB.
        Jcb = "jcb",
        /// Diners Club.
        DinersClub = "diners-club",
        /// EnRoute.
        Enroute = "enroute",
    }
}

/// A step of a session: exactly one of two.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentStep {
    /// One more item is asked for.
    Capture(Capture),
    /// The session ends.
    End(PaymentEnd),
}

impl Encode for PaymentStep {
    fn encode(&self, _: &str, sink: Sink<'_>) {
        match self {
            Self::Capture(what) => sink("Capture", what.as_str()),
            Self::End(how) => sink("Status", how.as_str()),
        }
    }
}

/// Several kinds of card; Twilio takes them in one value, separated by blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardTypes(Vec<CardType>);

impl<I: IntoIterator<Item = CardType>> From<I> for CardTypes {
    fn from(types: I) -> Self {
        Self(types.into_iter().collect())
    }
}

impl Encode for CardTypes {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        let words: Vec<&str> = self.0.iter().map(CardType::as_str).collect();
        sink(name, &words.join(" "));
    }
}

/// What the caller must type twice: card number, expiration date, security code, postal code. Twilio takes them in one
/// value, separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingInputs(Vec<Capture>);

impl<I: IntoIterator<Item = Capture>> From<I> for MatchingInputs {
    fn from(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl Encode for MatchingInputs {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        let words: Vec<&str> = self.0.iter().map(Capture::as_str).collect();
        sink(name, &words.join(","));
    }
}

/// Values for a connector: a JSON object of one level. `Debug` shows the names.
#[derive(Clone, PartialEq)]
pub struct ConnectorParameters(Map<String, Value>);

impl From<Map<String, Value>> for ConnectorParameters {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl ConnectorParameters {
    /// One level, as documented: no value is an object or a list.
    pub(super) fn is_flat(&self) -> bool {
        !self
            .0
            .values()
            .any(|value| value.is_object() || value.is_array())
    }
}

impl Encode for ConnectorParameters {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        let text = serde_json::to_string(&self.0).unwrap_or_default();
        sink(name, &text);
    }
}

impl fmt::Debug for ConnectorParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// An amount of money: 0 up to, but not including, 1,000,000, written in decimal digits, so that nothing is lost to binary
/// fractions.
///
/// ```
/// use twilio_client::calls::payments::ChargeAmount;
///
/// assert_eq!(ChargeAmount::parse("19.99")?.as_str(), "19.99");
/// assert!(ChargeAmount::parse("1e3").is_err());
/// assert!(ChargeAmount::parse("1000000").is_err());
/// # Ok::<(), twilio_client::calls::payments::ChargeAmountError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeAmount(Box<str>);

/// A text is no amount that can be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error(
    "expected an amount such as 19.99: digits, below 1,000,000, with at most 6 after the point"
)]
pub struct ChargeAmountError;

impl ChargeAmount {
    /// Takes an amount such as `19.99`.
    ///
    /// # Errors
    /// [`ChargeAmountError`] for a sign, an exponent, a missing digit before or after the point, more than 6 digits after
    /// it, or 1,000,000 and more.
    pub fn parse(text: &str) -> Result<Self, ChargeAmountError> {
        let digits = |part: &str| {
            (1..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let good = match text.split_once('.') {
            None => digits(text),
            Some((whole, fraction)) => digits(whole) && digits(fraction),
        };
        if good {
            Ok(Self(text.into()))
        } else {
            Err(ChargeAmountError)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Encode for ChargeAmount {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, self.as_str());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_plain_decimals_below_a_million() {
        for good in ["0", "19.99", "999999.999999", "0.5"] {
            assert_eq!(ChargeAmount::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "1000000",
            "1.0000001",
            "1.2.3",
            "١",
        ] {
            assert_eq!(ChargeAmount::parse(bad), Err(ChargeAmountError), "{bad}");
        }
    }

    #[test]
    fn lists_are_joined_as_documented() {
        let mut sent = Vec::new();
        let mut sink = |name: &str, value: &str| sent.push(format!("{name}={value}"));
        CardTypes::from([CardType::Visa, CardType::Amex]).encode("V", &mut sink);
        MatchingInputs::from([Capture::SecurityCode, Capture::PostalCode]).encode("R", &mut sink);
        assert_eq!(sent, ["V=visa amex", "R=security-code,postal-code"]);
    }

    proptest! {
        #[test]
        fn what_is_taken_is_a_number_in_range(text in "[0-9.]{0,9}|.*") {
            if ChargeAmount::parse(&text).is_ok() {
                let number: f64 = text.parse().unwrap();
                prop_assert!((0.0..1_000_000.0).contains(&number));
            }
        }
    }
}
