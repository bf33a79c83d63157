//! What Twilio would refuse is refused before, each with its code; and any text survives the writing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{CALL, to};
use proptest::prelude::*;
use twilio_client::twiml::{
    Client, Conference, Connect, ConversationRelay, Dial, Element, Gather, Header, Headers, Hints,
    Language, Link, Number, Parameter, Pay, Play, Record, Response, Say, Sip, Start, Stop, Stream,
    Track, Transcription, TwimlError, Uri, Voice, Within, XmlTree, ssml,
};
use voice_core::ident::SipUri;

fn refused(verb: impl Within<Response>) -> TwimlError {
    Response::new().with(verb).to_twiml().unwrap_err()
}

fn written(verb: impl Within<Response>) -> XmlTree {
    let text = Response::new().with(verb).to_twiml().unwrap();
    XmlTree::parse(text.as_str()).unwrap().children.remove(0)
}

fn code(error: &TwimlError) -> u32 {
    assert!(!error.to_string().is_empty());
    error.code().map_or(0, |code| code.get())
}

fn sip() -> SipUri {
    SipUri::parse("sip:desk@example.com").unwrap()
}

#[test]
fn a_conference_stands_alone_in_its_dial() {
    let mixed = || Dial::new().with(Conference::new("room"));
    for dial in [
        mixed().with(Number::new(to())),
        mixed().with(Client::new("anna")),
        mixed().with(Conference::new("other")),
        Dial::new()
            .with(Number::new(to()))
            .with(Element::new("Conference")),
    ] {
        assert_eq!(code(&refused(dial)), 13000);
    }
    written(mixed());
    let ten = (0..10).fold(Dial::new(), |dial, _| dial.with(Number::new(to())));
    written(ten.clone());
    let error = refused(ten.with(Client::new("anna")));
    assert_eq!(
        error,
        TwimlError::TooManyTargets {
            element: "Dial",
            count: 11
        }
    );
    assert_eq!(code(&error), 13250);
}

#[test]
fn a_say_holds_what_its_voice_takes() {
    for (voice, limit) in [
        (Some("Polly.Amy"), 3_000),
        (Some("man"), 4_096),
        (Some("Google.en-US-Standard-A"), 5_000),
        (None, 5_000),
    ] {
        let say = |size: usize| {
            let half = "x".repeat(size / 2);
            let say = Say::new(half).with(ssml::P::new("y".repeat(size - size / 2)));
            match voice {
                Some(voice) => say.voice(voice),
                None => say,
            }
        };
        written(say(limit));
        let error = refused(Gather::new().with(say(limit + 1)));
        assert_eq!(
            error,
            TwimlError::SayTooLong {
                size: limit + 1,
                limit
            }
        );
        assert_eq!(code(&error), 13521);
    }
    assert_eq!(Voice::from("Polly.Amy-Neural"), Voice::POLLY_AMY_NEURAL);
}

#[test]
fn a_stream_has_a_track_in_a_start_only() {
    let stream = || {
        Stream::new("wss://a.example/s")
            .unwrap()
            .track(Track::Inbound)
    };
    assert_eq!(code(&refused(Connect::stream(stream()))), 31941);
    assert_eq!(code(&refused(Stop::new(stream()))), 31941);
    let start = written(Start::new(stream()));
    assert_eq!(
        start.child("Stream").unwrap().attribute("track"),
        Some("inbound_track")
    );
    assert_eq!(code(&Stream::new("https://a.example").unwrap_err()), 31922);
    assert_eq!(code(&Stream::new("wss://a.example?b").unwrap_err()), 31920);
}

#[test]
fn labels_are_short_and_name_nobody_else() {
    let conference = |label: &str| Dial::new().with(Conference::new("r").participant_label(label));
    let long = "é".repeat(129);
    for bad in [&long, "a/b", CALL] {
        assert_eq!(code(&refused(conference(bad))), 16023, "{bad}");
    }
    written(conference(&"é".repeat(128)));

    let transcription = || Transcription::new(Link::parse("/t").unwrap());
    let inbound = transcription().inbound_track_label(long.clone());
    let outbound = transcription().outbound_track_label(long);
    for bad in [inbound, outbound] {
        assert_eq!(code(&refused(Start::new(bad))), 32650);
    }
    written(Start::new(transcription().inbound_track_label("a/b")));
}

#[test]
fn hints_are_five_hundred() {
    let hints = |count: usize| vec!["word"; count].into_iter().collect::<Hints>();
    written(Gather::new().hints(hints(500)));
    let relay = || ConversationRelay::new("wss://a.example/r").unwrap();
    for error in [
        refused(Gather::new().hints(hints(501))),
        refused(Start::new(
            Transcription::new(Link::parse("/t").unwrap()).hints(hints(501)),
        )),
        refused(Connect::to(relay().hints(hints(501)))),
        refused(Connect::to(
            relay().with(Language::new("de-DE").hints(hints(501))),
        )),
    ] {
        assert_eq!(error, TwimlError::Hints(501));
        assert_eq!(code(&error), 13330);
    }
}

#[test]
fn keys_are_keys() {
    for bad in ["x", "1-2", "1 2", "é"] {
        for (error, expected) in [
            (refused(Gather::new().finish_on_key(bad)), 13310),
            (refused(Record::new().finish_on_key(bad)), 13613),
            (refused(Play::keys(bad)), 13430),
            (
                refused(Dial::new().with(Number::new(to()).send_digits(bad))),
                13222,
            ),
        ] {
            assert_eq!(code(&error), expected, "{bad}");
        }
    }
    assert_eq!(code(&refused(Gather::new().finish_on_key("w"))), 13310);
    written(Gather::new().finish_on_key(""));
    written(Record::new().finish_on_key("0123456789*#"));
    written(Play::keys("wW1,A#*"));
}

#[test]
fn sip_headers_and_addresses_keep_to_sip() {
    let dial = |name: &str, value: &str| {
        Dial::new().with(Sip::new(sip()).with(Headers::new([Header::new(name, value)])))
    };
    for bad in ["", "X Order", "X-Order:", "X-Örder", "X-Order\r\nVia"] {
        assert_eq!(code(&refused(dial(bad, "1"))), 13252, "{bad:?}");
    }
    for bad in ["1\r\nX-Admin: yes", "1\n", "\u{7f}"] {
        assert_eq!(
            refused(dial("X-Order", bad)),
            TwimlError::SipHeaderValue,
            "{bad:?}"
        );
    }
    written(dial("X-Order", "a\tb, \"c\" ü"));
    written(dial("X-Order", &"v".repeat(1_017)));
    let error = refused(dial("X-Order", &"v".repeat(1_018)));
    assert_eq!(error, TwimlError::SipHeaderTooLong(1_025));
    assert_eq!(code(&error), 13253);

    let several = |count: usize| Dial::new().with(Sip::any_of(vec![Uri::new(sip()); count]));
    written(several(10));
    assert_eq!(code(&refused(several(11))), 13250);
}

#[test]
fn payments_use_https() {
    let here = Link::parse("http://127.0.0.1:9/paid").unwrap();
    let error = refused(Pay::new().action(here.clone()));
    assert_eq!(error, TwimlError::PayHttps("action"));
    assert_eq!(code(&error), 0);
    assert!(matches!(
        refused(Pay::new().status_callback(here)),
        TwimlError::PayHttps("statusCallback")
    ));
    written(Pay::new().action(Link::parse("https://a.example/paid").unwrap()));
}

#[test]
fn a_relay_keeps_to_its_ranges() {
    for bad in ["ws://a.example", "https://a.example", "wss://a b", ""] {
        let error = ConversationRelay::new(bad).unwrap_err();
        assert_eq!(error, TwimlError::RelayScheme);
        assert_eq!(code(&error), 64101);
    }
    let relay = || ConversationRelay::new("wss://a.example/r?x=1").unwrap();
    for milliseconds in [600, 5_000] {
        written(Connect::to(
            relay().speech_timeout(Duration::from_millis(milliseconds)),
        ));
    }
    for milliseconds in [599, 5_001] {
        let relay = relay().speech_timeout(Duration::from_millis(milliseconds));
        assert_eq!(code(&refused(Connect::to(relay))), 64101);
    }
    for threshold in [0.5, 0.9] {
        written(Connect::to(relay().eot_threshold(threshold)));
    }
    for threshold in [0.4, 0.91, f64::NAN, f64::INFINITY] {
        assert_eq!(
            refused(Connect::to(relay().eot_threshold(threshold))),
            TwimlError::RelayRange("eotThreshold")
        );
    }
}

#[test]
fn a_parameter_is_short_wherever_it_stands() {
    let parameter = |size: usize| Parameter::new("key", &"é".repeat(size));
    let stream = |size: usize| {
        Connect::stream(
            Stream::new("wss://a.example/s")
                .unwrap()
                .with(parameter(size)),
        )
    };
    written(stream(496));
    assert_eq!(refused(stream(497)), TwimlError::Parameter(500));
}

/// What a reader gives back: the characters XML allows.
fn allowed(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
        .collect()
}

proptest! {
    #[test]
    fn any_text_and_attribute_comes_back(text in ".{0,80}", value in ".{0,80}", odd in "[<>&\"'\\]\\[!\\-\t\r\n\u{85}\u{2028} ]{0,40}") {
        let say = Say::new(text.clone()).with(ssml::Sub::new(value.clone(), odd.clone())).text(odd.clone()).voice(value.clone());
        let read = written(say);
        prop_assert_eq!(&read.text, &format!("{}{}", allowed(&text), allowed(&odd)));
        prop_assert_eq!(read.attribute("voice").map(str::to_owned), Some(allowed(&value)));
        let sub = read.child("sub").unwrap();
        prop_assert_eq!(sub.attribute("alias").map(str::to_owned), Some(allowed(&value)));
        prop_assert_eq!(&sub.text, &allowed(&odd));
    }

    #[test]
    fn any_parameter_comes_back(name in ".{0,60}", value in ".{0,60}") {
        let read = written(Connect::stream(Stream::new("wss://a.example/s").unwrap().parameter(&name, &value)));
        let parameter = read.child("Stream").unwrap().child("Parameter").unwrap();
        prop_assert_eq!(parameter.attribute("name").map(str::to_owned), Some(allowed(&name)));
        prop_assert_eq!(parameter.attribute("value").map(str::to_owned), Some(allowed(&value)));
    }
}
