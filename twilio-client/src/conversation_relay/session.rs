//! One session: prompts put together, and what the caller heard of an answer they broke into.

use std::fmt;
use std::time::Duration;

use voice_core::ident::CallSid;

use super::command::{RelayCommand, TextToken};
use super::message::{
    OtherRelayMessage, RelayDtmf, RelayFault, RelayInfo, RelayInterrupt, RelayMessage, RelayPrompt,
    RelaySetup,
};
use super::{CustomParameters, MAX_MESSAGE_BYTES, RelayError};
use crate::types::{Numeric, Toggle};

/// How the parts of an utterance go together, where the TwiML has `partialPrompts`. Twilio does not document it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PartialPrompts {
    /// Every part is the whole utterance so far, as it is understood by then: the newest counts.
    #[default]
    Replace,
    /// Every part continues those before it.
    Append,
}

/// What the caller said, as far as it is known. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prompt {
    /// The words. Personal.
    pub text: String,
    /// Their language, such as `en-US`.
    pub language: Option<String>,
}

/// The caller broke in. `Debug` does not show the words.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelayInterruption {
    /// What was spoken until then: what a conversation's history is to hold of this turn.
    pub heard: String,
    /// What was sent of this turn and not spoken. `None` when what was spoken is not the beginning of what this session
    /// sent, such as the welcome greeting of the TwiML.
    pub unheard: Option<String>,
    /// How long the agent had been speaking.
    pub after: Option<Duration>,
}

/// What came, put in order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RelayEvent {
    /// The session has begun. It keeps what came: [`RelaySession::setup`].
    Setup,
    /// The caller speaks; this much is understood so far.
    Partial(Prompt),
    /// The caller has spoken: answer.
    Prompt(Prompt),
    /// A key was pressed.
    Dtmf(RelayDtmf),
    /// The caller broke in: stop generating.
    Interrupted(RelayInterruption),
    /// Something went wrong; the session goes on.
    Error(RelayFault),
    /// Who speaks, or what was played.
    Info(RelayInfo),
    /// A type this version does not know. Go on.
    Other(OtherRelayMessage),
}

/// Takes Twilio's text frames in and gives text frames out. See the [module page](super).
///
/// What a method returns is to be sent at once, in the order of the calls.
#[derive(Default)]
pub struct RelaySession {
    setup: Option<Box<RelaySetup>>,
    partials: PartialPrompts,
    /// The utterance so far.
    utterance: String,
    /// What was sent of the current turn.
    turn: String,
    is_turn_complete: bool,
    has_ended: bool,
}

impl RelaySession {
    /// A session that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How parts of an utterance go together; [`PartialPrompts::Replace`] unless set.
    #[must_use]
    pub fn partial_prompts(mut self, how: PartialPrompts) -> Self {
        self.partials = how;
        self
    }

    /// Takes a text frame in.
    ///
    /// # Errors
    /// As for [`RelayMessage::parse`]; [`RelayError::Missing`] for a prompt without words;
    /// [`RelayError::TooLong`] for an utterance that grows beyond [`MAX_MESSAGE_BYTES`] in parts, which is then begun anew.
    pub fn receive(&mut self, text: &str) -> Result<RelayEvent, RelayError> {
        Ok(match RelayMessage::parse(text)? {
            RelayMessage::Setup(setup) => {
                self.setup = Some(setup);
                RelayEvent::Setup
            }
            RelayMessage::Prompt(prompt) => self.understood(prompt)?,
            RelayMessage::Dtmf(dtmf) => RelayEvent::Dtmf(dtmf),
            RelayMessage::Interrupt(interrupt) => RelayEvent::Interrupted(self.broken(interrupt)),
            RelayMessage::Error(fault) => RelayEvent::Error(fault),
            RelayMessage::Info(info) => RelayEvent::Info(info),
            RelayMessage::Other(other) => RelayEvent::Other(other),
        })
    }

    fn understood(&mut self, prompt: RelayPrompt) -> Result<RelayEvent, RelayError> {
        let text = prompt
            .voice_prompt
            .ok_or(RelayError::Missing("voicePrompt"))?;
        match self.partials {
            PartialPrompts::Replace => self.utterance = text,
            PartialPrompts::Append => self.utterance.push_str(&text),
        }
        let length = self.utterance.len();
        if length > MAX_MESSAGE_BYTES {
            self.utterance.clear();
            return Err(RelayError::TooLong(length));
        }
        let language = prompt.lang;
        // Without partialPrompts every prompt is complete, whether it says so or not.
        Ok(if prompt.last == Some(false) {
            let text = self.utterance.clone();
            RelayEvent::Partial(Prompt { text, language })
        } else {
            let text = std::mem::take(&mut self.utterance);
            RelayEvent::Prompt(Prompt { text, language })
        })
    }

    fn broken(&mut self, interrupt: RelayInterrupt) -> RelayInterruption {
        let heard = interrupt.utterance.unwrap_or_default();
        let turn = std::mem::take(&mut self.turn);
        self.is_turn_complete = false;
        RelayInterruption {
            unheard: after_beginning(&turn, &heard).map(str::to_owned),
            heard,
            after: interrupt
                .duration_ms
                .as_ref()
                .and_then(Numeric::to_f64)
                .and_then(|milliseconds| Duration::try_from_secs_f64(milliseconds / 1000.0).ok()),
        }
    }

    /// Speaks a part of an answer; more comes. Returns the frame to send.
    ///
    /// # Errors
    /// [`RelayError::Ended`].
    pub fn say(&mut self, token: impl Into<String>) -> Result<String, RelayError> {
        self.send(&RelayCommand::Text(TextToken::part(token)))
    }

    /// Speaks the last part of an answer, or all of it; an empty one just ends the turn. Returns the frame to send.
    ///
    /// # Errors
    /// [`RelayError::Ended`].
    pub fn finish(&mut self, token: impl Into<String>) -> Result<String, RelayError> {
        self.send(&RelayCommand::Text(TextToken::last(token)))
    }

    /// Ends the session; the text arrives at the `action` of `<Connect>` as `HandoffData`. Returns the frame to send.
    ///
    /// # Errors
    /// [`RelayError::Ended`] when it was ended before.
    pub fn end(&mut self, handoff: Option<&str>) -> Result<String, RelayError> {
        self.send(&RelayCommand::End(handoff.map(str::to_owned)))
    }

    /// Any command. Returns the frame to send.
    ///
    /// # Errors
    /// [`RelayError::Ended`].
    pub fn send(&mut self, command: &RelayCommand) -> Result<String, RelayError> {
        if self.has_ended {
            return Err(RelayError::Ended);
        }
        match command {
            RelayCommand::Text(token) => {
                if std::mem::take(&mut self.is_turn_complete) {
                    self.turn.clear();
                }
                self.turn.push_str(&token.token);
                self.is_turn_complete = token.last == Toggle::On;
            }
            RelayCommand::End(_) => self.has_ended = true,
            _ => {}
        }
        Ok(command.to_text())
    }

    /// What `setup` said.
    #[must_use]
    pub fn setup(&self) -> Option<&RelaySetup> {
        self.setup.as_deref()
    }

    /// The call, once the session has begun.
    #[must_use]
    pub fn call_sid(&self) -> Option<CallSid> {
        self.setup().and_then(|setup| setup.call_sid)
    }

    /// A `<Parameter>` of the TwiML.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.setup()
            .and_then(|setup| setup.custom_parameters.as_ref())
            .and_then(|parameters: &CustomParameters| parameters.get(name))
    }

    /// What was sent of the current turn, which goes on until a last part was sent and another begins.
    #[must_use]
    pub fn turn(&self) -> &str {
        &self.turn
    }
}

/// What follows in `text` after `beginning`. Blanks do not count: what is spoken has them in other places than what was
/// written.
fn after_beginning<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let mut rest = text.char_indices().filter(|(_, c)| !c.is_whitespace());
    let mut end = 0;
    for expected in beginning.chars().filter(|c| !c.is_whitespace()) {
        let (at, found) = rest.next()?;
        if found != expected {
            return None;
        }
        end = at + found.len_utf8();
    }
    text.get(end..)
}

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prompt")
            .field("bytes", &self.text.len())
            .field("language", &self.language)
            .finish()
    }
}

impl fmt::Debug for RelayInterruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayInterruption")
            .field("heard_bytes", &self.heard.len())
            .field("unheard_bytes", &self.unheard.as_ref().map(String::len))
            .field("after", &self.after)
            .finish()
    }
}

impl fmt::Debug for RelaySession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelaySession")
            .field("setup", &self.setup)
            .field("partials", &self.partials)
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}
