//! PromptOps on this machine, with the prompts the examples use.

use std::time::Duration;

use promptops_client::render::PromptVariables;
use promptops_client::service::Rendered;
use promptops_client::testkit::PromptOpsSimulator;
use promptops_client::{PromptOps, PromptOpsClient};
use voice_core::client::ClientOptions;
use voice_core::config::Environment;
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{AgentName, PromptId, TemplateKey};
use voice_core::provider::{AgentChange, AgentProvider, AgentSpec};

/// The simulator, and the service around a client of it.
#[derive(Debug)]
pub struct PromptStage {
    /// PromptOps.
    pub simulator: PromptOpsSimulator,
    /// What asks it.
    pub prompts: PromptOps,
}

/// Ids and texts.
const PROMPTS: [(&str, &str); 6] = [
    ("hello-world", "Hello {{name}}, welcome to {{company}}!"),
    (
        "welcome-message",
        "Welcome {{name}}. {{company}} is happy to have you.",
    ),
    (
        "customer-service",
        "You speak for {{company}}. Be kind to {{name}}.",
    ),
    (
        "order-status",
        "You help {{customer_name}} with order {{order.id}}. Answer as {\"say\": \"…\"}.",
    ),
    (
        "support-chat",
        r#"[{"role": "system", "content": "You help the customers of {{shop}}."},
            {"type": "placeholder", "name": "history"},
            {"role": "user", "content": "{{question}}"}]"#,
    ),
    (
        "support-agent",
        "You are a support agent of {{company}}. You ring {{customer_name}}: be brief.",
    ),
];

impl PromptStage {
    /// Starts the simulator with its prompts.
    ///
    /// # Errors
    /// Never in practice: when the client cannot be built.
    pub async fn start() -> Result<Self, Error> {
        let simulator = PromptOpsSimulator::start().await;
        for (id, text) in PROMPTS {
            simulator.add(id, "1.0.0", text);
        }
        let prompts = PromptOps::new(Self::client(&simulator)?)?;
        Ok(Self { simulator, prompts })
    }

    /// A client that gives up soon: nothing on this machine takes long.
    ///
    /// # Errors
    /// Never in practice.
    pub fn client(simulator: &PromptOpsSimulator) -> Result<PromptOpsClient, Error> {
        let options = ClientOptions::new()
            .attempt_timeout(Duration::from_secs(2))
            .deadline(Duration::from_secs(4))
            .retries(1);
        simulator.client_with(options)
    }
}

/// A prompt with its values filled in: from the service that `environment` names by a variable `PROMPTOPS_…`, else from a
/// simulator, whose prompts know `company` and `customer_name`.
///
/// # Errors
/// When there is no such prompt, a value is missing, or the environment is malformed.
pub async fn prepare_prompt(
    environment: Option<&Environment>,
    id: &PromptId,
    variables: &[(String, String)],
) -> Result<Rendered, Error> {
    let given: PromptVariables = variables.iter().cloned().collect();
    let names = [
        "PROMPTOPS_API_KEY",
        "PROMPTOPS_SECRET_KEY",
        "PROMPTOPS_BASE_URL",
    ];
    let real = environment.filter(|environment| names.iter().any(|name| environment.has(name)));
    if let Some(environment) = real {
        let prompts = PromptOps::new(PromptOpsClient::from_environment(environment)?)?;
        return prompts.render(id.as_str(), &given).await;
    }
    let stage = PromptStage::start().await?;
    let mut values =
        promptops_client::variables! { company: "Acme", customer_name: "valued customer" };
    values.extend(variables.iter().cloned());
    stage.prompts.render(id.as_str(), &values).await
}

/// Lets an agent speak by this text: the agent of that name if there is one, else a new one.
///
/// # Errors
/// The provider's.
pub async fn give_prompt(
    agents: &dyn AgentProvider,
    name: &AgentName,
    prompt: &str,
) -> Result<(), Error> {
    match agents.find_agent(name).await? {
        Some(agent) => {
            let change = AgentChange::new().prompt(prompt);
            agents.update_agent(&agent.id, &change).await?;
        }
        None => {
            agents
                .create_agent(&AgentSpec::new(name.clone(), prompt))
                .await?;
        }
    }
    Ok(())
}

/// Fails an example that did not do what it promises.
///
/// # Errors
/// One that says what was expected, unless `holds`.
pub fn expect(holds: bool, what: &str) -> Result<(), Error> {
    match holds {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Other, format!("expected: {what}"))),
    }
}

/// Reads `NAME=VALUE` from a command line.
///
/// # Errors
/// What is wrong with it.
pub fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    TemplateKey::parse(name).map_err(|error| error.to_string())?;
    Ok((name.to_owned(), value.to_owned()))
}
