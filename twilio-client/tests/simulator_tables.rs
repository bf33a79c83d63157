//! What the simulator keeps beside calls behaves as the documented API does, also towards requests this client would never
//! send.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use bytes::Bytes;
use common::{quick, to};
use secrecy::SecretString;
use serde_json::Value;
use twilio_client::sip::{
    CreateCredential, CreateDomain, CreateIpAddress, ListCredentialLists, ListMappings,
    NameCredentialList, NameIpAccessControlList, UpdateDomain, UpdateIpAddress,
};
use twilio_client::testkit::TwilioSimulator;
use twilio_client::trunks::{
    ListTrunks, RecordingMode, RecordingSettings, RecordingTrim, TrunkSettings,
};
use twilio_client::types::Toggle;
use twilio_client::{OPERATIONS, Product, TwilioClient};
use voice_core::ident::{CredentialListSid, Ipv4Cidr, TrunkSid};
use voice_core::testkit::Mishap;
use voice_core::transport::{HttpTransport, Transport};

const FORM: &str = "application/x-www-form-urlencoded";
const HEX: &str = "0123456789abcdef0123456789abcdef";

thread_local! {
    /// One for each test, since each has a thread and a runtime of its own.
    static TRANSPORT: HttpTransport = HttpTransport::builder().build().unwrap();
}

async fn simulator() -> (TwilioSimulator, TwilioClient) {
    let simulator = TwilioSimulator::builder().number(to()).start().await;
    let client = simulator.client_with(quick()).unwrap();
    (simulator, client)
}

/// Sends a raw request with the account's credentials; `{A}` is the path of the account.
async fn raw(
    simulator: &TwilioSimulator,
    method: &str,
    host: Option<&str>,
    path: &str,
    form: &str,
) -> (u16, Value) {
    use base64::Engine as _;

    let pair = format!(
        "{}:{}",
        TwilioSimulator::ACCOUNT_SID,
        TwilioSimulator::AUTH_TOKEN
    );
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    let account = format!("/2010-04-01/Accounts/{}", TwilioSimulator::ACCOUNT_SID);
    let path = path.replace("{A}", &account);
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", simulator.url()))
        .header("authorization", format!("Basic {pair}"))
        .header("content-type", FORM);
    if let Some(host) = host {
        request = request.header("host", host);
    }
    let request = request.body(Bytes::from(form.to_owned())).unwrap();
    let transport = TRANSPORT.with(HttpTransport::clone);
    let answer = transport.send(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect(1 << 20).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    (status, body)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// Whoever lists an operation here finds it in the simulator, under its own name.
#[tokio::test]
async fn every_operation_of_sip_and_trunks_is_served_by_its_name() {
    let (simulator, _) = simulator().await;
    let mut served = 0;
    for known in OPERATIONS.iter().copied().flatten() {
        let name = known.operation.name();
        if !name.starts_with("sip.") && !name.starts_with("trunks.") {
            continue;
        }
        let path = known.operation.path();
        let path = path.replace("{AccountSid}", TwilioSimulator::ACCOUNT_SID);
        let path: String = path
            .split('/')
            .map(|part| match part.strip_prefix('{') {
                Some(name) => format!("XX{HEX}{}", name.split_once('}').unwrap().1),
                None => part.to_owned(),
            })
            .collect::<Vec<_>>()
            .join("/");
        let path = match known.spec {
            "trunking_v1" => format!("/trunking{path}"),
            _ => path,
        };
        simulator.mishaps().next_of(name, Mishap::RateLimited(None));
        let method = known.operation.method().as_str();
        let (status, body) = raw(&simulator, method, None, &path, "").await;
        assert_eq!((status, &body["code"]), (429, &20429.into()), "{name}");
        served += 1;
    }
    assert_eq!(served, 45 + 24);
}

#[tokio::test]
async fn a_domain_lives_from_its_creation_to_its_end() {
    let (simulator, client) = simulator().await;
    let (sip, domains) = (client.sip(), client.sip().domains());
    let new = CreateDomain::new("office.sip.twilio.com").secure(Toggle::On);
    let made = domains.create(&new).await.unwrap();
    assert_eq!(made.status(), 201);
    let domain = made.sid.unwrap();
    assert!(made.extra.is_empty() && made.secure == Some(true));
    assert_eq!(made.auth_type.as_deref(), Some(""));
    let created = made.date_created.as_ref().unwrap();
    assert!(created.as_str().ends_with(" +0000") && created.time().is_some());
    let own = made.uri.clone().unwrap();
    assert!(own.starts_with("/2010-04-01/") && own.ends_with(&format!("{domain}.json")));

    let list = NameCredentialList::new("phones");
    let list = sip.credential_lists().create(&list).await.unwrap();
    let list = list.sid.unwrap();
    let users = sip.credential_lists().credentials(list);
    let password = SecretString::from("Corr3ct-Horse-Battery");
    let anna = CreateCredential::new("anna", password);
    let anna = users.create(&anna).await.unwrap();
    assert_eq!(anna.credential_list_sid, Some(list));
    assert!(
        !simulator.resources("sip.credentials")[0]
            .to_string()
            .contains("Corr3ct")
    );

    let newer = domains.call_credential_lists(domain);
    let mapped = newer.create(list).await.unwrap();
    assert_eq!(
        (mapped.sid, mapped.friendly_name.as_deref(), &mapped.uri),
        (Some(list), Some("phones"), &None)
    );
    let older = domains.credential_list_mappings(domain);
    let mapped = older.create(list).await.unwrap();
    assert_eq!(mapped.domain_sid, Some(domain));
    let listed = newer.list(&ListMappings::new()).collect().await.unwrap();
    assert_eq!(listed.len(), 1);
    let read = domains.get(domain).await.unwrap();
    assert_eq!(read.auth_type.as_deref(), Some("CREDENTIAL_LIST"));

    // A list that is used stays, until nobody uses it.
    let used = sip.credential_lists().delete(list).await.unwrap_err();
    assert_eq!(used.code(), Some("21241"));
    let change = UpdateDomain::new().friendly_name("b").secure(Toggle::Off);
    let changed = domains.update(domain, &change).await.unwrap();
    assert_eq!(
        (changed.status().as_u16(), changed.secure),
        (200, Some(false))
    );
    assert_eq!(
        changed.domain_name.as_deref(),
        Some("office.sip.twilio.com")
    );
    newer.delete(list).await.unwrap();
    assert!(newer.get(list).await.unwrap_err().is_not_found());
    let gone = domains.delete(domain).await.unwrap();
    assert_eq!(gone.status(), 204);
    assert!(domains.get(domain).await.unwrap_err().is_not_found());
    assert!(newer.create(list).await.unwrap_err().is_not_found());
    sip.credential_lists().delete(list).await.unwrap();
    for kind in ["sip.credentials", "sip.domains.credential_list_mappings"] {
        assert!(simulator.resources(kind).is_empty(), "{kind} went with it");
    }
    assert!(simulator.resources("no.such").is_empty());
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_the_documented_codes() {
    let (simulator, client) = simulator().await;
    let list = NameCredentialList::new("a");
    let list = client.sip().credential_lists().create(&list).await.unwrap();
    let users = format!(
        "{{A}}/SIP/CredentialLists/{}/Credentials.json",
        list.sid.unwrap()
    );
    let access = NameIpAccessControlList::new("a");
    let access = client.sip().ip_access_control_lists().create(&access).await;
    let addresses = format!(
        "{{A}}/SIP/IpAccessControlLists/{}/IpAddresses.json",
        access.unwrap().sid.unwrap()
    );
    let trunk = client.trunks().create(&TrunkSettings::new()).await.unwrap();
    let trunk = format!("/trunking/v1/Trunks/{}", trunk.sid.unwrap());
    let long = format!("FriendlyName={}", "x".repeat(65));
    for (path, form, expected) in [
        ("{A}/SIP/Domains.json", "", 21231),
        ("{A}/SIP/Domains.json", "DomainName=office", 21231),
        (
            "{A}/SIP/Domains.json",
            "DomainName=a.sip.twilio.com&Secure=maybe",
            21231,
        ),
        ("{A}/SIP/CredentialLists.json", "FriendlyName=", 21240),
        ("{A}/SIP/CredentialLists.json", &long, 21240),
        (&users, "Username=anna", 21243),
        (&users, "Username=anna&Password=short", 21243),
        ("{A}/SIP/IpAccessControlLists.json", "", 21235),
        (&addresses, "FriendlyName=a", 21238),
        (&addresses, "FriendlyName=a&IpAddress=::1", 21238),
        (
            &addresses,
            "FriendlyName=a&IpAddress=203.0.113.1&CidrPrefixLength=33",
            21238,
        ),
        (
            "/trunking/v1/Trunks",
            "DomainName=office.example.com",
            21245,
        ),
        ("/trunking/v1/Trunks", "TransferMode=teleport", 21245),
        ("/trunking/v1/Trunks", "DisasterRecoveryMethod=PUT", 21245),
        (
            &format!("{trunk}/OriginationUrls"),
            "SipUrl=sip:a.example",
            21245,
        ),
        (
            &format!("{trunk}/OriginationUrls"),
            "Weight=0&Priority=1&Enabled=true&FriendlyName=a&SipUrl=sip:a.example",
            21245,
        ),
        (
            &format!("{trunk}/OriginationUrls"),
            "Weight=1&Priority=1&Enabled=true&FriendlyName=a&SipUrl=sips:a.example",
            21245,
        ),
        (&format!("{trunk}/CredentialLists"), "", 21245),
        (
            &format!("{trunk}/CredentialLists"),
            &format!("CredentialListSid=CL{HEX}"),
            21245,
        ),
    ] {
        let (status, body) = raw(&simulator, "POST", None, path, form).await;
        assert_eq!(
            (status, &body["code"]),
            (400, &expected.into()),
            "{path} {form}"
        );
        assert_eq!(body["status"], 400);
        assert!(text(&body, "more_info").starts_with("https://www.twilio.com/docs/"));
    }
    let none = TrunkSid::parse(&format!("TK{HEX}")).unwrap();
    for (method, path, expected) in [
        ("GET", format!("{trunk}/Nothing"), (404, 20404)),
        ("GET", "/trunking/v2/Trunks".to_owned(), (404, 20404)),
        ("PUT", trunk.clone(), (405, 20004)),
        (
            "POST",
            format!("{trunk}/CredentialLists/CL{HEX}"),
            (405, 20004),
        ),
        ("GET", format!("/trunking/v1/Trunks/{none}"), (404, 20404)),
        (
            "GET",
            format!("/trunking/v1/Trunks/{none}/Recording"),
            (404, 20404),
        ),
        (
            "GET",
            format!("/2010-04-01/Accounts/AC{HEX}/SIP/Domains.json"),
            (404, 20404),
        ),
        (
            "GET",
            "{A}/SIP/Domains.json?PageSize=1001".to_owned(),
            (400, 20007),
        ),
        (
            "GET",
            "{A}/SIP/Domains.json?PageSize=0".to_owned(),
            (400, 20001),
        ),
        (
            "GET",
            "{A}/SIP/Domains.json?PageToken=PAx".to_owned(),
            (400, 21481),
        ),
    ] {
        let (status, body) = raw(&simulator, method, None, &path, "").await;
        assert_eq!(
            (status, body["code"].as_u64()),
            (expected.0, Some(expected.1)),
            "{path}"
        );
    }
    let wrong = simulator.client_builder().unwrap();
    let wrong = wrong.auth_token(common::TOKEN.parse().unwrap()).build();
    let refused = wrong.unwrap().trunks().get(none).await.unwrap_err();
    assert_eq!(refused.code(), Some("20003"));
}

#[tokio::test]
async fn what_must_be_unique_is_and_lists_have_their_limits() {
    let (simulator, client) = simulator().await;
    let access = client.sip().ip_access_control_lists();
    let named = NameIpAccessControlList::new("a");
    let list = access.create(&named).await.unwrap().sid.unwrap();
    let addresses = access.addresses(list);
    let mut first = None;
    for number in 1..=25 {
        let range = Ipv4Cidr::parse(&format!("203.0.113.{number}")).unwrap();
        let made = addresses.create(&CreateIpAddress::new("a", range)).await;
        first = first.or(made.unwrap().sid);
    }
    let range = Ipv4Cidr::parse("203.0.113.26").unwrap();
    let full = addresses.create(&CreateIpAddress::new("a", range)).await;
    assert_eq!(full.unwrap_err().code(), Some("21237"));
    let there = UpdateIpAddress::new().range(Ipv4Cidr::parse("203.0.113.2").unwrap());
    let taken = addresses.update(first.unwrap(), &there).await;
    assert_eq!(taken.unwrap_err().code(), Some("21238"));
    // Of its own value a row is no rival.
    let same = UpdateIpAddress::new().range(Ipv4Cidr::parse("203.0.113.1").unwrap());
    addresses.update(first.unwrap(), &same).await.unwrap();

    let domain = CreateDomain::new("office.sip.twilio.com");
    client.sip().domains().create(&domain).await.unwrap();
    let again = client.sip().domains().create(&domain).await.unwrap_err();
    assert_eq!(again.code(), Some("21232"));
    let trunk = TrunkSettings::new().domain_name("office.pstn.twilio.com");
    client.trunks().create(&trunk).await.unwrap();
    let again = client.trunks().create(&trunk).await.unwrap_err();
    assert_eq!(again.code(), Some("21248"));
    assert_eq!(simulator.resources("trunks").len(), 1);
}

#[tokio::test]
async fn trunks_are_listed_in_the_newer_envelope_and_have_their_parts() {
    let (simulator, client) = simulator().await;
    for name in ["a", "b", "c"] {
        let trunk = TrunkSettings::new().friendly_name(name);
        client.trunks().create(&trunk).await.unwrap();
    }
    // By the path, by the host, and by the host with edge and region.
    for (host, path) in [
        (None, "/trunking/v1/Trunks?PageSize=2"),
        (Some("trunking.twilio.com"), "/v1/Trunks?PageSize=2"),
        (
            Some("trunking.dublin.ie1.twilio.com"),
            "/v1/Trunks?PageSize=2",
        ),
    ] {
        let (status, page) = raw(&simulator, "GET", host, path, "").await;
        assert_eq!(status, 200, "{host:?}");
        let meta = &page["meta"];
        assert_eq!(meta["key"], "trunks");
        let names: Vec<&str> = page["trunks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|trunk| text(trunk, "friendly_name"))
            .collect();
        assert_eq!(names, ["c", "b"], "newest first");
        let next = text(meta, "next_page_url");
        assert!(
            next.starts_with(
                "https://trunking.twilio.com/v1/Trunks?PageSize=2&Page=1&PageToken=PATK"
            ),
            "{next}"
        );
        assert_eq!(
            text(meta, "first_page_url"),
            "https://trunking.twilio.com/v1/Trunks?PageSize=2&Page=0"
        );
    }
    let all = client.trunks().list(&ListTrunks::new().page_size(1_u32));
    let all = all.collect().await.unwrap();
    assert_eq!(all.len(), 3);
    let trunk = all[0].sid.unwrap();
    let created = all[0].date_created.as_ref().unwrap();
    assert!(created.as_str().ends_with('Z') && created.time().is_some());
    let own = format!("https://trunking.twilio.com/v1/Trunks/{trunk}");
    assert_eq!(all[0].url.as_deref(), Some(own.as_str()));
    let links = all[0].links.as_ref().unwrap();
    assert_eq!(links["recording"], format!("{own}/Recording"));
    assert!(all[0].extra.is_empty(), "{:?}", all[0]);

    let recording = client.trunks().recording(trunk);
    let usual = recording.get().await.unwrap();
    assert_eq!(
        (usual.mode.clone(), usual.trim.clone()),
        (
            Some(RecordingMode::DoNotRecord),
            Some(RecordingTrim::DoNotTrim)
        )
    );
    let settings = RecordingSettings::new().mode(RecordingMode::FromAnswerDual);
    recording.update(&settings).await.unwrap();
    let read = client.trunks().get(trunk).await.unwrap();
    let recorded = read.recording.as_ref().unwrap();
    assert_eq!(recorded["mode"], "record-from-answer-dual");
    assert_eq!(recorded["trim"], "do-not-trim");
}

#[tokio::test]
async fn a_number_is_on_one_trunk() {
    let (simulator, client) = simulator().await;
    let (one, two) = (TrunkSettings::new(), TrunkSettings::new());
    let one = client.trunks().create(&one).await.unwrap().sid.unwrap();
    let two = client.trunks().create(&two).await.unwrap().sid.unwrap();
    let (_, found) = raw(
        &simulator,
        "GET",
        None,
        "{A}/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550123",
        "",
    )
    .await;
    let number = text(&found["incoming_phone_numbers"][0], "sid")
        .parse()
        .unwrap();
    let (_, none) = raw(
        &simulator,
        "GET",
        None,
        "{A}/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550199",
        "",
    )
    .await;
    assert_eq!(none["incoming_phone_numbers"], serde_json::json!([]));
    let mapped = client.trunks().phone_numbers(one).create(number).await;
    let mapped = mapped.unwrap();
    assert_eq!(mapped.trunk_sid, Some(one));
    assert_eq!(
        mapped.capabilities.as_ref().and_then(|c| c.voice),
        Some(true)
    );
    client
        .trunks()
        .phone_numbers(two)
        .create(number)
        .await
        .unwrap();
    let left = client.trunks().phone_numbers(one).get(number).await;
    assert!(left.unwrap_err().is_not_found());
    let trunk = &simulator.resources("incoming_phone_numbers")[0]["trunk_sid"];
    assert_eq!(trunk, two.as_str());
    client
        .trunks()
        .phone_numbers(two)
        .delete(number)
        .await
        .unwrap();
    let trunk = &simulator.resources("incoming_phone_numbers")[0]["trunk_sid"];
    assert_eq!(*trunk, Value::Null);
}

#[tokio::test]
async fn lists_go_over_pages_and_new_rows_shift_nothing() {
    let (simulator, client) = simulator().await;
    let lists = client.sip().credential_lists();
    for number in 0..5 {
        let named = NameCredentialList::new(format!("list {number}"));
        lists.create(&named).await.unwrap();
    }
    let mut pager = lists.list(&ListCredentialLists::new().page_size(2_u32));
    let first = pager.next().await.unwrap().unwrap();
    assert_eq!(first.friendly_name.as_deref(), Some("list 4"));
    lists.create(&NameCredentialList::new("new")).await.unwrap();
    let mut rest = Vec::new();
    while let Some(list) = pager.next().await {
        rest.push(list.unwrap().friendly_name.unwrap());
    }
    assert_eq!(rest, ["list 3", "list 2", "list 1", "list 0"]);
    let path = "{A}/SIP/CredentialLists.json?PageSize=4&Page=1";
    let (_, page) = raw(&simulator, "GET", None, path, "").await;
    assert_eq!((&page["start"], &page["end"]), (&4.into(), &5.into()));
    assert_eq!(page["next_page_uri"], Value::Null);
    assert!(text(&page, "uri").starts_with("/2010-04-01/Accounts/"));
    // The simulator's own client asks each product in a place of its own.
    assert!(client.product_url(Product::Trunking).ends_with("/trunking"));
    let sid = CredentialListSid::parse(text(&page["credential_lists"][0], "sid"));
    assert!(sid.is_ok());
}
