//! Goodput: how much of a provider's limit each kind of client uses, and how often it is refused. Under paused time, against
//! [`LimitedProvider`]; `GOODPUT.md` has the table.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use secrecy::SecretString;
use voice_core::client::{Answer, Client, ClientOptions, Dialect, Operation, Outgoing, Refusal};
use voice_core::clock::SharedClock;
use voice_core::error::Error;
use voice_core::limits::{Limiter, LimiterBuilder, RateLimiter};
use voice_core::store::redis::{MemoryBucket, RedisLimiter};
use voice_core::testkit::{
    Goodput, Latency, LimitHeaders, LimitKind, LimitedProvider, RetryAfter, TestClock, saturate,
};
use voice_core::transport::{BaseUrl, Transport};

/// Clients that share one account.
const FLEET: usize = 8;
static GET: Operation = Operation::get("calls.get", "/v1/calls");

/// A client, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// This family, alone, its limiter set to the provider's numbers.
    Alone,
    /// This family, alone, with a limiter without any rule.
    Unset,
    /// This family, eight processes with one bucket.
    Fleet,
    /// This family, eight processes that know nothing of each other, each set to the whole limit.
    Ignorant,
    /// The same, each set to an eighth of the limit.
    Shares,
    /// Retries at once until it succeeds.
    Immediate,
    /// Retries after a second until it succeeds.
    EverySecond,
    /// The rules of OpenAI's SDKs: 2 retries, `Retry-After` up to 60 s, else 0.5 s doubling to 8 s less up to a quarter.
    OpenAi,
    /// The standard mode of AWS's SDKs: 3 attempts, a random part of 1 s doubling to 20 s, retries paid from 500 tokens.
    Aws,
}

impl Who {
    /// All, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Alone,
        Self::Fleet,
        Self::Shares,
        Self::Ignorant,
        Self::Unset,
        Self::Immediate,
        Self::EverySecond,
        Self::OpenAi,
        Self::Aws,
    ];

    /// The name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alone => "this family, limit set",
            Self::Fleet => "this family, 8 sharing a bucket",
            Self::Shares => "this family, 8 apart, an eighth each",
            Self::Ignorant => "this family, 8 apart, whole limit each",
            Self::Unset => "this family, no limit set",
            Self::Immediate => "retry at once",
            Self::EverySecond => "retry after 1 s",
            Self::OpenAi => "rules of OpenAI's SDKs",
            Self::Aws => "rules of AWS's SDKs (standard)",
        }
    }
}

/// A limit, and how long it is measured.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Requests per window.
    pub limit: u32,
    /// The window.
    pub window: Duration,
    /// How long.
    pub length: Duration,
    /// The burst of the provider's GCRA.
    pub burst: u32,
    /// Workers in all; enough to keep the limit busy.
    pub workers: usize,
}

/// The three limits of the table.
pub const LIMITS: [Limit; 3] = [
    Limit {
        limit: 1,
        window: Duration::from_secs(1),
        length: Duration::from_secs(3_600),
        burst: 1,
        workers: 24,
    },
    Limit {
        limit: 100,
        window: Duration::from_secs(60),
        length: Duration::from_secs(3_600),
        burst: 10,
        workers: 32,
    },
    Limit {
        limit: 500,
        window: Duration::from_secs(1),
        length: Duration::from_secs(20),
        burst: 50,
        workers: 200,
    },
];

/// What the provider's answers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// `X-RateLimit-*`, and `Retry-After` with a 429.
    All,
    /// `Retry-After` with a 429.
    RetryAfter,
    /// Nothing.
    Nothing,
}

#[derive(Debug)]
struct Plain;

#[async_trait]
impl Dialect for Plain {
    fn provider(&self) -> &'static str {
        "plain"
    }

    async fn authorize(&self, _: &mut Outgoing<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        (!answer.status_is_success()).then(|| Refusal::from_status(answer.status))
    }

    fn request_id<'h>(&self, _: &'h HeaderMap) -> Option<&'h str> {
        None
    }

    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }
}

/// Runs one cell of the table, in a runtime of its own under paused time.
///
/// # Panics
/// When no runtime can be built.
#[must_use]
pub fn run(who: Who, limit: Limit, kind: LimitKind, says: Says, latency: Latency) -> Goodput {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime can be built")
        .block_on(cell(who, limit, kind, says, latency))
}

async fn cell(who: Who, limit: Limit, kind: LimitKind, says: Says, latency: Latency) -> Goodput {
    let clock: SharedClock = Arc::new(TestClock::at(1_700_000_000).with_seed(3));
    let (headers, retry_after) = match says {
        Says::All => (LimitHeaders::SecondsLeft, RetryAfter::Seconds),
        Says::RetryAfter => (LimitHeaders::None, RetryAfter::Seconds),
        Says::Nothing => (LimitHeaders::None, RetryAfter::None),
    };
    let provider = LimitedProvider::new(kind, limit.limit, limit.window, Arc::clone(&clock))
        .headers(headers)
        .retry_after(retry_after)
        .latency(latency);
    // The rows that have a bar to meet run for the whole time; the others show soon what they come to.
    let length = match who {
        Who::Alone | Who::Fleet => limit.length,
        _ => limit
            .length
            .min(Duration::from_secs(600).max(limit.length / 6)),
    };
    match who {
        Who::Immediate | Who::EverySecond | Who::OpenAi | Who::Aws => {
            let tokens = Arc::new(std::sync::atomic::AtomicI64::new(500));
            let transport = provider.clone();
            let job = move |_| {
                bare(
                    who,
                    transport.clone(),
                    Arc::clone(&clock),
                    Arc::clone(&tokens),
                )
            };
            saturate(&provider, limit.workers, length, job).await
        }
        _ => {
            let clients = Arc::new(family(who, limit, kind, &provider, &clock));
            let job = move |worker: usize| {
                let client = clients[worker % clients.len()].clone();
                async move { client.request(&GET).send_raw().await.is_ok() }
            };
            saturate(&provider, limit.workers, length, job).await
        }
    }
}

fn family(
    who: Who,
    limit: Limit,
    kind: LimitKind,
    provider: &LimitedProvider,
    clock: &SharedClock,
) -> Vec<Client> {
    let gcra = match kind {
        LimitKind::Gcra { burst } => Some((burst / 2).max(1)),
        _ => None,
    };
    let build = |builder: LimiterBuilder| -> Arc<dyn RateLimiter> {
        let limiter = builder.clock(Arc::clone(clock)).build();
        Arc::new(limiter.expect("rules that make sense"))
    };
    let with_rule = |requests: u32, window: Duration, burst: Option<u32>| {
        let builder = Limiter::builder().rule(requests, window);
        build(match burst {
            Some(burst) => builder.burst(burst),
            None => builder,
        })
    };
    let fleet = u32::try_from(FLEET).unwrap_or(1);
    let even = (limit.limit / 100).max(1);
    let bucket = MemoryBucket::new(Arc::clone(clock), Duration::from_millis(2));
    let limiter = || -> Arc<dyn RateLimiter> {
        match who {
            Who::Unset => build(Limiter::builder()),
            Who::Fleet => {
                let limiter = RedisLimiter::in_memory(&bucket).quota(limit.limit, limit.window);
                Arc::new(limiter.build().expect("a rule that makes sense"))
            }
            Who::Shares => with_rule(limit.limit, limit.window * fleet, Some(even)),
            Who::Ignorant => with_rule(limit.limit, limit.window, Some(even)),
            _ => with_rule(limit.limit, limit.window, gcra),
        }
    };
    let clients = match who {
        Who::Alone | Who::Unset => 1,
        _ => FLEET,
    };
    let base = BaseUrl::parse("https://api.example.com").expect("a URL");
    (0..clients)
        .map(|_| {
            let options = ClientOptions::new()
                .transport(Arc::new(provider.clone()))
                .clock(Arc::clone(clock))
                .shared_limiter(limiter());
            Client::new(Arc::new(Plain), base.clone(), "goodput/1.0", options).expect("a client")
        })
        .collect()
}

/// One job of a client without a limiter.
async fn bare(
    who: Who,
    provider: LimitedProvider,
    clock: SharedClock,
    tokens: Arc<std::sync::atomic::AtomicI64>,
) -> bool {
    use std::sync::atomic::Ordering::Relaxed;
    let mut retries = 0_i32;
    loop {
        let request = http::Request::get("https://api.example.com/v1/calls")
            .body(Bytes::new())
            .expect("a request");
        let Ok(answer) = provider.send(request).await else {
            return false;
        };
        if answer.status().is_success() {
            // What the last retry had cost comes back, or one token.
            let back = if retries > 0 { 5 } else { 1 };
            let _ = tokens.fetch_update(Relaxed, Relaxed, |held| Some((held + back).min(500)));
            return true;
        }
        let asked = answer
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
            .filter(|seconds| (1..=60).contains(seconds));
        let wait = match who {
            Who::Immediate => Duration::ZERO,
            Who::EverySecond => Duration::from_secs(1),
            Who::OpenAi => {
                if retries == 2 {
                    return false;
                }
                let doubled = (0.5 * 2_f64.powi(retries)).min(8.0);
                let spread = Duration::from_secs_f64(doubled * (1.0 - 0.25 * clock.unit()));
                asked.map_or(spread, Duration::from_secs)
            }
            _ => {
                let taken =
                    tokens.fetch_update(Relaxed, Relaxed, |held| (held >= 5).then_some(held - 5));
                if retries == 2 || taken.is_err() {
                    return false;
                }
                Duration::from_secs_f64(clock.unit() * 2_f64.powi(retries).min(20.0))
            }
        };
        retries += 1;
        clock.sleep(wait).await;
    }
}

/// Prints the tables of each limit, or of the one that allows `only` so many per window; of all clients, or of those whose name
/// has `part` in it.
pub fn print_tables(only: Option<u32>, part: &str) {
    for limit in LIMITS
        .into_iter()
        .filter(|limit| only.is_none_or(|only| only == limit.limit))
    {
        let kinds = [
            ("fixed window", LimitKind::FixedWindow),
            ("sliding window", LimitKind::SlidingWindow),
            ("GCRA", LimitKind::Gcra { burst: limit.burst }),
        ];
        println!("\n### {} per {:?}\n", limit.limit, limit.window);
        println!(
            "| client | provider | answers say | of the allowed | answers 429 | requests per success | wait p50 | p99 | failed |"
        );
        println!("|---|---|---|---|---|---|---|---|---|");
        for who in Who::ALL.into_iter().filter(|who| who.name().contains(part)) {
            for (name, kind) in kinds {
                for says in [Says::All, Says::Nothing] {
                    print_row(
                        who,
                        name,
                        says,
                        &run(who, limit, kind, says, Latency::usual()),
                    );
                }
            }
        }
        println!("\nThe same over a bad line (60 ms there and 20 ms more on average):\n");
        println!(
            "| client | provider | answers say | of the allowed | answers 429 | requests per success | wait p50 | p99 | failed |"
        );
        println!("|---|---|---|---|---|---|---|---|---|");
        for who in [Who::Alone, Who::Fleet]
            .into_iter()
            .filter(|who| who.name().contains(part))
        {
            for (name, kind) in kinds {
                let figures = run(who, limit, kind, Says::RetryAfter, Latency::rough());
                print_row(who, name, Says::RetryAfter, &figures);
            }
        }
    }
}

fn print_row(who: Who, kind: &str, says: Says, figures: &Goodput) {
    let says = match says {
        Says::All => "headers, Retry-After",
        Says::RetryAfter => "Retry-After",
        Says::Nothing => "nothing",
    };
    println!(
        "| {} | {kind} | {says} | {:.1} % | {:.2} % | {:.3} | {:.2} s | {:.2} s | {} |",
        who.name(),
        figures.share * 100.0,
        figures.refused * 100.0,
        figures.requests_per_success,
        figures.wait_p50.as_secs_f64(),
        figures.wait_p99.as_secs_f64(),
        figures.failed,
    );
}
