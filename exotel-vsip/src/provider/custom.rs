//! What this crate writes into a call's `CustomField`: its key, and behind it, on one route, where the agent waits.

use voice_core::provider::{CallKey, JoinUrl};

/// What a `CustomField` of [`ExotelCalls`](super::ExotelCalls) holds: the call's key and, for
/// [`CallRoute::FlowWithUrl`](super::CallRoute::FlowWithUrl), the session's URL behind a blank.
///
/// A flow's voicebot applet asks your server for the WebSocket to stream to; this reads the `CustomField` of its request.
///
/// ```
/// use exotel_vsip::provider::SessionField;
///
/// let field = SessionField::parse("vk42 wss://bot.example.com/calls/7").ok_or("no key")?;
/// assert_eq!(field.key().as_str(), "vk42");
/// assert_eq!(field.join_url().map(|url| url.expose()), Some("wss://bot.example.com/calls/7"));
/// assert!(SessionField::parse("").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SessionField {
    key: CallKey,
    join_url: Option<JoinUrl>,
}

impl SessionField {
    /// Reads one; `None` when it does not begin with what can be a key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (key, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        Some(Self {
            key: CallKey::new(key).ok()?,
            join_url: JoinUrl::new(rest.trim()).ok(),
        })
    }

    /// The call's key.
    #[must_use]
    pub fn key(&self) -> &CallKey {
        &self.key
    }

    /// Where the agent waits: a secret.
    #[must_use]
    pub fn join_url(&self) -> Option<&JoinUrl> {
        self.join_url.as_ref()
    }
}

/// The key in a `CustomField`.
pub(crate) fn key_of(text: &str) -> Option<CallKey> {
    SessionField::parse(text).map(|field| field.key)
}

/// Key and URL in one.
pub(super) fn with_url(key: &CallKey, url: &JoinUrl) -> String {
    format!("{key} {}", url.expose())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_url_is_not_shown() {
        let field = SessionField::parse("vk1 wss://bot.example.com/s3cret").unwrap();
        assert!(!format!("{field:?}").contains("s3cret"));
        assert!(
            SessionField::parse("vk1 http://x")
                .unwrap()
                .join_url()
                .is_none()
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(key in "[!-~]{1,60}", path in "[a-z0-9/]{0,20}") {
            let key = CallKey::new(key).unwrap();
            let url = JoinUrl::new(format!("wss://bot.example.com/{path}")).unwrap();
            let field = SessionField::parse(&with_url(&key, &url)).unwrap();
            prop_assert_eq!(field.join_url().unwrap().expose(), url.expose());
            prop_assert_eq!(field.key(), &key);
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = SessionField::parse(&text);
        }
    }
}
