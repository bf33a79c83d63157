//! Ids and versions of prompts: what a suffix means, what belongs together, which version is newer.
//!
//! The service stores each version under an id of its own: version 1.1.0 of `greet` is the prompt `greet-v1.1.0`. Asking
//! for the suffixed id gives the *latest* version, and ids are compared with wildcards, so both are seen to here.

use std::borrow::Cow;
use std::cmp::Ordering;

/// A version as the service writes it: one leading `v` or `V` before a digit is dropped.
///
/// ```
/// use promptops_client::ids::bare_version;
///
/// assert_eq!(bare_version("v1.2.0"), "1.2.0");
/// assert_eq!(bare_version("1.2.0"), "1.2.0");
/// assert_eq!(bare_version("vanilla"), "vanilla");
/// ```
#[must_use]
pub fn bare_version(version: &str) -> &str {
    match version.strip_prefix(['v', 'V']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => version,
    }
}

/// Takes `greet-v1.1.0` apart into `greet` and `1.1.0`; an id without a semantic version at its end stays whole.
///
/// ```
/// use promptops_client::ids::split_id;
///
/// assert_eq!(split_id("greet-v1.1.0"), ("greet", Some("1.1.0")));
/// assert_eq!(split_id("greet-verbose"), ("greet-verbose", None));
/// assert_eq!(split_id("greet-v2"), ("greet-v2", None));
/// ```
#[must_use]
pub fn split_id(id: &str) -> (&str, Option<&str>) {
    let split = id
        .match_indices("-v")
        .filter_map(|(at, mark)| Some((id.get(..at)?, id.get(at + mark.len()..)?)))
        .find(|(base, version)| !base.is_empty() && Semver::parse(version).is_some());
    match split {
        Some((base, version)) => (base, Some(version)),
        None => (id, None),
    }
}

/// Whether an answered id is the one asked for: exactly it, or it with a version.
///
/// ```
/// use promptops_client::ids::is_same_prompt;
///
/// assert!(is_same_prompt("greet", "greet"));
/// assert!(is_same_prompt("greet", "greet-v1.1.0"));
/// assert!(!is_same_prompt("greet", "greet-verbose"));
/// assert!(!is_same_prompt("a_b", "axb"));
/// ```
#[must_use]
pub fn is_same_prompt(asked: &str, answered: &str) -> bool {
    asked == answered
        || answered
            .strip_prefix(asked)
            .and_then(|rest| rest.strip_prefix("-v"))
            .is_some_and(|version| Semver::parse(version).is_some())
}

/// Orders versions by meaning: 1.10.0 is newer than 1.9.0, which the server's order of texts has the other way round.
///
/// By the rules of semantic versioning (<https://semver.org>, section 11); a text that is no semantic version is older than
/// any that is, and among such texts the order is that of the texts.
///
/// ```
/// use std::cmp::Ordering;
/// use promptops_client::ids::compare_versions;
///
/// assert_eq!(compare_versions("1.10.0", "1.9.0"), Ordering::Greater);
/// assert_eq!(compare_versions("1.0.0-rc.1", "v1.0.0"), Ordering::Less);
/// assert_eq!(compare_versions("draft", "0.0.1"), Ordering::Less);
/// ```
#[must_use]
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    let (a, b) = (bare_version(a), bare_version(b));
    match (Semver::parse(a), Semver::parse(b)) {
        (Some(left), Some(right)) => left.cmp_to(&right).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => a.cmp(b),
    }
}

/// Whether an id, of a prompt or of a project, is one the server takes: letters of ASCII, digits, `_` and `-`.
pub(crate) fn is_plain(id: &str) -> bool {
    !id.is_empty()
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

struct Semver<'a> {
    numbers: [&'a str; 3],
    pre: Option<&'a str>,
}

impl<'a> Semver<'a> {
    /// Build metadata is allowed and says nothing about order.
    fn parse(text: &'a str) -> Option<Self> {
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, Some(pre)),
            None => (text, None),
        };
        if ![build, pre].into_iter().flatten().all(has_good_parts) {
            return None;
        }
        let mut parts = core.split('.');
        let numbers = [parts.next()?, parts.next()?, parts.next()?];
        let whole = parts.next().is_none() && numbers.iter().all(|part| is_number(part));
        whole.then_some(Self { numbers, pre })
    }

    fn cmp_to(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.iter().zip(other.numbers);
        numbers
            .map(|(a, b)| compare_numbers(a, b))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| match (self.pre, other.pre) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) => compare_pre(a, b),
            })
    }
}

fn has_good_parts(text: &str) -> bool {
    text.split('.').all(|part| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Of any length: no number is too large.
fn compare_numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (is_number(a), is_number(b)) {
                (true, true) => compare_numbers(a, b),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => a.cmp(b),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The id a version is stored under.
pub(crate) fn stored_id<'a>(base: &'a str, version: Option<&str>) -> Cow<'a, str> {
    match version {
        Some(version) => Cow::Owned(format!("{base}-v{version}")),
        None => Cow::Borrowed(base),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn latest_by_meaning_is_not_latest_by_text() {
        let mut versions = vec![
            "1.9.0",
            "draft",
            "1.10.0",
            "1.0.0-alpha.1",
            "1.0.0",
            "1.0.0-alpha",
            "1.0.0-beta",
            "v2.0.0",
            "1.0.0-alpha.beta",
            "1.0.0-alpha.11",
            "1.0.0-alpha.2",
        ];
        versions.sort_by(|a, b| compare_versions(a, b));
        assert_eq!(
            versions,
            [
                "draft",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.2",
                "1.0.0-alpha.11",
                "1.0.0-alpha.beta",
                "1.0.0-beta",
                "1.0.0",
                "1.9.0",
                "1.10.0",
                "v2.0.0",
            ]
        );
        let huge = "99999999999999999999999999.0.0";
        assert_eq!(compare_versions(huge, "2.0.0"), Ordering::Greater);
    }

    #[test]
    fn only_the_prompt_itself_or_a_version_of_it_is_the_same() {
        for (answered, same) in [
            ("greet", true),
            ("greet-v1.0.0", true),
            ("greet-v1.0.0-rc.1", true),
            ("greet-v1.0.0+build", true),
            ("greet-v1", false),
            ("greet-v", false),
            ("greet-verbose", false),
            ("greet-v1.0.0.0", false),
            ("Greet", false),
            ("gree", false),
            ("", false),
        ] {
            assert_eq!(is_same_prompt("greet", answered), same, "{answered}");
        }
    }

    proptest! {
        #[test]
        fn taking_an_id_apart_and_together_gives_the_id(id in "[a-z]{1,4}(-v)?[0-9a-z.+-]{0,12}|\\PC{0,20}") {
            let (base, version) = split_id(&id);
            prop_assert_eq!(stored_id(base, version), id.as_str());
            if version.is_some() {
                prop_assert!(is_same_prompt(base, &id));
            }
        }

        #[test]
        fn the_order_of_versions_is_an_order(
            a in "v?[0-3]\\.[0-3]\\.[0-9]{1,2}(-[a-b0-2]{1,2}(\\.[a-b0-2])?)?|[a-c.]{0,4}",
            b in "v?[0-3]\\.[0-3]\\.[0-9]{1,2}(-[a-b0-2]{1,2}(\\.[a-b0-2])?)?|[a-c.]{0,4}",
            c in "v?[0-3]\\.[0-3]\\.[0-9]{1,2}(-[a-b0-2]{1,2}(\\.[a-b0-2])?)?|[a-c.]{0,4}",
        ) {
            prop_assert_eq!(compare_versions(&a, &b), compare_versions(&b, &a).reverse());
            if compare_versions(&a, &b).is_le() && compare_versions(&b, &c).is_le() {
                prop_assert!(compare_versions(&a, &c).is_le());
            }
        }

        #[test]
        fn no_text_panics(a in "\\PC{0,20}", b in "\\PC{0,20}") {
            let _ = (bare_version(&a), compare_versions(&a, &b), is_same_prompt(&a, &b), is_plain(&a));
        }
    }
}
