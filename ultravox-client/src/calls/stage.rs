//! The stages of a call: stretches with settings of their own. A call has one, until a tool asks for another.

use serde_json::Value;
use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::CallId;

use super::CallTool;
use crate::list::List;
use crate::types::{ExternalVoice, JsonMap, Message, StageId, TimedMessage, UvTime};

/// `GET /api/calls/{call_id}/stages`
pub static LIST_STAGES: Operation =
    Operation::get("calls.stages.list", "/api/calls/{call_id}/stages");
/// `GET /api/calls/{call_id}/stages/{call_stage_id}`
pub static GET_STAGE: Operation = Operation::get(
    "calls.stages.get",
    "/api/calls/{call_id}/stages/{call_stage_id}",
);
/// `GET /api/calls/{call_id}/stages/{call_stage_id}/messages`
pub static LIST_STAGE_MESSAGES: Operation = Operation::get(
    "calls.stages.messages.list",
    "/api/calls/{call_id}/stages/{call_stage_id}/messages",
);
/// `GET /api/calls/{call_id}/stages/{call_stage_id}/tools`
pub static LIST_STAGE_TOOLS: Operation = Operation::get(
    "calls.stages.tools.list",
    "/api/calls/{call_id}/stages/{call_stage_id}/tools",
);

/// The stages of one call; from [`Calls::stages`](super::Calls::stages).
#[derive(Debug, Clone, Copy)]
pub struct CallStages<'a> {
    pub(super) client: &'a Client,
    pub(super) call: &'a CallId,
}

impl<'a> CallStages<'a> {
    pub(super) fn new(client: &'a Client, call: &'a CallId) -> Self {
        Self { client, call }
    }

    /// All stages, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListStages) -> Pager<'static, CallStage> {
        self.pages(filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is no such call.
    pub async fn page(&self, filter: &ListStages) -> Result<Response<Page<CallStage>>, Error> {
        self.pages(filter).page().await
    }

    /// Reads a stage.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, stage: &StageId) -> Result<Response<CallStage>, Error> {
        self.client
            .request(&GET_STAGE)
            .path("call_id", self.call)
            .path("call_stage_id", stage)
            .send()
            .await
    }

    /// All messages of a stage, as a stream that fetches page after page.
    pub fn messages(&self, stage: &StageId, filter: &ListStageMessages) -> Pager<'static, Message> {
        self.message_pages(stage, filter).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is no such stage.
    pub async fn messages_page(
        &self,
        stage: &StageId,
        filter: &ListStageMessages,
    ) -> Result<Response<Page<Message>>, Error> {
        self.message_pages(stage, filter).page().await
    }

    /// The tools of a stage, all at once.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is no such stage.
    pub async fn tools(&self, stage: &StageId) -> Result<Response<Vec<CallTool>>, Error> {
        self.client
            .request(&LIST_STAGE_TOOLS)
            .path("call_id", self.call)
            .path("call_stage_id", stage)
            .send()
            .await
    }

    fn pages(&self, filter: &ListStages) -> List {
        let list = filter.list(self.client, &LIST_STAGES);
        list.path("call_id", self.call.as_str())
    }

    fn message_pages(&self, stage: &StageId, filter: &ListStageMessages) -> List {
        let list = filter.list(self.client, &LIST_STAGE_MESSAGES);
        list.path("call_id", self.call.as_str())
            .path("call_stage_id", stage.as_str())
    }
}

filter! {
    /// Which part of a call's stages to list; all of them are in it.
    ListStages {}
}

filter! {
    /// Which part of a stage's messages to list; all of them are in it.
    ListStageMessages {}
}

model! {
    /// A stage of a call.
    response CallStage {
        /// The call.
        call_id: CallId => "callId",
        /// Its id; see also [`id`](Self::id).
        call_stage_id: StageId => "callStageId",
        /// When it began.
        created: UvTime => "created",
        /// What is said into silence.
        inactivity_messages: Vec<TimedMessage> => "inactivityMessages",
        /// How long the prompt was at first, in tokens.
        initial_token_count: u64 => "initialTokenCount",
        /// The language.
        language_hint: String => "languageHint",
        /// How long the prompt is by now, in tokens.
        latest_token_count: u64 => "latestTokenCount",
        /// The model.
        model: String => "model",
        /// What the agent is told to be.
        system_prompt: String => "systemPrompt" quiet,
        /// How freely it speaks.
        temperature: f64 => "temperature",
        /// What is said when the time is up.
        time_exceeded_message: String => "timeExceededMessage",
        /// The voice, by name or id.
        voice: String => "voice",
        /// A voice of another provider.
        external_voice: ExternalVoice => "externalVoice",
        /// Changes to the voice.
        voice_overrides: ExternalVoice => "voiceOverrides",
        /// How many errors there were.
        error_count: u64 => "errorCount",
        /// Settings without a promise: any JSON.
        experimental_settings: Value => "experimentalSettings" quiet,
        /// The state tools read and write, as it was at the start.
        initial_state: JsonMap => "initialState",
    }
}

impl CallStage {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&StageId, Error> {
        self.call_stage_id
            .as_ref()
            .ok_or_else(|| crate::missing("calls.stages", "callStageId"))
    }
}
