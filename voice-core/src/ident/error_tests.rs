//! What an error tells, and what it keeps to itself.

use super::super::{
    AgentName, E164, Ipv4Cidr, LongTrunkName, NsoCode, PromptId, PublicHttpsUrl, SipDestination,
    SipUri, TemplateKey, TrunkName,
};
use super::*;

#[test]
fn each_type_shows_a_value_that_it_takes_itself() {
    macro_rules! hold {
        ($($name:ident)*) => {$(
            let error = $name::parse("\n").unwrap_err();
            assert_eq!(error.what(), stringify!($name));
            assert!($name::parse(error.example()).is_ok(), "{error}");
            assert!(error.to_string().contains(error.expected()), "{error}");
            assert!(error.to_string().contains(error.example()), "{error}");
        )*};
    }
    hold!(
        E164 TrunkName LongTrunkName NsoCode AgentName TemplateKey PromptId Ipv4Cidr SipUri SipDestination
        PublicHttpsUrl
    );
}

#[test]
fn the_stricter_rule_is_told_where_it_was_asked_for() {
    let strict = AgentName::parse_strict("a.b").unwrap_err();
    assert!(strict.expected().contains("hyphens"), "{strict}");
    assert!(AgentName::parse_strict(strict.example()).is_ok());
    let plain = AgentName::parse("\n").unwrap_err();
    assert!(!plain.expected().contains("hyphens"), "{plain}");
}

#[test]
fn a_character_is_named_unless_it_is_a_digit_or_no_ascii() {
    let reason = |shown: IdentError| {
        let shown = shown.to_string();
        let (_, reason) = shown.split_once(": ").unwrap();
        reason.split_once(';').unwrap().0.to_owned()
    };
    let named = "the character '-' has no place here";
    assert_eq!(reason(TrunkName::parse("my-trunk").unwrap_err()), named);
    assert_eq!(reason(E164::parse("+1-415").unwrap_err()), named);
    let unnamed = "a character has no place here";
    // A digit may be one of a phone number in the wrong field.
    assert_eq!(reason(NsoCode::parse("ANY-A7Y").unwrap_err()), unnamed);
    assert_eq!(reason(TrunkName::parse("tr\u{fc}nk").unwrap_err()), unnamed);
}

#[test]
fn debug_tells_the_place_and_repeats_nothing() {
    let error = TrunkName::parse("secret-trunk").unwrap_err();
    let shown = format!("{error:?}");
    for part in ["TrunkName", "Character", "Some(6)"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(!shown.contains("secret") && !shown.contains('-'), "{shown}");
}

#[test]
fn a_host_out_of_reach_is_explained_in_words() {
    for (host, class) in [
        ("127.0.0.1", "a loopback address"),
        ("10.0.0.7", "a private address"),
        ("169.254.169.254", "a link-local address"),
        ("db", "a name of one label"),
    ] {
        let error = PublicHttpsUrl::parse(&format!("https://{host}")).unwrap_err();
        let expected = format!("the public internet cannot reach the host, it is {class};");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}
