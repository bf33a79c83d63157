//! Every element of TwiML with every attribute it has, written and read back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeSet;
use std::time::Duration;

use common::{call_sid, to};
use twilio_client::calls::RecordingEvent;
use twilio_client::twiml::{
    AiSession, Application, ApplicationSid, AttributeKind, Autopilot, CardType, Client, Conference,
    ConferenceEvent, Config, Connect, Conversation, ConversationEvent, ConversationRelay,
    ConversationRelaySession, Dial, ELEMENTS, Echo, Element, Enqueue, Gather, GatherInput, Hangup,
    Header, Headers, Identity, Language, Leave, Link, Number, Parameter, Pause, Pay, Play, Prompt,
    PromptError, PromptFor, Queue, Record, Recording, Redirect, Refer, ReferSip, Reject,
    RelaySpeechTimeout, Response, Room, Say, Sim, Sip, Siprec, Sms, SpeechTimeout, Start, Stop,
    Stream, Task, Transcription, Uri, VirtualAgent, WhatsApp, XmlTree, ssml,
};
use twilio_client::types::{CallEvent, Toggle};
use voice_core::ident::{self, ByocTrunkSid, SipUri};

const SEVEN: Duration = Duration::from_secs(7);
const TEXT: &str = "a & \"b\" <c> 'd'";

fn link() -> Link {
    Link::parse("/x?a=1&b=2").unwrap()
}

fn app() -> ident::ApplicationSid {
    ident::ApplicationSid::parse(concat!("AP", "0123456789abcdef0123456789abcdef")).unwrap()
}

fn byoc() -> ByocTrunkSid {
    ByocTrunkSid::parse(concat!("BY", "0123456789abcdef0123456789abcdef")).unwrap()
}

fn sip() -> SipUri {
    SipUri::parse("sip:desk@example.com").unwrap()
}

macro_rules! full {
    ($class:literal, $start:expr; $($setter:ident = $value:expr),*) => {
        ($class, vec![$(stringify!($setter)),*], Element::from($start$(.$setter($value))*))
    };
}

/// Each element with all its setters called.
fn all() -> Vec<(&'static str, Vec<&'static str>, Element)> {
    vec![
        full! { "AiSession", AiSession::new(); ai_connector = TEXT, ai_session_configuration = TEXT },
        full! { "Application", Application::new(app());
            url = link(), method = "GET", status_callback = link(),
            status_callback_event = ["initiated", "ringing"].map(CallEvent::from), status_callback_method = "GET",
            customer_id = TEXT, copy_parent_to = Toggle::On
        },
        full! { "ApplicationSid", ApplicationSid::new(app());},
        full! { "Autopilot", Autopilot::new("UA1");},
        full! { "Client", Client::new("anna");
            url = link(), method = "GET", status_callback = link(),
            status_callback_event = ["initiated", "ringing"].map(CallEvent::from), status_callback_method = "GET"
        },
        full! { "Conference", Conference::new("room");
            muted = Toggle::On, beep = "true", start_conference_on_enter = Toggle::On,
            end_conference_on_exit = Toggle::On, participant_label = TEXT, jitter_buffer_size = "large",
            max_participants = 3u32, coach = call_sid(), region = "us1", wait_url = link(), wait_method = "GET",
            record = "do-not-record", trim = "trim-silence", recording_configuration_id = TEXT,
            recording_status_callback = link(),
            recording_status_callback_event = ["in-progress", "completed"].map(RecordingEvent::from),
            recording_status_callback_method = "GET", status_callback = link(),
            status_callback_event = ["start", "end"].map(ConferenceEvent::from), status_callback_method = "GET",
            event_callback_url = link()
        },
        full! { "Config", Config::new("a", "b"); name = "X-1", value = TEXT },
        full! { "Connect", Connect::to(Room::new("r")); action = link(), method = "GET" },
        full! { "Conversation", Conversation::new();
            service_instance_sid = TEXT, inbound_autocreation = Toggle::On, routing_assignment_timeout = SEVEN,
            inbound_timeout = SEVEN, url = link(), method = "GET", record = "do-not-record", trim = "trim-silence",
            recording_status_callback = link(),
            recording_status_callback_event = ["in-progress", "completed"].map(RecordingEvent::from),
            recording_status_callback_method = "GET", status_callback = link(),
            status_callback_event = ["call-initiated", "call-ringing"].map(ConversationEvent::from),
            status_callback_method = "GET"
        },
        full! { "ConversationRelay", ConversationRelay::new("wss://a.example/r").unwrap();
            unchecked_url = TEXT, welcome_greeting = TEXT, welcome_greeting_interruptible = "none",
            language = "af-ZA", tts_language = "af-ZA", transcription_language = "af-ZA", tts_provider = TEXT,
            voice = TEXT, transcription_provider = TEXT, speech_model = TEXT, hints = ["a", "b"],
            interruptible = "none", interrupt_sensitivity = "high", preemptible = Toggle::On,
            report_input_during_agent_speech = "none", ignore_backchannel = Toggle::On, dtmf_detection = Toggle::On,
            partial_prompts = Toggle::On, partial_prompt_on_hangup = Toggle::On,
            speech_timeout = RelaySpeechTimeout::Auto, turn_detection = TEXT, eot_threshold = 0.7,
            eager_eot_threshold = 0.7, profanity_filter = Toggle::On, background_noise_reduction = TEXT,
            echo_prompt_filtering = TEXT, deepgram_smart_format = Toggle::On, asr_smart_format = TEXT,
            elevenlabs_text_normalization = TEXT, elevenlabs_language_text_normalization = TEXT,
            tts_text_normalization = TEXT, tts_language_text_normalization = TEXT, events = TEXT, debug = TEXT,
            include_in_prompt = TEXT, customer_name = TEXT, intelligence_service = TEXT,
            application_reconnect = TEXT, conversation_configuration = TEXT, conversation_id = TEXT
        },
        full! { "ConversationRelaySession", ConversationRelaySession::new();
            connector = TEXT, session_configuration = TEXT
        },
        full! { "Dial", Dial::new();
            action = link(), method = "GET", timeout = SEVEN, time_limit = SEVEN, caller_id = to(),
            answer_on_bridge = Toggle::On, hangup_on_star = Toggle::On, sequential = Toggle::On, ring_tone = "at",
            record = "do-not-record", recording_track = "inbound", trim = "trim-silence",
            recording_configuration_id = TEXT, recording_status_callback = link(),
            recording_status_callback_event = ["in-progress", "completed"].map(RecordingEvent::from),
            recording_status_callback_method = "GET", refer_url = link(), refer_method = "GET",
            events = "call-progress-event", passports = TEXT
        },
        full! { "Echo", Echo::new();},
        full! { "Enqueue", Enqueue::queue("q");
            action = link(), method = "GET", wait_url = link(), wait_url_method = "GET", max_queue_size = 3u32,
            workflow_sid = TEXT
        },
        full! { "Gather", Gather::new();
            action = link(), method = "GET", input = ["dtmf", "speech"].map(GatherInput::from), timeout = SEVEN,
            speech_timeout = SpeechTimeout::Auto, max_speech_time = SEVEN, finish_on_key = "1#", num_digits = 3u32,
            action_on_empty_result = Toggle::On, barge_in = Toggle::On, language = "af-ZA", hints = ["a", "b"],
            speech_model = "default", enhanced = Toggle::On, profanity_filter = Toggle::On,
            partial_result_callback = link(), partial_result_callback_method = "GET", debug = Toggle::On
        },
        full! { "Hangup", Hangup::new();},
        full! { "Header", Header::new("X-A", "b"); name = "X-1", value = TEXT },
        full! { "Headers", Headers::new([Header::new("X-A", "b")]);},
        full! { "Identity", Identity::new("anna");},
        full! { "Language", Language::new("de-DE");
            code = "af-ZA", tts_provider = TEXT, voice = TEXT, transcription_provider = TEXT, speech_model = TEXT,
            hints = ["a", "b"], asr_smart_format = TEXT, tts_text_normalization = TEXT,
            tts_language_text_normalization = TEXT
        },
        full! { "Leave", Leave::new();},
        full! { "Number", Number::new(to());
            send_digits = "1#", url = link(), method = "GET", status_callback = link(),
            status_callback_event = ["initiated", "ringing"].map(CallEvent::from), status_callback_method = "GET",
            byoc = byoc(), machine_detection = "Enable", machine_detection_timeout = SEVEN,
            machine_detection_speech_threshold = SEVEN, machine_detection_speech_end_threshold = SEVEN,
            machine_detection_silence_timeout = SEVEN, amd_status_callback = link(),
            amd_status_callback_method = "GET"
        },
        full! { "Parameter", Parameter::new("a", "b"); name = "X-1", value = TEXT },
        full! { "Pause", Pause::new(SEVEN); length = SEVEN },
        full! { "Pay", Pay::new();
            action = link(), status_callback = link(), status_callback_method = "GET", charge_amount = TEXT,
            currency = TEXT, description = TEXT, input = "dtmf", payment_method = "ach-debit",
            bank_account_type = "consumer-checking", payment_connector = TEXT, token_type = "one-time",
            valid_card_types = ["visa", "mastercard"].map(CardType::from), security_code = Toggle::On,
            postal_code = "true", min_postal_code_length = 3u32, max_attempts = 3u32, timeout = SEVEN,
            language = "af-ZA"
        },
        full! { "Play", Play::new(link()); repeat = 3u32, digits = "1#" },
        full! { "Prompt", Prompt::new(PromptFor::PostalCode);
            step = "payment-card-number", attempt = [1, 2], card_type = ["visa", "mastercard"].map(CardType::from),
            error_type = ["timeout", "invalid-card-number"].map(PromptError::from),
            require_matching_inputs = Toggle::On
        },
        full! { "Queue", Queue::new("q");
            url = link(), method = "GET", reservation_sid = TEXT, post_work_activity_sid = TEXT
        },
        full! { "Record", Record::new();
            action = link(), method = "GET", timeout = SEVEN, finish_on_key = "1#", max_length = SEVEN,
            play_beep = Toggle::On, trim = "trim-silence", recording_configuration_id = TEXT,
            recording_status_callback = link(),
            recording_status_callback_event = ["in-progress", "completed"].map(RecordingEvent::from),
            recording_status_callback_method = "GET", transcribe = Toggle::On, transcribe_callback = link()
        },
        full! { "Recording", Recording::new();
            channels = "mono", track = "inbound", trim = "trim-silence", recording_configuration_id = TEXT,
            recording_status_callback = link(),
            recording_status_callback_event = ["in-progress", "completed"].map(RecordingEvent::from),
            recording_status_callback_method = "GET"
        },
        full! { "Redirect", Redirect::new(link()); method = "GET" },
        full! { "Refer", Refer::new(sip()); action = link(), method = "GET" },
        full! { "ReferSip", ReferSip::new(sip());},
        full! { "Reject", Reject::new(); reason = "rejected" },
        full! { "Room", Room::new("r"); participant_identity = TEXT },
        full! { "Say", Say::new("x"); voice = "man", language = "af-ZA", repeat = 3u32 },
        full! { "Sim", Sim::new("DE1");},
        full! { "Sip", Sip::new(sip());
            username = TEXT, password = TEXT, url = link(), method = "GET", status_callback = link(),
            status_callback_event = ["initiated", "ringing"].map(CallEvent::from), status_callback_method = "GET",
            machine_detection = "Enable", machine_detection_timeout = SEVEN,
            machine_detection_speech_threshold = SEVEN, machine_detection_speech_end_threshold = SEVEN,
            machine_detection_silence_timeout = SEVEN, amd_status_callback = link(),
            amd_status_callback_method = "GET"
        },
        full! { "SipUri", Uri::new(sip()); priority = TEXT, weight = TEXT, username = TEXT, password = TEXT },
        full! { "Siprec", Siprec::new("c");
            name = "X-1", connector_name = TEXT, track = "inbound_track", status_callback = link(),
            status_callback_method = "GET"
        },
        full! { "Sms", Sms::new("x");
            to = to(), from = to(), action = link(), method = "GET", status_callback = link()
        },
        full! { "SsmlBreak", ssml::Break::new(); strength = "none", time = SEVEN },
        full! { "SsmlEmphasis", ssml::Emphasis::new("x"); level = "strong" },
        full! { "SsmlLang", ssml::Lang::new("de-DE", "x"); lang = "af-ZA" },
        full! { "SsmlP", ssml::P::new("x");},
        full! { "SsmlPhoneme", ssml::Phoneme::new("p", "x"); alphabet = "ipa", ph = TEXT },
        full! { "SsmlProsody", ssml::Prosody::new("x"); volume = TEXT, rate = TEXT, pitch = TEXT },
        full! { "SsmlS", ssml::S::new("x");},
        full! { "SsmlSayAs", ssml::SayAs::new("x"); interpret_as = "characters", format = "mdy" },
        full! { "SsmlSub", ssml::Sub::new("a", "x"); alias = TEXT },
        full! { "SsmlW", ssml::W::new("x"); role = TEXT },
        full! { "Start", Start::new(Recording::new()); action = link(), method = "GET" },
        full! { "Stop", Stop::new(Stream::named("s"));},
        full! { "Stream", Stream::new("wss://a.example/s").unwrap();
            name = "X-1", track = "inbound_track", connector_name = TEXT, status_callback = link(),
            status_callback_method = "GET", audio_format = TEXT, sample_rate = TEXT, unchecked_url = TEXT
        },
        full! { "Task", Task::new(&serde_json::json!({"a": 1})); priority = 3u32, timeout = SEVEN },
        full! { "Transcription", Transcription::new(link());
            name = "X-1", status_callback_url = link(), status_callback_method = "GET", track = "inbound_track",
            inbound_track_label = TEXT, outbound_track_label = TEXT, language_code = "af-ZA",
            transcription_engine = "google", speech_model = TEXT, hints = ["a", "b"], partial_results = Toggle::On,
            profanity_filter = Toggle::On, enable_automatic_punctuation = Toggle::On, intelligence_service = TEXT
        },
        full! { "VirtualAgent", VirtualAgent::new("c");
            connector_name = TEXT, language = "af-ZA", sentiment_analysis = Toggle::On, status_callback = link(),
            status_callback_method = "GET"
        },
        full! { "WhatsApp", WhatsApp::new(to());
            url = link(), method = "GET", status_callback = link(),
            status_callback_event = ["initiated", "ringing"].map(CallEvent::from), status_callback_method = "GET"
        },
    ]
}

/// What the setters above write for a kind, where that does not hang on the attribute.
fn expected(kind: AttributeKind) -> Option<String> {
    Some(match kind {
        AttributeKind::Url => "/x?a=1&b=2".to_owned(),
        AttributeKind::Flag => "true".to_owned(),
        AttributeKind::Count => "3".to_owned(),
        AttributeKind::Counts => "1 2".to_owned(),
        AttributeKind::Fraction => "0.7".to_owned(),
        AttributeKind::Seconds => "7".to_owned(),
        AttributeKind::Milliseconds => "7000".to_owned(),
        AttributeKind::Word(known) => known[0].to_owned(),
        AttributeKind::Words(known) => known[..known.len().min(2)].join(" "),
        _ => return None,
    })
}

#[test]
fn every_element_is_written_with_every_attribute() {
    let mut seen = BTreeSet::new();
    for (class, setters, element) in all() {
        assert!(seen.insert(class), "{class} stands twice");
        let spec = ELEMENTS.iter().find(|spec| spec.class == class);
        let spec = spec.unwrap_or_else(|| panic!("{class} is not in the table"));
        let typed: Vec<_> = spec.attributes.iter().map(|own| own.setter).collect();
        assert_eq!(setters, typed, "{class}");

        let inner = Element::new("Start").child(element);
        let text = Response::new().with(inner).to_twiml().unwrap();
        let root = XmlTree::parse(text.as_str()).unwrap();
        let read = &root.children[0].children[0];
        assert_eq!(read.name, spec.tag);
        assert_eq!(
            read.attributes.len(),
            spec.attributes.len(),
            "{class} writes each attribute once"
        );
        for own in spec.attributes {
            let value = read.attribute(own.name);
            let value = value.unwrap_or_else(|| panic!("{class} does not write {}", own.name));
            match expected(own.kind) {
                Some(expected) => assert_eq!(value, expected, "{class} {}", own.name),
                None => assert!(
                    [
                        TEXT,
                        "1#",
                        "X-1",
                        "a,b",
                        "auto",
                        "7000ms",
                        "+14155550123",
                        call_sid().as_str(),
                        byoc().as_str()
                    ]
                    .contains(&value),
                    "{class} {} is {value}",
                    own.name
                ),
            }
        }
    }
    // The response itself is around each of them.
    seen.insert("Response");
    let table: BTreeSet<_> = ELEMENTS.iter().map(|spec| spec.class).collect();
    assert_eq!(seen, table);
}

#[test]
fn every_element_takes_unknown_attributes_elements_and_comments() {
    macro_rules! escape {
        ($($start:expr),* $(,)?) => {
            [$(Element::from($start.attribute("new", TEXT).element(Element::new("New").text("x")).comment("why"))),*]
        };
    }
    for element in escape![
        Say::new("x"),
        Pause::new(SEVEN),
        Dial::new(),
        Number::new(to()),
        Hangup::new(),
        Stop::new(Stream::named("s")),
        Parameter::new("", ""),
        Uri::new(sip()),
        ssml::Break::new(),
        ssml::Sub::new("a", "b"),
    ] {
        let text = Response::new().with(element).to_twiml().unwrap();
        assert!(text.as_str().contains("<!--why-->"));
        let root = XmlTree::parse(text.as_str()).unwrap();
        let read = &root.children[0];
        assert_eq!(read.attribute("new"), Some(TEXT));
        assert_eq!(read.child("New").unwrap().text, "x");
    }
}

#[test]
fn comments_stand_before_and_after_the_response_too() {
    let response = Response::new()
        .comment_before("a")
        .comment("b")
        .comment_after("c -- d")
        .text("e")
        .attribute("f", "g");
    let text = response.to_twiml().unwrap();
    assert!(
        text.as_str()
            .ends_with("?><!--a--><Response f=\"g\"><!--b-->e</Response><!--c - - d-->")
    );
    assert_eq!(XmlTree::parse(text.as_str()).unwrap().text, "e");
}
