//! The parameters of a webhook: decoded, in order, none lost.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};
use voice_core::webhook::WebhookRequest;

use super::decode::{self, Pair};
use super::{form, url};
use crate::error::ErrorCode;
use crate::types::Toggle;

/// Name and value pairs of a form or query, decoded, in the order they came. A name may come several times; absent and
/// empty are different things.
#[derive(Clone, Default)]
pub struct Params {
    /// All names and values one after another, nothing between: two allocations, however many parameters there are.
    text: String,
    pairs: Vec<Pair>,
}

impl Params {
    /// Reads `application/x-www-form-urlencoded` text: a form body, or a query.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        match decode::all(text) {
            Some((text, pairs)) => Self { text, pairs },
            // Not all of it is UTF-8.
            None => form_urlencoded::parse(text).collect(),
        }
    }

    /// The parameters of a webhook: those of its form, or those of its query when it has no form.
    #[must_use]
    pub fn from_request(request: &WebhookRequest<'_>) -> Self {
        Self::of(request, form::has_form(request))
    }

    /// The same, when it is known whether it has a form.
    pub(super) fn of(request: &WebhookRequest<'_>, has_form: bool) -> Self {
        if has_form {
            Self::parse(request.body)
        } else {
            Self::parse(url::query(request.url).as_bytes())
        }
    }

    /// The first value of a name; `Some("")` when it is there without one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }

    /// The first value of a name unless it is empty.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The first value of a name in another type, if it is one.
    #[must_use]
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.filled(name)?.trim().parse().ok()
    }

    /// The first value of a name as a number of digits alone; a sign is none.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let digits = self.filled(name)?.trim();
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    }

    /// The first value of a name as `true` or `false`, in any case.
    pub(super) fn toggle(&self, name: &str) -> Option<Toggle> {
        let word = self.filled(name)?.trim();
        if word.eq_ignore_ascii_case("true") {
            Some(Toggle::On)
        } else if word.eq_ignore_ascii_case("false") {
            Some(Toggle::Off)
        } else {
            None
        }
    }

    /// The first value of a name as an error code; 0 is none.
    pub(super) fn error_code(&self, name: &str) -> Option<ErrorCode> {
        let code = u32::try_from(self.number(name)?).ok()?;
        (code != 0).then(|| ErrorCode::new(code))
    }

    /// The pairs whose names begin with `prefix`, without it.
    pub(super) fn behind(&self, prefix: &'static str) -> impl Iterator<Item = (&str, &str)> {
        self.iter()
            .filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
    }

    /// All pairs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|pair| pair.of(&self.text))
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The text that is signed after the URL: sorted by name in byte order, the distinct values of a repeated name
    /// sorted, each value behind its name, nothing between.
    pub(super) fn canonical(&self) -> Cow<'_, str> {
        let mut sorted: Vec<Ranked<'_>> = self
            .pairs
            .iter()
            .map(|pair| Ranked::of(pair, &self.text))
            .collect();
        let order = |a: &Ranked<'_>, b: &Ranked<'_>| {
            let whole = || a.pair.of(&self.text).cmp(&b.pair.of(&self.text));
            a.rank.cmp(&b.rank).then_with(whole)
        };
        if sorted.is_sorted_by(|a, b| order(a, b).is_lt()) {
            return Cow::Borrowed(&self.text);
        }
        sorted.sort_unstable_by(order);
        sorted.dedup_by(|a, b| order(a, b).is_eq());
        let mut text = String::with_capacity(self.text.len());
        for Ranked { pair, .. } in sorted {
            text.push_str(self.text.get(pair.start..pair.end).unwrap_or_default());
        }
        Cow::Owned(text)
    }

    /// As JSON: texts, and arrays of texts for repeated names.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        for (name, value) in self.iter() {
            let value = Value::from(value);
            match map.get_mut(name) {
                None => {
                    map.insert(name.to_owned(), value);
                }
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Value::Object(map)
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut params = Self::default();
        for (name, value) in pairs {
            let start = params.text.len();
            params.text.push_str(name.as_ref());
            let middle = params.text.len();
            params.text.push_str(value.as_ref());
            let end = params.text.len();
            params.pairs.push(Pair { start, middle, end });
        }
        params
    }
}

impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Params {}

/// A pair, and a number that orders it before all pairs are compared as text.
struct Ranked<'p> {
    /// The first bytes of the name, which order names as their whole text does and mostly suffice.
    rank: u64,
    pair: &'p Pair,
}

impl<'p> Ranked<'p> {
    fn of(pair: &'p Pair, text: &str) -> Self {
        let (name, _) = pair.of(text);
        let bytes = name.as_bytes();
        let rank = match bytes.first_chunk::<8>() {
            Some(first) => u64::from_be_bytes(*first),
            None => {
                let mut padded = [0; 8];
                let filled = padded.iter_mut().zip(bytes);
                filled.for_each(|(to, from)| *to = *from);
                u64::from_be_bytes(padded)
            }
        };
        Self { rank, pair }
    }
}

/// Values are personal: only names are shown.
impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_sorted_by_themselves_and_values_are_distinct() {
        let params = Params::parse(b"b=2&SidAccount=x&Sid=Z&b=1&b=2&a=&B=&Sid=A&e");
        assert_eq!(params.canonical(), "BSidASidZSidAccountxab1b2e");
        assert_eq!(params.to_value()["b"], json!(["2", "1", "2"]));
        assert_eq!(
            (params.get("a"), params.filled("a"), params.get("x")),
            (Some(""), None, None)
        );
        assert_eq!(params.len(), 9);
    }

    #[test]
    fn values_are_decoded() {
        let params = Params::parse("To=%2B1+555&Name=Zo%C3%AB&Bad=%zz".as_bytes());
        assert_eq!(
            (params.get("To"), params.get("Name"), params.get("Bad")),
            (Some("+1 555"), Some("Zoë"), Some("%zz"))
        );
        assert_eq!(format!("{params:?}"), r#"["To", "Name", "Bad"]"#);
        assert_eq!(params.parsed::<u32>("To"), None);
    }

    #[test]
    fn numbers_toggles_and_codes_are_read_strictly() {
        let params = Params::parse(
            b"a=12&b=%2B12&c=-1&d=1.5&e=99999999999999999999&f=+7+&t=TRUE&u=false&v=yes&z=0&w=",
        );
        let number = |name| params.number(name);
        assert_eq!(
            ["a", "b", "c", "d", "e", "f", "w", "-"].map(number),
            [Some(12), None, None, None, None, Some(7), None, None]
        );
        assert_eq!(
            ["t", "u", "v", "w"].map(|name| params.toggle(name)),
            [Some(Toggle::On), Some(Toggle::Off), None, None]
        );
        assert_eq!(params.error_code("a"), Some(ErrorCode::new(12)));
        assert_eq!(
            (params.error_code("z"), params.error_code("e")),
            (None, None)
        );
    }

    proptest! {
        #[test]
        fn what_is_signed_is_in_byte_order(pairs in proptest::collection::vec(("[aAé\u{0}]{0,10}", ".{0,3}"), 0..40)) {
            let params: Params = pairs.iter().cloned().collect();
            let mut sorted = pairs;
            sorted.sort();
            sorted.dedup();
            let expected: String = sorted.into_iter().flat_map(|(name, value)| [name, value]).collect();
            prop_assert_eq!(params.canonical(), expected);
        }

        #[test]
        fn the_order_of_arrival_changes_nothing(mut pairs in proptest::collection::vec(("[aAb]{0,2}", ".{0,3}"), 0..8), seed in 0usize..8) {
            let before: Params = pairs.clone().into_iter().collect();
            let by = seed.min(pairs.len());
            pairs.rotate_left(by);
            let after: Params = pairs.into_iter().collect();
            prop_assert_eq!(before.canonical(), after.canonical());
        }

        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..100)) {
            let params = Params::parse(&body);
            let _ = (params.canonical(), params.to_value());
        }
    }
}
