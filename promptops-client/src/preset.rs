//! Named settings, and the environment a service runs in.

use std::str::FromStr;
use std::time::Duration;

use voice_core::transport::{BaseUrl, BaseUrlError};

/// Named settings, as the service's documentation gives them for an environment. Without one the family's defaults hold.
///
/// | preset | origin | attempt timeout | attempts | cache TTL |
/// |---|---|---|---|---|
/// | development | `http://localhost:8000` | 30 s | 3 | 300 s |
/// | staging | `https://staging-api.promptops.com` | the family's | the family's | the family's |
/// | production | `https://api.promptops.com` | 60 s | 5 | 600 s |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preset {
    /// A server on this machine.
    Development,
    /// The service's staging environment.
    Staging,
    /// The service itself.
    Production,
}

/// Not the name of a preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is development, staging or production")]
pub struct UnknownPreset;

impl Preset {
    /// Where the service is.
    #[must_use]
    pub const fn origin(self) -> &'static str {
        match self {
            Self::Development => "http://localhost:8000",
            Self::Staging => "https://staging-api.promptops.com",
            Self::Production => DEFAULT_ORIGIN,
        }
    }

    /// Longest time of one attempt.
    #[must_use]
    pub const fn timeout(self) -> Option<Duration> {
        match self {
            Self::Development => Some(Duration::from_secs(30)),
            Self::Staging => None,
            Self::Production => Some(Duration::from_secs(60)),
        }
    }

    /// Attempts, the first included.
    #[must_use]
    pub const fn attempts(self) -> Option<u32> {
        match self {
            Self::Development => Some(3),
            Self::Staging => None,
            Self::Production => Some(5),
        }
    }

    /// How long a cached prompt is fresh.
    #[must_use]
    pub const fn cache_ttl(self) -> Option<Duration> {
        match self {
            Self::Development => Some(Duration::from_secs(300)),
            Self::Staging => None,
            Self::Production => Some(Duration::from_secs(600)),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl FromStr for Preset {
    type Err = UnknownPreset;

    fn from_str(text: &str) -> Result<Self, UnknownPreset> {
        [Self::Development, Self::Staging, Self::Production]
            .into_iter()
            .find(|preset| text.eq_ignore_ascii_case(preset.as_str()))
            .ok_or(UnknownPreset)
    }
}

/// Where requests go unless something else is set.
pub(crate) const DEFAULT_ORIGIN: &str = "https://api.promptops.com";

/// An origin: a base URL whose path, if any, was one of the prefixes people write, and is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Origin(pub(crate) BaseUrl);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OriginError {
    #[error(transparent)]
    Url(#[from] BaseUrlError),
    #[error("is an origin without a path; only a trailing /, /v1 or /v1/client is dropped")]
    Path,
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let base = BaseUrl::parse(text)?;
        let whole = base.as_str();
        let origin = ["/v1/client", "/v1"]
            .iter()
            .find_map(|prefix| whole.strip_suffix(prefix))
            .unwrap_or(whole);
        let base = BaseUrl::parse(origin)?;
        let has_path = base
            .as_str()
            .split_once("://")
            .is_some_and(|(_, rest)| rest.contains('/'));
        if has_path {
            return Err(OriginError::Path);
        }
        Ok(Self(base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefixes_people_write_are_dropped_and_other_paths_refused() {
        for text in [
            "https://a.example",
            "https://a.example/",
            "https://a.example/v1",
            "https://a.example/v1/",
            "https://a.example/v1/client",
            "https://a.example/v1/client/",
        ] {
            let origin: Origin = text.parse().unwrap();
            assert_eq!(origin.0.as_str(), "https://a.example", "{text}");
        }
        for (text, error) in [
            ("https://a.example/api", OriginError::Path),
            ("https://a.example/v1/v1", OriginError::Path),
            ("https://a.example/client", OriginError::Path),
            (
                "http://a.example/v1",
                OriginError::Url(BaseUrlError::Insecure),
            ),
            (
                "https://k:s@a.example",
                OriginError::Url(BaseUrlError::Credentials),
            ),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn presets_are_named_and_lead_somewhere() {
        for preset in [Preset::Development, Preset::Staging, Preset::Production] {
            assert_eq!(preset.as_str().to_uppercase().parse(), Ok(preset));
            assert!(preset.origin().parse::<Origin>().is_ok());
        }
        assert!("test".parse::<Preset>().is_err());
    }
}
