//! The shared traits can be implemented outside the crate and used as objects; the suites catch who breaks a promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use http::{HeaderMap, Method};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use voice_core::client::{Cursor, Page};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{E164, Ipv4Cidr, PromptId};
use voice_core::provider::{
    AllowedIp, CreateTrunk, Health, HealthCheck, HealthStatus, MappedNumber, Prompt,
    PromptProvider, PromptRequest, PromptSummary, RenderedPrompt, SipCredential, Trunk,
    TrunkDestination, TrunkId, TrunkProvider, WebhookVerifier,
};
use voice_core::template::Template;
use voice_core::testkit::conformance::{
    TrunkFixture, WebhookFixture, trunk_provider, webhook_verifier,
};
use voice_core::webhook::{Keys, ReplayWindow, Scheme, WebhookError, WebhookEvent, WebhookRequest};

/// A verifier made of the parts in `webhook`, with ways to be wrong.
#[derive(Debug)]
struct Verifier {
    keys: Keys,
    flaw: Flaw,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    None,
    BelievesAnything,
    SignsTheFirstBytesOnly,
    TakesAMissingSignature,
}

const NOW: u64 = 1_700_000_000;

impl WebhookVerifier for Verifier {
    fn verify(&self, request: &WebhookRequest<'_>) -> Result<WebhookEvent, WebhookError> {
        let signature = match request.header("x-signature") {
            Err(WebhookError::MissingHeader(_)) if self.flaw == Flaw::TakesAMissingSignature => {
                return Ok(WebhookEvent::new("sample", "unsigned", Value::Null));
            }
            header => header?,
        };
        let stamp = request.header("x-timestamp")?;
        let signed = match self.flaw {
            Flaw::SignsTheFirstBytesOnly => &request.body[..5.min(request.body.len())],
            _ => request.body,
        };
        let message = [signed, stamp.as_bytes()];
        let good = self
            .keys
            .signed_by(Scheme::HmacSha256Hex, &message, &[signature])
            .is_some();
        if !good && self.flaw != Flaw::BelievesAnything {
            return Err(WebhookError::BadSignature);
        }
        let seconds: u64 = stamp
            .parse()
            .map_err(|_| WebhookError::Malformed("x-timestamp"))?;
        ReplayWindow::symmetric(Duration::from_secs(300)).check(
            UNIX_EPOCH + Duration::from_secs(seconds),
            UNIX_EPOCH + Duration::from_secs(NOW + 300),
        )?;
        let body: Value = serde_json::from_slice(request.body)
            .map_err(|_| WebhookError::Unreadable("not JSON".into()))?;
        let kind = body["event"].as_str().unwrap_or("unknown").to_owned();
        Ok(WebhookEvent::new("sample", kind, body).with_dedup_key(Some(stamp.to_owned())))
    }
}

fn suite(flaw: Flaw) {
    let keys = Keys::new(["old", "new"].map(SecretString::from)).unwrap();
    let body = json!({"event": "call.ended"}).to_string();
    let stamp = NOW.to_string();
    let signed = match flaw {
        Flaw::SignsTheFirstBytesOnly => &body.as_bytes()[..5],
        _ => body.as_bytes(),
    };
    let signature = Scheme::HmacSha256Hex.sign(b"old", &[signed, stamp.as_bytes()]);
    let mut headers = HeaderMap::new();
    headers.insert("x-signature", signature.parse().unwrap());
    headers.insert("x-timestamp", stamp.parse().unwrap());
    let fixture = WebhookFixture::new(
        Method::POST,
        "https://hooks.example/x",
        headers,
        body,
        "x-signature",
    );
    webhook_verifier(&Verifier { keys, flaw }, &fixture);
}

#[test]
fn a_verifier_of_the_parts_passes_the_suite() {
    suite(Flaw::None);
}

#[test]
fn the_suite_catches_flawed_verifiers() {
    for flaw in [
        Flaw::BelievesAnything,
        Flaw::SignsTheFirstBytesOnly,
        Flaw::TakesAMissingSignature,
    ] {
        let caught = std::panic::catch_unwind(|| suite(flaw));
        assert!(caught.is_err(), "{flaw:?} went unnoticed");
    }
}

#[test]
fn a_refused_webhook_is_an_error_of_the_family_too() {
    let error = Error::from(WebhookError::BadSignature);
    assert_eq!(error.kind(), ErrorKind::Webhook);
    assert!(error.hint().is_some());
    assert_eq!(WebhookError::BadSignature.suggested_status(), 401);
    assert_eq!(
        WebhookError::Unreadable(String::new()).suggested_status(),
        400
    );
}

/// Trunks in memory, with ways to be wrong.
#[derive(Debug)]
struct Trunks {
    flaw: TrunkFlaw,
    made: Mutex<usize>,
    trunks: Mutex<BTreeMap<String, TrunkRow>>,
}

#[derive(Debug, Clone, Default)]
struct TrunkRow {
    name: String,
    parts: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum TrunkFlaw {
    None,
    ForgetsToDelete,
    DeletesTwice,
    ListsTheFirstPageOnly,
    TakesADuplicate,
    FillsWhatIsNotThere,
    RenamesTrunks,
}

impl Trunks {
    fn new(flaw: TrunkFlaw) -> Self {
        Self {
            flaw,
            made: Mutex::default(),
            trunks: Mutex::default(),
        }
    }

    fn has(&self, flaw: TrunkFlaw) -> bool {
        self.flaw == flaw
    }

    fn missing() -> Error {
        Error::new(ErrorKind::NotFound, "no such trunk").with_delivery(Delivery::Answered)
    }

    fn put(&self, trunk: &TrunkId, part: String) -> Result<String, Error> {
        let mut trunks = self.trunks.lock().unwrap();
        let Some(row) = trunks.get_mut(trunk.as_str()) else {
            return if self.has(TrunkFlaw::FillsWhatIsNotThere) {
                Ok(part)
            } else {
                Err(Self::missing())
            };
        };
        if row.parts.contains(&part) && !self.has(TrunkFlaw::TakesADuplicate) {
            let error = Error::new(ErrorKind::AlreadyExists, "there already");
            return Err(error.with_delivery(Delivery::Answered));
        }
        row.parts.push(part.clone());
        Ok(part)
    }
}

#[async_trait]
impl TrunkProvider for Trunks {
    async fn create_trunk(&self, request: &CreateTrunk) -> Result<Trunk, Error> {
        let mut made = self.made.lock().unwrap();
        *made += 1;
        let id = format!("t{made}");
        let mut name = request.name.clone();
        if self.has(TrunkFlaw::RenamesTrunks) {
            name.push('_');
        }
        let row = TrunkRow {
            name: name.clone(),
            parts: Vec::new(),
        };
        self.trunks.lock().unwrap().insert(id.clone(), row);
        Ok(Trunk::new(TrunkId::new(id)?, name, Value::Null))
    }
    async fn list_trunks(&self, from: Option<Cursor>) -> Result<Page<Trunk>, Error> {
        let trunks = self.trunks.lock().unwrap();
        let start: usize = from.map_or(0, |cursor| cursor.as_str().parse().unwrap());
        let one = trunks.iter().skip(start).take(1);
        let items = one
            .map(|(id, row)| Ok(Trunk::new(TrunkId::new(id)?, &row.name, Value::Null)))
            .collect::<Result<_, Error>>()?;
        let more = start + 1 < trunks.len() && !self.has(TrunkFlaw::ListsTheFirstPageOnly);
        Ok(Page::new(
            items,
            more.then(|| Cursor::new((start + 1).to_string())),
        ))
    }
    async fn delete_trunk(&self, id: &TrunkId) -> Result<(), Error> {
        let mut trunks = self.trunks.lock().unwrap();
        if self.has(TrunkFlaw::ForgetsToDelete) && trunks.contains_key(id.as_str()) {
            return Ok(());
        }
        match trunks.remove(id.as_str()) {
            None if !self.has(TrunkFlaw::DeletesTwice) => Err(Self::missing()),
            _ => Ok(()),
        }
    }
    async fn map_number(&self, trunk: &TrunkId, number: &E164) -> Result<MappedNumber, Error> {
        Ok(MappedNumber::new(self.put(trunk, number.digits().into())?))
    }
    async fn allow_ip(&self, trunk: &TrunkId, range: &Ipv4Cidr) -> Result<AllowedIp, Error> {
        Ok(AllowedIp::new(self.put(trunk, range.to_string())?))
    }
    async fn add_destination(&self, on: &TrunkId, to: &str) -> Result<TrunkDestination, Error> {
        Ok(TrunkDestination::new(self.put(on, to.into())?))
    }
    async fn add_credential(
        &self,
        trunk: &TrunkId,
        user: &str,
        _: &SecretString,
    ) -> Result<SipCredential, Error> {
        Ok(SipCredential::new(self.put(trunk, user.into())?))
    }
}

async fn trunk_suite(flaw: TrunkFlaw) {
    let trunks: Box<dyn TrunkProvider> = Box::new(Trunks::new(flaw));
    let fixture = TrunkFixture::new(
        [CreateTrunk::new("one"), CreateTrunk::new("two")],
        E164::parse("+15551234567").unwrap(),
        Ipv4Cidr::parse("203.0.113.7").unwrap(),
        "203.0.113.7:5060;transport=tcp",
        TrunkId::new("none").unwrap(),
    );
    trunk_provider(&*trunks, &fixture).await;
}

#[tokio::test]
async fn trunks_in_memory_pass_the_suite() {
    trunk_suite(TrunkFlaw::None).await;
}

#[tokio::test]
async fn the_suite_catches_flawed_trunks() {
    for flaw in [
        TrunkFlaw::ForgetsToDelete,
        TrunkFlaw::DeletesTwice,
        TrunkFlaw::ListsTheFirstPageOnly,
        TrunkFlaw::TakesADuplicate,
        TrunkFlaw::FillsWhatIsNotThere,
        TrunkFlaw::RenamesTrunks,
    ] {
        let caught = tokio::spawn(trunk_suite(flaw)).await;
        assert!(caught.is_err(), "{flaw:?} went unnoticed");
    }
}

#[derive(Debug)]
struct Prompts;

#[async_trait]
impl PromptProvider for Prompts {
    async fn fetch_prompt(&self, request: &PromptRequest) -> Result<Prompt, Error> {
        Ok(Prompt::new(
            request.id.clone(),
            "1.0.0",
            "Hello {{name}} of {{company}}",
        ))
    }
    async fn render_prompt(
        &self,
        request: &PromptRequest,
        variables: &Map<String, Value>,
    ) -> Result<RenderedPrompt, Error> {
        let prompt = self.fetch_prompt(request).await?;
        let text = Template::parse(&prompt.text)
            .render(variables)
            .map_err(|error| Error::new(ErrorKind::InvalidInput, error.to_string()))?;
        Ok(RenderedPrompt::new(prompt.id, prompt.version, text))
    }
    async fn list_prompts(&self, _: Option<Cursor>) -> Result<Page<PromptSummary>, Error> {
        Ok(Page::new(
            vec![PromptSummary::new(PromptId::parse("greet")?)],
            None,
        ))
    }
}

#[tokio::test]
async fn prompts() {
    let prompts: &dyn PromptProvider = &Prompts;
    let request = PromptRequest::latest(PromptId::parse("greet").unwrap());
    let mut variables = Map::new();
    let error = prompts
        .render_prompt(&request, &variables)
        .await
        .unwrap_err();
    assert!(
        error.message().contains("name") && error.message().contains("company"),
        "{error}"
    );
    variables.insert("name".into(), "Ada".into());
    variables.insert("company".into(), "{{name}}".into());
    let rendered = prompts.render_prompt(&request, &variables).await.unwrap();
    assert_eq!(
        rendered.text, "Hello Ada of {{name}}",
        "a value is never scanned again"
    );
    assert!(!format!("{rendered:?}").contains("Ada"));
    assert_eq!(prompts.list_prompts(None).await.unwrap().items.len(), 1);
}

#[derive(Debug)]
struct Probe(Option<ErrorKind>);

#[async_trait]
impl HealthCheck for Probe {
    async fn health(&self) -> Health {
        let outcome = self.0.map_or(Ok(()), |kind| Err(Error::new(kind, "x")));
        Health::from_outcome("sample", Duration::from_millis(5), outcome)
    }
}

#[tokio::test]
async fn the_five_verdicts_of_a_probe() {
    let cases = [
        (None, HealthStatus::Ok, "ok"),
        (
            Some(ErrorKind::Authentication),
            HealthStatus::AuthError,
            "auth_error",
        ),
        (
            Some(ErrorKind::Dns),
            HealthStatus::ConnectivityError,
            "connectivity_error",
        ),
        (Some(ErrorKind::Server), HealthStatus::Error, "error"),
        (
            Some(ErrorKind::CircuitOpen),
            HealthStatus::Unknown,
            "unknown",
        ),
    ];
    for (kind, status, word) in cases {
        let probe: &dyn HealthCheck = &Probe(kind);
        let health = probe.health().await;
        assert_eq!((health.status, health.status.as_str()), (status, word));
    }
}
