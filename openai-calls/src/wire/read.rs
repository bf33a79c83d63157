//! Reading that gives back what it cannot read, and writing of tagged objects.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value};
use voice_core::wire::Secret;

use super::{JsonMap, NotShown, Setting, Shown};

/// A type whose failed reading gives the JSON back.
pub(crate) trait Lenient: DeserializeOwned {
    /// Reads a value, or gives it back as it was.
    fn read(value: Value) -> Result<Self, Value> {
        Self::deserialize(&value).map_err(|_| value)
    }
}

impl Lenient for bool {}
impl Lenient for f64 {}
impl Lenient for i64 {}
impl Lenient for u32 {}
impl Lenient for u64 {}

impl Lenient for String {
    fn read(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        }
    }
}

impl Lenient for Secret {
    fn read(value: Value) -> Result<Self, Value> {
        String::read(value).map(Self::from)
    }
}

impl Lenient for Value {
    fn read(value: Value) -> Result<Self, Value> {
        Ok(value)
    }
}

impl Lenient for JsonMap {
    fn read(value: Value) -> Result<Self, Value> {
        Self::from_value(value)
    }
}

impl<T: DeserializeOwned> Lenient for Vec<T> {}
impl<T: DeserializeOwned> Lenient for BTreeMap<String, T> {}

impl<T: Lenient> Lenient for Box<T> {
    fn read(value: Value) -> Result<Self, Value> {
        T::read(value).map(Self::new)
    }
}

/// How an object keeps a field: two states or three.
pub(crate) trait Slot: Sized {
    /// Reads what stands under the field's name, or gives it back.
    fn fill(value: Value) -> Result<Self, Value>;

    /// Whether there is anything to write.
    fn is_set(&self) -> bool;

    /// Adds the field to a `Debug` form, unless it is unset; a quiet one without its value.
    fn show(&self, name: &str, quiet: bool, out: &mut fmt::DebugStruct<'_, '_>);
}

fn show_value<T: fmt::Debug>(
    value: &T,
    name: &str,
    quiet: bool,
    out: &mut fmt::DebugStruct<'_, '_>,
) {
    if quiet {
        out.field(name, &NotShown);
    } else {
        out.field(name, &Shown(value));
    }
}

impl<T: Lenient + fmt::Debug> Slot for Option<T> {
    fn fill(value: Value) -> Result<Self, Value> {
        match value {
            Value::Null => Ok(None),
            value => T::read(value).map(Some),
        }
    }

    fn is_set(&self) -> bool {
        self.is_some()
    }

    fn show(&self, name: &str, quiet: bool, out: &mut fmt::DebugStruct<'_, '_>) {
        if let Some(value) = self {
            show_value(value, name, quiet, out);
        }
    }
}

impl<T: Lenient + fmt::Debug> Slot for Setting<T> {
    fn fill(value: Value) -> Result<Self, Value> {
        match value {
            Value::Null => Ok(Self::Null),
            value => T::read(value).map(Self::Value),
        }
    }

    fn is_set(&self) -> bool {
        !self.is_absent()
    }

    fn show(&self, name: &str, quiet: bool, out: &mut fmt::DebugStruct<'_, '_>) {
        match self {
            Self::Absent => {}
            Self::Null => {
                out.field(name, &format_args!("null"));
            }
            Self::Value(value) => show_value(value, name, quiet, out),
        }
    }
}

/// An object of the API.
pub(crate) trait Fields: Sized {
    /// What its `type` always is, if it writes one itself.
    const TAG: Option<&'static str>;

    /// Reads an object; what is not known or not as documented is kept.
    fn read_fields(map: Map<String, Value>) -> Self;

    /// Writes the fields without the tag.
    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// What this version does not know.
    fn extra(&self) -> &JsonMap;

    /// Reads an object that may begin with its own tag. Another tag is kept among the unknown fields.
    fn read_tagged(mut map: Map<String, Value>) -> Self {
        if let Some(tag) = Self::TAG
            && map.get("type").and_then(Value::as_str) == Some(tag)
        {
            map.remove("type");
        }
        Self::read_fields(map)
    }
}

/// Writes an object with its `type` first, unless an unknown field of that name takes its place.
pub(crate) fn write_tagged<S: Serializer, T: Fields>(
    serializer: S,
    tag: Option<&str>,
    object: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    if let Some(tag) = tag
        && !object.extra().contains_key("type")
    {
        map.serialize_entry("type", tag)?;
    }
    object.write_fields(&mut map)?;
    map.end()
}

impl<T: Fields> Fields for Box<T> {
    const TAG: Option<&'static str> = T::TAG;

    fn read_fields(map: Map<String, Value>) -> Self {
        Self::new(T::read_fields(map))
    }

    fn write_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        (**self).write_fields(map)
    }

    fn extra(&self) -> &JsonMap {
        (**self).extra()
    }
}
