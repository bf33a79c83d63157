//! Reads an answer of voice v1, JSON or XML.

use serde_json::Value;

use super::record::Take;
use super::xml;

/// Reads a body with `take`; what is wrong with one that cannot be read is said without quoting it.
pub(crate) fn body<T>(
    body: &[u8],
    take: impl FnOnce(&Value) -> Option<T>,
) -> Result<T, &'static str> {
    let value = if xml::looks_like_xml(body) {
        xml::read(body).ok_or("it is not well-formed XML")?
    } else {
        serde_json::from_slice(body).map_err(|_| "it is not JSON")?
    };
    take(&value).ok_or("it is not of the documented form")
}

/// Reads what stands under `name`, as in every answer about one thing.
pub(crate) fn under<T: Take>(name: &'static str) -> impl FnOnce(&[u8]) -> Result<T, &'static str> {
    move |bytes| body(bytes, |value| T::take(value.get(name)?))
}
