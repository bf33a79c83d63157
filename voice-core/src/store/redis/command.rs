//! [`Command`] and [`Reply`]: one order to Redis and its answer, free of the driver's types.

use std::fmt;

use redis::{Cmd, Value};

use crate::retry::Repeat;
use crate::store::StoreError;

/// One command with its arguments. `Debug` shows its name and the number of arguments.
#[derive(Clone)]
pub struct Command {
    name: &'static str,
    arguments: usize,
    repeat: Repeat,
    pub(super) inner: Cmd,
}

impl Command {
    /// A command such as `GET`. One that is not [`Repeat::Once`] is sent a second time when the connection is lost before
    /// its answer.
    #[must_use]
    pub fn new(name: &'static str, repeat: Repeat) -> Self {
        Self {
            name,
            arguments: 0,
            repeat,
            inner: redis::cmd(name),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<[u8]>) -> Self {
        self.inner.arg(argument.as_ref());
        self.arguments += 1;
        self
    }

    pub(super) const fn repeat(&self) -> Repeat {
        self.repeat
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command")
            .field("name", &self.name)
            .field("arguments", &self.arguments)
            .field("repeat", &self.repeat)
            .finish()
    }
}

/// What Redis answered. `Debug` shows the form and the size, not the contents.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// Nothing there.
    Nil,
    /// A number, as counters and most scripts give.
    Integer(i64),
    /// A stored value, or a text such as `OK`.
    Bytes(Vec<u8>),
    /// Several answers, as scripts give.
    List(Vec<Reply>),
}

impl Reply {
    pub(super) fn from_value(value: Value) -> Result<Self, StoreError> {
        Ok(match value {
            Value::Nil => Self::Nil,
            Value::Int(number) => Self::Integer(number),
            Value::BulkString(bytes) => Self::Bytes(bytes),
            Value::SimpleString(text) => Self::Bytes(text.into_bytes()),
            Value::Okay => Self::Bytes(b"OK".to_vec()),
            Value::Array(list) => Self::List(
                list.into_iter()
                    .map(Self::from_value)
                    .collect::<Result<_, _>>()?,
            ),
            _ => return Err(StoreError::Unexpected("neither number, text nor list")),
        })
    }

    /// The number.
    ///
    /// # Errors
    /// [`StoreError::Unexpected`] when it is something else.
    pub fn integer(&self) -> Result<i64, StoreError> {
        match self {
            Self::Integer(number) => Ok(*number),
            _ => Err(StoreError::Unexpected("no number")),
        }
    }

    /// The bytes, if there are any.
    ///
    /// # Errors
    /// [`StoreError::Unexpected`] when it is something else.
    pub fn into_bytes(self) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Nil => Ok(None),
            Self::Bytes(bytes) => Ok(Some(bytes)),
            _ => Err(StoreError::Unexpected("no stored value")),
        }
    }

    /// The list.
    ///
    /// # Errors
    /// [`StoreError::Unexpected`] when it is something else.
    pub fn into_list(self) -> Result<Vec<Self>, StoreError> {
        match self {
            Self::List(list) => Ok(list),
            _ => Err(StoreError::Unexpected("no list")),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("Nil"),
            Self::Integer(number) => write!(f, "Integer({number})"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::List(list) => f.debug_list().entries(list).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_arguments_nor_answers_are_shown() {
        let command = Command::new("SET", Repeat::Idempotent)
            .arg("key")
            .arg("hunter2");
        let reply = Reply::List(vec![Reply::Bytes(b"hunter2".to_vec()), Reply::Integer(1)]);
        let shown = format!("{command:?} {reply:?}");
        assert!(shown.contains("arguments: 2") && shown.contains("7 bytes"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn an_answer_of_another_form_is_an_error_and_not_a_guess() {
        assert_eq!(Reply::Nil.into_bytes(), Ok(None));
        assert!(Reply::Nil.integer().is_err());
        assert!(Reply::Integer(1).into_bytes().is_err());
        assert!(Reply::Bytes(Vec::new()).into_list().is_err());
        assert!(Reply::from_value(Value::Double(0.5)).is_err());
    }
}
