//! What came of an order about a call.

use http::StatusCode;
use voice_core::client::Response;
use voice_core::error::{Error, ErrorKind};

/// What came of an order about a call that may have ended meanwhile.
///
/// A caller who has hung up is an everyday matter and not a failure, so it is here and not among the errors. What the API
/// answered is kept in each case, for logs.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "the caller may have gone, or the outcome may be unclear"]
pub enum CallOutcome {
    /// It was done: the API answered with a success. Its body says nothing and is not read.
    Done(Response<()>),
    /// 404: there is no such call any more (or there never was). A 404 that is about the path or the model, or comes as an
    /// HTML page, is an error instead.
    AlreadyGone(Error),
    /// An earlier try had an unknown outcome, and a later one was told 404 or 409: the earlier one **may have been
    /// carried out**. After an accept, attach the sideband to find out: it opens if the call was taken.
    Unclear(Error),
}

impl CallOutcome {
    /// Whether it is known to have been done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// Whether the call is known to be over.
    #[must_use]
    pub fn is_already_gone(&self) -> bool {
        matches!(self, Self::AlreadyGone(_))
    }

    /// Whether an earlier try may have done it.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        matches!(self, Self::Unclear(_))
    }

    /// The id of the last request, for OpenAI's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Done(answer) => answer.request_id(),
            Self::AlreadyGone(error) | Self::Unclear(error) => error.request_id(),
        }
    }
}

/// What an order wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The call is to go on: a call that is not there may be one that was taken.
    Keep,
    /// The call is to be refused: once it is not there that has come true, but 409 says that it was decided otherwise.
    Refuse,
    /// The call is to be over, or to be handed on.
    Leave,
}

/// Reads an answer, or the lack of one.
pub(crate) fn settle(
    result: Result<Response<()>, Error>,
    order: Order,
) -> Result<CallOutcome, Error> {
    let error = match result {
        Ok(answer) => return Ok(CallOutcome::Done(answer)),
        Err(error) => error,
    };
    // A wrong path or model is a 404, too, and has another kind.
    let gone = error.status().is_some() && error.kind() == ErrorKind::NotFound;
    let decided = error.status() == Some(StatusCode::CONFLICT)
        || error.code() == Some("decision_already_made");
    let tried = error.may_have_happened();
    match order {
        Order::Keep if tried && (gone || decided) => Ok(CallOutcome::Unclear(error)),
        Order::Refuse if tried && decided => Ok(CallOutcome::Unclear(error)),
        _ if gone => Ok(CallOutcome::AlreadyGone(error)),
        _ => Err(error),
    }
}
