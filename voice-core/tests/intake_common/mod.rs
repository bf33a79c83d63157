//! A bench for the pipeline: every part is a fake that does as it is told, and writes down what it was asked.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test file uses the part it needs"
)]

pub mod log;
pub mod parts;
pub mod script;
pub mod stores;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;
use voice_core::clock::{Clock, SharedClock, SystemClock};
use voice_core::error::Error;
use voice_core::ident::E164;
use voice_core::intake::instructions::InstructionResolver;
use voice_core::intake::tenant::TenantResolver;
use voice_core::intake::tools::ToolRegistry;
use voice_core::intake::{Intake, IntakeBuilder, IntakeSettings, Outcome};
use voice_core::store::{CapacityStore, ClaimOwner, DedupStore, InUse};
use voice_core::webhook::WebhookRequest;

pub use log::{Line, Scribe};
pub use parts::{Directory, Hook, Phone, Sessions, Source, Texts};
pub use script::{Mood, Script};
pub use stores::{Places, Seen};

/// The number of the tenant `acme`.
pub const ACME: &str = "+14155550100";
/// The number of the tenant `beta`, which has one place.
pub const BETA: &str = "+14155550101";
/// Nobody's number.
pub const NOBODY: &str = "+14155550199";
/// Whoever calls.
pub const CALLER: &str = "+15551234567";

/// One pipeline and all its parts.
pub struct Bench {
    pub script: Script,
    pub phone: Phone,
    pub sessions: Sessions,
    pub directory: Arc<Directory>,
    pub texts: Arc<Texts>,
    pub seen: Arc<Seen>,
    pub places: Arc<Places>,
    pub hook: Hook,
    pub intake: Intake,
    pub clock: SharedClock,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(IntakeSettings::default(), |builder| builder)
    }

    pub fn with(
        settings: IntakeSettings,
        change: impl FnOnce(IntakeBuilder) -> IntakeBuilder,
    ) -> Self {
        let script = Script::default();
        let clock = SystemClock::shared();
        let seen = Arc::new(Seen::memory(&script, clock.clone()));
        let places = Arc::new(Places::memory(&script, clock.clone()));
        Self::over(script, clock, seen, places, settings, change)
    }

    pub fn over(
        script: Script,
        clock: SharedClock,
        seen: Arc<Seen>,
        places: Arc<Places>,
        settings: IntakeSettings,
        change: impl FnOnce(IntakeBuilder) -> IntakeBuilder,
    ) -> Self {
        let phone = Phone::new(&script);
        let sessions = Sessions::new(&script, &phone);
        let directory = Arc::new(Directory::new(&script));
        let texts = Arc::new(Texts::new(&script));
        let hook = Hook::new(&script);
        let builder = Intake::builder(
            Arc::new(Source::new(&script)),
            Arc::new(phone.clone()),
            Arc::new(sessions.clone()),
            parts::resolver(Arc::clone(&directory), clock.clone()),
            InstructionResolver::builder(Arc::clone(&texts) as _)
                .clock(clock.clone())
                .fresh_for(Duration::ZERO)
                .build(),
        )
        .dedup(Arc::clone(&seen) as _)
        .capacity(Arc::clone(&places) as _)
        .after_call(hook.clone())
        .clock(clock.clone())
        .settings(settings);
        Self {
            intake: change(builder).build().unwrap(),
            script,
            phone,
            sessions,
            directory,
            texts,
            seen,
            places,
            hook,
            clock,
        }
    }

    /// Delivers a signed webhook of a call that rings for `to`.
    pub async fn ring(&self, webhook: &str, call: &str, to: &str) -> Outcome {
        self.deliver(&ringing(webhook, call, to), "good").await
    }

    /// Delivers any body with any signature.
    pub async fn deliver(&self, body: &serde_json::Value, signature: &str) -> Outcome {
        deliver(&self.intake, body, signature).await
    }

    /// Waits until nothing runs but the calls that stand.
    pub async fn settle(&self) {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        self.clock.sleep(Duration::from_millis(20)).await;
    }

    /// Waits long enough for everything that is tried again to have been.
    pub async fn settle_all(&self) {
        self.clock.sleep(Duration::from_secs(40)).await;
        self.settle().await;
    }

    /// Places taken, over all and by a tenant.
    pub async fn in_use(&self, tenant: &str) -> InUse {
        self.places.inner.in_use(tenant).await.unwrap()
    }

    /// What a newcomer would hear of both keys of a delivery.
    pub async fn claims(&self, webhook: &str, call: &str) -> [voice_core::store::Claim; 2] {
        let mut claims = [voice_core::store::Claim::Claimed; 2];
        for (at, key) in [
            format!("fake:webhook:{webhook}"),
            format!("fake:call:{call}"),
        ]
        .iter()
        .enumerate()
        {
            let owner = ClaimOwner::unique(&*self.clock);
            let lease = Duration::from_secs(1);
            claims[at] = self.seen.inner.claim(key, &owner, lease).await.unwrap();
            self.seen.inner.release(key, &owner).await.unwrap();
        }
        claims
    }
}

/// The body of a webhook of a call that rings.
pub fn ringing(webhook: &str, call: &str, to: &str) -> serde_json::Value {
    json!({"id": webhook, "type": "call.ringing", "call": call, "to": to})
}

pub async fn deliver(intake: &Intake, body: &serde_json::Value, signature: &str) -> Outcome {
    let mut headers = HeaderMap::new();
    headers.insert("x-signature", HeaderValue::from_str(signature).unwrap());
    let body = body.to_string();
    let request = WebhookRequest::new(
        &Method::POST,
        "https://intake.example/hook",
        &headers,
        body.as_bytes(),
    );
    intake.handle(&request).await
}

pub fn number(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

/// An error of the provider or of a database that surely did nothing.
pub fn refused(words: &str) -> Error {
    Error::new(voice_core::error::ErrorKind::Server, words)
        .with_delivery(voice_core::error::Delivery::Refused)
}

/// One of which nobody knows what it did.
pub fn unknown(words: &str) -> Error {
    Error::new(voice_core::error::ErrorKind::Timeout, words)
        .with_delivery(voice_core::error::Delivery::Unknown)
}

/// No tools.
pub fn no_tools() -> ToolRegistry {
    ToolRegistry::default()
}

/// A resolver over a directory, as tests want it.
pub type Resolver = TenantResolver;
