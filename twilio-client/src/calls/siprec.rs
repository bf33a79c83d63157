//! SIPREC sessions of a call: its audio to a recorder, by way of an installed connector.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::calls::ForkName;
//! use twilio_client::calls::siprec::CreateSiprec;
//!
//! let siprec = client.calls().siprec(call);
//! let request = CreateSiprec::new().name(ForkName::new("archive")?).connector_name("recorder");
//! siprec.create(&request).await?;
//! siprec.stop(ForkName::new("archive")?).await?;
//! # Ok(()) }
//! ```

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, SiprecSid};
use voice_core::webhook::WebhookUrl;

use super::{Calls, CustomParameters, ForkName, ForkOf, ForkStatus, Track, UpdateFork};
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, HttpMethod, Parameters, resource, settings};

operations! { Api "api_v2010":
    CREATE = once "calls.siprec.create" CreateSiprec "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Siprec.json";
    UPDATE = idempotent "calls.siprec.update" UpdateSiprec "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/Siprec/{Sid}.json";
}

settings! {
    /// A SIPREC session to be begun.
    CreateSiprec {
        /// A name by which it can be stopped.
        name = "Name": ForkName,
        /// The connector, by the unique name it was installed with.
        connector_name = "ConnectorName": String,
        /// Which side; what is copied without it the API files do not say.
        track = "Track": Track,
        /// Where start, stop and errors are reported.
        status_callback = "StatusCallback": WebhookUrl,
        /// How they are reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// Values for the recorder.
        parameters = "ParameterN.Name": CustomParameters,
    }
}

resource! {
    /// A SIPREC session.
    Siprec {
        /// Its SID.
        sid: SiprecSid,
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
    /// The SIPREC sessions of a call; see [`Calls::siprec`].
    SiprecSessions { call: CallSid }
}

impl<'c> Calls<'c> {
    /// SIPREC sessions of a call.
    #[must_use]
    pub fn siprec(&self, call: CallSid) -> SiprecSessions<'c> {
        SiprecSessions::new(self.client, call)
    }
}

impl SiprecSessions<'_> {
    /// Begins a session. It is never repeated by itself: a second session would record the call twice. After an unknown
    /// outcome stop it by its name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such call, 21220 when
    /// it is over; 31940 and 31942 name a wrong connector.
    pub async fn create(&self, request: &CreateSiprec) -> Result<Response<Siprec>, Error> {
        let form = request.form(&CREATE)?;
        self.client
            .at(ON, &CREATE)
            .path("CallSid", self.call)
            .form(form)
            .send()
            .await
    }

    /// Changes a session.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when the call has none of this SID or
    /// name that runs.
    pub async fn update(
        &self,
        session: impl Into<ForkOf<SiprecSid>>,
        request: &UpdateFork,
    ) -> Result<Response<Siprec>, Error> {
        let (session, form) = (session.into(), request.form(&UPDATE)?);
        self.client
            .at(ON, &UPDATE)
            .path("CallSid", self.call)
            .path("Sid", session)
            .form(form)
            .send()
            .await
    }

    /// Ends a session. The call goes on.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub async fn stop(
        &self,
        session: impl Into<ForkOf<SiprecSid>>,
    ) -> Result<Response<Siprec>, Error> {
        self.update(session, &UpdateFork::stop()).await
    }
}
