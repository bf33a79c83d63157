//! Real-time transcriptions of a call: what is said, as text, while it is said.
//!
//! The text arrives at the status callback. Transcriptions of finished recordings are in
//! [`crate::transcriptions`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::calls::transcriptions::CreateTranscription;
//! use voice_core::webhook::WebhookUrl;
//!
//! let request = CreateTranscription::new()
//!     .status_callback_url(WebhookUrl::parse("https://app.example.com/said")?)
//!     .language_code("en-GB");
//! let running = client.calls().transcriptions(call).create(&request).await?;
//! println!("{:?}", running.sid);
//! # Ok(()) }
//! ```

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, RealtimeTranscriptionSid};
use voice_core::webhook::WebhookUrl;

use super::{Calls, ForkName, ForkOf, ForkStatus, Track, UpdateFork};
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, HttpMethod, Parameters, Toggle, resource, settings};

operations! { Api "api_v2010":
    CREATE = once "calls.transcriptions.create" CreateRealtimeTranscription "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Transcriptions.json";
    UPDATE = idempotent "calls.transcriptions.update" UpdateRealtimeTranscription "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Transcriptions/{Sid}.json";
}

settings! {
    /// A real-time transcription to be begun.
    CreateTranscription {
        /// A name by which it can be stopped.
        name = "Name": ForkName,
        /// Which side; what is copied without it the API files do not say.
        track = "Track": Track,
        /// Where the text and the progress are reported.
        status_callback_url = "StatusCallbackUrl": WebhookUrl,
        /// How they are reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// What the inbound side is called in the text.
        inbound_track_label = "InboundTrackLabel": String,
        /// What the outbound side is called in the text.
        outbound_track_label = "OutboundTrackLabel": String,
        /// Whether text is reported before it is final.
        partial_results = "PartialResults": Toggle,
        /// The language spoken (BCP 47), such as `en-US`.
        language_code = "LanguageCode": String,
        /// Who transcribes: `google` or `deepgram`, say.
        transcription_engine = "TranscriptionEngine": String,
        /// Whether swear words are masked.
        profanity_filter = "ProfanityFilter": Toggle,
        /// The engine's model.
        speech_model = "SpeechModel": String,
        /// Words and phrases to be expected, separated by commas; at most 500.
        hints = "Hints": String,
        /// Whether the engine sets punctuation marks.
        enable_automatic_punctuation = "EnableAutomaticPunctuation": Toggle,
        /// The Conversational Intelligence service that keeps the text, by SID or unique name.
        intelligence_service = "IntelligenceService": String,
        /// A configuration of conversations for that service, by id.
        conversation_configuration = "ConversationConfiguration": String,
        /// An existing conversation of that service the text goes into, by id.
        conversation_id = "ConversationId": String,
        /// A stored configuration for all of the above, by id.
        configuration_id = "ConfigurationId": String,
        /// Whether the engine's own data is reported as well.
        enable_provider_data = "EnableProviderData": Toggle,
    } rules |request, problems| problems.unless(
        request.hints.as_ref().is_none_or(|hints| hints.split(',').count() <= 500),
        "Hints",
        "must be at most 500 phrases",
    )
}

resource! {
    /// A real-time transcription.
    Transcription {
        /// Its SID.
        sid: RealtimeTranscriptionSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call.
        call_sid: CallSid,
        /// Its name, if it was given one.
        name: String,
        /// Whether it still runs.
        status: ForkStatus,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// The real-time transcriptions of a call; see [`Calls::transcriptions`].
    Transcriptions { call: CallSid }
}

impl<'c> Calls<'c> {
    /// Real-time transcriptions of a call.
    #[must_use]
    pub fn transcriptions(&self, call: CallSid) -> Transcriptions<'c> {
        Transcriptions::new(self.client, call)
    }
}

impl Transcriptions<'_> {
    /// Begins a transcription. It is never repeated by itself: a second one would report everything twice. After an
    /// unknown outcome stop it by its name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such call, 21220 when
    /// it is over; 32650 for settings that do not fit, 32654 for a callback that is not allowed under PCI.
    pub async fn create(
        &self,
        request: &CreateTranscription,
    ) -> Result<Response<Transcription>, Error> {
        let form = request.form(&CREATE)?;
        self.client
            .at(ON, &CREATE)
            .path("CallSid", self.call)
            .form(form)
            .send()
            .await
    }

    /// Changes a transcription.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when the call has none of this SID or
    /// name that runs.
    pub async fn update(
        &self,
        transcription: impl Into<ForkOf<RealtimeTranscriptionSid>>,
        request: &UpdateFork,
    ) -> Result<Response<Transcription>, Error> {
        let (transcription, form) = (transcription.into(), request.form(&UPDATE)?);
        self.client
            .at(ON, &UPDATE)
            .path("CallSid", self.call)
            .path("Sid", transcription)
            .form(form)
            .send()
            .await
    }

    /// Ends a transcription. The call goes on.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub async fn stop(
        &self,
        transcription: impl Into<ForkOf<RealtimeTranscriptionSid>>,
    ) -> Result<Response<Transcription>, Error> {
        self.update(transcription, &UpdateFork::stop()).await
    }
}
