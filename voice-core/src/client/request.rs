//! One request: parts put together, then sent.

use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use secrecy::ExposeSecret;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde::{Deserialize, Deserializer, Serialize};

use super::encode::{push_pair, push_segment};
use super::exchange::Intake;
use super::{Client, Form, Operation, Response, attempt};
use crate::error::{Delivery, Error, ErrorKind};
use crate::retry::Repeat;
use crate::secret::{Redactor, SecretString, excerpt};
use crate::transport::{BaseUrl, Listener, SecretUrl};
use crate::wire::{Again, Misfit, Secret, bounded};

/// A request being put together; see [`Client::request`].
///
/// A mistake in a part (an empty id, a value JSON cannot hold) is kept and comes back from `send`, before anything is
/// sent.
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder<'a> {
    pub(super) client: &'a Client,
    pub(super) operation: &'a Operation,
    pub(super) base: Option<BaseUrl>,
    pub(super) path: String,
    rest: &'a str,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    /// What is asked for unless the headers say.
    pub(super) accept: HeaderValue,
    pub(super) body: Bytes,
    pub(super) repeat: Repeat,
    pub(super) listener: Option<Listener>,
    /// Where it goes instead, without credentials.
    pub(super) upload: Option<SecretUrl>,
    /// Shorter times than the client's: of an attempt, and of the whole.
    pub(super) hurry: Option<(Duration, Duration)>,
    own_redactor: Option<Redactor>,
    error: Option<Error>,
}

impl<'a> RequestBuilder<'a> {
    pub(super) fn new(client: &'a Client, operation: &'a Operation) -> Self {
        let mut builder = Self {
            client,
            operation,
            base: None,
            path: String::with_capacity(operation.path().len() + 40),
            rest: operation.path(),
            query: String::new(),
            headers: HeaderMap::new(),
            accept: HeaderValue::from_static("application/json"),
            body: Bytes::new(),
            repeat: operation.repeat(),
            listener: None,
            upload: None,
            hurry: None,
            own_redactor: None,
            error: None,
        };
        builder.literal();
        // Anything else would be glued to the host's name.
        if !operation.path().starts_with('/') {
            builder.fail(Error::invalid_input(
                "path",
                "an operation's path begins with a slash",
            ));
        }
        builder
    }

    /// Copies the template up to the next `{`.
    fn literal(&mut self) {
        let end = self.rest.find('{').unwrap_or(self.rest.len());
        let (literal, rest) = self.rest.split_at(end);
        self.path.push_str(literal);
        self.rest = rest;
    }

    pub(super) fn fail(&mut self, error: Error) {
        if self.error.is_none() {
            self.error = Some(error.with_operation(self.client.provider(), self.operation.name()));
        }
    }

    /// Fills the next parameter of the path template, which must be `name`, with one percent-encoded segment.
    pub fn path(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let tail = self
            .rest
            .strip_prefix('{')
            .and_then(|rest| rest.strip_prefix(name))
            .and_then(|rest| rest.strip_prefix('}'));
        match tail {
            None => self.fail(Error::invalid_input(
                name,
                "is not the next parameter of the operation's path",
            )),
            Some(tail) => {
                if let Err(error) = push_segment(&mut self.path, value.as_ref()) {
                    self.fail(Error::invalid_input(name, error.to_string()));
                }
                self.rest = tail;
                self.literal();
            }
        }
        self
    }

    /// Replaces path and query by those of a link to this very origin, as lists give them. Give
    /// [`base`](Self::base) first if there is another one.
    ///
    /// A link to anywhere else is an error from `send`: credentials never follow it. A base URL's path prefix stands before
    /// the link's path, once, whether or not the link has it.
    pub fn link(mut self, link: &str) -> Self {
        let base = self.base.as_ref().unwrap_or(&self.client.shared.base);
        match base.own_path(link) {
            None => self.fail(
                Error::new(
                    ErrorKind::Protocol,
                    "the link leads to another host and is not followed with credentials",
                )
                .with_delivery(Delivery::NotSent),
            ),
            Some(path) => {
                let (path, query) = path.split_once('?').unwrap_or((&path, ""));
                self.path = path.to_owned();
                self.query = query.to_owned();
                self.rest = "";
            }
        }
        self
    }

    /// Sends it to another base URL of the same provider.
    pub fn base(mut self, base: BaseUrl) -> Self {
        self.base = Some(base);
        self
    }

    /// Adds a query parameter; a name may be given several times.
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        push_pair(&mut self.query, name, value.as_ref());
        self
    }

    /// Adds a query parameter if there is a value.
    pub fn query_option(self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.query(name, value.to_string()),
            None => self,
        }
    }

    /// A form body.
    pub fn form(mut self, form: Form) -> Self {
        const TYPE: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.body = form.into_encoded().into();
        self.headers.insert(header::CONTENT_TYPE, TYPE);
        self
    }

    /// A JSON body.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        const TYPE: HeaderValue = HeaderValue::from_static("application/json");
        match serde_json::to_vec(value) {
            Ok(bytes) => self.body = bytes.into(),
            // The error's text might quote the value.
            Err(_) => self.fail(Error::invalid_input("body", "cannot be written as JSON")),
        }
        self.headers.insert(header::CONTENT_TYPE, TYPE);
        self
    }

    /// A body as it stands.
    pub fn body(mut self, content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.headers.insert(header::CONTENT_TYPE, content_type);
        self
    }

    /// Says that this very request may be repeated more, or less, freely than its operation: one that carries an
    /// idempotency key is [`Repeat::Keyed`], an update that starts something is [`Repeat::Once`].
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// For an operation that is worth nothing when it is late: at most `attempt` for one attempt and `total` for everything.
    /// What the caller asks for in [`RequestOptions`](super::RequestOptions) goes before it; the client's own times go before
    /// it where they are shorter.
    pub fn within(mut self, attempt: Duration, total: Duration) -> Self {
        self.hurry = Some((attempt, total));
        self
    }

    /// Other credentials than the client's, as `Authorization: Bearer`, and a [`secret`](Self::secret) of this request. They
    /// are sent if the client's [`Dialect`](super::Dialect) leaves a header alone that is there already; it says so if it
    /// does.
    pub fn bearer(mut self, token: &SecretString) -> Self {
        match HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(header::AUTHORIZATION, value);
            }
            Err(_) => self.fail(Error::invalid_input("bearer", "is no header value")),
        }
        self.secret(token)
    }

    /// Names a secret that this request carries, such as a password to be set: no error about it shows that secret, even
    /// when the server quotes it.
    pub fn secret(mut self, secret: &SecretString) -> Self {
        let redactor = self.redactor().clone().with_secret(secret.clone());
        self.own_redactor = Some(redactor);
        self
    }

    /// Names every [`Secret`] the request carries, as [`secret`](Self::secret) does for one.
    pub fn carries<'s>(self, secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let named = secrets.into_iter();
        named.fold(self, |request, secret| request.secret(secret.as_secret()))
    }

    /// Hides the client's secrets and this request's own.
    pub(super) fn redactor(&self) -> &Redactor {
        let shared = &self.client.shared.redactor;
        self.own_redactor.as_ref().unwrap_or(shared)
    }

    /// Sends it and reads the answer as JSON.
    ///
    /// # Errors
    /// Whatever went wrong, with everything known about it. An undecodable body is [`ErrorKind::Decode`] with the status,
    /// the request id, the path to the offending field, and a bounded, redacted piece of the body.
    // No layer of its own: futures of requests are large, and what holds one would hold it twice.
    pub fn send<T: DeserializeOwned>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error>> + use<'a, T> {
        self.send_seed(Whole(PhantomData))
    }

    /// Sends it and reads the answer as JSON with a seed, for a type that must be told how to read: which property holds a
    /// list's items, say.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    pub async fn send_seed<S, T>(self, seed: S) -> Result<Response<T>, Error>
    where
        S: Clone + for<'de> DeserializeSeed<'de, Value = T>,
    {
        self.send_unread().await?.read(&seed)
    }

    /// Sends it; the answer is still to be read.
    async fn send_unread(mut self) -> Result<Unread<'a>, Error> {
        self.check(HeaderValue::from_static("application/json"))?;
        let (client, operation) = (self.client, self.operation);
        let redactor = self.redactor().clone();
        let (meta, content) = attempt::run(self, Intake::Whole).await?;
        Ok(Unread {
            client,
            operation,
            redactor,
            answer: Response::new(content.into_bytes(), meta),
        })
    }

    /// Sends it and reads the answer with `read`, for an API whose answers are not JSON alone. What `read` says of a body it
    /// cannot read must not quote it.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    pub async fn send_with<T>(
        self,
        read: impl FnOnce(&[u8]) -> Result<T, &'static str>,
    ) -> Result<Response<T>, Error> {
        let unread = self.send_unread().await?;
        match read(&unread.answer) {
            Ok(value) => Ok(unread.answer.map(|_| value)),
            Err(why) => Err(unread.unreadable(why)),
        }
    }

    /// Sends it and takes any success, whatever the body. A repeated DELETE that finds nothing left, after a try whose
    /// outcome was unknown, has succeeded.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn send_empty(self) -> Result<Response<()>, Error> {
        Ok(self.send_raw().await?.map(drop))
    }

    /// Sends it and takes any success by its status alone: the body is not read at all, so that one that breaks off or
    /// cannot be unpacked changes nothing. `Accept` is `*/*` unless another is given.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn send_head(mut self) -> Result<Response<()>, Error> {
        self.check(HeaderValue::from_static("*/*"))?;
        let (meta, _) = attempt::run(self, Intake::Stream).await?;
        Ok(Response::new((), meta))
    }

    /// Sends it and gives the bytes.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn send_raw(mut self) -> Result<Response<Bytes>, Error> {
        self.check(HeaderValue::from_static("application/json"))?;
        let (meta, content) = attempt::run(self, Intake::Whole).await?;
        Ok(Response::new(content.into_bytes(), meta))
    }

    /// What must be in order before anything is sent; `accept` is asked for unless something else is.
    pub(super) fn check(&mut self, accept: HeaderValue) -> Result<(), Error> {
        if self.upload.is_none() && !self.rest.is_empty() {
            self.fail(Error::invalid_input(
                "path",
                "a parameter of the operation's path was not given",
            ));
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        self.accept = accept;
        Ok(())
    }

    /// Another `Accept` than `application/json`, or `*/*` for streams.
    pub fn accept(mut self, content_type: HeaderValue) -> Self {
        self.headers.insert(header::ACCEPT, content_type);
        self
    }
}

impl std::fmt::Debug for RequestBuilder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestBuilder")
            .field("operation", &self.operation.name())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Reads a type that needs no telling. Unlike a bare `PhantomData` it may cross threads whatever the type is.
struct Whole<T>(PhantomData<fn() -> T>);

impl<T> Clone for Whole<T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Whole<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<T, D::Error> {
        T::deserialize(source)
    }
}

/// A success, and what an error about its body tells.
struct Unread<'a> {
    client: &'a Client,
    operation: &'a Operation,
    redactor: Redactor,
    answer: Response<Bytes>,
}

impl Unread<'_> {
    // Compiled once for every type of an answer: only what depends on the type is here.
    fn read<S, T>(self, seed: &S) -> Result<Response<T>, Error>
    where
        S: Clone + for<'de> DeserializeSeed<'de, Value = T>,
    {
        let read = |text: &[u8]| {
            let mut reader = serde_json::Deserializer::from_slice(text);
            let value = seed.clone().deserialize(&mut reader)?;
            reader.end().map(|()| value)
        };
        match read(&self.answer) {
            Ok(value) => Ok(self.answer.map(|_| value)),
            Err(error) => Err(self.undecodable(error, &mut |text| read(text).err())),
        }
    }

    /// Says where the body went wrong. What serde quotes of it is redacted with the rest.
    fn undecodable(&self, error: serde_json::Error, again: &mut Again<'_>) -> Error {
        let misfit = Misfit::new(&self.answer, error, again);
        let mut detail = unquoted(&misfit.error().to_string());
        if misfit.path() != "." {
            let path = bounded(&self.redactor.apply(misfit.path()));
            detail = format!("at {path}: {detail}");
        }
        self.unreadable(&detail)
    }

    /// The error for a success whose body is not what the API documents.
    fn unreadable(&self, detail: &str) -> Error {
        let (answer, redactor) = (&self.answer, &self.redactor);
        let message = format!(
            "a success whose body cannot be read: {}",
            redactor.apply(detail)
        );
        let mut error = Error::new(ErrorKind::Decode, message)
            .with_operation(self.client.provider(), self.operation.name())
            .with_delivery(Delivery::Answered)
            .with_status(answer.status())
            .with_rate_limits(answer.rate_limits().clone())
            .with_attempts(answer.attempts(), answer.elapsed())
            .with_body_excerpt(excerpt(answer, crate::secret::EXCERPT_BYTES, redactor))
            .with_hint("The request was carried out; do not repeat it for this");
        if let Some(id) = answer.request_id() {
            error = error.with_request_id(redactor.apply(id));
        }
        error
    }
}

/// What serde says without the texts of the body it quotes, which may be anything: `"…"` and `` `…` `` up to the last
/// such mark before what it expected.
fn unquoted(text: &str) -> String {
    let (found, expected) = match text.rsplit_once(", expected ") {
        Some((found, expected)) => (found, Some(expected)),
        None => (text, None),
    };
    let mut out = match found.find(['"', '`']) {
        // A missing field is named by the type, not by the body.
        Some(at) if !found.starts_with("missing field") => {
            let (head, tail) = found.split_at(at);
            let end = tail.rfind(['"', '`']).map_or(tail.len(), |end| end + 1);
            format!("{head}\"…\"{}", tail.get(end..).unwrap_or_default())
        }
        _ => found.to_owned(),
    };
    if let Some(expected) = expected {
        out.push_str(", expected ");
        out.push_str(expected);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn what_serde_quotes_of_the_body_is_left_out_and_what_it_expected_stays() {
        for (text, shown) in [
            (
                r#"invalid type: string "Ada "the" L, expected x", expected u32 at line 1 column 3"#,
                r#"invalid type: string "…", expected u32 at line 1 column 3"#,
            ),
            (
                "unknown variant `Ada`, expected `a` or `b`",
                "unknown variant \"…\", expected `a` or `b`",
            ),
            (
                "invalid type: map, expected u32",
                "invalid type: map, expected u32",
            ),
            (
                "missing field `id` at line 1",
                "missing field `id` at line 1",
            ),
            ("odd \"", "odd \"…\""),
        ] {
            assert_eq!(unquoted(text), shown);
        }
    }
}
