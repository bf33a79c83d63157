//! Public keys, for accounts that take only requests signed with the private one (public-key client validation).
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, pem: String) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::public_keys::CreatePublicKey;
//!
//! let key = client.public_keys().create(&CreatePublicKey::new(pem).friendly_name("gateway")).await?;
//! println!("{:?}", key.sid);
//! # Ok(()) }
//! ```

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CredentialSid};

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Parameters, Problems, list_request, request, resource, settings};

operations! { Accounts "accounts_v1":
    LIST = get "public_keys.list" ListCredentialPublicKey "/v1/Credentials/PublicKeys";
    CREATE = once "public_keys.create" CreateCredentialPublicKey "/v1/Credentials/PublicKeys";
    GET = get "public_keys.get" FetchCredentialPublicKey "/v1/Credentials/PublicKeys/{Sid}";
    UPDATE = idempotent "public_keys.update" UpdateCredentialPublicKey "/v1/Credentials/PublicKeys/{Sid}";
    DELETE = delete "public_keys.delete" DeleteCredentialPublicKey "/v1/Credentials/PublicKeys/{Sid}";
}

list_request! {
    /// Which keys to list: all of them.
    ListPublicKeys {}
}

request! {
    /// A public key to be uploaded.
    CreatePublicKey {
        public_key = "PublicKey": String,
        ..
        /// Its name, at most 64 characters.
        friendly_name = "FriendlyName": String,
        /// The subaccount it is for; the account itself unless set.
        account_sid = "AccountSid": AccountSid,
    } rules |key, problems| {
        problems.unless(
            key.public_key.contains("PUBLIC KEY"),
            "PublicKey",
            "must be a public key in PEM form",
        );
        problems.unless(
            !key.public_key.contains("PRIVATE"),
            "PublicKey",
            "is a private key, which must never be uploaded",
        );
        name_rule(key.friendly_name.as_ref(), problems);
    }
}

impl CreatePublicKey {
    /// This key, in PEM form (`-----BEGIN PUBLIC KEY-----…`).
    pub fn new(pem: impl Into<String>) -> Self {
        Self::required(pem.into())
    }
}

settings! {
    /// Another name for a key.
    UpdatePublicKey {
        /// The name, at most 64 characters.
        friendly_name = "FriendlyName": String,
    } rules |key, problems| name_rule(key.friendly_name.as_ref(), problems)
}

fn name_rule(name: Option<&String>, problems: &mut Problems) {
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    );
}

resource! {
    /// An uploaded public key; the key itself is never given back.
    PublicKey {
        /// Its SID.
        sid: CredentialSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its name.
        friendly_name: String,
        /// When it was uploaded.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// Public keys; see [`TwilioClient::public_keys`].
    PublicKeys
}

impl TwilioClient {
    /// Public keys for client validation.
    #[must_use]
    pub fn public_keys(&self) -> PublicKeys<'_> {
        PublicKeys::new(self)
    }
}

impl PublicKeys<'_> {
    /// Lists keys, page by page.
    #[must_use]
    pub fn list(&self, request: &ListPublicKeys) -> Pager<'static, PublicKey> {
        paging::items(self.client, ON, &LIST, "credentials", &[], request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, PublicKey> {
        paging::resumed(self.client, ON, &LIST, "credentials", cursor)
    }

    /// Uploads a key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for what is no public key, and above all for
    /// a private one.
    pub async fn create(&self, request: &CreatePublicKey) -> Result<Response<PublicKey>, Error> {
        let form = request.form(&CREATE)?;
        self.client.at(ON, &CREATE).form(form).send().await
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: CredentialSid) -> Result<Response<PublicKey>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Gives a key another name.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn update(
        &self,
        sid: CredentialSid,
        request: &UpdatePublicKey,
    ) -> Result<Response<PublicKey>, Error> {
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
    pub async fn delete(&self, sid: CredentialSid) -> Result<Response<()>, Error> {
        self.client
            .at(ON, &DELETE)
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
