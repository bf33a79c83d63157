//! API keys: credentials beside the Auth Token, which can be taken away one by one.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::keys::NameKey;
//!
//! let key = client.keys().create(&NameKey::new().friendly_name("billing")).await?;
//! // The secret is shown this once: store it now.
//! println!("{:?} {}", key.sid, key.secret.is_some());
//! # Ok(()) }
//! ```
//!
//! [`TwilioClient::keys`] and [`TwilioClient::signing_keys`] are two views of the same thing: a signing key is a standard key,
//! used to sign access tokens. Restricted keys, which carry a policy, are in [`restricted`]. All of them take the Auth Token
//! or a main key: a standard key is refused with 401 and code 20003.

pub mod restricted;

use voice_core::client::{Cursor, Operation, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::ApiKeySid;

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Parameters, list_request, resource, settings};

operations! { Api "api_v2010":
    LIST = get "keys.list" ListKey "/2010-04-01/Accounts/{AccountSid}/Keys.json";
    CREATE = once "keys.create" CreateNewKey "/2010-04-01/Accounts/{AccountSid}/Keys.json";
    GET = get "keys.get" FetchKey "/2010-04-01/Accounts/{AccountSid}/Keys/{Sid}.json";
    UPDATE = idempotent "keys.update" UpdateKey "/2010-04-01/Accounts/{AccountSid}/Keys/{Sid}.json";
    DELETE = delete "keys.delete" DeleteKey "/2010-04-01/Accounts/{AccountSid}/Keys/{Sid}.json";
    LIST_SIGNING = get "signing_keys.list" ListSigningKey "/2010-04-01/Accounts/{AccountSid}/SigningKeys.json";
    CREATE_SIGNING = once "signing_keys.create" CreateNewSigningKey "/2010-04-01/Accounts/{AccountSid}/SigningKeys.json";
    GET_SIGNING = get "signing_keys.get" FetchSigningKey "/2010-04-01/Accounts/{AccountSid}/SigningKeys/{Sid}.json";
    UPDATE_SIGNING = idempotent "signing_keys.update" UpdateSigningKey "/2010-04-01/Accounts/{AccountSid}/SigningKeys/{Sid}.json";
    DELETE_SIGNING = delete "signing_keys.delete" DeleteSigningKey "/2010-04-01/Accounts/{AccountSid}/SigningKeys/{Sid}.json";
}

/// The five operations of one view.
#[derive(Debug)]
pub(crate) struct View {
    list: &'static Operation,
    items: &'static str,
    create: &'static Operation,
    get: &'static Operation,
    update: &'static Operation,
    delete: &'static Operation,
}

static KEYS: View = View {
    list: &LIST,
    items: "keys",
    create: &CREATE,
    get: &GET,
    update: &UPDATE,
    delete: &DELETE,
};

static SIGNING_KEYS: View = View {
    list: &LIST_SIGNING,
    items: "signing_keys",
    create: &CREATE_SIGNING,
    get: &GET_SIGNING,
    update: &UPDATE_SIGNING,
    delete: &DELETE_SIGNING,
};

list_request! {
    /// Which keys to list: all of them.
    ListKeys {}
}

settings! {
    /// The name of a key, new or another.
    NameKey {
        /// The name, at most 64 characters.
        friendly_name = "FriendlyName": String,
    } rules |key, problems| name_rule(key.friendly_name.as_ref(), problems)
}

fn name_rule(name: Option<&String>, problems: &mut crate::types::Problems) {
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    );
}

resource! {
    /// A key, without its secret.
    Key {
        /// Its SID, the user of HTTP Basic.
        sid: ApiKeySid,
        /// Its name.
        friendly_name: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
    }
}

resource! {
    /// A key as it is created, with its secret.
    NewKey {
        /// Its SID, the user of HTTP Basic.
        sid: ApiKeySid,
        /// Its name.
        friendly_name: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its secret, the password of HTTP Basic and the key of access tokens. Shown this once.
        secret: String => secret,
    }
}

accessor! {
    /// The keys of an account; see [`TwilioClient::keys`] and [`TwilioClient::signing_keys`].
    Keys { view: &'static View }
}

impl TwilioClient {
    /// API keys.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        Keys::new(self, &KEYS)
    }

    /// The same keys, as those that sign access tokens.
    #[must_use]
    pub fn signing_keys(&self) -> Keys<'_> {
        Keys::new(self, &SIGNING_KEYS)
    }
}

impl Keys<'_> {
    /// Lists keys, page by page.
    #[must_use]
    pub fn list(&self, request: &ListKeys) -> Pager<'static, Key> {
        paging::items(
            self.client,
            ON,
            self.view.list,
            self.view.items,
            &[],
            request,
        )
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Key> {
        paging::resumed(self.client, ON, self.view.list, self.view.items, cursor)
    }

    /// Creates a key. After an unknown outcome there may be a key whose secret nobody knows: look for its name and delete it.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`](voice_core::error::ErrorKind::Authentication) (code 20003) with a standard key.
    pub async fn create(&self, request: &NameKey) -> Result<Response<NewKey>, Error> {
        let form = request.form(self.view.create)?;
        self.client.at(ON, self.view.create).form(form).send().await
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: ApiKeySid) -> Result<Response<Key>, Error> {
        self.client
            .at(ON, self.view.get)
            .path("Sid", sid)
            .send()
            .await
    }

    /// Gives a key another name.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn update(&self, sid: ApiKeySid, request: &NameKey) -> Result<Response<Key>, Error> {
        let form = request.form(self.view.update)?;
        let update = self.client.at(ON, self.view.update).path("Sid", sid);
        update.form(form).send().await
    }

    /// Takes a key away: whoever uses it is refused from now on.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn delete(&self, sid: ApiKeySid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, self.view.delete)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
