//! Header values: one or more addresses, each in brackets with a name before it, or bare.
//!
//! The grammar is `name-addr` and `addr-spec` of RFC 3261, section 25.1. Only where a part begins and ends is decided here;
//! quotes and brackets are what protects commas, semicolons and whatever a caller calls himself.

/// Most addresses taken from one value.
const MAX_ADDRESSES: usize = 256;

/// Whether a value may hold several addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Many {
    /// Commas part them.
    Commas,
    /// One only; a comma belongs to it.
    No,
}

/// One address of a header's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// The URI, or whatever stands in its place.
    pub(super) uri: &'a str,
    /// What follows the brackets, from the first `;`; empty without brackets.
    pub(super) parameters: &'a str,
}

impl<'a> Address<'a> {
    /// The value of a parameter of the header, such as `index`.
    pub(super) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters
            .split(';')
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// The brackets or quotes of an address do not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// The addresses of a value, in order; empty ones are left out.
pub(super) fn addresses(value: &str, many: Many) -> Vec<Result<Address<'_>, Malformed>> {
    let mut found = Vec::new();
    let mut rest = value;
    while found.len() < MAX_ADDRESSES {
        let (one, next) = split(rest, many);
        if let Some(address) = one {
            found.push(address);
        }
        match next {
            Some(next) => rest = next,
            None => break,
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Quotes,
    Brackets,
}

/// The first address, if it is not empty, and what follows its comma.
fn split(value: &str, many: Many) -> (Option<Result<Address<'_>, Malformed>>, Option<&str>) {
    let mut within = Within::Nothing;
    let mut is_escaped = false;
    let mut uri = None;
    let mut open = 0;
    let mut end = value.len();
    for (at, byte) in value.bytes().enumerate() {
        match (within, byte) {
            (Within::Quotes, _) if is_escaped => is_escaped = false,
            (Within::Quotes, b'\\') => is_escaped = true,
            (Within::Quotes, b'"') => within = Within::Nothing,
            (Within::Nothing, b'"') => within = Within::Quotes,
            (Within::Nothing, b'<') if uri.is_none() => {
                within = Within::Brackets;
                open = at + 1;
            }
            (Within::Brackets, b'>') => {
                within = Within::Nothing;
                uri = Some((open, at));
            }
            (Within::Nothing, b',') if many == Many::Commas => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let next = value.get(end + 1..);
    let whole = value.get(..end).unwrap_or_default();
    if within != Within::Nothing {
        return (Some(Err(Malformed)), next);
    }
    let address = match uri {
        Some((from, to)) => {
            let after = whole.get(to + 1..).unwrap_or_default();
            Address {
                uri: blank_trim(whole.get(from..to).unwrap_or_default()),
                parameters: after
                    .find(';')
                    .and_then(|at| after.get(at + 1..))
                    .unwrap_or_default(),
            }
        }
        None => Address {
            uri: blank_trim(whole),
            parameters: "",
        },
    };
    let is_empty = uri.is_none() && address.uri.is_empty();
    ((!is_empty).then_some(Ok(address)), next)
}

/// Without blanks and folds around it.
fn blank_trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uris(value: &str) -> Vec<&str> {
        let found = addresses(value, Many::Commas).into_iter();
        found
            .map(|address| address.map_or("malformed", |address| address.uri))
            .collect()
    }

    #[test]
    fn names_quotes_and_brackets_are_told_from_the_address() {
        for (value, uri) in [
            ("sip:a@b", "sip:a@b"),
            ("  <sip:a@b>  ", "sip:a@b"),
            ("Anna B <sip:a@b>;tag=1", "sip:a@b"),
            ("\"Anna\" <sip:a@b>", "sip:a@b"),
            ("\"A, <sip:x@y>\" <sip:a@b>", "sip:a@b"),
            (r#""A \" <sip:x@y> \\" <sip:a@b>"#, "sip:a@b"),
            ("\"\"<\r\n sip:a@b\r\n >", "sip:a@b"),
            ("<sip:a,b@c>", "sip:a,b@c"),
            ("<sip:a@b> <sip:x@y>", "sip:a@b"),
            ("<>", ""),
        ] {
            assert_eq!(uris(value), [uri], "{value}");
        }
        for value in ["\"Anna <sip:a@b>", "<sip:a@b", "\"a\\\"", "A <"] {
            assert_eq!(uris(value), ["malformed"], "{value}");
        }
    }

    #[test]
    fn commas_part_addresses_where_they_may() {
        let value = "<sip:a@b>;q=\"1,2\", \"C, D\" <sip:c@d> ,, sip:e@f,";
        assert_eq!(uris(value), ["sip:a@b", "sip:c@d", "sip:e@f"]);
        let one = addresses("sip:a@b,sip:c@d", Many::No);
        assert_eq!(
            one,
            [Ok(Address {
                uri: "sip:a@b,sip:c@d",
                parameters: ""
            })]
        );
        assert!(uris("").is_empty() && uris(" , \r\n\t,").is_empty());
        assert_eq!(uris(&"a,".repeat(10_000)).len(), MAX_ADDRESSES);
    }

    #[test]
    fn parameters_behind_the_brackets_have_names_in_any_case() {
        let value = "<sip:a@b;index=9?x=y>; Index = 1.2 ;lr";
        let address = addresses(value, Many::Commas)[0].unwrap();
        assert_eq!(address.parameter("index"), Some("1.2"));
        assert_eq!(address.parameter("lr"), None);
    }
}
