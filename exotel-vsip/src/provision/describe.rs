//! A plan as it can be shown: what will be asked for, without secrets and full phone numbers.

use std::fmt;

use serde::{Deserialize, Serialize};
use voice_core::client::Operation;

use super::plan::{Plan, PlanStep, PlanTrunk};
use crate::{credentials, destinations, numbers, settings, trunks, whitelisted_ips};

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepName {
    /// Makes the trunk.
    CreateTrunk,
    /// Takes a trunk that is there; no request.
    UseTrunk,
    /// Maps a number.
    MapNumber,
    /// Puts an address on the access list.
    AllowIp,
    /// Adds a destination.
    AddDestination,
    /// Creates a credential.
    CreateCredential,
    /// Sets a setting.
    Set,
}

impl StepName {
    /// The name as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateTrunk => "create_trunk",
            Self::UseTrunk => "use_trunk",
            Self::MapNumber => "map_number",
            Self::AllowIp => "allow_ip",
            Self::AddDestination => "add_destination",
            Self::CreateCredential => "create_credential",
            Self::Set => "set",
        }
    }

    /// What is sent to do it; nothing to take a trunk that is there.
    pub(super) fn operation(self) -> Option<&'static Operation> {
        Some(match self {
            Self::CreateTrunk => &trunks::CREATE,
            Self::UseTrunk => return None,
            Self::MapNumber => &numbers::MAP,
            Self::AllowIp => &whitelisted_ips::ADD,
            Self::AddDestination => &destinations::ADD,
            Self::CreateCredential => &credentials::CREATE,
            Self::Set => &settings::SET,
        })
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A plan, to be shown. `Display` is a table, serde gives JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlanDescription {
    /// What kind of plan it is.
    pub title: String,
    /// The trunk's name, or its SID when it is one that is there.
    pub trunk: String,
    /// The steps, the trunk first.
    pub steps: Vec<StepDescription>,
}

/// One step, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepDescription {
    /// Its number, from 1.
    pub number: usize,
    /// What it does.
    pub step: StepName,
    /// To what: masked where it is personal.
    pub what: String,
    /// The request that does it; `None` when there is none.
    pub operation: Option<String>,
}

impl PlanDescription {
    pub(super) fn of(plan: &Plan) -> Self {
        let names = std::iter::once(plan.trunk.name()).chain(plan.steps.iter().map(PlanStep::name));
        let whats = std::iter::once(plan.trunk.what()).chain(plan.steps.iter().map(PlanStep::what));
        let steps = names.zip(whats).enumerate().map(|(at, (step, what))| {
            let operation = step.operation();
            StepDescription {
                number: at + 1,
                step,
                what,
                operation: operation.map(|operation| operation.name().to_owned()),
            }
        });
        Self {
            title: plan.title.to_owned(),
            trunk: plan.trunk.label(),
            steps: steps.collect(),
        }
    }
}

impl fmt::Display for PlanDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} ({} steps)",
            self.title,
            self.trunk,
            self.steps.len()
        )?;
        let width = self.steps.iter().map(|step| step.what.len()).max();
        let width = width.unwrap_or(0);
        for step in &self.steps {
            let request = step.operation.as_deref().unwrap_or("no request");
            writeln!(
                f,
                "  {:>2}  {:<17}  {:<width$}  {request}",
                step.number, step.step, step.what
            )?;
        }
        Ok(())
    }
}

impl PlanTrunk {
    pub(super) fn name(&self) -> StepName {
        match self {
            Self::Named(_) => StepName::CreateTrunk,
            Self::Existing(_) => StepName::UseTrunk,
        }
    }

    pub(super) fn label(&self) -> String {
        match self {
            Self::Named(trunk) => trunk.trunk_name.to_string(),
            Self::Existing(sid) => sid.to_string(),
        }
    }

    pub(super) fn what(&self) -> String {
        match self {
            Self::Named(trunk) => {
                let domain = trunk.domain_name.as_ref();
                let domain = domain.map_or(String::new(), |domain| format!(", {domain}"));
                format!("{} ({}{domain})", trunk.trunk_name, trunk.nso_code)
            }
            Self::Existing(sid) => sid.to_string(),
        }
    }
}

impl PlanStep {
    pub(super) fn name(&self) -> StepName {
        match self {
            Self::MapNumber(_) => StepName::MapNumber,
            Self::AllowIp(_) => StepName::AllowIp,
            Self::AddDestination(_) => StepName::AddDestination,
            Self::CreateCredential(_) => StepName::CreateCredential,
            Self::Set(_) => StepName::Set,
        }
    }

    pub(super) fn what(&self) -> String {
        match self {
            Self::MapNumber(number) => {
                let mode = number.mode.as_ref().map_or("pstn", |mode| mode.as_str());
                format!("{} ({mode})", number.phone_number.masked())
            }
            Self::AllowIp(range) => range.to_string(),
            Self::AddDestination(destination) => destination.as_str().to_owned(),
            Self::CreateCredential(credential) => {
                format!("user {}", voice_core::secret::redact(&credential.user_name))
            }
            Self::Set(setting) => setting.name.to_string(),
        }
    }
}
