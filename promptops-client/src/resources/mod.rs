//! Everything the API offers, one file for each resource.
//!
//! Reached from [`PromptOpsClient`]. An operation says in its docs whether the reference server has it or only the
//! documentation; one of the latter answers [`Unsupported`](voice_core::error::ErrorKind::Unsupported) where it is not there.

mod batch;
mod events;
mod experiments;
mod flags;
mod keys;
mod models;
mod prompts;
mod runtime;
mod search;
mod segments;
mod service;
mod templates;
mod usage;
mod write;

use crate::PromptOpsClient;

pub use batch::{Batch, BatchOptions};
pub use events::{Assignments, EventFilter, Events};
pub use experiments::{ExperimentFilter, Experiments};
pub use flags::{FlagFilter, Flags};
pub use keys::{KeyFilter, Keys};
pub use models::{ModelFilter, Models};
pub use prompts::Prompts;
pub use runtime::Runtime;
pub use search::SearchFilter;
pub use segments::{SegmentFilter, Segments};
pub use service::Service;
pub(crate) use service::is_elsewhere;
pub use templates::{Aliases, Templates};
pub use usage::{StatsFilter, Usage};

/// A resource: the client, under a name.
macro_rules! resource {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'a> {
            client: &'a $crate::PromptOpsClient,
        }

        impl<'a> $name<'a> {
            pub(crate) fn new(client: &'a $crate::PromptOpsClient) -> Self {
                Self { client }
            }
        }
    };
}

/// Which items to read: all of them unless something is set.
macro_rules! filter {
    (
        $(#[$meta:meta])*
        $name:ident { $( $(#[$about:meta])* $field:ident: $ty:ty, )* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$about])* pub $field: Option<$ty>, )*
        }

        impl $name {
            /// Everything.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$about])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*
        }
    };
}

use {filter, resource};

/// The client a resource belongs to, for those with more in them than that.
type ClientRef<'a> = &'a PromptOpsClient;
