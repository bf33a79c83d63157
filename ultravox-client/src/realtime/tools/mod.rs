//! Tools that run at this client.
//!
//! The agent's tool definition says `client: {}`; when the model calls it, the session runs the handler of that name and
//! sends the result, exactly once for each invocation. A tool that is not there, fails, panics or takes too long is
//! reported to the agent in the API's words, and the session goes on.

mod reply;
mod run;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub use reply::{ToolCall, ToolError, ToolReply};
pub use run::{ToolOutcome, ToolRun};

pub(crate) use run::{ToolRunner, Tools};

/// How long a tool may take unless something else is said: what the API waits by default.
pub const TOOL_TIMEOUT: Duration = Duration::from_millis(2500);
/// The longest timeout the API takes for a tool.
pub const TOOL_TIMEOUT_MAX: Duration = Duration::from_secs(40);
/// How many invocations run at a time unless something else is said.
const AT_ONCE: usize = 8;

type Answer = Pin<Box<dyn Future<Output = Result<ToolReply, ToolError>> + Send>>;
type Handler = Arc<dyn Fn(ToolCall) -> Answer + Send + Sync>;

#[derive(Clone)]
struct Tool {
    handler: Handler,
    timeout: Duration,
}

/// A tool that cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientToolError {
    /// The API takes 1 to 64 letters, digits, `_` and `-`.
    #[error("a tool's name has 1 to 64 letters, digits, _ or -")]
    Name,
    /// There is a tool of this name.
    #[error("there are two tools named {0}")]
    Duplicate(String),
    /// A timeout is more than zero and at most 40 s.
    #[error("a tool's timeout is more than 0 and at most 40 s, not {0:?}")]
    Timeout(Duration),
}

/// The tools that run at this client, by the names the model knows them by.
///
/// A handler gets a [`ToolCall`] and gives anything that becomes a [`ToolReply`]. It runs as a task of its own; when the
/// session ends it is dropped at its next await. A panic is caught (where panics unwind) and reported to the agent as a
/// failure without its message.
///
/// ```
/// use serde_json::json;
/// use ultravox_client::realtime::{ClientTools, ToolCall, ToolError};
///
/// let tools = ClientTools::new().tool("lookup_order", |call: ToolCall| async move {
///     let id: String = call.parameter("orderId")?;
///     if id.is_empty() {
///         return Err(ToolError::new("The order number is missing."));
///     }
///     Ok(json!({"orderId": id, "status": "shipped"}))
/// })?;
/// # Ok::<(), ultravox_client::realtime::ClientToolError>(())
/// ```
#[derive(Clone)]
pub struct ClientTools {
    tools: BTreeMap<String, Tool>,
    at_once: usize,
}

impl Default for ClientTools {
    fn default() -> Self {
        Self {
            tools: BTreeMap::new(),
            at_once: AT_ONCE,
        }
    }
}

impl ClientTools {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A tool that may take 2.5 s, as long as the API waits by default.
    ///
    /// # Errors
    /// [`ClientToolError`] for a name the API does not take, or that is there already.
    pub fn tool<F, R>(
        self,
        name: impl Into<String>,
        handler: impl Fn(ToolCall) -> F + Send + Sync + 'static,
    ) -> Result<Self, ClientToolError>
    where
        F: Future<Output = Result<R, ToolError>> + Send + 'static,
        R: Into<ToolReply>,
    {
        self.tool_within(name, TOOL_TIMEOUT, handler)
    }

    /// A tool with a timeout of its own: that of its definition, from the moment the invocation arrives.
    ///
    /// # Errors
    /// [`ClientToolError`] for a name the API does not take or that is there already, and for a timeout of zero or of
    /// more than 40 s.
    pub fn tool_within<F, R>(
        mut self,
        name: impl Into<String>,
        timeout: Duration,
        handler: impl Fn(ToolCall) -> F + Send + Sync + 'static,
    ) -> Result<Self, ClientToolError>
    where
        F: Future<Output = Result<R, ToolError>> + Send + 'static,
        R: Into<ToolReply>,
    {
        let name = name.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !(1..=64).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(ClientToolError::Name);
        }
        if timeout.is_zero() || timeout > TOOL_TIMEOUT_MAX {
            return Err(ClientToolError::Timeout(timeout));
        }
        let handler: Handler = Arc::new(move |call| {
            let answer = handler(call);
            Box::pin(async move { answer.await.map(Into::into) })
        });
        match self.tools.entry(name) {
            Entry::Occupied(entry) => Err(ClientToolError::Duplicate(entry.key().clone())),
            Entry::Vacant(entry) => {
                entry.insert(Tool { handler, timeout });
                Ok(self)
            }
        }
    }

    /// How many invocations run at a time; 8 by default. Up to eight times as many wait their turn, within their
    /// timeouts; more are reported as failed.
    #[must_use]
    pub fn at_once(mut self, invocations: usize) -> Self {
        self.at_once = invocations.clamp(1, 1024);
        self
    }

    /// The tools' names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tools.keys().map(String::as_str)
    }
}

impl fmt::Debug for ClientTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.tools.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn nothing(_: ToolCall) -> Result<&'static str, ToolError> {
        Ok("")
    }

    #[test]
    fn names_and_timeouts_are_checked() {
        let tools = ClientTools::new().tool("a", nothing).unwrap();
        assert_eq!(
            tools.clone().tool("a", nothing).unwrap_err(),
            ClientToolError::Duplicate("a".to_owned())
        );
        for name in ["", "a b", "ä", &"x".repeat(65)] {
            let error = tools.clone().tool(name, nothing).unwrap_err();
            assert_eq!(error, ClientToolError::Name, "{name}");
        }
        for timeout in [Duration::ZERO, Duration::from_secs(41)] {
            let error = tools
                .clone()
                .tool_within("b", timeout, nothing)
                .unwrap_err();
            assert_eq!(error, ClientToolError::Timeout(timeout));
        }
        let tools = tools.tool("b-2_C", nothing).unwrap();
        assert_eq!(tools.names().collect::<Vec<_>>(), ["a", "b-2_C"]);
        assert_eq!(format!("{tools:?}"), r#"{"a", "b-2_C"}"#);
    }
}
