//! Credentials at telephone providers, all in one: the API's older way.

use voice_core::client::Operation;
use voice_core::error::Error;

use crate::check::Problems;
use crate::telephony_configs::{
    NewPlivoConfig, NewTelnyxConfig, NewTwilioConfig, PlivoConfig, TelnyxConfig, TwilioConfig,
};
use crate::types::{Clearable, Secret};

model! {
    /// The credentials at telephone providers; what is secret is not given out.
    response AccountTelephonyConfig {
        /// Those at Twilio.
        twilio: TwilioConfig => "twilio",
        /// Those at Telnyx.
        telnyx: TelnyxConfig => "telnyx",
        /// Those at Plivo.
        plivo: PlivoConfig => "plivo",
    }
}

request! {
    /// Credentials to set or clear; what is not set stays.
    AccountTelephonyUpdate() {
        /// Those at Twilio.
        twilio: Clearable<NewTwilioConfig> => "twilio",
        /// Those at Telnyx.
        telnyx: Clearable<NewTelnyxConfig> => "telnyx",
        /// Those at Plivo.
        plivo: Clearable<NewPlivoConfig> => "plivo",
    }
}

impl AccountTelephonyUpdate {
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let twilio = self.twilio.as_ref().and_then(Clearable::value);
        let telnyx = self.telnyx.as_ref().and_then(Clearable::value);
        let plivo = self.plivo.as_ref().and_then(Clearable::value);
        let twilio = twilio.into_iter().flat_map(NewTwilioConfig::secrets);
        let telnyx = telnyx.into_iter().flat_map(NewTelnyxConfig::secrets);
        twilio
            .chain(telnyx)
            .chain(plivo.into_iter().flat_map(NewPlivoConfig::secrets))
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        if let Some(Clearable::Set(config)) = &self.twilio {
            problems.within("twilio", config.problems());
        }
        if let Some(Clearable::Set(config)) = &self.telnyx {
            problems.within("telnyx", config.problems());
        }
        if let Some(Clearable::Set(config)) = &self.plivo {
            problems.within("plivo", config.problems());
        }
        problems.finish(operation)
    }
}
