//! What the objects of the API are made of: reading that loses nothing, the three states of a field, and the shapes that
//! [`model!`], [`tagged!`] and [`words!`] write once for all of them.
//!
//! What all of them promise:
//!
//! - **Unset is absent**, and null is a value of its own where the API gives it a meaning ([`Setting`]). Elsewhere it is
//!   read as unset.
//! - **Nothing is lost.** Fields and words this version does not know are kept, and so is a known field whose value has
//!   not the documented form: it stands in `extra` under its own name.
//! - **One odd field costs that field only.** Reading an object never fails, so that a stream of events goes on.
//! - **`Debug` is fit for a log.** Unset fields are left out; what was said, instructions, arguments and audio do not show.

mod model;
mod read;
mod secrets;
mod setting;
mod tagged;

pub use setting::Setting;
pub use voice_core::wire::JsonMap;

pub(crate) use model::{model, setter_type, slot_type, words};
pub(crate) use read::{Fields, Lenient, Slot, write_tagged};
pub(crate) use secrets::secrets_of;
pub(crate) use tagged::{from_variants, tagged};
pub(crate) use voice_core::wire::{NotShown, Shown};

#[cfg(test)]
mod tests;
