//! Voices: those that come with Ultravox, clones of somebody's voice, and voices of speech providers.
//!
//! A voice is cloned from a sample, or registered with the settings of a speech provider; both are the same operation of
//! the API with different bodies, and two methods here. A preview is a short WAV of a voice, or what went wrong when it
//! was asked to speak.

mod clone;
mod filter;
mod voice;

use voice_core::client::{Client, Download, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;
use voice_core::transport::UploadProgress;

pub use clone::VoiceClone;
pub use filter::{ListVoices, VoiceProvider};
pub use voice::{NewVoice, Voice, VoiceUpdate};

use crate::carried;
use crate::types::{ExternalVoice, Secret, VoiceId};

/// `GET /api/voices`
pub static LIST: Operation = Operation::get("voices.list", "/api/voices");
/// `POST /api/voices`: a second one makes a second voice.
pub static CREATE: Operation = Operation::post("voices.create", "/api/voices", Repeat::Once);
/// `GET /api/voices/{voice_id}`
pub static GET: Operation = Operation::get("voices.get", "/api/voices/{voice_id}");
/// `PUT /api/voices/{voice_id}`
pub static REPLACE: Operation = Operation::put("voices.replace", "/api/voices/{voice_id}");
/// `PATCH /api/voices/{voice_id}`
pub static UPDATE: Operation = Operation::patch("voices.update", "/api/voices/{voice_id}");
/// `DELETE /api/voices/{voice_id}`
pub static DELETE: Operation = Operation::delete("voices.delete", "/api/voices/{voice_id}");
/// `GET /api/voices/{voice_id}/preview`
pub static PREVIEW: Operation = Operation::get("voices.preview", "/api/voices/{voice_id}/preview");
/// `POST /api/voice_preview`: it changes nothing; a speech provider may bill for each.
pub static PREVIEW_UNSAVED: Operation = Operation::post(
    "voice_preview.create",
    "/api/voice_preview",
    Repeat::Idempotent,
);

/// The account's voices, and those of everybody; from [`UltravoxClient::voices`](crate::UltravoxClient::voices).
#[derive(Debug, Clone, Copy)]
pub struct Voices<'a> {
    client: &'a Client,
}

impl<'a> Voices<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Registers a voice of a speech provider, whose key the account must have. Sent once: after an unknown outcome list
    /// the voices before registering it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent, with every rule
    /// that is broken; otherwise the API's.
    pub async fn create(&self, voice: &NewVoice) -> Result<Response<Voice>, Error> {
        voice.check(&CREATE)?;
        self.client
            .request(&CREATE)
            .json(voice)
            .carries(secrets(Some(&voice.definition)))
            .send()
            .await
    }

    /// Clones a voice from a sample. Sent once, as [`create`](Self::create) is.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn clone_voice(&self, sample: &VoiceClone) -> Result<Response<Voice>, Error> {
        self.clone_with_progress(sample, |_| {}).await
    }

    /// The same, and hears how the upload goes.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn clone_with_progress(
        &self,
        sample: &VoiceClone,
        listener: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Result<Response<Voice>, Error> {
        sample.check(&CREATE)?;
        self.client
            .request(&CREATE)
            .multipart(sample.form())
            .on_progress(listener)
            .send()
            .await
    }

    /// Reads a voice.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, id: &VoiceId) -> Result<Response<Voice>, Error> {
        self.client.request(&GET).path("voice_id", id).send().await
    }

    /// All voices that `filter` lets through, as a stream that fetches page after page. There are many: do not stop at the
    /// first page.
    pub fn list(&self, filter: &ListVoices) -> Pager<'static, Voice> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListVoices) -> Result<Response<Page<Voice>>, Error> {
        filter.list(self.client, &LIST).page().await
    }

    /// Replaces a voice of the account: what `voice` does not set is empty then.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound).
    pub async fn replace(&self, id: &VoiceId, voice: &NewVoice) -> Result<Response<Voice>, Error> {
        voice.check(&REPLACE)?;
        self.client
            .request(&REPLACE)
            .path("voice_id", id)
            .json(voice)
            .carries(secrets(Some(&voice.definition)))
            .send()
            .await
    }

    /// Changes single fields of a voice of the account.
    ///
    /// # Errors
    /// As [`replace`](Self::replace); a change of nothing is refused before anything is sent.
    pub async fn update(
        &self,
        id: &VoiceId,
        change: &VoiceUpdate,
    ) -> Result<Response<Voice>, Error> {
        change.check(&UPDATE)?;
        self.client
            .request(&UPDATE)
            .path("voice_id", id)
            .json(change)
            .carries(secrets(change.definition.as_ref()))
            .send()
            .await
    }

    /// Deletes a voice of the account.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, id: &VoiceId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("voice_id", id)
            .send_empty()
            .await
    }

    /// A sample of a voice: WAV, as a bounded stream. It may come from a storage, which is asked without the API key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when the voice could not speak, with what
    /// its provider said, as far as the API tells; [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when
    /// there is no such voice.
    pub async fn preview(&self, id: &VoiceId) -> Result<Response<Download>, Error> {
        self.client
            .request(&PREVIEW)
            .path("voice_id", id)
            .send_stream()
            .await
    }

    /// A sample of a voice that is not registered: WAV, as a bounded stream. To try settings before they are kept.
    ///
    /// # Errors
    /// As [`preview`](Self::preview); the settings are checked before anything is sent.
    pub async fn preview_unsaved(&self, voice: &NewVoice) -> Result<Response<Download>, Error> {
        voice.check(&PREVIEW_UNSAVED)?;
        self.client
            .request(&PREVIEW_UNSAVED)
            .json(voice)
            .carries(secrets(Some(&voice.definition)))
            .send_stream()
            .await
    }
}

/// What a voice of one's own is asked with.
fn secrets(voice: Option<&ExternalVoice>) -> Vec<&Secret> {
    let mut found = Vec::new();
    carried::voice(&mut found, voice);
    found
}
