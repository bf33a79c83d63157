//! One request; and when the server says that it is there, what there is.

use std::fmt;

use voice_core::client::Response;
use voice_core::error::{Error, ErrorKind};

use super::Mismatch;
use super::ensure::{Kind, Seen};
use super::look::Asked;
use crate::types::TrunkSid;

/// Why something was not created; after a refusal with 1008 also what is there instead.
///
/// It becomes a plain [`Error`] by `?`, with the id of what is there as `existing_resource_id` in its context, or the
/// trunk that holds it as `trunk_sid`.
pub struct CreateError<T> {
    error: Error,
    existing: Option<Box<T>>,
    mismatches: Vec<Mismatch>,
    held_by: Option<TrunkSid>,
}

impl<T> CreateError<T> {
    fn plain(error: Error) -> Self {
        Self {
            error,
            existing: None,
            mismatches: Vec::new(),
            held_by: None,
        }
    }

    /// The API's error.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// What is there; `None` when the error is another than 1008, when the account does not see it, or when looking for it
    /// failed.
    #[must_use]
    pub fn existing(&self) -> Option<&T> {
        self.existing.as_deref()
    }

    /// In what that differs from what was asked for.
    #[must_use]
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }

    /// The other trunk that holds it: only a number can be there.
    #[must_use]
    pub fn held_by(&self) -> Option<&TrunkSid> {
        self.held_by.as_ref()
    }

    /// What is there, owned.
    #[must_use]
    pub fn into_existing(self) -> Option<T> {
        self.existing.map(|item| *item)
    }
}

impl<T> From<CreateError<T>> for Error {
    fn from(error: CreateError<T>) -> Self {
        error.error
    }
}

impl<T> fmt::Debug for CreateError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateError")
            .field("error", &self.error)
            .field("has_existing", &self.existing.is_some())
            .field("mismatches", &self.mismatches)
            .field("held_by", &self.held_by)
            .finish()
    }
}

impl<T> fmt::Display for CreateError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<T> std::error::Error for CreateError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Creates it, or explains why not. A look that fails explains nothing, and the refusal stands alone.
pub(super) async fn explain<K: Kind>(
    kind: &K,
    id: impl Fn(&K::Item) -> Option<String>,
) -> Result<Response<K::Item>, CreateError<K::Item>> {
    let error = match kind.create().await {
        Ok(answer) => return Ok(answer),
        Err(error) => error,
    };
    if error.kind() != ErrorKind::AlreadyExists {
        return Err(CreateError::plain(error));
    }
    Err(match kind.look_further(&Asked::default()).await {
        Ok(Seen::Here(item, mismatches)) => CreateError {
            error: match id(&item) {
                Some(id) => error.with_context("existing_resource_id", id),
                None => error,
            },
            existing: Some(Box::new(item)),
            mismatches,
            held_by: None,
        },
        Ok(Seen::Elsewhere(trunk)) => CreateError {
            held_by: Some(trunk.clone()),
            ..CreateError::plain(error.with_context("trunk_sid", trunk.as_str().to_owned()))
        },
        Ok(Seen::Absent) => CreateError::plain(super::ensure::nowhere(error)),
        Err(look) => CreateError::plain(error.with_context("look", look.message().to_owned())),
    })
}
