//! What an operation is: one `static`.

use http::Method;

use crate::retry::Repeat;

/// One operation of a provider's API, written once as a `static`.
///
/// ```
/// use voice_core::client::Operation;
/// use voice_core::retry::Repeat;
///
/// static GET_CALL: Operation = Operation::get("calls.get", "/api/calls/{call_id}");
/// static DIAL: Operation = Operation::post("calls.create", "/api/calls", Repeat::Once);
/// assert_eq!(GET_CALL.repeat(), Repeat::Safe);
/// assert_eq!(DIAL.method(), http::Method::POST);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    name: &'static str,
    method: Method,
    path: &'static str,
    repeat: Repeat,
    redirect: Redirect,
}

/// What a 3xx answer means to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redirect {
    /// An error: nobody asked for it.
    Refuse,
    /// The expected answer; its `Location` is for the caller, and is never followed with credentials.
    Expect,
}

impl Operation {
    /// An operation: `name` is `resource.verb`, `path` begins with `/` and has one `{name}` for each parameter.
    #[must_use]
    pub const fn new(
        name: &'static str,
        method: Method,
        path: &'static str,
        repeat: Repeat,
    ) -> Self {
        Self {
            name,
            method,
            path,
            repeat,
            redirect: Redirect::Refuse,
        }
    }

    /// A GET, which is [`Repeat::Safe`].
    #[must_use]
    pub const fn get(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::GET, path, Repeat::Safe)
    }

    /// A POST; only its author knows what a second one does.
    #[must_use]
    pub const fn post(name: &'static str, path: &'static str, repeat: Repeat) -> Self {
        Self::new(name, Method::POST, path, repeat)
    }

    /// A PUT, which is [`Repeat::Idempotent`].
    #[must_use]
    pub const fn put(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::PUT, path, Repeat::Idempotent)
    }

    /// A PATCH that sets a state, which is [`Repeat::Idempotent`].
    #[must_use]
    pub const fn patch(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::PATCH, path, Repeat::Idempotent)
    }

    /// A DELETE, which is [`Repeat::Idempotent`]: a repeated one may find nothing left and has still succeeded.
    #[must_use]
    pub const fn delete(name: &'static str, path: &'static str) -> Self {
        Self::new(name, Method::DELETE, path, Repeat::Idempotent)
    }

    /// Takes a 3xx as the answer.
    #[must_use]
    pub const fn expect_redirect(mut self) -> Self {
        self.redirect = Redirect::Expect;
        self
    }

    /// `resource.verb`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The path template.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// What a second arrival would do.
    #[must_use]
    pub const fn repeat(&self) -> Repeat {
        self.repeat
    }

    /// What a 3xx means.
    #[must_use]
    pub const fn redirect(&self) -> Redirect {
        self.redirect
    }
}
