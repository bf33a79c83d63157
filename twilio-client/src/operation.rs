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

/// Declares the usual methods of a resource whose items are told apart by an id: `list` (and `resume`), `create`, `get`,
/// `update`, `delete`, each with its operation and request. `parent` says which field of the accessor fills which part of the
/// path.
macro_rules! crud {
    (
        $accessor:ident of $item:ty, id $id:ty, items $key:literal, parent $parent:tt;
        $($(#[$doc:meta])* $verb:ident $operation:ident $(($request:ty))?;)*
    ) => {
        impl $accessor<'_> {
            $($crate::operation::crud!(@ $verb $operation [$($request)?] [$item] [$id] $key $parent $(#[$doc])*);)*
        }
    };
    (@ list $operation:ident [$request:ty] [$item:ty] [$id:ty] $key:literal $parent:tt $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn list(&self, request: &$request) -> voice_core::client::Pager<'static, $item> {
            let path = $crate::operation::crud!(@path self $parent);
            $crate::paging::items(self.client, ON, &$operation, $key, path, request)
        }

        /// Takes a list up again at a stored cursor, which holds its filters. A cursor of another account is not followed.
        #[must_use]
        pub fn resume(&self, cursor: voice_core::client::Cursor) -> voice_core::client::Pager<'static, $item> {
            $crate::paging::resumed(self.client, ON, &$operation, $key, cursor)
        }
    };
    (@ create $operation:ident [$request:ty] [$item:ty] [$id:ty] $key:literal $parent:tt $(#[$doc:meta])*) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for values out of range, before anything
        /// is sent. It is never sent again by itself: after an unknown outcome look whether it is there.
        pub async fn create(
            &self,
            request: &$request,
        ) -> Result<voice_core::client::Response<$item>, voice_core::error::Error> {
            let form = $crate::types::Parameters::form(request, &$operation)?;
            $crate::operation::crud!(@at self $operation $parent).form(form).send().await
        }
    };
    (@ get $operation:ident [] [$item:ty] [$id:ty] $key:literal $parent:tt $(#[$doc:meta])*) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
        pub async fn get(
            &self,
            sid: $id,
        ) -> Result<voice_core::client::Response<$item>, voice_core::error::Error> {
            $crate::operation::crud!(@at self $operation $parent).path("Sid", sid).send().await
        }
    };
    (@ update $operation:ident [$request:ty] [$item:ty] [$id:ty] $key:literal $parent:tt $(#[$doc:meta])*) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// As for [`get`](Self::get), and [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for values
        /// out of range.
        pub async fn update(
            &self,
            sid: $id,
            request: &$request,
        ) -> Result<voice_core::client::Response<$item>, voice_core::error::Error> {
            let form = $crate::types::Parameters::form(request, &$operation)?;
            $crate::operation::crud!(@at self $operation $parent).path("Sid", sid).form(form).send().await
        }
    };
    (@ delete $operation:ident [] [$item:ty] [$id:ty] $key:literal $parent:tt $(#[$doc:meta])*) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
        pub async fn delete(
            &self,
            sid: $id,
        ) -> Result<voice_core::client::Response<()>, voice_core::error::Error> {
            $crate::operation::crud!(@at self $operation $parent).path("Sid", sid).send_empty().await
        }
    };
    (@path $this:ident []) => { &[] };
    (@path $this:ident [$($field:ident $name:literal),+]) => { &[$(($name, $this.$field.as_ref())),+] };
    (@at $this:ident $operation:ident []) => { $this.client.at(ON, &$operation) };
    (@at $this:ident $operation:ident [$($field:ident $name:literal),+]) => {
        $this.client.at(ON, &$operation)$(.path($name, &$this.$field))+
    };
}

pub(crate) use crud;

/// Every operation this crate has, one list per resource.
pub static OPERATIONS: &[&[SpecOperation]] = &[
    crate::accounts::OPERATIONS,
    crate::addresses::OPERATIONS,
    crate::applications::OPERATIONS,
    crate::archives::OPERATIONS,
    crate::auth_tokens::OPERATIONS,
    crate::available_phone_numbers::OPERATIONS,
    crate::balance::OPERATIONS,
    crate::byoc_trunks::OPERATIONS,
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
    crate::connection_policies::OPERATIONS,
    crate::connection_policies::TARGET_OPERATIONS,
    crate::dialing_permissions::OPERATIONS,
    crate::incoming_phone_numbers::ADD_ON_OPERATIONS,
    crate::incoming_phone_numbers::EXTENSION_OPERATIONS,
    crate::incoming_phone_numbers::OPERATIONS,
    crate::insights::CALL_OPERATIONS,
    crate::insights::CONFERENCE_OPERATIONS,
    crate::insights::OPERATIONS,
    crate::insights::reports::OPERATIONS,
    crate::ip_records::MAPPING_OPERATIONS,
    crate::ip_records::OPERATIONS,
    crate::keys::OPERATIONS,
    crate::keys::restricted::OPERATIONS,
    crate::lookups::OPERATIONS,
    crate::lookups::v1::OPERATIONS,
    crate::monitor::EVENT_OPERATIONS,
    crate::monitor::OPERATIONS,
    crate::monitor::alarms::OPERATIONS,
    crate::notifications::CALL_OPERATIONS,
    crate::notifications::OPERATIONS,
    crate::oauth::OPERATIONS,
    crate::outgoing_caller_ids::OPERATIONS,
    crate::pricing::OPERATIONS,
    crate::pricing::TRUNKING_OPERATIONS,
    crate::public_keys::OPERATIONS,
    crate::queues::MEMBER_OPERATIONS,
    crate::queues::OPERATIONS,
    crate::recordings::ADD_ON_OPERATIONS,
    crate::recordings::OPERATIONS,
    crate::recordings::PAYLOAD_OPERATIONS,
    crate::recordings::TRANSCRIPTION_OPERATIONS,
    crate::routes::OPERATIONS,
    crate::sip::ACCESS_LIST_OPERATIONS,
    crate::sip::ADDRESS_OPERATIONS,
    crate::sip::CREDENTIAL_LIST_OPERATIONS,
    crate::sip::CREDENTIAL_OPERATIONS,
    crate::sip::DOMAIN_OPERATIONS,
    crate::sip::MAPPING_OPERATIONS,
    crate::tokens::OPERATIONS,
    crate::transcriptions::OPERATIONS,
    crate::trunks::LIST_OPERATIONS,
    crate::trunks::OPERATIONS,
    crate::trunks::ORIGINATION_OPERATIONS,
    crate::trunks::PHONE_NUMBER_OPERATIONS,
    crate::trunks::RECORDING_OPERATIONS,
    crate::usage::RECORD_OPERATIONS,
    crate::usage::TRIGGER_OPERATIONS,
];
