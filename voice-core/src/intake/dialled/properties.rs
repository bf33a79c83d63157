//! What must hold of every text, and of every way to write a number.

use proptest::prelude::*;

use super::*;
use crate::provider::SipHeader;

const NAMES: &[&str] = &[
    "To",
    "t",
    "From",
    "f",
    "Diversion",
    "History-Info",
    "P-Called-Party-ID",
    "P-Asserted-Identity",
    "Privacy",
    "X-Did",
    "",
];

/// Any text, and texts made of what the grammar is made of.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\"\\\\<>,;:@?=+%0-9a-f .()\r\n\t-]{0,60}",
        "(\"[^\"]{0,9}\" ?)?<?(sip|sips|tel|TEL):[+%0-9B().;=@:a-z-]{0,40}>?(;[a-z=.0-9]{0,9})?",
    ]
}

fn number() -> impl Strategy<Value = String> {
    "[1-9][0-9]{6,14}"
}

/// The number with separators between and behind its digits.
fn separated() -> impl Strategy<Value = (String, String)> {
    (number(), proptest::collection::vec("[-.()]{0,2}", 15)).prop_map(|(digits, separators)| {
        let mut text = String::from("+");
        for (digit, separator) in digits.chars().zip(separators) {
            text.push(digit);
            text.push_str(&separator);
        }
        (format!("+{digits}"), text)
    })
}

/// A display name in quotes that holds whatever it likes.
fn display() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[A-Za-z !'*_-]{0,12} ?",
        any::<String>().prop_map(|name| {
            let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{escaped}\" ")
        }),
    ]
}

fn fold() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(""), Just(" "), Just("\r\n "), Just("\t")]
}

proptest! {
    #[test]
    fn nothing_panics_and_whatever_is_found_is_sound(
        pairs in proptest::collection::vec((0..NAMES.len(), text()), 0..8),
        has_region in any::<bool>(),
    ) {
        let headers: Vec<_> = pairs
            .iter()
            .map(|(name, value)| SipHeader::new(NAMES[*name], value.clone()))
            .collect();
        let mut finder = DialledNumber::new().header("X-Did").unwrap();
        if has_region {
            finder = finder.region(Region::GERMANY);
        }
        let shown = match finder.find(&headers) {
            Ok(dialled) => {
                prop_assert!(headers.iter().any(|header| dialled.source.is(&header.name)));
                format!("{dialled:?} {}", dialled.report())
            }
            Err(error) => {
                prop_assert_eq!(error.passed.len(), 5);
                format!("{error} {error:?}")
            }
        };
        for (_, value) in &pairs {
            let runs = value.split(|character: char| !character.is_ascii_digit());
            for digits in runs.filter(|digits| digits.len() >= 7) {
                prop_assert!(!shown.contains(digits), "{}", shown);
            }
        }
    }

    #[test]
    fn every_valid_form_gives_its_number(
        (number, written) in separated(),
        name in display(),
        form in 0..6_usize,
        secure in any::<bool>(),
        fold in fold(),
        user_parameters in "(;ext=[0-9]{1,4})?(;isub=[a-z0-9]{1,4})?",
        rest in "(:[1-9][0-9]{0,3})?(;transport=(tls|tcp))?(;user=phone)?",
        query in "([?]Subject=a%40b(&X=[0-9]{1,9})?)?",
        behind in "(;tag=[a-z0-9]{1,8})?(;reason=\"[a-z,<;]{0,6}\")?",
    ) {
        prop_assume!(!written.contains("(0)"));
        let scheme = if secure { "sips" } else { "SIP" };
        let escaped = written.replace('+', "%2B").replace('1', "%31");
        let sip = format!("{scheme}:{written}{user_parameters}@h.example{rest}");
        let value = match form {
            0 => format!("{name}<{fold}{sip}{query}{fold}>{fold}{behind}"),
            1 => format!("{name}<{scheme}:{escaped}@[2001:db8::1]{rest}{query}>{behind}"),
            2 => format!("{fold}{scheme}:{written}@10.0.0.1{fold}"),
            3 => format!("{name}<tel:{written}{user_parameters};phone-context=h.example>{behind}"),
            4 => format!("{fold}Tel:{written}{fold}"),
            _ => format!("{scheme}:{written}:pass-word@h.example"),
        };
        for header in ["t", "Diversion", "History-Info", "p-called-party-id"] {
            let found = DialledNumber::new().find(&[SipHeader::new(header, value.clone())]);
            prop_assert_eq!(found.unwrap().number, number.as_str(), "{}", value);
        }
        let caller = Caller::read(&[SipHeader::new("f", value.clone())], None);
        prop_assert_eq!(caller.number().unwrap(), number.as_str(), "{}", value);
    }

    #[test]
    fn digits_without_a_plus_are_never_guessed(digits in "[0-9]{1,20}") {
        for value in [format!("<sip:{digits}@h>"), format!("tel:{digits}"), digits] {
            let error = DialledNumber::new().find(&[SipHeader::new("To", value)]).unwrap_err();
            prop_assert_eq!(error.passed[0].miss, Miss::NoRegion);
        }
    }

    #[test]
    fn a_national_number_is_read_one_way_only(national in "[2-9][0-9]{9}") {
        let finder = DialledNumber::new().region(Region::NORTH_AMERICA);
        for written in [national.clone(), format!("1{national}"), format!("0111{national}"), format!("+1{national}")] {
            let found = finder.find(&[SipHeader::new("To", format!("<sip:{written}@h>"))]).unwrap();
            prop_assert_eq!(found.number.digits(), format!("1{national}"));
        }
    }
}
