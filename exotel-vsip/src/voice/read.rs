//! Reads an answer of voice v1, JSON or XML, and says what is wrong with one that cannot be read.

use bytes::Bytes;
use serde_json::Value;
use voice_core::client::{Client, Operation, Response};
use voice_core::error::Error;

use super::record::Take;
use super::xml;

/// Reads a success with `take`.
pub(crate) fn answer<T>(
    client: &Client,
    operation: &Operation,
    answer: Response<Bytes>,
    take: impl FnOnce(&Value) -> Option<T>,
) -> Result<Response<T>, Error> {
    let value = if xml::looks_like_xml(&answer) {
        xml::read(&answer).ok_or("it is not well-formed XML")
    } else {
        serde_json::from_slice(&answer).map_err(|_| "it is not JSON")
    };
    match value.and_then(|value| take(&value).ok_or("it is not of the documented form")) {
        Ok(value) => Ok(answer.map(|_| value)),
        Err(why) => Err(client.undecodable(operation, &answer, why)),
    }
}

/// What stands under `name`, as in every answer about one thing.
pub(crate) fn under<T: Take>(name: &'static str) -> impl FnOnce(&Value) -> Option<T> {
    move |value| T::take(value.get(name)?)
}
