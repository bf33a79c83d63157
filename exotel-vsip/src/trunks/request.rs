//! What is asked of trunks.

use serde::Serialize;
use voice_core::client::{Cursor, Operation};
use voice_core::error::Error;
use voice_core::ident::{NsoCode, TrunkName};

use crate::account::AccountName;
use crate::check::Problems;
use crate::list::Paging;
use crate::types::{AuthType, DomainName, TrunkSid};

/// A trunk to be created.
///
/// ```
/// use exotel_vsip::trunks::NewTrunk;
/// use voice_core::ident::TrunkName;
///
/// let trunk = NewTrunk::new(TrunkName::parse("outbound_trunk")?);
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewTrunk {
    /// Its name, unique in the account.
    pub trunk_name: TrunkName,
    /// Its NSO code; `ANY-ANY` unless set, the only one known to be taken.
    pub nso_code: NsoCode,
    /// Its domain; `{account}.pstn.exotel.com` unless set.
    pub domain_name: Option<DomainName>,
}

#[derive(Serialize)]
pub(super) struct CreateBody<'a> {
    trunk_name: &'a TrunkName,
    nso_code: &'a NsoCode,
    domain_name: DomainName,
}

impl NewTrunk {
    /// A trunk of this name.
    #[must_use]
    pub fn new(trunk_name: TrunkName) -> Self {
        Self {
            trunk_name,
            nso_code: NsoCode::default(),
            domain_name: None,
        }
    }

    /// Another NSO code than `ANY-ANY`.
    #[must_use]
    pub fn nso_code(mut self, code: NsoCode) -> Self {
        self.nso_code = code;
        self
    }

    /// Another domain than the account's.
    #[must_use]
    pub fn domain_name(mut self, domain: DomainName) -> Self {
        self.domain_name = Some(domain);
        self
    }

    pub(super) fn body(&self, account: &AccountName) -> CreateBody<'_> {
        CreateBody {
            trunk_name: &self.trunk_name,
            nso_code: &self.nso_code,
            domain_name: match &self.domain_name {
                Some(domain) => domain.clone(),
                None => DomainName::of_account(account),
            },
        }
    }
}

/// A change of a trunk: what is not set stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrunkUpdate {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trunk_name: Option<TrunkName>,
    /// How it knows who calls through it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_type: Option<AuthType>,
    /// Its NSO code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nso_code: Option<NsoCode>,
}

impl TrunkUpdate {
    /// A change of nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another name.
    #[must_use]
    pub fn trunk_name(mut self, name: TrunkName) -> Self {
        self.trunk_name = Some(name);
        self
    }

    /// Another way to know who calls.
    #[must_use]
    pub fn auth_type(mut self, auth: AuthType) -> Self {
        self.auth_type = Some(auth);
        self
    }

    /// Another NSO code.
    #[must_use]
    pub fn nso_code(mut self, code: NsoCode) -> Self {
        self.nso_code = Some(code);
        self
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        let sets_nothing = *self == Self::default();
        problems.rule(sets_nothing, "body", "the change sets nothing");
        problems.finish(operation)
    }
}

/// Which trunks are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListTrunks {
    /// Only the trunk of this id.
    pub trunk_sid: Option<TrunkSid>,
    /// From where, and in pages of what size.
    pub paging: Paging,
}

impl ListTrunks {
    /// All of them, in pages of the server's size.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the trunk of this id.
    #[must_use]
    pub fn trunk_sid(mut self, sid: TrunkSid) -> Self {
        self.trunk_sid = Some(sid);
        self
    }

    /// Items a page, from 1; 50 at the server unless set.
    #[must_use]
    pub fn page_size(mut self, items: u32) -> Self {
        self.paging = self.paging.page_size(items);
        self
    }

    /// How many are passed over first.
    #[must_use]
    pub fn offset(mut self, items: u64) -> Self {
        self.paging = self.paging.offset(items);
        self
    }

    /// Goes on at a stored cursor.
    #[must_use]
    pub fn cursor(mut self, cursor: Cursor) -> Self {
        self.paging = self.paging.cursor(cursor);
        self
    }
}
