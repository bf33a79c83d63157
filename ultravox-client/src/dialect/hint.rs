//! The likely cause of a refusal, and what to do.

use voice_core::client::Answer;

use crate::calls::{DELETE, RECORDING, SEND_DATA_MESSAGE, SIP_LOGS};

/// Cause and remedy of a refusal, where they are known.
pub(super) fn of(answer: &Answer<'_>, key_looks_right: bool) -> Option<&'static str> {
    let operation = answer.operation;
    Some(match answer.status.as_u16() {
        400 if *operation == DELETE => {
            "A call that goes on cannot be deleted: end it with hang_up first"
        }
        400 => {
            "Fields are named as the API spells them; check template variables against the agent's prompt, and durations \
             (seconds with an s, such as 30s)"
        }
        401 if !key_looks_right => {
            "The key does not look like one: 8 letters or digits, a dot, and 32 more, 41 characters in all. Copy it again, \
             without quotes or blanks"
        }
        401 => {
            "The key was refused: it may be revoked, or cut when it was copied. It travels in X-API-Key, and a gateway in \
             between must not drop that header or turn it into Authorization: Bearer"
        }
        402 => {
            "The account has no subscription or no credit left; see its billing page. Repeating will not help"
        }
        403 => {
            "The key is good but may not do this: check the account's plan, and whether the feature is enabled for it"
        }
        404 if *operation == SIP_LOGS => {
            "The call has no SIP logs, because it did not travel over SIP, or there is no such call"
        }
        404 if *operation == RECORDING => {
            "There is no recording: the call was not recorded, is not over, or does not exist"
        }
        404 => {
            "There is no such thing in the account of this key: check the id (a UUID), and whether key and id are of one account"
        }
        405 => {
            "The API has no such operation: agents, for one, are changed by PATCH and not by PUT"
        }
        413 => "The body is too large: shorten the prompt, the tools or the template context",
        415 => "The body must be JSON, with the content type application/json",
        422 if *operation == SEND_DATA_MESSAGE => {
            "The call was not joined yet, or is over: messages reach live calls only. A call nobody joined ends by itself at \
             its join timeout"
        }
        425 if *operation == SIP_LOGS => {
            "SIP logs are written some time after the call: ask again later, or with more retries and a later deadline"
        }
        425 => "Not ready yet: try again in a while",
        429 => {
            "Too fast or too much at once: the API does not say which of its limits it was (requests per second, calls per \
             minute, calls at a time, a throttle, capacity). Wait as long as retry_after says; a client-side limiter below \
             the plan's rate avoids this"
        }
        503 if !super::is_own_refusal(answer) && operation.repeat().survives_unknown() => {
            "A gateway before Ultravox answered in its place: try again in a while, and see the status page"
        }
        503 if !super::is_own_refusal(answer) => {
            "A gateway before Ultravox answered in its place, and may have handed the request on: look whether it was done \
             before sending it again, and see the status page"
        }
        503 => {
            "Ultravox has no capacity for this right now and did nothing; try again in a while, and see its status page"
        }
        _ => return None,
    })
}
