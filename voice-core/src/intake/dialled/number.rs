//! From digits as they are written to E.164, by the rules of a region where there is no `+`.

use super::look::Miss;
use super::region::Region;
use crate::ident::E164;

/// Longest text that is looked at: a number with a separator after each digit, and room to spare.
const MAX_TEXT: usize = 128;
/// Most digits that are taken up: an international prefix, and more than any number has.
const MAX_DIGITS: usize = 24;

/// Reads a number; `region` says how to read one without `+`.
pub(super) fn read(text: &str, region: Option<&Region>) -> Result<E164, Miss> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    if text.is_empty() {
        return Err(Miss::Empty);
    }
    if text.len() > MAX_TEXT {
        return Err(Miss::NotANumber);
    }
    let (is_global, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut digits = String::with_capacity(MAX_DIGITS);
    for character in rest.chars() {
        match character {
            '0'..='9' if digits.len() == MAX_DIGITS => return Err(Miss::OutOfRange),
            '0'..='9' => digits.push(character),
            _ if is_separator(character) => {}
            _ => return Err(Miss::NotANumber),
        }
    }
    if digits.is_empty() {
        return Err(Miss::NotANumber);
    }
    if is_global {
        // Whether the zero in +44 (0)20 … is dialled differs from country to country.
        let is_blank = |character: &char| !matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{a0}');
        let close: String = rest.chars().filter(is_blank).collect();
        if close.contains("(0)") {
            return Err(Miss::TrunkInside);
        }
        return global(&digits).ok_or(Miss::OutOfRange);
    }
    region.ok_or(Miss::NoRegion)?.read(&digits)
}

/// A number of its country code and all that follows.
pub(super) fn global(digits: &str) -> Option<E164> {
    E164::parse(&format!("+{digits}")).ok()
}

/// The visual separators of RFC 3966, section 5.1.1, and the blanks and slashes that people add.
const fn is_separator(character: char) -> bool {
    matches!(
        character,
        '-' | '.' | '(' | ')' | ' ' | '\t' | '\r' | '\n' | '/' | '\u{a0}' | '\u{2010}'..='\u{2014}'
    )
}
