//! The account's credentials at telephone providers: Twilio, Telnyx, Plivo, one configuration each.
//!
//! With one, Ultravox dials by itself (`outgoing` of a medium), and the provider may create calls of the agents that are
//! allowed for it, so that incoming calls need no server of yours. Exotel has none.

mod plivo;
mod telnyx;
mod twilio;

use std::collections::BTreeMap;

use voice_core::client::Client;
use voice_core::provider::AgentId;

use crate::check::Problems;

pub use plivo::{
    CREATE_PLIVO, DELETE_PLIVO, GET_PLIVO, NewPlivoConfig, PlivoConfig, PlivoConfigUpdate,
    PlivoConfigs, UPDATE_PLIVO,
};
pub use telnyx::{
    CREATE_TELNYX, DELETE_TELNYX, GET_TELNYX, NewTelnyxConfig, TelnyxConfig, TelnyxConfigUpdate,
    TelnyxConfigs, UPDATE_TELNYX,
};
pub use twilio::{
    CREATE_TWILIO, DELETE_TWILIO, GET_TWILIO, NewTwilioConfig, TwilioConfig, TwilioConfigUpdate,
    TwilioConfigs, UPDATE_TWILIO,
};

/// The account's credentials at telephone providers; from
/// [`UltravoxClient::telephony_configs`](crate::UltravoxClient::telephony_configs).
#[derive(Debug, Clone, Copy)]
pub struct TelephonyConfigs<'a> {
    client: &'a Client,
}

impl<'a> TelephonyConfigs<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Those at Twilio.
    #[must_use]
    pub fn twilio(&self) -> TwilioConfigs<'a> {
        TwilioConfigs::new(self.client)
    }

    /// Those at Telnyx.
    #[must_use]
    pub fn telnyx(&self) -> TelnyxConfigs<'a> {
        TelnyxConfigs::new(self.client)
    }

    /// Those at Plivo.
    #[must_use]
    pub fn plivo(&self) -> PlivoConfigs<'a> {
        PlivoConfigs::new(self.client)
    }
}

model! {
    /// The beginning of a credential, all that is given out of it.
    response KeyPrefix {
        /// Its first characters.
        prefix: String => "prefix",
    }
}

/// What the configurations of all providers share: which agents the provider may create calls of.
struct Shared<'a> {
    agents: Option<&'a Vec<AgentId>>,
    all: Option<bool>,
    mapping: Option<&'a BTreeMap<String, String>>,
}

impl Shared<'_> {
    fn check(&self, problems: &mut Problems) {
        problems.at_most("callCreationAllowedAgentIds", self.agents, 100);
        // An empty list beside "all" takes nothing back: it clears an old list.
        problems.rule(
            self.all == Some(true) && self.agents.is_some_and(|agents| !agents.is_empty()),
            "callCreationAllowedAgentIds",
            "must not be set together with callCreationAllowAllAgents",
        );
        let is_blank = |(from, to): (&String, &String)| from.is_empty() || to.is_empty();
        problems.rule(
            self.mapping.into_iter().flatten().any(is_blank),
            "requestContextMapping",
            "names fields on both sides",
        );
    }
}

/// One provider's configuration: a thing the account has or has not, without an id.
macro_rules! config {
    (
        $provider:literal $path:literal $name:literal
        $get:ident $create:ident $update:ident $delete:ident
        $configs:ident $new:ident $change:ident $config:ident
    ) => {
        #[doc = concat!("`GET ", $path, "`")]
        pub static $get: Operation = Operation::get(concat!($name, ".get"), $path);
        #[doc = concat!("`POST ", $path, "`: the account has one such configuration.")]
        pub static $create: Operation =
            Operation::post(concat!($name, ".create"), $path, Repeat::Once);
        #[doc = concat!("`PATCH ", $path, "`")]
        pub static $update: Operation = Operation::patch(concat!($name, ".update"), $path);
        #[doc = concat!("`DELETE ", $path, "`")]
        pub static $delete: Operation = Operation::delete(concat!($name, ".delete"), $path);

        #[doc = concat!("The account's credentials at ", $provider, ".")]
        #[derive(Debug, Clone, Copy)]
        pub struct $configs<'a> {
            client: &'a Client,
        }

        impl<'a> $configs<'a> {
            pub(super) fn new(client: &'a Client) -> Self {
                Self { client }
            }

            /// Reads them, without what is secret.
            ///
            /// # Errors
            /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there are none.
            pub async fn get(&self) -> Result<Response<$config>, Error> {
                self.client.request(&$get).send().await
            }

            /// Sets them for the first time. Sent once: after an unknown outcome read them.
            ///
            /// # Errors
            /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule
            /// is broken; otherwise the API's, also when there are some already.
            pub async fn create(&self, config: &$new) -> Result<Response<$config>, Error> {
                config.check(&$create)?;
                let request = self.client.request(&$create).json(config);
                request.carries(config.secrets()).send().await
            }

            /// Changes single fields of them.
            ///
            /// # Errors
            /// As [`create`](Self::create), and [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound); a change
            /// of nothing is refused before anything is sent.
            pub async fn update(&self, change: &$change) -> Result<Response<$config>, Error> {
                change.check(&$update)?;
                let request = self.client.request(&$update).json(change);
                request.carries(change.secrets()).send().await
            }

            /// Deletes them: Ultravox no longer dials there.
            ///
            /// # Errors
            /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there are none.
            pub async fn delete(&self) -> Result<Response<()>, Error> {
                self.client.request(&$delete).send_empty().await
            }
        }

        impl $new {
            fn check(&self, operation: &Operation) -> Result<(), Error> {
                self.problems().finish(operation)
            }

            /// What is wrong with it, by the wire names of its fields.
            pub(crate) fn problems(&self) -> Problems {
                let mut problems = Problems::default();
                self.own(&mut problems);
                self.shared().check(&mut problems);
                problems
            }

            fn shared(&self) -> Shared<'_> {
                Shared {
                    agents: self.call_creation_allowed_agent_ids.as_ref(),
                    all: self.call_creation_allow_all_agents,
                    mapping: self.request_context_mapping.as_ref(),
                }
            }
        }

        impl $change {
            fn check(&self, operation: &Operation) -> Result<(), Error> {
                let mut problems = Problems::default();
                problems.no_change(self == &Self::new());
                self.own(&mut problems);
                self.shared().check(&mut problems);
                problems.finish(operation)
            }

            fn shared(&self) -> Shared<'_> {
                Shared {
                    agents: self.call_creation_allowed_agent_ids.as_ref(),
                    all: self.call_creation_allow_all_agents,
                    mapping: self.request_context_mapping.as_ref(),
                }
            }
        }
    };
}
use config;
