//! Choices, and their defaults.

use std::time::Duration;

/// Whether the agent must press a key before the lead is rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KeyPress {
    /// Any key, within 10 s. A mailbox presses none, so that no lead is connected to one. The default.
    #[default]
    Required,
    /// None: the lead is rung as soon as the agent has answered.
    NotNeeded,
}

/// What a request is answered that is not proven to come from Twilio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BadSignature {
    /// 200 and a document that says goodbye and nothing else. The default: should the Auth Token have been changed, the agent
    /// hears a line and not "an application error has occurred".
    #[default]
    Goodbye,
    /// 403, which Twilio's debugger shows as error 11200.
    Forbidden,
}

#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) key_press: KeyPress,
    pub(super) bad_signature: BadSignature,
    /// How long a key is waited for.
    pub(super) key_timeout: Duration,
    /// How long the lead's telephone rings.
    pub(super) lead_ring: Duration,
    /// Longest time connected.
    pub(super) lead_limit: Duration,
    /// How long the application may take.
    pub(super) callback_limit: Duration,
    /// How long the handler may take.
    pub(super) handler_limit: Duration,
}

impl Options {
    /// Below the 15 s Twilio waits, with room for the network.
    pub(super) const MOST: Duration = Duration::from_secs(13);
}

impl Default for Options {
    fn default() -> Self {
        Self {
            key_press: KeyPress::default(),
            bad_signature: BadSignature::default(),
            key_timeout: Duration::from_secs(10),
            lead_ring: Duration::from_secs(30),
            lead_limit: Duration::from_secs(4 * 3600),
            callback_limit: Duration::from_secs(8),
            handler_limit: Duration::from_secs(12),
        }
    }
}
