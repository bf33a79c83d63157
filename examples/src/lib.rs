//! What the examples share: simulators wired together, as the real services are by the telephone network.

mod stage;

pub use stage::{Outcome, Stage};
