//! The macro behind every request type, and the problems a request is checked for.

use voice_core::client::{Form, Operation};
use voice_core::error::{Error, ErrorKind, FieldError};

use super::Sink;
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
        } $(rules $rules:expr)?
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

        impl $crate::types::Parameters for $name {
            fn pairs(&self, sink: $crate::types::Sink<'_>) {
                self.encode(sink);
            }

            fn rules(&self, _problems: &mut $crate::types::Problems) {
                $({
                    let rules: fn(&$name, &mut $crate::types::Problems) = $rules;
                    rules(self, _problems);
                })?
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
                    shown.field("more", &$crate::types::names(&self.more));
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

/// Declares a request without required parameters, with `new` and `Default`; see [`request!`].
macro_rules! settings {
    (
        $(#[$doc:meta])*
        $name:ident { $($fields:tt)* } $(rules $rules:expr)?
    ) => {
        $crate::types::request! {
            $(#[$doc])*
            $name { .. $($fields)* } $(rules $rules)?
        }

        impl $name {
            /// Nothing set yet.
            pub fn new() -> Self {
                Self::required()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}

pub(crate) use settings;

/// Declares the filters of a list: [`settings!`] with the three parameters of every page, and their rule.
macro_rules! list_request {
    (
        $(#[$doc:meta])*
        $name:ident { $($fields:tt)* } $(rules $rules:expr)?
    ) => {
        $crate::types::settings! {
            $(#[$doc])*
            $name {
                $($fields)*
                /// How many to a page: 1 to 1,000, 50 unless set.
                page_size = "PageSize": u32,
                /// A page's index; Twilio keeps it for the client's own use.
                page = "Page": u32,
                /// A page's token, from a link of an earlier page.
                page_token = "PageToken": String,
            } rules |list, problems| {
                problems.unless(
                    list.page_size.is_none_or(|size| (1..=1_000).contains(&size)),
                    "PageSize",
                    "must be 1 to 1,000",
                );
                $({
                    let rules: fn(&$name, &mut $crate::types::Problems) = $rules;
                    rules(list, problems);
                })?
            }
        }
    };
}

pub(crate) use list_request;

/// The parameters of a request, and what must hold for them.
pub(crate) trait Parameters {
    /// Gives every pair that is sent, in a stable order.
    fn pairs(&self, sink: Sink<'_>);

    /// Notes every rule that is broken.
    fn rules(&self, problems: &mut Problems);

    /// The checked form of `operation`.
    fn form(&self, operation: &Operation) -> Result<Form, Error>
    where
        Self: Sized,
    {
        form(self, operation)
    }

    /// The checked query of `operation`.
    fn query(&self, operation: &Operation) -> Result<Vec<(String, String)>, Error>
    where
        Self: Sized,
    {
        query(self, operation)
    }
}

// What follows is compiled once, and not for every request.

fn checked(parameters: &dyn Parameters, operation: &Operation) -> Result<(), Error> {
    let mut problems = Problems::default();
    parameters.rules(&mut problems);
    problems.into_result(operation)
}

fn form(parameters: &dyn Parameters, operation: &Operation) -> Result<Form, Error> {
    checked(parameters, operation)?;
    let mut form = Form::new();
    parameters.pairs(&mut |name, value| form.push(name, value));
    Ok(form)
}

/// The checked query of `operation`.
pub(crate) fn query(
    parameters: &dyn Parameters,
    operation: &Operation,
) -> Result<Vec<(String, String)>, Error> {
    checked(parameters, operation)?;
    let mut pairs = Vec::new();
    parameters.pairs(&mut |name, value| pairs.push((name.to_owned(), value.to_owned())));
    Ok(pairs)
}

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
