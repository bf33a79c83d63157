//! Path segments, queries and forms.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why a path parameter is refused. It never quotes the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum SegmentError {
    #[error("must not be empty")]
    Empty,
    #[error("must not be a dot segment")]
    Dots,
}

/// Appends one path segment, percent-encoded. `.`, `..` and nothing are refused: they would address another resource.
pub(super) fn push_segment(path: &mut String, value: &str) -> Result<(), SegmentError> {
    match value {
        "" => Err(SegmentError::Empty),
        "." | ".." => Err(SegmentError::Dots),
        _ => {
            path.extend(utf8_percent_encode(value, SEGMENT));
            Ok(())
        }
    }
}

/// Appends `name=value`, both `application/x-www-form-urlencoded`.
pub(super) fn push_pair(text: &mut String, name: &str, value: &str) {
    if !text.is_empty() {
        text.push('&');
    }
    text.extend(form_urlencoded::byte_serialize(name.as_bytes()));
    text.push('=');
    text.extend(form_urlencoded::byte_serialize(value.as_bytes()));
}

/// An `application/x-www-form-urlencoded` body. A key may stand in it several times.
///
/// ```
/// use voice_core::client::Form;
///
/// let form = Form::new()
///     .with("To", "+15551234567")
///     .with("StatusCallbackEvent", "initiated")
///     .with("StatusCallbackEvent", "ringing");
/// assert_eq!(form.encoded(), "To=%2B15551234567&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    text: String,
    pairs: usize,
}

impl Form {
    /// An empty form.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one pair more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.push(name, value);
        self
    }

    /// Adds a pair.
    pub fn push(&mut self, name: &str, value: impl AsRef<str>) {
        push_pair(&mut self.text, name, value.as_ref());
        self.pairs += 1;
    }

    /// Adds a pair if there is a value; unset is absent, an empty text is a value.
    pub fn push_option(&mut self, name: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.push(name, value.to_string());
        }
    }

    /// The encoded text.
    #[must_use]
    pub fn encoded(&self) -> &str {
        &self.text
    }

    pub(super) fn into_encoded(self) -> String {
        self.text
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Form({} pairs)", self.pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn segments_that_would_lead_elsewhere_are_refused() {
        let mut path = String::new();
        assert_eq!(push_segment(&mut path, ""), Err(SegmentError::Empty));
        assert_eq!(push_segment(&mut path, ".."), Err(SegmentError::Dots));
        assert_eq!(push_segment(&mut path, "."), Err(SegmentError::Dots));
        push_segment(&mut path, "a/../b?c#d%2e +é").unwrap();
        assert_eq!(path, "a%2F..%2Fb%3Fc%23d%252e%20%2B%C3%A9");
    }

    proptest! {
        #[test]
        fn a_segment_stays_one_segment(value in "\\PC{1,40}") {
            let mut path = String::from("/x/");
            if push_segment(&mut path, &value).is_ok() {
                let url = url::Url::parse(&format!("https://a.example{path}/y")).unwrap();
                let segments: Vec<_> = url.path_segments().unwrap().collect();
                prop_assert_eq!(segments.len(), 3);
                let back = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
                prop_assert_eq!(back, value);
            }
        }

        #[test]
        fn forms_round_trip(pairs in proptest::collection::vec((".*", ".*"), 0..8)) {
            let mut form = Form::new();
            for (name, value) in &pairs {
                form.push(name, value);
            }
            let back: Vec<(String, String)> =
                form_urlencoded::parse(form.encoded().as_bytes()).into_owned().collect();
            prop_assert_eq!(back, pairs);
        }
    }
}
