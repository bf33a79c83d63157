//! [`Source`]: where a number may stand.

use std::fmt;
use std::sync::Arc;

use super::address::Many;

/// Why a text is no name of a header; it is not quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a header's name has 1 to 64 letters, digits and - . ! % * _ + ` ' ~")]
pub struct HeaderNameError;

/// A header that may carry the dialled number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// One of the trunk's own, such as `X-Dialled-Number`; made by [`Source::header`]. The first address in it that is a
    /// number counts.
    Header(Arc<str>),
    /// `To`, or `t`.
    To,
    /// `Diversion` (RFC 5806). Each forwarding adds its value on top, so the lowest one is the number dialled first.
    Diversion,
    /// `History-Info` (RFC 7044). The lowest index is the number dialled first.
    HistoryInfo,
    /// `P-Called-Party-ID` (RFC 7315, section 4.2): whom the proxy before us took the call to be for.
    CalledParty,
}

impl Source {
    /// A header of the trunk's own.
    ///
    /// # Errors
    /// [`HeaderNameError`] unless it is a name by RFC 3261 of 64 characters at most.
    pub fn header(name: &str) -> Result<Self, HeaderNameError> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte);
        if !(1..=64).contains(&name.len()) || !name.bytes().all(is_token) {
            return Err(HeaderNameError);
        }
        Ok(match name {
            _ if is_named(name, "To", Some("t")) => Self::To,
            _ if is_named(name, "Diversion", None) => Self::Diversion,
            _ if is_named(name, "History-Info", None) => Self::HistoryInfo,
            _ if is_named(name, "P-Called-Party-ID", None) => Self::CalledParty,
            _ => Self::Header(name.into()),
        })
    }

    /// The header's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Header(name) => name,
            Self::To => "To",
            Self::Diversion => "Diversion",
            Self::HistoryInfo => "History-Info",
            Self::CalledParty => "P-Called-Party-ID",
        }
    }

    /// Whether a header of this name is meant.
    pub(super) fn is(&self, name: &str) -> bool {
        let compact = (*self == Self::To).then_some("t");
        is_named(name, self.name(), compact)
    }

    pub(super) const fn many(&self) -> Many {
        match self {
            Self::Header(_) | Self::Diversion | Self::HistoryInfo => Many::Commas,
            Self::To | Self::CalledParty => Many::No,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names of headers know no case; some have a letter in their place (RFC 3261, section 7.3.3). Blanks may stand before the
/// colon, and some gateways leave them in the name.
pub(super) fn is_named(name: &str, long: &str, compact: Option<&str>) -> bool {
    let name = name.trim();
    name.eq_ignore_ascii_case(long)
        || compact.is_some_and(|compact| name.eq_ignore_ascii_case(compact))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_and_known_ones_are_known() {
        assert_eq!(Source::header("t"), Ok(Source::To));
        assert_eq!(Source::header("HISTORY-info"), Ok(Source::HistoryInfo));
        assert_eq!(Source::header("diversion"), Ok(Source::Diversion));
        assert_eq!(Source::header("p-called-party-id"), Ok(Source::CalledParty));
        let own = Source::header("X-Dialled").unwrap();
        assert!(own.is("x-dialled ") && !own.is("x-dialled-2"));
        assert!(Source::To.is("T") && !Source::Diversion.is("d"));
        for bad in ["", "a b", "a:b", "a\r\n", "ä", &"x".repeat(65)] {
            assert_eq!(Source::header(bad), Err(HeaderNameError), "{bad:?}");
        }
    }
}
