//! What passes: framings, kept connections, plans, and the end of it all.

use std::net::TcpListener as StdListener;

use super::support::{ANSWER, Client, End, GET, POST, Upstream, until};
use super::with_fault;
use crate::testkit::fault_proxy::{Fault, FaultProxy, Forwarded};

#[tokio::test]
async fn without_a_fault_exchanges_pass_on_one_connection() {
    let (proxy, upstream) = with_fault(Fault::None).await;
    let mut client = Client::to(&proxy).await;
    for request in [GET, POST] {
        client.send(request).await;
        client.expect(ANSWER).await;
    }
    assert_eq!(upstream.requests(), [GET, POST]);
    let log = proxy.log();
    assert_eq!(log[1].request_line, "POST /x HTTP/1.1");
    assert_eq!(log[1].request_bytes, POST.len() as u64);
    assert_eq!(log[1].answer_bytes, ANSWER.len() as u64);
    assert_eq!(log[1].answer_status, Some(200));
    assert_eq!((log[0].index, log[1].index), (0, 1));
    assert_eq!((log[0].connection, log[1].connection), (0, 0));
    let counters = proxy.counters();
    assert_eq!((counters.connections, counters.requests), (1, 2));
    assert_eq!((counters.forwarded, counters.faults), (2, 0));
    assert_eq!(proxy.url(), format!("http://{}", proxy.addr()));
}

#[tokio::test]
async fn each_request_on_a_kept_connection_gets_its_own_fault() {
    let (proxy, upstream) = with_fault(Fault::None).await;
    proxy.push(Fault::StatusInstead {
        status: 503,
        body: "{}".to_owned(),
        forwarded: Forwarded::No,
    });
    proxy.push(Fault::ResetAfterRequest);
    let mut client = Client::to(&proxy).await;
    // All at once: what is behind a request in the buffer belongs to the next one.
    client.send(&[GET, POST, GET].concat()).await;
    client.expect(ANSWER).await;
    let refusal = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
                   content-length: 2\r\n\r\n{}";
    client.expect(refusal).await;
    assert_eq!(client.rest().await, (String::new(), End::Reset));
    assert_eq!(upstream.requests(), [GET, GET]);
    let forwarded: Vec<Forwarded> = proxy.log().iter().map(|entry| entry.forwarded).collect();
    assert_eq!(forwarded, [Forwarded::Yes, Forwarded::No, Forwarded::Yes]);
}

#[tokio::test]
async fn every_framing_passes() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let upstream = Upstream::answering(chunked).await;
    let proxy = FaultProxy::start(upstream.addr).await.unwrap();
    let mut client = Client::to(&proxy).await;
    let post = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    for _ in 0..2 {
        client.send(post).await;
        client.expect(chunked).await;
    }
    assert_eq!(upstream.requests(), [post, post]);

    let open = "HTTP/1.1 200 OK\r\n\r\nto the end";
    let upstream = Upstream::answering(open).await;
    let proxy = FaultProxy::start(upstream.addr).await.unwrap();
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    assert_eq!(client.rest().await, (open.to_owned(), End::Closed));

    let interim = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";
    let upstream = Upstream::answering(interim).await;
    let proxy = FaultProxy::start(upstream.addr).await.unwrap();
    let mut client = Client::to(&proxy).await;
    let head = "HEAD / HTTP/1.1\r\nconnection: close\r\n\r\n";
    client.send(head).await;
    let final_answer = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";
    assert_eq!(client.rest().await, (final_answer.to_owned(), End::Closed));
}

#[tokio::test]
async fn expectations_are_answered_by_the_proxy() {
    let (proxy, upstream) = with_fault(Fault::None).await;
    let mut client = Client::to(&proxy).await;
    client
        .send("PUT / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        .await;
    client.expect("HTTP/1.1 100 Continue\r\n\r\n").await;
    client.send("hi").await;
    client.expect(ANSWER).await;
    assert_eq!(
        upstream.requests(),
        ["PUT / HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi"]
    );
}

#[tokio::test]
async fn a_switch_of_protocols_opens_both_ways() {
    let switch = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";
    let upstream = Upstream::answering(switch).await;
    let proxy = FaultProxy::start(upstream.addr).await.unwrap();
    let mut client = Client::to(&proxy).await;
    client
        .send("GET / HTTP/1.1\r\nupgrade: websocket\r\n\r\n")
        .await;
    client.expect(switch).await;
    client.send("ping").await;
    client.expect("ping").await;
}

#[tokio::test]
async fn plans_choose_by_request_and_by_chance() {
    let (proxy, upstream) = with_fault(Fault::None).await;
    proxy.with(|request| match request.method() {
        "POST" => Fault::ResetBeforeRequest,
        _ => Fault::None,
    });
    for (request, end) in [(GET, None), (GET, None), (POST, Some(End::Reset))] {
        let mut client = Client::to(&proxy).await;
        client.send(request).await;
        match end {
            None => client.expect(ANSWER).await,
            Some(end) => assert_eq!(client.rest().await, (String::new(), end)),
        }
    }
    assert_eq!(upstream.requests().len(), 2);
    proxy.random(5, &[(1, Fault::RefuseConnection), (1, Fault::CloseIdle)]);
    for _ in 0..40 {
        // A connection may be refused before the request is written.
        let mut client = Client::to(&proxy).await;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut client.0, GET.as_bytes()).await;
        client.rest().await;
    }
    let counters = proxy.counters();
    assert!((8..32).contains(&counters.refused), "{counters:?}");
    assert_eq!(counters.refused + counters.forwarded, 42);
    assert_eq!(upstream.requests().len() as u64, counters.forwarded);
}

#[tokio::test]
async fn an_upstream_that_fails_is_noted_and_resets_the_client() {
    let closed = StdListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let proxy = FaultProxy::start(closed).await.unwrap();
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    assert_eq!(client.rest().await, (String::new(), End::Reset));
    let entry = &proxy.log()[0];
    assert_eq!(entry.forwarded, Forwarded::No);
    assert!(entry.note.is_some());

    let upstream = Upstream::answering("no http\r\n\r\n").await;
    let proxy = FaultProxy::start(upstream.addr).await.unwrap();
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    assert_eq!(client.rest().await, (String::new(), End::Reset));
    let entry = &proxy.log()[0];
    assert_eq!(entry.forwarded, Forwarded::Yes);
    assert_eq!(
        entry.note.as_deref(),
        Some("the upstream's answer has no status")
    );
}

#[tokio::test]
async fn dropping_the_proxy_ends_its_connections() {
    let (proxy, _upstream) = with_fault(Fault::StallBeforeForward).await;
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    until(|| proxy.counters().requests == 1).await;
    let addr = proxy.addr();
    drop(proxy);
    assert_eq!(client.rest().await.0, "");
    until(|| std::net::TcpStream::connect(addr).is_err()).await;
}
