//! What a run would do, by reading alone.

use std::fmt;

use serde::{Deserialize, Serialize};
use voice_core::error::Error;

use super::describe::StepName;
use super::plan::{Plan, PlanStep, PlanTrunk};
use crate::client::ExotelClient;
use crate::create_or_get::{
    Asked, CredentialOf, DestinationOf, IpOf, Kind, Mismatch, NumberOf, Seen, SettingOf, TrunkOf,
};
use crate::types::TrunkSid;

/// What a step would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Forecast {
    /// It would be made.
    Create,
    /// It is there.
    Found,
    /// It is there, but differs.
    Differs {
        /// In what.
        mismatches: Vec<Mismatch>,
    },
    /// Another trunk holds the number.
    Conflict {
        /// That trunk.
        trunk_sid: TrunkSid,
    },
}

/// One step, and what it would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepForecast {
    /// What it does.
    pub step: StepName,
    /// To what: masked where it is personal.
    pub what: String,
    /// What it would come to.
    #[serde(flatten)]
    pub forecast: Forecast,
}

/// What a plan would come to. `Display` is a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DryRun {
    /// The trunk's name, or its SID.
    pub trunk: String,
    /// Its SID, if it is there.
    pub trunk_sid: Option<TrunkSid>,
    /// The steps, the trunk first.
    pub steps: Vec<StepForecast>,
    /// Requests it took, all of them reads.
    pub requests: u32,
}

impl DryRun {
    /// How many things would be made.
    #[must_use]
    pub fn to_create(&self) -> usize {
        let steps = self.steps.iter();
        steps
            .filter(|step| step.forecast == Forecast::Create)
            .count()
    }
}

impl fmt::Display for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} to be made", self.trunk, self.to_create())?;
        let width = self.steps.iter().map(|step| step.what.len()).max();
        let width = width.unwrap_or(0);
        for (at, step) in self.steps.iter().enumerate() {
            let number = at + 1;
            write!(
                f,
                "  {number:>2}  {:<17}  {:<width$}  ",
                step.step, step.what
            )?;
            match &step.forecast {
                Forecast::Create => f.write_str("create")?,
                Forecast::Found => f.write_str("found")?,
                Forecast::Conflict { trunk_sid } => write!(f, "held by trunk {trunk_sid}")?,
                Forecast::Differs { mismatches } => {
                    f.write_str("found")?;
                    for mismatch in mismatches {
                        write!(f, "; {mismatch}")?;
                    }
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl<T> From<Seen<T>> for Forecast {
    fn from(seen: Seen<T>) -> Self {
        match seen {
            Seen::Absent => Self::Create,
            Seen::Here(_, mismatches) if mismatches.is_empty() => Self::Found,
            Seen::Here(_, mismatches) => Self::Differs { mismatches },
            Seen::Elsewhere(trunk_sid) => Self::Conflict { trunk_sid },
        }
    }
}

impl Plan {
    /// Says what a run would do now, by reading alone. What others do in the meantime it cannot know, nor whether a name is
    /// taken by a trunk that this account does not see.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when a step breaks a rule; otherwise the
    /// API's.
    pub async fn dry_run(&self, client: &ExotelClient) -> Result<DryRun, Error> {
        self.check(client)?;
        let asked = Asked::default();
        let (trunk_sid, forecast) = match &self.trunk {
            PlanTrunk::Existing(sid) => {
                asked.counted(client.trunks().get(sid).await)?;
                (Some(sid.clone()), Forecast::Found)
            }
            PlanTrunk::Named(trunk) => {
                let seen = TrunkOf { client, trunk }.look(&asked).await?;
                let sid = match &seen {
                    Seen::Here(trunk, _) => Some(trunk.sid()?.clone()),
                    _ => None,
                };
                (sid, seen.into())
            }
        };
        let mut steps = vec![StepForecast {
            step: self.trunk.name(),
            what: self.trunk.what(),
            forecast,
        }];
        for step in &self.steps {
            let forecast = match &trunk_sid {
                Some(sid) => Box::pin(step.look(client, sid, &asked)).await?,
                None => step.look_without_trunk(client, &asked).await?,
            };
            steps.push(StepForecast {
                step: step.name(),
                what: step.what(),
                forecast,
            });
        }
        Ok(DryRun {
            trunk: self.trunk.label(),
            trunk_sid,
            steps,
            requests: asked.so_far(),
        })
    }
}

impl PlanStep {
    async fn look(
        &self,
        client: &ExotelClient,
        trunk: &TrunkSid,
        asked: &Asked,
    ) -> Result<Forecast, Error> {
        Ok(match self {
            Self::MapNumber(number) => {
                let kind = NumberOf {
                    client,
                    trunk,
                    number,
                };
                kind.look_further(asked).await?.into()
            }
            Self::AllowIp(range) => {
                let kind = IpOf {
                    client,
                    trunk,
                    range: *range,
                };
                kind.look(asked).await?.into()
            }
            Self::AddDestination(destination) => {
                let kind = DestinationOf {
                    client,
                    trunk,
                    destination,
                };
                kind.look(asked).await?.into()
            }
            Self::CreateCredential(credential) => {
                let kind = CredentialOf {
                    client,
                    trunk,
                    credential,
                };
                kind.look(asked).await?.into()
            }
            Self::Set(setting) => {
                let kind = SettingOf {
                    client,
                    trunk,
                    setting,
                };
                kind.look(asked).await?.into()
            }
        })
    }

    /// On a trunk that is not there is nothing; only a number can be elsewhere.
    async fn look_without_trunk(
        &self,
        client: &ExotelClient,
        asked: &Asked,
    ) -> Result<Forecast, Error> {
        let Self::MapNumber(number) = self else {
            return Ok(Forecast::Create);
        };
        let answer = client.trunk_maps().lookup(&number.phone_number).await;
        Ok(match asked.counted(answer) {
            Ok(map) => map
                .trunk_sid
                .map_or(Forecast::Create, |trunk_sid| Forecast::Conflict {
                    trunk_sid,
                }),
            Err(error) if error.is_not_found() => Forecast::Create,
            Err(error) => return Err(error),
        })
    }
}
