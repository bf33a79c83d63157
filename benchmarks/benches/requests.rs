//! A request through the pipeline beside the same through bare reqwest: same server, keep-alive, one and 64 in flight.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::Value;
use voice_benchmarks::server;
use voice_core::client::{Answer, Client, ClientOptions, Dialect, Operation, Outgoing, Refusal};
use voice_core::error::Error;
use voice_core::transport::BaseUrl;

static GET: Operation = Operation::get("calls.get", "/2010-04-01/Accounts/{account}/Calls/{call}");

#[derive(Debug)]
struct Plain;

impl Dialect for Plain {
    fn provider(&self) -> &'static str {
        "bench"
    }
    fn authorize<'a, 'b, 'c, 'd>(
        &'a self,
        request: &'b mut Outgoing<'c>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'd>>
    where
        'a: 'd,
        'b: 'd,
        'c: 'd,
        Self: 'd,
    {
        let key = http::HeaderValue::from_static("Basic QUM6c2VjcmV0");
        request.headers.insert(http::header::AUTHORIZATION, key);
        Box::pin(async { Ok(()) })
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

fn requests(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let addr = runtime.block_on(server());
    let base = BaseUrl::parse(&format!("http://{addr}")).expect("a loopback URL");
    let ours = {
        let _guard = runtime.enter();
        Client::new(Arc::new(Plain), base, "bench/1", ClientOptions::new()).expect("a client")
    };
    let bare = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("http://{addr}/2010-04-01/Accounts/AC1/Calls/CA1");

    let one_bare = || async {
        let answer = bare
            .get(&url)
            .header("authorization", "Basic QUM6c2VjcmV0")
            .send()
            .await
            .expect("an answer");
        let bytes = answer.bytes().await.expect("a body");
        black_box(serde_json::from_slice::<Value>(&bytes).expect("JSON"))
    };
    let one_ours = || async {
        let request = ours
            .request(&GET)
            .path("account", "AC1")
            .path("call", "CA1");
        black_box(
            request
                .send::<Value>()
                .await
                .expect("an answer")
                .into_inner(),
        )
    };
    let mut group = c.benchmark_group("request");
    group.bench_function("bare reqwest, 1 in flight", |b| {
        b.to_async(&runtime).iter(one_bare)
    });
    group.bench_function("this family, 1 in flight", |b| {
        b.to_async(&runtime).iter(one_ours)
    });
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
