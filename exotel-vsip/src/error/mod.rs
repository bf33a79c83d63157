//! What goes wrong at Exotel, typed and open.
//!
//! Every failure is a [`voice_core::error::Error`]; what Exotel's own code means is an [`ErrorCode`], read from it by
//! [`ErrorCode::of`].

mod code;

pub use code::{ErrorClass, ErrorCode};
