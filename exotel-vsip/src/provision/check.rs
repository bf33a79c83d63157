//! The rules of all steps, before the first is taken: a run should not stop at its last step for a mask of 8.

use voice_core::error::Error;

use super::plan::{Plan, PlanStep};
use crate::builder::AddressCheck;
use crate::check::Problems;
use crate::client::ExotelClient;
use crate::{numbers, trunks};

impl Plan {
    /// Checks the rules of every step. A run begins with it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with every rule that is broken, its field as
    /// `steps.N.field` by the step's number in [`describe`](Self::describe).
    pub fn check(&self, client: &ExotelClient) -> Result<(), Error> {
        let mut problems = Problems::default();
        for (at, step) in self.steps.iter().enumerate() {
            let Err(error) = step.check(client) else {
                continue;
            };
            for field in error.fields() {
                // The trunk is step 1.
                let name = format!("steps.{}.{}", at + 2, field.field);
                problems.add(name, &field.message);
            }
        }
        problems.finish(&trunks::CREATE)
    }
}

impl PlanStep {
    fn check(&self, client: &ExotelClient) -> Result<(), Error> {
        // Addresses that are merely warned of are warned of when they are sent.
        let refuses = client.address_check() == AddressCheck::Refuse;
        let mut problems = Problems::default();
        match self {
            Self::MapNumber(number) => numbers::check_mode(number.mode.as_ref(), &numbers::MAP)?,
            Self::AllowIp(range) if refuses => {
                problems.range(*range, AddressCheck::Refuse, &trunks::CREATE);
            }
            Self::AllowIp(range) => problems.mask(*range),
            Self::AddDestination(destination) if refuses => {
                problems.destination(
                    "destination",
                    destination,
                    AddressCheck::Refuse,
                    &trunks::CREATE,
                );
            }
            Self::AddDestination(_) => {}
            Self::CreateCredential(credential) => credential.check()?,
            Self::Set(setting) => setting.check(0, &mut problems),
        }
        problems.finish(&trunks::CREATE)
    }
}
