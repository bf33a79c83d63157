//! Answers made to do harm: each ends in a typed error, in time, with what is known of it, and with nothing secret in it.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http::StatusCode;
use voice_core::client::ClientOptions;
use voice_core::error::{Error, ErrorKind};
use voice_core::transport::HttpTransport;

use crate::hostile_server::{Attack, Server, Then};
use crate::long;
use crate::parties::{PARTIES, Party, Read};

const ID: &str = "req-hostile-1";
const CAP: u64 = 8 << 20;
/// What may be under way between the two: buffers of both sockets and of the reader.
const UNDER_WAY: u64 = 16 << 20;
/// How long an attempt may take where the answer never ends, and where it does: a loaded machine may be slow.
const ENDLESS: Duration = Duration::from_secs(4);
const ENDS: Duration = Duration::from_secs(40);
/// Far more than any of them.
const HANGS: Duration = Duration::from_secs(120);

/// What must come of an attack.
#[derive(Debug, Clone, Copy)]
enum Expect {
    /// This kind, with this status, and with the request id.
    Known(ErrorKind, u16),
    /// One of these kinds; no head has arrived.
    NoHead(&'static [ErrorKind]),
    /// A success, or an error that its body is not what the API documents.
    ReadOrDecode,
    /// An error with this status; the kind is the provider's to say.
    Status(u16),
}

struct Case {
    name: &'static str,
    attack: Attack,
    expect: Expect,
    /// At most so many bytes are taken.
    most: u64,
    limit: Duration,
}

fn case(name: &'static str, attack: Attack, expect: Expect) -> Case {
    let most = u64::MAX;
    Case {
        name,
        attack,
        expect,
        most,
        limit: ENDS,
    }
}

/// A head of this status with the party's request id and more headers.
fn head(party: &Party, status: &str, more: &str) -> Vec<u8> {
    let id = party.request_id.unwrap();
    format!("HTTP/1.1 {status}\r\n{id}: {ID}\r\ncontent-type: application/json\r\n{more}\r\n")
        .into_bytes()
}

fn with_body(party: &Party, status: &str, body: &[u8]) -> Attack {
    let length = format!("content-length: {}\r\n", body.len());
    let mut bytes = head(party, status, &length);
    bytes.extend_from_slice(body);
    Attack::new(bytes)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(party: &Party, bomb: &[u8]) -> Attack {
    let more = format!(
        "content-encoding: gzip\r\ncontent-length: {}\r\n",
        bomb.len()
    );
    let mut bytes = head(party, "200 OK", &more);
    bytes.extend_from_slice(bomb);
    Attack::new(bytes)
}

fn slow(party: &Party) -> Vec<Case> {
    let drip = Then::Drip(Duration::from_millis(100));
    let mut cases = vec![
        case(
            "1 byte at a time within the head",
            Attack::new("HTTP/1.1 200 OK\r\nx-slow: ").then(drip.clone()),
            Expect::NoHead(&[ErrorKind::Timeout]),
        ),
        case(
            "1 byte at a time within the body",
            Attack::new(head(party, "200 OK", "content-length: 999\r\n")).then(drip.clone()),
            Expect::Known(ErrorKind::Timeout, 200),
        ),
        case(
            "1 byte at a time within a refusal",
            Attack::new(head(party, "400 Bad Request", "content-length: 999\r\n")).then(drip),
            Expect::Status(400),
        ),
    ];
    for case in &mut cases {
        case.limit = ENDLESS;
    }
    cases
}

fn large(party: &Party) -> Vec<Case> {
    let flood = || Then::Flood(vec![b' '; 256 << 10], 1 << 30);
    let chunk = [b"40000\r\n".as_slice(), &[b' '; 256 << 10], b"\r\n"].concat();
    let too_large = Expect::Known(ErrorKind::BodyTooLarge, 200);
    let declared = head(party, "200 OK", "content-length: 1073741824\r\n");
    let chunked = head(party, "200 OK", "transfer-encoding: chunked\r\n");
    let mut cases = vec![
        case(
            "1 GB, declared",
            Attack::new(declared).then(flood()),
            too_large,
        ),
        case(
            "1 GB until the end",
            Attack::new(head(party, "200 OK", "")).then(flood()),
            too_large,
        ),
        case(
            "1 GB in chunks",
            Attack::new(chunked).then(Then::Flood(chunk, 1 << 30)),
            too_large,
        ),
        case(
            "1 GB of a refusal",
            Attack::new(head(party, "500 Oops", "")).then(flood()),
            Expect::Status(500),
        ),
    ];
    for case in &mut cases {
        case.most = CAP + UNDER_WAY;
    }
    cases
}

fn heads(party: &Party) -> Vec<Case> {
    const BROKEN: &[ErrorKind] = &[ErrorKind::Protocol, ErrorKind::Connection];
    let many: String = (0..10_000).map(|n| format!("x-{n}: {n}\r\n")).collect();
    let long = format!("x-long: {}\r\n", "y".repeat(10 << 20));
    let early = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(100);
    let mut cases = vec![
        case(
            "10,000 headers",
            Attack::new(head(party, "200 OK", &many)),
            Expect::NoHead(BROKEN),
        ),
        case(
            "a header of 10 MB",
            Attack::new(head(party, "200 OK", &long)),
            Expect::NoHead(BROKEN),
        ),
        case(
            "not HTTP at all",
            Attack::new("SSH-2.0-OpenSSH_9.6\r\n\0\r\n\r\n"),
            Expect::NoHead(BROKEN),
        ),
    ];
    let mut endless = case(
        "endless 103",
        Attack::new(Vec::new()).then(Then::Flood(early, u64::MAX)),
        Expect::NoHead(&[
            ErrorKind::Timeout,
            ErrorKind::Protocol,
            ErrorKind::Connection,
        ]),
    );
    endless.limit = ENDLESS;
    cases.push(endless);
    let redirect = head(
        party,
        "302 Found",
        "location: /again\r\ncontent-length: 0\r\n",
    );
    cases.push(case(
        "a redirect to itself",
        Attack::new(redirect),
        Expect::Status(302),
    ));
    let mut reason = b"HTTP/1.1 400 \xff\xfe\xe9\r\nx-odd: \xff\xfe\r\n".to_vec();
    reason.extend_from_slice(&head(party, "", "content-length: 2\r\n")["HTTP/1.1 \r\n".len()..]);
    reason.extend_from_slice(b"{}");
    cases.push(case(
        "no UTF-8 in reason and headers",
        Attack::new(reason),
        Expect::Status(400),
    ));
    cases
}

fn bodies(party: &Party) -> Vec<Case> {
    let deep = |open: &str, close: &str| {
        let open = open.repeat(100_000);
        [open.as_bytes(), b"1", close.repeat(100_000).as_bytes()].concat()
    };
    let secret = party.secret;
    let good = party.good.as_bytes();
    let fields = &good[1..];
    let texts: Vec<(&'static str, Vec<u8>)> = vec![
        ("100,000 lists deep", deep("[", "]")),
        ("100,000 objects deep", deep(r#"{"message":"#, "}")),
        ("objects deep in an error", deep(r#"{"error":"#, "}")),
        ("huge numbers", [br#"{"code": 1e999999, "status": 99999999999999999999999999999999, "http_code": -1, "#, fields].concat()),
        ("keys twice", [br#"{"message": "a", "message": {"b": 1}, "error": 1, "error": [], "response": 3, "#, fields].concat()),
        ("a BOM", [b"\xef\xbb\xbf", good].concat()),
        ("NUL bytes", [b"\0\0\0", good, b"\0"].concat()),
        ("no UTF-8", [br#"{"message": ""#.as_slice(), b"\xff\xfe\xed\xa0\x80", br#"", "#, fields].concat()),
        ("no UTF-8 at all", vec![0xff; 100_000]),
        ("lone surrogates", [br#"{"message": "\ud800\udfff\ud800", "error": {"message": "\udc00"}, "#, fields].concat()),
        ("a secret quoted", format!(r#"{{"message": "bad key {secret}", "error": {{"message": "{secret}", "code": "{secret}"}}, "detail": "{secret}"}}"#).into_bytes()),
        ("a secret before 1 MB", format!(r#"{{"message": "{secret}{}"}}"#, "z".repeat(1 << 20)).into_bytes()),
        ("nothing", Vec::new()),
    ];
    let mut cases = Vec::new();
    for (name, body) in texts {
        cases.push(case(
            name,
            with_body(party, "200 OK", &body),
            Expect::ReadOrDecode,
        ));
        cases.push(case(
            name,
            with_body(party, "400 Bad Request", &body),
            Expect::Status(400),
        ));
        cases.push(case(
            name,
            with_body(party, "503 Service Unavailable", &body),
            Expect::Status(503),
        ));
    }
    cases
}

fn bombs(party: &Party) -> Vec<Case> {
    let size = if long() { 1 << 30 } else { 16 << 20 };
    let bomb = gzip(&vec![b' '; size]);
    vec![
        case(
            "a zip bomb",
            zipped(party, &bomb),
            Expect::Known(ErrorKind::BodyTooLarge, 200),
        ),
        case(
            "a zip bomb in another",
            zipped(party, &gzip(&bomb)),
            Expect::ReadOrDecode,
        ),
        case(
            "half a zip",
            zipped(party, &bomb[..bomb.len() / 1_000]),
            Expect::Status(200),
        ),
        case("no zip", zipped(party, b"not gzip"), Expect::Status(200)),
    ]
}

/// Whatever it is, it is bounded and silent.
fn check_shown(error: &Error, secret: &str, said: &str) {
    let shown = format!("{error} {error:?} {error:#?} {}", error.log_value());
    assert!(!shown.contains(secret), "a secret: {said}");
    assert!(
        shown.len() < 16 << 10,
        "{} bytes shown: {said}",
        shown.len()
    );
    assert!(error.body_excerpt().unwrap_or("").len() <= 2048, "{said}");
}

/// Everything stands before the first is asked: to build a client takes longer than some answers may.
struct Scene {
    party: &'static Party,
    case: Case,
    server: Server,
    read: Read,
}

impl Scene {
    async fn set(party: &'static Party, case: Case, transport: &HttpTransport) -> Self {
        let server = Server::start(case.attack.clone()).await;
        let options = ClientOptions::new()
            .transport(Arc::new(transport.clone()))
            .attempt_timeout(case.limit)
            .deadline(case.limit * 2)
            .retries(0);
        let read = party.read(options, Some(&server.base));
        Self {
            party,
            case,
            server,
            read,
        }
    }
}

async fn suffer(scene: Scene) {
    let Scene {
        party,
        case,
        server,
        read,
    } = scene;
    let start = Instant::now();
    let outcome = tokio::time::timeout(HANGS, read()).await;
    let said = format!(
        "{}: {} → {outcome:?} after {:?}, {} bytes sent",
        party.name,
        case.name,
        start.elapsed(),
        server.sent()
    );
    let outcome = outcome.unwrap_or_else(|_| panic!("hangs: {said}"));
    assert!(server.sent() <= case.most, "{said}");
    if let Err(error) = &outcome {
        check_shown(error, party.secret, &said);
    }
    let id_known = |error: &Error| error.request_id() == Some(ID);
    match (case.expect, outcome) {
        (Expect::ReadOrDecode, Ok(())) => {}
        (Expect::ReadOrDecode, Err(error)) => {
            // What calls itself a success may be a failure by the provider's own envelope.
            assert!(
                !matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Other),
                "{said}"
            );
            assert_eq!(error.status(), Some(StatusCode::OK), "{said}");
            assert!(id_known(&error), "{said}");
        }
        (Expect::Known(kind, status), Err(error)) => {
            assert_eq!(
                (error.kind(), error.status().unwrap().as_u16()),
                (kind, status),
                "{said}"
            );
            assert!(id_known(&error), "{said}");
        }
        (Expect::Status(status), Err(error)) => {
            assert_eq!(error.status().map(|s| s.as_u16()), Some(status), "{said}");
            assert!(id_known(&error), "{said}");
        }
        (Expect::NoHead(kinds), Err(error)) => {
            assert!(kinds.contains(&error.kind()), "{said}");
            assert_eq!(error.status(), None, "{said}");
        }
        (_, Ok(())) => panic!("a success: {said}"),
    }
}

/// A few at a time, so that a slow machine does not turn every answer into a timeout.
async fn all(cases: fn(&Party) -> Vec<Case>, at_a_time: usize) {
    let gate = Arc::new(tokio::sync::Semaphore::new(at_a_time));
    let transport = HttpTransport::builder().build().unwrap();
    let mut everything = Vec::new();
    for party in &PARTIES {
        for case in cases(party) {
            let scene = Scene::set(party, case, &transport).await;
            let gate = Arc::clone(&gate);
            everything.push(async move {
                let _turn = gate.acquire().await.unwrap();
                suffer(scene).await;
            });
        }
    }
    println!("{} hostile answers", everything.len());
    join_all(everything).await;
}

#[tokio::test]
async fn slow_answers() {
    all(slow, 18).await;
}

#[tokio::test]
async fn large_answers() {
    all(large, 2).await;
}

#[tokio::test]
async fn hostile_heads() {
    all(heads, 2).await;
}

#[tokio::test]
async fn hostile_bodies() {
    all(bodies, 4).await;
}

#[tokio::test]
async fn zip_bombs() {
    all(bombs, 2).await;
}
