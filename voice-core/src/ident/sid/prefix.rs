//! Reading a SID, and explaining one of the wrong kind.

use std::fmt;

use super::KINDS;
use crate::ident::error::{Grammar, IdentError, IdentRule};
use crate::ident::inline::Inline;

/// The characters of a SID, prefix included.
pub(in crate::ident) const LENGTH: usize = 34;

/// Kinds that have no type here, named so that a mix-up is explained.
pub(super) const OTHER_KINDS: [(&str, &str); 5] = [
    ("RQ", "a request id"),
    ("XB", "an add-on"),
    ("XE", "an installed add-on"),
    ("XF", "an add-on extension"),
    ("XH", "an add-on payload"),
];

/// Checks the two letters, then the digits.
pub(super) const fn parse(
    text: &str,
    prefix: &'static str,
    grammar: &'static Grammar,
) -> Result<Inline<LENGTH>, IdentError> {
    let ([a, b, digits @ ..], [p, q]) = (text.as_bytes(), prefix.as_bytes()) else {
        return Err(explain_prefix(text, prefix, grammar));
    };
    if *a != *p || *b != *q {
        return Err(explain_prefix(text, prefix, grammar));
    }
    let mut rest = digits;
    let mut at = 2;
    while let [digit, tail @ ..] = rest {
        if !digit.is_ascii_hexdigit() {
            return Err(IdentError::new(grammar, IdentRule::Character)
                .at(text, at)
                .found(*digit));
        }
        if at >= LENGTH {
            return Err(IdentError::new(grammar, IdentRule::TooLong { max: LENGTH }).at(text, at));
        }
        rest = tail;
        at += 1;
    }
    match Inline::new(text) {
        Some(inline) if at == LENGTH => Ok(inline),
        _ => Err(IdentError::new(
            grammar,
            IdentRule::TooShort { min: LENGTH },
        )),
    }
}

#[cold]
const fn explain_prefix(
    text: &str,
    expected: &'static str,
    grammar: &'static Grammar,
) -> IdentError {
    if text.is_empty() {
        return IdentError::new(grammar, IdentRule::Empty);
    }
    let found = known_prefix(text);
    IdentError::new(grammar, IdentRule::SidPrefix { expected, found }).at(text, 0)
}

/// The two letters `text` starts with, if they are those of a kind of SID.
pub(in crate::ident) const fn known_prefix(text: &str) -> Option<&'static str> {
    let [a, b, ..] = text.as_bytes() else {
        return None;
    };
    let mut tables: &[&[(&'static str, &'static str)]] = &[KINDS, &OTHER_KINDS];
    while let [table, more @ ..] = tables {
        let mut rest = *table;
        while let [(prefix, _), tail @ ..] = rest {
            if let [p, q] = prefix.as_bytes()
                && *a == *p
                && *b == *q
            {
                return Some(prefix);
            }
            rest = tail;
        }
        tables = more;
    }
    None
}

/// The kind with its article, for a prefix of the tables above.
fn kind(prefix: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .chain(&OTHER_KINDS)
        .find(|(known, _)| *known == prefix)
        .map(|(_, kind)| *kind)
}

/// The reason text of [`IdentRule::SidPrefix`].
pub(in crate::ident) fn describe_prefix(
    f: &mut fmt::Formatter<'_>,
    expected: &str,
    found: Option<&str>,
) -> fmt::Result {
    if let Some(prefix) = found
        && let Some(kind) = kind(prefix)
    {
        write!(f, "this is {kind} SID ({prefix}…), ")?;
    }
    match kind(expected) {
        Some(kind) => write!(f, "{kind} SID starts with {expected}"),
        None => write!(f, "no SID belongs here"),
    }
}
