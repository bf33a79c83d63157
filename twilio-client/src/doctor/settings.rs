//! The variables of [`TwilioClient::from_env`](crate::TwilioClient::from_env), by the same rules.

use voice_core::config::Environment;
use voice_core::doctor::{EnvironmentCheck, Remark, Status};
use voice_core::ident::{AccountSid, ApiKeySid, AuthToken, E164, PublicHttpsUrl};

use crate::builder::TwilioClientBuilder;
use crate::host::{Edge, Region};

const SID: &str = "TWILIO_ACCOUNT_SID";
const TOKEN: &str = "TWILIO_AUTH_TOKEN";
const KEY: &str = "TWILIO_API_KEY";
const SECRET: &str = "TWILIO_API_SECRET";

/// Looks at the variables of [`TwilioClient::from_env`](crate::TwilioClient::from_env), and at those of click-to-call. No value is
/// shown.
#[must_use]
pub fn environment(environment: Environment) -> EnvironmentCheck {
    let uses_key = environment.has(KEY) || environment.has(SECRET);
    let check = EnvironmentCheck::new(environment).required::<AccountSid>(&[SID]);
    let check = match uses_key {
        true => check
            .required::<ApiKeySid>(&[KEY])
            .required::<String>(&[SECRET])
            .optional::<AuthToken>(&[TOKEN]),
        false => check.required::<AuthToken>(&[TOKEN]),
    };
    check
        .optional::<E164>(&["TWILIO_PHONE_NUMBER"])
        .optional::<PublicHttpsUrl>(&["TWILIO_STATUS_CALLBACK_BASE_URL"])
        .optional::<Region>(&["TWILIO_REGION"])
        .optional::<Edge>(&["TWILIO_EDGE"])
        .mistaken(SID, &["TWILIO_SID", "TWILIO_ACCOUNT_ID", "TWILIO_ACCOUNT"])
        .mistaken(TOKEN, &["TWILIO_TOKEN", "TWILIO_AUTHTOKEN", "TWILIO_AUTH"])
        .read_by(|environment| TwilioClientBuilder::from_environment(environment).map(drop))
        .rule(both)
        .rule(no_token)
}

/// Key and token: which of them is used is worth knowing.
fn both(environment: &Environment) -> Option<Remark> {
    let both = environment.has(KEY) && environment.has(TOKEN);
    both.then(|| {
        Remark::new(
            Status::Pass,
            KEY,
            "both an API key and an Auth Token are set: requests use the key, webhooks are checked with the token",
        )
    })
}

/// A key alone cannot check webhooks.
fn no_token(environment: &Environment) -> Option<Remark> {
    let alone = environment.has(KEY) && !environment.has(TOKEN);
    alone.then(|| {
        Remark::new(
            Status::Pass,
            TOKEN,
            "requests work with the API key alone, but webhooks are signed with the Auth Token, and cannot be checked without it",
        )
    })
}
