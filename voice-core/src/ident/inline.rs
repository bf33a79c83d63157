//! Short text kept inside the value: no allocation, `Copy`, and usable in `const` functions.

use std::hash::{Hash, Hasher};

/// At most `N` (and at most 255) bytes of text without NUL, padded with zeros.
///
/// The padding makes the derived comparisons agree with those of `str`; hashing is done on the text for the same
/// reason, so that a map keyed by such a value can be asked with a `&str`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Inline<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Inline<N> {
    /// The text, or `None` when it does not fit.
    pub(super) const fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; N];
        let Some((head, _)) = bytes.split_at_mut_checked(text.len()) else {
            return None;
        };
        head.copy_from_slice(text.as_bytes());
        if text.len() > u8::MAX as usize {
            return None;
        }
        Some(Self::from_padded(bytes, text.len()))
    }

    /// Text of `len` bytes at the start of `bytes`, the rest of which is zeros. No text at all if `len` is out of range.
    pub(super) const fn from_padded(bytes: [u8; N], len: usize) -> Self {
        let len = if len > u8::MAX as usize { 0 } else { len as u8 };
        Self { bytes, len }
    }

    /// The text.
    pub(super) const fn as_str(&self) -> &str {
        let Some((text, _)) = self.bytes.split_at_checked(self.len as usize) else {
            return "";
        };
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

impl<const N: usize> Hash for Inline<N> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_fits_and_refuses_the_rest() {
        assert_eq!(Inline::<4>::new("abcd").unwrap().as_str(), "abcd");
        assert_eq!(Inline::<4>::new("").unwrap().as_str(), "");
        assert!(Inline::<4>::new("abcde").is_none());
        assert!(Inline::<300>::new(&"a".repeat(256)).is_none());
        let longest = "a".repeat(255);
        assert_eq!(Inline::<300>::new(&longest).unwrap().as_str(), longest);
    }

    #[test]
    fn a_length_out_of_range_leaves_no_text() {
        let padded = |len| Inline::from_padded([b'a'; 300], len).as_str().len();
        assert_eq!((padded(255), padded(256), padded(300)), (255, 0, 0));
        assert_eq!(Inline::from_padded(*b"abc", 4).as_str(), "");
    }

    #[test]
    fn orders_as_text_does() {
        let mut texts = ["b", "ab", "a", "abc", "", "B"];
        let mut values: Vec<_> = texts
            .iter()
            .map(|text| Inline::<3>::new(text).unwrap())
            .collect();
        texts.sort_unstable();
        values.sort_unstable();
        assert!(values.iter().map(Inline::as_str).eq(texts));
    }
}
