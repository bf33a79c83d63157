//! How Twilio connects to a webhook: timeouts, retries and edges, written into the URL's fragment.
//!
//! The fragment is an instruction to Twilio. It is not sent to your server and is not signed. Twilio's page on connection
//! overrides has the ranges; they are checked here, since Twilio says nothing when the URL is handed over, and fails the
//! webhook in the middle of a call.

mod error;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use voice_core::webhook::WebhookUrl;

use crate::Edge;
use crate::types::{Toggle, open_enum};

pub use error::OverrideError;

open_enum! {
    /// A failure after which Twilio tries again.
    RetryOn {
        /// No connection in time; the default.
        ConnectTimeout = "ct",
        /// No answer in time.
        ReadTimeout = "rt",
        /// A status from 400 to 499.
        ClientErrors = "4xx",
        /// A status from 500 to 599.
        ServerErrors = "5xx",
        /// Each of these.
        All = "all",
    }
}

/// How Twilio connects to one webhook URL. What is not set stays Twilio's default.
///
/// ```
/// use std::time::Duration;
/// use twilio_client::webhook::{ConnectionOverride, OverrideError, RetryOn};
/// use voice_core::webhook::WebhookUrl;
///
/// let patient = ConnectionOverride::new()
///     .retries(2)?
///     .read_timeout(Duration::from_secs(10))?
///     .retry_on([RetryOn::ConnectTimeout, RetryOn::ReadTimeout, RetryOn::ServerErrors])?;
/// let url = patient.apply(&WebhookUrl::parse("https://hooks.example.com/voice?a=b")?);
/// assert_eq!(url.as_str(), "https://hooks.example.com/voice?a=b#rt=10000&rc=2&rp=ct,rt,5xx");
/// assert_eq!(ConnectionOverride::parse(&url)?, Some(patient));
///
/// let wrong = ConnectionOverride::parse_fragment("rp=5x");
/// assert_eq!(wrong, Err(OverrideError::Policy));
/// assert_eq!(OverrideError::Policy.code().map(|code| code.get()), Some(11243));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A relative link of a TwiML document takes one as well: `format!("/next#{patient}")`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "it does nothing until it is applied to a URL"]
pub struct ConnectionOverride {
    connect: Option<u16>,
    read: Option<u16>,
    total: Option<u16>,
    retries: Option<u8>,
    policies: Vec<RetryOn>,
    edges: Vec<Edge>,
    sni: Option<Toggle>,
    more: Vec<(String, String)>,
}

impl ConnectionOverride {
    /// All of Twilio's defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long Twilio waits for a connection (`ct`): 100 ms to 10 s, by default 5 s. Parts of a millisecond are counted
    /// as a whole.
    ///
    /// # Errors
    /// [`OverrideError::Range`].
    pub fn connect_timeout(mut self, timeout: Duration) -> Result<Self, OverrideError> {
        self.connect = Some(millis("ct", timeout, 10_000)?);
        Ok(self)
    }

    /// How long Twilio waits for the answer on a standing connection (`rt`): 100 ms to 15 s, by default 15 s.
    ///
    /// # Errors
    /// [`OverrideError::Range`].
    pub fn read_timeout(mut self, timeout: Duration) -> Result<Self, OverrideError> {
        self.read = Some(millis("rt", timeout, 15_000)?);
        Ok(self)
    }

    /// How long all tries may take together (`tt`): 100 ms to 15 s, by default 15 s.
    ///
    /// # Errors
    /// [`OverrideError::Range`].
    pub fn total_timeout(mut self, timeout: Duration) -> Result<Self, OverrideError> {
        self.total = Some(millis("tt", timeout, 15_000)?);
        Ok(self)
    }

    /// How often Twilio tries again (`rc`): 0 to 5 times, by default once. Every try carries the same
    /// `I-Twilio-Idempotency-Token`; see [`dedup_key`](super::dedup_key).
    ///
    /// # Errors
    /// [`OverrideError::Range`].
    pub fn retries(mut self, count: u8) -> Result<Self, OverrideError> {
        if count > 5 {
            return Err(OverrideError::Range {
                setting: "rc",
                min: 0,
                max: 5,
            });
        }
        self.retries = Some(count);
        Ok(self)
    }

    /// After which failures Twilio tries again (`rp`), by default when no connection stands in time. What is named twice
    /// is sent once. A word this version does not know, as [`RetryOn::Other`], is 1 to 16 lower-case letters and digits.
    ///
    /// # Errors
    /// [`OverrideError::Policy`] for none at all and for another form of word.
    pub fn retry_on(
        mut self,
        failures: impl IntoIterator<Item = RetryOn>,
    ) -> Result<Self, OverrideError> {
        self.policies.clear();
        for failure in failures {
            let word = failure.as_str();
            let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            if word.is_empty() || word.len() > 16 || !word.bytes().all(good) {
                return Err(OverrideError::Policy);
            }
            if !self.policies.iter().any(|known| known.as_str() == word) {
                self.policies.push(failure);
            }
        }
        if self.policies.is_empty() {
            return Err(OverrideError::Policy);
        }
        Ok(self)
    }

    /// From which edges Twilio connects (`e`), in this order. What is named twice is sent once.
    ///
    /// # Errors
    /// [`OverrideError::Edge`] for none at all. Whether an edge of a name exists only Twilio knows; it reports one that
    /// does not with 11240 or 11241.
    pub fn edges(mut self, edges: impl IntoIterator<Item = Edge>) -> Result<Self, OverrideError> {
        self.edges.clear();
        for edge in edges {
            if !self.edges.contains(&edge) {
                self.edges.push(edge);
            }
        }
        if self.edges.is_empty() {
            return Err(OverrideError::Edge);
        }
        Ok(self)
    }

    /// Whether Twilio names the host while TLS is set up (`sni`).
    pub fn sni(mut self, sni: Toggle) -> Self {
        self.sni = Some(sni);
        self
    }

    /// Any other setting by its own name, for what Twilio adds before this crate knows it.
    ///
    /// # Errors
    /// [`OverrideError::Repeated`] for a name that is set by a method here or was given before,
    /// [`OverrideError::Malformed`] when the name is not 1 to 32 letters, digits, `-` and `_`, or the value has characters
    /// other than these, `.` and `,`.
    pub fn other(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, OverrideError> {
        let (name, value) = (name.into(), value.into());
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let good = (1..=32).contains(&name.len())
            && name.bytes().all(letter)
            && value
                .bytes()
                .all(|byte| letter(byte) || matches!(byte, b'.' | b','));
        if !good {
            return Err(OverrideError::Malformed);
        }
        if parse::KNOWN.contains(&name.as_str()) || self.more.iter().any(|(own, _)| *own == name) {
            return Err(OverrideError::Repeated);
        }
        self.more.push((name, value));
        Ok(self)
    }

    /// The URL with these settings, in place of a fragment it had. Without any setting it stays as it is.
    #[must_use]
    pub fn apply(&self, url: &WebhookUrl) -> WebhookUrl {
        if *self == Self::default() {
            return url.clone();
        }
        url.with_fragment(&self.to_string())
    }
}

/// Whole milliseconds between 100 and `max`.
fn millis(setting: &'static str, timeout: Duration, max: u16) -> Result<u16, OverrideError> {
    let whole = timeout.as_nanos().div_ceil(1_000_000);
    u16::try_from(whole)
        .ok()
        .filter(|millis| (100..=max).contains(millis))
        .ok_or(OverrideError::Range {
            setting,
            min: 100,
            max,
        })
}

/// The fragment, without its `#`.
impl fmt::Display for ConnectionOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        let mut pair = |name: &str, value: &dyn fmt::Display| -> fmt::Result {
            write!(f, "{between}{name}={value}")?;
            between = "&";
            Ok(())
        };
        for (name, value) in [("ct", self.connect), ("rt", self.read), ("tt", self.total)] {
            if let Some(value) = value {
                pair(name, &value)?;
            }
        }
        if let Some(retries) = self.retries {
            pair("rc", &retries)?;
        }
        if !self.policies.is_empty() {
            let words: Vec<&str> = self.policies.iter().map(RetryOn::as_str).collect();
            pair("rp", &words.join(","))?;
        }
        if !self.edges.is_empty() {
            let names: Vec<&str> = self.edges.iter().map(Edge::as_str).collect();
            pair("e", &names.join(","))?;
        }
        match self.sni {
            Some(Toggle::On) => pair("sni", &"y")?,
            Some(Toggle::Off) => pair("sni", &"n")?,
            None => {}
        }
        for (name, value) in &self.more {
            pair(name, value)?;
        }
        Ok(())
    }
}
