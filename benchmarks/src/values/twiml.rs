//! A TwiML document of ten verbs, built and written; and one beside the crate `twiml`.
//!
//! The crate's own response holds each verb once at most, so its verbs are written one after another into one writer, which it
//! allows. It writes every attribute always, so ours sets the same: both give the same text, which a test sees to, but for
//! the declaration of XML, which ours writes in addition. The crate checks nothing; ours refuses what Twilio would.

use std::hint::black_box;
use std::time::Duration;

use ::twiml::Twiml as _;
use twilio_client::twiml::{
    Dial, DialRecord, Gather, Hangup, LanguageTag, Link, Pause, Play, Redirect, Response, Say,
    Voice,
};
use twilio_client::types::HttpMethod;
use voice_core::ident::E164;
use xml::EmitterConfig;
use xml::writer::XmlEvent;

use super::rows;
use crate::harness::{each, in_turn};
use crate::{Bar, Options, Row};

const SECTION: &str = "twiml";
const BAR: Option<Bar> = Some(Bar::AtMost(5_000.0));

/// The section `twiml`.
#[must_use]
pub fn section(options: &Options) -> Vec<Row> {
    let figures = in_turn(options, vec![each(menu), each(ours), each(peers)]);
    let mut all = rows(SECTION, "a menu of 10 verbs", figures[0], BAR, &[]);
    let what = "10 verbs, each attribute written";
    all.extend(rows(
        SECTION,
        what,
        figures[1],
        BAR,
        &[("twiml", figures[2], None)],
    ));
    all
}

/// A menu as one would write it.
fn menu() -> String {
    let number = E164::parse(black_box("+14155550123")).expect("a number");
    let document = Response::new()
        .with(Say::new("Welcome to Smith & Sons."))
        .with(Pause::new(Duration::from_secs(1)))
        .with(
            Gather::new()
                .num_digits(1_u32)
                .with(Say::new("For sales press one."))
                .with(Say::new("For support press two.")),
        )
        .with(Say::new("We did not hear you."))
        .with(Play::new(link("https://media.example.com/music.mp3")))
        .with(Dial::number(number))
        .with(Say::new("Good bye."))
        .with(Hangup::new());
    document.to_twiml().expect("a document").into_string()
}

fn link(url: &str) -> Link {
    Link::parse(black_box(url)).expect("a link")
}

const MUSIC: &str = "https://media.example.com/music.mp3";
const AGAIN: &str = "https://hooks.example.com/menu";

fn ours() -> String {
    let say = |text: &str| {
        Say::new(black_box(text))
            .voice(Voice::from("man"))
            .language(LanguageTag::from("en"))
            .repeat(1_u32)
    };
    let number = E164::parse(black_box("+14155550123")).expect("a number");
    let document = Response::new()
        .with(say("Welcome to Smith & Sons."))
        .with(Play::new(link(MUSIC)).repeat(1_u32))
        .with(
            Gather::new()
                .method(HttpMethod::Post)
                .timeout(Duration::from_secs(5))
                .finish_on_key("#")
                .with(say("For sales press one.")),
        )
        .with(say("We did not hear you."))
        .with(Play::new(link(MUSIC)).repeat(1_u32))
        .with(
            Dial::number(number)
                .method(HttpMethod::Post)
                .timeout(Duration::from_secs(30))
                .record(DialRecord::DoNotRecord),
        )
        .with(say("Good bye."))
        .with(Redirect::new(link(AGAIN)).method(HttpMethod::Post))
        .with(Hangup::new());
    document.to_twiml().expect("a document").into_string()
}

fn peers() -> String {
    let mut out = Vec::with_capacity(128);
    let mut writer = EmitterConfig::new()
        .write_document_declaration(false)
        .create_writer(&mut out);
    let say = |text| ::twiml::Say::new(black_box(text));
    let music = || ::twiml::Play::new(black_box(MUSIC));
    let write = &mut writer;
    write
        .write(XmlEvent::start_element("Response"))
        .expect("written");
    say("Welcome to Smith & Sons.")
        .write(write)
        .expect("written");
    music().write(write).expect("written");
    let gather = ::twiml::Gather::default().say(say("For sales press one."));
    gather.write(write).expect("written");
    say("We did not hear you.").write(write).expect("written");
    music().write(write).expect("written");
    ::twiml::Dial::new(black_box("+14155550123"))
        .write(write)
        .expect("written");
    say("Good bye.").write(write).expect("written");
    ::twiml::Redirect::new(black_box(AGAIN))
        .write(write)
        .expect("written");
    ::twiml::Hangup::new().write(write).expect("written");
    write.write(XmlEvent::end_element()).expect("written");
    String::from_utf8(out).expect("UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_write_the_same_document_of_ten_verbs() {
        let (ours, theirs) = (ours(), peers());
        let (declaration, ours) = ours.split_at(ours.find("?>").unwrap() + 2);
        assert!(declaration.starts_with("<?xml"));
        // Ours closes empty elements alike, and escapes alike.
        assert_eq!(
            ours.replace("/>", " />"),
            theirs.replace("/>", " />").replace("  />", " />")
        );
        for document in [ours, &menu()] {
            let verbs = [
                "Say", "Pause", "Gather", "Play", "Dial", "Redirect", "Hangup",
            ];
            let count = |verb: &str| document.matches(&format!("<{verb}")).count();
            assert_eq!(verbs.map(count).iter().sum::<usize>(), 10);
        }
    }
}
