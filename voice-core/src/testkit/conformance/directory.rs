//! What every directory of tenants keeps.

use serde_json::{Value, json};

use crate::ident::E164;
use crate::intake::tenant::{TenantDirectory, TenantId, TenantRoute};

/// What a directory must have been provisioned with, and what it must not know.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DirectoryFixture {
    /// Numbers and where they lead; there is nothing else in the directory.
    pub routes: Vec<(E164, TenantRoute)>,
    /// Tenants and their documents; there is nothing else in the directory.
    pub documents: Vec<(TenantId, Value)>,
    /// Numbers that lead nowhere, some of them much like those that do.
    pub unknown_numbers: Vec<E164>,
    /// Tenants without a document, some of them much like those that have one.
    pub unknown_tenants: Vec<TenantId>,
}

impl DirectoryFixture {
    /// Three numbers, two tenants with a document, one without. One document breaks its schema: that is not for a directory
    /// to judge.
    ///
    /// # Panics
    /// Never: all of it is fixed.
    #[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
    #[must_use]
    pub fn standard() -> Self {
        let number = |text| E164::parse(text).expect("a number");
        let tenant = |text| TenantId::parse(text).expect("a tenant's id");
        let mut second = TenantRoute::to(tenant("Acme_2.x-y"));
        second.client_id = Some("client \"ü\" 1".to_owned());
        second.max_concurrent_calls = Some(0);
        let mut bare = TenantRoute::to(tenant("bare"));
        bare.max_concurrent_calls = Some(u32::MAX);
        Self {
            routes: vec![
                (number("+14155550123"), TenantRoute::to(tenant("acme"))),
                (number("+442079460958"), second),
                (number("+919876543210"), bare),
                (number("+14155550124"), TenantRoute::to(tenant("acme"))),
            ],
            documents: vec![
                (
                    tenant("acme"),
                    json!({
                        "schema_version": 1,
                        "tenant_id": "acme",
                        "display_name": "Acme \u{fc}\u{1f4de}\n",
                        "unknown": [null, true, 1.5, -7, {"": {}}],
                        "features": {"transfer": {"enabled": true, "words": ["a", "b"]}},
                    }),
                ),
                (
                    tenant("Acme_2.x-y"),
                    json!({"schema_version": 9, "tenant_id": "Acme_2.x-y"}),
                ),
            ],
            unknown_numbers: vec![
                number("+1415555012"),
                number("+141555501234"),
                number("+14155550125"),
                number("+24155550123"),
            ],
            unknown_tenants: vec![
                tenant("bare"),
                tenant("ACME"),
                tenant("acme2"),
                tenant("acm"),
                tenant("14155550123"),
            ],
        }
    }
}

/// Looks up all that is there and all that is not, in turn and at once.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
pub async fn directory(directory: &dyn TenantDirectory, fixture: &DirectoryFixture) {
    // A second time, when it may come from somewhere else.
    for _ in 0..2 {
        for (number, route) in &fixture.routes {
            let found = directory
                .route(number)
                .await
                .expect("a number can be looked up");
            assert_eq!(
                found.as_ref(),
                Some(route),
                "a number leads where it should, with all that belongs to it"
            );
        }
        for (tenant, document) in &fixture.documents {
            let found = directory
                .document(tenant)
                .await
                .expect("a document can be looked up, whatever is in it");
            assert_eq!(
                found.as_ref(),
                Some(document),
                "a document is given as it is kept"
            );
        }
        for number in &fixture.unknown_numbers {
            let found = directory
                .route(number)
                .await
                .expect("that a number is nobody's is no error");
            assert_eq!(found, None, "a number that is nobody's leads nowhere");
        }
        for tenant in &fixture.unknown_tenants {
            let found = directory
                .document(tenant)
                .await
                .expect("that there is no document is no error");
            assert_eq!(
                found, None,
                "ids of tenants are compared in full and by case"
            );
        }
    }
    at_once(directory, fixture).await;
    let shown = format!("{directory:?}");
    for (number, _) in &fixture.routes {
        assert!(!shown.contains(number.digits()), "no number shows");
    }
    assert!(!shown.contains("words"), "no document shows");
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn at_once(directory: &dyn TenantDirectory, fixture: &DirectoryFixture) {
    let asked = fixture
        .routes
        .iter()
        .cycle()
        .take(40)
        .map(async |(number, route)| {
            let found = directory
                .route(number)
                .await
                .expect("a number can be looked up");
            assert_eq!(found.as_ref(), Some(route), "answers are not mixed up");
        });
    futures_util::future::join_all(asked).await;
}
