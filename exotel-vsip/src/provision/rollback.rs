//! Taking back what a run made, and nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};
use voice_core::client::Response;
use voice_core::error::{Delivery, Error, ErrorKind};

use super::describe::StepName;
use super::report::{ProvisionReport, StepOutcome, StepReport};
use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::create_or_get::{Asked, items};
use crate::credentials::{self, Credential};
use crate::destinations::{self, DestinationUri};
use crate::list::List;
use crate::numbers::{self, PhoneNumber};
use crate::settings::{self, Setting};
use crate::trunks::{self, ConfirmDeletion};
use crate::types::{
    CredentialId, DestinationId, PhoneNumberId, SettingName, TrunkSid, WhitelistedIpId,
};
use crate::whitelisted_ips::{self, WhitelistedIp};

/// What became of one step's thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Undone {
    /// It was deleted.
    Deleted,
    /// It was gone already.
    Gone,
    /// It stays: the run had not made it, had not surely made it, or had only changed it.
    Kept,
}

/// One step, taken back or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UndoneStep {
    /// The step that had made it.
    pub step: StepName,
    /// What it is: masked where it is personal.
    pub what: String,
    /// What became of it.
    pub undone: Undone,
}

/// What was taken back, in the order in which it was: the last step first. `Display` is a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RollbackReport {
    /// The steps of the run that had come to something.
    pub steps: Vec<UndoneStep>,
    /// Requests it took.
    pub requests: u32,
}

impl fmt::Display for RollbackReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.steps.iter().map(|step| step.what.len()).max();
        let width = width.unwrap_or(0);
        for step in &self.steps {
            let word = match step.undone {
                Undone::Deleted => "deleted",
                Undone::Gone => "gone already",
                Undone::Kept => "kept",
            };
            writeln!(f, "      {:<17}  {:<width$}  {word}", step.step, step.what)?;
        }
        Ok(())
    }
}

/// Takes back what a run made, the last step first. What the run found or changed stays, and so does what it only probably
/// made ([`StepOutcome::Recovered`]), unless that is asked for too.
///
/// The trunk itself is deleted only with a [`ConfirmDeletion`] that names it, and only when nothing is left on it: a deletion
/// takes everything with it, also what others have put there since.
///
/// It can be repeated after a failure: what is gone is gone.
///
/// ```no_run
/// # async fn example(client: exotel_vsip::ExotelClient, plan: exotel_vsip::provision::Plan)
/// #     -> Result<(), Box<dyn std::error::Error>> {
/// use exotel_vsip::provision::Rollback;
/// use exotel_vsip::trunks::ConfirmDeletion;
///
/// if let Err(stopped) = plan.run(&client).await {
///     let typed = "trmum1000000000000000001aa1n"; // by whoever decides
///     let taken_back = Rollback::of(stopped.report()).confirm(ConfirmDeletion::of(typed)).run(&client).await?;
///     println!("{taken_back}");
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing happens until it is run"]
pub struct Rollback<'a> {
    report: &'a ProvisionReport,
    confirmation: Option<ConfirmDeletion>,
    reach: Reach,
}

/// What counts as made by the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Created,
    AndRecovered,
}

impl<'a> Rollback<'a> {
    /// Of what this report says was made.
    pub fn of(report: &'a ProvisionReport) -> Self {
        Self {
            report,
            confirmation: None,
            reach: Reach::Created,
        }
    }

    /// Allows the trunk to be deleted, if the run made it.
    pub fn confirm(mut self, confirmation: ConfirmDeletion) -> Self {
        self.confirmation = Some(confirmation);
        self
    }

    /// Takes back what the run probably made as well: things found after a request whose outcome nobody knew. If somebody
    /// else had made them before, theirs are deleted.
    pub fn include_recovered(mut self) -> Self {
        self.reach = Reach::AndRecovered;
        self
    }

    /// Does it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent when the trunk would be deleted and the confirmation is missing or
    /// names another; [`ErrorKind::Conflict`] when something is left on the trunk that the run had not made; otherwise the
    /// API's. Whatever was deleted until then stays deleted.
    pub async fn run(self, client: &ExotelClient) -> Result<RollbackReport, Error> {
        let mut undone = RollbackReport {
            steps: Vec::new(),
            requests: 0,
        };
        let Some(trunk) = &self.report.trunk_sid else {
            return Ok(undone);
        };
        let deletes_trunk = self
            .report
            .steps
            .iter()
            .any(|step| step.step == StepName::CreateTrunk && self.is_own(step.outcome));
        let confirmation = match (&self.confirmation, deletes_trunk) {
            (Some(confirmation), true) => {
                confirmation.check(trunk, &trunks::DELETE)?;
                Some(confirmation)
            }
            (None, true) => {
                let rule = "deleting the trunk that the run made needs a confirmation with its SID";
                return Err(Error::invalid_input("confirmation", rule)
                    .with_operation(PROVIDER, trunks::DELETE.name()));
            }
            (_, false) => None,
        };
        let asked = Asked::default();
        for step in self.report.steps.iter().rev() {
            if !step.outcome.is_done() {
                continue;
            }
            let became = match (step.step, confirmation) {
                _ if !self.is_own(step.outcome) => Undone::Kept,
                (StepName::CreateTrunk, Some(confirmation)) => {
                    delete_trunk(client, trunk, confirmation, &asked).await?
                }
                _ => Box::pin(delete_part(client, trunk, step, &asked)).await?,
            };
            undone.steps.push(UndoneStep {
                step: step.step,
                what: step.what.clone(),
                undone: became,
            });
        }
        undone.requests = asked.so_far();
        Ok(undone)
    }

    fn is_own(&self, outcome: StepOutcome) -> bool {
        match outcome {
            StepOutcome::Created => true,
            StepOutcome::Recovered => self.reach == Reach::AndRecovered,
            _ => false,
        }
    }
}

/// What a deletion came to; that there was nothing is fine.
fn gone<T>(answer: Result<Response<T>, Error>, asked: &Asked) -> Result<Undone, Error> {
    match asked.counted(answer) {
        Ok(_) => Ok(Undone::Deleted),
        Err(error) if error.is_not_found() => Ok(Undone::Gone),
        Err(error) => Err(error),
    }
}

async fn delete_part(
    client: &ExotelClient,
    trunk: &TrunkSid,
    step: &StepReport,
    asked: &Asked,
) -> Result<Undone, Error> {
    let parts = client.trunk(trunk);
    // Without an id nobody knows which one it was.
    let Some(id) = step.id.as_deref() else {
        return Ok(Undone::Kept);
    };
    let wrong = |error: crate::types::IdError| Error::invalid_input("id", error.to_string());
    match step.step {
        StepName::MapNumber => {
            let id = PhoneNumberId::parse(id).map_err(wrong)?;
            gone(parts.phone_numbers().unmap(&id).await, asked)
        }
        StepName::AllowIp => {
            let id = WhitelistedIpId::parse(id).map_err(wrong)?;
            gone(parts.whitelisted_ips().remove(&id).await, asked)
        }
        StepName::AddDestination => {
            let id = DestinationId::parse(id).map_err(wrong)?;
            gone(parts.destinations().remove(&id).await, asked)
        }
        StepName::CreateCredential => {
            let id = CredentialId::parse(id).map_err(wrong)?;
            gone(parts.credentials().delete(&id).await, asked)
        }
        StepName::Set => gone(parts.settings().delete(&SettingName::from(id)).await, asked),
        StepName::CreateTrunk | StepName::UseTrunk => Ok(Undone::Kept),
    }
}

async fn delete_trunk(
    client: &ExotelClient,
    trunk: &TrunkSid,
    confirmation: &ConfirmDeletion,
    asked: &Asked,
) -> Result<Undone, Error> {
    let of = |operation| List::new(client, operation).of(trunk);
    for (what, left) in [
        (
            "numbers",
            any::<PhoneNumber>(of(&numbers::LIST), asked).await,
        ),
        (
            "addresses",
            any::<WhitelistedIp>(of(&whitelisted_ips::LIST), asked).await,
        ),
        (
            "destinations",
            any::<DestinationUri>(of(&destinations::LIST), asked).await,
        ),
        (
            "credentials",
            any::<Credential>(of(&credentials::LIST), asked).await,
        ),
        ("settings", any::<Setting>(of(&settings::LIST), asked).await),
    ] {
        match left {
            Ok(false) => {}
            Ok(true) => {
                let message = format!("the trunk has {what} that this run had not made; it stays");
                return Err(Error::new(ErrorKind::Conflict, message)
                    .with_operation(PROVIDER, trunks::DELETE.name())
                    .with_delivery(Delivery::NotSent)
                    .with_hint("Take them off first, or delete the trunk by trunks().delete"));
            }
            Err(error) if error.is_not_found() => return Ok(Undone::Gone),
            Err(error) => return Err(error),
        }
    }
    gone(client.trunks().delete(trunk, confirmation).await, asked)
}

/// Whether a list has anything in it.
async fn any<T: crate::envelope::Resource>(list: List, asked: &Asked) -> Result<bool, Error> {
    Ok(items::<T>(list, asked).next().await.transpose()?.is_some())
}
