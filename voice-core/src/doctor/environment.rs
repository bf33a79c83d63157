//! Settings: which variables are there, which are missing, which are malformed. No value is ever shown.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;

use super::{CheckContext, DoctorCheck, Finding, Status};
use crate::config::{Environment, Problem, Reader};
use crate::error::Error;

/// What is said of an optional variable that is not there.
const NOT_SET: &str = "not set (optional)";

/// Looks at a list of settings in an [`Environment`].
///
/// Beside the form of each setting, quotes around a value, placeholders such as `your_api_key`, pasted lines (`NAME=value`), schemes
/// (`Bearer …`) and references nobody filled in (`${NAME}`) are told.
///
/// Missing or malformed settings that are required fail; malformed ones that are optional are warned of. Each setting is a
/// detail: `present`, `missing`, `malformed: ` and the rule, `not set (optional)`.
///
/// ```
/// use voice_core::config::Environment;
/// use voice_core::doctor::EnvironmentCheck;
/// use voice_core::ident::{E164, PublicHttpsUrl};
///
/// let check = EnvironmentCheck::new(Environment::from_pairs([("TWILIO_PHONE_NUMBER", "+15551234567")]))
///     .required::<E164>(&["TWILIO_PHONE_NUMBER"])
///     .required::<String>(&["TWILIO_AUTH_TOKEN"])
///     .optional::<PublicHttpsUrl>(&["TWILIO_STATUS_CALLBACK_BASE_URL"]);
/// assert_eq!(check.look().detail_value("TWILIO_AUTH_TOKEN"), Some("missing"));
/// ```
#[derive(Clone)]
pub struct EnvironmentCheck {
    environment: Environment,
    settings: Vec<Setting>,
    mistaken: Vec<Mistaken>,
    rules: Vec<Rule>,
    readers: Vec<Read>,
}

/// A rule over several settings.
type Rule = fn(&Environment) -> Option<Remark>;
/// A constructor that reads settings.
type Read = fn(&Environment) -> Result<(), Error>;
/// A name, and what is often set in its place.
type Mistaken = (&'static str, &'static [&'static str]);

/// What a rule over several settings has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remark {
    /// [`Status::Fail`] or [`Status::Warn`]; anything less becomes a detail alone.
    pub status: Status,
    /// The setting it is about.
    pub name: &'static str,
    /// What is wrong, without any value.
    pub text: String,
}

impl Remark {
    /// A remark about `name`.
    #[must_use]
    pub fn new(status: Status, name: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            name,
            text: text.into(),
        }
    }
}

#[derive(Clone)]
struct Setting {
    names: &'static [&'static str],
    need: Need,
    read: fn(&mut Reader<'_>, &[&'static str]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

impl EnvironmentCheck {
    const NAME: &'static str = "environment";

    /// Looks at settings of `environment`, none so far.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            settings: Vec::new(),
            mistaken: Vec::new(),
            rules: Vec::new(),
            readers: Vec::new(),
        }
    }

    /// A setting that must be there, in the form of `T`: its current name first, then older ones.
    #[must_use]
    pub fn required<T>(self, names: &'static [&'static str]) -> Self
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        self.setting::<T>(names, Need::Required)
    }

    /// A setting that may be there, in the form of `T`.
    #[must_use]
    pub fn optional<T>(self, names: &'static [&'static str]) -> Self
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        self.setting::<T>(names, Need::Optional)
    }

    /// Names that are often set in place of `name`; told when `name` is missing.
    #[must_use]
    pub fn mistaken(mut self, name: &'static str, wrong: &'static [&'static str]) -> Self {
        self.mistaken.push((name, wrong));
        self
    }

    /// A rule over several settings.
    #[must_use]
    pub fn rule(mut self, rule: fn(&Environment) -> Option<Remark>) -> Self {
        self.rules.push(rule);
        self
    }

    /// Has the settings read by the constructor that will read them in earnest, such as `from_environment`; what it finds wrong with
    /// a variable counts, as long as nothing else was said of that variable.
    #[must_use]
    pub fn read_by(mut self, reader: fn(&Environment) -> Result<(), Error>) -> Self {
        self.readers.push(reader);
        self
    }

    /// The variable that is set in place of `name`.
    fn mistaken_for(&self, name: &str) -> Option<&'static str> {
        let (_, wrong) = self.mistaken.iter().find(|(right, _)| *right == name)?;
        wrong
            .iter()
            .copied()
            .find(|wrong| self.environment.has(wrong))
    }

    /// What is odd about the value that is in use, whatever its form should be.
    fn oddity(&self, names: &[&'static str]) -> Option<(&'static str, &'static str)> {
        let name = names
            .iter()
            .copied()
            .find(|name| self.environment.has(name))?;
        let value = self.environment.text(name)?;
        super::value::trouble(name, &value).map(|rule| (name, rule))
    }

    fn setting<T>(mut self, names: &'static [&'static str], need: Need) -> Self
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        fn read<T: FromStr>(reader: &mut Reader<'_>, names: &[&'static str])
        where
            T::Err: fmt::Display,
        {
            // Only the problem is of interest, never the value.
            let _ = reader.optional::<T>(names);
        }
        self.settings.push(Setting {
            names,
            need,
            read: read::<T>,
        });
        self
    }

    /// Looks now; nothing is waited for.
    pub fn look(&self) -> Finding {
        let mut finding = Finding::pass(Self::NAME, "");
        let (mut present, mut wrong, mut odd) = (0_usize, Vec::new(), Vec::new());
        for setting in &self.settings {
            let name = setting.names.first().copied().unwrap_or_default();
            let mut reader = self.environment.reader("doctor");
            (setting.read)(&mut reader, setting.names);
            let is_set = reader.has(setting.names);
            if let Some((read, rule)) = self.oddity(setting.names) {
                let list = match setting.need {
                    Need::Required => &mut wrong,
                    Need::Optional => &mut odd,
                };
                list.push(format!("{name} is malformed"));
                let state = match read == name {
                    true => format!("malformed: {rule}"),
                    false => format!("malformed ({read}): {rule}"),
                };
                finding = finding.with_detail(name, state);
                continue;
            }
            let state = match (reader.problems().first(), is_set, setting.need) {
                (Some(Problem::Malformed { name: read, rule }), _, need) => {
                    let list = if need == Need::Required {
                        &mut wrong
                    } else {
                        &mut odd
                    };
                    list.push(format!("{name} is malformed"));
                    match *read == name {
                        true => format!("malformed: {rule}"),
                        false => format!("malformed ({read}): {rule}"),
                    }
                }
                (_, true, _) => {
                    present += 1;
                    "present".to_owned()
                }
                (_, false, Need::Required) => {
                    wrong.push(format!("{name} is missing"));
                    match self.mistaken_for(name) {
                        Some(other) => format!("missing; {other} is set, which nothing reads"),
                        None => "missing".to_owned(),
                    }
                }
                (_, false, Need::Optional) => NOT_SET.to_owned(),
            };
            finding = finding.with_detail(name, state);
        }
        for error in self
            .readers
            .iter()
            .filter_map(|read| read(&self.environment).err())
        {
            for field in error.fields() {
                let known = finding.detail_value(&field.field);
                if known.is_some_and(|state| state != "present" && state != NOT_SET)
                    || is_alias(&self.settings, &field.field, &finding)
                {
                    continue;
                }
                present = present.saturating_sub(usize::from(known == Some("present")));
                wrong.push(format!("{} is malformed", field.field));
                finding = finding.with_detail(&field.field, &field.message);
            }
        }
        for remark in self.rules.iter().filter_map(|rule| rule(&self.environment)) {
            match remark.status {
                Status::Fail => wrong.push(format!("{}: {}", remark.name, remark.text)),
                Status::Warn => odd.push(format!("{}: {}", remark.name, remark.text)),
                _ => finding = finding.with_detail("note", &remark.text),
            }
        }
        let all = self.settings.len();
        let (status, seen) = match (wrong.is_empty(), odd.is_empty()) {
            (true, true) => (
                Status::Pass,
                format!("{present} of {all} settings are present, none is malformed"),
            ),
            (true, false) => (Status::Warn, odd.join(", ")),
            (false, _) => (Status::Fail, [wrong, odd].concat().join(", ")),
        };
        let finding = finding.reviewed(status, &seen);
        match status {
            Status::Pass | Status::Skipped => finding,
            Status::Warn | Status::Fail => finding
                .with_cause("The process was started without these settings, or with copied blanks, quotes or another form")
                .with_remedy("Set them where the process is started (service unit, container, .env) and start it again"),
        }
    }
}

/// Whether something was said already of the setting that has this name for an older one.
fn is_alias(settings: &[Setting], name: &str, finding: &Finding) -> bool {
    settings
        .iter()
        .filter(|setting| setting.names.contains(&name))
        .filter_map(|setting| finding.detail_value(setting.names.first()?))
        .any(|state| state != "present" && state != NOT_SET)
}

#[async_trait]
impl DoctorCheck for EnvironmentCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, _context: &CheckContext) -> Vec<Finding> {
        vec![self.look()]
    }
}

impl fmt::Debug for EnvironmentCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.settings.iter().map(|setting| setting.names).collect();
        f.debug_struct("EnvironmentCheck")
            .field("environment", &self.environment)
            .field("names", &names)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::E164;

    fn check(pairs: &[(&str, &str)]) -> Finding {
        EnvironmentCheck::new(Environment::from_pairs(pairs.iter().copied()))
            .required::<E164>(&["PHONE", "OLD_PHONE"])
            .required::<String>(&["AUTH_TOKEN"])
            .optional::<u16>(&["PORT"])
            .look()
    }

    #[test]
    fn each_state_is_named_and_no_value_is_shown() {
        let finding = check(&[
            ("OLD_PHONE", "4155552671"),
            ("AUTH_TOKEN", " hunter22 "),
            ("PORT", "99999"),
        ]);
        assert_eq!(finding.status(), Status::Fail);
        assert_eq!(
            finding.seen(),
            "PHONE is malformed, AUTH_TOKEN is malformed, PORT is malformed"
        );
        let text = format!("{finding:?}");
        for value in ["4155552671", "hunter22", "99999"] {
            assert!(!text.contains(value), "{text}");
        }
        let phone = finding.detail_value("PHONE").unwrap();
        assert!(phone.starts_with("malformed (OLD_PHONE): "), "{phone}");
    }

    #[test]
    fn what_people_get_wrong_is_named() {
        let pairs = [
            ("KEY", "\"k3y-material\""),
            ("TOKEN", "your_token"),
            ("SID_ID", "AC1"),
            ("MODE", "strict"),
            ("OLD", "x y"),
        ];
        let check = EnvironmentCheck::new(Environment::from_pairs(pairs))
            .required::<String>(&["KEY"])
            .required::<String>(&["SID"])
            .required::<String>(&["NEW", "OLD"])
            .optional::<String>(&["TOKEN"])
            .mistaken("SID", &["SID_NO", "SID_ID"])
            .read_by(|environment| {
                let mut reader = environment.reader("test");
                reader.malformed("KEY", "said already");
                reader.malformed("OLD", "has a blank");
                reader.finish()
            })
            .rule(|environment| {
                environment
                    .has("MODE")
                    .then(|| Remark::new(Status::Warn, "MODE", "goes before KEY"))
            });
        let finding = check.look();
        assert_eq!(finding.status(), Status::Fail);
        let seen = finding.seen();
        for part in [
            "KEY is malformed",
            "SID is missing",
            "OLD is malformed",
            "TOKEN is malformed",
            "MODE: goes before KEY",
        ] {
            assert_eq!(seen.matches(part).count(), 1, "{part}: {seen}");
        }
        let detail = |name| finding.detail_value(name).unwrap();
        assert!(detail("KEY").contains("in quotes"));
        assert!(detail("TOKEN").contains("placeholder"));
        assert_eq!(detail("SID"), "missing; SID_ID is set, which nothing reads");
        assert!(detail("OLD").contains("has a blank"));
        assert!(!format!("{finding:?}").contains("k3y-material"));
    }

    #[test]
    fn missing_is_not_malformed_and_optional_is_not_missing() {
        let finding = check(&[("PHONE", "+14155552671"), ("AUTH_TOKEN", "")]);
        assert_eq!(
            (finding.status(), finding.seen()),
            (Status::Fail, "AUTH_TOKEN is missing")
        );
        assert_eq!(finding.detail_value("PORT"), Some("not set (optional)"));
        let finding = check(&[
            ("PHONE", "+14155552671"),
            ("AUTH_TOKEN", "x"),
            ("PORT", "x"),
        ]);
        assert_eq!(
            (finding.status(), finding.seen()),
            (Status::Warn, "PORT is malformed")
        );
        let finding = check(&[("PHONE", "+14155552671"), ("AUTH_TOKEN", "hunter22")]);
        assert_eq!(finding.status(), Status::Pass);
        assert_eq!(
            finding.seen(),
            "2 of 3 settings are present, none is malformed"
        );
        assert_eq!(finding.detail_value("AUTH_TOKEN"), Some("present"));
    }
}
