//! The enums of the API: the family's open enums, which can also stand in a form or a query.

/// Declares an open enum from its words.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($body:tt)* }) => {
        voice_core::open_enum! {
            $(#[$doc])*
            pub enum $name { $($body)* }
        }

        impl $crate::types::Encode for $name {
            fn encode(&self, name: &str, sink: $crate::types::Sink<'_>) {
                sink(name, self.as_str());
            }
        }
    };
}

pub(crate) use open_enum;
