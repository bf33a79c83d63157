//! [`Caller`]: who calls, as far as the headers say.

use super::address::{Address, Many, addresses};
use super::finder::values;
use super::region::Region;
use super::source::is_named;
use super::uri;
use crate::ident::E164;
use crate::provider::SipHeader;

/// Who calls. **Untrusted**: whoever calls can write it, so it is no proof of identity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Caller {
    /// A number, from `From`, or from `P-Asserted-Identity` (RFC 3325) when `From` has none.
    Number(E164),
    /// The caller does not want to be known, whatever other headers say.
    Withheld,
    /// No header has a number that can be read.
    #[default]
    Unknown,
}

/// What stands in place of a caller who withholds the number (RFC 3323, section 4.1.1.3, and usual spellings).
const ANONYMOUS: &[&str] = &["anonymous", "restricted", "private", "withheld"];

impl Caller {
    /// Reads the caller; `region` says how to read a number without `+`.
    #[must_use]
    pub fn read(headers: &[SipHeader], region: Option<&Region>) -> Self {
        let from = values(headers, |name| is_named(name, "From", Some("f")));
        let asserted = values(headers, |name| is_named(name, "P-Asserted-Identity", None));
        let from: Vec<_> = from
            .filter_map(Result::ok)
            .flat_map(|value| addresses(value, Many::No))
            .flatten()
            .collect();
        if from.iter().any(is_anonymous) || asks_for_privacy(headers) {
            return Self::Withheld;
        }
        let asserted = asserted
            .filter_map(Result::ok)
            .flat_map(|value| addresses(value, Many::Commas))
            .flatten();
        from.into_iter()
            .chain(asserted)
            .find_map(|address| uri::number(address.uri, region).ok())
            .map_or(Self::Unknown, Self::Number)
    }

    /// The number, if there is one.
    #[must_use]
    pub const fn number(&self) -> Option<E164> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Withheld | Self::Unknown => None,
        }
    }
}

fn is_anonymous(address: &Address<'_>) -> bool {
    let Some((_, rest)) = address.uri.split_once(':') else {
        return false;
    };
    let user = uri::user(rest).unwrap_or(rest);
    let user = user.split(';').next().unwrap_or_default();
    let host = uri::host(rest);
    ANONYMOUS.iter().any(|word| user.eq_ignore_ascii_case(word))
        || host.eq_ignore_ascii_case("anonymous.invalid")
}

/// `Privacy: id`, `user`, `header` or `full` (RFC 3323 and RFC 3325) hide who calls.
fn asks_for_privacy(headers: &[SipHeader]) -> bool {
    values(headers, |name| is_named(name, "Privacy", None))
        .filter_map(Result::ok)
        .flat_map(|value| value.split([';', ',']))
        .any(|word| {
            let hides = ["id", "user", "header", "full"];
            hides
                .iter()
                .any(|hide| word.trim().eq_ignore_ascii_case(hide))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(headers: &[(&str, &str)]) -> Caller {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| SipHeader::new(*name, *value))
            .collect();
        Caller::read(&headers, None)
    }

    #[test]
    fn the_caller_is_read_from_either_header() {
        let number = Caller::Number(E164::parse("+14155550123").unwrap());
        for headers in [
            &[("f", "\"A, B\" <sip:+14155550123@h>;tag=1")][..],
            &[("FROM", "<tel:+1-415-555-0123>")],
            &[
                ("From", "<sip:anna@h>"),
                ("p-asserted-identity", "<sip:anna@h>, <tel:+14155550123>"),
            ],
            &[
                ("From", "<sip:anna@h>"),
                ("Privacy", "none"),
                ("P-Asserted-Identity", "tel:+14155550123"),
            ],
        ] {
            assert_eq!(caller(headers), number, "{headers:?}");
        }
        assert_eq!(caller(&[]), Caller::Unknown);
        assert_eq!(caller(&[("From", "<sip:anna@h>")]).number(), None);
        assert!(!format!("{number:?}").contains("4155550123"));
    }

    #[test]
    fn who_withholds_the_number_stays_unknown() {
        let asserted = ("P-Asserted-Identity", "<tel:+14155550123>");
        for headers in [
            [
                ("From", "\"Anonymous\" <sip:anonymous@anonymous.invalid>"),
                asserted,
            ],
            [("From", "<sip:Restricted@10.0.0.1>"), asserted],
            [("From", "<sip:x@Anonymous.Invalid:5060;a=b>"), asserted],
            [("Privacy", "critical; id"), asserted],
        ] {
            assert_eq!(caller(&headers), Caller::Withheld, "{headers:?}");
        }
    }
}
