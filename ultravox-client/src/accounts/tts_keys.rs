//! The account's keys at providers of voices.

use voice_core::client::Operation;
use voice_core::error::Error;

use crate::check::Problems;
use crate::telephony_configs::KeyPrefix;
use crate::types::{Clearable, Secret};

model! {
    /// Which providers of voices the account has keys for, and how these begin.
    response TtsApiKeys {
        /// ElevenLabs.
        eleven_labs: KeyPrefix => "elevenLabs",
        /// Cartesia.
        cartesia: KeyPrefix => "cartesia",
        /// LMNT.
        lmnt: KeyPrefix => "lmnt",
        /// Google.
        google: KeyPrefix => "google",
        /// Inworld.
        inworld: KeyPrefix => "inworld",
        /// Respeecher.
        respeecher: KeyPrefix => "respeecher",
    }
}

request! {
    /// Keys to set or clear; what is not set stays.
    ///
    /// ```
    /// use ultravox_client::accounts::TtsApiKeysUpdate;
    /// use ultravox_client::types::Clearable;
    ///
    /// let change = TtsApiKeysUpdate::new().cartesia("sk-of-ours").lmnt(Clearable::Clear);
    /// assert!(!format!("{change:?}").contains("sk-of-ours"));
    /// ```
    TtsApiKeysUpdate() {
        /// Of ElevenLabs.
        eleven_labs: Clearable<Secret> => "elevenLabs",
        /// Of Cartesia.
        cartesia: Clearable<Secret> => "cartesia",
        /// Of LMNT.
        lmnt: Clearable<Secret> => "lmnt",
        /// Of Google: a service account's key, as the JSON text it comes in.
        google: Clearable<Secret> => "google",
        /// Of Inworld.
        inworld: Clearable<Secret> => "inworld",
        /// Of Respeecher.
        respeecher: Clearable<Secret> => "respeecher",
    }
}

impl TtsApiKeysUpdate {
    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        for (field, key) in self.keys() {
            problems.secret(field, Some(key), usize::MAX);
        }
        problems.finish(operation)
    }

    /// The keys to be set, by their fields.
    fn keys(&self) -> impl Iterator<Item = (&'static str, &Secret)> {
        let keys = [
            ("elevenLabs", &self.eleven_labs),
            ("cartesia", &self.cartesia),
            ("lmnt", &self.lmnt),
            ("google", &self.google),
            ("inworld", &self.inworld),
            ("respeecher", &self.respeecher),
        ];
        keys.into_iter()
            .filter_map(|(field, key)| Some((field, key.as_ref()?.value()?)))
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.keys().map(|(_, key)| key)
    }
}
