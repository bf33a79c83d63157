//! The settings of a new stage.

use voice_core::error::Error;

use crate::check::{self, Problems};
use crate::types::{Message, SelectedTool};

model! {
    /// What changes with a new stage of a call. What is unset stays as it is.
    ///
    /// Model, medium, timeouts and recording belong to the whole call and cannot change.
    ///
    /// ```
    /// use ultravox_client::tool_calls::{NewStage, ToolReply};
    /// use ultravox_client::types::SelectedTool;
    ///
    /// let stage = NewStage::new()
    ///     .system_prompt("You now book the appointment.")
    ///     .selected_tools([SelectedTool::by_name("hangUp")]);
    /// let response = ToolReply::new_stage(&stage)?.into_response();
    /// assert_eq!(response.headers()["x-ultravox-response-type"], "new-stage");
    /// # Ok::<(), voice_core::error::Error>(())
    /// ```
    plain NewStage {
        /// What the agent is told to be.
        system_prompt: String => "systemPrompt" quiet,
        /// How freely it speaks: 0 to 1.
        temperature: f64 => "temperature",
        /// The voice, by name or id.
        voice: String => "voice",
        /// A BCP 47 language tag.
        language_hint: String => "languageHint",
        /// What was said before, in place of the conversation so far.
        initial_messages: Vec<Message> => "initialMessages",
        /// The tools; the one that leads to the next stage among them.
        selected_tools: Vec<SelectedTool> => "selectedTools",
        /// What the model is told of the tool's outcome. Seen with users of the API, not in its documentation.
        tool_result_text: String => "toolResultText" quiet,
    }
}

impl NewStage {
    pub(super) fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.range("temperature", self.temperature, 0.0..=1.0);
        check::tools(&mut problems, "selectedTools", self.selected_tools.as_ref());
        problems.finish_as("tool_reply")
    }
}
