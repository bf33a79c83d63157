//! A request through the pipeline, beside the same request through bare reqwest: same server, keep-alive, same body read.
//!
//! The server runs on a thread of its own, and each contender on a current-thread runtime, so that the processor time of this
//! thread is what the client alone spends.

use std::hint::black_box;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use voice_core::client::{Answer, Client, ClientOptions, Dialect, Operation, Outgoing, Refusal};
use voice_core::error::Error;
use voice_core::transport::BaseUrl;

use crate::harness::{Batch, Figures, in_turn};
use crate::{Bar, Options, Row, Unit, server_thread};

static GET: Operation = Operation::get("calls.get", "/2010-04-01/Accounts/{account}/Calls/{call}");

/// How many requests are in flight in the second comparison.
const AT_ONCE: u64 = 64;

/// A provider that signs with one header, as most do.
#[derive(Debug)]
struct Plain;

#[async_trait]
impl Dialect for Plain {
    fn provider(&self) -> &'static str {
        "bench"
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        let key = http::HeaderValue::from_static("Basic QUM6c2VjcmV0");
        request.headers.insert(http::header::AUTHORIZATION, key);
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        (!answer.status_is_success()).then(|| Refusal::from_status(answer.status))
    }

    fn request_id<'h>(&self, headers: &'h http::HeaderMap) -> Option<&'h str> {
        headers.get("twilio-request-id")?.to_str().ok()
    }

    fn secrets(&self) -> Vec<secrecy::SecretString> {
        Vec::new()
    }
}

async fn by_reqwest(client: &reqwest::Client, url: &str) -> Value {
    let answer = client
        .get(url)
        .header("authorization", "Basic QUM6c2VjcmV0")
        .send()
        .await
        .expect("an answer");
    let bytes = answer.bytes().await.expect("a body");
    serde_json::from_slice(&bytes).expect("JSON")
}

async fn by_ours(client: &Client) -> Value {
    client
        .request(&GET)
        .path("account", "AC1")
        .path("call", "CA1")
        .send::<Value>()
        .await
        .expect("an answer")
        .into_inner()
}

/// `times` requests, so many of them at once.
fn batch<'a, F: Future<Output = Value>>(
    runtime: &'a Runtime,
    at_once: u64,
    one: impl Fn() -> F + 'a,
) -> Batch<'a> {
    Box::new(move |times| {
        runtime.block_on(async {
            let mut left = times;
            while left > 0 {
                let now = left.min(at_once);
                let requests = (0..now).map(|_| one());
                for value in futures_util::future::join_all(requests).await {
                    black_box(value);
                }
                left -= now;
            }
        });
    })
}

/// The section `requests`.
#[must_use]
pub fn section(options: &Options) -> Vec<Row> {
    let addr = server_thread();
    let url = format!("http://{addr}/2010-04-01/Accounts/AC1/Calls/CA1");
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let bare = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let ours = {
        let _guard = runtime.enter();
        let base = BaseUrl::parse(&format!("http://{addr}")).expect("a loopback URL");
        Client::new(Arc::new(Plain), base, "bench/1", ClientOptions::new()).expect("a client")
    };
    let mut rows = Vec::new();
    for at_once in [1, AT_ONCE] {
        let figures = in_turn(
            options,
            vec![
                batch(&runtime, at_once, || by_ours(&ours)),
                batch(&runtime, at_once, || by_reqwest(&bare, &url)),
            ],
        );
        if let [ours, bare] = figures[..] {
            rows.extend(beside(at_once, ours, bare));
        }
    }
    rows
}

fn beside(at_once: u64, ours: Figures, bare: Figures) -> Vec<Row> {
    let row = |what: &str, unit, ours: f64, bare: f64| {
        Row::new(
            "requests",
            format!("GET and JSON, {at_once} in flight: {what}"),
            unit,
            ours,
        )
        .beside("reqwest", bare)
    };
    vec![
        row("CPU", Unit::Nanoseconds, ours.cpu, bare.cpu)
            .promised(Bar::RatioAndExtra(1.1, 15_000.0)),
        row("wall", Unit::Nanoseconds, ours.wall, bare.wall),
        row(
            "allocations",
            Unit::Allocations,
            ours.allocations,
            bare.allocations,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_read_the_same() {
        let addr = server_thread();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let base = BaseUrl::parse(&format!("http://{addr}")).unwrap();
            let ours = Client::new(Arc::new(Plain), base, "bench/1", ClientOptions::new()).unwrap();
            let bare = reqwest::Client::builder().no_proxy().build().unwrap();
            let url = format!("http://{addr}/2010-04-01/Accounts/AC1/Calls/CA1");
            assert_eq!(by_ours(&ours).await, by_reqwest(&bare, &url).await);
        });
    }
}
