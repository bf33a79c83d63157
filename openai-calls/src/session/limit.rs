//! How much is said and how much is remembered.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::wire::{Fields, Lenient, model};

/// The longest answer, tool calls included.
///
/// ```
/// use openai_calls::session::MaxOutputTokens;
///
/// assert_eq!(serde_json::to_string(&MaxOutputTokens::from(400))?, "400");
/// assert_eq!(serde_json::to_string(&MaxOutputTokens::Unlimited)?, "\"inf\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MaxOutputTokens {
    /// So many tokens: 1 to 4096.
    Tokens(u32),
    /// As many as the model has; the default.
    Unlimited,
}

impl From<u32> for MaxOutputTokens {
    fn from(tokens: u32) -> Self {
        Self::Tokens(tokens)
    }
}

impl Serialize for MaxOutputTokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Tokens(tokens) => serializer.serialize_u32(*tokens),
            Self::Unlimited => serializer.serialize_str("inf"),
        }
    }
}

impl<'de> Deserialize<'de> for MaxOutputTokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?)
            .map_err(|_| D::Error::custom("expected a number of tokens or \"inf\""))
    }
}

impl Lenient for MaxOutputTokens {
    fn read(value: Value) -> Result<Self, Value> {
        if value == "inf" {
            return Ok(Self::Unlimited);
        }
        u32::read(value).map(Self::Tokens)
    }
}

/// What happens when a conversation outgrows the model's context.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Truncation {
    /// The oldest messages are dropped; the default.
    Auto,
    /// Nothing is dropped: the next response fails.
    Disabled,
    /// More is dropped than must be, so that it happens less often and caches stay warm.
    RetentionRatio(RetentionRatio),
    /// One this version does not know, as it came.
    Other(Value),
}

impl From<RetentionRatio> for Truncation {
    fn from(ratio: RetentionRatio) -> Self {
        Self::RetentionRatio(ratio)
    }
}

impl std::fmt::Debug for Truncation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("Auto"),
            Self::Disabled => f.write_str("Disabled"),
            Self::RetentionRatio(ratio) => ratio.fmt(f),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

impl Serialize for Truncation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::Disabled => serializer.serialize_str("disabled"),
            Self::RetentionRatio(ratio) => ratio.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Truncation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

impl Truncation {
    fn from_value(value: Value) -> Self {
        match value {
            Value::String(word) if word == "auto" => Self::Auto,
            Value::String(word) if word == "disabled" => Self::Disabled,
            Value::Object(map)
                if map.get("type").and_then(Value::as_str) == RetentionRatio::TAG =>
            {
                Self::RetentionRatio(RetentionRatio::read_tagged(map))
            }
            other => Self::Other(other),
        }
    }
}

impl Lenient for Truncation {
    fn read(value: Value) -> Result<Self, Value> {
        Ok(Self::from_value(value))
    }
}

model! {
    /// Keeps a part of the conversation.
    both RetentionRatio as "retention_ratio" {
        /// How much of what comes after the instructions is kept: 0 to 1.
        retention_ratio: f64 => "retention_ratio",
        /// When it is too much; the model's limits unless set.
        token_limits: TokenLimits => "token_limits",
    }
}

impl RetentionRatio {
    /// Keeps so much of what comes after the instructions: 0 to 1.
    #[must_use]
    pub fn new(ratio: f64) -> Self {
        Self::default().retention_ratio(ratio)
    }
}

model! {
    /// Limits of one's own.
    plain TokenLimits {
        /// The most tokens after the instructions and the tools.
        post_instructions: u64 => "post_instructions",
    }
}
