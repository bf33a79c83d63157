//! [`InstructionResolver`]: the texts of a call, whatever the store does.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use super::cache::Cache;
use super::fetch::{Fetch, Fetched};
use super::flight::Flights;
use super::{InstructionOrigin, InstructionStore, Instructions};
use crate::clock::{SharedClock, SystemClock};
use crate::intake::IntakeError;
use crate::intake::figures::{Figure, IntakeFigures};
use crate::intake::tenant::TenantId;

/// What the agent says first during an outage, unless set otherwise.
pub const DOWNTIME_GREETING: &str =
    "Thank you for calling. We are having technical difficulties at the moment.";
/// What the agent is told to be during an outage, unless set otherwise.
pub const DOWNTIME_PROMPT: &str =
    "Apologise to the caller and ask them to call again later. Offer nothing else.";

/// Finds the texts of a call: from the cache, from the store, or, while the store fails, something to fall back to.
///
/// - Texts younger than the fresh time come from the cache.
/// - Otherwise the store is asked, once for all who wait for the same tenant. Whoever asked first may go away without
///   harm to the others.
/// - The store answers that something is **missing** or empty: a fault of the configuration, and an error. Nothing is
///   fallen back to.
/// - The store **fails** or is too slow: an outage. The texts are then, in this order, the tenant's last known ones, the
///   tenant's safe ones, and those for an outage.
///
/// Cloning is cheap and shares the cache.
///
/// ```
/// use std::sync::Arc;
/// use voice_core::intake::instructions::{InstructionOrigin, InstructionResolver, MemoryInstructions};
/// use voice_core::intake::tenant::TenantId;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let acme = TenantId::parse("acme-corp")?;
/// let store = Arc::new(MemoryInstructions::new());
/// store.set_texts(&acme, "Acme, how can I help?", "You are Acme's receptionist.");
/// let resolver = InstructionResolver::builder(store).build();
///
/// let found = resolver.resolve(&acme).await?;
/// assert_eq!(found.instructions.greeting, "Acme, how can I help?");
/// assert_eq!(found.instructions.origin, InstructionOrigin::Active);
/// assert!(found.fault.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct InstructionResolver {
    inner: Arc<Inner>,
    figures: IntakeFigures,
}

struct Inner {
    fetch: Arc<Fetch>,
    flights: Flights,
    downtime: Arc<Instructions>,
}

/// The texts of a call, and what was wrong with the store, if it was.
#[derive(Debug)]
#[non_exhaustive]
pub struct ResolvedInstructions {
    /// The texts, and where they come from.
    pub instructions: Arc<Instructions>,
    /// Why they are not the current ones: an error of code
    /// [`InstructionsDbError`](crate::intake::EventCode::InstructionsDbError), for the log. The call goes on.
    pub fault: Option<IntakeError>,
}

impl InstructionResolver {
    /// A resolver over `store`, with settings.
    pub fn builder(store: Arc<dyn InstructionStore>) -> InstructionResolverBuilder {
        InstructionResolverBuilder {
            store,
            fresh: Duration::from_secs(300),
            stale: Duration::from_secs(24 * 60 * 60),
            limit: Duration::from_secs(2),
            capacity: 10_000,
            greeting: DOWNTIME_GREETING.to_owned(),
            prompt: DOWNTIME_PROMPT.to_owned(),
            clock: SystemClock::shared(),
            figures: IntakeFigures::default(),
        }
    }

    /// The same, sharing the cache, but counting into `figures`.
    #[must_use]
    pub fn with_figures(&self, figures: &IntakeFigures) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            figures: figures.clone(),
        }
    }

    /// The texts for a call of `tenant`. It counts failures of the store and every fallback, and writes no log.
    ///
    /// # Errors
    /// [`TenantNotConfigured`](crate::intake::EventCode::TenantNotConfigured) when the tenant has no state, or none that
    /// can be read; [`InstructionsMissing`](crate::intake::EventCode::InstructionsMissing) when a text that the state
    /// points at is missing, empty or cannot be rendered. The call is to be rejected.
    pub async fn resolve(&self, tenant: &TenantId) -> Result<ResolvedInstructions, IntakeError> {
        let inner = &self.inner;
        if let Some(instructions) = inner.fetch.cache.fresh(tenant) {
            return Ok(ResolvedInstructions {
                instructions,
                fault: None,
            });
        }
        let fetched = inner.flights.join(tenant, &inner.fetch).await;
        let (fault, texts) = match fetched {
            Fetched::Active(instructions) => {
                return Ok(ResolvedInstructions {
                    instructions,
                    fault: None,
                });
            }
            Fetched::Refused(refusal) => return Err(refusal.error(tenant)),
            Fetched::Down { fault, instead } => (fault, instead),
        };
        let instructions = texts.unwrap_or_else(|| Arc::clone(&inner.downtime));
        self.figures
            .count(Figure::InstructionsDbErrors, Some(tenant));
        match instructions.origin {
            InstructionOrigin::Active => {}
            InstructionOrigin::Stale => self.figures.count(Figure::StaleInstructions, Some(tenant)),
            InstructionOrigin::Safe => self.figures.count(Figure::FallbackSafe, Some(tenant)),
            InstructionOrigin::Downtime => {
                self.figures.count(Figure::FallbackDowntime, Some(tenant));
            }
        }
        Ok(ResolvedInstructions {
            instructions,
            fault: Some(fault.error(tenant)),
        })
    }

    /// Has the next call of `tenant` read the texts anew. Should the store fail then, the old ones still serve.
    pub fn invalidate(&self, tenant: &TenantId) {
        self.inner.flights.abandon(tenant);
        self.inner.fetch.cache.age(tenant);
    }

    /// Keeps nothing of `tenant` any longer, not even to fall back to.
    pub fn forget(&self, tenant: &TenantId) {
        self.inner.flights.abandon(tenant);
        self.inner.fetch.cache.forget(tenant);
    }

    /// How many tenants have texts in the cache.
    #[must_use]
    pub fn cached(&self) -> usize {
        self.inner.fetch.cache.len()
    }
}

impl fmt::Debug for InstructionResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstructionResolver")
            .field("store", &self.inner.fetch.store)
            .field("cached", &self.cached())
            .finish_non_exhaustive()
    }
}

/// Settings of an [`InstructionResolver`].
#[must_use]
pub struct InstructionResolverBuilder {
    store: Arc<dyn InstructionStore>,
    fresh: Duration,
    stale: Duration,
    limit: Duration,
    capacity: usize,
    greeting: String,
    prompt: String,
    clock: SharedClock,
    figures: IntakeFigures,
}

impl InstructionResolverBuilder {
    /// How long texts are used without asking the store again; 300 s unless set. With zero every call asks.
    ///
    /// A change of a text is heard after at most this time, or at once after
    /// [`invalidate`](InstructionResolver::invalidate). Safe texts under the same ids are read again once an hour.
    pub const fn fresh_for(mut self, time: Duration) -> Self {
        self.fresh = time;
        self
    }

    /// Up to which age texts are used while the store fails; 24 h unless set. With zero never.
    pub const fn stale_for(mut self, time: Duration) -> Self {
        self.stale = time;
        self
    }

    /// How long one question to the store may take; 2 s unless set.
    ///
    /// The state is asked for first, then all texts at once: a store that hangs costs a call up to twice this.
    pub const fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// For how many tenants texts are kept, at least 1; 10,000 unless set. The one that was not called for longest goes
    /// first.
    pub const fn capacity(mut self, tenants: usize) -> Self {
        self.capacity = tenants;
        self
    }

    /// What the agent says first and what it is told to be during an outage, when nothing of the tenant's is at hand.
    /// [`DOWNTIME_GREETING`] and [`DOWNTIME_PROMPT`] unless set; a blank text leaves the default.
    pub fn downtime(mut self, greeting: impl Into<String>, prompt: impl Into<String>) -> Self {
        let (greeting, prompt) = (greeting.into(), prompt.into());
        if !greeting.trim().is_empty() {
            self.greeting = greeting;
        }
        if !prompt.trim().is_empty() {
            self.prompt = prompt;
        }
        self
    }

    /// Another clock.
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Where failures and fallbacks are counted.
    pub fn figures(mut self, figures: &IntakeFigures) -> Self {
        self.figures = figures.clone();
        self
    }

    /// The resolver.
    #[must_use]
    pub fn build(self) -> InstructionResolver {
        let capacity = NonZeroUsize::new(self.capacity).unwrap_or(NonZeroUsize::MIN);
        let cache = Cache::new(capacity, self.fresh, self.stale, Arc::clone(&self.clock));
        let downtime = Instructions::new(self.greeting, self.prompt, InstructionOrigin::Downtime);
        InstructionResolver {
            inner: Arc::new(Inner {
                fetch: Arc::new(Fetch {
                    store: self.store,
                    cache,
                    limit: self.limit,
                    clock: self.clock,
                }),
                flights: Flights::default(),
                downtime: Arc::new(downtime),
            }),
            figures: self.figures,
        }
    }
}

/// The texts for an outage are not shown.
impl fmt::Debug for InstructionResolverBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstructionResolverBuilder")
            .field("store", &self.store)
            .field("fresh", &self.fresh)
            .field("stale", &self.stale)
            .field("limit", &self.limit)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
