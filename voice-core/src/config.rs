//! Settings from the environment: everything wrong is reported at once, and no value is ever shown.
//!
//! Only the `from_env()` constructors of the provider crates come here; nothing else in the family reads the
//! environment. A setting may have older names (aliases); the first that is set wins. An empty variable counts as unset;
//! blanks around a value are a problem of their own, since they are a common cause of refused credentials.
//!
//! ```
//! use voice_core::config::Environment;
//! use voice_core::ident::E164;
//!
//! let env = Environment::from_pairs([("TWILIO_PHONE_NUMBER", "+15551234567")]);
//! let mut reader = env.reader("twilio");
//! let number = reader.required::<E164>(&["TWILIO_PHONE_NUMBER"]);
//! let sid = reader.text(&["TWILIO_ACCOUNT_SID"]);
//! let error = reader.finish().unwrap_err();
//! assert!(number.is_some() && sid.is_none());
//! assert_eq!(error.to_string(), "twilio from_env: TWILIO_ACCOUNT_SID is not set");
//! ```

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;

use crate::error::{Error, ErrorKind, FieldError};

/// Where settings are read from: the process's environment, or given pairs.
#[derive(Clone)]
pub struct Environment(Source);

#[derive(Clone)]
enum Source {
    Process,
    Pairs(HashMap<String, String>),
}

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub fn process() -> Self {
        Self(Source::Process)
    }

    /// Given pairs, for tests and for settings kept elsewhere.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self(Source::Pairs(pairs))
    }

    /// Begins reading the settings of one provider.
    #[must_use]
    pub fn reader(&self, provider: &'static str) -> Reader<'_> {
        Reader {
            environment: self,
            provider,
            problems: Vec::new(),
        }
    }

    /// Whether a variable is set and not empty.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        !matches!(self.get(name), Ok(None))
    }

    /// The value of a variable that is set, not empty and Unicode.
    #[cfg_attr(
        not(feature = "doctor"),
        expect(dead_code, reason = "only the doctor looks at values")
    )]
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).ok().flatten()
    }

    /// `Err` when the value is not Unicode.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    fn get(&self, name: &str) -> Result<Option<String>, ()> {
        let value = match &self.0 {
            Source::Process => match std::env::var_os(name) {
                None => None,
                Some(value) => Some(value.into_string().map_err(drop)?),
            },
            Source::Pairs(pairs) => pairs.get(name).cloned(),
        };
        Ok(value.filter(|value| !value.is_empty()))
    }
}

/// Values may be secrets: only where they come from is shown.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Process => f.write_str("Environment(process)"),
            Source::Pairs(pairs) => write!(f, "Environment({} pairs)", pairs.len()),
        }
    }
}

/// What is wrong with one setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// No variable for it is set. The first name is the current one, the others are aliases.
    #[error("{} is not set", names(.0))]
    Missing(Vec<&'static str>),
    /// The variable is set, but its value is not of the right form. The text states the rule, never the value.
    #[error("{name} is malformed: {rule}")]
    Malformed {
        /// The variable that was read.
        name: &'static str,
        /// The rule that broke.
        rule: String,
    },
}

fn names(names: &[&'static str]) -> String {
    match names {
        [] => "a setting".to_owned(),
        [one] => (*one).to_owned(),
        [first, aliases @ ..] => format!("{first} (or {})", aliases.join(", ")),
    }
}

/// Reads settings and collects what is wrong with them.
///
/// Each method takes the names of one setting, the current one first. `None` means that it is unset or that a problem was
/// noted; [`finish`](Self::finish) tells.
#[derive(Debug)]
pub struct Reader<'a> {
    environment: &'a Environment,
    provider: &'static str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// A setting that must be there.
    pub fn required<T>(&mut self, names: &[&'static str]) -> Option<T>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let before = self.problems.len();
        let value = self.optional(names);
        if value.is_none() && self.problems.len() == before {
            self.problems.push(Problem::Missing(names.to_vec()));
        }
        value
    }

    /// A setting that may be there.
    pub fn optional<T>(&mut self, names: &[&'static str]) -> Option<T>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let (name, value) = self.raw(names)?;
        value
            .parse()
            .map_err(|rule: T::Err| {
                let rule = rule.to_string();
                // Not every type's error keeps the value to itself; some quote it escaped.
                let quotes = rule.contains(&value)
                    || rule.contains(&value.escape_debug().to_string())
                    || rule.contains(&value.escape_default().to_string());
                let rule = if quotes {
                    "not of the right form".to_owned()
                } else {
                    rule
                };
                self.malformed(name, rule);
            })
            .ok()
    }

    /// A text that must be there.
    pub fn text(&mut self, names: &[&'static str]) -> Option<String> {
        self.required::<String>(names)
    }

    /// A secret that must be there.
    pub fn secret(&mut self, names: &[&'static str]) -> Option<SecretString> {
        self.required::<String>(names).map(SecretString::from)
    }

    /// A secret that may be there.
    pub fn optional_secret(&mut self, names: &[&'static str]) -> Option<SecretString> {
        self.optional::<String>(names).map(SecretString::from)
    }

    /// Notes a problem that only the caller can see, such as two settings that exclude each other.
    pub fn malformed(&mut self, name: &'static str, rule: impl Into<String>) {
        self.problems.push(Problem::Malformed {
            name,
            rule: rule.into(),
        });
    }

    /// Whether a setting is there at all.
    #[must_use]
    pub fn has(&self, names: &[&'static str]) -> bool {
        names.iter().any(|name| self.environment.has(name))
    }

    /// Everything that is wrong so far.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// One [`ErrorKind::Config`] error that names every problem; its [`fields`](Error::fields) hold one entry for each.
    pub fn finish(self) -> Result<(), Error> {
        if self.problems.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        let mut error = Error::new(ErrorKind::Config, lines.join("; "))
            .with_operation(self.provider, "from_env");
        for (problem, line) in self.problems.iter().zip(&lines) {
            let name = match problem {
                Problem::Missing(names) => names.first().copied().unwrap_or_default(),
                Problem::Malformed { name, .. } => name,
            };
            error = error.with_field(FieldError::new(name, line));
        }
        Err(error)
    }

    fn raw(&mut self, names: &[&'static str]) -> Option<(&'static str, String)> {
        for name in names {
            match self.environment.get(name) {
                Ok(None) => {}
                Err(()) => {
                    self.malformed(name, "not valid UTF-8");
                    return None;
                }
                Ok(Some(value)) if value.trim() != value => {
                    self.malformed(name, "has blanks or a line break at its beginning or end");
                    return None;
                }
                Ok(Some(value)) => return Some((name, value)),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_reported_at_once_and_no_value_is_shown() {
        let env = Environment::from_pairs([
            ("NUM", "notanumber-4711"),
            ("KEY", "  s3cr3t-value"),
            ("EMPTY", ""),
        ]);
        let mut reader = env.reader("x");
        assert_eq!(reader.required::<u16>(&["NUM"]), None);
        assert!(reader.secret(&["KEY"]).is_none());
        assert_eq!(reader.text(&["EMPTY", "OLD_NAME"]), None);
        assert_eq!(reader.optional::<u16>(&["NOT_THERE"]), None);
        let error = reader.finish().unwrap_err();
        let text = format!("{error} {error:?} {}", error.log_value());
        assert_eq!(error.fields().len(), 3);
        assert_eq!(error.kind(), ErrorKind::Config);
        for part in [
            "NUM is malformed",
            "KEY is malformed",
            "EMPTY (or OLD_NAME) is not set",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("s3cr3t") && !text.contains("4711"), "{text}");
        assert!(!format!("{env:?}").contains("s3cr3t"));
    }

    #[test]
    fn not_even_a_type_whose_error_quotes_the_value_shows_it() {
        #[derive(Debug)]
        struct Quotes;
        impl FromStr for Quotes {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Err(format!("{text:?} is odd, {text}"))
            }
        }
        for value in ["hunter2", "k", "quo\"te\\d"] {
            let env = Environment::from_pairs([("KEY", value)]);
            let mut reader = env.reader("x");
            assert!(reader.required::<Quotes>(&["KEY"]).is_none());
            let shown = format!("{:?}", reader.problems());
            let error = reader.finish().unwrap_err();
            let text = format!("{shown} {error}");
            assert!(!text.contains(value) && !text.contains("te\\"), "{text}");
        }
    }

    #[test]
    fn the_current_name_goes_before_its_aliases() {
        let env = Environment::from_pairs([("OLD", "1"), ("NEW", "2")]);
        let mut reader = env.reader("x");
        assert_eq!(reader.required::<u8>(&["NEW", "OLD"]), Some(2));
        assert_eq!(reader.required::<u8>(&["NEWER", "OLD"]), Some(1));
        assert!(reader.has(&["NOPE", "OLD"]) && !reader.has(&["NOPE"]));
        reader.finish().unwrap();
    }
}
