//! Grants: what the holder of a token may do.
//!
//! A key that is not set is absent from the token, and a grant with nothing set is an empty object, which Twilio takes.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value, json};
use voice_core::ident::{ApplicationSid, CredentialSid};

/// One grant under its key, ready for a token. Made from the typed grants, or with [`other`](Self::other).
#[derive(Clone, PartialEq)]
pub struct Grant {
    pub(super) key: Cow<'static, str>,
    pub(super) value: Map<String, Value>,
}

impl Grant {
    /// A grant that this version has no type for: its key and what stands under it.
    ///
    /// ```
    /// use serde_json::{Map, json};
    /// use twilio_client::access_token::Grant;
    ///
    /// let mut value = Map::new();
    /// value.insert("room".to_owned(), json!("lobby"));
    /// let grant = Grant::other("hologram", value);
    /// assert_eq!(grant.key(), "hologram");
    /// ```
    #[must_use]
    pub fn other(key: impl Into<String>, value: Map<String, Value>) -> Self {
        Self {
            key: Cow::Owned(key.into()),
            value,
        }
    }

    /// The key it stands under, such as `voice`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What stands there.
    #[must_use]
    pub fn value(&self) -> &Map<String, Value> {
        &self.value
    }
}

/// Parameters of a grant may be personal or secret: only their names are shown.
impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("key", &self.key)
            .field("fields", &self.value.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// Voice SDK: receiving calls, placing them, and push notifications.
///
/// ```
/// use twilio_client::access_token::{Grant, VoiceGrant};
/// use voice_core::ident::ApplicationSid;
///
/// let app = ApplicationSid::parse(concat!("AP", "00112233445566778899aabbccddeeff"))?;
/// let grant = Grant::from(VoiceGrant::new().allow_incoming().outgoing_with(app, [("team", "sales")]));
/// assert_eq!(grant.value()["incoming"]["allow"], true);
/// assert_eq!(grant.value()["outgoing"]["params"]["team"], "sales");
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct VoiceGrant {
    incoming: bool,
    outgoing: Option<(ApplicationSid, Map<String, Value>)>,
    push_credential: Option<CredentialSid>,
    endpoint: Option<String>,
}

impl VoiceGrant {
    /// A grant that allows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The client may be called, by its identity.
    #[must_use]
    pub fn allow_incoming(mut self) -> Self {
        self.incoming = true;
        self
    }

    /// The client may place calls; this TwiML application decides what becomes of them.
    #[must_use]
    pub fn outgoing(self, application: ApplicationSid) -> Self {
        self.outgoing_with(application, std::iter::empty::<(String, String)>())
    }

    /// As [`outgoing`](Self::outgoing), with parameters for the application's voice URL that the client cannot change.
    #[must_use]
    pub fn outgoing_with<K: Into<String>, V: Into<String>>(
        mut self,
        application: ApplicationSid,
        params: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let params = params
            .into_iter()
            .map(|(name, value)| (name.into(), Value::String(value.into())))
            .collect();
        self.outgoing = Some((application, params));
        self
    }

    /// The push credential incoming calls are announced with.
    #[must_use]
    pub fn push_credential(mut self, sid: CredentialSid) -> Self {
        self.push_credential = Some(sid);
        self
    }

    /// A name for the device.
    #[must_use]
    pub fn endpoint_id(mut self, id: impl Into<String>) -> Self {
        self.endpoint = Some(id.into());
        self
    }
}

impl fmt::Debug for VoiceGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VoiceGrant")
            .field("incoming", &self.incoming)
            .field("outgoing", &self.outgoing.as_ref().map(|(sid, _)| sid))
            .field("push_credential", &self.push_credential)
            .finish_non_exhaustive()
    }
}

impl From<VoiceGrant> for Grant {
    fn from(grant: VoiceGrant) -> Self {
        let mut value = Map::new();
        if grant.incoming {
            value.insert("incoming".to_owned(), json!({"allow": true}));
        }
        if let Some((application, params)) = grant.outgoing {
            let mut outgoing = Map::new();
            outgoing.insert("application_sid".to_owned(), application.as_str().into());
            if !params.is_empty() {
                outgoing.insert("params".to_owned(), Value::Object(params));
            }
            value.insert("outgoing".to_owned(), Value::Object(outgoing));
        }
        if let Some(sid) = grant.push_credential {
            value.insert("push_credential_sid".to_owned(), sid.as_str().into());
        }
        if let Some(id) = grant.endpoint {
            value.insert("endpoint_id".to_owned(), id.into());
        }
        Self {
            key: Cow::Borrowed("voice"),
            value,
        }
    }
}

/// Declares a grant whose keys are texts.
macro_rules! text_grant {
    ($(#[$doc:meta])* $name:ident = $key:literal { $($(#[$about:meta])* $field:ident = $wire:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct $name {
            $($field: Option<String>,)*
        }

        impl $name {
            /// A grant with nothing set.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $($(#[$about])*
            #[must_use]
            pub fn $field(mut self, value: impl Into<String>) -> Self {
                self.$field = Some(value.into());
                self
            })*
        }

        impl From<$name> for Grant {
            fn from(grant: $name) -> Self {
                let mut value = Map::new();
                $(if let Some(text) = grant.$field {
                    value.insert($wire.to_owned(), Value::String(text));
                })*
                Self { key: Cow::Borrowed($key), value }
            }
        }
    };
}

text_grant! {
    /// Video: joining rooms.
    VideoGrant = "video" {
        /// The one room that may be joined, by name or SID; any unless set.
        room = "room",
    }
}

text_grant! {
    /// Conversations and chat.
    ChatGrant = "chat" {
        /// The service, `IS…`.
        service_sid = "service_sid",
        /// A name for the device.
        endpoint_id = "endpoint_id",
        /// The role in the deployment, `RL…`.
        deployment_role_sid = "deployment_role_sid",
        /// The push credential, `CR…`.
        push_credential_sid = "push_credential_sid",
    }
}

text_grant! {
    /// Sync.
    DataSyncGrant = "data_sync" {
        /// The service, `IS…`.
        service_sid = "service_sid",
        /// A name for the device.
        endpoint_id = "endpoint_id",
    }
}

text_grant! {
    /// TaskRouter.
    TaskRouterGrant = "task_router" {
        /// The workspace, `WS…`.
        workspace_sid = "workspace_sid",
        /// The worker, `WK…`.
        worker_sid = "worker_sid",
        /// What the holder acts as, such as `worker`.
        role = "role",
    }
}

/// Live: playing a stream. The values come from Twilio's API, as an object.
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct PlayerGrant {
    value: Map<String, Value>,
}

impl PlayerGrant {
    /// A grant with nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, key: &str, value: Value) -> Self {
        self.value.insert(key.to_owned(), value);
        self
    }

    /// The credentials for the requests of the player. Secret.
    #[must_use]
    pub fn request_credentials(self, value: impl Into<Value>) -> Self {
        self.with("requestCredentials", value.into())
    }

    /// Where the stream is. Secret, since it grants access.
    #[must_use]
    pub fn playback_url(self, url: impl Into<String>) -> Self {
        self.with("playbackUrl", Value::String(url.into()))
    }

    /// The player streamer, `VJ…`.
    #[must_use]
    pub fn player_streamer_sid(self, sid: impl Into<String>) -> Self {
        self.with("playerStreamerSid", Value::String(sid.into()))
    }
}

impl fmt::Debug for PlayerGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlayerGrant")
            .field("fields", &self.value.keys().collect::<Vec<_>>())
            .finish()
    }
}

impl From<PlayerGrant> for Grant {
    fn from(grant: PlayerGrant) -> Self {
        Self {
            key: Cow::Borrowed("player"),
            value: grant.value,
        }
    }
}
