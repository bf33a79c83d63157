//! What will be delivered, who calls, and what goes wrong: all of it from a seed.

use std::time::Duration;

use openai_calls::testkit::{OpenAiSim, SIP_FORMS, SipForm};
use voice_core::testkit::Mishap;

pub const ACME: &str = "+14155550100";
/// A tenant with few places.
pub const BETA: &str = "+14155550101";
/// Nobody's number.
pub const NOBODY: &str = "+14155550102";
/// A tenant whose configuration breaks the schema.
pub const BROKEN: &str = "+14155550103";
/// A tenant that takes no calls.
pub const DISABLED: &str = "+14155550104";
/// A tenant without texts.
pub const SPEECHLESS: &str = "+14155550105";
/// A number whose tenant has no document.
pub const UNKNOWN: &str = "+14155550106";

/// How a caller behaves once the agent has greeted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Hangs up.
    HangsUp,
    /// Says something, and hangs up.
    Speaks,
    /// Asks something that the agent looks up.
    Asks,
    /// Has the agent call a tool with arguments that break its schema.
    Confuses,
    /// Has it call a tool that there is not.
    Invents,
    /// Is handed on.
    WantsSomebody,
    /// Is handed on, and the provider loses the order.
    WantsSomebodyInVain,
    /// Lets the agent hang up.
    IsDone,
    /// Stays while the network breaks the agent's socket.
    IsCutOff,
    /// Stays while the provider closes the agent's socket for a moment.
    IsRestarted,
    /// Stays while the agent's socket breaks for good.
    IsLeftAlone,
    /// Hangs up, and the provider says so.
    IsAnnounced,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub number: &'static str,
    pub form: SipForm,
    pub behaviour: Behaviour,
    /// How long the caller lets it ring, if not as long as all do.
    pub patience: Option<Duration>,
    /// How long they talk.
    pub talk: Duration,
}

/// What a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The webhook of the call, for the first time or once more.
    Genuine,
    /// The same call under another webhook id.
    OtherId,
    /// Forged, replayed or damaged, in one of several ways.
    Forged(u8),
    /// Signed, and about something else.
    Other,
}

/// One delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub call: usize,
    pub kind: Kind,
    /// When whoever delivers it breaks off.
    pub breaks_off: Option<Duration>,
    /// What goes wrong from here on, once.
    pub mishap: Option<(&'static str, Mishap)>,
}

/// The whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub callers: Vec<Caller>,
    pub deliveries: Vec<Delivery>,
}

impl Plan {
    pub fn new(seed: u64, webhooks: usize) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let (mut callers, mut deliveries) = (Vec::new(), Vec::with_capacity(webhooks));
        while deliveries.len() < webhooks {
            let kind = match rng.u8(0..100) {
                0..7 => Kind::Forged(rng.u8(0..FORGERIES)),
                7..14 => Kind::OtherId,
                14..16 => Kind::Other,
                _ => Kind::Genuine,
            };
            // Of the last hundred, so that many come while the first is still being dealt with.
            let is_known = !callers.is_empty() && (kind != Kind::Genuine || rng.u8(0..100) < 28);
            let call = if is_known {
                rng.usize(callers.len().saturating_sub(100)..callers.len())
            } else {
                callers.push(caller(&mut rng));
                callers.len() - 1
            };
            let is_patient = matches!(kind, Kind::Forged(_)) || rng.u8(0..100) >= 8;
            let breaks_off = (!is_patient).then(|| Duration::from_millis(rng.u64(0..40)));
            deliveries.push(Delivery {
                call,
                kind,
                breaks_off,
                mishap: mishap(&mut rng),
            });
        }
        Self {
            callers,
            deliveries,
        }
    }

    pub fn order_mishap(sim: &OpenAiSim, delivery: &Delivery) {
        if let Some((operation, mishap)) = &delivery.mishap {
            sim.mishaps().next_of(operation, mishap.clone());
        }
    }
}

pub const FORGERIES: u8 = 8;

fn caller(rng: &mut fastrand::Rng) -> Caller {
    let number = match rng.u8(0..100) {
        0..22 => ACME,
        22..30 => BETA,
        30..52 => NOBODY,
        52..64 => BROKEN,
        64..76 => DISABLED,
        76..92 => SPEECHLESS,
        _ => UNKNOWN,
    };
    let behaviour = match rng.u8(0..100) {
        0..30 => Behaviour::HangsUp,
        30..45 => Behaviour::Speaks,
        45..60 => Behaviour::Asks,
        60..64 => Behaviour::Confuses,
        64..68 => Behaviour::Invents,
        68..76 => Behaviour::WantsSomebody,
        76..78 => Behaviour::WantsSomebodyInVain,
        78..83 => Behaviour::IsDone,
        83..89 => Behaviour::IsCutOff,
        89..93 => Behaviour::IsRestarted,
        93..96 => Behaviour::IsLeftAlone,
        _ => Behaviour::IsAnnounced,
    };
    Caller {
        number,
        form: SIP_FORMS[rng.usize(0..SIP_FORMS.len())],
        behaviour,
        patience: (rng.u8(0..100) < 6).then(|| Duration::from_millis(rng.u64(0..30))),
        talk: Duration::from_millis(rng.u64(5..60)),
    }
}

/// Everything that a provider and the way to it can do wrong, for about every tenth delivery. What is ordered happens to
/// the next request of its operation.
fn mishap(rng: &mut fastrand::Rng) -> Option<(&'static str, Mishap)> {
    let soon = Duration::from_millis(30);
    let mishap = match rng.u16(0..1_000) {
        0..8 => ("calls.accept", Mishap::Reset),
        8..16 => ("calls.accept", Mishap::ResetAfterActing),
        16..20 => ("calls.accept", Mishap::NoAnswer),
        20..24 => ("calls.accept", Mishap::NoAnswerAfterActing),
        24..30 => ("calls.accept", Mishap::ServerError),
        30..36 => ("calls.accept", Mishap::ServerErrorAfterActing),
        36..40 => ("calls.accept", Mishap::BadGateway),
        40..44 => ("calls.accept", Mishap::Unavailable(None)),
        44..48 => ("calls.accept", Mishap::RateLimited(Some(soon))),
        48..51 => ("calls.accept", Mishap::Status(400)),
        51..54 => ("calls.accept", Mishap::Status(429)),
        54..57 => ("calls.accept", Mishap::Unauthorized),
        57..63 => ("calls.accept", Mishap::Slow(soon)),
        63..66 => ("calls.accept", Mishap::UnreadableSuccess),
        66..70 => ("calls.reject", Mishap::ServerError),
        70..72 => ("calls.reject", Mishap::NoAnswer),
        72..74 => ("calls.reject", Mishap::ResetAfterActing),
        74..77 => ("calls.reject", Mishap::Status(400)),
        77..79 => ("calls.refer", Mishap::Status(500)),
        79..81 => ("calls.refer", Mishap::ResetAfterActing),
        81..84 => ("calls.hang_up", Mishap::ServerError),
        84..90 => ("sideband.attach", Mishap::Status(500)),
        90..94 => ("sideband.attach", Mishap::Reset),
        94..96 => ("sideband.attach", Mishap::NoAnswer),
        96..100 => ("sideband.attach", Mishap::Unauthorized),
        100..106 => ("sideband.attach", Mishap::Slow(soon)),
        _ => return None,
    };
    Some(mishap)
}
