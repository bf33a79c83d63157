//! One step: makes it or finds it, and deals with what differs.

use std::fmt;

use voice_core::error::Error;

use super::plan::{OnDifference, PlanStep};
use super::report::StepOutcome;
use crate::client::ExotelClient;
use crate::create_or_get::{
    Asked, Before, CredentialOf, DestinationOf, Ensured, IpOf, Kind, Mismatch, NumberOf, SettingOf,
    TrunkOf, ensure, mismatched,
};
use crate::credentials::CredentialUpdate;
use crate::trunks::{NewTrunk, Trunk, TrunkUpdate};
use crate::types::TrunkSid;

/// What there is now.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) outcome: StepOutcome,
    pub(super) id: Option<String>,
    pub(super) mismatches: Vec<Mismatch>,
}

impl Done {
    /// From what a create-or-get found, as far as nothing differs.
    fn of<T>(ensured: &Ensured<T>, id: Option<String>) -> Self {
        Self {
            outcome: match ensured {
                Ensured::Created(_) => StepOutcome::Created,
                Ensured::Recovered(_) => StepOutcome::Recovered,
                Ensured::Found(_) | Ensured::Differs(..) => StepOutcome::Found,
            },
            id,
            mismatches: ensured.mismatches().to_vec(),
        }
    }

    fn changed(self) -> Self {
        Self {
            outcome: StepOutcome::Changed,
            mismatches: Vec::new(),
            ..self
        }
    }
}

/// What to do about what differs.
enum Verdict {
    Fine,
    Change,
}

fn judge<K: Kind>(
    kind: &K,
    mismatches: &[Mismatch],
    choice: OnDifference,
) -> Result<Verdict, Error> {
    let is_real = |mismatch: &&Mismatch| **mismatch != Mismatch::PasswordUnverified;
    let fixed = |mismatch: &Mismatch| matches!(mismatch, Mismatch::DomainName { .. });
    match choice {
        _ if mismatches.is_empty() => Ok(Verdict::Fine),
        OnDifference::Keep => Ok(Verdict::Fine),
        OnDifference::Change if !mismatches.iter().any(fixed) => Ok(Verdict::Change),
        OnDifference::Stop | OnDifference::Change => {
            let real: Vec<Mismatch> = mismatches.iter().filter(is_real).cloned().collect();
            if real.is_empty() {
                Ok(Verdict::Fine)
            } else {
                Err(mismatched(kind.operation(), &real))
            }
        }
    }
}

fn id(value: Result<&impl fmt::Display, Error>) -> Option<String> {
    value.ok().map(ToString::to_string)
}

/// The trunk of a name. Gives its SID as well.
pub(super) async fn trunk(
    client: &ExotelClient,
    wanted: &NewTrunk,
    before: Option<Before>,
    choice: OnDifference,
    asked: &Asked,
) -> Result<(TrunkSid, Done), Error> {
    let kind = TrunkOf {
        client,
        trunk: wanted,
    };
    let before = before.unwrap_or(Before::of::<TrunkOf<'_>>());
    let ensured = ensure(&kind, before, asked).await?;
    accept_trunk(&kind, ensured, choice, asked).await
}

/// What there is of a trunk is held against the plan.
pub(super) async fn accept_trunk(
    kind: &TrunkOf<'_>,
    ensured: Ensured<Trunk>,
    choice: OnDifference,
    asked: &Asked,
) -> Result<(TrunkSid, Done), Error> {
    let sid = ensured.value().sid()?.clone();
    let done = Done::of(&ensured, Some(sid.to_string()));
    if let Verdict::Change = judge(kind, &done.mismatches, choice)? {
        let change = TrunkUpdate::new().nso_code(kind.trunk.nso_code);
        asked.counted(kind.client.trunks().update(&sid, &change).await)?;
        return Ok((sid, done.changed()));
    }
    Ok((sid, done))
}

impl PlanStep {
    /// Makes it or finds it on a trunk. `before` is what is known; nothing, unless given.
    pub(super) async fn carry_out(
        &self,
        client: &ExotelClient,
        trunk: &TrunkSid,
        before: Option<Before>,
        choice: OnDifference,
        asked: &Asked,
    ) -> Result<Done, Error> {
        let parts = client.trunk(trunk);
        match self {
            Self::MapNumber(number) => {
                let kind = NumberOf {
                    client,
                    trunk,
                    number,
                };
                let ensured = run(&kind, before, asked).await?;
                let done = Done::of(&ensured, id(ensured.value().id()));
                let Verdict::Change = judge(&kind, &done.mismatches, choice)? else {
                    return Ok(done);
                };
                let mode = number.mode.clone();
                let mode = mode.unwrap_or(crate::types::NumberMode::Pstn);
                let numbers = parts.phone_numbers();
                let mapping = ensured.value().id()?;
                let answer = numbers.set_mode(mapping, &number.phone_number, &mode).await;
                asked.counted(answer)?;
                Ok(done.changed())
            }
            Self::AllowIp(range) => {
                let kind = IpOf {
                    client,
                    trunk,
                    range: *range,
                };
                let ensured = run(&kind, before, asked).await?;
                let done = Done::of(&ensured, id(ensured.value().id()));
                let Verdict::Change = judge(&kind, &done.mismatches, choice)? else {
                    return Ok(done);
                };
                let (ips, entry) = (parts.whitelisted_ips(), ensured.value().id()?);
                asked.counted(ips.update(entry, *range).await)?;
                Ok(done.changed())
            }
            Self::AddDestination(destination) => {
                let kind = DestinationOf {
                    client,
                    trunk,
                    destination,
                };
                let ensured = run(&kind, before, asked).await?;
                Ok(Done::of(&ensured, id(ensured.value().id())))
            }
            Self::CreateCredential(credential) => {
                let kind = CredentialOf {
                    client,
                    trunk,
                    credential,
                };
                let ensured = run(&kind, before, asked).await?;
                let done = Done::of(&ensured, id(ensured.value().id()));
                let Verdict::Change = judge(&kind, &done.mismatches, choice)? else {
                    return Ok(done);
                };
                let mut change = CredentialUpdate::new().password(credential.password.clone());
                change.friendly_name.clone_from(&credential.friendly_name);
                let (users, entry) = (parts.credentials(), ensured.value().id()?);
                asked.counted(users.update(entry, &change).await)?;
                Ok(done.changed())
            }
            Self::Set(setting) => {
                let kind = SettingOf {
                    client,
                    trunk,
                    setting,
                };
                let ensured = run(&kind, before, asked).await?;
                let done = Done::of(&ensured, Some(setting.name.to_string()));
                let Verdict::Change = judge(&kind, &done.mismatches, choice)? else {
                    return Ok(done);
                };
                asked.counted(parts.settings().set_one(setting).await)?;
                Ok(done.changed())
            }
        }
    }
}

async fn run<K: Kind>(
    kind: &K,
    before: Option<Before>,
    asked: &Asked,
) -> Result<Ensured<K::Item>, Error> {
    ensure(kind, before.unwrap_or(Before::of::<K>()), asked).await
}
