//! Queues: where callers wait.
//!
//! Callers enter a queue by the verb `<Enqueue>`; who waits in it is in [`Members`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::queues::{CreateQueue, ListQueues};
//!
//! let queue = client.queues().create(&CreateQueue::new("support").max_size(50_u32)).await?;
//! let mut queues = client.queues().list(&ListQueues::new());
//! while let Some(queue) = queues.next().await {
//!     println!("{:?}", queue?.friendly_name);
//! }
//! # Ok(()) }
//! ```

mod members;

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, QueueSid};

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Numeric, Parameters, list_request, request, resource, settings};

pub(crate) use members::OPERATIONS as MEMBER_OPERATIONS;
pub use members::{ListMembers, Member, MemberOf, Members, UpdateMember};

operations! { Api "api_v2010":
    LIST = get "queues.list" ListQueue "/2010-04-01/Accounts/{AccountSid}/Queues.json";
    CREATE = once "queues.create" CreateQueue "/2010-04-01/Accounts/{AccountSid}/Queues.json";
    GET = get "queues.get" FetchQueue "/2010-04-01/Accounts/{AccountSid}/Queues/{Sid}.json";
    UPDATE = idempotent "queues.update" UpdateQueue "/2010-04-01/Accounts/{AccountSid}/Queues/{Sid}.json";
    DELETE = delete "queues.delete" DeleteQueue "/2010-04-01/Accounts/{AccountSid}/Queues/{Sid}.json";
}

list_request! {
    /// Which queues to list: all there are.
    ListQueues {}
}

request! {
    /// A queue to be created.
    CreateQueue {
        friendly_name = "FriendlyName": String,
        ..
        /// How many may wait: 100 unless set, at most 5,000.
        max_size = "MaxSize": u32,
    } rules |queue, problems| {
        name_rule(Some(&queue.friendly_name), problems);
        size_rule(queue.max_size, problems);
    }
}

impl CreateQueue {
    /// A queue of this name, 1 to 64 characters.
    pub fn new(friendly_name: impl Into<String>) -> Self {
        Self::required(friendly_name.into())
    }
}

settings! {
    /// Changes of a queue.
    UpdateQueue {
        /// Another name, 1 to 64 characters.
        friendly_name = "FriendlyName": String,
        /// How many may wait: at most 5,000.
        max_size = "MaxSize": u32,
    } rules |queue, problems| {
        name_rule(queue.friendly_name.as_ref(), problems);
        size_rule(queue.max_size, problems);
    }
}

fn name_rule(name: Option<&String>, problems: &mut crate::types::Problems) {
    problems.unless(
        name.is_none_or(|name| (1..=64).contains(&name.chars().count())),
        "FriendlyName",
        "must have 1 to 64 characters",
    );
}

fn size_rule(size: Option<u32>, problems: &mut crate::types::Problems) {
    problems.unless(
        size.is_none_or(|size| (1..=5_000).contains(&size)),
        "MaxSize",
        "must be 1 to 5,000",
    );
}

resource! {
    /// A queue.
    Queue {
        /// Its SID.
        sid: QueueSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its name.
        friendly_name: String,
        /// How many wait.
        current_size: Numeric,
        /// How many may wait.
        max_size: Numeric,
        /// How long those who wait have waited on average, in seconds.
        average_wait_time: Numeric,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
    }
}

accessor! {
    /// The queues of an account; see [`TwilioClient::queues`].
    Queues
}

impl TwilioClient {
    /// Queues: where callers wait.
    #[must_use]
    pub fn queues(&self) -> Queues<'_> {
        Queues::new(self)
    }
}

impl<'c> Queues<'c> {
    /// Lists queues, page by page.
    #[must_use]
    pub fn list(&self, request: &ListQueues) -> Pager<'static, Queue> {
        paging::items(self.client, ON, &LIST, "queues", &[], request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Queue> {
        paging::resumed(self.client, ON, &LIST, "queues", cursor)
    }

    /// Creates a queue. Twilio takes no key that would make a second one recognisable: after an unknown outcome look for its
    /// name before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a name or size out of range; code 22003
    /// for a name that is taken.
    pub async fn create(&self, request: &CreateQueue) -> Result<Response<Queue>, Error> {
        let form = request.form(&CREATE)?;
        self.client.at(ON, &CREATE).form(form).send().await
    }

    /// Reads a queue.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: QueueSid) -> Result<Response<Queue>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Changes a queue.
    ///
    /// # Errors
    /// As for [`create`](Self::create) and [`get`](Self::get).
    pub async fn update(
        &self,
        sid: QueueSid,
        request: &UpdateQueue,
    ) -> Result<Response<Queue>, Error> {
        let form = request.form(&UPDATE)?;
        self.client
            .at(ON, &UPDATE)
            .path("Sid", sid)
            .form(form)
            .send()
            .await
    }

    /// Deletes a queue that nobody waits in.
    ///
    /// # Errors
    /// Code 22002 while somebody waits.
    pub async fn delete(&self, sid: QueueSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("Sid", sid)
            .send_empty()
            .await
    }

    /// Who waits in a queue.
    #[must_use]
    pub fn members(&self, queue: QueueSid) -> Members<'c> {
        Members::new(self.client, queue)
    }
}
