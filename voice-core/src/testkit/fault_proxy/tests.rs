mod breaks;
mod cuts;
mod passing;
mod reframed;
mod support;
mod waits;

use super::{Exchange, Fault, FaultProxy};
use support::{ANSWER, Client, End, Upstream};

/// A proxy before an upstream that says hello, with one fault queued.
async fn with_fault(fault: Fault) -> (FaultProxy, Upstream) {
    let upstream = Upstream::answering(ANSWER).await;
    let proxy = FaultProxy::start(upstream.addr).await.unwrap();
    proxy.push(fault);
    (proxy, upstream)
}

/// Sends one request into a fault; what came back, how it ended, the log entry, and what the upstream saw.
async fn one(fault: Fault, request: &str) -> (String, End, Exchange, Vec<String>) {
    let (proxy, upstream) = with_fault(fault.clone()).await;
    let mut client = Client::to(&proxy).await;
    client.send(request).await;
    let (answer, end) = client.rest().await;
    let log = proxy.log();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].fault, fault);
    assert_eq!(log[0].note, None);
    (answer, end, log[0].clone(), upstream.requests())
}
