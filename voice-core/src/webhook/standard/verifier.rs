//! The check of one delivery.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderName, HeaderValue};

use super::{ID_HEADER, SCHEME, SIGNATURE_HEADER, SigningKey, TIMESTAMP_HEADER, TOLERANCE};
use crate::clock::{SharedClock, SystemClock};
use crate::error::{Error, ErrorKind};
use crate::webhook::{ReplayWindow, WebhookError, WebhookRequest};

// Read once, not for every webhook.
static ID: HeaderName = HeaderName::from_static(ID_HEADER);
static SIGNATURE: HeaderName = HeaderName::from_static(SIGNATURE_HEADER);
static TIMESTAMP: HeaderName = HeaderName::from_static(TIMESTAMP_HEADER);

/// Proves that a webhook was signed with one of several secrets, and lately.
///
/// The timestamp is that of this delivery, so that a repeated one passes however late it comes: what was seen must be
/// remembered by its [id](Verified::id), and for as long as the provider repeats.
#[derive(Clone)]
pub struct StandardWebhooks {
    keys: Vec<SigningKey>,
    window: ReplayWindow,
    clock: SharedClock,
}

/// A delivery that was found genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The webhook's id, the same for all deliveries of it.
    pub id: String,
    /// When this delivery was sent, as signed.
    pub sent: SystemTime,
    /// Which secret made the signature, in the order they were given, from 0.
    pub key: usize,
}

impl StandardWebhooks {
    /// Checks with these secrets, any of which may have signed, within [`TOLERANCE`] by the system's clock.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when there is none.
    pub fn new(keys: impl IntoIterator<Item = SigningKey>) -> Result<Self, Error> {
        let keys: Vec<SigningKey> = keys.into_iter().collect();
        if keys.is_empty() {
            return Err(Error::new(
                ErrorKind::Config,
                "a webhook verifier needs a secret",
            ));
        }
        Ok(Self {
            keys,
            window: ReplayWindow::symmetric(TOLERANCE),
            clock: SystemClock::shared(),
        })
    }

    /// Another window for the timestamp; bounds are inclusive, in whole seconds.
    #[must_use]
    pub fn window(mut self, window: ReplayWindow) -> Self {
        self.window = window;
        self
    }

    /// Another clock; the system's unless set.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Checks one delivery, and reads nothing of the body.
    ///
    /// # Errors
    /// [`WebhookError::MissingHeader`] for signature, timestamp and id, in this order; [`WebhookError::Malformed`] for a
    /// timestamp or an id that cannot be one; [`WebhookError::TooOld`], [`WebhookError::TooNew`]; and
    /// [`WebhookError::BadSignature`], also for entries that are no signatures at all.
    pub fn check(&self, request: &WebhookRequest<'_>) -> Result<Verified, WebhookError> {
        let headers = request.headers;
        let signatures = headers.get_all(&SIGNATURE);
        let mut stamps = headers.get_all(&TIMESTAMP).iter();
        let mut ids = headers.get_all(&ID).iter();
        // Missing ones first, whatever is wrong with those that are there.
        if signatures.iter().next().is_none() {
            return Err(WebhookError::MissingHeader(SIGNATURE_HEADER));
        }
        let stamp = stamps
            .next()
            .ok_or(WebhookError::MissingHeader(TIMESTAMP_HEADER))?;
        let id = ids.next().ok_or(WebhookError::MissingHeader(ID_HEADER))?;
        let stamp = single(stamp, stamps.next(), TIMESTAMP_HEADER)?;
        let id = single(id, ids.next(), ID_HEADER)?;
        if id.is_empty() || id.contains('.') {
            return Err(WebhookError::Malformed(ID_HEADER));
        }
        let sent = self.fresh(stamp)?;
        // The header's own text: a number that is printed again may look different.
        let message: [&[u8]; 5] = [id.as_bytes(), b".", stamp.as_bytes(), b".", request.body];
        let mut found = None;
        for (at, key) in self.keys.iter().enumerate() {
            // Every secret is tried against every entry, so that the time taken tells nothing.
            let made = key.tag(&message);
            if made.is_any_of(SCHEME, entries(signatures.iter())) && found.is_none() {
                found = Some(at);
            }
        }
        let key = found.ok_or(WebhookError::BadSignature)?;
        Ok(Verified {
            id: id.to_owned(),
            sent,
            key,
        })
    }

    /// When it was sent, if that is near enough to now.
    fn fresh(&self, stamp: &str) -> Result<SystemTime, WebhookError> {
        let seconds: i64 = stamp
            .parse()
            .map_err(|_| WebhookError::Malformed(TIMESTAMP_HEADER))?;
        let distance = Duration::from_secs(seconds.unsigned_abs());
        let sent = if seconds < 0 {
            let sent = UNIX_EPOCH.checked_sub(distance);
            sent.ok_or(WebhookError::TooOld)?
        } else {
            let sent = UNIX_EPOCH.checked_add(distance);
            sent.ok_or(WebhookError::TooNew)?
        };
        self.window.check(sent, self.clock.wall())?;
        Ok(sent)
    }
}

impl fmt::Debug for StandardWebhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandardWebhooks")
            .field("secrets", &self.keys.len())
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}

/// The signatures of this version. Whatever is none decodes to nothing, or to something of another length.
fn entries<'h>(lines: impl Iterator<Item = &'h HeaderValue>) -> impl Iterator<Item = &'h str> {
    lines
        .flat_map(|line| line.as_bytes().split(|byte| matches!(byte, b' ' | b'\t')))
        .filter_map(|entry| {
            let entry = std::str::from_utf8(entry).ok()?;
            // A comma is no letter of base64, so that an entry with another tag is none.
            Some(entry.strip_prefix("v1,").unwrap_or(entry))
        })
}

/// The value of a header that stands there once: of two, nobody could say which one was signed.
fn single<'h>(
    line: &'h HeaderValue,
    another: Option<&HeaderValue>,
    name: &'static str,
) -> Result<&'h str, WebhookError> {
    match another {
        None => line.to_str().map_err(|_| WebhookError::Malformed(name)),
        Some(_) => Err(WebhookError::Malformed(name)),
    }
}
