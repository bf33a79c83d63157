//! Each row of the resolver's table.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, ErrorKind};
use crate::ident::E164;
use crate::intake::dialled::DialledNumber;
use crate::intake::{EventCode, IntakeError, Reason};
use crate::provider::{CallId, RingingCall, SipHeader};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mood {
    Well,
    Down,
    Hangs,
}

#[derive(Debug)]
struct Moody(MemoryDirectory, Mutex<Mood>);

impl Moody {
    async fn endure(&self) -> Result<(), Error> {
        let mood = *self.1.lock().unwrap();
        match mood {
            Mood::Well => Ok(()),
            Mood::Down => Err(Error::new(ErrorKind::Connect, "down")),
            Mood::Hangs => pending().await,
        }
    }
}

#[async_trait]
impl TenantDirectory for Moody {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        self.endure().await?;
        self.0.route(number).await
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        self.endure().await?;
        self.0.document(tenant).await
    }
}

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn call(to: &str) -> RingingCall {
    let from = SipHeader::new("From", "<sip:+442079460958@h>");
    let headers = vec![from, SipHeader::new("To", to)];
    RingingCall::new(CallId::new("rtc_1").unwrap(), headers)
}

fn resolver() -> (TenantResolver, Arc<Moody>) {
    let directory = MemoryDirectory::new();
    directory.put_route(
        E164::parse("+14155550123").unwrap(),
        TenantRoute::to(acme()),
    );
    directory.put_document(acme(), TenantConfig::new(acme()).to_document());
    let directory = Arc::new(Moody(directory, Mutex::new(Mood::Well)));
    let resolver = TenantResolver::new(DialledNumber::new(), Arc::clone(&directory) as _);
    (resolver, directory)
}

fn context(error: &IntakeError, key: &str) -> Option<String> {
    let mut context = error.context();
    context
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value.to_owned())
}

fn is(error: &IntakeError, code: EventCode, reason: &Reason) {
    assert_eq!((error.code(), error.reason()), (code, reason), "{error}");
    let shown = format!("{error} {error:?} {}", error.log_value());
    for digits in ["4155550123", "4155550199", "2079460958"] {
        assert!(!shown.contains(digits), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_finds_its_tenant_or_a_reason() {
    let (resolver, directory) = resolver();
    let (route, dialled) = resolver
        .resolve(&call("<sip:+14155550123@h>"))
        .await
        .unwrap();
    assert_eq!(
        (route.tenant_id, dialled.number.digits()),
        (acme(), "14155550123")
    );
    assert_eq!(dialled.caller.number().unwrap(), "+442079460958");

    let code = EventCode::TenantResolutionFailed;
    let error = resolver
        .resolve(&call("<sip:4155550123@h>"))
        .await
        .unwrap_err();
    is(&error, code, &Reason::NoNumber);
    assert!(
        context(&error, "looked")
            .unwrap()
            .starts_with("To: no_region, ")
    );

    let error = resolver
        .resolve(&call("<sip:+14155550199@h>"))
        .await
        .unwrap_err();
    is(&error, code, &Reason::UnknownNumber);
    assert_eq!(context(&error, "dialled").unwrap(), "+14*******99");
    assert_eq!(context(&error, "looked").unwrap(), "found in To");

    for (mood, reason) in [
        (Mood::Down, Reason::DirectoryError),
        (Mood::Hangs, Reason::DirectoryTimeout),
    ] {
        *directory.1.lock().unwrap() = mood;
        let error = resolver
            .resolve(&call("<sip:+14155550123@h>"))
            .await
            .unwrap_err();
        is(&error, code, &reason);
        assert!(error.cause().is_some());
        let error = resolver.config(&acme()).await.unwrap_err();
        is(&error, EventCode::TenantNotConfigured, &reason);
        assert_eq!(error.tenant(), Some(&acme()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_configuration_is_there_or_has_a_reason() {
    let (resolver, directory) = resolver();
    assert_eq!(
        *resolver.config(&acme()).await.unwrap(),
        TenantConfig::new(acme())
    );

    let nobody = TenantId::parse("nobody").unwrap();
    let error = resolver.config(&nobody).await.unwrap_err();
    is(
        &error,
        EventCode::TenantNotConfigured,
        &Reason::ConfigMissing,
    );

    let mut document = TenantConfig::new(acme()).to_document();
    document["status"] = json!("disabled");
    directory.0.put_document(acme(), document.clone());
    let error = resolver.config(&acme()).await.unwrap_err();
    is(
        &error,
        EventCode::TenantNotConfigured,
        &Reason::TenantDisabled,
    );

    document["destinations"] = json!({"sales": "4155550123"});
    document["locale"] = json!("en_GB");
    directory.0.put_document(acme(), document.clone());
    let error = resolver.config(&acme()).await.unwrap_err();
    is(
        &error,
        EventCode::TenantConfigParseError,
        &Reason::InvalidConfig,
    );
    let problems = context(&error, "problems").unwrap();
    assert!(
        problems.contains("locale: ") && problems.contains("destinations.sales: "),
        "{problems}"
    );
    assert_eq!(error.log_value()["tenant_id"], "acme");

    document["schema_version"] = json!(9);
    directory.0.put_document(acme(), document);
    let error = resolver.config(&acme()).await.unwrap_err();
    is(
        &error,
        EventCode::TenantConfigParseError,
        &Reason::SchemaVersion,
    );
}

#[tokio::test(start_paused = true)]
async fn a_document_is_read_once_for_each_change() {
    let (resolver, directory) = resolver();
    let one = resolver.config(&acme()).await.unwrap();
    let two = resolver.config(&acme()).await.unwrap();
    assert!(Arc::ptr_eq(&one, &two));
    let mut document = one.to_document();
    document["voice"] = json!("alto");
    directory.0.put_document(acme(), document);
    let three = resolver.config(&acme()).await.unwrap();
    assert_eq!(three.voice.as_deref(), Some("alto"));
    assert!(Arc::ptr_eq(
        &three,
        &resolver.config(&acme()).await.unwrap()
    ));
}

#[tokio::test(start_paused = true)]
async fn old_documents_are_migrated_and_the_limit_is_kept() {
    let (resolver, directory) = resolver();
    directory
        .0
        .put_document(acme(), json!({"schema_version": 0, "tenant_id": "acme"}));
    let resolver = resolver
        .limit(Duration::from_millis(300))
        .migrate(MigrateDocument::new(|_, mut document| {
            document.insert("schema_version".to_owned(), json!(1));
            Some(document)
        }));
    assert_eq!(resolver.config(&acme()).await.unwrap().timezone, "UTC");
    *directory.1.lock().unwrap() = Mood::Hangs;
    let clock = SystemClock::default();
    let start = clock.now();
    resolver.config(&acme()).await.unwrap_err();
    assert!(clock.now() - start < Duration::from_millis(400));
}
