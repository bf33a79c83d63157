//! All five providers on this machine, each behind a TLS server of its own, with faults of your choice: what `doctor` examines
//! when there is no account.
//!
//! Connections, handshakes and requests are real, and none leaves this machine: names but `localhost` are not looked up, and
//! `hooks.example.com`, where the application's own webhook is, leads to a server here.

mod fault;
mod front;
mod hook;
mod patient;
mod wire;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use voice_core::clock::{Clock, SharedClock, Sleep, SystemClock};
use voice_core::doctor::{CheckContext, Doctor, Report};
use voice_core::transport::HttpTransport;

pub use fault::Fault;
pub use patient::Provider;

use crate::Failure;
use front::{Authority, Front};
use hook::Hook;
use patient::{Patient, Ward};
use wire::{Names, Wire};

/// Longest time of one step; everything is on this machine, but it may be a busy one.
const STEP: Duration = Duration::from_secs(8);
/// The same where something is slow on purpose.
const SHORT: Duration = Duration::from_secs(1);
/// How late a slow provider answers.
const LATE: Duration = Duration::from_secs(4);

/// Simulates the providers with these faults, and has the doctor look at them side by side.
///
/// # Errors
/// When a server of this machine cannot be started.
pub async fn examine(providers: &[Provider], faults: &[Fault]) -> Result<Report, Failure> {
    let has = |fault| faults.contains(&fault);
    let authority = Authority::new()?;
    let hook = Hook::start(faults).await;
    let http = HttpTransport::builder()
        .root_certificate_pem(authority.pem())
        .build()?;
    let wire = Arc::new(Wire::new(Arc::new(http), hook.address()));

    let mut ward = Ward {
        faults,
        wire: wire.clone(),
        patients: Vec::new(),
    };
    let mut fronts = Vec::new();
    for provider in providers {
        let patient = Patient::start(*provider, faults).await?;
        let front = Front::start(&authority, patient.address()?, faults).await?;
        let port = front.port();
        let base = match (has(Fault::Dns), has(Fault::Tcp)) {
            (true, _) => format!("https://api.{}.invalid:{port}", provider.as_str()),
            (false, true) => format!("https://localhost:{}", front::closed_port().await?),
            (false, false) => format!("https://localhost:{port}"),
        };
        ward.patients.push((patient, base));
        fronts.push(front);
    }

    let step = if has(Fault::Slow) { SHORT } else { STEP };
    let clock: SharedClock = match has(Fault::Clock) {
        true => Arc::new(Ahead::default()),
        false => SystemClock::shared(),
    };
    let context = CheckContext::builder()
        .root_certificate_pem(authority.pem())
        .resolver(Arc::new(Names::new(faults)))
        .transport(wire)
        .clock(clock)
        .step_limit(step)
        .build()?;
    let mut doctor = Doctor::new(context);
    for (patient, base) in &ward.patients {
        doctor = doctor.examine(ward.examination(patient, base)?);
    }
    let report = doctor.run().await;
    drop(fronts);
    Ok(report)
}

/// A clock that is an hour ahead.
#[derive(Debug, Default)]
struct Ahead(SystemClock);

impl Clock for Ahead {
    fn now(&self) -> std::time::Instant {
        self.0.now()
    }

    fn wall(&self) -> SystemTime {
        self.0.wall() + Duration::from_secs(3_600)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.sleep(duration)
    }

    fn unit(&self) -> f64 {
        self.0.unit()
    }
}
