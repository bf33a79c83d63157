//! Queues: `<Enqueue>` to wait, `<Queue>` to fetch who waits, `<Task>` for TaskRouter.

use std::time::Duration;

use super::Link;
use super::macros::twiml_element;
use crate::types::HttpMethod;

twiml_element! {
    /// `<Enqueue>`: puts the caller into a queue until somebody fetches them by Dial and [`Queue`], or they
    /// [`Leave`](super::Leave).
    ///
    /// ```
    /// use serde_json::json;
    /// use twilio_client::twiml::{Dial, Enqueue, Queue, Response, Task};
    ///
    /// let caller = Response::new().with(Enqueue::queue("support"));
    /// let agent = Response::new().with(Dial::new().with(Queue::new("support")));
    /// let routed = Response::new().with(Enqueue::workflow("WW0123", Task::new(&json!({"language": "de"}))));
    /// assert!(routed.to_twiml()?.as_str().contains(r#"<Task>{"language":"de"}</Task>"#));
    /// # Ok::<(), twilio_client::twiml::TwimlError>(())
    /// ```
    Enqueue = "Enqueue" [Task] {
        /// What is requested when the wait is over, with its outcome; then verbs after it are not reached.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
        /// What is heard while waiting.
        wait_url = "waitUrl": Link,
        /// How it is requested; POST unless set.
        wait_url_method = "waitUrlMethod": HttpMethod,
        /// How many may wait in the queue (error 14207 beyond).
        max_queue_size = "maxQueueSize": u32,
        /// A workflow of TaskRouter's, which then chooses the queue.
        workflow_sid = "workflowSid": String,
    }
}

impl Enqueue {
    /// Into the queue of this name; it comes to be with the first who waits.
    pub fn queue(name: impl Into<String>) -> Self {
        Self::holding(name)
    }

    /// Into a workflow of TaskRouter's (`WW…`), as this task.
    pub fn workflow(workflow_sid: impl Into<String>, task: Task) -> Self {
        Self::empty().workflow_sid(workflow_sid).with(task)
    }
}

twiml_element! {
    /// `<Task>` in an [`Enqueue`]: what TaskRouter has to know.
    Task = "Task" [] {
        /// Higher ones first; 0 unless set.
        priority = "priority": u32,
        /// How long it may wait.
        timeout = "timeout": Duration,
    }
}

impl Task {
    /// A task with these attributes.
    #[must_use]
    pub fn new(attributes: &serde_json::Value) -> Self {
        Self::holding(attributes.to_string())
    }
}

twiml_element! {
    /// `<Queue>`: who waits longest in a queue; in a Dial, or as a verb of its own.
    Queue = "Queue" [] {
        /// TwiML the waiting caller hears before being connected.
        url = "url": Link,
        /// How it is requested; POST unless set.
        method = "method": HttpMethod,
        /// The reservation of TaskRouter's that this fulfils.
        reservation_sid = "reservationSid": String,
        /// What the worker does afterwards, at TaskRouter.
        post_work_activity_sid = "postWorkActivitySid": String,
    }
}

impl Queue {
    /// The queue of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self::holding(name)
    }

    /// Whom a reservation of TaskRouter's (`WR…`) is about.
    pub fn reservation(reservation_sid: impl Into<String>) -> Self {
        Self::empty().reservation_sid(reservation_sid)
    }
}
