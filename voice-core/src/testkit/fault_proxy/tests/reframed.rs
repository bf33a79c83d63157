//! Answers in other frames, and answers before their time.

use super::support::{ANSWER, Client, End, GET, POST};
use super::{one, with_fault};
use crate::testkit::fault_proxy::{Fault, Forwarded, Reframe};

/// What of an answer in this frame comes, until the connection closes.
async fn framed(frame: Reframe) -> String {
    let request = "GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let (answer, end, entry, seen) = one(Fault::Reframed(frame), request).await;
    assert_eq!(
        (end, entry.forwarded, seen.len()),
        (End::Closed, Forwarded::Yes, 1)
    );
    answer
}

#[tokio::test]
async fn frames_are_what_they_say() {
    let interim = Reframe::Interim {
        status: 103,
        times: 2,
    };
    let hint = "HTTP/1.1 103 Interim\r\n\r\n";
    for (frame, body) in [
        (
            Reframe::Chunked(2),
            "transfer-encoding: chunked\r\n\r\n2\r\nhe\r\n2\r\nll\r\n1\r\no\r\n0\r\n\r\n",
        ),
        (Reframe::UntilClose, "\r\nhello"),
        (Reframe::LengthTooLong(3), "content-length: 8\r\n\r\nhello"),
        (Reframe::LengthTooShort(3), "content-length: 2\r\n\r\nhello"),
        (
            Reframe::TwoLengths,
            "content-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        ),
    ] {
        assert_eq!(framed(frame).await, format!("HTTP/1.1 200 OK\r\n{body}"));
    }
    assert_eq!(framed(interim).await, format!("{hint}{hint}{ANSWER}"));
    assert_eq!(framed(Reframe::Twice).await, format!("{ANSWER}{ANSWER}"));
    assert_eq!(
        framed(Reframe::Followed(b"!".to_vec())).await,
        format!("{ANSWER}!")
    );
}

/// Read by an HTTP library, which checks the sum.
#[tokio::test]
async fn gzip_can_be_unpacked_unless_it_is_broken() {
    for (frame, reads) in [(Reframe::Gzip, true), (Reframe::GzipBroken, false)] {
        let (proxy, _upstream) = with_fault(Fault::Reframed(frame)).await;
        let answer = reqwest::Client::new()
            .get(proxy.url())
            .send()
            .await
            .unwrap();
        assert_eq!(
            answer.text().await.ok().as_deref(),
            reads.then_some("hello")
        );
    }
}

#[tokio::test]
async fn a_connection_stays_open_behind_a_surplus() {
    for frame in [
        Reframe::Twice,
        Reframe::LengthTooShort(1),
        Reframe::Chunked(5),
    ] {
        let (proxy, _upstream) = with_fault(Fault::Reframed(frame)).await;
        let mut client = Client::to(&proxy).await;
        client.send(GET).await;
        client.expect("HTTP/1.1 200 OK\r\n").await;
        client.send(GET).await;
        proxy.until_forwarded(2).await;
        assert_eq!(proxy.counters().connections, 1);
    }
}

#[tokio::test]
async fn an_early_answer_comes_before_the_body() {
    let early = Fault::AnswerEarly {
        status: 413,
        body: "no".to_owned(),
    };
    let (proxy, upstream) = with_fault(early).await;
    let mut client = Client::to(&proxy).await;
    client.send(&POST[..48]).await;
    let answer =
        "HTTP/1.1 413 Payload Too Large\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nno";
    client.expect(answer).await;
    client.send(&POST[48..]).await;
    assert_eq!(client.rest().await, (String::new(), End::Closed));
    assert_eq!(
        (upstream.requests().len(), proxy.log()[0].forwarded),
        (0, Forwarded::No)
    );
}
