//! What a quota counts over ([`Scope`]) and what it counts ([`Unit`]).

use std::fmt;
use std::time::Duration;

/// The name a server gives one of its quotas.
///
/// In `X-RateLimit-Remaining-Tokens` it is the suffix, in `RateLimit: "burst";r=3;t=1` the policy's name; a header
/// without a suffix speaks of [`Scope::Default`]. Names this crate does not know are kept as [`Scope::Other`], as sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Scope {
    /// No name, or the name `default`.
    #[default]
    Default,
    /// `requests`: OpenAI and its kin count requests apart from tokens.
    Requests,
    /// `tokens`: language-model tokens, not requests.
    Tokens,
    /// `second`.
    Second,
    /// `minute`.
    Minute,
    /// `hour`.
    Hour,
    /// `day`.
    Day,
    /// Any other name, such as `project-tokens` or `tokens_usage_based`.
    Other(String),
}

impl Scope {
    /// The scope of that name. The known names are matched without regard to case; every other is kept as it is.
    ///
    /// ```
    /// use voice_core::limits::Scope;
    ///
    /// assert_eq!(Scope::named("Minute"), Scope::Minute);
    /// assert_eq!(Scope::named(""), Scope::Default);
    /// assert_eq!(Scope::named("project-tokens").as_str(), "project-tokens");
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Self {
        const KNOWN: [Scope; 7] = [
            Scope::Default,
            Scope::Requests,
            Scope::Tokens,
            Scope::Second,
            Scope::Minute,
            Scope::Hour,
            Scope::Day,
        ];
        if name.is_empty() {
            return Self::Default;
        }
        KNOWN
            .into_iter()
            .find(|scope| scope.as_str().eq_ignore_ascii_case(name))
            .unwrap_or_else(|| Self::Other(name.to_owned()))
    }

    /// The name, in lower case for the known ones.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Default => "default",
            Self::Requests => "requests",
            Self::Tokens => "tokens",
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Other(name) => name,
        }
    }

    /// How long the window is, where the name alone says so: [`Second`](Self::Second) to [`Day`](Self::Day).
    #[must_use]
    pub const fn length(&self) -> Option<Duration> {
        match self {
            Self::Second => Some(Duration::from_secs(1)),
            Self::Minute => Some(Duration::from_secs(60)),
            Self::Hour => Some(Duration::from_secs(60 * 60)),
            Self::Day => Some(Duration::from_secs(24 * 60 * 60)),
            Self::Default | Self::Requests | Self::Tokens | Self::Other(_) => None,
        }
    }

    /// The scope of a window of that length, for policies that have no name.
    pub(super) fn of_length(length: Duration) -> Self {
        [Self::Second, Self::Minute, Self::Hour, Self::Day]
            .into_iter()
            .find(|scope| scope.length() == Some(length))
            .unwrap_or_else(|| Self::Other(format!("{}s", length.as_secs())))
    }

    /// What a quota of this name counts, unless the server says otherwise.
    pub(super) fn unit(&self) -> Unit {
        match self {
            Self::Tokens => Unit::Tokens,
            Self::Other(_) => Unit::Unknown,
            Self::Default
            | Self::Requests
            | Self::Second
            | Self::Minute
            | Self::Hour
            | Self::Day => Unit::Requests,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a quota counts.
///
/// The names are those of the `qu` parameter in draft-ietf-httpapi-ratelimit-headers-10, section 3.1.2. Only quotas in
/// [`Unit::Requests`] steer the [`Limiter`](super::Limiter).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Unit {
    /// Requests.
    #[default]
    Requests,
    /// Language-model tokens.
    Tokens,
    /// Bytes of content, `content-bytes`.
    ContentBytes,
    /// Requests at the same time, `concurrent-requests`.
    ConcurrentRequests,
    /// A suffix nobody explains.
    Unknown,
    /// Another unit that the server names.
    Other(String),
}

impl Unit {
    /// The unit of that name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "requests" => Self::Requests,
            "tokens" => Self::Tokens,
            "content-bytes" => Self::ContentBytes,
            "concurrent-requests" => Self::ConcurrentRequests,
            other => Self::Other(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_unknown_ones_are_kept() {
        for name in [
            "default", "requests", "tokens", "second", "minute", "hour", "day",
        ] {
            let scope = Scope::named(&name.to_uppercase());
            assert!(!matches!(scope, Scope::Other(_)), "{name}");
            assert_eq!(scope.to_string(), name);
        }
        assert_eq!(
            Scope::named("_usage_based"),
            Scope::Other("_usage_based".to_owned())
        );
    }

    #[test]
    fn lengths_give_the_name_back() {
        for scope in [Scope::Second, Scope::Minute, Scope::Hour, Scope::Day] {
            assert_eq!(Scope::of_length(scope.length().unwrap()), scope);
        }
        assert_eq!(Scope::of_length(Duration::from_secs(90)).as_str(), "90s");
        let seconds = [Scope::Second, Scope::Minute, Scope::Hour, Scope::Day]
            .map(|scope| scope.length().map(|length| length.as_secs()));
        assert_eq!(seconds, [Some(1), Some(60), Some(3_600), Some(86_400)]);
    }
}
