//! What to answer a webhook with.

use http::{Response, StatusCode};
use voice_core::webhook::WebhookError;

/// 204: it arrived, and is not to be sent again. Answer so also to a repeated one that was dealt with before.
#[must_use]
pub fn acknowledge() -> Response<String> {
    empty(StatusCode::NO_CONTENT)
}

/// 401 when it is not proven to come from Ultravox, 400 when it is but cannot be read; without a body, so that nobody
/// learns from it. Ultravox sends it again either way, as after every answer but 2xx.
#[must_use]
pub fn refuse(error: &WebhookError) -> Response<String> {
    empty(StatusCode::from_u16(error.suggested_status()).unwrap_or(StatusCode::UNAUTHORIZED))
}

fn empty(status: StatusCode) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        assert_eq!(acknowledge().status(), 204);
        assert_eq!(refuse(&WebhookError::BadSignature).status(), 401);
        assert_eq!(refuse(&WebhookError::TooOld).status(), 401);
        let unreadable = WebhookError::Unreadable("event is missing".to_owned());
        assert_eq!(refuse(&unreadable).status(), 400);
        assert_eq!(refuse(&unreadable).body(), "");
    }
}
