//! Call throttles: limits on how fast calls are created, under a name that call creations and batches refer to.

use std::time::Duration;

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;

use crate::check::Problems;
use crate::types::{ThrottleId, UvTime};

/// `GET /api/call_throttles`
pub static LIST: Operation = Operation::get("call_throttles.list", "/api/call_throttles");
/// `POST /api/call_throttles`: a second one makes a second throttle.
pub static CREATE: Operation =
    Operation::post("call_throttles.create", "/api/call_throttles", Repeat::Once);
/// `GET /api/call_throttles/{throttle_id}`
pub static GET: Operation =
    Operation::get("call_throttles.get", "/api/call_throttles/{throttle_id}");
/// `PUT /api/call_throttles/{throttle_id}`
pub static REPLACE: Operation = Operation::put(
    "call_throttles.replace",
    "/api/call_throttles/{throttle_id}",
);
/// `PATCH /api/call_throttles/{throttle_id}`
pub static UPDATE: Operation =
    Operation::patch("call_throttles.update", "/api/call_throttles/{throttle_id}");
/// `DELETE /api/call_throttles/{throttle_id}`
pub static DELETE: Operation =
    Operation::delete("call_throttles.delete", "/api/call_throttles/{throttle_id}");

/// The longest name, in characters.
const NAME: usize = 64;

/// The account's call throttles; from [`UltravoxClient::call_throttles`](crate::UltravoxClient::call_throttles).
///
/// A throttle does nothing by itself: name it with [`throttled_by`](crate::agents::AgentCalls::throttled_by) when a call
/// is created, or in a [scheduled batch](crate::agents::NewBatch::throttle).
#[derive(Debug, Clone, Copy)]
pub struct CallThrottles<'a> {
    client: &'a Client,
}

impl<'a> CallThrottles<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a throttle. Sent once: after an unknown outcome list the throttles before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken; otherwise the API's.
    pub async fn create(&self, throttle: &NewThrottle) -> Result<Response<CallThrottle>, Error> {
        throttle.check(&CREATE)?;
        self.client.request(&CREATE).json(throttle).send().await
    }

    /// Reads a throttle.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, id: &ThrottleId) -> Result<Response<CallThrottle>, Error> {
        self.client
            .request(&GET)
            .path("throttle_id", id)
            .send()
            .await
    }

    /// All throttles, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListThrottles) -> Pager<'static, CallThrottle> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(
        &self,
        filter: &ListThrottles,
    ) -> Result<Response<Page<CallThrottle>>, Error> {
        filter.list(self.client, &LIST).page().await
    }

    /// Replaces a throttle's name and rules.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound).
    pub async fn replace(
        &self,
        id: &ThrottleId,
        throttle: &NewThrottle,
    ) -> Result<Response<CallThrottle>, Error> {
        throttle.check(&REPLACE)?;
        self.client
            .request(&REPLACE)
            .path("throttle_id", id)
            .json(throttle)
            .send()
            .await
    }

    /// Changes a throttle's name or rules.
    ///
    /// # Errors
    /// As [`replace`](Self::replace); a change of nothing is refused before anything is sent.
    pub async fn update(
        &self,
        id: &ThrottleId,
        change: &ThrottleUpdate,
    ) -> Result<Response<CallThrottle>, Error> {
        change.check(&UPDATE)?;
        self.client
            .request(&UPDATE)
            .path("throttle_id", id)
            .json(change)
            .send()
            .await
    }

    /// Deletes a throttle.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, id: &ThrottleId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("throttle_id", id)
            .send_empty()
            .await
    }
}

request! {
    /// A throttle to be created, or to take an old one's place.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ultravox_client::call_throttles::{NewThrottle, ThrottleRule};
    ///
    /// // At most 2 calls in any second, and at most 30 in any minute.
    /// let throttle = NewThrottle::new(
    ///     "gentle",
    ///     [
    ///         ThrottleRule::new(2, Duration::from_secs(1)),
    ///         ThrottleRule::new(30, Duration::from_secs(60)),
    ///     ],
    /// );
    /// ```
    NewThrottle(
        /// Its name, 1 to 64 characters.
        name: String => "name",
        /// Its rules: a call must keep all of them.
        rules: Vec<ThrottleRule> => "rules",
    ) {}
}

impl NewThrottle {
    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.text("name", Some(&self.name), NAME);
        rules(&mut problems, Some(&self.rules));
        problems.finish(operation)
    }
}

request! {
    /// What to change of a throttle; what is not set stays.
    ThrottleUpdate() {
        /// Another name.
        name: String => "name",
        /// Other rules, in place of the old ones.
        rules: Vec<ThrottleRule> => "rules",
    }
}

impl ThrottleUpdate {
    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        problems.text("name", self.name.as_ref(), NAME);
        rules(&mut problems, self.rules.as_ref());
        problems.finish(operation)
    }
}

fn rules(problems: &mut Problems, rules: Option<&Vec<ThrottleRule>>) {
    for (at, rule) in rules.into_iter().flatten().enumerate() {
        let most = rule.max_calls.unwrap_or_default();
        problems.whole(&format!("rules.{at}.maxCalls"), most, 1..=100);
        let window = rule.window_seconds.unwrap_or_default();
        problems.whole(&format!("rules.{at}.windowSeconds"), window, 1..=86_400);
    }
}

model! {
    /// So many calls within a sliding window.
    both ThrottleRule {
        /// Most calls: 1 to 100.
        max_calls: u32 => "maxCalls",
        /// The window, in seconds: 1 to 86,400.
        window_seconds: u32 => "windowSeconds",
    }
}

impl ThrottleRule {
    /// At most `max_calls` calls within any `window`: 1 to 100 within 1 s to 24 h. A part of a second counts as a whole.
    #[must_use]
    pub fn new(max_calls: u32, window: Duration) -> Self {
        let seconds = window.as_secs() + u64::from(window.subsec_nanos() > 0);
        Self::default()
            .max_calls(max_calls)
            .window_seconds(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

model! {
    /// A throttle as Ultravox knows it.
    response CallThrottle {
        /// Its id.
        throttle_id: ThrottleId => "throttleId",
        /// Its name.
        name: String => "name",
        /// When it was created.
        created: UvTime => "created",
        /// Its rules.
        rules: Vec<ThrottleRule> => "rules",
    }
}

impl CallThrottle {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&ThrottleId, Error> {
        self.throttle_id
            .as_ref()
            .ok_or_else(|| crate::missing("call_throttles", "throttleId"))
    }
}

filter! {
    /// Where in the list of throttles to begin, and how many to a page.
    ListThrottles {}
}
