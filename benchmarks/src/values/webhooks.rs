//! The signature of a webhook, beside the bare HMAC over the same bytes, and beside two libraries for Standard Webhooks.
//!
//! The bare HMAC is what nobody can do without: the crates `hmac`, `sha1` and `sha2` over the signed text in one piece, with
//! the key set up each time, and a comparison in constant time. Everything beyond it (headers, decoding, sorting a form,
//! time window) is ours to keep small. Nothing is read of the body on either side.

use std::hint::black_box;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue, Method};
use openai_calls::webhooks::OpenAiWebhooks;
use secrecy::SecretString;
use sha1::Sha1;
use sha2::Sha256;
use twilio_client::webhook::{Params, SIGNATURE_HEADER, SignatureValidator};
use ultravox_client::webhooks::{SIGNATURE_HEADER as ULTRAVOX, TIMESTAMP_HEADER, WebhookVerifier};
use voice_core::webhook::WebhookRequest;

use super::rows;
use crate::harness::{each, in_turn, pair};
use crate::{Bar, Options, Row};

const SECTION: &str = "webhooks";
const BAR: Option<Bar> = Some(Bar::Ratio(1.3));

/// The section `webhooks`.
#[must_use]
pub fn section(options: &Options) -> Vec<Row> {
    let mut all = twilio(options);
    all.extend(standard(options));
    all.extend(ultravox(options));
    all
}

/// A webhook as it arrives, with what was signed of it.
struct Delivery {
    url: &'static str,
    headers: HeaderMap,
    body: Vec<u8>,
    /// The signed text in one piece.
    signed: Vec<u8>,
    /// The signature's bytes.
    tag: Vec<u8>,
}

impl Delivery {
    fn request(&self) -> WebhookRequest<'_> {
        WebhookRequest::new(&Method::POST, self.url, &self.headers, &self.body)
    }
}

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A status callback as Twilio sends it, of 1 KB.
const FORM: &str = "AccountSid=AC0123456789abcdef0123456789abcdef&ApiVersion=2010-04-01&CallSid=CA0123456789abcdef0123456789abcdef\
&CallStatus=completed&CallbackSource=call-progress-events&Called=%2B14155550123&CalledCity=SAN+FRANCISCO&CalledCountry=US\
&CalledState=CA&CalledZip=94105&Caller=%2B12125550100&CallerCity=NEW+YORK&CallerCountry=US&CallerState=NY&CallerZip=10001\
&Direction=outbound-api&Duration=1&CallDuration=42&From=%2B12125550100&FromCity=NEW+YORK&FromCountry=US&FromState=NY\
&FromZip=10001&SequenceNumber=3&Timestamp=Mon%2C+19+Oct+2026+10%3A21%3A03+%2B0000&To=%2B14155550123&ToCity=SAN+FRANCISCO\
&ToCountry=US&ToState=CA&ToZip=94105&StirVerstat=TN-Validation-Passed-A&CallToken=%257B%2522parentCallInfoToken%2522%253A\
%2522eyJhbGciOiJFUzI1NiJ9.eyJjYWxsU2lkIjoiQ0EwMTIzNDU2Nzg5YWJjZGVmIiwiZnJvbSI6IisxMjEyNTU1MDEwMCIsInRvIjoiKzE0MTU1NTUw\
MTIzIiwiaWF0IjoiMTc5MjQwNTI2MyJ9%2522%257D&RecordingSid=RE0123456789abcdef0123456789abcdef&SipResponseCode=200";

fn twilio_delivery() -> Delivery {
    let url = "https://hooks.example.com/voice/status?voice_call_key=vk42";
    let params = Params::parse(FORM.as_bytes());
    let mut pairs: Vec<(&str, &str)> = params.iter().collect();
    pairs.sort_unstable();
    let mut signed = url.as_bytes().to_vec();
    for (name, value) in pairs {
        signed.extend_from_slice(name.as_bytes());
        signed.extend_from_slice(value.as_bytes());
    }
    let tag = sha1(TOKEN.as_bytes(), &signed);
    let mut headers = HeaderMap::new();
    let form = HeaderValue::from_static("application/x-www-form-urlencoded; charset=UTF-8");
    headers.insert(http::header::CONTENT_TYPE, form);
    insert(&mut headers, SIGNATURE_HEADER, &STANDARD.encode(&tag));
    Delivery {
        url,
        headers,
        body: FORM.as_bytes().to_vec(),
        signed,
        tag,
    }
}

fn twilio(options: &Options) -> Vec<Row> {
    let delivery = &twilio_delivery();
    let validator = &SignatureValidator::new(TOKEN).expect("a token");
    let figures = in_turn(
        options,
        vec![
            each(move || {
                let request = delivery.request();
                validator.check(black_box(&request)).is_ok()
            }),
            each(move || {
                let mut mac = hmac_sha1(black_box(TOKEN.as_bytes()));
                mac.update(black_box(&delivery.signed));
                mac.verify_slice(black_box(&delivery.tag)).is_ok()
            }),
            each(move || by_hand(black_box(delivery))),
        ],
    );
    let peers = [
        ("bare HMAC-SHA1", figures[1], BAR),
        ("form, sort, HMAC", figures[2], None),
    ];
    let what = "Twilio: form of 1 KB, 34 fields";
    rows(SECTION, what, figures[0], None, &peers)
}

/// The least that a program without a crate for it has to do: decode the form, sort it, and the HMAC.
fn by_hand(delivery: &Delivery) -> bool {
    let mut pairs: Vec<_> = form_urlencoded::parse(&delivery.body).collect();
    pairs.sort_unstable();
    let mut mac = hmac_sha1(TOKEN.as_bytes());
    mac.update(delivery.url.as_bytes());
    for (name, value) in &pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    let header = delivery.headers.get(SIGNATURE_HEADER);
    let given = header.and_then(|value| STANDARD.decode(value.as_bytes()).ok());
    given.is_some_and(|tag| mac.verify_slice(&tag).is_ok())
}

/// Of what OpenAI and others send: a JSON event of 1 KB.
fn event() -> Vec<u8> {
    let event = serde_json::json!({
        "object": "event", "id": "evt_685343a1381c819085d44c354e1b330e", "type": "realtime.call.incoming",
        "created_at": 1_750_287_018,
        "data": {
            "call_id": "rtc_7fa2b3c4d5e6f708192a3b4c5d6e7f80",
            "sip_headers": (0..8).map(|n| serde_json::json!({
                "name": format!("X-Header-{n}"), "value": "sip:+14155550123@sip.example.com;transport=tls;tag=0123456789",
            })).collect::<Vec<_>>(),
        },
    });
    event.to_string().into_bytes()
}

const WHSEC: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const WHSEC_BYTES: &[u8] = b"0123456789abcdef0123456789abcdef";

/// Sent this second: the peers have no clock but the system's.
fn standard_delivery() -> Delivery {
    let (id, now) = ("wh_685342e6c53c8190a1be43f081506c52", seconds());
    let body = event();
    let mut signed = format!("{id}.{now}.").into_bytes();
    signed.extend_from_slice(&body);
    let tag = sha256(WHSEC_BYTES, &signed);
    let mut headers = HeaderMap::new();
    insert(&mut headers, "webhook-id", id);
    insert(&mut headers, "webhook-timestamp", &now.to_string());
    let signature = format!("v1,{}", STANDARD.encode(&tag));
    insert(&mut headers, "webhook-signature", &signature);
    Delivery {
        url: "https://hooks.example.com/openai",
        headers,
        body,
        signed,
        tag,
    }
}

fn standard(options: &Options) -> Vec<Row> {
    let delivery = &standard_delivery();
    let ours = &OpenAiWebhooks::new(WHSEC).expect("a secret");
    let reference = &standardwebhooks::Webhook::new(WHSEC).expect("a secret");
    let svix = &svix::webhooks::Webhook::new(WHSEC).expect("a secret");
    let figures = in_turn(
        options,
        vec![
            each(move || {
                let request = delivery.request();
                ours.check(black_box(&request)).is_ok()
            }),
            each(move || bare_sha256(WHSEC_BYTES, delivery)),
            each(move || {
                reference
                    .verify(black_box(&delivery.body), &delivery.headers)
                    .is_ok()
            }),
            each(move || {
                svix.verify(black_box(&delivery.body), &delivery.headers)
                    .is_ok()
            }),
        ],
    );
    let peers = [
        ("bare HMAC-SHA256", figures[1], BAR),
        ("standardwebhooks", figures[2], None),
        ("svix", figures[3], None),
    ];
    rows(
        SECTION,
        "OpenAI (Standard Webhooks): event of 1 KB",
        figures[0],
        None,
        &peers,
    )
}

fn ultravox_delivery() -> Delivery {
    let body = event();
    let stamp = "2026-01-02T03:04:05.678901+00:00";
    let mut signed = body.clone();
    signed.extend_from_slice(stamp.as_bytes());
    let tag = sha256(WHSEC_BYTES, &signed);
    let mut headers = HeaderMap::new();
    insert(&mut headers, TIMESTAMP_HEADER, stamp);
    let hex: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    insert(&mut headers, ULTRAVOX, &hex);
    Delivery {
        url: "https://hooks.example.com/ultravox",
        headers,
        body,
        signed,
        tag,
    }
}

fn ultravox_verifier() -> WebhookVerifier {
    let secret = std::str::from_utf8(WHSEC_BYTES).expect("ASCII");
    let century = std::time::Duration::from_secs(100 * 365 * 86_400);
    WebhookVerifier::new(SecretString::from(secret))
        .expect("a secret")
        .window(voice_core::webhook::ReplayWindow::symmetric(century))
}

fn ultravox(options: &Options) -> Vec<Row> {
    let delivery = &ultravox_delivery();
    let verifier = &ultravox_verifier();
    let (ours, bare) = pair(
        options,
        each(move || {
            let request = delivery.request();
            verifier.check(black_box(&request)).is_ok()
        }),
        each(move || bare_sha256(WHSEC_BYTES, delivery)),
    );
    let what = "Ultravox: event of 1 KB";
    rows(
        SECTION,
        what,
        ours,
        BAR,
        &[("bare HMAC-SHA256", bare, None)],
    )
}

fn bare_sha256(key: &[u8], delivery: &Delivery) -> bool {
    let mut mac = hmac_sha256(black_box(key));
    mac.update(black_box(&delivery.signed));
    mac.verify_slice(black_box(&delivery.tag)).is_ok()
}

fn hmac_sha1(key: &[u8]) -> Hmac<Sha1> {
    KeyInit::new_from_slice(key).expect("any key")
}

fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    KeyInit::new_from_slice(key).expect("any key")
}

fn sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac_sha1(key)
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

fn sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac_sha256(key)
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(name, value.parse().expect("a header's value"));
}

#[allow(
    clippy::disallowed_methods,
    reason = "the peers have no clock but the system's"
)]
fn seconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_finds_the_same_signatures_good_and_a_changed_body_bad() {
        let mut twilio = twilio_delivery();
        let validator = SignatureValidator::new(TOKEN).unwrap();
        assert!(
            (900..1_300).contains(&twilio.body.len()),
            "{}",
            twilio.body.len()
        );
        assert_eq!(Params::parse(&twilio.body).len(), 34);
        assert!(validator.check(&twilio.request()).is_ok() && by_hand(&twilio));
        twilio.body[30] ^= 1;
        assert!(validator.check(&twilio.request()).is_err() && !by_hand(&twilio));

        let mut standard = standard_delivery();
        let ours = OpenAiWebhooks::new(WHSEC).unwrap();
        let reference = standardwebhooks::Webhook::new(WHSEC).unwrap();
        let svix = svix::webhooks::Webhook::new(WHSEC).unwrap();
        for is_good in [true, false] {
            let (body, headers) = (&standard.body, &standard.headers);
            assert!((900..1_300).contains(&body.len()), "{}", body.len());
            assert_eq!(ours.check(&standard.request()).is_ok(), is_good);
            assert_eq!(bare_sha256(WHSEC_BYTES, &standard), is_good);
            assert_eq!(reference.verify(body, headers).is_ok(), is_good);
            assert_eq!(svix.verify(body, headers).is_ok(), is_good);
            standard.body[30] ^= 1;
            standard.signed[100] ^= 1;
        }

        let mut ultravox = ultravox_delivery();
        let verifier = ultravox_verifier();
        assert!(verifier.check(&ultravox.request()).is_ok());
        assert!(bare_sha256(WHSEC_BYTES, &ultravox));
        ultravox.body[30] ^= 1;
        assert!(verifier.check(&ultravox.request()).is_err());
    }
}
