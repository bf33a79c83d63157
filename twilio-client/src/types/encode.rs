//! How values become parameters, the same for forms and queries.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use voice_core::ident::{self, E164, SipUri};
use voice_core::webhook::WebhookUrl;

use super::{DateFilter, Endpoint, Numeric, Toggle, whole_seconds};

/// Takes the pairs of a request, one by one.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&str, &str);

/// A value of a parameter.
pub(crate) trait Encode {
    /// Gives the pairs for the parameter `name`: usually one; one for each item of a list.
    fn encode(&self, name: &str, sink: Sink<'_>);
}

/// A duration the API takes in whole seconds; part of one counts as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(Duration);

/// A duration the API takes in whole milliseconds; what is below one is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Milliseconds(Duration);

impl Seconds {
    /// The number sent.
    #[must_use]
    pub fn get(self) -> u64 {
        whole_seconds(self.0)
    }
}

impl Milliseconds {
    /// The number sent.
    #[must_use]
    pub fn get(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }
}

impl From<Duration> for Seconds {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl From<Duration> for Milliseconds {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

/// Lists are repeated keys; never one value joined by commas.
impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        for item in self {
            item.encode(name, &mut *sink);
        }
    }
}

macro_rules! encode {
    ($($type:ty: |$value:ident| $text:expr;)*) => {$(
        impl Encode for $type {
            fn encode(&self, name: &str, sink: Sink<'_>) {
                let $value = self;
                sink(name, $text);
            }
        }
    )*};
}

encode! {
    String: |value| value;
    u32: |value| &value.to_string();
    Seconds: |value| &value.get().to_string();
    Milliseconds: |value| &value.get().to_string();
    Toggle: |value| value.as_str();
    Endpoint: |value| value.as_str();
    E164: |value| value.as_str();
    SipUri: |value| value.as_str();
    SecretString: |value| value.expose_secret();
    WebhookUrl: |value| value.as_str();
    DateFilter: |value| &value.to_string();
    u64: |value| &value.to_string();
    f64: |value| &value.to_string();
    Numeric: |value| value.as_str();
    Value: |value| &value.to_string();
}

macro_rules! encode_sids {
    ($($name:ident)*) => {$(
        impl Encode for ident::$name {
            fn encode(&self, name: &str, sink: Sink<'_>) {
                sink(name, self.as_str());
            }
        }
    )*};
}

encode_sids! {
    AccountSid AddressSid ApplicationSid ByocTrunkSid CallSid ConferenceSid ConnectionPolicySid CredentialListSid
    InstalledAddOnSid IpAccessControlListSid IpRecordSid OauthAppSid PhoneNumberSid QueueSid RecordingSid SipDomainSid
    TrunkSid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_repeat_their_key_and_durations_are_whole() {
        let mut pairs = Vec::new();
        let mut sink = |name: &str, value: &str| pairs.push(format!("{name}={value}"));
        vec![Toggle::On, Toggle::Off].encode("A", &mut sink);
        Seconds::from(Duration::from_millis(1001)).encode("S", &mut sink);
        Milliseconds::from(Duration::from_micros(2500)).encode("M", &mut sink);
        assert_eq!(pairs, ["A=true", "A=false", "S=2", "M=2"]);
        assert_eq!(Seconds::from(Duration::MAX).get(), u64::MAX);
        assert_eq!(Milliseconds::from(Duration::MAX).get(), u64::MAX);
    }
}
