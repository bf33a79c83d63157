//! API v2 of the simulator on the wire: every refusal, paging, cascades, what can be chosen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod simulator_common;

use exotel_vsip::testkit::{
    DeleteAnswer, Duplicates, ExotelSimulator, MapForm, TrunkReads, UdpDestinations, UnknownTrunk,
    Vsip,
};
use exotel_vsip::{AccountName, Region};
use serde_json::{Value, json};
use simulator_common::Wire;

const TLS: &str = "sip.example.com:5061;transport=tls";

fn destinations(list: &[&str]) -> String {
    let items: Vec<Value> = list
        .iter()
        .map(|text| json!({"destination": text}))
        .collect();
    json!({"destinations": items}).to_string()
}

#[tokio::test]
async fn every_refusal_has_its_status_code_and_text() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let trunk = format!("{{2}}/trunks/{}", wire.trunk("first").await);
    let id = wire
        .post(
            &format!("{trunk}/phone-numbers"),
            r#"{"phone_number":"+918000000001"}"#,
        )
        .await
        .data()["id"]
        .clone();
    let id = id.as_str().unwrap();
    const NO_TRUNK: &str = "{2}/trunks/trmum1000000000000000099aa1n";
    const DOMAIN: &str = r#""domain_name":"a.pstn.exotel.com""#;
    let long = format!(r#"{{"phone_number":"+{}"}}"#, "9".repeat(31));
    for (method, path, body, status, code, text) in [
        (
            "GET",
            "{2}/nothing".to_owned(),
            String::new(),
            404,
            1000,
            "Not Found",
        ),
        (
            "GET",
            "{2}/trunks//phone-numbers".to_owned(),
            String::new(),
            404,
            1000,
            "Not Found",
        ),
        (
            "PUT",
            format!("{trunk}/phone-numbers/"),
            "{}".to_owned(),
            404,
            1000,
            "Not Found",
        ),
        (
            "PUT",
            format!("{trunk}/phone-numbers/{}", "1".repeat(31)),
            "{}".to_owned(),
            404,
            1000,
            "Not Found",
        ),
        (
            "PATCH",
            trunk.clone(),
            "{}".to_owned(),
            404,
            1000,
            "Not Found",
        ),
        (
            "POST",
            format!("{trunk}/phone-numbers"),
            long,
            404,
            1000,
            "Not Found",
        ),
        (
            "DELETE",
            format!("{trunk}/phone-numbers?id=1"),
            String::new(),
            404,
            1000,
            "Not Found",
        ),
        (
            "GET",
            "{2}/trunk-maps?exophone=%2B918000000009".to_owned(),
            String::new(),
            404,
            1000,
            "Not Found",
        ),
        (
            "POST",
            "{2}/trunks".to_owned(),
            "{}".to_owned(),
            400,
            1001,
            "TrunkName is mandatory",
        ),
        (
            "POST",
            format!("{trunk}/whitelisted-ips"),
            "{}".to_owned(),
            400,
            1001,
            "Ip is mandatory",
        ),
        (
            "POST",
            format!("{trunk}/phone-numbers"),
            "{}".to_owned(),
            400,
            1001,
            "PhoneNumber is mandatory",
        ),
        (
            "POST",
            format!("{trunk}/destination-uris"),
            r#"{"destinations":[]}"#.to_owned(),
            400,
            1001,
            "Destinations is mandatory",
        ),
        (
            "POST",
            format!("{trunk}/credentials"),
            r#"{"user_name":"a"}"#.to_owned(),
            400,
            1001,
            "Password is mandatory",
        ),
        (
            "DELETE",
            "{2}/trunks".to_owned(),
            String::new(),
            400,
            1001,
            "TrunkSid is mandatory",
        ),
        (
            "POST",
            "{2}/trunks".to_owned(),
            format!(r#"{{"trunk_name":"a_name_of_17_char","nso_code":"ANY-ANY",{DOMAIN}}}"#),
            400,
            1002,
            "Maximum allowed length for TrunkName is 16",
        ),
        (
            "POST",
            "{2}/trunks".to_owned(),
            format!(r#"{{"trunk_name":"a-b","nso_code":"ANY-ANY",{DOMAIN}}}"#),
            400,
            1002,
            "Allowed characters for TrunkName is alphanumeric and _",
        ),
        (
            "POST",
            "{2}/trunks".to_owned(),
            format!(r#"{{"trunk_name":"a","nso_code":"IND-MUM",{DOMAIN}}}"#),
            400,
            1002,
            "Nso code is invalid",
        ),
        (
            "POST",
            "{2}/trunks".to_owned(),
            r#"{"trunk_name":"a","nso_code":"ANY-ANY","domain_name":"a.example.com"}"#.to_owned(),
            400,
            1002,
            "Domain name should end with .pstn.exotel.com",
        ),
        (
            "POST",
            format!("{trunk}/phone-numbers"),
            r#"{"phone_number":"123456"}"#.to_owned(),
            400,
            1002,
            "Invalid PhoneNumber",
        ),
        (
            "PUT",
            format!("{trunk}/phone-numbers/{id}"),
            r#"{"phone_number":"+918000000002","mode":"flow"}"#.to_owned(),
            400,
            1002,
            "Invalid PhoneNumber",
        ),
        (
            "GET",
            "{2}/trunk-maps?exophone=+918000000001".to_owned(),
            String::new(),
            400,
            1002,
            "Invalid PhoneNumber",
        ),
        (
            "POST",
            format!("{trunk}/whitelisted-ips"),
            r#"{"ip":"256.1.1.1"}"#.to_owned(),
            400,
            1002,
            "Invalid ip",
        ),
        (
            "POST",
            format!("{trunk}/whitelisted-ips"),
            r#"{"ip":"203.0.113.1","mask":15}"#.to_owned(),
            400,
            1002,
            "mask should be in-between 16 and 32",
        ),
        (
            "POST",
            format!("{trunk}/destination-uris"),
            destinations(&["203.0.113.1:5061;transport=tls"]),
            207,
            1002,
            "Destination not whitelisted",
        ),
        (
            "POST",
            format!("{trunk}/destination-uris"),
            destinations(&["10.0.0.1:5061;transport=tls"]),
            207,
            1002,
            "Destination is not a valid Ip or Fqdn",
        ),
        (
            "GET",
            format!("{NO_TRUNK}/phone-numbers"),
            String::new(),
            403,
            1003,
            "Authorization failed",
        ),
        (
            "DELETE",
            "{2}/trunks?trunk_sid=trmum1000000000000000099aa1n".to_owned(),
            String::new(),
            403,
            1003,
            "Authorization failed",
        ),
        (
            "POST",
            "{2}/trunks".to_owned(),
            r#"{"trunk_name": "x"#.to_owned(),
            400,
            1007,
            "unexpected EOF",
        ),
        (
            "POST",
            format!("{trunk}/whitelisted-ips"),
            r#"{"ip":"203.0.113.1","mask":"32"}"#.to_owned(),
            400,
            1007,
            "json: cannot unmarshal string into Go struct field CreateWhitelistipsRequest.mask of type uint8",
        ),
        (
            "POST",
            "{2}/trunks".to_owned(),
            r#"{"trunk_name":7}"#.to_owned(),
            400,
            1007,
            "json: cannot unmarshal number into Go struct field CreateTrunkRequest.trunk_name of type string",
        ),
    ] {
        let answer = wire
            .send(
                method,
                &path,
                Some("application/json; charset=utf-8"),
                &body,
            )
            .await;
        let (wire_status, item, own, description) = answer.refusal();
        let expected = if wire_status == 207 { 400 } else { status };
        assert_eq!(
            (wire_status, item, own, description.as_str()),
            (status, u64::from(expected), code, text),
            "{method} {path} {body}"
        );
        assert_eq!(answer.json()["http_code"], status);
        assert_eq!(answer.json()["method"], method);
        assert_eq!(
            answer.json()["request_id"],
            answer.header("x-request-id").unwrap()
        );
    }
    for kind in [Some("text/plain"), None] {
        let answer = wire.send("POST", "{2}/trunks", kind, "{}").await;
        assert_eq!(
            answer.refusal(),
            (415, 415, 1011, kind.unwrap_or_default().to_owned())
        );
    }
    assert_eq!(simulator.trunks().len(), 1);
    assert_eq!(simulator.requests_of("unknown"), 5);
}

#[tokio::test]
async fn strangers_wrong_regions_and_other_accounts_are_refused() {
    let second = AccountName::parse("second").unwrap();
    let simulator = ExotelSimulator::builder()
        .account(second, "k2", "t2")
        .start()
        .await;
    let wire = Wire::to(&simulator);
    let denied = (401, 401, 1010, "Authorization failed".to_owned());
    wire.trunk("first").await;
    for stranger in [
        wire.clone().unsigned(),
        wire.clone().signed("k2", "t2"),
        wire.clone().signed(ExotelSimulator::API_KEY, "other"),
    ] {
        assert_eq!(stranger.get("{2}/trunks").await.refusal(), denied);
    }
    // An account sees nothing of another's, and may use the same names.
    let other = wire.clone().signed("k2", "t2");
    assert!(
        other
            .get("/v2/accounts/second/trunks")
            .await
            .list()
            .is_empty()
    );
    let sid = simulator.trunk("first").unwrap().sid;
    assert_eq!(
        other
            .get(&format!("/v2/accounts/second/trunks/{sid}"))
            .await
            .status,
        403
    );
    assert_eq!(
        Wire::within(&simulator, "api.in.exotel.com")
            .get("{2}/trunks")
            .await
            .status,
        200
    );
    assert_eq!(
        Wire::within(&simulator, "api.exotel.com")
            .get("{2}/trunks")
            .await
            .refusal(),
        denied
    );
    assert_eq!(
        Wire::within(&simulator, "api.exotel.com")
            .get("{1}/Calls.json")
            .await
            .status,
        401
    );

    let moved = ExotelSimulator::builder()
        .account_region(Region::Singapore)
        .start()
        .await;
    assert_eq!(Wire::to(&moved).get("{2}/trunks").await.refusal(), denied);
    let singapore = ExotelSimulator::builder()
        .region(Region::Singapore)
        .start()
        .await;
    assert!(
        Wire::within(&singapore, "api.exotel.com")
            .trunk("a")
            .await
            .starts_with("trsgp1")
    );
    let without = ExotelSimulator::builder()
        .vsip(Vsip::NotEnabled)
        .start()
        .await;
    assert_eq!(Wire::to(&without).get("{2}/trunks").await.status, 403);
    assert_eq!(Wire::to(&without).get("{1}/Calls.json").await.status, 200);
}

#[tokio::test]
async fn lists_are_paged_by_relative_links() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    for number in 0..5 {
        wire.trunk(&format!("t{number}")).await;
    }
    let mut names = Vec::new();
    let mut path = "{2}/trunks?page_size=2".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = wire.get(&path).await;
        names.extend(
            page.list()
                .iter()
                .map(|trunk| trunk["trunk_name"].as_str().unwrap().to_owned()),
        );
        let metadata = page.json()["metadata"].clone();
        pages.push(metadata["prev_page_uri"].clone());
        match metadata["next_page_uri"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(names, ["t4", "t3", "t2", "t1", "t0"]);
    let link = |offset: u32| {
        json!(format!(
            "/v2/accounts/exampleacc/trunks?offset={offset}&page_size=2"
        ))
    };
    assert_eq!(pages, [Value::Null, link(0), link(2)]);
    let beyond = wire.get("{2}/trunks?offset=9").await;
    assert!(beyond.list().is_empty() && beyond.json()["metadata"]["next_page_uri"].is_null());
    for bad in ["page_size=0", "page_size=x", "offset=-1"] {
        assert_eq!(
            wire.get(&format!("{{2}}/trunks?{bad}")).await.status,
            400,
            "{bad}"
        );
    }
    let sid = simulator.trunk("t3").unwrap().sid;
    let only = wire
        .get(&format!("{{2}}/trunks?trunk_sid={sid}"))
        .await
        .list();
    assert_eq!((only.len(), &only[0]["trunk_name"]), (1, &json!("t3")));
    assert!(
        wire.get("{2}/trunks?trunk_sid=none")
            .await
            .list()
            .is_empty()
    );
}

#[tokio::test]
async fn a_batch_answers_each_item_and_207_when_one_fails() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let trunk = format!("{{2}}/trunks/{}", wire.trunk("first").await);
    let uris = format!("{trunk}/destination-uris");
    let mixed = wire
        .post(
            &uris,
            &destinations(&[TLS, "10.0.0.1:5061", "b.example.com:5060"]),
        )
        .await;
    let body = mixed.json();
    assert_eq!(
        (mixed.status, &body["metadata"]),
        (207, &json!({"total": 3, "success": 2, "failed": 1}))
    );
    let codes: Vec<u64> = body["response"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["code"].as_u64().unwrap())
        .collect();
    assert_eq!(codes, [200, 400, 200]);
    // Nobody knows what becomes of a second one: it is made, and counted.
    assert_eq!(wire.post(&uris, &destinations(&[TLS])).await.status, 200);
    assert_eq!(
        (
            simulator.duplicates(),
            simulator.trunks()[0].destinations.len()
        ),
        (1, 3)
    );

    let changed = wire
        .put(&format!("{uris}/2543"), r#"{"priority":3}"#)
        .await
        .data();
    assert_eq!(
        (&changed["priority"], &changed["weight"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(
        wire.put(&format!("{uris}/2543"), r#"{"weight":-1}"#)
            .await
            .status,
        400
    );
    assert_eq!(
        wire.delete(&format!("{uris}?id=2543")).await.data()["id"],
        "2543"
    );
    assert_eq!(wire.delete(&format!("{uris}?id=2543")).await.status, 404);

    let settings = format!("{trunk}/settings");
    let both = r#"{"settings":[{"name":"trunk_external_alias","value":"+919876543210"},{"name":"odd","value":"1"}]}"#;
    let mixed = wire.post(&settings, both).await;
    assert_eq!(
        (mixed.status, &mixed.json()["metadata"]["failed"]),
        (207, &json!(1))
    );
    let again = r#"{"settings":[{"name":"trunk_external_alias","value":"+919876543211"}]}"#;
    assert_eq!(wire.post(&settings, again).await.status, 200);
    assert_eq!(
        simulator.trunks()[0].alias.as_deref(),
        Some("+919876543211")
    );
    assert_eq!(wire.get(&settings).await.list().len(), 1);
    assert_eq!(
        wire.delete(&format!("{settings}?name=trunk_external_alias"))
            .await
            .status,
        200
    );
    assert!(wire.get(&settings).await.list().is_empty());
}

#[tokio::test]
async fn everything_of_a_trunk_can_be_changed_and_goes_with_it() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let (sid, other) = (wire.trunk("first").await, wire.trunk("second").await);
    let trunk = format!("{{2}}/trunks/{sid}");
    let number = wire
        .post(
            &format!("{trunk}/phone-numbers"),
            r#"{"phone_number":"+918000000001","mode":"pstn"}"#,
        )
        .await
        .data();
    let ip = wire
        .post(
            &format!("{trunk}/whitelisted-ips"),
            r#"{"ip":"203.0.113.1"}"#,
        )
        .await
        .data();
    wire.post(
        &format!("{trunk}/whitelisted-ips"),
        r#"{"ip":"203.0.113.2"}"#,
    )
    .await
    .data();
    let credential = wire
        .post(
            &format!("{trunk}/credentials"),
            r#"{"user_name":"u","password":"p"}"#,
        )
        .await
        .data();
    assert!(credential.get("password").is_none());

    let renamed = wire.put(&trunk, r#"{"trunk_name":"renamed"}"#).await.data();
    assert_eq!(
        (&renamed["trunk_name"], &renamed["nso_code"]),
        (&json!("renamed"), &json!("ANY-ANY"))
    );
    let taken = wire.put(&trunk, r#"{"trunk_name":"second"}"#).await;
    assert_eq!(
        taken.refusal(),
        (
            200,
            409,
            1008,
            "Unable to update trunk with name second".to_owned()
        )
    );
    let ips = format!("{trunk}/whitelisted-ips/{}", ip["id"].as_str().unwrap());
    assert_eq!(
        wire.put(&ips, r#"{"ip":"203.0.113.1","mask":24}"#)
            .await
            .data()["mask"],
        24
    );
    assert_eq!(
        wire.put(&ips, r#"{"ip":"203.0.113.2","mask":24}"#)
            .await
            .refusal()
            .2,
        1008
    );
    assert_eq!(
        wire.put(&ips, r#"{"ip":"203.0.113.1"}"#).await.refusal().3,
        "Mask is mandatory"
    );
    let credentials = format!("{trunk}/credentials/{}", credential["id"].as_str().unwrap());
    assert_eq!(
        wire.put(&credentials, r#"{"password":"q"}"#).await.data()["user_name"],
        "u"
    );
    assert_eq!(
        simulator.trunk("renamed").unwrap().credentials[0].password,
        "q"
    );

    let map = wire
        .get("{2}/trunk-maps?exophone=%2B918000000001")
        .await
        .json();
    assert_eq!(
        map,
        json!({"exophone": "+918000000001", "trunk_sid": sid, "phone_number_id": number["id"], "mode": "pstn"})
    );
    assert_eq!(
        wire.get(&format!(
            "{{2}}/trunk-maps?exophone=%2B918000000001&trunk_sid={other}"
        ))
        .await
        .status,
        404
    );
    assert_eq!(
        wire.delete(&format!("{{2}}/trunks?trunk_sid={sid}"))
            .await
            .status,
        200
    );
    assert_eq!(
        wire.get("{2}/trunk-maps?exophone=%2B918000000001")
            .await
            .status,
        404
    );
    assert_eq!(wire.get(&trunk).await.status, 403);
    let mapped = wire
        .post(
            &format!("{{2}}/trunks/{other}/phone-numbers"),
            r#"{"phone_number":"+918000000001"}"#,
        )
        .await;
    assert_eq!(mapped.status, 200, "the number is free again");
    let shown = format!("{:?}", simulator.trunks());
    assert!(
        !shown.contains("8000000001") && shown.contains("second"),
        "{shown}"
    );
}

#[tokio::test]
async fn what_is_not_known_can_be_chosen() {
    let simulator = ExotelSimulator::builder()
        .duplicates(Duplicates::Refused)
        .udp_destinations(UdpDestinations::Refused)
        .unknown_trunk(UnknownTrunk::NotFound)
        .trunk_reads(TrunkReads::Filter)
        .delete_answer(DeleteAnswer::Null)
        .map_form(MapForm::Enveloped)
        .start()
        .await;
    let wire = Wire::to(&simulator);
    let sid = wire.trunk("first").await;
    let trunk = format!("{{2}}/trunks/{sid}");
    let uris = format!("{trunk}/destination-uris");
    assert_eq!(wire.post(&uris, &destinations(&[TLS])).await.status, 200);
    let (status, item, code, _) = wire.post(&uris, &destinations(&[TLS])).await.refusal();
    assert_eq!((status, item, code), (207, 409, 1008));
    assert_eq!(
        wire.post(&uris, &destinations(&["sip.example.com:5060"]))
            .await
            .status,
        207
    );
    let user = r#"{"user_name":"u","password":"p"}"#;
    wire.post(&format!("{trunk}/credentials"), user)
        .await
        .data();
    assert_eq!(
        wire.post(&format!("{trunk}/credentials"), user)
            .await
            .refusal()
            .1,
        409
    );
    assert_eq!(simulator.duplicates(), 0);
    wire.post(
        &format!("{trunk}/phone-numbers"),
        r#"{"phone_number":"+918000000001"}"#,
    )
    .await
    .data();
    assert_eq!(
        wire.get("{2}/trunk-maps?exophone=%2B918000000001")
            .await
            .data()["trunk_sid"],
        sid
    );
    assert_eq!(
        wire.get("{2}/trunks/nobody/settings").await.refusal().2,
        1000
    );
    assert_eq!(wire.get(&trunk).await.status, 404);
    assert_eq!(
        wire.delete(&format!("{{2}}/trunks?trunk_sid={sid}"))
            .await
            .data(),
        Value::Null
    );
    let by_path = ExotelSimulator::builder()
        .trunk_reads(TrunkReads::Path)
        .start()
        .await;
    let wire = Wire::to(&by_path);
    let sid = wire.trunk("first").await;
    assert_eq!(
        wire.get(&format!("{{2}}/trunks?trunk_sid={sid}"))
            .await
            .status,
        400
    );
    assert_eq!(
        wire.get(&format!("{{2}}/trunks/{sid}")).await.data()["trunk_sid"],
        sid
    );
    by_path.take_name("elsewhere");
    let body =
        r#"{"trunk_name":"elsewhere","nso_code":"ANY-ANY","domain_name":"a.pstn.exotel.com"}"#;
    assert_eq!(wire.post("{2}/trunks", body).await.refusal().2, 1008);
    // As was recorded once.
    assert_eq!(
        wire.post("{2}/trunks", &body.replace("elsewhere", ""))
            .await
            .data()["trunk_name"],
        ""
    );
}
