//! OpenAI's error codes.

use voice_core::error::Error;
use voice_core::wire::open_enum;

open_enum! {
    /// What OpenAI calls an error: the `code` of its error body, or its `type` where there is no code.
    ///
    /// ```
    /// use openai_calls::ErrorCode;
    /// use voice_core::error::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Quota, "No credit.").with_code("insufficient_quota");
    /// assert_eq!(ErrorCode::of(&error), Some(ErrorCode::InsufficientQuota));
    /// assert_eq!(ErrorCode::from("brand_new"), ErrorCode::Other("brand_new".to_owned()));
    /// ```
    pub enum ErrorCode {
        /// The account has no credit left, or its limit of spending is reached; final.
        InsufficientQuota = "insufficient_quota",
        /// Too many requests, or tokens, in too short a time.
        RateLimitExceeded = "rate_limit_exceeded",
        /// The key is not one, or was revoked.
        InvalidApiKey = "invalid_api_key",
        /// There is no such model, or this project may not use it.
        ModelNotFound = "model_not_found",
        /// There is no such path: the base URL is probably wrong.
        UnknownUrl = "unknown_url",
        /// A parameter has a value it cannot have.
        InvalidValue = "invalid_value",
        /// A required parameter is missing.
        MissingRequiredParameter = "missing_required_parameter",
        /// A parameter is not known.
        UnknownParameter = "unknown_parameter",
        /// The call was accepted or rejected already (GPT-Live).
        DecisionAlreadyMade = "decision_already_made",
        /// The request broke a rule; a type rather than a code.
        InvalidRequestError = "invalid_request_error",
        /// OpenAI failed; a type rather than a code.
        ServerError = "server_error",
    }
}

impl ErrorCode {
    /// The code of an error, if OpenAI gave one.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        error.code().map(Self::from_word)
    }
}
