//! Building and running tools, whatever they do.

mod building;
mod running;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::*;
use crate::error::{Delivery, Error, ErrorKind};
use crate::intake::figures::IntakeFigures;
use crate::intake::tenant::{Feature, TenantConfig, TenantId};
use crate::intake::{EventCode, IntakeError, Reason};
use crate::provider::{CallId, ToolSpec, TransferTarget};

/// A call of which everything is noted.
#[derive(Debug, Default)]
struct Control {
    transfers: AtomicU32,
    hang_ups: AtomicU32,
    /// What transfers end with, in place of success.
    fails: Option<Reason>,
    gone: bool,
    /// Whether the provider's answer to a transfer is lost.
    unknown: bool,
    /// Whether it never comes.
    hangs: bool,
}

impl Control {
    fn failure(&self) -> Result<(), IntakeError> {
        match &self.fails {
            Some(reason) => Err(
                IntakeError::new(EventCode::RequestTransferFailed, reason.clone())
                    .with("detail", "sip:internal@10.0.0.1 said no"),
            ),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl CallControl for Control {
    async fn transfer(&self, id: &str) -> Result<Transferred, IntakeError> {
        assert_eq!(id, "sales");
        self.transfers.fetch_add(1, Ordering::Relaxed);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
        if self.unknown {
            let code = EventCode::RequestTransferFailed;
            let lost = Error::new(ErrorKind::Connection, "lost").with_delivery(Delivery::Unknown);
            return Err(IntakeError::new(code, Reason::ProviderError).because(lost));
        }
        self.failure()?;
        Ok(match self.gone {
            true => Transferred::CallGone,
            false => Transferred::Ordered,
        })
    }

    async fn hang_up(&self) -> Result<(), IntakeError> {
        self.hang_ups.fetch_add(1, Ordering::Relaxed);
        self.failure()
    }
}

/// A tenant with `features` on, a feature `off` off, and one destination.
fn tenant(features: &[&str]) -> Arc<TenantConfig> {
    let mut config = TenantConfig::new(TenantId::parse("acme").unwrap());
    for name in features {
        let feature = Feature::default();
        config.features.insert((*name).to_owned(), feature);
    }
    let off = Feature {
        status: crate::intake::tenant::FeatureStatus::Off,
        settings: Map::new(),
    };
    config.features.insert("off".to_owned(), off);
    let target = TransferTarget::Phone("+14155552671".parse().unwrap());
    config.destinations.insert("sales".to_owned(), target);
    Arc::new(config)
}

fn spec(name: &str) -> ToolSpec {
    let parameters = json!({
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "additionalProperties": false,
    });
    ToolSpec::new(name, "A tool.", parameters)
}

/// A builder for the feature `name` of a tool `name`.
fn offers<F, R>(name: &'static str, run: F) -> FnBuilder
where
    F: Fn(Map<String, Value>, ToolContext) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<ToolAnswer, ToolError>> + Send + 'static,
{
    FnBuilder::new(name, move |_, _| {
        Ok(Some(FnTool::new(spec(name), run.clone()).shared()))
    })
}

/// A builder of a tool that says its name.
fn says_name(name: &'static str) -> FnBuilder {
    offers(name, move |_, _| async move { Ok(ToolAnswer::new(name)) })
}

struct Running {
    tools: CallTools,
    control: Arc<Control>,
    figures: IntakeFigures,
}

fn running(registry: &ToolRegistry, features: &[&str], control: Control) -> Running {
    let (control, figures) = (Arc::new(control), IntakeFigures::default());
    let tenant = tenant(features);
    let built = registry.build(&tenant);
    assert!(built.problems.is_empty(), "{:?}", built.problems);
    let call = CallId::new("rtc_1").unwrap();
    let tools = built
        .tools
        .for_call(call, tenant, control.clone(), &figures);
    Running {
        tools,
        control,
        figures,
    }
}

impl Running {
    async fn say(&self, id: &str, name: &str, arguments: &str) -> ToolAnswer {
        self.tools.run(FunctionCall::new(id, name, arguments)).await
    }
}
