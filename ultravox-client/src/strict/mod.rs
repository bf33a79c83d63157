//! Stricter rules than the API's, for teams that want them: the validation that HTTP wrappers of Ultravox commonly do.
//!
//! Nothing of this is checked unless you ask for it. [`StrictProfile`] checks single values and whole requests, and reports
//! all problems at once; [`StrictProfile::guard`] puts it before any agent provider, so that nothing else goes out.
//!
//! | what | rule |
//! |---|---|
//! | agent name | 1 to 64 characters (the API's limit): ASCII letters, digits, spaces, hyphens, underscores; no space at either end |
//! | prompt | 1 to 10,000 characters |
//! | language | two small letters, or those, a hyphen and two capitals: `en`, `en-US` |
//! | template keys | identifiers of at most 100 characters, none of `agent_id`, `call_id`, `timestamp`, `system`, `internal` in any case |
//! | template context | at most 50 keys |
//! | texts in it | at most 1,000 characters; no `<script`, `javascript:`, `data:` or `vbscript:`, in any case, anywhere, also within arrays and objects |
//! | numbers in it | whole ones within 32 bits; others from −10¹⁰ to 10¹⁰ |
//! | arrays and objects in it | at most 2,000 characters as compact JSON |
//! | phone number | see [`StrictProfile::phone`] |
//!
//! ```
//! use serde_json::json;
//! use ultravox_client::ErrorCode;
//! use ultravox_client::strict::StrictProfile;
//! use ultravox_client::types::JsonMap;
//!
//! let strict = StrictProfile::new();
//! let context = JsonMap::try_from(json!({"123invalid": 1, "System": "x", "note": "<script>", "ok": null}))?;
//! let Err(error) = strict.check_context(&context) else { panic!("refused") };
//! let messages: Vec<&str> = error.fields().iter().map(|field| field.message.as_str()).collect();
//! assert_eq!(messages, [
//!     "Template variable key \"123invalid\" must be a valid identifier",
//!     "Template variable key \"System\" is reserved",
//!     "must not contain <script, javascript:, data: or vbscript:",
//! ]);
//! assert_eq!(ErrorCode::of(&error), ErrorCode::ValidationError);
//!
//! assert_eq!(strict.phone("+1 (415) 555-0123")?, "+14155550123");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agent;
mod context;
mod guard;
mod phone;

use serde_json::{Map, Value};
use voice_core::error::Error;
use voice_core::ident::{AgentName, E164};
use voice_core::provider::{AgentChange, AgentId, AgentSpec};

use crate::agents::{AgentUpdate, NewAgent};
use crate::calls::StartAgentCall;
use crate::check::Problems;

pub use guard::StrictAgents;
pub use phone::NationalLengths;

const OPERATION: &str = "strict";

/// The rules of the [module's page](self).
///
/// Every method reports everything that is wrong at once, as
/// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with a message for each field, and quotes no
/// value; keys of template contexts are named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StrictProfile {
    national: NationalLengths,
}

impl StrictProfile {
    /// The profile, without rules for single countries' phone numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether phone numbers are held against the lengths of single countries as well.
    #[must_use]
    pub fn national_lengths(mut self, national: NationalLengths) -> Self {
        self.national = national;
        self
    }

    /// Takes an agent's name.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn agent_name(&self, text: &str) -> Result<AgentName, Error> {
        let mut problems = Problems::default();
        agent::name(&mut problems, text);
        problems.finish_as(OPERATION)?;
        Ok(AgentName::parse_strict(text)?)
    }

    /// Checks a prompt.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn check_prompt(&self, text: &str) -> Result<(), Error> {
        let mut problems = Problems::default();
        agent::prompt(&mut problems, text);
        problems.finish_as(OPERATION)
    }

    /// Checks an agent to be created through the shared trait.
    ///
    /// # Errors
    /// Every rule it breaks.
    pub fn check_spec(&self, spec: &AgentSpec) -> Result<(), Error> {
        let mut problems = Problems::default();
        agent::spec(&mut problems, spec);
        problems.finish_as(OPERATION)
    }

    /// Checks a change of an agent through the shared trait.
    ///
    /// # Errors
    /// Every rule it breaks.
    pub fn check_change(&self, change: &AgentChange) -> Result<(), Error> {
        let mut problems = Problems::default();
        agent::change(&mut problems, change);
        problems.finish_as(OPERATION)
    }

    /// Checks an agent to be created.
    ///
    /// # Errors
    /// Every rule it breaks.
    pub fn check_agent(&self, agent: &NewAgent) -> Result<(), Error> {
        let mut problems = Problems::default();
        agent::new(&mut problems, agent);
        problems.finish_as(OPERATION)
    }

    /// Checks a change of an agent.
    ///
    /// # Errors
    /// Every rule it breaks.
    pub fn check_update(&self, update: &AgentUpdate) -> Result<(), Error> {
        let mut problems = Problems::default();
        agent::update(&mut problems, update);
        problems.finish_as(OPERATION)
    }

    /// Checks the names of template variables, such as those of a prompt or a form.
    ///
    /// # Errors
    /// Every name that is no identifier, is too long, or is reserved.
    pub fn check_keys<K: AsRef<str>>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<(), Error> {
        let mut problems = Problems::default();
        for name in keys {
            context::key(&mut problems, "templateVariables", name.as_ref());
        }
        problems.finish_as(OPERATION)
    }

    /// Checks a template context.
    ///
    /// # Errors
    /// Every rule it breaks.
    pub fn check_context(&self, context: &Map<String, Value>) -> Result<(), Error> {
        let mut problems = Problems::default();
        context::check(&mut problems, context);
        problems.finish_as(OPERATION)
    }

    /// Checks a call of `agent`: its template context, and that an agent it names itself is the same.
    ///
    /// # Errors
    /// Every rule it breaks.
    pub fn check_call(&self, agent: &AgentId, call: &StartAgentCall) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.rule(
            call.agent_id.as_ref().is_some_and(|named| named != agent),
            "agentId",
            "Agent ID in URL path must match agent ID in request body",
        );
        if let Some(context) = &call.template_context {
            context::check(&mut problems, context);
        }
        problems.finish_as(OPERATION)
    }

    /// Takes a phone number as people write it, and gives it in E.164 form: blanks around it and the separators of
    /// [`E164::parse_lenient`] go, nothing is guessed, and letters are refused. `+1 (415) 555-0123` will do, a number
    /// without `+` will not.
    ///
    /// With [`NationalLengths::Checked`] the number of digits after the country code has to be right for the countries
    /// listed there.
    ///
    /// # Errors
    /// One message for everything; the cause says what is wrong. The number is not quoted.
    pub fn phone(&self, text: &str) -> Result<E164, Error> {
        phone::read(text, self.national)
    }

    /// Puts the profile before a provider: what it refuses never gets there.
    #[must_use]
    pub fn guard<P>(self, provider: P) -> StrictAgents<P> {
        StrictAgents::new(self, provider)
    }
}
