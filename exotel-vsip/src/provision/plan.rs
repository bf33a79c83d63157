//! What is to be there in the end.

use voice_core::ident::{E164, Ipv4Cidr, SipDestination, TrunkName};

use super::describe::PlanDescription;
use crate::credentials::NewCredential;
use crate::numbers::MapNumber;
use crate::settings::NewSetting;
use crate::trunks::NewTrunk;
use crate::types::{NumberMode, TrunkSid};

/// A trunk and what belongs to it, as steps in the order in which they are made.
///
/// A plan does nothing until it is [run](Plan::run); before that it can be [shown](Plan::describe) and held against the
/// account ([`dry_run`](Plan::dry_run)). It can be run any number of times.
///
/// ```
/// use exotel_vsip::provision::Plan;
/// use voice_core::ident::{E164, Ipv4Cidr, SipDestination, TrunkName};
///
/// let plan = Plan::pstn(
///     TrunkName::parse("outbound_trunk")?,
///     E164::parse("+918000000001")?,
///     Ipv4Cidr::parse("8.8.4.17/32")?,
///     SipDestination::tls("8.8.4.17", 5061)?,
/// );
/// assert_eq!(plan.steps().len(), 3, "behind the trunk itself");
/// println!("{}", plan.describe());
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a plan does nothing until it is run"]
pub struct Plan {
    pub(super) title: &'static str,
    pub(super) trunk: PlanTrunk,
    pub(super) steps: Vec<PlanStep>,
    pub(super) on_difference: OnDifference,
    pub(super) looks: Looks,
}

/// The trunk of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanTrunk {
    /// The one of this name, to be made unless it is there.
    Named(NewTrunk),
    /// One that is there.
    Existing(TrunkSid),
}

/// One thing that belongs to the trunk.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanStep {
    /// A number mapped to it.
    MapNumber(MapNumber),
    /// An address on its access list.
    AllowIp(Ipv4Cidr),
    /// A place it sends calls to.
    AddDestination(SipDestination),
    /// A user for SIP digest authentication.
    CreateCredential(NewCredential),
    /// A setting.
    Set(NewSetting),
}

/// What becomes of something that is there but is not what the plan says: another mask, mode, NSO code or value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnDifference {
    /// The step fails with [`ErrorKind::Conflict`](voice_core::error::ErrorKind::Conflict), and the run stops. That a
    /// password cannot be compared is no difference here. The default.
    #[default]
    Stop,
    /// It stays as it is, and the report says in what it differs.
    Keep,
    /// It is changed to what the plan says; the password of a user that is there is set. A trunk's domain cannot be changed:
    /// that fails as with [`Stop`](Self::Stop).
    Change,
}

/// Whether everything is looked for before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Looks {
    /// Only where it must be.
    #[default]
    WhereNeeded,
    /// Everything that may be there.
    First,
}

impl Plan {
    /// A trunk of this name, and nothing else so far: add the steps.
    pub fn new(trunk: NewTrunk) -> Self {
        Self::titled("trunk", PlanTrunk::Named(trunk))
    }

    /// Things for a trunk that is there.
    pub fn on_trunk(sid: TrunkSid) -> Self {
        Self::titled("existing trunk", PlanTrunk::Existing(sid))
    }

    fn titled(title: &'static str, trunk: PlanTrunk) -> Self {
        Self {
            title,
            trunk,
            steps: Vec::new(),
            on_difference: OnDifference::default(),
            looks: Looks::default(),
        }
    }

    /// A trunk to the telephone network: number, access list, destination. Outbound calls need the access list; inbound ones
    /// the destination and a flow that dials the trunk.
    pub fn pstn(
        name: TrunkName,
        number: E164,
        allowed: Ipv4Cidr,
        destination: SipDestination,
    ) -> Self {
        Self::titled("PSTN trunk", PlanTrunk::Named(NewTrunk::new(name)))
            .map_number(MapNumber::new(number))
            .allow_ip(allowed)
            .add_destination(destination)
    }

    /// A contact centre's SIP to a voice bot (StreamKit): a number in flow mode, and the access list.
    pub fn stream_kit(name: TrunkName, number: E164, allowed: Ipv4Cidr) -> Self {
        Self::titled("StreamKit trunk", PlanTrunk::Named(NewTrunk::new(name)))
            .map_number(MapNumber::new(number).mode(NumberMode::Flow))
            .allow_ip(allowed)
    }

    /// Outbound calls of a voice AI platform: a number, and a credential, for platforms that call from changing addresses.
    pub fn voice_ai_outbound(name: TrunkName, number: E164, credential: NewCredential) -> Self {
        let trunk = PlanTrunk::Named(NewTrunk::new(name));
        Self::titled("voice AI trunk, outbound", trunk)
            .map_number(MapNumber::new(number))
            .create_credential(credential)
    }

    /// Inbound calls to a voice AI platform: a number, and a destination by host name, which needs no access list.
    pub fn voice_ai_inbound(name: TrunkName, number: E164, destination: SipDestination) -> Self {
        let trunk = PlanTrunk::Named(NewTrunk::new(name));
        Self::titled("voice AI trunk, inbound", trunk)
            .map_number(MapNumber::new(number))
            .add_destination(destination)
    }

    /// One step more, after those before.
    pub fn step(mut self, step: PlanStep) -> Self {
        self.steps.push(step);
        self
    }

    /// A number to be mapped.
    pub fn map_number(self, number: MapNumber) -> Self {
        self.step(PlanStep::MapNumber(number))
    }

    /// An address or a range for the access list.
    pub fn allow_ip(self, range: Ipv4Cidr) -> Self {
        self.step(PlanStep::AllowIp(range))
    }

    /// A destination. One with an address wants that address on the access list by an earlier step, or already.
    pub fn add_destination(self, destination: SipDestination) -> Self {
        self.step(PlanStep::AddDestination(destination))
    }

    /// A user for SIP digest authentication. Access list and digest together are for accounts that the vendor has confirmed
    /// it to.
    pub fn create_credential(self, credential: NewCredential) -> Self {
        self.step(PlanStep::CreateCredential(credential))
    }

    /// A setting.
    pub fn set(self, setting: NewSetting) -> Self {
        self.step(PlanStep::Set(setting))
    }

    /// What becomes of things that are there but differ; [`OnDifference::Stop`] unless set.
    pub fn on_difference(mut self, choice: OnDifference) -> Self {
        self.on_difference = choice;
        self
    }

    /// Looks for everything before making it, instead of only where it must be: one request more per step, and a report that
    /// is surer of what this run made when answers get lost.
    pub fn look_first(mut self) -> Self {
        self.looks = Looks::First;
        self
    }

    /// The trunk.
    #[must_use]
    pub fn trunk(&self) -> &PlanTrunk {
        &self.trunk
    }

    /// The steps behind the trunk.
    #[must_use]
    pub fn steps(&self) -> &[PlanStep] {
        &self.steps
    }

    /// Every step, before anything is done. No secret and no full phone number is in it.
    #[must_use]
    pub fn describe(&self) -> PlanDescription {
        PlanDescription::of(self)
    }
}
