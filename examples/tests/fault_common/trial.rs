//! One operation at one point, and the rules that hold at every one.
//!
//! The way is: client, [`CutProxy`], (TLS,) [`FaultProxy`] as a witness, simulator. The witness knows what reached the
//! simulator and what it answered, whatever the client saw.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use voice_core::clock::SharedClock;
use voice_core::error::{Error, ErrorKind};
use voice_core::testkit::{Cut, CutEnd, CutProxy, Exchange, Fault, FaultProxy, Forwarded, Passage};
use voice_core::transport::HttpTransport;

use super::operations::{Class, Op, Work, read_of};
use super::place::{ATTEMPT, DEADLINE, PatientClock, Place};
use super::tls::Tls;
use super::world::World;

/// How long after its deadline an operation counts as one that hangs: long enough for a machine that is busy.
const SLACK: Duration = Duration::from_secs(30);

/// How long nothing has to come to the simulator before it is asked.
const QUIET: Duration = Duration::from_millis(30);

/// What is done to the exchange.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// Of the first request and its answer.
    pub(crate) fault: Fault,
    /// Of every answer, until the operation is over.
    pub(crate) always: Fault,
    /// Of the first connection.
    pub(crate) cut: Option<Cut>,
    /// Whether every answer is correct, so that nothing may fail.
    pub(crate) correct: bool,
    /// Whether the answer may be complete in its frame and wrong in its content, which no client can mend.
    pub(crate) garbles: bool,
}

impl Point {
    pub(crate) const CALM: Self = Self {
        fault: Fault::None,
        always: Fault::None,
        cut: None,
        correct: false,
        garbles: false,
    };

    pub(crate) fn cut(cut: Cut) -> Self {
        Self {
            cut: Some(cut),
            ..Self::CALM
        }
    }

    pub(crate) fn fault(fault: Fault) -> Self {
        Self {
            fault,
            ..Self::CALM
        }
    }

    pub(crate) fn correct(fault: Fault) -> Self {
        Self {
            correct: true,
            ..Self::fault(fault)
        }
    }

    fn stalls(&self) -> bool {
        let cut = self.cut.as_ref();
        cut.is_some_and(|cut| cut.end == CutEnd::Stall)
    }

    pub(crate) fn garbled(mut self, garbles: bool) -> Self {
        self.garbles = garbles;
        self
    }
}

/// What all trials share.
pub(crate) struct Rig {
    pub(crate) world: Arc<World>,
    /// Another one, in which nothing changes while its lists are read.
    quiet: Arc<World>,
    transport: HttpTransport,
    tls: Option<Tls>,
    next: AtomicU32,
}

impl Rig {
    pub(crate) async fn start() -> Arc<Self> {
        Self::with(None).await
    }

    /// All providers behind TLS of a private authority.
    pub(crate) async fn start_tls() -> Arc<Self> {
        Self::with(Some(Tls::new())).await
    }

    async fn with(tls: Option<Tls>) -> Arc<Self> {
        let mut settings = HttpTransport::builder();
        if let Some(tls) = &tls {
            settings = settings.root_certificate_pem(tls.root());
        }
        Arc::new(Self {
            world: Arc::new(World::start().await),
            quiet: Arc::new(World::start().await),
            transport: settings.build().unwrap(),
            tls,
            next: AtomicU32::new(1),
        })
    }

    /// What passes on the first connection when nothing goes wrong.
    pub(crate) async fn tape(&self, op: Op) -> Passage {
        let (outcome, mut passages) = self.carry_out(op, &Point::CALM).await;
        assert_eq!(outcome.as_deref(), Ok("success"), "{}", op.name);
        passages.remove(0)
    }

    /// The outcome at a point, or the rule that was broken.
    pub(crate) async fn trial(&self, op: Op, point: &Point) -> Result<String, String> {
        let (outcome, _) = self.carry_out(op, point).await;
        outcome.map_err(|rule| format!("{:?} {} at {point:?}: {rule}", op.provider, op.name))
    }

    async fn carry_out(&self, op: Op, point: &Point) -> (Result<String, String>, Vec<Passage>) {
        let world = match op.class {
            Class::List => &self.quiet,
            _ => &self.world,
        };
        let upstream = world.address(op.provider);
        let witness = once_free(|| FaultProxy::start(upstream)).await;
        witness.set_default(point.always.clone());
        if point.fault != Fault::None {
            witness.push(point.fault.clone());
        }
        let inside = match &self.tls {
            Some(tls) => Some(tls.before(witness.addr()).await),
            None => None,
        };
        let behind = inside.as_ref().map_or(witness.addr(), |inside| inside.addr);
        let cutter = once_free(|| CutProxy::start(behind)).await;
        cutter.push(point.cut.clone().unwrap_or_else(never));
        let scheme = if inside.is_some() { "https" } else { "http" };
        let clock = PatientClock::new();
        let place = Place {
            world: Arc::clone(world),
            base: format!("{scheme}://{}", cutter.addr()),
            n: self.next.fetch_add(1, Ordering::Relaxed),
            transport: self.transport.clone(),
            clock: Arc::clone(&clock) as SharedClock,
            attempt: ATTEMPT,
        };
        let id = (op.prepare)(place.clone()).await;
        let within = async |work: Work| {
            tokio::select! {
                ran = timeout(DEADLINE + SLACK, work) => ran,
                never = lose_patience(&cutter, &clock, point) => match never {},
            }
        };
        let Ok(outcome) = within((op.run)(place.clone(), id.clone())).await else {
            return (Err("it hangs".to_owned()), Vec::new());
        };
        // What stalls behind an answer that was complete is only known to the next request.
        let is_kept = outcome.is_ok() && point.stalls();
        if !is_kept && timeout(SLACK, cutter.until_settled()).await.is_err() {
            return (
                Err("its connection is never given up".to_owned()),
                Vec::new(),
            );
        }
        // What had passed the cut is carried out, or never will be.
        tokio::time::sleep(QUIET).await;
        let log = witness.log();
        let count = op.count.map(|count| count(world, place.n, &id));
        let mut verdict = judge(op, point, &outcome, &log, count);
        // Whatever lies on a connection that was kept must not become the answer to another request.
        witness.set_default(Fault::None);
        let read = read_of(op.provider);
        // A cut that the operation's own answer did not reach may fall into the read's, where no client can mend it.
        let is_over = !point.garbles || cutter.passages().iter().any(|passage| passage.happened);
        let again = within((read.run)(place, String::new())).await;
        if verdict.is_ok() && is_over && !matches!(again, Ok(Ok(()))) {
            verdict = Err(format!("a read after it: {again:?}"));
        }
        (verdict, cutter.passages())
    }
}

/// Lets the client's timeouts run out for as long as its connection stalls.
async fn lose_patience(cutter: &CutProxy, clock: &PatientClock, point: &Point) -> Infallible {
    let began = || cutter.passages().iter().any(|passage| passage.happened);
    while point.stalls() {
        tokio::time::sleep(Duration::from_millis(25)).await;
        if began() {
            if timeout(Duration::ZERO, cutter.until_settled())
                .await
                .is_ok()
            {
                break;
            }
            clock.run_out();
        }
    }
    std::future::pending().await
}

/// A cut that no connection reaches.
fn never() -> Cut {
    Cut::to_server(u64::MAX, CutEnd::Reset)
}

fn judge(
    op: Op,
    point: &Point,
    outcome: &Result<(), Error>,
    log: &[Exchange],
    count: Option<usize>,
) -> Result<String, String> {
    let acts = |exchange: &&Exchange| {
        exchange.forwarded == Forwarded::Yes && !exchange.request_line.starts_with("GET ")
    };
    let sent = log.iter().filter(acts).count();
    let succeeds = |status: u16| (200..300).contains(&status);
    let done = |exchange: &&Exchange| exchange.answer_status.is_some_and(succeeds);
    let answered = log.iter().filter(acts).filter(done).count();
    // The simulator may have acted just now, and its answer not have come yet.
    let acted = answered.max(count.unwrap_or_default());
    let rule = |broken: bool, rule: &str| {
        let known = format!("{rule}; sent {sent}, acted {acted}, counted {count:?}: {outcome:?}");
        if broken { Err(known) } else { Ok(()) }
    };
    if op.class.is_once() {
        rule(
            acted > 1 || count.is_some_and(|count| count > 1),
            "it was done twice",
        )?;
        rule(sent > 1, "it was sent again")?;
        rule(
            count.is_some_and(|count| count < answered),
            "the simulator counts fewer",
        )?;
    } else {
        rule(count.is_some_and(|count| count > 1), "it took effect twice")?;
    }
    match outcome {
        Ok(()) => {
            rule(
                !op.class.only_reads() && acted == 0,
                "a success, and nothing was done",
            )?;
            Ok("success".to_owned())
        }
        Err(error) => {
            rule(point.correct, "the answer was correct")?;
            rule(error.kind() == ErrorKind::Other, "an error without a kind")?;
            rule(
                error.attempts() == 0 || error.message().is_empty(),
                "an error that says nothing",
            )?;
            rule(
                acted > 0 && !error.may_have_happened(),
                "it happened, and the error denies it",
            )?;
            let garbled =
                point.garbles && matches!(error.kind(), ErrorKind::Decode | ErrorKind::Protocol);
            // A stream that breaks off is with its reader, who may have made use of it.
            let streamed = op.class == Class::Download && error.status().is_some();
            let excused = garbled || streamed;
            rule(
                op.class.is_repeated() && !excused,
                "it could have been sent again",
            )?;
            Ok(format!("{} {}", error.delivery(), error.kind()))
        }
    }
}

/// Starts a server. Tens of thousands of points use up the machine's ports, which come back a minute after.
async fn once_free<T, S: Future<Output = io::Result<T>>>(start: impl Fn() -> S) -> T {
    for _ in 0..180 {
        match start().await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            started => return started.unwrap(),
        }
    }
    panic!("no port came free in three minutes");
}
