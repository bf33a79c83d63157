//! A handler that can be asked as Twilio asks it, and an application that does what a test wants.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, Method};
use secrecy::SecretString;
use twilio_client::TwilioClient;
use twilio_client::click_to_call::{ClickToCall, ClickToCallBuilder, HandlerAnswer};
use twilio_client::twiml::XmlTree;
use twilio_client::webhook::{Params, SIGNATURE_HEADER, sign};
use voice_core::clock::{Clock, SystemClock};
use voice_core::flow::click_to_call::{
    ClickEvent, ClickId, ClickRecord, ClickStore, ConnectTokens, Contact, ContactAnswer,
    ContactRef, ContactRequest, Contacts, Inserted, MemoryClickStore, Step,
};
use voice_core::ident::{AccountSid, AuthToken, E164, PublicHttpsUrl};
use voice_core::provider::CallKey;
use voice_core::testkit::TestClock;

pub(crate) const BASE: &str = "https://crm.example.com";
pub(crate) const ACCOUNT: &str = concat!("AC", "00112233445566778899aabbccddeeff");
pub(crate) const TOKEN: &str = "fedcba98765432100123456789abcdef";
pub(crate) const KEY: &str = "a token key of these tests, 32 bytes";
pub(crate) const CALL: &str = concat!("CA", "0123456789abcdef0123456789abcdef");
pub(crate) const OTHER_CALL: &str = concat!("CA", "ffff456789abcdef0123456789abcdef");
pub(crate) const LEAD: &str = "+14155550122";

pub(crate) fn agent() -> E164 {
    E164::parse("+14155550111").unwrap()
}

pub(crate) fn from() -> E164 {
    E164::parse("+14155550100").unwrap()
}

pub(crate) fn lead() -> E164 {
    E164::parse(LEAD).unwrap()
}

pub(crate) fn key(text: &str) -> CallKey {
    CallKey::new(text).unwrap()
}

/// What the application does when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Connects,
    KnowsNobody,
    Declines,
    Fails,
    HasABadNumber,
    Panics,
    PanicsAtOnce,
    Sleeps(Duration),
    /// Fails 5 s after the first question; connects at the others.
    FailsLateThenConnects,
}

#[derive(Debug)]
pub(crate) struct Crm {
    pub(crate) does: Mutex<Does>,
    pub(crate) asked: Mutex<u32>,
}

impl Crm {
    pub(crate) fn that(does: Does) -> Arc<Self> {
        Arc::new(Self {
            does: Mutex::new(does),
            asked: Mutex::new(0),
        })
    }
}

#[async_trait]
impl Contacts for Crm {
    async fn resolve(
        &self,
        request: &ContactRequest,
    ) -> Result<ContactAnswer, Box<dyn std::error::Error + Send + Sync>> {
        let turn = {
            let mut asked = self.asked.lock().unwrap();
            *asked += 1;
            *asked
        };
        assert_eq!(request.contact.as_str(), "lead-4711");
        let does = *self.does.lock().unwrap();
        match does {
            Does::Connects => Ok(ContactAnswer::Connect(
                Contact::parse(LEAD)?.named("Ada & Sons"),
            )),
            Does::KnowsNobody => Ok(ContactAnswer::Unknown),
            Does::Declines => Ok(ContactAnswer::Declined),
            Does::Fails => {
                Err("database at db.internal refused +14155550122 password=hunter2".into())
            }
            Does::HasABadNumber => Ok(ContactAnswer::Connect(Contact::parse("0415 555 0122")?)),
            Does::FailsLateThenConnects if turn == 1 => {
                SystemClock::default().sleep(Duration::from_secs(5)).await;
                Err("late".into())
            }
            Does::FailsLateThenConnects => Ok(ContactAnswer::Connect(Contact::parse(LEAD)?)),
            Does::Panics => {
                SystemClock::default().sleep(Duration::from_secs(1)).await;
                panic!("on purpose")
            }
            Does::PanicsAtOnce => panic!("on purpose"),
            Does::Sleeps(wait) => {
                SystemClock::default().sleep(wait).await;
                Ok(ContactAnswer::Declined)
            }
        }
    }
}

/// One handler with everything around it.
pub(crate) struct Bench {
    pub(crate) clicks: ClickToCall,
    pub(crate) store: Arc<MemoryClickStore>,
    pub(crate) crm: Arc<Crm>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) events: Arc<Mutex<Vec<ClickEvent>>>,
    tokens: ConnectTokens,
}

/// One for all: reading the system's certificates takes its time.
pub(crate) fn client() -> TwilioClient {
    static CLIENT: OnceLock<TwilioClient> = OnceLock::new();
    let build = || {
        TwilioClient::builder()
            .account_sid(AccountSid::parse(ACCOUNT).unwrap())
            .auth_token(AuthToken::parse(TOKEN).unwrap())
            .build()
            .unwrap()
    };
    CLIENT.get_or_init(build).clone()
}

impl Bench {
    pub(crate) fn new(does: Does) -> Self {
        Self::with(does, |builder| builder)
    }

    pub(crate) fn with(
        does: Does,
        change: impl FnOnce(ClickToCallBuilder) -> ClickToCallBuilder,
    ) -> Self {
        let (store, crm) = (Arc::new(MemoryClickStore::new()), Crm::that(does));
        let clock = Arc::new(TestClock::at(1_800_000_000));
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        let builder = ClickToCall::builder(
            &client(),
            from(),
            PublicHttpsUrl::parse(BASE).unwrap(),
            &AuthToken::parse(TOKEN).unwrap(),
            crm.clone(),
        )
        .unwrap()
        .token_keys([SecretString::from(KEY)])
        .store(store.clone())
        .clock(clock.clone())
        .on_event(move |event| heard.lock().unwrap().push(event.clone()));
        Self {
            clicks: change(builder).build().unwrap(),
            store,
            crm,
            clock,
            events,
            tokens: ConnectTokens::new([SecretString::from(KEY)]).unwrap(),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.wall()
    }

    /// Writes the record of a click whose agent is being rung.
    pub(crate) async fn click(&self, name: &str) -> ClickId {
        let key = key(name);
        let id = self.tokens.id(&key);
        let contact = ContactRef::new("lead-4711").unwrap();
        let record = ClickRecord::new(id, key, contact, agent(), from(), self.now());
        assert_eq!(self.store.insert(&record).await.unwrap(), Inserted::New);
        id
    }

    pub(crate) async fn record(&self, id: ClickId) -> ClickRecord {
        self.store.get(&id).await.unwrap().unwrap()
    }

    pub(crate) fn target(&self, id: ClickId, step: Step) -> String {
        self.target_for(id, step, step, Duration::from_secs(300))
    }

    /// The target of a route with a token that may be for another step.
    pub(crate) fn target_for(
        &self,
        id: ClickId,
        route: Step,
        step: Step,
        life: Duration,
    ) -> String {
        let token = self.tokens.issue(id, step, self.now() + life);
        let path = self.clicks.routes().path_of(route);
        format!("{path}?token={}", token.as_str())
    }

    /// Asks as Twilio does by POST.
    pub(crate) async fn post(&self, target: &str, pairs: &[(&str, &str)]) -> HandlerAnswer {
        let form = form(pairs);
        let signature = sign(
            TOKEN,
            &format!("{BASE}{target}"),
            &Params::parse(form.as_bytes()),
        );
        self.send(&Method::POST, target, &signature, form.as_bytes())
            .await
    }

    /// Asks as Twilio does by GET.
    pub(crate) async fn get(&self, target: &str, pairs: &[(&str, &str)]) -> HandlerAnswer {
        let separator = if target.contains('?') { '&' } else { '?' };
        let target = format!("{target}{separator}{}", form(pairs));
        let signature = sign(TOKEN, &format!("{BASE}{target}"), &Params::default());
        self.send(&Method::GET, &target, &signature, b"").await
    }

    pub(crate) async fn send(
        &self,
        method: &Method,
        target: &str,
        signature: &str,
        body: &[u8],
    ) -> HandlerAnswer {
        let mut headers = HeaderMap::new();
        if !signature.is_empty() {
            headers.insert(SIGNATURE_HEADER, HeaderValue::from_str(signature).unwrap());
        }
        if !body.is_empty() {
            headers.insert(
                "content-type",
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            );
        }
        self.clicks.handle(method, target, &headers, body).await
    }

    /// The one event since the last look.
    pub(crate) fn event(&self) -> ClickEvent {
        let mut events = std::mem::take(&mut *self.events.lock().unwrap());
        assert_eq!(events.len(), 1, "one event for each request: {events:?}");
        events.remove(0)
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    form.finish()
}

pub(crate) const VOICE: [(&str, &str); 2] = [("CallSid", CALL), ("CallStatus", "in-progress")];

/// 200 and TwiML; the document.
pub(crate) fn document(answer: &HandlerAnswer) -> XmlTree {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.content_type, "text/xml; charset=utf-8");
    let tree = XmlTree::parse(&answer.body).unwrap();
    assert_eq!(tree.name, "Response");
    tree
}

/// 200 with one spoken line and the end; the line.
pub(crate) fn spoken(answer: &HandlerAnswer) -> String {
    let tree = document(answer);
    let verbs: Vec<&str> = tree
        .children
        .iter()
        .map(|verb| verb.name.as_str())
        .collect();
    assert_eq!(verbs, ["Say", "Hangup"], "{}", answer.body);
    tree.children[0].text.clone()
}

/// The target of an absolute URL of the base.
pub(crate) fn target_of(url: &str) -> String {
    url.strip_prefix(BASE).unwrap().to_owned()
}
