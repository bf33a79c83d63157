//! What each side of a cut sees, on bare sockets.

use super::support::{ANSWER, Client, End, POST, Upstream, until};
use crate::testkit::fault_proxy::{Cut, CutEnd, CutProxy};

async fn relay(cut: Option<Cut>) -> (CutProxy, Upstream, Client) {
    let upstream = Upstream::answering(ANSWER).await;
    let proxy = CutProxy::start(upstream.addr).await.unwrap();
    if let Some(cut) = cut {
        proxy.push(cut);
    }
    let client = Client::at(proxy.addr()).await;
    (proxy, upstream, client)
}

#[tokio::test]
async fn without_a_cut_all_passes_and_is_on_the_tape() {
    let (proxy, upstream, mut client) = relay(None).await;
    for _ in 0..2 {
        client.send(POST).await;
        client.expect(ANSWER).await;
    }
    assert_eq!(upstream.requests(), [POST, POST]);
    let passages = proxy.passages();
    assert_eq!(passages.len(), 1);
    assert_eq!(passages[0].to_server, [POST, POST].concat().as_bytes());
    assert_eq!(passages[0].to_client, [ANSWER, ANSWER].concat().as_bytes());
    assert!(!passages[0].happened);
    let debug = format!("{:?}", passages[0]);
    assert!(debug.contains("to_server: 104"), "{debug}");
    // The next connection is another passage.
    drop(client);
    let mut client = Client::at(proxy.addr()).await;
    client.send(POST).await;
    client.expect(ANSWER).await;
    assert_eq!(proxy.passages().len(), 2);
}

#[tokio::test]
async fn the_server_gets_every_byte_before_the_cut_and_none_behind_it() {
    for after in [0, 1, 20, 47, 48, 51, 52] {
        for (end, seen) in [(CutEnd::Reset, End::Reset), (CutEnd::Close, End::Closed)] {
            let (proxy, upstream, mut client) = relay(Some(Cut::to_server(after, end))).await;
            // A client that is reset while it writes may see it there.
            client.try_send(POST).await;
            let (answer, how) = client.rest().await;
            proxy.until_settled().await;
            let acted = usize::from(after == 52);
            assert_eq!(
                (answer.as_str(), upstream.requests().len()),
                ("", acted),
                "{after}"
            );
            // Bytes that nobody reads turn a close into a reset; which of them do is a race.
            assert!(how == seen || how == End::Reset, "{after} {how:?}");
            let passage = proxy.passages().remove(0);
            assert_eq!(passage.to_server, &POST.as_bytes()[..after as usize]);
            assert!(passage.happened);
        }
    }
}

#[tokio::test]
async fn the_client_gets_every_byte_before_the_cut_and_none_behind_it() {
    for after in [1, 8, 17, 38, 40, 43] {
        for (end, seen) in [(CutEnd::Reset, End::Reset), (CutEnd::Close, End::Closed)] {
            let (proxy, upstream, mut client) = relay(Some(Cut::to_client(after, end))).await;
            client.send(POST).await;
            let shown = &ANSWER[..ANSWER.len().min(after as usize)];
            assert_eq!(client.rest().await, (shown.to_owned(), seen), "{after}");
            proxy.until_settled().await;
            assert_eq!(upstream.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_direction_with_fewer_bytes_is_not_cut() {
    let (proxy, _upstream, mut client) = relay(Some(Cut::to_client(1_000, CutEnd::Reset))).await;
    client.send(POST).await;
    client.expect(ANSWER).await;
    assert!(!proxy.passages()[0].happened);
}

#[tokio::test]
async fn a_stall_is_silent_both_ways_until_the_client_goes() {
    let (proxy, upstream, mut client) = relay(Some(Cut::to_server(50, CutEnd::Stall))).await;
    client.send(POST).await;
    assert!(client.is_silent().await);
    assert_eq!(proxy.passages()[0].to_server, &POST.as_bytes()[..50]);
    drop(client);
    until(|| proxy.passages()[0].happened).await;
    proxy.until_settled().await;
    assert_eq!(upstream.requests().len(), 0);

    let (proxy, upstream, mut client) = relay(Some(Cut::to_client(17, CutEnd::Stall))).await;
    client.send(POST).await;
    client.expect(&ANSWER[..17]).await;
    assert!(client.is_silent().await);
    drop(client);
    proxy.until_settled().await;
    assert_eq!(upstream.requests().len(), 1);
}

#[tokio::test]
async fn garbage_takes_the_place_of_the_rest() {
    let garbage = || CutEnd::Garbage(b"\r\n?!".to_vec());
    let (proxy, _upstream, mut client) = relay(Some(Cut::to_client(9, garbage()))).await;
    client.send(POST).await;
    assert_eq!(
        client.rest().await,
        ("HTTP/1.1 \r\n?!".to_owned(), End::Closed)
    );
    proxy.until_settled().await;

    let (proxy, upstream, mut client) = relay(Some(Cut::to_server(48, garbage()))).await;
    client.send(POST).await;
    assert_eq!(client.rest().await.0, "");
    proxy.until_settled().await;
    // Four bytes of a body, but not those that were sent.
    assert_eq!(upstream.requests(), [format!("{}\r\n?!", &POST[..48])]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_reset() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = gone.local_addr().unwrap();
    drop(gone);
    let proxy = CutProxy::start(addr).await.unwrap();
    let mut client = Client::at(proxy.addr()).await;
    client.try_send(POST).await;
    assert_eq!(client.rest().await, (String::new(), End::Reset));
}
