//! URLs in TwiML: absolute, or relative to the document.

use std::fmt;

use voice_core::webhook::WebhookUrl;

/// A URL for Twilio to request or play: absolute `https`, or relative to the document it stands in.
///
/// A relative one only makes sense in a document that was itself fetched from a URL.
///
/// ```
/// use twilio_client::twiml::Link;
///
/// assert!(Link::parse("https://hooks.example.com/next?step=2").is_ok());
/// assert!(Link::parse("/next?step=2").is_ok());
/// assert!(Link::parse("http://hooks.example.com/next").is_err());
/// # Ok::<(), twilio_client::twiml::LinkError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Link {
    text: Box<str>,
    relative: bool,
}

/// A text is no link; it is not quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an https:// URL (http:// to this machine for tests), or a path without blanks and control characters"
)]
pub struct LinkError;

impl Link {
    /// Reads a link.
    ///
    /// # Errors
    /// [`LinkError`] for another scheme, for plain `http` to another machine, and for blanks or control characters.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if let Ok(url) = WebhookUrl::parse(text) {
            return Ok(url.into());
        }
        let clean = !text.is_empty()
            && !text
                .chars()
                .any(|c| c.is_control() || c.is_whitespace() || c == '\\');
        // A colon before the first slash would make it a scheme, two slashes another host.
        let head = text.split(['/', '?', '#']).next().unwrap_or_default();
        if clean && !head.contains(':') && !text.starts_with("//") {
            return Ok(Self {
                text: text.into(),
                relative: true,
            });
        }
        Err(LinkError)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, taken out.
    pub(super) fn into_string(self) -> String {
        self.text.into()
    }

    /// Whether it is relative to the document.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        self.relative
    }
}

impl From<WebhookUrl> for Link {
    fn from(url: WebhookUrl) -> Self {
        Self {
            text: url.as_str().into(),
            relative: false,
        }
    }
}

/// Queries may hold tokens: only whether it is relative is shown.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.relative {
            "Link(relative)"
        } else {
            "Link(absolute)"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_this_machine_and_paths() {
        for good in ["next", "../a", "?x=1", "#y", "/a:b", "a/b:c"] {
            assert!(Link::parse(good).unwrap().is_relative(), "{good}");
        }
        assert!(!Link::parse("http://127.0.0.1:1/x").unwrap().is_relative());
        for bad in [
            "",
            "ftp://a.test/x",
            "http://a.test",
            "//a.test/x",
            "javascript:x",
            "a b",
            "\\\\a.test",
            "a\n",
        ] {
            assert_eq!(Link::parse(bad), Err(LinkError), "{bad:?}");
        }
    }
}
