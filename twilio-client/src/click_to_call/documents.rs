//! The documents the handler answers with.

use voice_core::ident::E164;
use voice_core::webhook::WebhookUrl;

use super::options::Options;
use super::phrases::{Line, Phrases};
use crate::twiml::{Dial, Gather, Hangup, Number, Response};
use crate::types::Toggle;

/// What is answered should a document not be writable: a line of the application's that is too long, for example.
const LAST_RESORT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say>Sorry, something went wrong.</Say><Hangup/></Response>";

pub(super) fn written(response: &Response) -> String {
    response
        .to_twiml()
        .map_or_else(|_| LAST_RESORT.to_owned(), crate::twiml::Twiml::into_string)
}

/// One line, and the end.
pub(super) fn line(phrases: &Phrases, line: Line) -> String {
    written(
        &Response::new()
            .with(phrases.spoken(line))
            .with(Hangup::new()),
    )
}

/// The end, without a word.
pub(super) fn hang_up() -> String {
    written(&Response::new().with(Hangup::new()))
}

/// For reports, whose answer nobody follows.
pub(super) fn nothing() -> String {
    written(&Response::new())
}

/// Asks the agent for a key.
pub(super) fn ask(
    phrases: &Phrases,
    options: &Options,
    name: Option<&str>,
    gathered: WebhookUrl,
) -> String {
    let gather = Gather::new()
        .num_digits(1u32)
        // Else `#` would end the input without a digit.
        .finish_on_key("")
        .timeout(options.key_timeout)
        .action(gathered)
        .with(phrases.press_key(name));
    let response = Response::new()
        .with(gather)
        .with(phrases.spoken(Line::NoInput))
        .with(Hangup::new());
    written(&response)
}

/// Dials the lead.
pub(super) fn dial(options: &Options, from: E164, lead: E164, dialled: WebhookUrl) -> String {
    let dial = Dial::new()
        .with(Number::new(lead))
        .action(dialled)
        .timeout(options.lead_ring)
        .time_limit(options.lead_limit)
        .answer_on_bridge(Toggle::On)
        .caller_id(from);
    written(&Response::new().with(dial))
}
