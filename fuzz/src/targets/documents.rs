//! Documents and values: templates, XML, envelopes, snapshots, rules of experiments, values in JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use promptops_client::experiments::{
    ExperimentPlan, FlagPlan, Segment, Segments, Subject, Targeting, canonical_json,
};
use promptops_client::models as po;
use promptops_client::render::engine::{EngineLimits, EngineTemplate};
use promptops_client::render::{
    ChatTemplate, Missing, PromptTemplate, PromptVariables, RenderOptions,
};
use promptops_client::snapshot::SnapshotFile;
use serde_json::Value;
use twilio_client::twiml::{self, XmlTree};
use ultravox_client::types as uv;
use voice_core::ident::E164;
use voice_core::template::Template;
use voice_core::wire::read_json;

use crate::support::hold::json;
use crate::support::input::{split, text};
use crate::support::now;
use crate::support::place::Place;

/// What many answers are made of: optional parts, lists, maps with any names, words, and texts with a form of their own.
#[derive(Debug, serde::Deserialize)]
#[allow(dead_code, reason = "only read")]
struct Answer {
    id: u32,
    to: Option<E164>,
    legs: Option<Vec<Answer>>,
    numbers: Option<Vec<E164>>,
    extra: Option<BTreeMap<String, u8>>,
    kind: Option<Kind>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "only read")]
enum Kind {
    Inbound,
    Outbound { line: u8 },
}

/// A document read as a type: the same is refused as without the path, the path is shown in short, and is the one that a
/// deserializer finds that keeps track of it.
pub fn misfit(data: &[u8]) {
    let read = read_json::<Answer>(data);
    assert_eq!(read.is_ok(), serde_json::from_slice::<Answer>(data).is_ok());
    let path = match read {
        Ok(_) => return,
        Err(misfit) => misfit.path().to_owned(),
    };
    assert!(!path.is_empty());
    // Of broken JSON each names another place; so does a name that is there twice.
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let text = value.to_string();
    let mut source = serde_json::Deserializer::from_str(&text);
    let tracked: Result<Answer, _> = serde_path_to_error::deserialize(&mut source);
    match (read_json::<Answer>(text.as_bytes()), tracked) {
        (Ok(_), Ok(_)) => {}
        (Err(misfit), Err(tracked)) => {
            assert_eq!(misfit.path(), tracked.path().to_string(), "{text}");
            let shown = misfit.to_string();
            assert!(shown.chars().count() < 300, "{shown}");
        }
        (read, tracked) => panic!("{read:?} is not {tracked:?}"),
    }
}

/// Templates of one text in both forms: names are unique and well-formed, kept variables give the source back, values
/// are never expanded, and what comes out is the sum of what went in.
pub fn template(data: &[u8]) {
    let source = &*text(data);
    let keep = RenderOptions::new().missing(Missing::Keep);
    for parsed in [Template::parse(source), Template::parse_legacy(source)] {
        let mut seen = std::collections::HashSet::new();
        for name in parsed.variables() {
            assert!(seen.insert(name), "twice");
            assert!(name.starts_with(|c: char| c.is_alphabetic() || c == '_'));
            assert!(
                name.chars()
                    .all(|c| c.is_alphanumeric() || "_.-".contains(c))
            );
        }
        assert_eq!(parsed.source(), source);
        let kept = parsed.render_with(&(), &keep).expect("nothing is missing");
        if !source.contains('\\') {
            assert_eq!(kept, source);
        }
        assert!(kept.len() <= source.len());
        let mut values = serde_json::Map::new();
        for name in parsed.variables() {
            values.insert(name.clone(), "{{ a }}{a}\\{{".into());
        }
        if let Ok(full) = parsed.render(&values) {
            assert!(
                full.len() <= source.len() * 13 + 13,
                "{} of {}",
                full.len(),
                source.len()
            );
        }
    }
    let double = PromptTemplate::parse(source);
    assert_eq!(double.variables(), Template::parse(source).variables());
    let legacy = PromptTemplate::parse_legacy(source);
    assert_eq!(
        legacy.variables(),
        Template::parse_legacy(source).variables()
    );
}

/// The full engine with any source and values: within its limits, or an error with a line of the source.
pub fn engine(data: &[u8]) {
    let (source, values) = split(data, b"\n---\n");
    let source = text(source);
    let mut limits = EngineLimits::default();
    limits.source_bytes = 4_096;
    limits.steps = 2_000;
    limits.output_bytes = 8_192;
    let parsed = match EngineTemplate::with_limits(&source, limits) {
        Ok(parsed) => parsed,
        Err(error) => {
            assert!(
                error
                    .line()
                    .is_none_or(|line| line <= source.lines().count() + 1)
            );
            assert!(format!("{error}").len() < 2_000);
            return;
        }
    };
    assert!(source.len() <= 4_096);
    let values: Value = serde_json::from_slice(values).unwrap_or_default();
    let variables = PromptVariables::from_serialize(&values).unwrap_or_default();
    for missing in [Missing::Error, Missing::Keep, Missing::Empty] {
        let template: PromptTemplate = parsed.clone().into();
        match template.render(&variables, &RenderOptions::new().missing(missing)) {
            Ok(rendered) => assert!(rendered.as_str().len() <= 8_192),
            Err(error) => assert!(format!("{error} {error:?}").len() < 20_000),
        }
    }
}

/// Chats in JSON: read or refused with the entry's number, and rendered without losing a message.
pub fn chat(data: &[u8]) {
    let Ok(list) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let Ok(chat) = ChatTemplate::from_json(&list) else {
        return;
    };
    let entries = list.as_array().map_or(0, Vec::len);
    let mut variables = PromptVariables::new();
    for name in chat.variables() {
        variables.set(name.clone(), "{{x}}");
    }
    assert!(chat.placeholders().count() <= entries);
    let options = RenderOptions::new().missing(Missing::Keep);
    if let Ok(messages) = chat.render(&variables, &options) {
        assert!(messages.len() <= entries);
    }
}

/// A snapshot's file: refused, or read, written and read again the same.
pub fn snapshot_file(data: &[u8]) {
    let place = Place::new();
    let file = SnapshotFile::<Value>::new(place.file("snapshot.json", data));
    let (entries, unreadable) = match file.read() {
        Ok(read) => read,
        Err(error) => {
            assert!(format!("{error} {error:?}").len() < 1_000);
            return;
        }
    };
    assert!(entries.len() as u64 + unreadable <= data.len() as u64);
    file.write(&entries, now()).expect("a file");
    let (again, unreadable) = file.read().expect("what it wrote");
    assert_eq!((again.len(), unreadable), (entries.len(), 0));
    for (old, new) in entries.iter().zip(&again) {
        assert_eq!(
            (&old.key, old.stored_at, &old.prompt),
            (&new.key, new.stored_at, &new.prompt)
        );
    }
    let typed = SnapshotFile::<po::Prompt>::new(file.path());
    let _ = typed.read();
}

/// Experiments, flags and segments in JSON: planned or refused, and decided the same way twice.
pub fn experiment_rules(data: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let canonical = canonical_json(&document);
    if let Ok(again) = serde_json::from_str::<Value>(&canonical) {
        assert_eq!(canonical_json(&again), canonical);
    }
    let subject = Subject::user("u1")
        .with_attribute("country", "DE")
        .with_attribute("age", 41);
    let mut segments = Segments::new();
    if let Some(map) = document.as_object() {
        let segment = Segment::from_conditions(map);
        assert!(segment.faults().len() <= data.len());
        assert_eq!(segment.contains(&subject), segment.contains(&subject));
        segments = segments.with("s", segment);
        let targeting = Targeting::from_map(map);
        assert_eq!(
            targeting.matches(&subject, &segments),
            targeting.matches(&subject, &segments)
        );
    }
    if let Ok(experiment) = serde_json::from_value::<po::Experiment>(document.clone())
        && let Ok(plan) = ExperimentPlan::from_experiment(&experiment)
    {
        for at in [now(), now() + Duration::from_secs(10_000_000)] {
            assert_eq!(
                plan.assign(&subject, &segments, at),
                plan.assign(&subject, &segments, at)
            );
        }
        assert!(plan.traffic().get() <= 100);
    }
    if let Ok(flag) = serde_json::from_value::<po::FeatureFlag>(document)
        && let Ok(plan) = FlagPlan::from_flag(&flag)
    {
        assert_eq!(
            plan.decide(&subject, &segments, now()),
            plan.decide(&subject, &segments, now())
        );
    }
}

/// XML as Twilio answers and as TwiML is written: a tree is read, written plainly and read again the same; a text put
/// into a verb comes back as it was.
pub fn twilio_xml(data: &[u8]) {
    let all = &*text(data);
    if let Ok(tree) = XmlTree::parse(all) {
        let mut written = String::new();
        write(&tree, &mut written);
        assert_eq!(XmlTree::parse(&written), Ok(tree), "{written}");
    }
    if let Ok(inline) = twiml::InlineTwiml::parse(all) {
        assert_eq!(inline.as_str(), all);
    }
    let response = twiml::Response::new()
        .with(twiml::Say::new(all))
        .comment(all);
    if let Ok(document) = response.to_twiml() {
        let tree = XmlTree::parse(document.as_str()).expect("what is written is well-formed");
        // Characters that XML cannot hold are dropped.
        let kept: String = all.chars().filter(|c| is_xml(*c)).collect();
        assert_eq!(tree.child("Say").map(|say| &*say.text), Some(&*kept));
        assert!(document.as_str().len() <= 12 * all.len() + 200);
    }
}

/// `Char` of XML 1.0.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn write(tree: &XmlTree, into: &mut String) {
    let escape = |text: &str| -> String {
        text.chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_string()
                } else {
                    format!("&#{};", u32::from(c))
                }
            })
            .collect()
    };
    into.push_str(&format!("<{}", tree.name));
    for (name, value) in &tree.attributes {
        into.push_str(&format!(" {name}=\"{}\"", escape(value)));
    }
    into.push('>');
    into.push_str(&escape(&tree.text));
    for child in &tree.children {
        write(child, into);
    }
    into.push_str(&format!("</{}>", tree.name));
}

/// Exotel's envelopes and the field its calls carry.
pub fn exotel_envelope(data: &[u8]) {
    use exotel_vsip::envelope::{Content, Envelope};
    let all = &*text(data);
    if let Ok(envelope) = serde_json::from_str::<Envelope>(all) {
        let shown = format!("{envelope:?}");
        assert!(shown.len() <= 64 * data.len() + 2_000);
        if let Content::Many(items) = &envelope.content {
            assert!(items.len() <= data.len());
        }
    }
    if let Some(field) = exotel_vsip::provider::SessionField::parse(all) {
        assert!(all.contains(field.key().as_str()));
        if let Some(url) = field.join_url() {
            assert!(
                !format!("{field:?}").contains(url.expose()),
                "shows the URL"
            );
        }
    }
}

/// Small values of the providers, bare and in JSON: read, written and read again the same.
pub fn values(data: &[u8]) {
    let bare = &*text(data);
    let quoted = serde_json::to_string(bare).expect("a string");
    for text in [bare, &quoted] {
        json::<uv::UvDuration>(text);
        json::<uv::UvTime>(text);
        json::<uv::UvDate>(text);
        json::<uv::Int64>(text);
        json::<po::Decimal>(text);
        json::<po::PoTime>(text);
        json::<twilio_client::types::ApiTime>(text);
        json::<twilio_client::types::Numeric>(text);
    }
    let filter = twilio_client::types::DateFilter::parse(bare).map(|date| date.to_string());
    if let Ok(date) = filter {
        assert_eq!(
            twilio_client::types::DateFilter::parse(&date).map(|date| date.to_string()),
            Ok(date)
        );
    }
    if let Ok(link) = twiml::Link::parse(bare) {
        assert_eq!(twiml::Link::parse(link.as_str()).as_ref(), Ok(&link));
    }
    if let Ok(url) = twilio_client::calls::streams::StreamUrl::parse(bare) {
        assert!(url.as_str().starts_with("wss:"));
    }
    for part in [
        twilio_client::Region::parse(bare).map(|part| part.as_str().to_owned()),
        twilio_client::Edge::parse(bare).map(|part| part.as_str().to_owned()),
    ] {
        assert!(part.is_err() || part.as_deref() == Ok(bare));
    }
    if let Ok(endpoint) = twilio_client::types::Endpoint::client(bare) {
        assert!(endpoint.as_str().starts_with("client:"));
    }
    if let Ok(number) = exotel_vsip::voice::Number::parse(bare) {
        assert_eq!(
            exotel_vsip::voice::Number::parse(number.as_str()).as_ref(),
            Ok(&number)
        );
        crate::support::hold::no_number_shown(bare, &format!("{number:?}"));
    }
    if let Ok(name) = exotel_vsip::types::DomainName::parse(bare) {
        assert_eq!(name.as_str(), bare);
    }
    if let Ok(name) = exotel_vsip::types::FriendlyName::parse(bare) {
        assert_eq!(
            exotel_vsip::types::FriendlyName::parse(name.as_str()),
            Ok(name)
        );
    }
    if let Ok(name) = exotel_vsip::AccountName::parse(bare) {
        assert_eq!(name.as_str(), bare);
    }
    let time = exotel_vsip::voice::CivilTime::new(bare);
    assert_eq!(time.as_str(), bare);
    let _ = time.at(&exotel_vsip::voice::india());
    let time = exotel_vsip::types::ApiTime::new(bare);
    let _ = (time.time(), time.epoch_seconds());
}
