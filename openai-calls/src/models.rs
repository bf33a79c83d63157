//! Models: the default for calls, and the one read that proves a key.

use voice_core::client::Operation;

/// The model that answers calls unless another is named. One of the vendor's list of 2026-11; earlier ones named
/// `gpt-realtime` are shut down on 2027-01-20.
pub const DEFAULT_MODEL: &str = "gpt-realtime-2.1";

/// `GET /models/{model}`: one small object.
pub static GET: Operation = Operation::get("models.get", "/models/{model}");
