//! Redaction: a secret that is given never comes out.

use std::borrow::Cow;

use voice_core::secret::{Redactor, SecretString, excerpt, redact};

use crate::support::input::{split, text};

/// Where a secret stands that its surroundings give away; `{}` is its place.
const PLACES: [&str; 26] = [
    r#"{"authToken":"{}","a":1}"#,
    r#"{"secrets":["a","{}"],"a":1}"#,
    r#"{\"api_key\":\"{}\"}"#,
    "{'password': '{}'}",
    "{ token: Some(\"{}\") }",
    "a=1&auth_token={}&b=2",
    "a%3D1%26client_secret%3D{}%26b",
    "Authorization: Basic {}",
    "Authorization: Digest a=\"b\", response=\"{}\"\r\nHost: x",
    "cookie: a=b; sid={}; c=d",
    "x-api-key={}",
    "X-Twilio-Signature: {}",
    "webhook-signature: v1,abc= v1,{}",
    " Bearer {}",
    "https://user:{}@host.example/path",
    "https://{}@host.example",
    "https%3A%2F%2Fuser%3A{}%40host.example%2F",
    "sip:user:{}@host.example",
    "wss://host.example/calls/{}/socket?a=b",
    "<AuthToken>{}</AuthToken>",
    "<Parameter name=\"token\" value=\"{}\"/>",
    "{\"name\":\"Authorization\",\"value\":\"{}\"}",
    " sk-{}",
    " ek_{}",
    " whsec_{}",
    "presignedUrl: https://h/x?sig={}",
];

const SECRET: &str = "fd83kdQ7xAbc91_Qp02-kdi38Z9";

/// Any text: what is borrowed is unchanged, nothing grows out of proportion, and a secret in each telling place goes,
/// whatever stands around it.
pub fn redaction(data: &[u8]) {
    let all = text(data);
    let shown = redact(&all);
    if let Cow::Borrowed(same) = shown {
        assert_eq!(same, &*all);
    }
    assert!(
        shown.len() <= 12 * all.len() + 64,
        "{} of {}",
        shown.len(),
        all.len()
    );
    let _ = redact(&shown);
    let (before, after) = split(data, b"\n@\n");
    // A string that never closes may end anywhere, so that no quote is left open before the place.
    let before = text(before)
        .replace("&quot;", "")
        .replace("&#34;", "")
        .replace("&#39;", "")
        .replace("&apos;", "")
        .replace(['"', '\'', '`'], "");
    let after = text(after);
    let at = data.first().copied().unwrap_or_default();
    let place = PLACES[usize::from(at) % PLACES.len()];
    let planted = format!("{before}\n {} {after}", place.replace("{}", SECRET));
    let shown = redact(&planted);
    assert!(!shown.contains(SECRET), "{planted:?} became {shown:?}");
}

/// A known secret goes from anywhere in any escaping, from a text and from an excerpt cut off anywhere; a number with
/// its plus sign is masked.
pub fn redactor(data: &[u8]) {
    const KNOWN: &str = "s3crQ7xA91Qp02kdi38Z9";
    let secret = SecretString::from(KNOWN);
    let redactor = Redactor::default().with_basic("user", &secret);
    let (before, after) = split(data, b"\n@\n");
    let (before, after) = (text(before), text(after));
    let percent: String = KNOWN.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let json: String = KNOWN.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let xml: String = KNOWN.bytes().map(|byte| format!("&#x{byte:x};")).collect();
    let basic = base64(&format!("user:{KNOWN}"));
    for written in [KNOWN, &percent, &json, &xml, &basic] {
        let planted = format!("{before}{written}{after}");
        let shown = redactor.apply(&planted);
        assert!(!shown.contains(written), "{planted:?} became {shown:?}");
        assert!(shown.len() <= 12 * planted.len() + 64);
        let max = usize::from(data.last().copied().unwrap_or_default());
        let cut = excerpt(planted.as_bytes(), max, &redactor);
        assert!(!cut.contains(written), "{planted:?} became {cut:?}");
        assert!(cut.len() <= 3 * max + 120, "{} bytes of {max}", cut.len());
    }
    let _ = excerpt(data, 64, &redactor);
}

fn base64(text: &str) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text)
}
