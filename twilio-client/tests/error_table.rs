//! Every code of the error dictionary comes out of the client with its name, class and remedy: from the simulator where a real
//! request can bring it about, else from a body in Twilio's form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and reads where the specifications are"
)]

mod common;

use std::collections::BTreeSet;

use base64::Engine as _;
use bytes::Bytes;
use common::{call_sid, scripted};
use serde_json::{Value, json};
use twilio_client::error::ErrorCode;
use twilio_client::testkit::TwilioSimulator;
use voice_core::client::RequestOptions;
use voice_core::testkit::Reply;
use voice_core::transport::{HttpTransport, Transport};

const DIAL: &str = "To=%2B14155550123&From=%2B14155550100";
const TWIML: &str = "Twiml=%3CResponse/%3E";

/// What is asked of the simulator, and the code it brings about. `{C}` is a call that rings for long, `{A}` the account.
fn requests() -> Vec<(&'static str, &'static str, String, u32)> {
    let dial = |rest: &str| format!("{DIAL}&{TWIML}&{rest}");
    let to = |number: &str| format!("To={number}&From=%2B14155550100&{TWIML}");
    let post = |path, form: String, code| ("POST", path, form, code);
    let room = |rest: &str| format!("{DIAL}&{rest}");
    let (calls, numbers) = ("{A}/Calls.json", "{A}/IncomingPhoneNumbers.json");
    let parts = "{A}/Conferences/table/Participants.json";
    vec![
        post(calls, format!("From=%2B14155550100&{TWIML}"), 21201),
        post(calls, format!("To=%2B14155550123&{TWIML}"), 21213),
        post(calls, DIAL.to_owned(), 21205),
        post(calls, dial("SendDigits=x"), 21206),
        post(calls, dial("Timeout=9999"), 21208),
        post(calls, dial("Method=PUT"), 21209),
        post(
            calls,
            format!("To=%2B14155550123&From=%2B14155550999&{TWIML}"),
            21210,
        ),
        post(calls, to("nobody"), 21211),
        post(calls, format!("To=%2B14155550123&From=x&{TWIML}"), 21212),
        post(calls, to("%2B15005550001"), 21217),
        post(calls, to("%2B15005550002"), 21214),
        post(calls, to("%2B15005550003"), 21215),
        post(calls, to("%2B15005550004"), 21216),
        post(calls, format!("{DIAL}&ApplicationSid=AP1"), 21218),
        post(calls, dial("MachineDetection=Perhaps"), 21234),
        post(calls, dial("AsyncAmd=true"), 21262),
        post(calls, dial("MachineDetectionSilenceTimeout=1"), 21263),
        post(calls, format!("{DIAL}&Twiml={}", "x".repeat(4001)), 32018),
        post("{A}/Calls/{C}.json", "Status=perhaps".to_owned(), 20001),
        post("{A}/Calls/{C}.json", TWIML.to_owned(), 21220),
        ("DELETE", "{A}/Calls/{C}.json", String::new(), 20009),
        ("GET", "{A}/Nothing.json", String::new(), 20404),
        ("PUT", calls, String::new(), 20004),
        ("GET", "{A}/Calls.json?PageSize=1001", String::new(), 20007),
        (
            "GET",
            "{A}/Calls.json?PageToken=stale",
            String::new(),
            21481,
        ),
        post(parts, room("MaxParticipants=1"), 16002),
        post(
            "{A}/Conferences/CF00112233445566778899aabbccddeeff/Participants.json",
            room(""),
            16003,
        ),
        post(parts, room("Label=a/b"), 16024),
        post(parts, room("Label=same&MaxParticipants=2"), 0),
        post(parts, room("Label=same"), 16026),
        post(
            parts,
            room("CallSidToCoach=CA00112233445566778899aabbccddeeff&Coaching=true"),
            16028,
        ),
        post(parts, room("Label=other"), 0),
        post(parts, room("Label=third"), 16020),
        post(numbers, "PhoneNumber=x".to_owned(), 21421),
        post(numbers, "PhoneNumber=%2B15005550000".to_owned(), 21422),
        post(numbers, "AreaCode=12".to_owned(), 21451),
        post(numbers, "AreaCode=999".to_owned(), 21452),
        post(
            "{A}/IncomingPhoneNumbers/TollFree.json",
            "PhoneNumber=%2B14155550177".to_owned(),
            21458,
        ),
        post("{A}/Applications.json", "VoiceUrl=x".to_owned(), 21402),
        post("{A}/Applications.json", "VoiceMethod=PUT".to_owned(), 21403),
        post("{A}/Queues.json", String::new(), 20002),
    ]
}

/// Sends a raw request; status and body.
async fn ask(simulator: &TwilioSimulator, method: &str, path: &str, form: &str) -> (u16, String) {
    let token = format!(
        "{}:{}",
        TwilioSimulator::ACCOUNT_SID,
        TwilioSimulator::AUTH_TOKEN
    );
    let token = base64::engine::general_purpose::STANDARD.encode(token);
    let account = format!("/2010-04-01/Accounts/{}", TwilioSimulator::ACCOUNT_SID);
    let request = http::Request::builder()
        .method(method)
        .uri(format!(
            "{}{}",
            simulator.url(),
            path.replace("{A}", &account)
        ))
        .header("authorization", format!("Basic {token}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form.to_owned()))
        .unwrap();
    let transport = HttpTransport::builder().build().unwrap();
    let answer = transport.send(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect(1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Gives the client a body, and holds what it makes of it against the table.
async fn read(code: u32, status: u16, body: &str) {
    let (client, _) = scripted([Reply::status(status, body.to_owned())]);
    let client = client.with(RequestOptions::new().retries(0));
    let error = client.calls().get(call_sid()).await.unwrap_err();
    let known = ErrorCode::new(code);
    assert_eq!(error.code(), Some(code.to_string().as_str()), "{body}");
    assert!(
        known.name().is_some() && known.class().is_some(),
        "{code} is in no table"
    );
    assert_eq!(error.hint(), known.hint(), "{code}");
    assert!(error.hint().is_some(), "{code} has no remedy");
}

#[tokio::test]
async fn the_simulator_answers_with_codes_that_the_table_has() {
    let simulator = TwilioSimulator::builder()
        .number(common::from())
        .pace(twilio_client::testkit::Pace::LIFELIKE)
        .calls_per_second(1000.0)
        .start()
        .await;
    let (status, body) = ask(
        &simulator,
        "POST",
        "{A}/Calls.json",
        &format!("{DIAL}&{TWIML}"),
    )
    .await;
    assert_eq!(status, 201);
    let call: Value = serde_json::from_str(&body).unwrap();
    let call = call["sid"].as_str().unwrap().to_owned();
    for (method, path, form, expected) in requests() {
        let (status, body) = ask(&simulator, method, &path.replace("{C}", &call), &form).await;
        if expected == 0 {
            assert_eq!(status, 201, "{body}");
            continue;
        }
        let said: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(said["code"], json!(expected), "{method} {path}: {body}");
        read(expected, status, &body).await;
    }
}

#[tokio::test]
async fn every_other_code_is_read_from_a_body_in_the_documented_form() {
    let Some(folder) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return;
    };
    let path = std::path::Path::new(&folder).join("twilio/error_codes.json");
    let codes: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let list = codes
        .as_array()
        .or_else(|| codes["codes"].as_array())
        .unwrap();
    let simulated: BTreeSet<u32> = requests().into_iter().map(|request| request.3).collect();
    let mut read_from_bodies = 0;
    for entry in list {
        let code = u32::try_from(entry["code"].as_u64().unwrap()).unwrap();
        if simulated.contains(&code) {
            continue;
        }
        let status = entry["http_status"].as_u64().unwrap_or(400);
        let status = u16::try_from(status).unwrap();
        let body = json!({
            "code": code,
            "message": entry["name"],
            "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            "status": status,
        });
        read(code, status, &body.to_string()).await;
        read_from_bodies += 1;
    }
    println!(
        "{} codes from the simulator, {read_from_bodies} from bodies",
        simulated.len() - 1
    );
    assert!(read_from_bodies > 600);
}
