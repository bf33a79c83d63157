//! [`Look`]: what one source of numbers gave, for the log.

use std::fmt;

use super::source::Source;

macro_rules! misses {
    ($($(#[$docs:meta])* $name:ident $code:literal)*) => {
        /// Why a header gave no number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Miss {
            $($(#[$docs])* $name,)*
        }

        impl Miss {
            /// The reason in one word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

misses! {
    /// There is no such header.
    Absent "absent"
    /// Nothing is in it.
    Empty "empty"
    /// Its quotes or brackets do not match.
    Malformed "malformed"
    /// It is larger than what is looked at.
    TooLarge "too_large"
    /// The URI has no user part.
    NoUser "no_user"
    /// The URI is neither `sip:`, `sips:` nor `tel:`.
    OtherScheme "other_scheme"
    /// It is a name, a service code or another text.
    NotANumber "not_a_number"
    /// Digits without `+`, and no region says how to read them.
    NoRegion "no_region"
    /// Digits that are no number of the region.
    NotInRegion "not_in_region"
    /// Digits that may be two different numbers of the region.
    Ambiguous "ambiguous"
    /// A local number of a country or area whose rules are not known.
    ForeignContext "foreign_context"
    /// `(0)` within an international number: whether it is dialled differs from country to country.
    TrunkInside "trunk_prefix_inside"
    /// Too few or too many digits for E.164, or a country code that begins with 0.
    OutOfRange "out_of_range"
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A source that gave no number, and why its last value did not. Fit for a log: nothing of the value is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Look {
    /// Where it was looked.
    pub source: Source,
    /// Why there was no number.
    pub miss: Miss,
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.miss)
    }
}

/// Several looks as one line.
pub(super) fn line(looks: &[Look]) -> String {
    let mut line = String::new();
    for look in looks {
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(&look.to_string());
    }
    line
}
