//! What is recorded of a call, as downloads.
//!
//! The API answers with the thing itself or with a redirect to a storage. Either way it is a bounded stream; the redirect
//! is followed without the key, and its URL, which gives access to whoever has it, is never shown.

use voice_core::client::{Download, Operation, Response};
use voice_core::error::Error;
use voice_core::provider::CallId;

use super::{CallStages, Calls};
use crate::types::StageId;

/// `GET /api/calls/{call_id}/recording`
pub static RECORDING: Operation =
    Operation::get("calls.recording", "/api/calls/{call_id}/recording");
/// `GET /api/calls/{call_id}/sip_logs`
pub static SIP_LOGS: Operation = Operation::get("calls.sip_logs", "/api/calls/{call_id}/sip_logs");
/// `GET /api/calls/{call_id}/stages/{call_stage_id}/messages/{call_stage_message_index}/audio`
pub static STAGE_MESSAGE_AUDIO: Operation = Operation::get(
    "calls.stages.messages.audio",
    "/api/calls/{call_id}/stages/{call_stage_id}/messages/{call_stage_message_index}/audio",
);

impl Calls<'_> {
    /// Downloads the recording of a call, a WAV file.
    ///
    /// ```no_run
    /// # async fn run(client: &ultravox_client::UltravoxClient, id: &voice_core::provider::CallId)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let mut recording = client.calls().recording(id).await?.into_inner();
    /// let mut bytes = 0;
    /// while let Some(chunk) = recording.chunk().await? {
    ///     bytes += chunk.len(); // write it somewhere
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none; otherwise the API's, or the
    /// storage's.
    pub async fn recording(&self, id: &CallId) -> Result<Response<Download>, Error> {
        self.client
            .request(&RECORDING)
            .path("call_id", id)
            .send_stream()
            .await
    }

    /// Downloads the SIP logs of a call.
    ///
    /// They are written some time after the call. Until then the API says 425, which is taken as "ask again": it is, with
    /// growing pauses, as often as the client retries. To wait longer, give [`with`](crate::UltravoxClient::with) more
    /// retries and a later deadline.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when the call has none: it did not travel over SIP,
    /// or does not exist. [`ErrorKind::Conflict`](voice_core::error::ErrorKind::Conflict), with
    /// [`ErrorCode::NotReady`](crate::ErrorCode::NotReady), when they were not ready at the last try. Otherwise the API's,
    /// or the storage's.
    pub async fn sip_logs(&self, id: &CallId) -> Result<Response<Download>, Error> {
        self.client
            .request(&SIP_LOGS)
            .path("call_id", id)
            .send_stream()
            .await
    }
}

impl CallStages<'_> {
    /// Downloads the audio of one message, by its [place within the stage](crate::types::Message::call_stage_message_index).
    /// Of what type it is the API does not say beforehand; the download does.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none; otherwise the API's, or the
    /// storage's.
    pub async fn message_audio(
        &self,
        stage: &StageId,
        index: u32,
    ) -> Result<Response<Download>, Error> {
        self.client
            .request(&STAGE_MESSAGE_AUDIO)
            .path("call_id", self.call)
            .path("call_stage_id", stage)
            .path("call_stage_message_index", index.to_string())
            .send_stream()
            .await
    }
}
