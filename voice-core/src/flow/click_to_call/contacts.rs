//! Whom the agent is connected to: the application's answer.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ident::{E164, IdentError};
use crate::provider::{CallId, CallKey, IdError};

/// The application's own name for a contact, such as a lead's id: 1 to 255 visible ASCII characters. It never leaves the
/// record: URLs do not have it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContactRef(CallKey);

impl ContactRef {
    /// Checks and takes a reference.
    ///
    /// # Errors
    /// [`IdError`] says which rule broke.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        CallKey::new(text).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for ContactRef {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl From<ContactRef> for String {
    fn from(contact: ContactRef) -> Self {
        contact.0.into()
    }
}

/// A contact with a number that can be dialled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contact {
    /// The number.
    pub number: E164,
    /// What the agent hears when asked to press a key. Personal.
    pub name: Option<String>,
}

impl Contact {
    /// A contact without a name.
    #[must_use]
    pub fn new(number: E164) -> Self {
        Self { number, name: None }
    }

    /// Checks a number from a database: E.164, such as `+14155550123`.
    ///
    /// # Errors
    /// What is wrong with the number; it is not quoted.
    pub fn parse(number: &str) -> Result<Self, IdentError> {
        E164::parse(number).map(Self::new)
    }

    /// The name the agent hears.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// What the application is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContactRequest {
    /// Whom the agent clicked on.
    pub contact: ContactRef,
    /// The agent.
    pub agent: E164,
    /// The caller's key.
    pub key: CallKey,
    /// The agent's call, which was answered.
    pub call: CallId,
}

impl ContactRequest {
    /// A question about a contact.
    #[must_use]
    pub fn new(contact: ContactRef, agent: E164, key: CallKey, call: CallId) -> Self {
        Self {
            contact,
            agent,
            key,
            call,
        }
    }
}

/// What the application answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactAnswer {
    /// Connect them.
    Connect(Contact),
    /// There is no such contact, or none with a number.
    Unknown,
    /// Do not connect them: outside hours, on a blocking list, somebody else's lead.
    Declined,
}

/// The application: it turns the contact that was clicked on into a number when the agent has answered, and may say no.
///
/// It is asked once for each click-to-call, and once more when the provider repeats its request before that was answered; the
/// answer that is ready first counts. An error, a panic and an answer that takes too long are each heard by the agent
/// as a spoken line. A callback that blocks its thread cannot be interrupted: await, or move the work to another thread.
#[async_trait]
pub trait Contacts: fmt::Debug + Send + Sync {
    /// Whom to connect.
    ///
    /// # Errors
    /// Whatever went wrong; its text is never spoken and never logged in full.
    async fn resolve(
        &self,
        request: &ContactRequest,
    ) -> Result<ContactAnswer, Box<dyn StdError + Send + Sync>>;
}
