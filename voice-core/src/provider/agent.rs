//! Agents: who speaks on a call.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::{AgentId, CallKey, MediaKind, SessionId};
use crate::client::{Cursor, Page, Pager};
use crate::error::{Error, ErrorKind};
use crate::ident::AgentName;

/// Agents and their sessions.
#[async_trait]
pub trait AgentProvider: fmt::Debug + Send + Sync {
    /// Creates an agent. A repeat creates another one.
    ///
    /// # Errors
    /// The provider's; [`Delivery::Unknown`](crate::error::Delivery::Unknown) when it may exist now.
    async fn create_agent(&self, spec: &AgentSpec) -> Result<Agent, Error>;

    /// Reads one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    async fn get_agent(&self, id: &AgentId) -> Result<Agent, Error>;

    /// Reads one page of them.
    ///
    /// # Errors
    /// The provider's.
    async fn list_agents(&self, request: &ListAgents) -> Result<Page<Agent>, Error>;

    /// Changes what `change` names and leaves the rest.
    ///
    /// # Errors
    /// The provider's.
    async fn update_agent(&self, id: &AgentId, change: &AgentChange) -> Result<Agent, Error>;

    /// Opens a session for one call. Nobody is rung by it: the session waits to be joined.
    ///
    /// # Errors
    /// The provider's; after [`Delivery::Unknown`](crate::error::Delivery::Unknown), look with
    /// [`find_session`](Self::find_session).
    async fn open_session(&self, request: &SessionRequest) -> Result<AgentSession, Error>;

    /// Finds the session a key opened.
    ///
    /// # Errors
    /// The provider's.
    async fn find_session(&self, key: &CallKey) -> Result<Option<AgentSession>, Error>;

    /// Ends a session, joined or not; one that is over already is no error. What was recorded of a session that somebody
    /// joined is kept.
    ///
    /// # Errors
    /// The provider's.
    async fn end_session(&self, id: &SessionId) -> Result<(), Error>;

    /// Finds the agent of exactly this name by going through the list.
    ///
    /// # Errors
    /// The provider's, [`ErrorKind::Conflict`] when several have the name, and [`ErrorKind::Protocol`] when the list goes
    /// round.
    async fn find_agent(&self, name: &AgentName) -> Result<Option<Agent>, Error> {
        let mut found: Option<Agent> = None;
        let search = ListAgents::new().search(name.as_ref());
        let mut list = Pager::new(None, |cursor| {
            let mut page = search.clone();
            page.cursor = cursor;
            async move { self.list_agents(&page).await }
        });
        while let Some(agent) = list.next().await {
            let agent = agent?;
            if agent.name != name.as_ref() {
                continue;
            }
            if let Some(first) = &found {
                return Err(Error::new(
                    ErrorKind::Conflict,
                    "several agents have this name; use the id",
                )
                .with_context("first", first.id.as_str())
                .with_context("second", agent.id.as_str()));
            }
            found = Some(agent);
        }
        Ok(found)
    }
}

/// An agent to be created.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct AgentSpec {
    /// Its name.
    pub name: AgentName,
    /// What it is told to be; may hold `{{name}}` variables.
    pub prompt: String,
    /// A voice, by the provider's name or id.
    pub voice: Option<String>,
    /// A model, by the provider's name.
    pub model: Option<String>,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    /// How freely it speaks, 0 to 1.
    pub temperature: Option<f64>,
    /// Longest call.
    pub max_duration: Option<Duration>,
    /// Whatever else the provider takes, in its own spelling; merged last.
    pub extra: Map<String, Value>,
}

impl AgentSpec {
    /// An agent with a name and a prompt; the rest is the provider's default.
    pub fn new(name: AgentName, prompt: impl Into<String>) -> Self {
        Self {
            name,
            prompt: prompt.into(),
            voice: None,
            model: None,
            language: None,
            temperature: None,
            max_duration: None,
            extra: Map::new(),
        }
    }

    /// The same with a voice.
    #[must_use]
    pub fn voice(mut self, voice: impl Into<String>) -> Self {
        self.voice = Some(voice.into());
        self
    }

    /// The same with a model.
    #[must_use]
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }
}

/// Prompts may hold names and numbers: lengths and keys are shown.
impl fmt::Debug for AgentSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra: Vec<&String> = self.extra.keys().collect();
        f.debug_struct("AgentSpec")
            .field("name", &self.name)
            .field("prompt_bytes", &self.prompt.len())
            .field("voice", &self.voice)
            .field("model", &self.model)
            .field("language", &self.language)
            .field("extra_keys", &extra)
            .finish_non_exhaustive()
    }
}

/// What to change of an agent; what is `None` stays.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgentChange {
    /// Another name.
    pub name: Option<AgentName>,
    /// Another prompt.
    pub prompt: Option<String>,
    /// Another voice.
    pub voice: Option<String>,
    /// Another model.
    pub model: Option<String>,
    /// Another language.
    pub language: Option<String>,
    /// Whatever else, in the provider's own spelling.
    pub extra: Map<String, Value>,
}

impl AgentChange {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another prompt.
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// Another name.
    #[must_use]
    pub fn name(mut self, name: AgentName) -> Self {
        self.name = Some(name);
        self
    }
}

impl fmt::Debug for AgentChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra: Vec<&String> = self.extra.keys().collect();
        f.debug_struct("AgentChange")
            .field("name", &self.name)
            .field("prompt_bytes", &self.prompt.as_ref().map(String::len))
            .field("voice", &self.voice)
            .field("model", &self.model)
            .field("language", &self.language)
            .field("extra_keys", &extra)
            .finish()
    }
}

/// An agent as the provider knows it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// Its prompt, where the provider tells it.
    pub prompt: Option<String>,
    /// The provider's own object, whole.
    pub raw: Value,
}

impl Agent {
    /// An agent.
    pub fn new(id: AgentId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            prompt: None,
            raw: Value::Null,
        }
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("prompt_bytes", &self.prompt.as_ref().map(String::len))
            .finish_non_exhaustive()
    }
}

/// Which agents to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListAgents {
    /// Where to go on.
    pub cursor: Option<Cursor>,
    /// Only those the provider finds by this text.
    pub search: Option<String>,
    /// How many to a page, where the provider lets one say.
    pub page_size: Option<u32>,
}

impl ListAgents {
    /// All of them, from the beginning.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those the provider finds by this text.
    #[must_use]
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// From a cursor on.
    #[must_use]
    pub fn from(mut self, cursor: Cursor) -> Self {
        self.cursor = Some(cursor);
        self
    }
}

/// A session to be opened.
#[derive(Clone)]
#[non_exhaustive]
pub struct SessionRequest {
    /// Whose.
    pub agent: AgentId,
    /// Recognises it later.
    pub key: CallKey,
    /// The audio the telephone side brings.
    pub media: MediaKind,
    /// Values for the prompt's variables; personal data.
    pub context: Map<String, Value>,
    /// How long it waits to be joined: queueing and ringing must fit in.
    pub join_timeout: Duration,
    /// Longest call.
    pub max_duration: Option<Duration>,
}

impl SessionRequest {
    /// A session of `agent` for a call whose audio comes as `media`; it waits 60 s to be joined.
    #[must_use]
    pub fn new(agent: AgentId, key: CallKey, media: MediaKind) -> Self {
        Self {
            agent,
            key,
            media,
            context: Map::new(),
            join_timeout: Duration::from_secs(60),
            max_duration: None,
        }
    }
}

impl fmt::Debug for SessionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&String> = self.context.keys().collect();
        f.debug_struct("SessionRequest")
            .field("agent", &self.agent)
            .field("key", &self.key)
            .field("media", &self.media)
            .field("context_keys", &keys)
            .field("join_timeout", &self.join_timeout)
            .finish_non_exhaustive()
    }
}

/// A session that waits to be joined.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgentSession {
    /// Its id.
    pub id: SessionId,
    /// Where the telephone side joins.
    pub join_url: JoinUrl,
}

impl AgentSession {
    /// A session.
    #[must_use]
    pub fn new(id: SessionId, join_url: JoinUrl) -> Self {
        Self { id, join_url }
    }
}

/// Where to join a session. Whoever has it can speak as the agent: a secret.
#[derive(Clone)]
pub struct JoinUrl(SecretString);

impl JoinUrl {
    /// Checks and takes one: `wss`, or `ws` to this machine.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`]; the URL is not quoted.
    pub fn new(url: impl Into<SecretString>) -> Result<Self, Error> {
        let url = url.into();
        let good = url::Url::parse(url.expose_secret()).is_ok_and(|parsed| {
            let host = parsed.host();
            match parsed.scheme() {
                "wss" => host.is_some(),
                "ws" => host.is_some_and(|host| crate::transport::is_loopback(&host)),
                _ => false,
            }
        });
        if good {
            Ok(Self(url))
        } else {
            Err(Error::invalid_input("join_url", "must be a wss:// URL"))
        }
    }

    /// The URL itself, to be put into TwiML or dialled; never into a log.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for JoinUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinUrl([REDACTED])")
    }
}
