//! What can be wrong.

use clap::ValueEnum;

/// Something that is wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Fault {
    /// A variable is missing, and another is a placeholder in quotes
    Env,
    /// The API's name does not resolve
    Dns,
    /// Nothing listens at the API's port
    Tcp,
    /// The API's certificate has expired
    TlsExpired,
    /// The API's certificate is for another name
    TlsName,
    /// The API's certificate comes from an authority nobody knows
    TlsUntrusted,
    /// An inspecting proxy answers in the API's place
    TlsInspected,
    /// The credentials are wrong
    Auth,
    /// The account is suspended (Twilio)
    Suspended,
    /// The number to call from is not the account's (Twilio)
    Number,
    /// This machine's clock is an hour ahead
    Clock,
    /// The account has used up its requests
    RateLimit,
    /// The API answers 503
    Down,
    /// The API answers late
    Slow,
    /// The webhook takes forged signatures
    Webhook,
    /// The webhook redirects
    WebhookRedirect,
    /// The proxy in front of the webhook answers 502
    WebhookDown,
    /// The webhook's name leads to a private address
    WebhookPrivate,
}

impl Fault {
    /// Its name on the command line.
    #[must_use]
    pub fn as_str(self) -> String {
        let value = self.to_possible_value();
        value
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// Whether it shows in the findings of these providers.
    #[must_use]
    pub fn concerns(self, providers: &[super::Provider]) -> bool {
        use super::Provider;
        match self {
            Self::Suspended | Self::Number => providers.contains(&Provider::Twilio),
            Self::Webhook | Self::WebhookRedirect | Self::WebhookDown => providers
                .iter()
                .any(|provider| !matches!(provider, Provider::Exotel | Provider::PromptOps)),
            Self::WebhookPrivate => providers
                .iter()
                .any(|provider| *provider != Provider::PromptOps),
            _ => !providers.is_empty(),
        }
    }
}
