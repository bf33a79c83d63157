//! The likely cause of a refusal, and what to do.

use http::StatusCode;

use super::body::Said;

/// Cause and remedy of a refusal, where they are known.
pub(super) fn of(status: StatusCode, said: &Said) -> Option<&'static str> {
    let word = said.code.as_deref().or(said.kind.as_deref());
    Some(match (status.as_u16(), word) {
        (_, Some("insufficient_quota")) => {
            "The account has no credit left or has reached its limit of spending: see its billing page. Repeating will not help"
        }
        (_, Some("model_not_found")) => {
            "There is no such model, or this project may not use it; models are also shut down (several of gpt-realtime on \
             2027-01-20)"
        }
        (404, _) if super::is_unknown_url(said) => {
            "There is no such path: the base URL must end in the API's version, as https://api.openai.com/v1 does"
        }
        (401, _) => {
            "The key was refused: it may be revoked, cut when it was copied, or of another project than OPENAI_PROJECT_ID says"
        }
        (403, _) => {
            "The key is good but may not do this: check its permissions, its project, and whether the country is served"
        }
        (404, _) => {
            "There is no such thing in the project of this key; a call that is over is gone"
        }
        (409, _) => "Something else was under way with the same thing, or it was decided already",
        _ => return None,
    })
}
