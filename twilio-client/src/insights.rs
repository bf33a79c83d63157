//! Voice Insights: how calls and conferences went.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid) -> Result<(), Box<dyn std::error::Error>> {
//! let summary = client.insights().call(call).summary(None).await?;
//! println!("{:?} after {:?} s: {:?}", summary.call_state, summary.duration, summary.tags);
//! # Ok(()) }
//! ```
//!
//! Some minutes pass after a call's end before its summary is complete; until then it is `partial`. Most of it needs the
//! account's advanced features, which [`update_settings`](Insights::update_settings) turns on.

mod calls;
mod conferences;
pub mod reports;
mod summaries;

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid};

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{Parameters, Toggle, resource, settings};

pub(crate) use calls::OPERATIONS as CALL_OPERATIONS;
pub use calls::{
    Annotate, Annotation, CallEvent, CallInsights, CallMetric, ConnectivityIssue, EventLevel,
    InsightsCall, ListEvents, ListMetrics, MediaEdge, QualityIssue, QualityIssues, StreamDirection,
};
pub(crate) use conferences::OPERATIONS as CONFERENCE_OPERATIONS;
pub use conferences::{
    ConferenceEnd, ConferenceInsights, ConferenceParticipant, ConferenceState, ConferenceSummary,
    ConferenceTag, JitterBufferSize, ListConferences, ListParticipants, ParticipantCallStatus,
    ParticipantDirection, SummaryProgress,
};
pub use summaries::{
    CallState, CallSummary, CallType, ListCallSummaries, ProcessingFilter, ProcessingState,
    SummaryOrder,
};

operations! { Insights "insights_v1":
    SUMMARIES = get "insights.summaries.list" ListCallSummaries "/v1/Voice/Summaries";
    SETTINGS = get "insights.settings.get" FetchAccountSettings "/v1/Voice/Settings";
    SET_SETTINGS = idempotent "insights.settings.update" UpdateAccountSettings "/v1/Voice/Settings";
}

settings! {
    /// What Insights gathers; what is not set stays.
    InsightsSettings {
        /// Whether advanced features are on, which cost.
        advanced_features = "AdvancedFeatures": Toggle,
        /// Whether voice trace is on.
        voice_trace = "VoiceTrace": Toggle,
        /// The subaccount it is about; the account itself unless set.
        subaccount = "SubaccountSid": AccountSid,
    }
}

resource! {
    /// What Insights gathers for an account.
    AccountInsights {
        /// The account.
        account_sid: AccountSid,
        /// Whether advanced features are on.
        advanced_features: bool,
        /// Whether voice trace is on.
        voice_trace: bool,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// How calls and conferences went; see [`TwilioClient::insights`].
    Insights
}

impl TwilioClient {
    /// Voice Insights: how calls and conferences went.
    #[must_use]
    pub fn insights(&self) -> Insights<'_> {
        Insights::new(self)
    }
}

impl<'c> Insights<'c> {
    /// One call.
    #[must_use]
    pub fn call(&self, sid: CallSid) -> CallInsights<'c> {
        CallInsights::new(self.client, sid)
    }

    /// Conferences.
    #[must_use]
    pub fn conferences(&self) -> ConferenceInsights<'c> {
        ConferenceInsights::new(self.client)
    }

    /// Reports over many calls, made in the background.
    #[must_use]
    pub fn reports(&self) -> reports::Reports<'c> {
        reports::Reports::new(self.client)
    }

    /// Lists the summaries of calls, page by page.
    #[must_use]
    pub fn summaries(&self, request: &ListCallSummaries) -> Pager<'static, CallSummary> {
        paging::items(self.client, ON, &SUMMARIES, "call_summaries", &[], request)
    }

    /// Takes a list of summaries up again at a stored cursor.
    #[must_use]
    pub fn resume_summaries(&self, cursor: Cursor) -> Pager<'static, CallSummary> {
        paging::resumed(self.client, ON, &SUMMARIES, "call_summaries", cursor)
    }

    /// Reads what is gathered, for a subaccount if one is named.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`](voice_core::error::ErrorKind::Authentication) for credentials that may not ask.
    pub async fn settings(
        &self,
        subaccount: Option<AccountSid>,
    ) -> Result<Response<AccountInsights>, Error> {
        let ask = self.client.at(ON, &SETTINGS);
        ask.query_option("SubaccountSid", subaccount.as_ref().map(AccountSid::as_str))
            .send()
            .await
    }

    /// Sets what is gathered.
    ///
    /// # Errors
    /// As for [`settings`](Self::settings).
    pub async fn update_settings(
        &self,
        request: &InsightsSettings,
    ) -> Result<Response<AccountInsights>, Error> {
        let form = request.form(&SET_SETTINGS)?;
        self.client.at(ON, &SET_SETTINGS).form(form).send().await
    }
}
