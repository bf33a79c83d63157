//! What every trunk provider keeps.

use secrecy::SecretString;

use crate::error::{Delivery, Error, ErrorKind};
use crate::ident::{E164, Ipv4Cidr};
use crate::provider::{CreateTrunk, Trunk, TrunkId, TrunkProvider};

/// What the suite needs to build trunks.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TrunkFixture {
    /// Two trunks to create, with names nobody has.
    pub trunks: [CreateTrunk; 2],
    /// A number of the account's that is on no trunk.
    pub number: E164,
    /// An address the provider takes.
    pub range: Ipv4Cidr,
    /// A destination in the provider's form; its host is within `range` if it is an address.
    pub destination: String,
    /// An id of the provider's form that no trunk has.
    pub unknown: TrunkId,
}

impl TrunkFixture {
    /// Puts one together.
    pub fn new(
        trunks: [CreateTrunk; 2],
        number: E164,
        range: Ipv4Cidr,
        destination: impl Into<String>,
        unknown: TrunkId,
    ) -> Self {
        Self {
            trunks,
            number,
            range,
            destination: destination.into(),
            unknown,
        }
    }
}

/// Creates two trunks, fills one, finds both in the list, and deletes them.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
pub async fn trunk_provider(provider: &dyn TrunkProvider, fixture: &TrunkFixture) {
    let before = all(provider).await;
    let [first, second] = &fixture.trunks;
    let one = provider
        .create_trunk(first)
        .await
        .expect("a trunk can be created");
    assert_eq!(one.name, first.name, "the name is kept as given");
    let two = provider
        .create_trunk(second)
        .await
        .expect("a second trunk can be created");
    assert_ne!(one.id, two.id, "each trunk has an id of its own");

    let listed = all(provider).await;
    assert_eq!(
        listed.len(),
        before.len() + 2,
        "both are listed, each once, with what was there before"
    );
    for made in [&one, &two] {
        let same = listed.iter().filter(|trunk| trunk.id == made.id);
        let names: Vec<&str> = same.map(|trunk| trunk.name.as_str()).collect();
        assert_eq!(names, [made.name.as_str()]);
    }

    fill(provider, &one.id, fixture).await;
    lost(provider, fixture).await;

    for trunk in [&one, &two] {
        provider
            .delete_trunk(&trunk.id)
            .await
            .expect("a trunk can be deleted");
    }
    let again = provider
        .delete_trunk(&one.id)
        .await
        .expect_err("a trunk is deleted once");
    assert_eq!(again.kind(), ErrorKind::NotFound, "{again}");
    let left: Vec<TrunkId> = all(provider).await.into_iter().map(|t| t.id).collect();
    assert!(
        !left.contains(&one.id) && !left.contains(&two.id) && left.len() == before.len(),
        "what was deleted is gone, and nothing else: {left:?}"
    );
}

/// Puts one of each kind into a trunk, and the same once more.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn fill(provider: &dyn TrunkProvider, trunk: &TrunkId, fixture: &TrunkFixture) {
    let number = provider
        .map_number(trunk, &fixture.number)
        .await
        .expect("a number can be mapped");
    let address = provider
        .allow_ip(trunk, &fixture.range)
        .await
        .expect("an address can be allowed");
    let destination = provider
        .add_destination(trunk, &fixture.destination)
        .await
        .expect("a destination can be added");
    let password = SecretString::from("Conformance-Passw0rd-27");
    let credential = provider
        .add_credential(trunk, "conformance", &password)
        .await
        .expect("a credential can be added");
    assert!(
        !format!("{credential:?}").contains("Passw0rd"),
        "a password does not show"
    );
    for id in [number.id, address.id, destination.id, credential.id] {
        assert!(!id.is_empty(), "everything has an id");
    }
    let twice = provider
        .map_number(trunk, &fixture.number)
        .await
        .expect_err("a number is mapped once");
    exists(&twice);
    let twice = provider
        .allow_ip(trunk, &fixture.range)
        .await
        .expect_err("an address is allowed once");
    exists(&twice);
}

/// Nothing can be put into a trunk that is not there.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn lost(provider: &dyn TrunkProvider, fixture: &TrunkFixture) {
    let nowhere = &fixture.unknown;
    let missing = provider
        .delete_trunk(nowhere)
        .await
        .expect_err("an unknown trunk cannot be deleted");
    assert_eq!(missing.kind(), ErrorKind::NotFound, "{missing}");
    let missing = provider
        .allow_ip(nowhere, &fixture.range)
        .await
        .expect_err("an unknown trunk takes no address");
    assert_eq!(missing.kind(), ErrorKind::NotFound, "{missing}");
    assert_eq!(missing.delivery(), Delivery::Answered, "{missing}");
}

fn exists(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    assert_eq!(error.delivery(), Delivery::Answered, "{error}");
}

/// Every trunk, page after page.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn all(provider: &dyn TrunkProvider) -> Vec<Trunk> {
    let mut trunks = Vec::new();
    let mut from = None;
    for _ in 0..1000 {
        let page = provider.list_trunks(from).await.expect("a page of trunks");
        trunks.extend(page.items);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    assert!(from.is_none(), "the list ends");
    trunks
}
