//! [`PhoneMetadata`]: what numbering plans say of one number.

use std::fmt;

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Format};

use super::kind::{NumberKind, has_length};
use super::pattern;
use super::region::RegionCode;
use crate::ident::E164;

/// What numbering plans say of a number; made by [`E164::metadata`]. `Debug` shows the number masked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PhoneMetadata {
    number: E164,
    /// Digits of the calling code; 0 when there is no such code.
    code_digits: u8,
    region: Option<RegionCode>,
    kind: NumberKind,
    possible: bool,
}

impl PhoneMetadata {
    pub(super) fn of(number: E164) -> Self {
        let nothing = Self {
            number,
            code_digits: 0,
            region: None,
            kind: NumberKind::Unknown,
            possible: false,
        };
        let Some((code, national)) = split(&number) else {
            return nothing;
        };
        let plans = plans(code);
        let possible = plans.iter().any(|plan| has_length(plan, national));
        let of_plan = plan_of(&plans, national);
        let kind = of_plan.map_or(NumberKind::Unknown, |plan| {
            NumberKind::in_plan(plan, national)
        });
        Self {
            code_digits: u8::try_from(number.digits().len() - national.len()).unwrap_or(0),
            region: of_plan.and_then(|plan| RegionCode::parse(plan.id()).ok()),
            kind: beyond_regions(&number, kind),
            possible,
            ..nothing
        }
    }

    /// The number.
    #[must_use]
    pub fn number(&self) -> E164 {
        self.number
    }

    /// The region whose plan the number is of; `None` when there is none, as for 800, 870 or 881, or when several share the
    /// calling code and the number is of none of them.
    #[must_use]
    pub fn region(&self) -> Option<RegionCode> {
        self.region
    }

    /// What the number is for.
    #[must_use]
    pub fn kind(&self) -> NumberKind {
        self.kind
    }

    /// Whether numbers of its calling code may have this length. Every valid number is possible.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.possible
    }

    /// Whether it lies in a range that its plan assigns. It says nothing about whether somebody answers.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.possible && self.kind != NumberKind::Unknown
    }

    /// The calling code, such as `44`; `None` when there is none that the number begins with.
    #[must_use]
    pub fn calling_code(&self) -> Option<&str> {
        let (code, _) = self.number.digits_at(self.code_digits)?;
        Some(code)
    }

    /// The number as it is written within its region, such as `(415) 555-0123`, with the digits alone where no form is known;
    /// `None` without a calling code. Personal: not for logs.
    #[must_use]
    pub fn national_format(&self) -> Option<String> {
        let (code, national) = self.number.digits_at(self.code_digits)?;
        let code = code.parse().ok()?;
        let plans = plans(code);
        // Regions that share a calling code share the forms of the main one.
        let main = plans.first()?;
        let prefix = main.national_prefix().unwrap_or_default();
        let form = main.formats().iter().find(|form| is_for(form, national));
        let written = form.and_then(|form| written(form, national, prefix));
        Some(written.unwrap_or_else(|| national.to_owned()))
    }
}

impl fmt::Debug for PhoneMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhoneMetadata")
            .field("number", &self.number)
            .field("region", &self.region)
            .field("kind", &self.kind)
            .field("possible", &self.possible)
            .finish()
    }
}

impl E164 {
    /// Calling code and the rest; `None` when there is no calling code.
    fn digits_at(&self, code_digits: u8) -> Option<(&str, &str)> {
        let parts = self.digits().split_at_checked(usize::from(code_digits))?;
        (code_digits > 0).then_some(parts)
    }
}

/// The calling code, and the digits behind it: no code is the beginning of another.
fn split(number: &E164) -> Option<(u16, &str)> {
    (1..=3).find_map(|length| {
        let (code, national) = number.digits().split_at_checked(length)?;
        let code = code.parse().ok()?;
        DATABASE.by_code(&code).map(|_| (code, national))
    })
}

/// All plans of a calling code, the main one first.
fn plans(code: u16) -> Vec<&'static Metadata> {
    DATABASE.by_code(&code).unwrap_or_default()
}

/// The plan that a number is of, among those that share its calling code.
fn plan_of<'a>(plans: &[&'a Metadata], national: &str) -> Option<&'a Metadata> {
    if let [only] = plans {
        return Some(only);
    }
    let mut plans = plans.iter().copied();
    plans.find(|plan| match plan.leading_digits() {
        Some(leading) => pattern::beginning(leading.as_str(), national).is_some(),
        None => NumberKind::in_plan(plan, national) != NumberKind::Unknown,
    })
}

/// What the calling code itself tells, where it belongs to no region.
fn beyond_regions(number: &E164, kind: NumberKind) -> NumberKind {
    let digits = number.digits();
    let begins = |codes: &[&str]| codes.iter().any(|code| digits.starts_with(code));
    if begins(&["870", "881", "88213", "88216"]) {
        NumberKind::Satellite
    } else if begins(&["882", "883"]) {
        NumberKind::InternationalNetwork
    } else {
        kind
    }
}

fn is_for(form: &Format, national: &str) -> bool {
    let leading = form.leading_digits().last();
    leading.is_none_or(|leading| pattern::beginning(leading.as_str(), national).is_some())
        && pattern::matches(form.pattern().as_str(), national)
}

/// A number in a form: `$1 $2`, whose first group may be written by a rule such as `($NP$FG)`.
fn written(form: &Format, national: &str, prefix: &str) -> Option<String> {
    let groups = pattern::whole(form.pattern().as_str())?.captures(national)?;
    let mut template = form.format().to_owned();
    if let Some(rule) = form.national_prefix().filter(|rule| !rule.is_empty()) {
        let at = template.find('$')?;
        let group = template.get(at..at + 2)?.to_owned();
        let rule = rule.replace("$NP", prefix).replace("$FG", &group);
        template = template.replacen(&group, &rule, 1);
    }
    let mut out = String::with_capacity(national.len() + 8);
    let mut characters = template.chars();
    while let Some(character) = characters.next() {
        if character != '$' {
            out.push(character);
            continue;
        }
        let group = characters.next()?.to_digit(10)?;
        out.push_str(
            groups
                .get(group as usize)
                .map_or("", |group| group.as_str()),
        );
    }
    Some(out)
}
