//! Webhooks as a provider would call them: by GET and by POST, without token, with a bad one.

use super::{Expected, HttpCheck, ProbeUrl};

/// The form a telephone provider posts, with numbers that belong to nobody.
const FORM: [(&str, &str); 3] = [
    ("CallSid", "CA00000000000000000000000000000000"),
    ("From", "+15551234567"),
    ("To", "+15559876543"),
];

/// The checks of a click-to-call webhook at `base`, each of which must answer 200 whatever the token is, since a provider
/// that gets anything else tells the person "an application error has occurred":
///
/// | check | request |
/// |---|---|
/// | `webhook health` | GET `/health` |
/// | `webhook without a token` | GET `path` |
/// | `webhook with an invalid one` | GET `path?token=invalid` |
/// | `webhook by GET` | GET `path?token=test` |
/// | `webhook by POST` | POST `path?token=test`, with a form |
///
/// `path` is usually `/api/v1/twilio/voice/connect`. For other webhooks build [`HttpCheck`]s directly; against a service
/// on this machine `base` may be plain http.
///
/// ```
/// use voice_core::doctor::{DoctorCheck, ProbeUrl, click_to_call};
///
/// let base = ProbeUrl::parse("https://crm.example.com")?;
/// let checks = click_to_call(&base, "/api/v1/twilio/voice/connect");
/// assert_eq!(checks.len(), 5);
/// assert_eq!(checks.first().map(|check| check.name()), Some("webhook health"));
/// # Ok::<(), voice_core::transport::SecretUrlError>(())
/// ```
#[must_use]
pub fn click_to_call(base: &ProbeUrl, path: &str) -> Vec<HttpCheck> {
    let connect = base.join(path);
    let with = |token: &str| connect.with_query("token", token);
    let checks = [
        HttpCheck::new("webhook health", base.join("health")),
        HttpCheck::new("webhook without a token", connect.clone()),
        HttpCheck::new("webhook with an invalid one", with("invalid")),
        HttpCheck::new("webhook by GET", with("test")),
        HttpCheck::new("webhook by POST", with("test")).form(FORM),
    ];
    let ok = || Expected::Status(vec![200]);
    checks.into_iter().map(|check| check.expect(ok())).collect()
}
