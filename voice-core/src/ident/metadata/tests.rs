use phonenumber::metadata::DATABASE;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::*;

fn number(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

fn region(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}

#[test]
fn region_and_kind_of_numbers_everybody_knows() {
    for (text, of, kind) in [
        ("+14155552671", Some("US"), NumberKind::FixedLineOrMobile),
        ("+16137827274", Some("CA"), NumberKind::FixedLineOrMobile),
        ("+13459492311", Some("KY"), NumberKind::FixedLine),
        ("+18002345678", Some("US"), NumberKind::TollFree),
        ("+19002345678", Some("US"), NumberKind::PremiumRate),
        ("+442079460958", Some("GB"), NumberKind::FixedLine),
        ("+447912345678", Some("GB"), NumberKind::Mobile),
        ("+447012345678", Some("GB"), NumberKind::Personal),
        ("+449098790879", Some("GB"), NumberKind::PremiumRate),
        ("+390236618300", Some("IT"), NumberKind::FixedLine),
        ("+393123456789", Some("IT"), NumberKind::Mobile),
        ("+78005553535", Some("RU"), NumberKind::TollFree),
        ("+919876543210", Some("IN"), NumberKind::Mobile),
        ("+4915123456789", Some("DE"), NumberKind::Mobile),
        ("+33631966543", Some("FR"), NumberKind::Mobile),
        ("+611900123456", Some("AU"), NumberKind::PremiumRate),
        ("+80012345678", None, NumberKind::TollFree),
        ("+979123456789", None, NumberKind::PremiumRate),
        ("+870773111632", None, NumberKind::Satellite),
        ("+881612345678", None, NumberKind::Satellite),
        ("+8821612345678", None, NumberKind::Satellite),
        ("+883510012345", None, NumberKind::InternationalNetwork),
    ] {
        let known = number(text).metadata();
        assert_eq!(
            (known.region(), known.kind()),
            (of.map(region), kind),
            "{text}"
        );
        assert!(known.is_possible(), "{text}");
        assert!(known.is_valid(), "{text}");
    }
}

#[test]
fn what_no_plan_has_is_not_valid() {
    // Of the right length in no range, too long for its plan, and of a calling code there is not.
    for (text, possible) in [
        ("+11234567890", true),
        ("+141555526711", false),
        ("+9991234567", false),
    ] {
        let known = number(text).metadata();
        assert_eq!(
            (known.is_possible(), known.is_valid()),
            (possible, false),
            "{text}"
        );
        assert_eq!(known.kind(), NumberKind::Unknown);
    }
    assert_eq!(number("+9991234567").metadata().calling_code(), None);
    assert_eq!(number("+9991234567").metadata().national_format(), None);
}

#[test]
fn the_examples_of_every_plan_are_of_their_kind() {
    let (mut seen, mut local, mut alone) = (0, 0, 0);
    for plan in DATABASE.iter() {
        let all = plan.descriptors();
        for (descriptor, kind) in [
            (all.toll_free(), NumberKind::TollFree),
            (all.premium_rate(), NumberKind::PremiumRate),
            (all.mobile(), NumberKind::Mobile),
            (all.fixed_line(), NumberKind::FixedLine),
        ] {
            let Some(example) = descriptor.and_then(|descriptor| descriptor.example()) else {
                continue;
            };
            let text = format!("+{}{example}", plan.country_code());
            let Ok(number) = E164::parse(&text) else {
                assert!(example.len() < 5, "{text}");
                continue;
            };
            seen += 1;
            let known = number.metadata();
            assert!(known.is_valid(), "{} {text} {known:?}", plan.id());
            let fits = known.kind() == kind
                || known.kind() == NumberKind::FixedLineOrMobile
                || matches!(
                    known.kind(),
                    NumberKind::Satellite | NumberKind::InternationalNetwork
                );
            assert!(
                fits,
                "{} {text} is {:?}, not {kind:?}",
                plan.id(),
                known.kind()
            );
            // Regions that share a calling code share some numbers, free ones above all, which then belong to the first.
            let own = RegionCode::parse(plan.id()).ok();
            if matches!(kind, NumberKind::Mobile | NumberKind::FixedLine) {
                local += 1;
                alone += u32::from(known.region() == own);
            }
            let code = known.region().and_then(|region| region.calling_code());
            assert!(own.is_none() || code == Some(plan.country_code()), "{text}");
        }
    }
    assert!(seen > 600, "{seen} examples");
    assert!(
        alone * 10 > local * 9,
        "{alone} of {local} are of their region"
    );
}

#[test]
fn national_forms() {
    for (text, form) in [
        ("+14155552671", "(415) 555-2671"),
        ("+442079460958", "020 7946 0958"),
        ("+33631966543", "06 31 96 65 43"),
        ("+390236618300", "02 3661 8300"),
        ("+919876543210", "098765 43210"),
        ("+80012345678", "1234 5678"),
        ("+11234567890", "1234567890"),
    ] {
        let form_found = number(text).metadata().national_format();
        assert_eq!(form_found.as_deref(), Some(form), "{text}");
    }
}

#[test]
fn what_people_write_is_read() {
    for (text, of, expected) in [
        ("020 7946 0958", "GB", "+442079460958"),
        ("(020) 7946-0958", "GB", "+442079460958"),
        ("20 7946 0958", "GB", "+442079460958"),
        ("00 1 415 555 2671", "GB", "+14155552671"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("1-415-555-2671", "US", "+14155552671"),
        ("011 44 20 7946 0958", "US", "+442079460958"),
        ("+44 20 7946 0958", "US", "+442079460958"),
        ("8 (800) 555-35-35", "RU", "+78005553535"),
        ("02 3661 8300", "IT", "+390236618300"),
        ("312 345 6789", "IT", "+393123456789"),
        ("098765 43210", "IN", "+919876543210"),
        ("98765 43210", "IN", "+919876543210"),
        ("030 123456", "DE", "+4930123456"),
        ("0 11 15 2345 6789", "AR", "+5491123456789"),
    ] {
        let read = E164::parse_national(text, region(of));
        assert_eq!(read, Ok(number(expected)), "{text} of {of}");
    }
}

#[test]
fn what_is_no_number_is_refused_without_being_repeated() {
    for (text, error) in [
        ("", NationalError::Empty),
        (" () ", NationalError::Empty),
        ("415 555 2671 x3", NationalError::Character),
        ("415-555-CALL", NationalError::Character),
        ("415555267", NationalError::Length),
        ("1234567890123456789012345", NationalError::TooLong),
    ] {
        let found = E164::parse_national(text, region("US")).unwrap_err();
        assert_eq!(found, error, "{text:?}");
        assert!(!found.to_string().contains("415"), "{found}");
    }
    assert!(E164::parse_national("+44 (0)20 7946 0958", region("GB")).is_err());
    assert_eq!(RegionCode::parse("G"), Err(RegionCodeError::Form));
    assert_eq!(RegionCode::parse("é"), Err(RegionCodeError::Form));
    assert_eq!(RegionCode::parse("XX"), Err(RegionCodeError::Unknown));
    assert_eq!(RegionCode::parse("gb"), Ok(region("GB")));
}

#[test]
fn a_guard_refuses_what_costs_a_fortune() {
    let guard = DialGuard::new();
    for (text, verdict) in [
        ("+14155552671", Ok(())),
        ("+18002345678", Ok(())),
        // No range is known, which may be the metadata's age.
        ("+11234567890", Ok(())),
        (
            "+19002345678",
            Err(DialRefusal::Kind(NumberKind::PremiumRate)),
        ),
        (
            "+447012345678",
            Err(DialRefusal::Kind(NumberKind::Personal)),
        ),
        (
            "+870773111632",
            Err(DialRefusal::Kind(NumberKind::Satellite)),
        ),
        ("+141555526711", Err(DialRefusal::NotPossible)),
        ("+9991234567", Err(DialRefusal::NotPossible)),
    ] {
        assert_eq!(guard.check(&number(text)), verdict, "{text}");
    }
    let strict = DialGuard::new().refuse_unknown();
    assert!(strict.check(&number("+11234567890")).is_err());
    let lavish = guard.allow(NumberKind::Satellite).only([region("US")]);
    let satellite = number("+870773111632");
    assert_eq!(lavish.check(&satellite), Err(DialRefusal::Region));
    assert_eq!(lavish.check(&number("+14155552671")), Ok(()));
}

#[test]
fn debug_and_refusals_say_no_number() {
    let known = number("+14155552671").metadata();
    assert!(!format!("{known:?}").contains("555267"), "{known:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_is_too_odd(text in any::<String>(), of in 0..REGIONS.len()) {
        let of = region(REGIONS[of]);
        if let Ok(number) = E164::parse_national(&text, of) {
            prop_assert_eq!(E164::parse(number.as_str()), Ok(number));
        }
    }

    #[test]
    fn whatever_is_read_is_a_possible_number(text in "[+0-9 ()/.-]{1,24}", of in 0..REGIONS.len()) {
        let of = region(REGIONS[of]);
        if let Ok(number) = E164::parse_national(&text, of) {
            prop_assert_eq!(E164::parse(number.as_str()), Ok(number));
            prop_assert!(number.metadata().is_possible());
        }
    }

    #[test]
    fn every_number_has_metadata_that_agree_with_each_other(text in "\\+[1-9][0-9]{6,14}") {
        let known = number(&text).metadata();
        prop_assert!(!known.is_valid() || known.is_possible());
        prop_assert_eq!(known.national_format().is_some(), known.calling_code().is_some());
        prop_assert_eq!(DialGuard::new().check(&known.number()).is_ok() && !known.is_possible(), false);
        if let (Some(form), Some(region)) = (known.national_format(), known.region())
            && known.is_valid()
            && known.calling_code() == region.calling_code().map(|code| code.to_string()).as_deref()
        {
            // What is written in the national form keeps every digit of the number.
            let digits: String = form.chars().filter(char::is_ascii_digit).collect();
            let code = known.calling_code().unwrap_or_default().len();
            prop_assert!(digits.ends_with(&text[1 + code..]) || digits.len() >= text.len() - 1 - code, "{form}");
        }
    }
}

/// With and without prefixes, with rules that rewrite, with zeros that stay.
const REGIONS: [&str; 10] = ["US", "GB", "DE", "IT", "RU", "AR", "BR", "IN", "AU", "MX"];
