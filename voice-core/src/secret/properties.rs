//! Properties of redaction over arbitrary texts.

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use secrecy::SecretString;

use super::{Redactor, excerpt, redact};

/// A secret that no rule can mistake for prose, and that no fixed part of a context contains.
fn secret() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{6}Q7x[A-Za-z0-9_.~-]{3,40}Z9"
}

/// Text with everything the rules look for in it.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,6}",
        ".{0,4}",
        "[0-9]{1,16}",
        prop_oneof![
            Just("+"),
            Just("%2B"),
            Just("%"),
            Just("\\"),
            Just("\\n"),
            Just("\\u002b"),
            Just("\""),
            Just("'"),
            Just("token"),
            Just("Authorization"),
            Just(":"),
            Just("="),
            Just("%3D"),
            Just(" "),
            Just("\n"),
            Just("("),
            Just("["),
            Just("]"),
            Just("{"),
            Just(","),
            Just("-"),
            Just("Bearer "),
            Just("Basic "),
            Just("https://"),
            Just("wss://"),
            Just("/calls/"),
            Just("@"),
            Just("[REDACTED]"),
            Just("sk-"),
            Just("eyJ"),
            Just("."),
            Just("*"),
            Just("é"),
            Just("\u{a0}"),
            Just("&"),
            Just("&quot;"),
            Just("<token>"),
            Just("sip:"),
        ]
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A text in which `{}` is where a secret stands that its surroundings give away.
fn context() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just(r#"{"authToken":"{}","a":1}"#),
        Just(r#"{"secrets":["a","{}"],"a":1}"#),
        Just(r#"{"credentials":{"a":["x","{}"]}}"#),
        Just(r#"{\"api_key\":\"{}\"}"#),
        Just("{'password': '{}'}"),
        Just("{ token: Some(\"{}\") }"),
        Just("a=1&auth_token={}&b=2"),
        Just("a%3D1%26client_secret%3D{}%26b"),
        Just("Authorization: Basic {}"),
        Just("Authorization: Digest a=\"b\", response=\"{}\"\r\nHost: x"),
        Just("cookie: a=b; sid={}; c=d"),
        Just("x-api-key={}"),
        Just("X-Twilio-Signature: {}"),
        Just("webhook-signature: v1,abc= v1,{}"),
        Just(" Bearer {}"),
        Just(" bearer \"{}\""),
        Just("https://user:{}@host.example/path"),
        Just("https://{}@host.example"),
        Just("https%3A%2F%2Fuser%3A{}%40host.example%2F"),
        Just("sip:user:{}@host.example"),
        Just("wss://host.example/calls/{}/socket?a=b"),
        Just("wss%3A%2F%2Fhost.example%2Fcalls%2F{}%2Fsocket"),
        Just("<AuthToken>{}</AuthToken>"),
        Just("<Parameter name=\"token\" value=\"{}\"/>"),
        Just("{\"name\":\"Authorization\",\"value\":\"{}\"}"),
        Just(" sk-{}"),
        Just(" ek_{}"),
        Just(" whsec_{}"),
        Just("presignedUrl: https://h/x?sig={}"),
    ]
}

/// A phone number in one of the ways it may be written, and its digits.
fn phone() -> impl Strategy<Value = (String, String)> {
    let separated = (
        prop_oneof![Just("+"), Just("%2B"), Just("%2b")],
        "[1-9][0-9]{6,14}",
        proptest::collection::vec(
            prop_oneof![
                Just(""),
                Just("-"),
                Just("."),
                Just(" "),
                Just(") "),
                Just("(")
            ],
            15,
        ),
    )
        .prop_map(|(plus, digits, gaps)| {
            let mut written = plus.to_owned();
            let mut group = 0;
            for (index, digit) in digits.chars().enumerate() {
                // Behind a long group of a complete number, a blank ends it; see the module `phone`.
                let gap = gaps[index];
                if index > 0 && !(group >= 5 && index >= 10) {
                    written.push_str(gap);
                    group = if gap.is_empty() { group } else { 0 };
                }
                written.push(digit);
                group += 1;
            }
            (written, digits)
        });
    let contiguous = (prop_oneof![Just("+"), Just("%2B")], "[0-9]{7,15}")
        .prop_map(|(plus, digits)| (format!("{plus}{digits}"), digits));
    let bare = "[0-9]{10,15}".prop_map(|digits| (digits.clone(), digits));
    prop_oneof![separated, contiguous, bare]
}

fn masked(digits: &str) -> String {
    let (first, last) = (&digits[..2], &digits[digits.len() - 2..]);
    format!("{first}{}{last}", "*".repeat(digits.len() - 4))
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(400))]

    #[test]
    fn nothing_panics_and_what_is_borrowed_is_the_same(text in soup()) {
        let shown = redact(&text);
        if let std::borrow::Cow::Borrowed(same) = shown {
            prop_assert_eq!(same, &text);
        }
    }

    #[test]
    fn any_characters_at_all(text in any::<String>(), bytes in any::<Vec<u8>>(), max in 0_usize..64) {
        let redactor = Redactor::new([SecretString::from("hunter22")]);
        let _ = redactor.apply(&text);
        let shown = excerpt(&bytes, max, &redactor);
        prop_assert!(shown.split('…').next().unwrap_or_default().len() <= max * 3);
    }

    #[test]
    fn a_secret_in_a_telling_place_goes(before in soup(), secret in secret(), context in context(), after in soup()) {
        let planted = context.replace("{}", &secret);
        prop_assert!(!redact(&planted).contains(&secret), "{}", redact(&planted));
        // Whatever stands around it, but for a string that never closes: where that ends is anyone's guess.
        let before = before.replace("&quot;", "").replace(['"', '\'', '`'], "");
        let text = format!("{before}\n {planted} {after}");
        prop_assert!(!redact(&text).contains(&secret), "{}", redact(&text));
    }

    #[test]
    fn a_known_secret_goes_from_anywhere(before in soup(), secret in "[ -~é]{4,24}", after in soup()) {
        let kept = SecretString::from(secret.as_str());
        let redactor = Redactor::default().with_basic("user", &kept);
        let percent: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let json = serde_json::to_string(&secret).unwrap();
        let basic = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("user:{secret}"));
        for written in [secret.as_str(), &percent, &json[1..json.len() - 1], &basic] {
            let text = format!("{before}{written}{after}");
            let found = super::known::find(&text, &[secret.as_str(), &basic].into_iter());
            prop_assert!(
                found.iter().any(|span| span.start <= before.len() && span.end >= before.len() + written.len()),
                "{}", text
            );
            if secret.chars().all(|char| char.is_ascii_alphanumeric()) && secret.len() > 9 {
                prop_assert!(!redactor.apply(&text).contains(written));
                let shown = excerpt(text.as_bytes(), usize::MAX, &redactor);
                prop_assert!(!shown.contains(written));
            }
        }
    }

    #[test]
    fn a_cut_excerpt_shows_no_part_of_a_secret(pad in 0_usize..40, max in 0_usize..80) {
        let redactor = Redactor::new([SecretString::from("QXZJQXZJQXZJ")]);
        let body = format!("{}QXZJQXZJQXZJ {}", ".".repeat(pad), " token=WVUWVUWVU");
        let shown = excerpt(body.as_bytes(), max, &redactor);
        prop_assert!(!shown.contains("QX") && !shown.contains("WV"), "{}", shown);
    }

    #[test]
    fn phones_are_masked_wherever_they_stand(
        (written, digits) in phone(),
        before in "[a-z ]{0,8}[ :,\"(=]",
        after in prop_oneof![Just(""), Just(","), Just("\"}"), Just("&x"), Just("\nx"), Just(" x"), Just(" 200 OK")],
    ) {
        let text = format!("{before}{written}{after}");
        let shown = redact(&text);
        prop_assert!(!shown.contains(&written), "{} became {}", text, shown);
        if after != " 200 OK" {
            prop_assert!(shown.contains(&masked(&digits)), "{} became {}", text, shown);
        }
        prop_assert_eq!(redact(&shown), shown.as_ref());
    }

    #[test]
    fn phones_stay_masked_in_any_text(text in "[+0-9 ().%2B*a:-]{0,40}") {
        let once = redact(&text).into_owned();
        let twice = redact(&once).into_owned();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn identifiers_stay(kind in "(AC|CA|SK|RQ|RE|CF)", hex in "[0-9a-f]{32}", digits in "[0-9]{32}") {
        let uuid = |hex: &str| format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        for id in [format!("{kind}{hex}"), format!("{kind}{digits}"), hex.clone(), uuid(&hex), uuid(&digits)] {
            let text = format!("call {id}, /{id}/x {id}");
            prop_assert_eq!(redact(&text), text.as_str());
        }
    }
}
