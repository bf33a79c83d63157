//! The scheme that webhooks and data connections share: a text, then a timestamp, under one HMAC.

use std::fmt;
use std::time::SystemTime;

use http::{HeaderMap, HeaderName};
use secrecy::SecretString;
use voice_core::clock::{SharedClock, SystemClock};
use voice_core::error::Error;
use voice_core::webhook::{Keys, ReplayWindow, Scheme, WebhookError};

use super::DEFAULT_WINDOW;
use crate::PROVIDER;
use crate::types::UvTime;

/// A signature that was found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Which secret made it, in the order they were given, from 0.
    pub key: usize,
    /// When it was sent, as signed.
    pub sent: SystemTime,
}

/// Secrets, window and clock.
#[derive(Clone)]
pub(super) struct Signed {
    keys: Keys,
    pub(super) window: ReplayWindow,
    pub(super) clock: SharedClock,
}

impl Signed {
    pub(super) fn new(
        operation: &'static str,
        secrets: impl IntoIterator<Item = SecretString>,
    ) -> Result<Self, Error> {
        Ok(Self {
            keys: Keys::new(secrets).map_err(|error| error.with_operation(PROVIDER, operation))?,
            window: ReplayWindow::symmetric(DEFAULT_WINDOW),
            clock: SystemClock::shared(),
        })
    }

    /// Whether any secret made any of the signatures in `signature` over `text` and the raw timestamp, and lately.
    pub(super) fn check(
        &self,
        headers: &HeaderMap,
        signature: &'static HeaderName,
        timestamp: &'static HeaderName,
        text: &[u8],
    ) -> Result<Verified, WebhookError> {
        let signatures = listed(headers, signature)?;
        let stamp = single(headers, timestamp)?;
        let message = [text, stamp.as_bytes()];
        let key = self
            .keys
            .signed_by(Scheme::HmacSha256Hex, &message, &signatures)
            .ok_or(WebhookError::BadSignature)?;
        let sent = moment(stamp).ok_or(WebhookError::Malformed(timestamp.as_str()))?;
        self.window.check(sent, self.clock.wall())?;
        Ok(Verified { key, sent })
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {:?}", self.keys, self.window)
    }
}

/// When a timestamp is.
///
/// Nothing stands between the text and the timestamp under the signature, so that somebody could move the border between
/// them. A timestamp that has to begin with four digits and a hyphen fits at one border alone.
fn moment(stamp: &str) -> Option<SystemTime> {
    let (year, rest) = stamp.split_at_checked(4)?;
    let is_year = year.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with('-');
    if !is_year {
        return None;
    }
    UvTime::moment(stamp)
}

/// The items of a list, which may stand in several header lines (RFC 9110, 5.3), without the blanks around them.
fn listed<'h>(
    headers: &'h HeaderMap,
    name: &'static HeaderName,
) -> Result<Vec<&'h str>, WebhookError> {
    let mut items = Vec::with_capacity(2);
    let mut lines = headers.get_all(name).iter().peekable();
    if lines.peek().is_none() {
        return Err(WebhookError::MissingHeader(name.as_str()));
    }
    for line in lines {
        let line = line
            .to_str()
            .map_err(|_| WebhookError::Malformed(name.as_str()))?;
        items.extend(line.split(',').map(str::trim));
    }
    Ok(items)
}

/// The value of a header that stands there once: of two, nobody could say which one was signed.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &'static HeaderName,
) -> Result<&'h str, WebhookError> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (None, _) => Err(WebhookError::MissingHeader(name.as_str())),
        (Some(line), None) => line
            .to_str()
            .map_err(|_| WebhookError::Malformed(name.as_str())),
        (Some(_), Some(_)) => Err(WebhookError::Malformed(name.as_str())),
    }
}
