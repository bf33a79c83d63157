//! What must hold of every type and every text, checked with generated ones.

use std::fmt::{Debug, Display};

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;

/// Any text, and texts close enough to valid ones to get past the first check.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "\\PC{0,80}",
        "[+][0-9 ()./\u{2010}-\u{2014}\u{a0}-]{0,24}",
        "[+]?[0-9]{0,20}",
        "(AC|CA|SK|XR|ac|QQ)[0-9a-fA-F]{30,34}.?",
        "[0-9a-fA-FgZ]{30,34}",
        "[A-Za-z0-9_ -]{0,70}",
        "[A-Z]{0,3}-[A-Z]{0,3}",
        "[0-9]{1,3}([.][0-9]{1,3}){3}(/[0-9]{0,3})?",
        "sips?:([a-z0-9+;%:]{0,12}@)?[a-z0-9.\\[\\]:-]{1,14}(:[0-9]{0,6})?(;[a-z=]{0,9})?([?][a-z=&%0-9]{0,9})?",
        "[a-z0-9.-]{1,14}:[0-9]{0,6}(;transport=(tls|tcp|udp|TLS|ws))?",
        "[hH]ttps?://[a-z0-9.:@_\\[\\]-]{0,16}(/[a-z./%é]{0,12})?[?#]?",
    ]
}

/// Runs of digits that an error may hold without having seen the text: those of the example and of the rules.
fn error_repeats(error: &IdentError, text: &str) -> bool {
    let shown = error.to_string().replace(error.example(), "");
    text.split(|character: char| !character.is_ascii_digit())
        .filter(|digits| digits.len() > 3)
        .any(|digits| shown.contains(digits))
        || (text.chars().count() > 12 && shown.contains(text))
}

fn refusal_is_sound(error: &IdentError, text: &str) -> Result<(), TestCaseError> {
    if let Some(position) = error.position() {
        prop_assert!(position < text.len() && text.is_char_boundary(position));
    }
    let shown = error.to_string();
    prop_assert!(!shown.contains('\n') && shown.contains(error.example()));
    prop_assert!(!error_repeats(error, text), "{}", shown);
    Ok(())
}

/// A text is refused soundly, or accepted by every way in alike and given back by every way out.
fn surface_holds<T>(text: &str) -> Result<(), TestCaseError>
where
    T: std::str::FromStr<Err = IdentError>
        + for<'a> TryFrom<&'a str, Error = IdentError>
        + TryFrom<String, Error = IdentError>
        + Display
        + Debug
        + PartialEq
        + Ord
        + std::hash::Hash
        + Serialize
        + DeserializeOwned,
{
    let json = serde_json::Value::from(text);
    let value = match text.parse::<T>() {
        Ok(value) => value,
        Err(error) => {
            prop_assert_eq!(T::try_from(text).err(), Some(error));
            prop_assert_eq!(T::try_from(text.to_owned()).err(), Some(error));
            let refused = serde_json::from_value::<T>(json).err();
            prop_assert_eq!(
                refused.map(|error| error.to_string()),
                Some(error.to_string())
            );
            return refusal_is_sound(&error, text);
        }
    };
    prop_assert_eq!(&T::try_from(text).unwrap(), &value);
    prop_assert_eq!(&T::try_from(text.to_owned()).unwrap(), &value);
    prop_assert_eq!(&serde_json::from_value::<T>(json).unwrap(), &value);
    let shown = value.to_string();
    prop_assert_eq!(&shown.parse::<T>().unwrap(), &value);
    prop_assert_eq!(shown.parse::<T>().unwrap().to_string(), shown);
    let written = serde_json::to_string(&value).unwrap();
    prop_assert_eq!(&serde_json::from_str::<T>(&written).unwrap(), &value);
    Ok(())
}

proptest! {
    #[test]
    fn every_type_keeps_to_its_surface(text in texts()) {
        surface_holds::<E164>(&text)?;
        surface_holds::<AccountSid>(&text)?;
        surface_holds::<CallSid>(&text)?;
        surface_holds::<AddOnResultSid>(&text)?;
        surface_holds::<AddOnPayloadSid>(&text)?;
        surface_holds::<AddOnSid>(&text)?;
        surface_holds::<InstalledAddOnSid>(&text)?;
        surface_holds::<AddOnExtensionSid>(&text)?;
        surface_holds::<TrunkName>(&text)?;
        surface_holds::<LongTrunkName>(&text)?;
        surface_holds::<NsoCode>(&text)?;
        surface_holds::<AgentName>(&text)?;
        surface_holds::<TemplateKey>(&text)?;
        surface_holds::<PromptId>(&text)?;
        surface_holds::<Ipv4Cidr>(&text)?;
        surface_holds::<SipUri>(&text)?;
        surface_holds::<SipDestination>(&text)?;
        surface_holds::<PublicHttpsUrl>(&text)?;
    }

    #[test]
    fn other_parsers_refuse_soundly(text in texts()) {
        let refusals = [
            E164::parse_lenient(&text).err(),
            AgentName::parse_strict(&text).err(),
            TemplateKey::parse_unreserved(&text).err(),
            AuthToken::parse(&text).err(),
            SipDestination::tls(&text, 5061).err(),
            PublicHttpsUrl::parse("https://example.com").unwrap().join(&text).err(),
        ];
        for error in refusals.into_iter().flatten() {
            refusal_is_sound(&error, &text)?;
        }
        for (_, parse) in sid::PARSERS {
            match parse(&text) {
                Ok(kept) => prop_assert_eq!(&kept, &text),
                Err(error) => refusal_is_sound(&error, &text)?,
            }
        }
    }

    #[test]
    fn a_number_is_what_the_plain_rule_says(text in prop_oneof!["[+][0-9]{6,16}", "[+0-9/:]{7,17}", "\\PC{0,20}"]) {
        let digits = text.strip_prefix('+').filter(|digits| {
            (7..=15).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0')
        });
        let number = E164::parse(&text).ok();
        prop_assert_eq!(number.as_ref().map(E164::digits), digits);
    }

    #[test]
    fn one_wrong_byte_is_found(digits in "[1-9][0-9]{6,14}", at in 0_usize..15, wrong in "[^0-9]") {
        let at = 1 + at % digits.len();
        let mut text = format!("+{digits}");
        text.replace_range(at..=at, &wrong);
        let error = E164::parse(&text).unwrap_err();
        prop_assert_eq!((error.rule(), error.position()), (IdentRule::Character, Some(at)));
    }

    #[test]
    fn a_number_is_masked_but_for_four_digits(digits in "[1-9][0-9]{6,14}") {
        let number = E164::parse(&format!("+{digits}")).unwrap();
        let stars = "*".repeat(digits.len() - 4);
        let masked = format!("+{}{stars}{}", &digits[..2], &digits[digits.len() - 2..]);
        prop_assert_eq!(&number.masked().to_string(), &masked);
        prop_assert_eq!(format!("{number:?}"), format!("E164({masked})"));
        prop_assert_eq!(number.digits(), digits);
    }

    #[test]
    fn separators_change_nothing(
        parts in prop::collection::vec(("[0-9]", "[ \t\u{a0}./()\u{2010}-\u{2014}-]{0,3}"), 1..17),
        last in "[0-9]",
    ) {
        let mut written = "+".to_owned();
        for (digit, separators) in &parts {
            written.push_str(digit);
            written.push_str(separators);
        }
        written.push_str(&last);
        let written = written.replace("(0)", "0");
        let plain: String = parts.iter().map(|part| part.0.as_str()).collect();
        let strict = E164::parse(&format!("+{plain}{last}"));
        let lenient = E164::parse_lenient(&written);
        prop_assert_eq!(strict.as_ref().ok(), lenient.as_ref().ok());
        let rules = (strict.err().map(|e| e.rule()), lenient.err().map(|e| e.rule()));
        prop_assert_eq!(rules.0, rules.1);
    }

    #[test]
    fn a_number_never_shows_in_a_masked_sip_uri(digits in "[1-9][0-9]{6,14}", place in 0..4) {
        let uri = match place {
            0 => format!("sip:+{digits}@example.com"),
            1 => format!("sip:anna@example.com;cli={digits}"),
            2 => format!("sip:anna@example.com?P-Preferred-Identity=%2B{digits}"),
            _ => format!("sips:{digits};ext=1@example.com:5061;transport=tls"),
        };
        let uri = SipUri::parse(&uri).unwrap();
        let middle = &digits[2..digits.len() - 2];
        let shown = format!("{uri:?}").replace("5061", "");
        let stars = "*".repeat(middle.len());
        prop_assert!(shown.contains(&stars) && !shown.contains(&digits), "{}", shown);
        prop_assert!(uri.to_string().contains(&digits));
    }

    #[test]
    fn blocks_hold_their_addresses(bits in any::<u32>(), other in any::<u32>(), mask in 0..=32_u8) {
        let block = Ipv4Cidr::new(bits.into(), mask).unwrap();
        let same = u32::MAX.checked_shl(32 - u32::from(mask)).unwrap_or(0);
        prop_assert_eq!(block.contains(other.into()), bits & same == other & same);
        prop_assert_eq!(u32::from(block.network()), bits & same);
        if block.is_public() {
            let inside = (bits & same) | (other & !same);
            prop_assert!(HostClass::of_ip(std::net::Ipv4Addr::from(inside).into()).is_public());
        }
    }
}
