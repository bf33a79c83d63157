//! Signing a webhook as Twilio does.

use voice_core::webhook::Scheme;

use super::Params;

/// The `X-Twilio-Signature` of a request to `url` with these form parameters (none for GET and JSON), keyed with the Auth
/// Token. For simulators and tests of one's own routes; [`SignatureValidator`](super::SignatureValidator) verifies.
///
/// The URL is signed as given; a fragment in it, which is never sent, is left out.
///
/// ```
/// use twilio_client::webhook::{Params, sign};
///
/// let params: Params = [
///     ("CallSid", "CA1234567890ABCDE"), ("Caller", "+12349013030"), ("Digits", "1234"),
///     ("From", "+12349013030"), ("To", "+18005551212"),
/// ].into_iter().collect();
/// let signature = sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", &params);
/// assert_eq!(signature, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
/// ```
#[must_use]
pub fn sign(auth_token: &str, url: &str, params: &Params) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let canonical = params.canonical();
    Scheme::HmacSha1Base64.sign(
        auth_token.as_bytes(),
        &[url.as_bytes(), canonical.as_bytes()],
    )
}
