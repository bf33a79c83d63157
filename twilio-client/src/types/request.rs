//! The macro behind every request type, and the problems a request is checked for.

use voice_core::client::Operation;
use voice_core::error::{Error, ErrorKind, FieldError};

use crate::client::PROVIDER;

/// Declares a request from its optional parameters: a setter and an encoding for each.
///
/// A line is `setter = "Parameter": Type`; the setter takes anything that becomes the type. `=> secret` keeps the value
/// out of `Debug`. Required parts stand before, as ordinary fields, and are set by a constructor written by hand.
macro_rules! request {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$required_doc:meta])* $required:ident = $required_parameter:literal : $required_type:ty,)*
            ..
            $($(#[$field_doc:meta])* $field:ident = $parameter:literal : $type:ty $(=> $care:ident)?,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct $name {
            $($required: $required_type,)*
            $($field: Option<$type>,)*
            more: Vec<(String, String)>,
        }

        impl $name {
            fn required($($required: $required_type),*) -> Self {
                Self {
                    $($required,)*
                    $($field: None,)*
                    more: Vec::new(),
                }
            }

            $(
                $(#[$field_doc])*
                ///
                #[doc = concat!("Sent as `", $parameter, "`.")]
                pub fn $field(mut self, value: impl Into<$type>) -> Self {
                    self.$field = Some(value.into());
                    self
                }
            )*

            /// Any parameter by its own name, sent after the others: for what Twilio adds before this crate knows it.
            pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.more.push((name.into(), value.into()));
                self
            }

            /// Gives every pair that is sent, in a stable order.
            pub(crate) fn encode(&self, sink: $crate::types::Sink<'_>) {
                $($crate::types::Encode::encode(&self.$required, $required_parameter, &mut *sink);)*
                $(if let Some(value) = &self.$field {
                    $crate::types::Encode::encode(value, $parameter, &mut *sink);
                })*
                for (name, value) in &self.more {
                    sink(name, value);
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                $(shown.field(stringify!($required), &self.$required);)*
                $(if let Some(value) = &self.$field {
                    $crate::types::request!(@show shown, stringify!($field), value $(, $care)?);
                })*
                if !self.more.is_empty() {
                    let names: Vec<&str> = self.more.iter().map(|(name, _)| name.as_str()).collect();
                    shown.field("more", &names);
                }
                shown.finish()
            }
        }
    };
    (@show $shown:ident, $name:expr, $value:ident) => { $shown.field($name, $value) };
    (@show $shown:ident, $name:expr, $value:ident, secret) => {{
        let _ = $value;
        $shown.field($name, &voice_core::secret::Redacted)
    }};
}

pub(crate) use request;

/// What is wrong with a request, all of it, before anything is sent.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    /// Notes a problem with a parameter unless `good`.
    pub(crate) fn unless(&mut self, good: bool, parameter: &str, rule: &str) {
        if !good {
            self.0.push(FieldError::new(parameter, rule));
        }
    }

    /// One error with a message for each problem.
    pub(crate) fn into_result(self, operation: &Operation) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        let mut error = Error::new(ErrorKind::InvalidInput, lines.join("; "))
            .with_operation(PROVIDER, operation.name());
        for problem in self.0 {
            error = error.with_field(problem);
        }
        Err(error)
    }
}
