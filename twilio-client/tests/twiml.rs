//! TwiML documents: compared as trees, and refused where Twilio would refuse them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{join_url, to};
use twilio_client::calls::CallEvent;
use twilio_client::twiml::{
    Connect, Dial, Element, Hangup, InlineTwiml, Link, Number, Pause, Play, Redirect, Reject,
    RejectReason, Response, Say, Stream, Twiml, TwimlError, XmlTree,
};
use twilio_client::types::{HttpMethod, Toggle};

fn tree(response: &Response) -> XmlTree {
    let text = response.to_twiml().unwrap();
    assert!(
        text.as_str()
            .starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response")
    );
    XmlTree::parse(text.as_str()).unwrap()
}

fn link(text: &str) -> Link {
    Link::parse(text).unwrap()
}

#[test]
fn documents_are_the_trees_the_other_sdks_write() {
    for (response, golden) in [
        (Response::new(), "<Response></Response>"),
        (
            Response::new().with(
                Connect::stream(
                    Stream::new("wss://media.example.com/a")
                        .unwrap()
                        .name("s")
                        .parameter("k", "v & w"),
                )
                .action(link("/done"))
                .method(HttpMethod::Get),
            ),
            r#"<Response><Connect method="GET" action="/done"><Stream name="s" url="wss://media.example.com/a"><Parameter value="v &amp; w" name="k"></Parameter></Stream></Connect></Response>"#,
        ),
        (
            Response::new()
                .with(
                    Say::new("Hi & bye ")
                        .voice("Polly.Amy")
                        .language("en-GB")
                        .repeat(0u32)
                        .child(Element::new("break").attribute("time", "1s")),
                )
                .with(Pause::new(Duration::from_millis(1500)))
                .with(Play::new(link("https://a.example/x.mp3?a=1&b=2")).repeat(2u32))
                .with(Play::keys("ww12"))
                .with(Hangup::new()),
            r#"<Response><Say voice="Polly.Amy" language="en-GB" loop="0">Hi &amp; bye <break time="1s" /></Say><Pause length="2"/><Play loop="2">https://a.example/x.mp3?a=1&amp;b=2</Play><Play digits="ww12"/><Hangup/></Response>"#,
        ),
        (
            Response::new()
                .with(
                    Dial::new()
                        .to(Number::new(to())
                            .send_digits("1")
                            .url(link("/whisper"))
                            .method(HttpMethod::Post)
                            .status_callback(link("https://a.example/s"))
                            .status_callback_event([CallEvent::Initiated, CallEvent::Answered])
                            .status_callback_method(HttpMethod::Get))
                        .action(link("/after"))
                        .method(HttpMethod::Post)
                        .timeout(Duration::from_secs(20))
                        .time_limit(Duration::from_secs(3600))
                        .caller_id(common::from())
                        .answer_on_bridge(Toggle::On)
                        .hangup_on_star(Toggle::Off),
                )
                .with(Redirect::new(link("next?a=1&b=2")).method(HttpMethod::Get)),
            r#"<Response><Dial action="/after" method="POST" timeout="20" timeLimit="3600" callerId="+14155550100" answerOnBridge="true" hangupOnStar="false"><Number sendDigits="1" url="/whisper" method="POST" statusCallback="https://a.example/s" statusCallbackEvent="initiated answered" statusCallbackMethod="GET">+14155550123</Number></Dial><Redirect method="GET">next?a=1&amp;b=2</Redirect></Response>"#,
        ),
        (
            Response::new().with(Reject::new().reason(RejectReason::Busy).parameter("a", "")),
            r#"<Response><Reject reason="busy"><Parameter name="a" value=""/></Reject></Response>"#,
        ),
        (
            Response::new().comment("x").with(
                Dial::number(to())
                    .attribute("newIn2027", "yes")
                    .attribute("newIn2027", "no"),
            ),
            r#"<Response><Dial newIn2027="no">+14155550123</Dial></Response>"#,
        ),
    ] {
        assert_eq!(tree(&response), XmlTree::parse(golden).unwrap(), "{golden}");
    }
}

#[test]
fn attributes_keep_the_order_in_which_they_were_set() {
    let dial = Dial::number(to())
        .timeout(Duration::from_secs(5))
        .answer_on_bridge(Toggle::On)
        .timeout(Duration::from_secs(6));
    let text = Response::new().with(dial).to_twiml().unwrap().into_string();
    assert!(
        text.ends_with(
            "<Response><Dial timeout=\"6\" answerOnBridge=\"true\">+14155550123</Dial></Response>"
        ),
        "{text}"
    );
}

#[test]
fn stream_urls_are_wss_without_a_query_unless_an_agent_gave_them() {
    for bad in [
        "ws://media.example.com/a",
        "ws://127.0.0.1:9/a",
        "https://media.example.com",
        "media",
        "",
        "wss://",
        "wss://a b/",
        "WSS://a.example/\n",
    ] {
        assert_eq!(
            Stream::new(bad).unwrap_err(),
            TwimlError::StreamScheme,
            "{bad:?}"
        );
    }
    for bad in [
        "wss://media.example.com/a?b=c",
        "wss://media.example.com/a#b",
        "wss://media.example.com?",
    ] {
        assert_eq!(
            Stream::new(bad).unwrap_err(),
            TwimlError::StreamQuery,
            "{bad:?}"
        );
    }
    for given in [
        join_url(),
        voice_core::provider::JoinUrl::new("ws://127.0.0.1:9/a?b='c'&d=\"<e>\"").unwrap(),
    ] {
        let tree = tree(&Response::new().with(Connect::stream(Stream::to(&given))));
        assert_eq!(
            tree.child("Connect")
                .unwrap()
                .child("Stream")
                .unwrap()
                .attribute("url"),
            Some(given.expose())
        );
    }
}

#[test]
fn sizes_are_checked_before_twilio_does() {
    let overhead = Response::new().text("x").to_twiml().unwrap().as_str().len() - 1;
    let text = |length: usize| Response::new().text("é".repeat(length));
    let fits = InlineTwiml::MAX_CHARACTERS - overhead;
    assert!(
        text(fits).to_inline().is_ok(),
        "characters are counted, not bytes"
    );
    assert_eq!(
        text(fits + 1).to_inline(),
        Err(TwimlError::TooLongInline(4001))
    );
    let fits = (Twiml::MAX_BYTES - overhead) / 2;
    assert!(text(fits).to_twiml().is_ok());
    assert!(
        matches!(text(fits + 1).to_twiml(), Err(TwimlError::TooLarge(size)) if size > Twiml::MAX_BYTES)
    );

    let parameter =
        |value: usize| Response::new().with(Reject::new().parameter("name", &"é".repeat(value)));
    assert!(parameter(495).to_twiml().is_ok());
    assert_eq!(parameter(496).to_twiml(), Err(TwimlError::Parameter(500)));
}

#[test]
fn inline_documents_have_no_relative_links_wherever_they_stand() {
    for response in [
        Response::new().with(Redirect::new(link("/x"))),
        Response::new().with(Dial::number(to()).action(link("x"))),
        Response::new().with(Dial::new().to(Number::new(to()).url(link("?x")))),
    ] {
        assert!(response.to_twiml().is_ok());
        assert!(matches!(
            response.to_inline(),
            Err(TwimlError::RelativeInline(_))
        ));
    }
    assert!(
        Response::new()
            .with(Redirect::new(link("https://a.example/x")))
            .to_inline()
            .is_ok()
    );
    // What took a relative link's place is what counts.
    let dial = || Dial::number(to()).action(link("/x"));
    for replaced in [
        dial().action(link("https://a.example/x")),
        dial().attribute("action", "https://a.example/x"),
    ] {
        assert!(Response::new().with(replaced).to_inline().is_ok());
    }
    let still = dial().refer_url(link("https://a.example/x"));
    assert!(Response::new().with(still).to_inline().is_err());
}

#[test]
fn a_document_written_elsewhere_is_checked() {
    for good in [
        "<Response/>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Say>x</Say></Response>",
    ] {
        assert_eq!(InlineTwiml::parse(good).unwrap().as_str(), good);
    }
    for bad in [
        "",
        " <Response/>",
        "<response/>",
        "<Response>",
        "<Response/><Response/>",
        "Hello",
        "<Response>&nbsp;</Response>",
    ] {
        assert_eq!(
            InlineTwiml::parse(bad),
            Err(TwimlError::NotAResponse),
            "{bad}"
        );
    }
    let long = format!("<Response>{}</Response>", " ".repeat(4000));
    assert!(matches!(
        InlineTwiml::parse(long),
        Err(TwimlError::TooLongInline(_))
    ));
}

#[test]
fn nothing_that_is_written_is_shown() {
    let response = Response::new()
        .with(Connect::stream(
            Stream::to(&join_url()).parameter("lead", "s3cret"),
        ))
        .with(Dial::number(to()).action(link("/next?token=s3cret")))
        .with(Say::new("s3cret"));
    let shown = format!(
        "{response:?} {:?} {:?}",
        response.to_twiml().unwrap(),
        link("/x?token=s3cret")
    );
    for hidden in ["s3cret", "j0in", "5550123", "token"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(shown.contains("<Stream url>"), "{shown}");
}
