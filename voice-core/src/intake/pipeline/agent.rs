//! What the agent of a call is given: texts, voice, tools.

use std::sync::Arc;

use super::Inner;
use super::control::Control;
use super::take::About;
use crate::intake::figures::Figure;
use crate::intake::instructions::Instructions;
use crate::intake::log::emit;
use crate::intake::tenant::TenantConfig;
use crate::intake::tools::{ToolRunner, ToolSet};
use crate::provider::AcceptCall;

/// How a call is taken.
pub(super) fn accept_request(
    config: &TenantConfig,
    instructions: &Instructions,
    tools: &ToolSet,
) -> AcceptCall {
    let mut request = AcceptCall::new(instructions.prompt.as_str());
    request.model.clone_from(&config.model);
    request.voice.clone_from(&config.voice);
    request.tools = tools.specs();
    // Without tools of ours the choice is left to the provider: the tenant's own part may bring some.
    request.tool_choice = (!tools.is_empty()).then(|| tools.choice());
    request.extra.clone_from(&config.session);
    request
}

impl Inner {
    /// Step 8: builds the tenant's tools. One that cannot be built is left out.
    pub(super) fn build_tools(&self, config: &Arc<TenantConfig>) -> ToolSet {
        let built = self.tools.build(config);
        for problem in &built.problems {
            emit(problem.code(), Some(problem), &[]);
            self.figures
                .count(Figure::ToolBuildErrors, Some(&config.tenant_id));
        }
        built.tools
    }

    /// The tools of one call, with what they can do with it.
    pub(super) fn call_tools(
        &self,
        tools: ToolSet,
        about: &About,
        control: Arc<Control>,
    ) -> Arc<dyn ToolRunner> {
        let (call, config) = (about.call.clone(), Arc::clone(&about.config));
        Arc::new(tools.for_call(call, config, control, &self.figures))
    }
}
