//! Every recorded body through the real client: each becomes the type or the error that the index of the folder says.
//!
//! The bodies are not part of the repository; see `VOICE_SPECS_DIR` in `spec.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::Ipv4Addr;

use common::{number, scripted, sid, spec};
use exotel_vsip::ExotelClient;
use exotel_vsip::Paging;
use exotel_vsip::credentials::NewCredential;
use exotel_vsip::error::ErrorCode;
use exotel_vsip::numbers::MapNumber;
use exotel_vsip::settings::NewSetting;
use exotel_vsip::trunks::{ConfirmDeletion, NewTrunk};
use exotel_vsip::types::CredentialId;
use serde_json::{Value, json};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{Ipv4Cidr, SipDestination};
use voice_core::testkit::Reply;

/// What an operation is asked, and what of its answer is compared: the objects as they were read.
#[derive(Debug, Clone, Copy)]
enum Ask {
    CreateTrunk,
    DeleteTrunk,
    MapNumber,
    ListNumbers,
    AddIp,
    AddDestination,
    ListDestinations,
    CreateCredential,
    ListCredentials,
    DeleteCredential,
    SetSetting,
}

/// What must come of it.
#[derive(Debug, Clone)]
enum Expect {
    /// The objects of the body, read and written again, are the same but for nulls.
    Objects(usize),
    /// An error: kind, code, field, effective status.
    Error(ErrorKind, ErrorCode, &'static str, u16),
    /// A batch whose only item failed.
    FailedItem(ErrorKind, ErrorCode, &'static str, u16),
}

use Ask as A;
use Expect as X;

fn table() -> Vec<(&'static str, Ask, Expect)> {
    use ErrorCode as C;
    use ErrorKind as K;
    vec![
        ("apiref_0123_01", A::CreateTrunk, X::Objects(1)),
        (
            "apiref_0123_03",
            A::CreateTrunk,
            X::Error(K::AlreadyExists, C::InvalidParameter, "trunk_name", 409),
        ),
        (
            "apiref_0123_05",
            A::MapNumber,
            X::Error(K::NotFound, C::TrunkForbidden, "", 404),
        ),
        (
            "apiref_0123_07",
            A::MapNumber,
            X::Error(K::AlreadyExists, C::Duplicate, "phone_number", 409),
        ),
        ("apiref_0123_09", A::AddIp, X::Objects(1)),
        (
            "apiref_0123_11",
            A::AddIp,
            X::Error(K::AlreadyExists, C::Duplicate, "ip", 409),
        ),
        (
            "apiref_0123_13",
            A::AddDestination,
            X::FailedItem(K::InvalidInput, C::InvalidParameter, "destination", 400),
        ),
        ("apiref_0123_15", A::ListCredentials, X::Objects(1)),
        ("apiref_0123_17", A::ListNumbers, X::Objects(1)),
        ("apiref_0123_19", A::ListDestinations, X::Objects(2)),
        ("apiref_0123_21", A::DeleteTrunk, X::Objects(1)),
        ("apiref_01_", A::CreateTrunk, X::Objects(1)),
        (
            "apiref_03_",
            A::CreateTrunk,
            X::Error(K::AlreadyExists, C::Duplicate, "trunk_name", 409),
        ),
        (
            "apiref_05_",
            A::MapNumber,
            X::Error(K::NotFound, C::NotFound, "", 404),
        ),
        ("apiref_07_", A::AddIp, X::Objects(1)),
        ("apiref_09_", A::AddDestination, X::Objects(1)),
        (
            "apiref_11_",
            A::AddDestination,
            X::FailedItem(K::InvalidInput, C::InvalidParameter, "destination", 400),
        ),
        ("apiref_13_", A::ListNumbers, X::Objects(1)),
        ("apiref_15_", A::ListDestinations, X::Objects(2)),
        ("apiref_17_", A::SetSetting, X::Objects(1)),
        ("cred_01_", A::CreateCredential, X::Objects(1)),
        ("cred_03_", A::DeleteCredential, X::Objects(1)),
        (
            "err_01_",
            A::CreateTrunk,
            X::Error(K::InvalidInput, C::InvalidParameter, "trunk_name", 400),
        ),
        (
            "err_03_",
            A::CreateTrunk,
            X::Error(K::InvalidInput, C::MissingParameter, "trunk_name", 400),
        ),
        (
            "err_05_",
            A::MapNumber,
            X::Error(K::InvalidInput, C::MissingParameter, "phone_number", 400),
        ),
        (
            "err_07_",
            A::CreateTrunk,
            X::Error(K::AlreadyExists, C::Duplicate, "trunk_name", 409),
        ),
        (
            "err_09_",
            A::AddIp,
            X::Error(K::AlreadyExists, C::Duplicate, "ip", 409),
        ),
        (
            "err_11_",
            A::AddIp,
            X::Error(K::InvalidInput, C::MalformedBody, "mask", 400),
        ),
    ]
}

/// Asks, and gives the objects of the answer as JSON.
async fn ask(client: &ExotelClient, ask: Ask) -> Result<Vec<Value>, Error> {
    let sid = sid();
    let trunk = client.trunk(&sid);
    let paging = Paging::new();
    Ok(match ask {
        A::CreateTrunk => {
            let trunk = client
                .trunks()
                .create(&NewTrunk::new(common::name("t")))
                .await?;
            trunk.sid()?;
            vec![serde_json::to_value(&*trunk).unwrap()]
        }
        A::DeleteTrunk => {
            let gone = client
                .trunks()
                .delete(&sid, &ConfirmDeletion::of(common::SID))
                .await?;
            gone.iter()
                .map(|trunk| serde_json::to_value(trunk).unwrap())
                .collect()
        }
        A::MapNumber => {
            let mapped = trunk.phone_numbers().map(&MapNumber::new(number())).await?;
            vec![serde_json::to_value(&*mapped).unwrap()]
        }
        A::ListNumbers => {
            let list = trunk.phone_numbers().list(&paging).collect().await?;
            assert!(list.iter().all(|number| number.id().is_ok()));
            list.iter()
                .map(|number| serde_json::to_value(number).unwrap())
                .collect()
        }
        A::AddIp => {
            let range = Ipv4Cidr::from(Ipv4Addr::new(8, 8, 4, 17));
            let added = trunk.whitelisted_ips().add(range).await?;
            assert_eq!(added.range().unwrap().mask(), 32);
            vec![serde_json::to_value(&*added).unwrap()]
        }
        A::AddDestination => {
            let destination = SipDestination::tls("sip.example.com", 5061).unwrap();
            let added = trunk.destinations().add_one(&destination).await?;
            vec![serde_json::to_value(&*added).unwrap()]
        }
        A::ListDestinations => {
            let list = trunk.destinations().list(&paging).collect().await?;
            list.iter()
                .map(|one| serde_json::to_value(one).unwrap())
                .collect()
        }
        A::CreateCredential => {
            let created = trunk
                .credentials()
                .create(&NewCredential::new("u", "p"))
                .await?;
            vec![serde_json::to_value(&*created).unwrap()]
        }
        A::ListCredentials => {
            let list = trunk.credentials().list(&paging).collect().await?;
            list.iter()
                .map(|one| serde_json::to_value(one).unwrap())
                .collect()
        }
        A::DeleteCredential => {
            let gone = trunk
                .credentials()
                .delete(&CredentialId::parse("1234").unwrap())
                .await?;
            gone.iter()
                .map(|one| serde_json::to_value(one).unwrap())
                .collect()
        }
        A::SetSetting => {
            let setting = NewSetting::external_alias(&number());
            let set = trunk.settings().set(&[setting]).await?;
            assert!(set.is_complete() && (set.total, set.success, set.failed) == (1, 1, 0));
            set.succeeded()
                .map(|one| serde_json::to_value(one).unwrap())
                .collect()
        }
    })
}

/// The objects of a body as the server wrote them, without nulls, in the words of this crate.
fn objects(body: &Value) -> Vec<Value> {
    let items = match &body["response"] {
        Value::Array(items) => items.clone(),
        item => vec![item.clone()],
    };
    items
        .into_iter()
        .map(|item| {
            let mut data = item["data"].clone();
            let map = data.as_object_mut().unwrap();
            map.retain(|_, value| !value.is_null());
            if let Some(user) = map.remove("username") {
                map.insert("user_name".to_owned(), user);
                map.remove("password")
                    .expect("the old sample has a password, which is never written");
            }
            data
        })
        .collect()
}

struct Case {
    file: String,
    kind: String,
    wire: u16,
    body: Value,
}

fn cases() -> Option<Vec<Case>> {
    let index = spec("fixtures/INDEX.md")?;
    let mut cases = Vec::new();
    for line in index.lines().filter(|line| line.contains(".json |")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let file = cells[1].to_owned();
        let body: Value = serde_json::from_str(&spec(&format!("fixtures/{file}"))?).unwrap();
        cases.push(Case {
            file,
            kind: cells[3].to_owned(),
            wire: cells[4].parse().unwrap_or(0),
            body,
        });
    }
    Some(cases)
}

/// The whole answers that a recorded piece may be a part of: status and body.
fn answers(case: &Case, status: u16) -> Vec<(u16, Value)> {
    let body = case.body.clone();
    match case.kind.as_str() {
        "envelope" => vec![(case.wire, body)],
        "item" => {
            let envelope = json!({"request_id": "x", "http_code": 200, "response": body});
            vec![(200, envelope), (200, body)]
        }
        "error_data" => {
            let item =
                json!({"code": status, "status": "failure", "data": null, "error_data": body});
            let envelope = json!({"request_id": "x", "http_code": status, "response": item});
            vec![(status, envelope), (status, item), (status, body)]
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn every_recorded_body_becomes_what_the_index_says() {
    let Some(cases) = cases() else { return };
    let table = table();
    assert_eq!((cases.len(), table.len()), (28, 28));
    for case in &cases {
        let row = table
            .iter()
            .find(|(prefix, ..)| case.file.starts_with(prefix));
        let (_, asked, expected) = row.unwrap_or_else(|| panic!("{} has no row", case.file));
        let status = match expected {
            X::Error(.., status) | X::FailedItem(.., status) => *status,
            X::Objects(_) => case.wire,
        };
        for (wire, body) in answers(case, status) {
            let reply = Reply::status(wire, body.to_string());
            let (client, transport) = scripted([reply]);
            let outcome = ask(&client, *asked).await;
            assert_eq!(transport.sent().len(), 1, "{}", case.file);
            match (expected, outcome) {
                (X::Objects(count), Ok(read)) => {
                    assert_eq!(read, objects(&body), "{}", case.file);
                    assert_eq!(read.len(), *count, "{}", case.file);
                }
                (
                    X::Error(kind, code, field, status) | X::FailedItem(kind, code, field, status),
                    Err(error),
                ) => {
                    check(case, &body, wire, &error, (*kind, code, field, *status));
                }
                (expected, outcome) => panic!("{}: {expected:?} and not {outcome:?}", case.file),
            }
        }
    }
}

fn check(
    case: &Case,
    body: &Value,
    wire: u16,
    error: &Error,
    (kind, code, field, status): (ErrorKind, &ErrorCode, &str, u16),
) {
    let file = &case.file;
    assert_eq!(error.kind(), kind, "{file}: {error}");
    assert_eq!(ErrorCode::of(error).as_ref(), Some(code), "{file}");
    assert_eq!(error.status().unwrap().as_u16(), wire, "{file}");
    let effective = error.context_value("effective_status");
    let expected = (status != wire).then(|| status.to_string());
    assert_eq!(effective, expected.as_deref(), "{file}");
    assert_eq!(error.delivery(), Delivery::Answered, "{file}");
    let named: Vec<&str> = error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    let expected: Vec<&str> = if field.is_empty() {
        vec![]
    } else {
        vec![field]
    };
    assert_eq!(named, expected, "{file}");
    assert_eq!(error.request_id(), body["request_id"].as_str(), "{file}");
    assert!(error.hint().is_some(), "{file}");
}

#[tokio::test]
async fn a_batch_that_failed_wholly_is_an_outcome_and_no_error() {
    let Some(cases) = cases() else { return };
    for case in cases.iter().filter(|case| case.wire == 207) {
        let (client, _) = scripted([Reply::status(207, case.body.to_string())]);
        let sid = sid();
        let destination = SipDestination::tls("sip.example.com", 5061).unwrap();
        let outcome = client
            .trunk(&sid)
            .destinations()
            .add(&[destination])
            .await
            .unwrap();
        assert_eq!((outcome.total, outcome.success, outcome.failed), (1, 0, 1));
        let failure = outcome.failures().next().unwrap();
        assert_eq!(failure.code, Some(ErrorCode::InvalidParameter));
        assert_eq!(
            (failure.status, failure.field.as_deref()),
            (Some(400), Some("destination"))
        );
        assert_eq!(outcome.request_id(), case.body["request_id"].as_str());
    }
}
