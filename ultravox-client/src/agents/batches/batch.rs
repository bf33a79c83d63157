//! A batch: the one to be scheduled, the one that exists, and its calls.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use voice_core::client::Operation;
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::CallId;
use voice_core::wire::open_enum;

use crate::PROVIDER;
use crate::agents::TemplateSpec;
use crate::check::{self, Problems};
use crate::types::{BatchId, CallMedium, Clearable, JsonMap, Secret, UvTime};

/// The longest webhook URL, in characters.
const URL: usize = 200;
/// The longest webhook secret, in characters.
const SECRET: usize = 120;
/// The largest body the API takes: 32 MB, read as the larger of its two meanings.
const BODY: usize = 32 << 20;

request! {
    /// A batch to be scheduled.
    ///
    /// Calls whose medium [dials](CallMedium::dials) are made by Ultravox. For each of the others it asks `webhook_url`
    /// to connect the call, so that one is needed then and refused otherwise.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use ultravox_client::agents::{BatchCall, NewBatch};
    /// use ultravox_client::types::{CallMedium, OutgoingCall, TelephonyMedium};
    ///
    /// let call = |to: &str| {
    ///     let outgoing = OutgoingCall::new(to, "+15557654300");
    ///     BatchCall::new()
    ///         .medium(CallMedium::Twilio(TelephonyMedium::new().outgoing(outgoing)))
    ///         .template_context([("customer_name", "Ada")])
    /// };
    /// let batch = NewBatch::new([call("+15551234567"), call("+15551234568")])
    ///     .window_end(SystemTime::now() + Duration::from_secs(3600))
    ///     .throttle("gentle");
    /// ```
    NewBatch(
        /// Its calls: at least one. A batch has at most 32 MB as JSON.
        calls: Vec<BatchCall> => "calls",
    ) {
        /// No call is made before.
        window_start: UvTime => "windowStart",
        /// No call is made after; what was not made by then expires.
        window_end: UvTime => "windowEnd",
        /// The name or id of a [call throttle](crate::call_throttles) that its calls keep.
        throttle: String => "throttle",
        /// Who is asked to connect each call that Ultravox does not dial: a URL of at most 200 characters. Not retried.
        webhook_url: String => "webhookUrl",
        /// What those requests are signed with: at most 120 characters. Made up by the API unless set.
        webhook_secret: Secret => "webhookSecret",
        /// Whether it is made and not run. **A paused batch cannot be resumed.**
        paused: bool => "paused",
    }
}

impl NewBatch {
    /// The body, if it keeps the rules.
    pub(super) fn checked(
        &self,
        operation: &Operation,
        template: Option<&TemplateSpec>,
    ) -> Result<Vec<u8>, Error> {
        let mut problems = Problems::default();
        calls(&mut problems, &self.calls, template);
        window(
            &mut problems,
            self.window_start.as_ref(),
            self.window_end.as_ref(),
        );
        problems.url("webhookUrl", self.webhook_url.as_ref(), URL);
        problems.secret("webhookSecret", self.webhook_secret.as_ref(), SECRET);
        match Connects::of(&self.calls) {
            Connects::Somebody => problems.rule(
                self.webhook_url.is_none(),
                "webhookUrl",
                "is required: a call has a medium that does not dial",
            ),
            Connects::Nobody => problems.rule(
                self.webhook_url.is_some(),
                "webhookUrl",
                "is not allowed: every call has a medium that dials",
            ),
            Connects::Unknown => {}
        }
        written(self, operation, problems)
    }
}

/// Whether somebody must be asked to connect calls.
enum Connects {
    Somebody,
    Nobody,
    /// It depends on the agent's medium, or on one this version does not know.
    Unknown,
}

impl Connects {
    fn of(calls: &[BatchCall]) -> Self {
        let media = || calls.iter().map(|call| call.medium.as_ref());
        let waits =
            |medium: &CallMedium| !medium.dials() && !matches!(medium, CallMedium::Other(_));
        if media().flatten().any(waits) {
            Self::Somebody
        } else if media().all(|medium| medium.is_some_and(CallMedium::dials)) && !calls.is_empty() {
            Self::Nobody
        } else {
            Self::Unknown
        }
    }
}

fn calls(problems: &mut Problems, calls: &[BatchCall], template: Option<&TemplateSpec>) {
    problems.rule(calls.is_empty(), "calls", "must have at least one call");
    for (at, call) in calls.iter().enumerate() {
        problems.within(&format!("calls.{at}"), call.problems(template));
    }
}

fn window(problems: &mut Problems, start: Option<&UvTime>, end: Option<&UvTime>) {
    let times = start.and_then(UvTime::time).zip(end.and_then(UvTime::time));
    problems.rule(
        times.is_some_and(|(start, end)| end <= start),
        "windowEnd",
        "must be after windowStart",
    );
}

/// Writes a body down once, to be measured and sent.
fn written(
    body: &impl Serialize,
    operation: &Operation,
    mut problems: Problems,
) -> Result<Vec<u8>, Error> {
    let bytes = serde_json::to_vec(body).map_err(|_| {
        // The error's text might quote a value.
        Error::new(
            ErrorKind::InvalidInput,
            "the batch cannot be written as JSON",
        )
        .with_operation(PROVIDER, operation.name())
    })?;
    problems.rule(
        bytes.len() > BODY,
        "calls",
        "must have at most 32 MB as JSON",
    );
    problems.finish(operation)?;
    Ok(bytes)
}

request! {
    /// A call of a batch. What is unset is as the agent has it.
    BatchCall() {
        /// How it travels, and whom it rings.
        medium: CallMedium => "medium",
        /// Anything worth knowing of the call, for filters and webhooks. Keys must not start with `ultravox.`.
        metadata: BTreeMap<String, String> => "metadata" quiet,
        /// Values for the template variables of the agent; personal data.
        template_context: JsonMap => "templateContext",
        /// Settings without a promise.
        experimental_settings: JsonMap => "experimentalSettings",
    }
}

impl BatchCall {
    /// Adds a value of the template context.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.template_context
            .get_or_insert_default()
            .insert(name.into(), value.into());
        self
    }

    /// Adds a piece of metadata.
    #[must_use]
    pub fn tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata
            .get_or_insert_default()
            .insert(name.into(), value.into());
        self
    }

    fn problems(&self, template: Option<&TemplateSpec>) -> Problems {
        let mut problems = Problems::default();
        check::medium(&mut problems, self.medium.as_ref());
        check::metadata(&mut problems, self.metadata.as_ref());
        if let Some(template) = template {
            let none = JsonMap::new();
            for name in template.missing_from(self.template_context.as_ref().unwrap_or(&none)) {
                problems.add(
                    format!("templateContext.{name}"),
                    "has no value, and the agent's template asks for it",
                );
            }
        }
        problems
    }
}

request! {
    /// What to change of a batch; what is not set stays.
    BatchUpdate() {
        /// Another beginning of the window; cleared, none.
        window_start: Clearable<UvTime> => "windowStart",
        /// Another end of the window; cleared, none.
        window_end: Clearable<UvTime> => "windowEnd",
        /// Another throttle, by name or id; cleared, none.
        throttle: Clearable<String> => "throttle",
        /// Another webhook URL; cleared, none.
        webhook_url: Clearable<String> => "webhookUrl",
        /// Another webhook secret; cleared, none of yours.
        webhook_secret: Clearable<Secret> => "webhookSecret",
        /// Whether it is stopped. **A paused batch cannot be resumed.**
        paused: bool => "paused",
        /// Other calls. What becomes of the calls it has is not documented.
        calls: Vec<BatchCall> => "calls",
    }
}

impl BatchUpdate {
    /// The body, if it keeps the rules.
    pub(super) fn checked(&self, operation: &Operation) -> Result<Vec<u8>, Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        if let Some(new) = &self.calls {
            calls(&mut problems, new, None);
        }
        window(
            &mut problems,
            self.window_start.as_ref().and_then(Clearable::value),
            self.window_end.as_ref().and_then(Clearable::value),
        );
        let url = self.webhook_url.as_ref().and_then(Clearable::value);
        problems.url("webhookUrl", url, URL);
        let secret = self.webhook_secret.as_ref().and_then(Clearable::value);
        problems.secret("webhookSecret", secret, SECRET);
        written(self, operation, problems)
    }
}

model! {
    /// A batch as Ultravox knows it. Its calls are listed apart.
    response ScheduledBatch {
        /// Its id.
        batch_id: BatchId => "batchId",
        /// When it was created.
        created: UvTime => "created",
        /// No call is made before.
        window_start: UvTime => "windowStart",
        /// No call is made after.
        window_end: UvTime => "windowEnd",
        /// The throttle its calls keep.
        throttle: String => "throttle",
        /// Who is asked to connect calls.
        webhook_url: String => "webhookUrl",
        /// What those requests are signed with.
        webhook_secret: Secret => "webhookSecret",
        /// Whether it was stopped.
        paused: bool => "paused",
        /// How many calls it has.
        total_count: u64 => "totalCount",
        /// How many of them were created or have failed.
        completed_count: u64 => "completedCount",
        /// When it was over; unset until then.
        ended_at: UvTime => "endedAt",
    }
}

impl ScheduledBatch {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&BatchId, Error> {
        self.batch_id
            .as_ref()
            .ok_or_else(|| crate::missing("agents.scheduled_batches", "batchId"))
    }
}

open_enum! {
    /// How far a call of a batch is.
    pub enum ScheduledCallStatus {
        /// Its window has not begun.
        Future = "FUTURE",
        /// It waits for its turn.
        Pending = "PENDING",
        /// It was created. What became of it then, the call itself tells.
        Success = "SUCCESS",
        /// The window was over before its turn.
        Expired = "EXPIRED",
        /// It could not be created.
        Error = "ERROR",
    }
}

model! {
    /// A call of a batch, and what has become of it.
    response ScheduledCall {
        /// How far it is.
        status: ScheduledCallStatus => "status",
        /// The batch's id.
        batch_id: BatchId => "batchId",
        /// The call, once it was created.
        call_id: CallId => "callId",
        /// Why it could not be created.
        error: String => "error",
        /// How it travels.
        medium: CallMedium => "medium",
        /// What was attached: any JSON.
        metadata: Value => "metadata" quiet,
        /// Values for the template variables: any JSON.
        template_context: Value => "templateContext" quiet,
        /// Settings without a promise: any JSON.
        experimental_settings: Value => "experimentalSettings" quiet,
    }
}
