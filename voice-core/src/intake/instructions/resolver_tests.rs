//! The rules of the resolver, one by one, under paused time.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind};
use crate::intake::figures::{Figure, IntakeFigures};
use crate::intake::tenant::TenantId;
use crate::intake::{EventCode, IntakeError, Reason};

const FRESH: Duration = Duration::from_secs(300);
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug)]
struct Panics;

#[async_trait::async_trait]
impl InstructionStore for Panics {
    async fn state(&self, _: &TenantId) -> Result<Option<InstructionState>, Error> {
        panic!("told to")
    }
    async fn text(&self, _: &TenantId, _: PromptKind, _: &str) -> Result<Option<String>, Error> {
        panic!("told to")
    }
}

struct Setup {
    store: Arc<MemoryInstructions>,
    resolver: InstructionResolver,
    figures: IntakeFigures,
    acme: TenantId,
}

fn setup() -> Setup {
    let store = Arc::new(MemoryInstructions::new());
    let acme = TenantId::parse("acme").unwrap();
    store.set_texts(&acme, "Hello from Acme.", "You work at Acme.");
    let figures = IntakeFigures::default();
    let resolver = InstructionResolver::builder(store.clone())
        .build()
        .with_figures(&figures);
    Setup {
        store,
        resolver,
        figures,
        acme,
    }
}

impl Setup {
    async fn resolve(&self) -> ResolvedInstructions {
        self.resolver.resolve(&self.acme).await.unwrap()
    }

    async fn origin(&self) -> InstructionOrigin {
        self.resolve().await.instructions.origin
    }

    async fn refused(&self) -> IntakeError {
        self.resolver.resolve(&self.acme).await.unwrap_err()
    }

    fn count(&self, figure: Figure) -> u64 {
        let snapshot = self.figures.snapshot();
        let of_tenant = snapshot.tenants.get("acme").map_or(0, |t| t.get(figure));
        assert_eq!(of_tenant, snapshot.totals.get(figure));
        of_tenant
    }
}

async fn pass(time: Duration) {
    SystemClock::default().sleep(time).await;
}

fn context(error: &IntakeError) -> Vec<(&str, &str)> {
    error.context().collect()
}

#[tokio::test(start_paused = true)]
async fn texts_are_read_once_and_then_again_when_their_time_is_over() {
    let it = setup();
    assert_eq!(it.origin().await, InstructionOrigin::Active);
    assert_eq!(it.store.reads(), 3);
    it.store.set_texts(&it.acme, "New.", "New too.");
    pass(FRESH - Duration::from_millis(1)).await;
    assert_eq!(it.resolve().await.instructions.greeting, "Hello from Acme.");
    assert_eq!(it.store.reads(), 3);
    pass(Duration::from_millis(1)).await;
    assert_eq!(it.resolve().await.instructions.greeting, "New.");
    assert_eq!(it.store.reads(), 6);
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_rejects_and_says_what() {
    let it = setup();
    let pointers = [
        ("greeting_id", "greeting"),
        ("instruction_id", "instruction"),
    ];
    it.store
        .set_text(&it.acme, PromptKind::Greeting, "greeting", " \n");
    let error = it.refused().await;
    assert_eq!(error.code(), EventCode::InstructionsMissing);
    assert_eq!(error.reason(), &Reason::GreetingTextEmpty);
    assert_eq!(context(&error), pointers);
    assert_eq!(error.tenant(), Some(&it.acme));

    it.store.set_texts(&it.acme, "Hello.", "\t");
    assert_eq!(it.refused().await.reason(), &Reason::InstructionTextEmpty);

    it.store.set_texts(&it.acme, "Hello.", "Work.");
    it.store
        .remove_text(&it.acme, PromptKind::Instruction, "instruction");
    let error = it.refused().await;
    assert_eq!(error.reason(), &Reason::IdNotFound);
    assert_eq!(
        context(&error),
        [pointers[0], pointers[1], ("text", "instruction")]
    );

    it.store.remove_state(&it.acme);
    let error = it.refused().await;
    assert_eq!(error.code(), EventCode::TenantNotConfigured);
    assert_eq!(error.reason(), &Reason::StateDocMissing);
    assert_eq!(it.count(Figure::InstructionsDbErrors), 0);
}

#[tokio::test(start_paused = true)]
async fn a_missing_text_never_falls_back() {
    let it = setup();
    it.store.set_safe_texts(&it.acme, "Safe.", "Safe too.");
    assert_eq!(it.origin().await, InstructionOrigin::Active);
    it.store
        .remove_text(&it.acme, PromptKind::Greeting, "greeting");
    pass(FRESH).await;
    assert_eq!(it.refused().await.reason(), &Reason::IdNotFound);
    // Nor do the texts that the store said are gone come back in an outage.
    it.store.trouble(StoreTrouble::Down);
    assert_eq!(it.origin().await, InstructionOrigin::Safe);
}

#[tokio::test(start_paused = true)]
async fn an_outage_falls_back_to_stale_then_to_safe() {
    let it = setup();
    it.store.set_safe_texts(&it.acme, "Safe.", "Safe too.");
    assert_eq!(it.origin().await, InstructionOrigin::Active);
    it.store.trouble(StoreTrouble::Down);
    assert_eq!(it.origin().await, InstructionOrigin::Active, "still fresh");
    pass(FRESH).await;
    let found = it.resolve().await;
    assert_eq!(found.instructions.origin, InstructionOrigin::Stale);
    assert_eq!(found.instructions.prompt, "You work at Acme.");
    let fault = found.fault.unwrap();
    assert_eq!(fault.code(), EventCode::InstructionsDbError);
    assert_eq!(fault.reason(), &Reason::DbError);
    assert_eq!(
        context(&fault),
        [("cause_type", "connect"), ("operation", "fetch_state")]
    );
    assert!(fault.cause().is_some());
    pass(STALE - FRESH).await;
    let found = it.resolve().await;
    assert_eq!(found.instructions.origin, InstructionOrigin::Safe);
    assert_eq!(found.instructions.greeting, "Safe.");
    it.resolver.forget(&it.acme);
    let found = it.resolve().await;
    assert_eq!(found.instructions.origin, InstructionOrigin::Downtime);
    assert_eq!(found.instructions.greeting, DOWNTIME_GREETING);
    assert_eq!(found.instructions.prompt, DOWNTIME_PROMPT);
    it.store.trouble(StoreTrouble::None);
    assert_eq!(it.origin().await, InstructionOrigin::Active);

    for (figure, count) in [
        (Figure::InstructionsDbErrors, 3),
        (Figure::StaleInstructions, 1),
        (Figure::FallbackSafe, 1),
        (Figure::FallbackDowntime, 1),
    ] {
        assert_eq!(it.count(figure), count, "{figure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_safe_text_is_heard_after_an_hour_or_an_invalidation() {
    let it = setup();
    it.store.set_safe_texts(&it.acme, "Safe.", "Safe too.");
    it.resolve().await;
    let safe = async |told: bool| {
        if told {
            it.resolver.invalidate(&it.acme);
        }
        it.resolve().await;
        it.store.trouble(StoreTrouble::Down);
        pass(STALE).await;
        let found = it.resolve().await.instructions;
        it.store.trouble(StoreTrouble::None);
        assert_eq!(found.origin, InstructionOrigin::Safe);
        found.greeting.clone()
    };
    it.store.set_safe_texts(&it.acme, "Newer.", "Safe too.");
    assert_eq!(safe(true).await, "Newer.");
    it.store.set_safe_texts(&it.acme, "Newest.", "Safe too.");
    assert_eq!(safe(false).await, "Newest.", "a day later");
}

#[tokio::test(start_paused = true)]
async fn safe_texts_that_the_state_names_no_more_do_not_come_back() {
    for broken in [true, false] {
        let it = setup();
        it.store.set_safe_texts(&it.acme, "Safe.", "Safe too.");
        it.resolve().await;
        let pointers = InstructionPointers::new("greeting", "nowhere");
        it.store.remove_state(&it.acme);
        if broken {
            let state = InstructionState::new(pointers);
            it.store.set_state(&it.acme, state);
        }
        pass(FRESH).await;
        it.refused().await;
        it.store.trouble(StoreTrouble::Down);
        assert_eq!(it.origin().await, InstructionOrigin::Downtime);
    }
}

#[tokio::test(start_paused = true)]
async fn safe_texts_that_can_be_read_are_used_at_once() {
    #[derive(Debug)]
    struct OnlySafe(Arc<MemoryInstructions>);
    #[async_trait::async_trait]
    impl InstructionStore for OnlySafe {
        async fn state(&self, tenant: &TenantId) -> Result<Option<InstructionState>, Error> {
            self.0.state(tenant).await
        }
        async fn text(
            &self,
            tenant: &TenantId,
            kind: PromptKind,
            id: &str,
        ) -> Result<Option<String>, Error> {
            match id.starts_with("safe-") {
                true => self.0.text(tenant, kind, id).await,
                false => std::future::pending().await,
            }
        }
    }
    let it = setup();
    it.store.set_safe_texts(&it.acme, "Safe.", "Safe too.");
    let resolver = InstructionResolver::builder(Arc::new(OnlySafe(it.store.clone()))).build();
    let found = resolver.resolve(&it.acme).await.unwrap();
    assert_eq!(found.instructions.origin, InstructionOrigin::Safe);
    let fault = found.fault.unwrap();
    assert_eq!(fault.reason(), &Reason::DbTimeout);
    assert_eq!(
        context(&fault),
        [("cause_type", "timeout"), ("operation", "fetch_greeting")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_costs_the_limit_and_one_that_panics_nothing() {
    let it = setup();
    it.store.trouble(StoreTrouble::Hangs);
    let clock = SystemClock::default();
    let start = clock.now();
    let found = it.resolve().await;
    assert_eq!(found.instructions.origin, InstructionOrigin::Downtime);
    assert_eq!(found.fault.unwrap().reason(), &Reason::DbTimeout);
    let waited = clock.now() - start;
    assert!(waited >= Duration::from_secs(2) && waited < Duration::from_millis(2_100));

    let panics = InstructionResolver::builder(Arc::new(Panics)).build();
    let found = panics.resolve(&it.acme).await.unwrap();
    assert_eq!(found.fault.unwrap().reason(), &Reason::DbError);
    it.store.trouble(StoreTrouble::NoTexts);
    let fault = it.resolve().await.fault.unwrap();
    assert!(context(&fault).contains(&("operation", "fetch_greeting")));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_at_once_ask_once_and_share_an_outage_too() {
    let it = setup();
    let all = join_all((0..1_000).map(|_| it.resolve())).await;
    assert_eq!(it.store.reads(), 3);
    let first = &all[0].instructions;
    assert!(all.iter().all(|one| Arc::ptr_eq(&one.instructions, first)));

    it.resolver.forget(&it.acme);
    it.store.trouble(StoreTrouble::Hangs);
    let start = SystemClock::default().now();
    let all = join_all((0..1_000).map(|_| it.resolve())).await;
    assert_eq!(it.store.reads(), 4);
    assert!(SystemClock::default().now() - start < Duration::from_secs(3));
    assert!(all.iter().all(|one| one.fault.is_some()));
    assert_eq!(it.count(Figure::FallbackDowntime), 1_000);
}

#[tokio::test(start_paused = true)]
async fn whoever_asked_first_may_leave() {
    let it = setup();
    it.store.trouble(StoreTrouble::Hangs);
    let mut leader = Box::pin(it.resolver.resolve(&it.acme));
    assert!(leader.as_mut().now_or_never().is_none());
    let follower = {
        let (resolver, acme) = (it.resolver.clone(), it.acme.clone());
        tokio::spawn(async move { resolver.resolve(&acme).await.unwrap() })
    };
    tokio::task::yield_now().await;
    pass(Duration::from_secs(1)).await;
    drop(leader);
    let start = SystemClock::default().now();
    assert!(follower.await.unwrap().fault.is_some());
    assert!(SystemClock::default().now() - start < Duration::from_millis(1_100));
    assert_eq!(it.store.reads(), 1, "the follower went on with it");

    // All leave: the next one asks anew.
    let mut alone = Box::pin(it.resolver.resolve(&it.acme));
    assert!(alone.as_mut().now_or_never().is_none());
    drop(alone);
    it.store.trouble(StoreTrouble::None);
    assert_eq!(it.origin().await, InstructionOrigin::Active);
}

#[tokio::test(start_paused = true)]
async fn a_question_from_before_an_invalidation_is_not_kept() {
    let it = setup();
    assert_eq!(it.origin().await, InstructionOrigin::Active);
    it.store.set_texts(&it.acme, "New.", "New too.");
    it.resolver.invalidate(&it.acme);
    assert_eq!(it.resolve().await.instructions.greeting, "New.");

    it.resolver.invalidate(&it.acme);
    it.store.trouble(StoreTrouble::Hangs);
    let mut early = Box::pin(it.resolver.resolve(&it.acme));
    assert!(early.as_mut().now_or_never().is_none());
    it.store.trouble(StoreTrouble::None);
    it.resolver.invalidate(&it.acme);
    let reads = it.store.reads();
    assert_eq!(it.origin().await, InstructionOrigin::Active);
    assert_eq!(it.store.reads(), reads + 3, "it did not join the early one");
    assert!(early.await.unwrap().fault.is_some());
    assert_eq!(it.origin().await, InstructionOrigin::Active);

    it.store.trouble(StoreTrouble::Down);
    it.resolver.invalidate(&it.acme);
    assert_eq!(
        it.origin().await,
        InstructionOrigin::Stale,
        "better than none"
    );
}

#[tokio::test(start_paused = true)]
async fn the_number_of_tenants_is_bounded() {
    let it = setup();
    let resolver = InstructionResolver::builder(it.store.clone())
        .capacity(2)
        .build();
    for name in ["a", "b", "c"] {
        let tenant = TenantId::parse(name).unwrap();
        it.store.set_texts(&tenant, name, name);
        resolver.resolve(&tenant).await.unwrap();
    }
    assert_eq!(resolver.cached(), 2);
    assert!(!format!("{resolver:?}").contains("Acme"));
}

#[tokio::test(start_paused = true)]
async fn the_texts_for_an_outage_can_be_set() {
    let it = setup();
    it.store.trouble(StoreTrouble::Down);
    let resolver = InstructionResolver::builder(it.store.clone())
        .downtime("Sorry.", " ")
        .build();
    let found = resolver.resolve(&it.acme).await.unwrap();
    assert_eq!(found.instructions.greeting, "Sorry.");
    assert_eq!(found.instructions.prompt, DOWNTIME_PROMPT, "blank is none");
}

#[tokio::test(start_paused = true)]
async fn a_state_that_cannot_be_read_is_a_fault_of_the_configuration() {
    #[derive(Debug)]
    struct Broken;
    #[async_trait::async_trait]
    impl InstructionStore for Broken {
        async fn state(&self, _: &TenantId) -> Result<Option<InstructionState>, Error> {
            Err(Error::new(ErrorKind::Decode, "active is missing"))
        }
        async fn text(
            &self,
            _: &TenantId,
            _: PromptKind,
            _: &str,
        ) -> Result<Option<String>, Error> {
            Ok(None)
        }
    }
    let resolver = InstructionResolver::builder(Arc::new(Broken)).build();
    let acme = TenantId::parse("acme").unwrap();
    let error = resolver.resolve(&acme).await.unwrap_err();
    assert_eq!(error.code(), EventCode::TenantNotConfigured);
    assert_eq!(error.reason(), &Reason::InvalidConfig);
    assert_eq!(context(&error), [("operation", "fetch_state")]);
    assert!(error.to_string().contains("active is missing"), "{error}");
}
