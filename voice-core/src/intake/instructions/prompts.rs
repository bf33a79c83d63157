//! [`PromptInstructions`]: the texts are prompts of a prompt service.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::{InstructionState, InstructionStore, PromptKind};
use crate::error::{Error, ErrorKind};
use crate::ident::PromptId;
use crate::intake::tenant::TenantId;
use crate::provider::{PromptProvider, PromptRequest};

/// Says what tenants point at, where a prompt service has the texts; a map of states does.
#[async_trait]
pub trait InstructionStates: fmt::Debug + Send + Sync + 'static {
    /// What the tenant points at now; `None` when it has no state.
    ///
    /// # Errors
    /// Whatever keeps it from saying so.
    async fn state(&self, tenant: &TenantId) -> Result<Option<InstructionState>, Error>;

    /// Values for the tenant's prompts; none unless overridden.
    ///
    /// # Errors
    /// Whatever keeps it from saying so.
    async fn variables(&self, tenant: &TenantId) -> Result<Map<String, Value>, Error> {
        let _ = tenant;
        Ok(Map::new())
    }
}

macro_rules! states {
    ($($map:ident)*) => {$(
        #[async_trait]
        impl InstructionStates for $map<TenantId, InstructionState> {
            async fn state(&self, tenant: &TenantId) -> Result<Option<InstructionState>, Error> {
                Ok(self.get(tenant).cloned())
            }
        }
    )*};
}
states!(BTreeMap HashMap);

/// Takes texts from a [`PromptProvider`] and fills their variables.
///
/// A pointer is a prompt's id, or `id@version` for one version of it. Values for variables are those set here and those
/// of the tenant, which go first; `tenant_id` is always there. A prompt with a variable that has no value is a fault of
/// the configuration: the call is rejected, as if the text were missing.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Arc;
/// use voice_core::intake::instructions::{
///     InstructionPointers, InstructionResolver, InstructionState, PromptInstructions,
/// };
/// use voice_core::intake::tenant::TenantId;
/// use voice_core::provider::PromptProvider;
///
/// # fn resolver(prompts: Arc<dyn PromptProvider>) -> Result<InstructionResolver, Box<dyn std::error::Error>> {
/// let pointers = InstructionPointers::new("acme-greeting", "acme-receptionist@3");
/// let states = BTreeMap::from([(TenantId::parse("acme-corp")?, InstructionState::new(pointers))]);
/// let store = PromptInstructions::new(prompts, Arc::new(states)).variable("language", "English");
/// let resolver = InstructionResolver::builder(Arc::new(store)).build();
/// # Ok(resolver)
/// # }
/// ```
#[derive(Clone)]
pub struct PromptInstructions {
    prompts: Arc<dyn PromptProvider>,
    states: Arc<dyn InstructionStates>,
    variables: Map<String, Value>,
}

impl PromptInstructions {
    /// Texts of `prompts`, at which `states` points.
    #[must_use]
    pub fn new(prompts: Arc<dyn PromptProvider>, states: Arc<dyn InstructionStates>) -> Self {
        Self {
            prompts,
            states,
            variables: Map::new(),
        }
    }

    /// A value for a variable of the prompts of all tenants.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }
}

#[async_trait]
impl InstructionStore for PromptInstructions {
    async fn state(&self, tenant: &TenantId) -> Result<Option<InstructionState>, Error> {
        self.states.state(tenant).await
    }

    async fn text(
        &self,
        tenant: &TenantId,
        _: PromptKind,
        id: &str,
    ) -> Result<Option<String>, Error> {
        let (id, version) = match id.split_once('@') {
            Some((id, version)) => (id, Some(version.to_owned())),
            None => (id, None),
        };
        // What is no id cannot be there.
        let Ok(id) = PromptId::parse(id) else {
            return Ok(None);
        };
        let mut variables = self.variables.clone();
        variables.insert("tenant_id".to_owned(), tenant.as_str().into());
        variables.extend(self.states.variables(tenant).await?);
        let mut request = PromptRequest::latest(id);
        request.version = version;
        match self.prompts.render_prompt(&request, &variables).await {
            Ok(prompt) => Ok(Some(prompt.text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Values of variables may be personal: only their names are shown.
impl fmt::Debug for PromptInstructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptInstructions")
            .field("prompts", &self.prompts)
            .field("states", &self.states)
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{InstructionOrigin, InstructionPointers, InstructionResolver};
    use super::*;
    use crate::client::{Cursor, Page};
    use crate::error::FieldError;
    use crate::intake::{EventCode, Reason};
    use crate::provider::{Prompt, PromptSummary, RenderedPrompt};
    use crate::template::Template;

    #[derive(Debug)]
    struct Prompts;

    #[async_trait]
    impl PromptProvider for Prompts {
        async fn fetch_prompt(&self, request: &PromptRequest) -> Result<Prompt, Error> {
            let version = request.version.as_deref().unwrap_or("2");
            let text = match (request.id.as_str(), version) {
                ("greet", "2") => "Hello, this is {{name}}.",
                ("greet", "1") => "Hi.",
                ("work", _) => "Tenant {{tenant_id}}, {{language}}.",
                ("odd", _) => "{{nobody_knows}}",
                ("broken", _) => return Err(Error::new(ErrorKind::Server, "oops")),
                _ => return Err(Error::new(ErrorKind::NotFound, "no such prompt")),
            };
            Ok(Prompt::new(request.id.clone(), version, text))
        }

        async fn render_prompt(
            &self,
            request: &PromptRequest,
            variables: &Map<String, Value>,
        ) -> Result<RenderedPrompt, Error> {
            let prompt = self.fetch_prompt(request).await?;
            let text = Template::parse(&prompt.text)
                .render(variables)
                .map_err(|_| {
                    let error = Error::new(ErrorKind::InvalidInput, "a variable has no value");
                    error.with_field(FieldError::new("nobody_knows", "has no value"))
                })?;
            Ok(RenderedPrompt::new(prompt.id, prompt.version, text))
        }

        async fn list_prompts(&self, _: Option<Cursor>) -> Result<Page<PromptSummary>, Error> {
            Err(Error::new(ErrorKind::Unsupported, "not here"))
        }
    }

    #[derive(Debug)]
    struct States(InstructionState);

    #[async_trait]
    impl InstructionStates for States {
        async fn state(&self, _: &TenantId) -> Result<Option<InstructionState>, Error> {
            Ok(Some(self.0.clone()))
        }
        async fn variables(&self, _: &TenantId) -> Result<Map<String, Value>, Error> {
            Ok(Map::from_iter([("name".to_owned(), "Acme".into())]))
        }
    }

    fn resolver(greeting: &str, prompt: &str) -> InstructionResolver {
        let state = InstructionState::new(InstructionPointers::new(greeting, prompt));
        let store = PromptInstructions::new(Arc::new(Prompts), Arc::new(States(state)))
            .variable("language", "English")
            .variable("name", "somebody");
        assert!(!format!("{store:?}").contains("English"));
        InstructionResolver::builder(Arc::new(store)).build()
    }

    #[tokio::test(start_paused = true)]
    async fn prompts_are_rendered_for_the_tenant() {
        let acme = TenantId::parse("acme").unwrap();
        let found = resolver("greet", "work").resolve(&acme).await.unwrap();
        assert_eq!(found.instructions.greeting, "Hello, this is Acme.");
        assert_eq!(found.instructions.prompt, "Tenant acme, English.");
        let found = resolver("greet@1", "work").resolve(&acme).await.unwrap();
        assert_eq!(found.instructions.greeting, "Hi.");
    }

    #[tokio::test(start_paused = true)]
    async fn missing_unrendered_and_unreachable_are_told_apart() {
        let acme = TenantId::parse("acme").unwrap();
        for (id, reason) in [
            ("nowhere", Reason::IdNotFound),
            ("no id at all", Reason::IdNotFound),
            ("odd", Reason::Other("text_not_rendered".to_owned())),
        ] {
            let error = resolver("greet", id).resolve(&acme).await.unwrap_err();
            assert_eq!(error.code(), EventCode::InstructionsMissing, "{id}");
            assert_eq!(error.reason(), &reason, "{id}");
        }
        let found = resolver("greet", "broken").resolve(&acme).await.unwrap();
        assert_eq!(found.instructions.origin, InstructionOrigin::Downtime);
    }

    #[tokio::test]
    async fn a_map_of_states_serves() {
        let acme = TenantId::parse("acme").unwrap();
        let state = InstructionState::new(InstructionPointers::new("a", "b"));
        let states = HashMap::from([(acme.clone(), state.clone())]);
        assert_eq!(states.state(&acme).await.unwrap(), Some(state));
        let other = TenantId::parse("other").unwrap();
        assert_eq!(states.state(&other).await.unwrap(), None);
        assert!(states.variables(&acme).await.unwrap().is_empty());
    }
}
