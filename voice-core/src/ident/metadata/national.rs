//! [`E164::parse_national`]: what people of a region write.

use phonenumber::Metadata;
use phonenumber::metadata::DATABASE;

use super::kind::has_length;
use super::pattern;
use super::region::RegionCode;
use crate::ident::{E164, IdentError};

/// Why a text is no number of a region. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NationalError {
    /// It has no digits.
    #[error("there are no digits in it")]
    Empty,
    /// It holds something that is neither a digit nor a separator.
    #[error("there is something in it that is neither a digit nor a separator")]
    Character,
    /// It has more digits than any number.
    #[error("it has more digits than any number")]
    TooLong,
    /// No number of the region, and no international one from there, has such a form.
    #[error("numbers of this region have another length")]
    Length,
    /// What came out of it is no E.164 number.
    #[error(transparent)]
    E164(#[from] IdentError),
}

/// More digits than any number with an international prefix has.
const MOST_DIGITS: usize = 24;

impl E164 {
    /// Reads a number as people of `region` write it: with or without national prefix (`020 7946 0958`), with the prefix for
    /// calls abroad (`00 1 415 555 0123`), or in international form with `+`. Separators are those of
    /// [`parse_lenient`](Self::parse_lenient), and may also stand in front and behind.
    ///
    /// The result has a length that its plan knows ([`PhoneMetadata::is_possible`](super::PhoneMetadata::is_possible)); whether
    /// it is [valid](super::PhoneMetadata::is_valid) is another question. A `(0)` after `+` and letters for digits are refused.
    ///
    /// # Errors
    /// [`NationalError`] says why not.
    pub fn parse_national(text: &str, region: RegionCode) -> Result<Self, NationalError> {
        let text = text.trim();
        if text.starts_with('+') {
            return possible(Self::parse_lenient(text)?);
        }
        let mut digits = String::with_capacity(MOST_DIGITS);
        for character in text.chars() {
            match character {
                '0'..='9' if digits.len() == MOST_DIGITS => return Err(NationalError::TooLong),
                '0'..='9' => digits.push(character),
                ' ' | '\t' | '\u{a0}' | '-' | '\u{2010}'..='\u{2014}' | '.' | '/' | '(' | ')' => {}
                _ => return Err(NationalError::Character),
            }
        }
        if digits.is_empty() {
            return Err(NationalError::Empty);
        }
        let Some(plan) = DATABASE.by_id(region.as_str()) else {
            return Err(NationalError::Length);
        };
        let abroad = plan.international_prefix();
        let abroad = abroad.and_then(|prefix| pattern::beginning(prefix.as_str(), &digits));
        let abroad = abroad.and_then(|end| digits.get(end..)).and_then(|rest| {
            let number = Self::parse(&format!("+{rest}")).ok()?;
            possible(number).ok()
        });
        if let Some(number) = abroad {
            return Ok(number);
        }
        let national = without_prefix(plan, digits);
        possible(Self::parse(&format!("+{}{national}", plan.country_code()))?)
    }
}

fn possible(number: E164) -> Result<E164, NationalError> {
    match number.metadata().is_possible() {
        true => Ok(number),
        false => Err(NationalError::Length),
    }
}

/// Takes the national prefix away, or rewrites it as the plan says, where what is left is a number and better than before.
fn without_prefix(plan: &Metadata, digits: String) -> String {
    let Some(stripped) = stripped(plan, &digits) else {
        return digits;
    };
    let general = plan.descriptors().general();
    let fits = |national: &str| pattern::matches(general.national_number().as_str(), national);
    if (fits(&digits) && !fits(&stripped)) || !has_length(plan, &stripped) {
        return digits;
    }
    stripped
}

/// The digits behind the national prefix; `None` when there is no prefix in front.
fn stripped(plan: &Metadata, digits: &str) -> Option<String> {
    let Some(prefix) = plan.national_prefix_for_parsing() else {
        return Some(digits.strip_prefix(plan.national_prefix()?)?.to_owned());
    };
    let groups = pattern::at_beginning(prefix.as_str())?.captures(digits)?;
    let rest = digits.get(groups.get(0)?.end()..)?;
    let last = groups
        .len()
        .checked_sub(1)
        .and_then(|last| groups.get(last));
    match plan.national_prefix_transform_rule() {
        // The last group says whether the rule is meant: a prefix alone is only taken away.
        Some(rule) if groups.len() > 1 && last.is_some() => {
            let mut out = String::with_capacity(digits.len() + 2);
            let mut characters = rule.chars();
            while let Some(character) = characters.next() {
                match character {
                    '$' => {
                        let group = characters.next()?.to_digit(10)?;
                        out.push_str(
                            groups
                                .get(group as usize)
                                .map_or("", |group| group.as_str()),
                        );
                    }
                    other => out.push(other),
                }
            }
            out.push_str(rest);
            Some(out)
        }
        _ => Some(rest.to_owned()),
    }
}
