//! Why a tool request is refused.

use std::fmt;

use http::{Response, StatusCode};

use super::ToolReply;

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterPlace {
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the JSON body.
    Body,
}

impl fmt::Display for ParameterPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Query => "query",
            Self::Header => "headers",
            Self::Body => "body",
        })
    }
}

/// Why a tool request is refused. No value of it is in here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ToolRequestError {
    /// The key is missing or wrong.
    #[error("the tool's key is missing or wrong")]
    Denied,
    /// The body is neither empty nor JSON.
    #[error("the body is no JSON")]
    NoJson,
    /// A parameter is missing.
    #[error("the parameter {name} is missing in the {place}")]
    Missing {
        /// Its name.
        name: String,
        /// Where it was expected.
        place: ParameterPlace,
    },
    /// A parameter is not of the expected form.
    #[error("the parameter {name} in the {place} has an unexpected form")]
    Malformed {
        /// Its name; of the body as a whole, empty or the path to the part at fault.
        name: String,
        /// Where it stands.
        place: ParameterPlace,
    },
}

impl ToolRequestError {
    /// The HTTP status to answer with: 401 for a wrong key, else 400.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Denied => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The answer: the status, and what is wrong in words, so that a model that sees it can do better.
    #[must_use]
    pub fn into_response(self) -> Response<String> {
        ToolReply::failure(self.status(), self.to_string()).into_response()
    }
}
