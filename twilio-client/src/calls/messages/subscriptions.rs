//! Who is told of the messages that the Voice SDK sends.

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, UserDefinedMessageSubscriptionSid};
use voice_core::webhook::WebhookUrl;

use super::repeat;
use crate::calls::IdempotencyKey;
use crate::calls::create::host;
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, HttpMethod, Parameters, request, resource};

operations! { Api "api_v2010":
    CREATE = once "calls.messages.subscriptions.create" CreateUserDefinedMessageSubscription "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/UserDefinedMessageSubscriptions.json";
    DELETE = delete "calls.messages.subscriptions.delete" DeleteUserDefinedMessageSubscription "/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/UserDefinedMessageSubscriptions/{Sid}.json";
}

request! {
    /// A subscription to the messages of a call.
    CreateSubscription {
        callback = "Callback": WebhookUrl,
        ..
        /// A key of this request; with one it may be repeated.
        idempotency_key = "IdempotencyKey": IdempotencyKey,
        /// How the callback is requested; POST unless set.
        method = "Method": HttpMethod,
    } rules |request, problems| problems.unless(
        !host(request.callback.as_str()).contains('_'),
        "Callback",
        "its host must not have an underscore",
    )
}

impl CreateSubscription {
    /// Messages are reported here; a host without underscore.
    pub fn new(callback: WebhookUrl) -> Self {
        Self::required(callback)
    }
}

resource! {
    /// A subscription to the messages of a call.
    Subscription {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The call.
        call_sid: CallSid,
        /// Its SID.
        sid: UserDefinedMessageSubscriptionSid,
        /// When it was created.
        date_created: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// Subscriptions to the messages of a call; see [`Messages::subscriptions`](super::Messages::subscriptions).
    Subscriptions { call: CallSid }
}

impl Subscriptions<'_> {
    /// Subscribes. It is repeated only if it carries a [key](CreateSubscription::idempotency_key): a second subscription
    /// would report every message twice.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is no such call.
    pub async fn create(
        &self,
        request: &CreateSubscription,
    ) -> Result<Response<Subscription>, Error> {
        let form = request.form(&CREATE)?;
        self.client
            .at(ON, &CREATE)
            .path("CallSid", self.call)
            .form(form)
            .repeat(repeat(request.idempotency_key.as_ref()))
            .send()
            .await
    }

    /// Ends a subscription.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn delete(
        &self,
        sid: UserDefinedMessageSubscriptionSid,
    ) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("CallSid", self.call)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
