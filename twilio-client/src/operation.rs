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
    pub(crate) const fn new(
        spec: &'static str,
        id: &'static str,
        operation: &'static Operation,
    ) -> Self {
        Self {
            spec,
            id,
            operation,
        }
    }

    pub(crate) const fn v2010(id: &'static str, operation: &'static Operation) -> Self {
        Self {
            spec: "api_v2010",
            id,
            operation,
        }
    }
}

/// Declares the operations of a resource: `on` is their product, the text the file that names them. A line is
/// `NAME = kind "resource.verb" OperationId "/path";`, and the kind says method and repeat class: `get`, `delete`, `put`, and
/// for POST `once`, `idempotent`, `keyed`.
macro_rules! operations {
    (
        $product:ident $spec:literal:
        $($name:ident = $kind:ident $own:literal $id:ident $path:literal;)*
    ) => {
        const ON: $crate::Product = $crate::Product::$product;
        $(static $name: voice_core::client::Operation = $crate::operation::operations!(@ $kind $own $path);)*

        pub(crate) static OPERATIONS: &[$crate::SpecOperation] = &[
            $($crate::SpecOperation::new($spec, stringify!($id), &$name)),*
        ];
    };
    (@ get $own:literal $path:literal) => { voice_core::client::Operation::get($own, $path) };
    (@ delete $own:literal $path:literal) => { voice_core::client::Operation::delete($own, $path) };
    (@ put $own:literal $path:literal) => { voice_core::client::Operation::put($own, $path) };
    (@ once $own:literal $path:literal) => {
        voice_core::client::Operation::post($own, $path, voice_core::retry::Repeat::Once)
    };
    (@ idempotent $own:literal $path:literal) => {
        voice_core::client::Operation::post($own, $path, voice_core::retry::Repeat::Idempotent)
    };
    (@ keyed $own:literal $path:literal) => {
        voice_core::client::Operation::post($own, $path, voice_core::retry::Repeat::Keyed)
    };
}

pub(crate) use operations;

/// Declares the accessor of a resource.
macro_rules! accessor {
    ($(#[$doc:meta])* $name:ident $({ $($field:ident: $type:ty),* $(,)? })?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'c> {
            client: &'c $crate::TwilioClient,
            $($($field: $type,)*)?
        }

        impl<'c> $name<'c> {
            pub(crate) fn new(client: &'c $crate::TwilioClient $($(, $field: $type)*)?) -> Self {
                Self { client $($(, $field)*)? }
            }
        }
    };
}

pub(crate) use accessor;

/// Every operation this crate has, one list per resource.
pub static OPERATIONS: &[&[SpecOperation]] = &[
    crate::accounts::OPERATIONS,
    crate::balance::OPERATIONS,
    crate::calls::OPERATIONS,
    crate::calls::events::OPERATIONS,
    crate::calls::messages::OPERATIONS,
    crate::calls::messages::SUBSCRIPTION_OPERATIONS,
    crate::calls::payments::OPERATIONS,
    crate::calls::recordings::OPERATIONS,
    crate::calls::siprec::OPERATIONS,
    crate::calls::streams::OPERATIONS,
    crate::calls::transcriptions::OPERATIONS,
    crate::conferences::OPERATIONS,
    crate::conferences::PARTICIPANT_OPERATIONS,
    crate::conferences::recordings::OPERATIONS,
    crate::notifications::CALL_OPERATIONS,
    crate::notifications::OPERATIONS,
    crate::queues::MEMBER_OPERATIONS,
    crate::queues::OPERATIONS,
    crate::recordings::ADD_ON_OPERATIONS,
    crate::recordings::OPERATIONS,
    crate::recordings::PAYLOAD_OPERATIONS,
    crate::recordings::TRANSCRIPTION_OPERATIONS,
    crate::transcriptions::OPERATIONS,
];
