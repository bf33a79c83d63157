//! Which operations of Twilio's API this crate has.

use voice_core::client::Operation;

/// An operation of the official OpenAPI files that this crate has: how the files name it, and how it is sent here.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SpecOperation {
    /// The file, such as `api_v2010`.
    pub spec: &'static str,
    /// The `operationId`; unique only together with [`spec`](Self::spec).
    pub id: &'static str,
    /// The operation.
    pub operation: &'static Operation,
}

impl SpecOperation {
    pub(crate) const fn v2010(id: &'static str, operation: &'static Operation) -> Self {
        Self {
            spec: "api_v2010",
            id,
            operation,
        }
    }
}

/// Every operation this crate has, one list per resource.
pub static OPERATIONS: &[&[SpecOperation]] =
    &[crate::accounts::OPERATIONS, crate::calls::OPERATIONS];
