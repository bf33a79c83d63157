//! The words of payments: cards, accounts, tokens, and the steps of a payment.

use super::attribute::words;
use crate::types::open_enum;

open_enum! {
    /// The kind of a bank account.
    BankAccountType {
        /// A person's current account; the default.
        ConsumerChecking = "consumer-checking",
        /// A person's savings.
        ConsumerSavings = "consumer-savings",
        /// A company's current account.
        CommercialChecking = "commercial-checking",
        /// A company's savings.
        CommercialSavings = "commercial-savings",
    }
}

open_enum! {
    /// How payment data is entered.
    PayInput {
        /// By keys; the only way.
        Dtmf = "dtmf",
    }
}

open_enum! {
    /// What is paid with.
    PaymentMethod {
        /// A bank account.
        AchDebit = "ach-debit",
        /// A card; the default.
        CreditCard = "credit-card",
    }
}

open_enum! {
    /// What stands for the card afterwards.
    TokenType {
        /// Good for one payment.
        OneTime = "one-time",
        /// Good for many; the default.
        Reusable = "reusable",
        /// A payment method in the processor's sense.
        PaymentMethod = "payment-method",
    }
}

open_enum! {
    /// A brand of cards.
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
        /// enRoute.
        Enroute = "enroute",
    }
}

open_enum! {
    /// What went wrong in a step of a payment.
    PromptError {
        /// Nothing was entered in time.
        Timeout = "timeout",
        /// No card has this number.
        InvalidCardNumber = "invalid-card-number",
        /// The card's brand is not accepted.
        InvalidCardType = "invalid-card-type",
        /// The date is none, or past.
        InvalidDate = "invalid-date",
        /// The security code is too long or too short.
        InvalidSecurityCode = "invalid-security-code",
        /// The processor or Twilio failed.
        InternalError = "internal-error",
        /// Two entries that should be the same differ.
        InputMatchingFailed = "input-matching-failed",
    }
}

open_enum! {
    /// The step of a payment a prompt is for.
    PromptFor {
        /// The card's number.
        PaymentCardNumber = "payment-card-number",
        /// The date it ends.
        ExpirationDate = "expiration-date",
        /// The code on its back.
        SecurityCode = "security-code",
        /// The payer's postal code.
        PostalCode = "postal-code",
        /// While the processor works.
        PaymentProcessing = "payment-processing",
        /// The bank account's number.
        BankAccountNumber = "bank-account-number",
        /// The bank's routing number.
        BankRoutingNumber = "bank-routing-number",
    }
}

open_enum! {
    /// Whether the payer's postal code is asked for; any other text is the code itself, already known.
    PostalCode {
        /// It is; the default.
        Asked = "true",
        /// It is not.
        NotAsked = "false",
    }
}

words! { BankAccountType, PayInput, PaymentMethod, TokenType, CardType, PromptError, PromptFor, PostalCode }
