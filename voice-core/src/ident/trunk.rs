//! Names of SIP trunks and their codes, as Exotel's vSIP API checks them.

use super::error::{Grammar, IdentError, IdentRule};
use super::inline::Inline;
use super::surface::{check_ascii, plain_debug, text_surface};

const fn is_name_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The name of an Exotel trunk: 1 to 16 of `A`–`Z`, `a`–`z`, `0`–`9` and `_`.
///
/// These are the limits the live API enforces (error 1002, "Maximum allowed length for TrunkName is 16"). It once took
/// an empty name; this type does not. Names of 3 to 50 characters, which older guides speak of, are a
/// [`LongTrunkName`].
///
/// ```
/// use voice_core::ident::TrunkName;
///
/// assert_eq!(TrunkName::parse("production_trunk")?.as_str().len(), 16);
/// assert!(TrunkName::parse("production-trunk").is_err());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrunkName(Inline<16>);

impl TrunkName {
    /// The most characters accepted.
    pub const MAX_LEN: usize = 16;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "TrunkName",
        form: "1 to 16 letters, digits and underscores",
        example: "my_trunk_001",
        unit: "characters",
    };

    /// Takes a trunk name; nothing is trimmed or replaced.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Character`](IdentRule::Character), [`TooLong`](IdentRule::TooLong).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        check_ascii(text, &Self::GRAMMAR, Self::MAX_LEN, is_name_character)?;
        let rule = IdentRule::TooLong { max: Self::MAX_LEN };
        Inline::new(text)
            .map(Self)
            .ok_or(IdentError::new(&Self::GRAMMAR, rule))
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

text_surface!(TrunkName);
plain_debug!(TrunkName);

/// A trunk name by the rule of older guides and of servers that imitate Exotel: 3 to 50 of `A`–`Z`, `a`–`z`, `0`–`9`
/// and `_`.
///
/// The live API refuses what is longer than 16 characters; a name meant for it is a [`TrunkName`]. The two convert into
/// each other by `TryFrom` where the other's limits allow.
///
/// ```
/// use voice_core::ident::{LongTrunkName, TrunkName};
///
/// let long = LongTrunkName::parse("production_trunk_mumbai_2")?;
/// assert!(TrunkName::try_from(long).is_err());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LongTrunkName(Inline<50>);

impl LongTrunkName {
    /// The fewest characters accepted.
    pub const MIN_LEN: usize = 3;
    /// The most characters accepted.
    pub const MAX_LEN: usize = 50;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "LongTrunkName",
        form: "3 to 50 letters, digits and underscores",
        example: "production_trunk_mumbai",
        unit: "characters",
    };

    /// Takes a trunk name; nothing is trimmed or replaced.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Character`](IdentRule::Character), [`TooShort`](IdentRule::TooShort),
    /// [`TooLong`](IdentRule::TooLong).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        check_ascii(text, &Self::GRAMMAR, Self::MAX_LEN, is_name_character)?;
        if text.len() < Self::MIN_LEN {
            let rule = IdentRule::TooShort { min: Self::MIN_LEN };
            return Err(IdentError::new(&Self::GRAMMAR, rule));
        }
        let rule = IdentRule::TooLong { max: Self::MAX_LEN };
        Inline::new(text)
            .map(Self)
            .ok_or(IdentError::new(&Self::GRAMMAR, rule))
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

text_surface!(LongTrunkName);
plain_debug!(LongTrunkName);

impl TryFrom<LongTrunkName> for TrunkName {
    type Error = IdentError;

    fn try_from(name: LongTrunkName) -> Result<Self, IdentError> {
        Self::parse(name.as_str())
    }
}

impl TryFrom<TrunkName> for LongTrunkName {
    type Error = IdentError;

    fn try_from(name: TrunkName) -> Result<Self, IdentError> {
        Self::parse(name.as_str())
    }
}

/// The NSO code of an Exotel trunk: two groups of two or more capital letters with a hyphen between, at most 32
/// characters. `Default` is `ANY-ANY`, the only code known to be accepted.
///
/// The pattern is the vendor's (`^[A-Z]{2,}-[A-Z]{2,}$`); the upper bound is ours, to keep the value small.
///
/// ```
/// use voice_core::ident::NsoCode;
///
/// assert_eq!(NsoCode::default(), "ANY-ANY");
/// assert_eq!(NsoCode::parse("IND-MUM")?.as_str(), "IND-MUM");
/// assert!(NsoCode::parse("any any").is_err());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NsoCode(Inline<32>);

impl NsoCode {
    /// The most characters accepted.
    pub const MAX_LEN: usize = 32;

    pub(super) const GRAMMAR: Grammar = Grammar {
        what: "NsoCode",
        form: "two groups of two or more capital letters with a hyphen between, at most 32 characters",
        example: "ANY-ANY",
        unit: "characters",
    };

    /// Takes an NSO code; case is not changed.
    ///
    /// # Errors
    /// [`IdentRule::Empty`], [`Character`](IdentRule::Character), [`TooLong`](IdentRule::TooLong),
    /// [`Shape`](IdentRule::Shape) when it is not two groups of two letters or more.
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        check_ascii(text, &Self::GRAMMAR, Self::MAX_LEN, |byte| {
            byte.is_ascii_uppercase() || byte == b'-'
        })?;
        let misshapen = IdentError::new(&Self::GRAMMAR, IdentRule::Shape);
        let (first, second) = text.split_once('-').ok_or(misshapen)?;
        let second_at = first.len() + 1;
        if first.len() < 2 {
            return Err(misshapen.at(text, first.len()));
        }
        if let Some(hyphen) = second.find('-') {
            return Err(misshapen.at(text, second_at + hyphen));
        }
        match Inline::new(text) {
            Some(code) if second.len() >= 2 => Ok(Self(code)),
            _ => Err(misshapen),
        }
    }

    /// The code as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Default for NsoCode {
    fn default() -> Self {
        const ANY: Option<Inline<32>> = Inline::new("ANY-ANY");
        Self(const { ANY.unwrap() })
    }
}

text_surface!(NsoCode);
plain_debug!(NsoCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunk_names_follow_the_live_api() {
        for good in ["a", "_", "my_trunk_001", "production_trunk"] {
            assert_eq!(TrunkName::parse(good).unwrap(), good);
        }
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            (
                "production_trunk1",
                IdentRule::TooLong { max: 16 },
                Some(16),
            ),
            ("my trunk", IdentRule::Character, Some(2)),
            ("my-trunk", IdentRule::Character, Some(2)),
            ("tränk", IdentRule::Character, Some(2)),
        ] {
            let error = TrunkName::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn long_trunk_names_are_3_to_50() {
        assert!(LongTrunkName::parse(&"a".repeat(3)).is_ok());
        assert!(LongTrunkName::parse(&"a".repeat(50)).is_ok());
        let short = LongTrunkName::parse("ab").unwrap_err();
        assert_eq!(short.rule(), IdentRule::TooShort { min: 3 });
        let long = LongTrunkName::parse(&"a".repeat(51)).unwrap_err();
        assert_eq!(
            (long.rule(), long.position()),
            (IdentRule::TooLong { max: 50 }, Some(50))
        );
    }

    #[test]
    fn names_convert_where_both_rules_hold() {
        let short = TrunkName::parse("my_trunk_001").unwrap();
        let long = LongTrunkName::try_from(short).unwrap();
        assert_eq!(TrunkName::try_from(long).unwrap(), short);
        assert!(LongTrunkName::try_from(TrunkName::parse("ab").unwrap()).is_err());
    }

    #[test]
    fn nso_codes_are_two_groups() {
        for good in ["ANY-ANY", "AB-CD", "IND-MUM"] {
            assert_eq!(NsoCode::parse(good).unwrap(), good);
        }
        assert_eq!(NsoCode::default(), NsoCode::parse("ANY-ANY").unwrap());
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            ("any any", IdentRule::Character, Some(0)),
            ("ANY ANY", IdentRule::Character, Some(3)),
            ("ANYANY", IdentRule::Shape, None),
            ("A-ANY", IdentRule::Shape, Some(1)),
            ("-ANY", IdentRule::Shape, Some(0)),
            ("ANY-A", IdentRule::Shape, None),
            ("ANY-", IdentRule::Shape, None),
            ("ANY-ANY-ANY", IdentRule::Shape, Some(7)),
            ("ANY--ANY", IdentRule::Shape, Some(4)),
        ] {
            let error = NsoCode::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
        }
        let long = format!("{}-{}", "A".repeat(16), "B".repeat(16));
        assert_eq!(
            NsoCode::parse(&long).unwrap_err().rule(),
            IdentRule::TooLong { max: 32 }
        );
    }
}
