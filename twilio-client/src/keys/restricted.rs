//! Keys with a policy: each may do only what it lists.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use serde_json::json;
//! use twilio_client::keys::restricted::CreateRestrictedKey;
//!
//! let policy = json!({"allow": ["/twilio/voice/calls/read"]});
//! let key = client.restricted_keys().create(&CreateRestrictedKey::restricted(policy).friendly_name("reader")).await?;
//! println!("{:?}", key.sid);
//! # Ok(()) }
//! ```

use serde_json::Value;
use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, ApiKeySid};

use super::name_rule;
use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Parameters, open_enum, request, resource, settings};

operations! { Iam "iam_v1":
    LIST = get "restricted_keys.list" ListGetKeys "/v1/Keys";
    CREATE = once "restricted_keys.create" CreateNewKey "/v1/Keys";
    GET = get "restricted_keys.get" FetchKey "/v1/Keys/{Sid}";
    UPDATE = idempotent "restricted_keys.update" UpdateKey "/v1/Keys/{Sid}";
    DELETE = delete "restricted_keys.delete" DeleteKey "/v1/Keys/{Sid}";
}

request! {
    /// The account whose keys are listed, which stands in the query here.
    Listed {
        account = "AccountSid": AccountSid,
        ..
        /// How many to a page.
        page_size = "PageSize": u32,
        /// A page's index.
        page = "Page": u32,
        /// A page's token.
        page_token = "PageToken": String,
    } rules |list, problems| problems.unless(
        list.page_size.is_none_or(|size| (1..=1_000).contains(&size)),
        "PageSize",
        "must be 1 to 1,000",
    )
}

open_enum! {
    /// What kind of key is created; a standard one unless set.
    KeyType {
        /// It may do what its policy lists.
        Restricted = "restricted",
    }
}

settings! {
    /// A key to be created.
    CreateRestrictedKey {
        /// Its name, at most 64 characters.
        friendly_name = "FriendlyName": String,
        /// Its kind.
        key_type = "KeyType": KeyType,
        /// What it may do: `{"allow": ["/twilio/…", …]}`.
        policy = "Policy": Value,
    } rules |key, problems| {
        name_rule(key.friendly_name.as_ref(), problems);
        problems.unless(
            key.key_type != Some(KeyType::Restricted) || key.policy.is_some(),
            "Policy",
            "is required for a restricted key",
        );
    }
}

impl CreateRestrictedKey {
    /// A key that may do what this policy allows.
    pub fn restricted(policy: Value) -> Self {
        Self::new().key_type(KeyType::Restricted).policy(policy)
    }
}

settings! {
    /// Changes of a key.
    UpdateRestrictedKey {
        /// Another name, at most 64 characters.
        friendly_name = "FriendlyName": String,
        /// Another policy, whole.
        policy = "Policy": Value,
    } rules |key, problems| name_rule(key.friendly_name.as_ref(), problems)
}

resource! {
    /// A key, without its secret.
    RestrictedKey {
        /// Its SID, the user of HTTP Basic.
        sid: ApiKeySid,
        /// Its name.
        friendly_name: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// What it may do; only a single key says so.
        policy: Value,
        /// What is special about it; only a list says so.
        flags: Vec<String>,
    }
}

resource! {
    /// A key as it is created, with its secret.
    NewRestrictedKey {
        /// Its SID, the user of HTTP Basic.
        sid: ApiKeySid,
        /// Its name.
        friendly_name: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its secret. Shown this once.
        secret: String => secret,
        /// What it may do.
        policy: Value,
    }
}

accessor! {
    /// Keys with a policy; see [`TwilioClient::restricted_keys`].
    RestrictedKeys
}

impl TwilioClient {
    /// Keys with a policy, of the account the client acts on.
    #[must_use]
    pub fn restricted_keys(&self) -> RestrictedKeys<'_> {
        RestrictedKeys::new(self)
    }
}

impl RestrictedKeys<'_> {
    /// Lists keys, restricted or not, page by page; [`ListKeys::page_size`](super::ListKeys::page_size) and its fellows hold
    /// here, too.
    #[must_use]
    pub fn list(&self, request: &super::ListKeys) -> Pager<'static, RestrictedKey> {
        let mut listed = Listed::required(self.client.account_sid());
        request.encode(&mut |name, value| listed.more.push((name.to_owned(), value.to_owned())));
        listed.page_size = request.page_size;
        listed.more.retain(|(name, _)| name != "PageSize");
        paging::items(self.client, ON, &LIST, "keys", &[], &listed)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, RestrictedKey> {
        paging::resumed(self.client, ON, &LIST, "keys", cursor)
    }

    /// Creates a key. After an unknown outcome there may be a key whose secret nobody knows: look for its name and delete it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a restricted key without a policy or a
    /// name that is too long.
    pub async fn create(
        &self,
        request: &CreateRestrictedKey,
    ) -> Result<Response<NewRestrictedKey>, Error> {
        let mut form = request.form(&CREATE)?;
        form.push("AccountSid", self.client.account_sid());
        self.client.at(ON, &CREATE).form(form).send().await
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: ApiKeySid) -> Result<Response<RestrictedKey>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Changes a key's name or policy.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn update(
        &self,
        sid: ApiKeySid,
        request: &UpdateRestrictedKey,
    ) -> Result<Response<RestrictedKey>, Error> {
        let form = request.form(&UPDATE)?;
        self.client
            .at(ON, &UPDATE)
            .path("Sid", sid)
            .form(form)
            .send()
            .await
    }

    /// Takes a key away.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn delete(&self, sid: ApiKeySid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
