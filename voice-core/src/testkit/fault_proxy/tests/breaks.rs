//! Resets, cuts, garbage and statuses: what a client gets and what the upstream saw.

use super::support::{ANSWER, Client, End, GET, POST};
use super::{one, with_fault};
use crate::testkit::fault_proxy::{Fault, Forwarded};

#[tokio::test]
async fn a_refused_connection_is_reset_before_anything_is_read() {
    let (proxy, upstream) = with_fault(Fault::RefuseConnection).await;
    let mut client = Client::to(&proxy).await;
    assert_eq!(client.rest().await, (String::new(), End::Reset));
    let log = proxy.log();
    assert_eq!(log[0].fault, Fault::RefuseConnection);
    assert_eq!(
        (log[0].request_line.as_str(), log[0].forwarded),
        ("", Forwarded::No)
    );
    assert_eq!(
        (proxy.counters().refused, proxy.counters().requests),
        (1, 0)
    );
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    client.expect(ANSWER).await;
    // On a connection that is kept, the request is reset.
    proxy.push(Fault::RefuseConnection);
    client.send(GET).await;
    assert_eq!(client.rest().await, (String::new(), End::Reset));
    assert_eq!(upstream.requests().len(), 1);
}

#[tokio::test]
async fn resets_before_the_request_is_complete_forward_nothing() {
    let (answer, end, entry, seen) = one(Fault::ResetBeforeRequest, POST).await;
    assert_eq!((answer.as_str(), end), ("", End::Reset));
    assert_eq!((entry.forwarded, seen.len()), (Forwarded::No, 0));
    assert_eq!(entry.request_line, "POST /x HTTP/1.1");
    // The head is 48 bytes; of the body, only what there is can be read.
    for (bytes, read) in [(3, 48), (50, 50), (1_000, 52)] {
        let (answer, end, entry, seen) = one(Fault::ResetMidRequest(bytes), POST).await;
        assert_eq!((answer.as_str(), end), ("", End::Reset));
        assert_eq!((entry.forwarded, seen.len()), (Forwarded::No, 0));
        assert_eq!(entry.request_bytes, read);
    }
}

#[tokio::test]
async fn a_reset_in_the_middle_waits_for_its_byte() {
    let (proxy, upstream) = with_fault(Fault::ResetMidRequest(51)).await;
    let mut client = Client::to(&proxy).await;
    client.send(&POST[..50]).await;
    assert!(client.is_silent().await);
    client.send(&POST[50..51]).await;
    assert_eq!(client.rest().await, (String::new(), End::Reset));
    assert_eq!(upstream.requests().len(), 0);
}

#[tokio::test]
async fn a_reset_after_the_request_lets_the_upstream_act() {
    let (answer, end, entry, seen) = one(Fault::ResetAfterRequest, POST).await;
    assert_eq!((answer.as_str(), end), ("", End::Reset));
    assert_eq!(seen, [POST]);
    assert_eq!(
        (entry.forwarded, entry.answer_status),
        (Forwarded::Yes, Some(200))
    );
    assert_eq!(entry.answer_bytes, 0);
}

#[tokio::test]
async fn answers_are_cut_where_the_fault_says() {
    for (bytes, shown) in [(0, 0), (20, 20), (41, 41), (1_000, ANSWER.len())] {
        let (answer, end, entry, seen) = one(Fault::Truncate(bytes), GET).await;
        assert_eq!((answer.as_str(), end), (&ANSWER[..shown], End::Closed));
        assert_eq!((entry.answer_bytes, seen.len()), (shown as u64, 1));
        let (answer, end, entry, seen) = one(Fault::ResetMidAnswer(bytes), GET).await;
        assert_eq!((answer.as_str(), end), (&ANSWER[..shown], End::Reset));
        assert_eq!((entry.answer_bytes, seen.len()), (shown as u64, 1));
    }
}

#[tokio::test]
async fn garbage_comes_with_or_without_the_upstream() {
    let garbage = b"\x00 no http".to_vec();
    let (answer, end, entry, seen) = one(Fault::Garbage(garbage.clone()), POST).await;
    assert_eq!((answer.as_str(), end), ("\x00 no http", End::Closed));
    assert_eq!((entry.forwarded, seen.len()), (Forwarded::No, 0));
    let (answer, end, entry, seen) = one(Fault::GarbageAfterForward(garbage), POST).await;
    assert_eq!((answer.as_str(), end), ("\x00 no http", End::Closed));
    assert_eq!((entry.forwarded, seen.len()), (Forwarded::Yes, 1));
}

#[tokio::test]
async fn another_status_comes_with_or_without_the_upstream() {
    for (forwarded, times) in [(Forwarded::No, 0), (Forwarded::Yes, 1)] {
        let (proxy, upstream) = with_fault(Fault::StatusInstead {
            status: 504,
            body: "late".to_owned(),
            forwarded,
        })
        .await;
        let mut client = Client::to(&proxy).await;
        client.send(POST).await;
        let answer = "HTTP/1.1 504 Gateway Timeout\r\ncontent-type: text/plain\r\n\
                      content-length: 4\r\n\r\nlate";
        client.expect(answer).await;
        assert_eq!(upstream.requests().len(), times);
        assert_eq!(proxy.log()[0].forwarded, forwarded);
        // The connection stays.
        client.send(GET).await;
        client.expect(ANSWER).await;
    }
}

#[tokio::test]
async fn a_status_without_a_body_has_none() {
    let fault = |status| Fault::StatusInstead {
        status,
        body: "no".to_owned(),
        forwarded: Forwarded::No,
    };
    let get = "GET / HTTP/1.1\r\nconnection: close\r\n\r\n";
    assert_eq!(
        one(fault(204), get).await.0,
        "HTTP/1.1 204 No Content\r\n\r\n"
    );
    assert_eq!(
        one(fault(799), get).await.0.lines().next(),
        Some("HTTP/1.1 799 Unknown")
    );
    let head = one(fault(404), "HEAD / HTTP/1.0\r\n\r\n").await;
    assert!(head.0.ends_with("content-length: 2\r\n\r\n"));
    assert_eq!(head.1, End::Closed);
}

#[tokio::test]
async fn an_idle_close_comes_without_warning() {
    let (answer, end, entry, _) = one(Fault::CloseIdle, GET).await;
    assert_eq!((answer.as_str(), end), (ANSWER, End::Closed));
    assert!(!answer.contains("connection"));
    assert_eq!(entry.forwarded, Forwarded::Yes);
}
