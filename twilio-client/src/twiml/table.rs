//! The table of all elements, for tests and for whoever wants to know what is typed.

use super::{
    AiSession, Application, ApplicationSid, Autopilot, Client, Conference, Config, Connect,
    Conversation, ConversationRelay, ConversationRelaySession, Dial, Echo, ElementSpec, Enqueue,
    Gather, Hangup, Header, Headers, Identity, Language, Leave, Number, Parameter, Pause, Pay,
    Play, Prompt, Queue, Record, Recording, Redirect, Refer, ReferSip, Reject, Response, Room, Say,
    Sim, Sip, Siprec, Sms, Start, Stop, Stream, Task, Transcription, Uri, VirtualAgent, WhatsApp,
    ssml,
};

/// Every element with typed attributes: all of TwiML for voice.
///
/// ```
/// use twilio_client::twiml::{AttributeKind, ELEMENTS};
///
/// let pause = ELEMENTS.iter().find(|element| element.class == "Pause").ok_or("no Pause")?;
/// assert_eq!(pause.attributes[0].name, "length");
/// assert_eq!(pause.attributes[0].kind, AttributeKind::Seconds);
/// # Ok::<(), &str>(())
/// ```
pub static ELEMENTS: &[ElementSpec] = &[
    AiSession::SPEC,
    Application::SPEC,
    ApplicationSid::SPEC,
    Autopilot::SPEC,
    Client::SPEC,
    Conference::SPEC,
    Config::SPEC,
    Connect::SPEC,
    Conversation::SPEC,
    ConversationRelay::SPEC,
    ConversationRelaySession::SPEC,
    Dial::SPEC,
    Echo::SPEC,
    Enqueue::SPEC,
    Gather::SPEC,
    Hangup::SPEC,
    Header::SPEC,
    Headers::SPEC,
    Identity::SPEC,
    Language::SPEC,
    Leave::SPEC,
    Number::SPEC,
    Parameter::SPEC,
    Pause::SPEC,
    Pay::SPEC,
    Play::SPEC,
    Prompt::SPEC,
    Queue::SPEC,
    Record::SPEC,
    Recording::SPEC,
    Redirect::SPEC,
    Refer::SPEC,
    ReferSip::SPEC,
    Reject::SPEC,
    Response::SPEC,
    Room::SPEC,
    Say::SPEC,
    Sim::SPEC,
    Sip::SPEC,
    Siprec::SPEC,
    Sms::SPEC,
    Start::SPEC,
    Stop::SPEC,
    Stream::SPEC,
    Task::SPEC,
    Transcription::SPEC,
    Uri::SPEC,
    VirtualAgent::SPEC,
    WhatsApp::SPEC,
    ssml::Break::SPEC,
    ssml::Emphasis::SPEC,
    ssml::Lang::SPEC,
    ssml::P::SPEC,
    ssml::Phoneme::SPEC,
    ssml::Prosody::SPEC,
    ssml::S::SPEC,
    ssml::SayAs::SPEC,
    ssml::Sub::SPEC,
    ssml::W::SPEC,
];
