//! [`Region`]: how numbers without `+` are to be read.

use super::look::Miss;
use super::number::global;
use crate::ident::E164;

/// How numbers are dialled in one numbering plan: its calling code and its prefixes, as ITU-T keeps them in its list of
/// dialling procedures, and how many digits a national number has.
///
/// A number is read only when one reading of it fits:
///
/// | digits | read as |
/// |---|---|
/// | international prefix, then the rest | `+` and the rest |
/// | trunk prefix, then a national number | `+`, calling code, national number |
/// | a national number alone | the same |
/// | calling code, then a national number | the same |
///
/// ```
/// use voice_core::intake::dialled::{DialledNumber, Region};
/// use voice_core::provider::SipHeader;
///
/// let finder = DialledNumber::new().region(Region::UNITED_KINGDOM);
/// let headers = [SipHeader::new("To", "<sip:02079460958@sip.example.com>")];
/// assert_eq!(finder.find(&headers)?.number, "+442079460958");
///
/// let malta = Region::new("356", None, Some("00"), 8..=8)?;
/// assert_eq!(malta.calling_code(), "356");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    calling_code: Digits,
    trunk: Option<Digits>,
    international: Option<Digits>,
    shortest: u8,
    longest: u8,
}

/// Up to 5 digits in place, so that regions can be constants.
type Digits = std::borrow::Cow<'static, str>;

/// Why there is no such region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegionError {
    /// The calling code is not 1 to 3 digits, the first 1 to 9.
    #[error("a calling code has 1 to 3 digits and does not begin with 0")]
    CallingCode,
    /// A prefix is not 1 to 5 digits.
    #[error("a trunk prefix or international prefix has 1 to 5 digits")]
    Prefix,
    /// No number of such a length fits E.164 together with the calling code.
    #[error(
        "a national number has 4 digits or more, and 15 at most together with the calling code"
    )]
    Length,
}

macro_rules! regions {
    ($($(#[$docs:meta])* $name:ident $code:literal $trunk:expr, $international:literal, $shortest:literal $longest:literal;)*) => {
        impl Region {
            $($(#[$docs])* pub const $name: Self = Self {
                calling_code: Digits::Borrowed($code),
                trunk: match $trunk {
                    Some(trunk) => Some(Digits::Borrowed(trunk)),
                    None => None,
                },
                international: Some(Digits::Borrowed($international)),
                shortest: $shortest,
                longest: $longest,
            };)*

            /// The regions that are known by name.
            const KNOWN: &[Self] = &[$(Self::$name),*];
        }
    };
}

regions! {
    /// The United States, Canada and the other countries of calling code 1.
    NORTH_AMERICA "1" Some("1"), "011", 10 10;
    /// France.
    FRANCE "33" Some("0"), "00", 9 9;
    /// Spain; national numbers have no prefix.
    SPAIN "34" None, "00", 9 9;
    /// Italy; the zero that begins a national number stays.
    ITALY "39" None, "00", 6 11;
    /// The United Kingdom.
    UNITED_KINGDOM "44" Some("0"), "00", 9 10;
    /// Germany.
    GERMANY "49" Some("0"), "00", 6 11;
    /// Australia.
    AUSTRALIA "61" Some("0"), "0011", 9 10;
    /// Singapore; national numbers have no prefix.
    SINGAPORE "65" None, "000", 8 8;
    /// Japan.
    JAPAN "81" Some("0"), "010", 9 10;
    /// India.
    INDIA "91" Some("0"), "00", 10 10;
}

impl Region {
    /// A region by its calling code (`44`), trunk prefix (`0`), international prefix (`00`), and how many digits a national
    /// number has, without the trunk prefix.
    ///
    /// # Errors
    /// [`RegionError`] says which of them breaks a rule.
    pub fn new(
        calling_code: &str,
        trunk_prefix: Option<&str>,
        international_prefix: Option<&str>,
        national_digits: std::ops::RangeInclusive<u8>,
    ) -> Result<Self, RegionError> {
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let code_is_good = matches!(calling_code.len(), 1..=3)
            && is_digits(calling_code)
            && !calling_code.starts_with('0');
        if !code_is_good {
            return Err(RegionError::CallingCode);
        }
        let prefix = |prefix: Option<&str>| match prefix {
            Some(text) if !matches!(text.len(), 1..=5) || !is_digits(text) => {
                Err(RegionError::Prefix)
            }
            text => Ok(text.map(|text| Digits::Owned(text.to_owned()))),
        };
        let (shortest, longest) = national_digits.into_inner();
        if shortest < 4 || longest < shortest || usize::from(longest) + calling_code.len() > 15 {
            return Err(RegionError::Length);
        }
        Ok(Self {
            calling_code: Digits::Owned(calling_code.to_owned()),
            trunk: prefix(trunk_prefix)?,
            international: prefix(international_prefix)?,
            shortest,
            longest,
        })
    }

    /// The calling code, without `+`.
    #[must_use]
    pub fn calling_code(&self) -> &str {
        &self.calling_code
    }

    /// A region known by name, by its calling code.
    pub(super) fn of_calling_code(code: &str) -> Option<&'static Self> {
        Self::KNOWN
            .iter()
            .find(|region| region.calling_code == code)
    }

    /// Reads digits without `+`.
    pub(super) fn read(&self, digits: &str) -> Result<E164, Miss> {
        let international = self.international.as_deref();
        if let Some(rest) = international.and_then(|prefix| digits.strip_prefix(prefix)) {
            return global(rest).ok_or(Miss::OutOfRange);
        }
        let trunk = self.trunk.as_deref();
        let behind_trunk = trunk.and_then(|prefix| digits.strip_prefix(prefix));
        let readings = [
            behind_trunk,
            // What begins with the trunk prefix is no national number without it.
            behind_trunk.is_none().then_some(digits),
            digits.strip_prefix(self.calling_code()),
        ];
        let mut number = None;
        for national in readings.into_iter().flatten() {
            let Some(read) = self.national(national) else {
                continue;
            };
            match number {
                Some(other) if other != read => return Err(Miss::Ambiguous),
                _ => number = Some(read),
            }
        }
        number.ok_or(Miss::NotInRegion)
    }

    fn national(&self, digits: &str) -> Option<E164> {
        let fits = (usize::from(self.shortest)..=usize::from(self.longest)).contains(&digits.len());
        let again = self
            .trunk
            .as_deref()
            .is_some_and(|trunk| digits.starts_with(trunk));
        let calling_code = self.calling_code();
        (fits && !again)
            .then(|| global(&format!("{calling_code}{digits}")))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(region: &Region, digits: &str) -> Result<String, Miss> {
        region.read(digits).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn numbers_are_read_as_they_are_dialled_there() {
        for (region, digits, number) in [
            (Region::NORTH_AMERICA, "4155550123", "+14155550123"),
            (Region::NORTH_AMERICA, "14155550123", "+14155550123"),
            (Region::NORTH_AMERICA, "011442079460958", "+442079460958"),
            (Region::UNITED_KINGDOM, "02079460958", "+442079460958"),
            (Region::UNITED_KINGDOM, "2079460958", "+442079460958"),
            (Region::UNITED_KINGDOM, "442079460958", "+442079460958"),
            (Region::UNITED_KINGDOM, "0014155550123", "+14155550123"),
            (Region::GERMANY, "03012345678", "+493012345678"),
            (Region::ITALY, "0612345678", "+390612345678"),
            (Region::SPAIN, "912345678", "+34912345678"),
            (Region::AUSTRALIA, "0011442079460958", "+442079460958"),
            (Region::AUSTRALIA, "0212345678", "+61212345678"),
            (Region::JAPAN, "010442079460958", "+442079460958"),
            (Region::INDIA, "09876543210", "+919876543210"),
            (Region::INDIA, "919876543210", "+919876543210"),
            (Region::SINGAPORE, "6561234567", "+6561234567"),
        ] {
            assert_eq!(read(&region, digits).as_deref(), Ok(number), "{digits}");
        }
    }

    #[test]
    fn what_may_be_two_numbers_or_none_is_left_unread() {
        for (region, digits, why) in [
            (Region::GERMANY, "4930123456", Miss::Ambiguous),
            (Region::NORTH_AMERICA, "5550123", Miss::NotInRegion),
            (Region::NORTH_AMERICA, "1415555012", Miss::NotInRegion),
            (Region::NORTH_AMERICA, "011", Miss::OutOfRange),
            (Region::UNITED_KINGDOM, "100", Miss::NotInRegion),
            (Region::UNITED_KINGDOM, "00", Miss::OutOfRange),
            (Region::UNITED_KINGDOM, "0000442079460958", Miss::OutOfRange),
            (Region::FRANCE, "1", Miss::NotInRegion),
        ] {
            assert_eq!(read(&region, digits), Err(why), "{digits}");
        }
    }

    #[test]
    fn a_region_is_checked() {
        for code in ["", "0", "044", "1234", "+44", "4a"] {
            let made = Region::new(code, None, None, 4..=10);
            assert_eq!(made, Err(RegionError::CallingCode), "{code}");
        }
        for prefix in ["", "+", "0 0", "123456"] {
            let trunk = Region::new("44", Some(prefix), None, 4..=10);
            let international = Region::new("44", None, Some(prefix), 4..=10);
            assert_eq!(trunk, Err(RegionError::Prefix), "{prefix}");
            assert_eq!(international, Err(RegionError::Prefix), "{prefix}");
        }
        #[allow(clippy::reversed_empty_ranges, reason = "that is what is refused")]
        for digits in [3..=10, 9..=8, 4..=14] {
            assert_eq!(
                Region::new("44", None, None, digits),
                Err(RegionError::Length)
            );
        }
        let same = Region::new("44", Some("0"), Some("00"), 9..=10).unwrap();
        assert_eq!(same, Region::UNITED_KINGDOM);
        let bare = Region::new("356", None, None, 8..=8).unwrap();
        assert_eq!(read(&bare, "21234567").as_deref(), Ok("+35621234567"));
        assert_eq!(read(&bare, "0035621234567"), Err(Miss::NotInRegion));
    }
}
