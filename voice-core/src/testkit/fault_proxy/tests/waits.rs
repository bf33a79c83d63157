//! Faults that take time: delays, drips and stalls.

use std::time::Duration;

use super::support::{ANSWER, Client, GET, HeldClock, POST, Upstream, until};
use super::with_fault;
use crate::clock::{Clock as _, SystemClock, timeout};
use crate::testkit::fault_proxy::{Fault, FaultProxy, Forwarded};

const WAIT: Duration = Duration::from_secs(7);

#[tokio::test]
async fn stalls_hold_the_connection_before_or_after_the_upstream() {
    for (fault, times) in [(Fault::Stall, 1), (Fault::StallBeforeForward, 0)] {
        let (proxy, upstream) = with_fault(fault).await;
        let mut client = Client::to(&proxy).await;
        client.send(POST).await;
        proxy.until_forwarded(times).await;
        until(|| {
            proxy
                .log()
                .first()
                .is_some_and(|entry| entry.request_bytes == 52)
        })
        .await;
        assert!(client.is_silent().await);
        assert_eq!(upstream.requests().len() as u64, times);
        assert_eq!(proxy.log()[0].answer_bytes, 0);
        drop(client);
        // The proxy goes on serving others.
        let mut client = Client::to(&proxy).await;
        client.send(GET).await;
        client.expect(ANSWER).await;
    }
}

#[tokio::test]
async fn a_delayed_request_arrives_even_if_the_client_has_gone() {
    let (clock, upstream) = (HeldClock::new(0), Upstream::answering(ANSWER).await);
    let proxy = FaultProxy::start_on(upstream.addr, clock.shared())
        .await
        .unwrap();
    proxy.set_default(Fault::Delay(WAIT));
    let mut client = Client::to(&proxy).await;
    client.send(POST).await;
    until(|| clock.waits() == [WAIT]).await;
    assert_eq!(proxy.log()[0].forwarded, Forwarded::No);
    drop(client);
    clock.let_one_end();
    proxy.until_forwarded(1).await;
    until(|| upstream.requests() == [POST]).await;
    let mut client = Client::to(&proxy).await;
    clock.let_one_end();
    client.send(GET).await;
    client.expect(ANSWER).await;
}

#[tokio::test]
async fn a_delayed_answer_waits_behind_the_upstream() {
    let (clock, upstream) = (HeldClock::new(0), Upstream::answering(ANSWER).await);
    let proxy = FaultProxy::start_on(upstream.addr, clock.shared())
        .await
        .unwrap();
    proxy.push(Fault::DelayAnswer(WAIT));
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    until(|| clock.waits() == [WAIT]).await;
    assert_eq!(upstream.requests(), [GET]);
    assert!(client.is_silent().await);
    clock.let_one_end();
    client.expect(ANSWER).await;
}

#[tokio::test]
async fn a_drip_comes_in_pieces_with_a_wait_between() {
    let (clock, upstream) = (HeldClock::new(0), Upstream::answering(ANSWER).await);
    let proxy = FaultProxy::start_on(upstream.addr, clock.shared())
        .await
        .unwrap();
    proxy.push(Fault::Drip {
        chunk: 20,
        every: WAIT,
    });
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    for piece in [&ANSWER[..20], &ANSWER[20..40], &ANSWER[40..]] {
        client.expect(piece).await;
        assert!(client.is_silent().await);
        clock.let_one_end();
    }
    assert_eq!(clock.waits(), [WAIT, WAIT]);
    proxy.push(Fault::Drip {
        chunk: 0,
        every: Duration::ZERO,
    });
    clock.let_one_end();
    client.send(GET).await;
    client.expect(&ANSWER[..2]).await;
}

#[tokio::test]
async fn real_waits_are_real() {
    let clock = SystemClock::shared();
    let (proxy, _upstream) = with_fault(Fault::Delay(Duration::from_millis(40))).await;
    let before = clock.now();
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    client.expect(ANSWER).await;
    assert!(clock.now() - before >= Duration::from_millis(40));
}

#[tokio::test(start_paused = true)]
async fn paused_time_runs_out_at_once_on_a_stall() {
    let (proxy, _upstream) = with_fault(Fault::StallBeforeForward).await;
    let mut client = Client::to(&proxy).await;
    client.send(GET).await;
    let clock = SystemClock::default();
    let before = clock.now();
    let read = tokio::io::AsyncReadExt::read_u8(&mut client.0);
    let read = timeout(&clock, Duration::from_secs(90), read).await;
    assert!(read.is_err(), "{read:?}");
    assert!(clock.now() - before >= Duration::from_secs(90));
}
