//! Reading a connection override out of a URL.

use std::time::Duration;

use voice_core::webhook::WebhookUrl;

use super::{ConnectionOverride, OverrideError, RetryOn};
use crate::types::Toggle;
use crate::{Edge, HostPartError};

/// The settings that have a method of their own.
pub(super) const KNOWN: [&str; 7] = ["ct", "rt", "tt", "rc", "rp", "e", "sni"];

impl ConnectionOverride {
    /// The settings in a URL's fragment; `None` when it has none or an empty one.
    ///
    /// # Errors
    /// [`OverrideError`] for the first setting that Twilio would not take. A retry policy this version does not know is
    /// refused, since it is more often a mistake than news; [`retry_on`](Self::retry_on) takes it as [`RetryOn::Other`].
    /// Settings of unknown names are kept.
    pub fn parse(url: &WebhookUrl) -> Result<Option<Self>, OverrideError> {
        match url.fragment() {
            None | Some("") => Ok(None),
            Some(fragment) => Self::parse_fragment(fragment).map(Some),
        }
    }

    /// The settings in a fragment, given without its `#`.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn parse_fragment(fragment: &str) -> Result<Self, OverrideError> {
        let mut read = Self::new();
        let mut seen: Vec<&str> = Vec::new();
        for pair in fragment.split('&') {
            let (name, value) = pair.split_once('=').ok_or(OverrideError::Malformed)?;
            if seen.contains(&name) {
                return Err(OverrideError::Repeated);
            }
            seen.push(name);
            read = read.with_setting(name, value)?;
        }
        Ok(read)
    }

    fn with_setting(self, name: &str, value: &str) -> Result<Self, OverrideError> {
        // A number too long or none at all is as far out of range as can be.
        let number = || {
            let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            digits
                .then(|| value.parse::<u32>().ok())
                .flatten()
                .unwrap_or(u32::MAX)
        };
        let millis = || Duration::from_millis(number().into());
        match name {
            "ct" => self.connect_timeout(millis()),
            "rt" => self.read_timeout(millis()),
            "tt" => self.total_timeout(millis()),
            "rc" => self.retries(u8::try_from(number()).unwrap_or(u8::MAX)),
            "rp" => {
                let words: Vec<RetryOn> = value.split(',').map(RetryOn::from_word).collect();
                if words.iter().any(|word| matches!(word, RetryOn::Other(_))) {
                    return Err(OverrideError::Policy);
                }
                self.retry_on(words)
            }
            "e" => {
                let edges: Result<Vec<Edge>, HostPartError> =
                    value.split(',').map(Edge::parse).collect();
                self.edges(edges.map_err(|error| match error {
                    HostPartError::Roaming => OverrideError::EdgeNotSupported,
                    HostPartError::Form => OverrideError::Edge,
                })?)
            }
            "sni" => match value {
                "y" => Ok(self.sni(Toggle::On)),
                "n" => Ok(self.sni(Toggle::Off)),
                _ => Err(OverrideError::Sni),
            },
            _ => self.other(name, value),
        }
    }
}
