//! User-defined messages of a call: JSON between your server and the Voice SDK at the other end.
//!
//! What the SDK sends arrives at whoever [subscribed](Subscriptions).
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, call: voice_core::ident::CallSid)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use serde_json::json;
//! use twilio_client::calls::IdempotencyKey;
//! use twilio_client::calls::messages::{CreateMessage, MessageContent};
//!
//! let content = MessageContent::from(json!({"show": "card", "customer": 7}));
//! let request = CreateMessage::new(content).idempotency_key(IdempotencyKey::new("card-7")?);
//! client.calls().messages(call).create(&request).await?;
//! # Ok(()) }
//! ```

mod subscriptions;

use std::fmt;

use serde_json::Value;
use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, UserDefinedMessageSid};
use voice_core::retry::Repeat;

use super::{Calls, IdempotencyKey};
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, Encode, Parameters, Sink, request, resource};

pub(crate) use subscriptions::OPERATIONS as SUBSCRIPTION_OPERATIONS;
pub use subscriptions::{CreateSubscription, Subscription, Subscriptions};

operations! { Api "api_v2010":
    CREATE = once "calls.messages.create" CreateUserDefinedMessage "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/UserDefinedMessages.json";
}

/// What a message says: JSON. `Debug` does not show it.
#[derive(Clone, PartialEq)]
pub struct MessageContent(Value);

impl From<Value> for MessageContent {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl Encode for MessageContent {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &self.0.to_string());
    }
}

impl fmt::Debug for MessageContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageContent([REDACTED])")
    }
}

request! {
    /// A message to the Voice SDK at the other end of a call.
    CreateMessage {
        content = "Content": MessageContent,
        ..
        /// A key of this message; with one the request may be repeated.
        idempotency_key = "IdempotencyKey": IdempotencyKey,
    }
}

impl CreateMessage {
    /// A message that says this.
    pub fn new(content: impl Into<MessageContent>) -> Self {
        Self::required(content.into())
    }
}

resource! {
    /// A message that was sent.
    Message {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call.
        call_sid: CallSid,
        /// Its SID.
        sid: UserDefinedMessageSid,
        /// When it was created.
        date_created: ApiTime,
    }
}

accessor! {
    /// User-defined messages of a call; see [`Calls::messages`].
    Messages { call: CallSid }
}

impl<'c> Calls<'c> {
    /// User-defined messages of a call.
    #[must_use]
    pub fn messages(&self, call: CallSid) -> Messages<'c> {
        Messages::new(self.client, call)
    }
}

/// A key makes a second arrival harmless; without one the message would be shown twice.
fn repeat(key: Option<&IdempotencyKey>) -> Repeat {
    match key {
        Some(_) => Repeat::Keyed,
        None => Repeat::Once,
    }
}

impl<'c> Messages<'c> {
    /// Sends a message. It is repeated only if it carries a [key](CreateMessage::idempotency_key).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such call; 31212 for
    /// a message that is too large.
    pub async fn create(&self, request: &CreateMessage) -> Result<Response<Message>, Error> {
        let form = request.form(&CREATE)?;
        self.client
            .at(ON, &CREATE)
            .path("CallSid", self.call)
            .form(form)
            .repeat(repeat(request.idempotency_key.as_ref()))
            .send()
            .await
    }

    /// Who is told of messages from the other end.
    #[must_use]
    pub fn subscriptions(&self) -> Subscriptions<'c> {
        Subscriptions::new(self.client, self.call)
    }
}
