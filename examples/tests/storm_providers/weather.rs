//! A network that exists in memory and has weather, and a clock whose every run is the same.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use http::Response;
use voice_core::clock::{Clock, SharedClock, Sleep, SystemClock};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::transport::{Body, Transport, TransportError};

/// Tokio's (paused) time, a calendar that begins in 2025, and jitter from a seed.
#[derive(Debug)]
pub(crate) struct SeededClock {
    inner: SystemClock,
    start: Instant,
    chance: Mutex<fastrand::Rng>,
}

impl SeededClock {
    pub(crate) fn shared(seed: u64) -> SharedClock {
        let inner = SystemClock::default();
        Arc::new(Self {
            start: inner.now(),
            inner,
            chance: Mutex::new(fastrand::Rng::with_seed(seed)),
        })
    }
}

impl Clock for SeededClock {
    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn wall(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_750_000_000) + (self.inner.now() - self.start)
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.sleep(duration)
    }

    fn unit(&self) -> f64 {
        self.chance.lock().unwrap().f64()
    }
}

/// What happens to one request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sky {
    /// Answered well, after so long.
    Fair(Duration),
    /// Answered with a status, and perhaps `Retry-After` seconds.
    Status(u16, Option<u32>),
    /// The connection breaks before an answer.
    Reset,
    /// No connection.
    Refused,
    /// A good head, and half of the body.
    CutOff,
    /// No answer ever.
    Silent,
}

type Forecast = dyn Fn(&mut fastrand::Rng, Duration) -> Sky + Send + Sync;

#[derive(Debug)]
struct State {
    chance: fastrand::Rng,
    sent: u64,
    by_tenth: BTreeMap<u128, u32>,
    in_flight: u32,
    most_in_flight: u32,
}

/// Answers every request by the forecast for its moment.
#[derive(Clone)]
pub(crate) struct Weather {
    clock: SharedClock,
    start: Instant,
    good: &'static str,
    forecast: Arc<Forecast>,
    state: Arc<Mutex<State>>,
}

impl Weather {
    pub(crate) fn new(
        clock: SharedClock,
        good: &'static str,
        seed: u64,
        forecast: impl Fn(&mut fastrand::Rng, Duration) -> Sky + Send + Sync + 'static,
    ) -> Self {
        Self {
            start: clock.now(),
            clock,
            good,
            forecast: Arc::new(forecast),
            state: Arc::new(Mutex::new(State {
                chance: fastrand::Rng::with_seed(seed),
                sent: 0,
                by_tenth: BTreeMap::new(),
                in_flight: 0,
                most_in_flight: 0,
            })),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn sent(&self) -> u64 {
        self.state().sent
    }

    pub(crate) fn most_in_flight(&self) -> u32 {
        self.state().most_in_flight
    }

    /// Requests sent from `from` to before `to`, since the beginning.
    pub(crate) fn sent_between(&self, from: Duration, to: Duration) -> u64 {
        let tenths = from.as_millis() / 100..to.as_millis() / 100;
        let state = self.state();
        state
            .by_tenth
            .range(tenths)
            .map(|(_, n)| u64::from(*n))
            .sum()
    }

    /// The most that were sent within any 100 ms of that time.
    pub(crate) fn busiest_tenth(&self, from: Duration, to: Duration) -> u32 {
        let tenths = from.as_millis() / 100..to.as_millis() / 100;
        let state = self.state();
        state
            .by_tenth
            .range(tenths)
            .map(|(_, n)| *n)
            .max()
            .unwrap_or(0)
    }
}

struct InFlight(Weather);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
    }
}

impl fmt::Debug for Weather {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Weather")
    }
}

fn answer(status: u16, body: Body) -> Response<Body> {
    let mut answer = Response::new(body);
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
    answer
}

#[async_trait]
impl Transport for Weather {
    async fn send(&self, _: http::Request<Bytes>) -> Result<Response<Body>, TransportError> {
        const GOES_WRONG_AFTER: Duration = Duration::from_millis(20);
        let since = self.clock.now() - self.start;
        let (sky, as_page) = {
            let mut state = self.state();
            state.sent += 1;
            *state.by_tenth.entry(since.as_millis() / 100).or_default() += 1;
            state.in_flight += 1;
            state.most_in_flight = state.most_in_flight.max(state.in_flight);
            let sky = (self.forecast)(&mut state.chance, since);
            (sky, state.chance.bool())
        };
        let _in_flight = InFlight(self.clone());
        if let Sky::Fair(after) = sky {
            self.clock.sleep(after).await;
        } else if !matches!(sky, Sky::Refused) {
            self.clock.sleep(GOES_WRONG_AFTER).await;
        }
        let failed = |kind, delivery| Err(TransportError::new(kind, delivery, "weather"));
        match sky {
            Sky::Fair(_) => Ok(answer(200, Body::from_bytes(self.good))),
            Sky::Status(status, wait) => {
                let body = if as_page {
                    "<html><body>gateway</body></html>"
                } else {
                    r#"{"message": "try again", "error": {"message": "try again"}}"#
                };
                let mut answer = answer(status, Body::from_bytes(body));
                if let Some(seconds) = wait {
                    answer.headers_mut().insert("retry-after", seconds.into());
                }
                Ok(answer)
            }
            Sky::Reset => failed(ErrorKind::Connection, Delivery::Unknown),
            Sky::Refused => failed(ErrorKind::Connect, Delivery::NotSent),
            Sky::CutOff => {
                let half = Bytes::from_static(&self.good.as_bytes()[..self.good.len() / 2]);
                let broken = TransportError::new(
                    ErrorKind::Connection,
                    Delivery::Unknown,
                    "the connection broke within the answer's body",
                );
                let parts = [Ok(half), Err(broken)];
                let body = Body::from_stream(futures_util::stream::iter(parts));
                Ok(answer(200, body))
            }
            Sky::Silent => std::future::pending().await,
        }
    }
}
