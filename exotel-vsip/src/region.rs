//! The two regions, and other hosts.

use std::fmt;
use std::str::FromStr;

use voice_core::transport::{BaseUrl, BaseUrlError};

/// Where an account lives. Key and token of one region are refused with 401 by the other.
///
/// ```
/// use exotel_vsip::Region;
///
/// assert_eq!(Region::Mumbai.base_url(), "https://api.in.exotel.com");
/// assert!(matches!("api.exotel.com".parse()?, Region::Singapore));
/// assert!(matches!("https://api.in.exotel.com/".parse()?, Region::Mumbai));
/// assert!(matches!("http://127.0.0.1:8080".parse()?, Region::Custom(_)));
/// # Ok::<(), voice_core::transport::BaseUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Region {
    /// India: `api.in.exotel.com`. The default, as in the vendor's trunking guides.
    #[default]
    Mumbai,
    /// Singapore: `api.exotel.com`.
    Singapore,
    /// Another host: a gateway or a simulator.
    Custom(BaseUrl),
}

const MUMBAI: &str = "https://api.in.exotel.com";
const SINGAPORE: &str = "https://api.exotel.com";

impl Region {
    /// Another host by its URL: `https`, or `http` to this machine.
    ///
    /// # Errors
    /// [`BaseUrlError`] says which rule broke.
    pub fn custom(url: &str) -> Result<Self, BaseUrlError> {
        BaseUrl::parse(url).map(Self::Custom)
    }

    /// Where the API is.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Mumbai => MUMBAI,
            Self::Singapore => SINGAPORE,
            Self::Custom(base) => base.as_str(),
        }
    }

    /// The host of the region's dashboard, which also serves the flow URLs of voice v1; `None` for a host of one's own.
    #[must_use]
    pub fn dashboard(&self) -> Option<&'static str> {
        match self {
            Self::Mumbai => Some("my.in.exotel.com"),
            Self::Singapore => Some("my.exotel.com"),
            Self::Custom(_) => None,
        }
    }

    /// The name for people: `Mumbai`, `Singapore`, `custom`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Mumbai => "Mumbai",
            Self::Singapore => "Singapore",
            Self::Custom(_) => "custom",
        }
    }

    pub(crate) fn base(&self) -> Result<BaseUrl, BaseUrlError> {
        match self {
            Self::Custom(base) => Ok(base.clone()),
            known => BaseUrl::parse(known.base_url()),
        }
    }
}

/// A host (`api.in.exotel.com`) or a URL (`https://api.in.exotel.com/`).
impl FromStr for Region {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let base = if text.contains("://") {
            BaseUrl::parse(text)?
        } else {
            BaseUrl::parse(&format!("https://{text}"))?
        };
        Ok(match base.as_str() {
            MUMBAI => Self::Mumbai,
            SINGAPORE => Self::Singapore,
            _ => Self::Custom(base),
        })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.base_url())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hosts_and_urls_of_a_region_are_that_region() {
        for text in [
            "api.in.exotel.com",
            "API.in.exotel.com",
            "https://api.in.exotel.com",
            "https://api.in.exotel.com/",
            "https://api.in.exotel.com:443/",
        ] {
            assert_eq!(text.parse(), Ok(Region::Mumbai), "{text}");
        }
        assert_eq!("api.exotel.com/".parse(), Ok(Region::Singapore));
        for (text, url) in [
            ("gateway.example/exo", "https://gateway.example/exo"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ] {
            let region: Region = text.parse().unwrap();
            assert_eq!((region.base_url(), region.dashboard()), (url, None));
        }
    }

    #[test]
    fn credentials_and_plain_http_are_refused() {
        for (bad, error) in [
            ("http://api.in.exotel.com", BaseUrlError::Insecure),
            (
                "https://key:token@api.in.exotel.com",
                BaseUrlError::Credentials,
            ),
            ("key:token@api.in.exotel.com", BaseUrlError::Credentials),
            ("", BaseUrlError::Malformed),
            ("ftp://api.in.exotel.com", BaseUrlError::Scheme),
            ("api.in.exotel.com?x=1", BaseUrlError::Extra),
        ] {
            assert_eq!(bad.parse::<Region>(), Err(error), "{bad}");
        }
    }

    #[test]
    fn known_regions_are_base_urls() {
        for region in [Region::Mumbai, Region::Singapore] {
            assert_eq!(region.base().unwrap().as_str(), region.base_url());
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Region>();
        }
    }
}
