//! The way of a request: limited, perhaps struck by a mishap or the weather, carried out, put into words.

use std::sync::Arc;
use std::time::Duration;

use voice_core::testkit::{Mishap, Service, SimAnswer, SimRequest};

use super::answer::{self, Refusal, Said};
use super::asked::{Asked, Route, Stranger};
use super::choice::{RetryAfter, Shapes, TooManyForm};
use super::guide;
use super::limits::Standing;
use super::time::seconds;
use super::v1::{self, Exception};
use super::v2;
use super::weather::{Acted, Failure};
use super::world::Shared;

pub(super) struct Api(pub(super) Arc<Shared>);

impl Service for Api {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let asked = Asked::about(&self.0, request);
        let answer = match self.admit(&asked) {
            Ok(()) => self.with_mishaps(&asked),
            Err(wait) => self.too_many(&asked, Some(wait), self.0.settings.retry_after),
        };
        self.finish(&asked, answer)
    }
}

impl Api {
    /// Takes a request of an account into its minute, or says how long it has to wait.
    fn admit(&self, asked: &Asked<'_>) -> Result<(), Duration> {
        let Ok(index) = asked.account else {
            return Ok(());
        };
        let settings = &self.0.settings;
        let now = settings.clock.now();
        let mut state = self.0.lock();
        let taken = match state.accounts.get_mut(index) {
            Some(account) => {
                account
                    .window
                    .take(now, settings.requests_per_minute, settings.connections)
            }
            None => Ok(()),
        };
        if taken.is_err() {
            state.tally.refused += 1;
        }
        taken
    }

    fn with_mishaps(&self, asked: &Asked<'_>) -> SimAnswer {
        let operation = asked.route.operation();
        if let Some(mishap) = self.0.mishaps.take(operation) {
            return self.mishap(asked, &mishap);
        }
        let wall = self.0.settings.clock.wall();
        let struck = {
            let state = &mut *self.0.lock();
            let struck = state
                .weather
                .strike(&mut state.dice, wall, &asked.request.method);
            if let Some((status, acted)) = struck {
                state.tally.failures.push(Failure {
                    operation,
                    status,
                    acted,
                });
            }
            struck
        };
        let Some((status, acted)) = struck else {
            return self.act(asked);
        };
        if acted == Acted::Yes {
            self.act(asked);
        }
        match status {
            429 => self.too_many(asked, Some(WEATHER_WAIT), self.0.settings.retry_after),
            status => broken(asked.route, status),
        }
    }

    fn mishap(&self, asked: &Asked<'_>, mishap: &Mishap) -> SimAnswer {
        if mishap.acts() {
            let done = self.act(asked);
            return match mishap {
                Mishap::ServerErrorAfterActing => broken(asked.route, 500),
                Mishap::UnreadableSuccess if done.status.is_success() => {
                    let mut cut = done;
                    cut.body.truncate(cut.body.len() / 2);
                    cut
                }
                Mishap::Slow(delay) => done.after(*delay),
                _ => done,
            };
        }
        match mishap {
            Mishap::RateLimited(wait) => {
                let header = match wait {
                    Some(_) => RetryAfter::Sent,
                    None => RetryAfter::Absent,
                };
                self.too_many(asked, *wait, header)
            }
            Mishap::Unavailable(wait) => {
                let answer = broken(asked.route, 503);
                match wait {
                    Some(wait) => answer.header("Retry-After", seconds(*wait).to_string()),
                    None => answer,
                }
            }
            Mishap::Unauthorized => self.say(asked, Err(Stranger::Unsigned)),
            Mishap::BadGateway => SimAnswer::text(
                502,
                "text/html",
                "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
            ),
            _ => broken(asked.route, 500),
        }
    }

    fn act(&self, asked: &Asked<'_>) -> SimAnswer {
        self.say(asked, asked.account)
    }

    /// Carries a request out for an account, or says to whom it was not given.
    fn say(&self, asked: &Asked<'_>, account: Result<usize, Stranger>) -> SimAnswer {
        match asked.route {
            Route::V1(route) => {
                let said = match account {
                    Ok(index) => v1::act(&self.0, index, route, asked.request, &asked.segments),
                    Err(Stranger::Unsigned) => Err(Exception::unauthorized()),
                    Err(Stranger::Elsewhere) => Err(Exception::not_found()),
                };
                v1::answer(said, route.format)
            }
            Route::V2(route) => {
                let said = match account {
                    Ok(index) => v2::act(&self.0, index, route, asked.request, &asked.segments),
                    Err(_) => Err(Refusal::unauthorized()),
                };
                self.put(asked, route, &said)
            }
        }
    }

    /// Puts what v2 says into the words that were chosen.
    fn put(&self, asked: &Asked<'_>, route: v2::Route, said: &Result<Said, Refusal>) -> SimAnswer {
        let method = asked.request.method.as_str();
        match self.0.settings.shapes {
            Shapes::Live => answer::envelope(said, method, &asked.request_id),
            Shapes::Guide => guide::answer(
                said,
                guide::About {
                    operation: route.operation,
                    method,
                    id: asked.segments.get(4).map_or("", String::as_str),
                    wall: self.0.settings.clock.wall(),
                },
            ),
        }
    }

    fn too_many(&self, asked: &Asked<'_>, wait: Option<Duration>, header: RetryAfter) -> SimAnswer {
        let settings = &self.0.settings;
        let wait = seconds(wait.unwrap_or_default()).max(1);
        let form = match (settings.too_many, settings.shapes, asked.route) {
            (TooManyForm::OfTheApi, Shapes::Guide, _) => TooManyForm::Hints,
            (TooManyForm::OfTheApi, Shapes::Live, Route::V2(_)) => TooManyForm::Envelope,
            (TooManyForm::OfTheApi, Shapes::Live, Route::V1(_)) => TooManyForm::RestException,
            (form, ..) => form,
        };
        let answer = match form {
            TooManyForm::RestException => {
                let format = match asked.route {
                    Route::V1(route) => route.format,
                    Route::V2(_) => v1::Format::Json,
                };
                v1::answer(Err(Exception::too_many()), format)
            }
            TooManyForm::Hints => {
                let body = guide::hints(wait, self.standing(asked), settings.clock.wall());
                SimAnswer::json(429, &body)
            }
            _ => {
                let method = asked.request.method.as_str();
                answer::envelope(&Err(Refusal::too_many()), method, &asked.request_id)
            }
        };
        match header {
            RetryAfter::Sent => answer.header("Retry-After", wait.to_string()),
            RetryAfter::Absent => answer,
        }
    }

    fn standing(&self, asked: &Asked<'_>) -> Option<Standing> {
        let settings = &self.0.settings;
        let state = self.0.lock();
        let account = state.accounts.get(asked.account.ok()?)?;
        Some(
            account
                .window
                .standing(settings.clock.now(), settings.requests_per_minute),
        )
    }

    /// Adds the headers that are on every answer, and its time on the way.
    fn finish(&self, asked: &Asked<'_>, answer: SimAnswer) -> SimAnswer {
        let settings = &self.0.settings;
        let delay = answer.delay + settings.latency;
        let mut answer = answer
            .header("X-Request-Id", asked.request_id.as_str())
            .after(delay);
        if let Some(standing) = self.standing(asked) {
            let reset = (settings.clock.wall() + standing.reset)
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, seconds);
            answer = answer
                .header("X-RateLimit-Limit", standing.limit.to_string())
                .header("X-RateLimit-Remaining", standing.remaining.to_string())
                .header("X-RateLimit-Reset", reset.to_string());
        }
        if let Ok(index) = asked.account
            && let Some(account) = self.0.lock().accounts.get_mut(index)
            && answer.status != 429
        {
            account.window.occupy(settings.clock.now(), delay);
        }
        answer
    }
}

/// How long a 429 of the weather asks to wait.
const WEATHER_WAIT: Duration = Duration::from_secs(2);

/// A failure of the server: no body of one was ever recorded for v2.
fn broken(route: Route, status: u16) -> SimAnswer {
    let text = match status {
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
    match route {
        Route::V1(route) => v1::answer(Err(Exception::new(status, text)), route.format),
        Route::V2(_) => SimAnswer::text(status, "text/plain", text),
    }
}
