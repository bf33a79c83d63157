//! The rules that a request keeps before it is sent, each with an example and with what the server would say instead.
//!
//! Requests take values that are checked when they are made, so that most rules cannot be broken there. For texts that come
//! from a form or a file, [`check`] applies the same rules to all of them at once:
//!
//! ```
//! use exotel_vsip::rules;
//!
//! let Err(error) = rules::check([("trunk_name", "my-trunk"), ("mask", "8"), ("nso_code", "ANY-ANY")]) else {
//!     panic!("two rules are broken")
//! };
//! let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
//! assert_eq!(fields, ["trunk_name", "mask"]);
//! ```

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use voice_core::error::{Error, ErrorKind, FieldError};
use voice_core::ident::{E164, IdentError, Ipv4Cidr, NsoCode, SipDestination, TrunkName};

use crate::PROVIDER;
use crate::check::MASKS;
use crate::types::{DomainName, FriendlyName, NumberMode, TrunkSid};

/// One rule of one field.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Rule {
    /// The field, as the API spells it.
    pub field: &'static str,
    /// What the server says when the rule is broken; empty where it was never seen.
    pub spares: &'static str,
    /// A value that keeps it.
    pub example: &'static str,
    form: fn() -> String,
    check: fn(&str) -> Result<(), String>,
}

impl Rule {
    /// What keeps the rule, in words; made of the limits that are checked.
    #[must_use]
    pub fn form(&self) -> String {
        (self.form)()
    }

    /// Checks a text.
    ///
    /// # Errors
    /// What is wrong with it, in words; the text is not repeated.
    pub fn check(&self, text: &str) -> Result<(), String> {
        (self.check)(text)
    }
}

/// Every rule, by field.
pub static RULES: &[Rule] = &[
    Rule {
        field: "trunk_name",
        spares: "1002 Maximum allowed length for TrunkName is 16",
        example: "my_trunk_001",
        form: || expected(TrunkName::parse("")),
        check: |text| of(TrunkName::parse(text)),
    },
    Rule {
        field: "nso_code",
        spares: "1002 Nso code is invalid",
        example: "ANY-ANY",
        form: || expected(NsoCode::parse("")),
        check: |text| of(NsoCode::parse(text)),
    },
    Rule {
        field: "domain_name",
        spares: "1002 Domain name should end with .pstn.exotel.com",
        example: "exampleacc.pstn.exotel.com",
        form: || format!("a name and {}", DomainName::SUFFIX),
        check: |text| of(DomainName::parse(text)),
    },
    Rule {
        field: "phone_number",
        spares: "1002 Invalid PhoneNumber; 404 beyond 30 digits",
        example: "+919876543210",
        form: || expected(E164::parse("")),
        check: |text| of(E164::parse(text)),
    },
    Rule {
        field: "exophone",
        spares: "1002 Invalid PhoneNumber",
        example: "+918000000001",
        form: || expected(E164::parse("")),
        check: |text| of(E164::parse(text)),
    },
    Rule {
        field: "ip",
        spares: "1002 Invalid ip",
        example: "8.8.4.17",
        form: || {
            "a dotted IPv4 address, without a mask; one that the public internet reaches".to_owned()
        },
        check: ip,
    },
    Rule {
        field: "mask",
        spares: "1002 mask should be in-between 16 and 32; 1007",
        example: "32",
        form: || format!("a whole number from {} to {}", MASKS.start(), MASKS.end()),
        check: mask,
    },
    Rule {
        field: "destination",
        spares: "1002 Destination is not a valid Ip or Fqdn",
        example: "sip.example.com:5061;transport=tls",
        form: || expected(SipDestination::parse("")),
        check: |text| of(SipDestination::parse(text)),
    },
    Rule {
        field: "mode",
        spares: "",
        example: "pstn",
        form: || format!("{}, in lower case", NumberMode::KNOWN.join(" or ")),
        check: mode,
    },
    Rule {
        field: "friendly_name",
        spares: "",
        example: "voice_ai_platform",
        form: || format!("at most {} characters", FriendlyName::MAX_LEN),
        check: |text| of(FriendlyName::parse(text)),
    },
    Rule {
        field: "user_name",
        spares: "1001 … is mandatory",
        example: "voice_ai_user",
        form: not_empty,
        check: filled,
    },
    Rule {
        field: "password",
        spares: "1001 … is mandatory",
        example: "a long one",
        form: not_empty,
        check: filled,
    },
    Rule {
        field: "page_size",
        spares: "",
        example: "50",
        form: || "a whole number from 1".to_owned(),
        check: page_size,
    },
    Rule {
        field: "trunk_sid",
        spares: "1000 Not Found",
        example: "trmum1000000000000000001aa1n",
        form: id_form,
        check: |text| of(TrunkSid::parse(text)),
    },
    Rule {
        field: "id",
        spares: "1000 Not Found",
        example: "41523",
        form: id_form,
        check: |text| of(crate::types::PhoneNumberId::parse(text)),
    },
];

/// The rule of a field, if there is one.
#[must_use]
pub fn of_field(field: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.field == field)
}

/// Checks texts by the rules of their fields; a field without a rule passes.
///
/// # Errors
/// One [`ErrorKind::InvalidInput`] error with every rule that is broken, each with the field and an example. No text is
/// repeated.
pub fn check<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), Error> {
    let problems: Vec<FieldError> = texts
        .into_iter()
        .filter_map(|(field, text)| {
            let rule = of_field(field)?;
            let broken = rule.check(text).err()?;
            Some(FieldError::new(field, broken))
        })
        .collect();
    if problems.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.field, problem.message))
        .collect();
    let error =
        Error::new(ErrorKind::InvalidInput, lines.join("; ")).with_operation(PROVIDER, "rules");
    Err(problems.into_iter().fold(error, Error::with_field))
}

/// The rules as a table in Markdown, for documentation and help texts.
#[must_use]
pub fn table() -> String {
    let mut table = String::from("| field | rule | example | spares |\n|---|---|---|---|\n");
    for rule in RULES {
        let Rule {
            field,
            spares,
            example,
            ..
        } = rule;
        // Writing to a text does not fail.
        let _ = writeln!(
            table,
            "| `{field}` | {} | `{example}` | {spares} |",
            rule.form()
        );
    }
    table
}

fn of<T, E: std::fmt::Display>(parsed: Result<T, E>) -> Result<(), String> {
    parsed.map(drop).map_err(|rule| rule.to_string())
}

/// What a type takes, in its own words.
fn expected<T>(nothing: Result<T, IdentError>) -> String {
    nothing
        .err()
        .map(|error| error.expected().to_owned())
        .unwrap_or_default()
}

fn not_empty() -> String {
    "not empty".to_owned()
}

fn id_form() -> String {
    "1 to 64 letters, digits, hyphens and underscores".to_owned()
}

fn filled(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    Ok(())
}

fn ip(text: &str) -> Result<(), String> {
    if text.contains('/') {
        return Err("the mask is a field of its own, not a part of the address".to_owned());
    }
    of(Ipv4Cidr::parse(text))
}

fn mask(text: &str) -> Result<(), String> {
    let rule = || {
        format!(
            "must be a whole number from {} to {}",
            MASKS.start(),
            MASKS.end()
        )
    };
    let mask: u8 = text.parse().map_err(|_| rule())?;
    let range = Ipv4Cidr::new(Ipv4Addr::UNSPECIFIED, mask).map_err(|_| rule())?;
    range.with_mask_range(MASKS).map(drop).map_err(|_| rule())
}

fn mode(text: &str) -> Result<(), String> {
    if NumberMode::KNOWN.contains(&text) {
        return Ok(());
    }
    Err(format!(
        "must be {}, in lower case",
        NumberMode::KNOWN.join(" or ")
    ))
}

fn page_size(text: &str) -> Result<(), String> {
    match text.parse::<u32>() {
        Ok(1..) => Ok(()),
        _ => Err("must be a whole number from 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_example_keeps_its_rule() {
        for rule in RULES {
            assert_eq!(rule.check(rule.example), Ok(()), "{}", rule.field);
            assert!(!rule.form().is_empty(), "{}", rule.field);
        }
    }

    #[test]
    fn the_seeds_and_the_servers_bad_values_break_them() {
        for (field, bad) in [
            ("trunk_name", "production_trunk_1"),
            ("trunk_name", "production-trunk"),
            ("trunk_name", ""),
            ("nso_code", "any any"),
            ("domain_name", "sip.example.com"),
            ("phone_number", "123456"),
            ("phone_number", "+91-98765-43210"),
            ("phone_number", "+91abcdefghij"),
            ("ip", "10.0.0.0/8"),
            ("ip", "256.1.1.1"),
            ("ip", "::1"),
            ("ip", "1.2.3"),
            ("mask", "15"),
            ("mask", "33"),
            ("mask", "-1"),
            ("mask", "24.5"),
            ("destination", "sip:203.0.113.10:5060"),
            ("destination", "203.0.113.10"),
            ("destination", "a@b.example:5061;transport=tls"),
            ("mode", "PSTN"),
            ("friendly_name", "a name of more than thirty-two characters"),
            ("user_name", ""),
            ("password", ""),
            ("page_size", "0"),
            ("trunk_sid", "../x"),
            ("id", "+918000000001"),
        ] {
            assert!(
                of_field(field).unwrap().check(bad).is_err(),
                "{field} {bad}"
            );
        }
        assert!(check([("unknown", "")]).is_ok());
    }

    #[test]
    fn all_that_is_broken_is_reported_and_nothing_repeated() {
        let error = check([
            ("trunk_name", "planted-1"),
            ("phone_number", "+91-99999-88888"),
            ("mode", "Planted"),
        ])
        .unwrap_err();
        assert_eq!(
            (error.kind(), error.fields().len()),
            (ErrorKind::InvalidInput, 3)
        );
        let shown = format!("{error} {error:?} {}", error.log_value()).to_lowercase();
        assert!(
            !shown.contains("planted") && !shown.contains("99999"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_none_is_repeated(text in "\\PC{0,40}") {
            for rule in RULES {
                if let Err(broken) = rule.check(&text) {
                    prop_assert!(text.chars().count() < 6 || !broken.contains(&text), "{}", broken);
                }
            }
        }

        #[test]
        fn masks_are_16_to_32(mask in any::<i64>()) {
            let ok = of_field("mask").unwrap().check(&mask.to_string()).is_ok();
            prop_assert_eq!(ok, (16..=32).contains(&mask));
        }

        #[test]
        fn every_dotted_address_is_an_ip(a in any::<[u8; 4]>()) {
            let text = Ipv4Addr::from(a).to_string();
            let ip = of_field("ip").unwrap();
            let with_mask = format!("{text}/32");
            prop_assert!(ip.check(&text).is_ok() && ip.check(&with_mask).is_err());
        }
    }
}
