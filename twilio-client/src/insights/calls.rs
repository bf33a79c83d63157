//! One call: its summary, events, metrics and annotation.

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid};

use super::{CallSummary, ProcessingState};
use crate::calls::AnsweredBy;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{
    ApiTime, Encode, Numeric, Parameters, Sink, Toggle, list_request, open_enum, resource, settings,
};

operations! { Insights "insights_v1":
    GET = get "insights.calls.get" FetchCall "/v1/Voice/{Sid}";
    SUMMARY = get "insights.calls.summary" FetchSummary "/v1/Voice/{CallSid}/Summary";
    EVENTS = get "insights.calls.events.list" ListEvent "/v1/Voice/{CallSid}/Events";
    METRICS = get "insights.calls.metrics.list" ListMetric "/v1/Voice/{CallSid}/Metrics";
    ANNOTATION = get "insights.calls.annotation.get" FetchAnnotation "/v1/Voice/{CallSid}/Annotation";
    ANNOTATE = idempotent "insights.calls.annotation.update" UpdateAnnotation "/v1/Voice/{CallSid}/Annotation";
}

open_enum! {
    /// Where something was seen.
    MediaEdge {
        /// Nobody knows.
        Unknown = "unknown_edge",
        /// The gateway to the telephone network.
        Carrier = "carrier_edge",
        /// The gateway of SIP and trunks.
        Sip = "sip_edge",
        /// The Voice SDK.
        Sdk = "sdk_edge",
        /// The gateway to Voice SDK clients.
        Client = "client_edge",
    }
}

open_enum! {
    /// Which way a stream goes, as the edge sees it.
    StreamDirection {
        /// Nobody knows.
        Unknown = "unknown",
        /// To the edge.
        Inbound = "inbound",
        /// From the edge.
        Outbound = "outbound",
        /// Both.
        Both = "both",
    }
}

open_enum! {
    /// How grave an event is.
    EventLevel {
        /// Nobody knows.
        Unknown = "UNKNOWN",
        /// For finding faults.
        Debug = "DEBUG",
        /// Worth knowing.
        Info = "INFO",
        /// Something went on in spite of it.
        Warning = "WARNING",
        /// Something failed.
        Error = "ERROR",
    }
}

open_enum! {
    /// What was wrong with the connection.
    ConnectivityIssue {
        /// Nobody knows.
        Unknown = "unknown_connectivity_issue",
        /// Nothing.
        None = "no_connectivity_issue",
        /// There is no such number.
        InvalidNumber = "invalid_number",
        /// The caller id was not what it should have been.
        CallerId = "caller_id",
        /// The call broke off.
        DroppedCall = "dropped_call",
        /// The number could not be reached.
        NumberReachability = "number_reachability",
    }
}

open_enum! {
    /// What was wrong with the sound.
    QualityIssue {
        /// Nothing.
        None = "no_quality_issue",
        /// Too soft.
        LowVolume = "low_volume",
        /// Broken up.
        ChoppyRobotic = "choppy_robotic",
        /// An echo.
        Echo = "echo",
        /// Keys were not understood.
        Dtmf = "dtmf",
        /// Too late.
        Latency = "latency",
        /// One side heard nothing.
        Owa = "owa",
        /// Noise.
        StaticNoise = "static_noise",
    }
}

/// Several issues, sent as one value separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityIssues(Vec<QualityIssue>);

impl<I: IntoIterator<Item = QualityIssue>> From<I> for QualityIssues {
    fn from(issues: I) -> Self {
        Self(issues.into_iter().collect())
    }
}

impl Encode for QualityIssues {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        let words: Vec<&str> = self.0.iter().map(QualityIssue::as_str).collect();
        sink(name, &words.join(","));
    }
}

list_request! {
    /// Which events to list: all of the call.
    ListEvents {
        /// Only those of this edge.
        edge = "Edge": MediaEdge,
    }
}

list_request! {
    /// Which metrics to list: all of the call, one for every 10 s.
    ListMetrics {
        /// Only those of this edge.
        edge = "Edge": MediaEdge,
        /// Only those of this direction.
        direction = "Direction": StreamDirection,
    }
}

settings! {
    /// What people say of a call; what is not set stays.
    Annotate {
        /// Who really answered.
        answered_by = "AnsweredBy": AnsweredBy,
        /// What was wrong with the connection.
        connectivity_issue = "ConnectivityIssue": ConnectivityIssue,
        /// What was wrong with the sound.
        quality_issues = "QualityIssues": QualityIssues,
        /// Whether it was taken for spam.
        spam = "Spam": Toggle,
        /// How good it was: 1 to 5, the best.
        call_score = "CallScore": u32,
        /// Anything else, at most 100 characters. Nothing personal: Twilio does not treat it as such.
        comment = "Comment": String,
        /// A ticket of yours, at most 100 characters.
        incident = "Incident": String,
    } rules |note, problems| {
        problems.unless(note.call_score.is_none_or(|score| (1..=5).contains(&score)), "CallScore", "must be 1 to 5");
        for (text, parameter) in [(&note.comment, "Comment"), (&note.incident, "Incident")] {
            problems.unless(
                text.as_ref().is_none_or(|text| text.chars().count() <= 100),
                parameter,
                "must have at most 100 characters",
            );
        }
    }
}

resource! {
    /// What people say of a call.
    Annotation {
        /// The call.
        call_sid: CallSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Who really answered.
        answered_by: AnsweredBy,
        /// What was wrong with the connection.
        connectivity_issue: ConnectivityIssue,
        /// What was wrong with the sound.
        quality_issues: Vec<QualityIssue>,
        /// Whether it was taken for spam.
        spam: bool,
        /// How good it was: 1 to 5.
        call_score: Numeric,
        /// Anything else.
        comment: String,
        /// A ticket of yours.
        incident: String,
        /// Its own address.
        url: String,
    }
}

resource! {
    /// A call that Insights knows.
    InsightsCall {
        /// The call.
        sid: CallSid,
        /// Its own address.
        url: String,
        /// The addresses of what belongs to it.
        links: Map<String, Value>,
    }
}

resource! {
    /// Something that happened in a call. What each edge says is Twilio's own and kept whole.
    CallEvent {
        /// When, in milliseconds since 1970 or as a date.
        timestamp: ApiTime,
        /// The call.
        call_sid: CallSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Where it was seen.
        edge: MediaEdge,
        /// What it belongs to: `connection`, `audio`, …
        group: String,
        /// How grave it is.
        level: EventLevel,
        /// What it is.
        name: String,
        /// From the telephone network.
        carrier_edge: Value => secret,
        /// From SIP and trunks.
        sip_edge: Value => secret,
        /// From the Voice SDK.
        sdk_edge: Value => secret,
        /// From the gateway to Voice SDK clients.
        client_edge: Value => secret,
    }
}

resource! {
    /// What was measured in 10 s of a call. What each edge says is Twilio's own and kept whole.
    CallMetric {
        /// The end of the 10 s.
        timestamp: ApiTime,
        /// The call.
        call_sid: CallSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Where it was measured.
        edge: MediaEdge,
        /// Which way the stream goes.
        direction: StreamDirection,
        /// At the telephone network.
        carrier_edge: Value => secret,
        /// At SIP and trunks.
        sip_edge: Value => secret,
        /// In the Voice SDK.
        sdk_edge: Value => secret,
        /// At the gateway to Voice SDK clients.
        client_edge: Value => secret,
    }
}

accessor! {
    /// How a call went; see [`Insights::call`](super::Insights::call).
    CallInsights { call: CallSid }
}

impl CallInsights<'_> {
    /// Reads what there is of the call.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) for a call Insights does not know.
    pub async fn get(&self) -> Result<Response<InsightsCall>, Error> {
        self.client.at(ON, &GET).path("Sid", self.call).send().await
    }

    /// Reads the call's summary; only if it is this far, if that is said.
    ///
    /// # Errors
    /// As for [`get`](Self::get); also while there is no summary yet.
    pub async fn summary(
        &self,
        processing: Option<ProcessingState>,
    ) -> Result<Response<CallSummary>, Error> {
        let ask = self.client.at(ON, &SUMMARY).path("CallSid", self.call);
        ask.query_option(
            "ProcessingState",
            processing.as_ref().map(ProcessingState::as_str),
        )
        .send()
        .await
    }

    /// Lists the call's events, page by page.
    #[must_use]
    pub fn events(&self, request: &ListEvents) -> Pager<'static, CallEvent> {
        let path = [("CallSid", self.call.as_str())];
        paging::items(self.client, ON, &EVENTS, "events", &path, request)
    }

    /// Takes a list of events up again at a stored cursor.
    #[must_use]
    pub fn resume_events(&self, cursor: Cursor) -> Pager<'static, CallEvent> {
        paging::resumed(self.client, ON, &EVENTS, "events", cursor)
    }

    /// Lists what was measured, page by page.
    #[must_use]
    pub fn metrics(&self, request: &ListMetrics) -> Pager<'static, CallMetric> {
        let path = [("CallSid", self.call.as_str())];
        paging::items(self.client, ON, &METRICS, "metrics", &path, request)
    }

    /// Takes a list of metrics up again at a stored cursor.
    #[must_use]
    pub fn resume_metrics(&self, cursor: Cursor) -> Pager<'static, CallMetric> {
        paging::resumed(self.client, ON, &METRICS, "metrics", cursor)
    }

    /// Reads what people say of the call.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn annotation(&self) -> Result<Response<Annotation>, Error> {
        self.client
            .at(ON, &ANNOTATION)
            .path("CallSid", self.call)
            .send()
            .await
    }

    /// Says something of the call.
    ///
    /// # Errors
    /// As for [`get`](Self::get), and [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a score
    /// that is not 1 to 5 or a text of more than 100 characters.
    pub async fn annotate(&self, request: &Annotate) -> Result<Response<Annotation>, Error> {
        let form = request.form(&ANNOTATE)?;
        self.client
            .at(ON, &ANNOTATE)
            .path("CallSid", self.call)
            .form(form)
            .send()
            .await
    }
}
