//! [`TenantResolver`]: from a ringing call to its tenant and the tenant's configuration.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lru::LruCache;
use serde_json::Value;

use super::{
    MigrateDocument, TenantConfig, TenantConfigError, TenantDirectory, TenantId, TenantRoute,
    TenantStatus,
};
use crate::clock::{SharedClock, SystemClock, timeout};
use crate::error::{Error, ErrorKind};
use crate::intake::dialled::{Dialled, DialledNumber};
use crate::intake::{EventCode, IntakeError, Reason};
use crate::provider::RingingCall;

/// How long the directory may take unless set.
const LIMIT: Duration = Duration::from_secs(5);
/// Most configurations that are kept as read.
const KEPT: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();

/// Finds out whose call it is, and how that tenant wants it answered.
///
/// | outcome | code | reason |
/// |---|---|---|
/// | no header has a number | `tenant_resolution_failed` | `no_dialled_number` |
/// | the number is nobody's | `tenant_resolution_failed` | `unknown_number` |
/// | the directory failed or was late, for the number | `tenant_resolution_failed` | `directory_error`, `directory_timeout` |
/// | there is no document | `tenant_not_configured` | `config_missing` |
/// | the tenant is disabled | `tenant_not_configured` | `tenant_disabled` |
/// | the directory failed or was late, for the document | `tenant_not_configured` | `directory_error`, `directory_timeout` |
/// | the document breaks its schema | `tenant_config_parse_error` | `invalid_config` |
/// | the document is of another schema version | `tenant_config_parse_error` | `schema_version_mismatch` |
///
/// A tenant whose document cannot be fetched has, for this call, no usable configuration; the reason tells an outage from a
/// tenant that was never provisioned, and the error below it says what failed. Behind a
/// [`CachedDirectory`](super::CachedDirectory) an outage only shows for tenants that did not call within a day.
///
/// A document is checked once and again when it changes. It is compared, not trusted to be the same, so that any directory
/// will do.
///
/// ```
/// use std::sync::Arc;
/// use voice_core::ident::E164;
/// use voice_core::intake::dialled::DialledNumber;
/// use voice_core::intake::tenant::{MemoryDirectory, TenantConfig, TenantId, TenantResolver, TenantRoute};
/// use voice_core::provider::{CallId, RingingCall, SipHeader};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let directory = MemoryDirectory::new();
/// let acme = TenantId::parse("acme")?;
/// directory.put_route(E164::parse("+14155550123")?, TenantRoute::to(acme.clone()));
/// directory.put_document(acme.clone(), TenantConfig::new(acme).to_document());
///
/// let resolver = TenantResolver::new(DialledNumber::new(), Arc::new(directory));
/// let to = SipHeader::new("To", "<sip:+14155550123@sip.example.com>");
/// let call = RingingCall::new(CallId::new("rtc_1")?, vec![to]);
/// let (route, dialled) = resolver.resolve(&call).await?;
/// assert_eq!(dialled.number, "+14155550123");
/// let config = resolver.config(&route.tenant_id).await?;
/// assert_eq!(config.timezone, "UTC");
/// # Ok(())
/// # }
/// ```
pub struct TenantResolver {
    finder: DialledNumber,
    directory: Arc<dyn TenantDirectory>,
    migrate: MigrateDocument,
    limit: Duration,
    clock: SharedClock,
    read: Mutex<LruCache<TenantId, Read>>,
}

/// A document and what was read from it.
struct Read {
    document: Value,
    outcome: Result<Arc<TenantConfig>, Arc<TenantConfigError>>,
}

impl TenantResolver {
    /// Resolves with a finder and a directory.
    pub fn new(finder: DialledNumber, directory: Arc<dyn TenantDirectory>) -> Self {
        Self {
            finder,
            directory,
            migrate: MigrateDocument::none(),
            limit: LIMIT,
            clock: SystemClock::shared(),
            read: Mutex::new(LruCache::sparse(KEPT)),
        }
    }

    /// Brings documents of older schema versions up to date.
    #[must_use]
    pub fn migrate(mut self, migrate: MigrateDocument) -> Self {
        self.migrate = migrate;
        self
    }

    /// How long the directory may take for one answer; 5 s unless set. A directory that has its own limit, as a
    /// [`CachedDirectory`](super::CachedDirectory) has, should keep the shorter one.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The clock of that limit.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// What finds the dialled number.
    #[must_use]
    pub const fn finder(&self) -> &DialledNumber {
        &self.finder
    }

    /// What is asked.
    #[must_use]
    pub const fn directory(&self) -> &Arc<dyn TenantDirectory> {
        &self.directory
    }

    /// Whose call it is, what was dialled, and who calls.
    ///
    /// # Errors
    /// See the [table](Self); `looked` in the context says which header gave the number, or why none did.
    pub async fn resolve(&self, call: &RingingCall) -> Result<(TenantRoute, Dialled), IntakeError> {
        let failed = |reason| IntakeError::new(EventCode::TenantResolutionFailed, reason);
        let dialled = self
            .finder
            .find(&call.sip_headers)
            .map_err(|none| failed(Reason::NoNumber).with("looked", none.report()))?;
        let about = |error: IntakeError| {
            let number = dialled.number.masked().to_string();
            error
                .with("dialled", number)
                .with("looked", dialled.report())
        };
        match self.in_time(self.directory.route(&dialled.number)).await {
            Ok(Some(route)) => Ok((route, dialled)),
            Ok(None) => Err(about(failed(Reason::UnknownNumber))),
            Err(error) => Err(about(outage(EventCode::TenantResolutionFailed, error))),
        }
    }

    /// How the tenant wants calls answered.
    ///
    /// # Errors
    /// See the [table](Self); `problems` in the context lists what is wrong with a document by path.
    pub async fn config(&self, tenant: &TenantId) -> Result<Arc<TenantConfig>, IntakeError> {
        let not_configured =
            |reason| IntakeError::new(EventCode::TenantNotConfigured, reason).of(tenant);
        let document = match self.in_time(self.directory.document(tenant)).await {
            Ok(Some(document)) => document,
            Ok(None) => return Err(not_configured(Reason::ConfigMissing)),
            Err(error) => return Err(outage(EventCode::TenantNotConfigured, error).of(tenant)),
        };
        match self.read(tenant, document) {
            Ok(config) if config.status == TenantStatus::Active => Ok(config),
            Ok(_) => Err(not_configured(Reason::TenantDisabled)),
            Err(error) => {
                let reason = match error.is_schema_version() {
                    true => Reason::SchemaVersion,
                    false => Reason::InvalidConfig,
                };
                let parse_error = IntakeError::new(EventCode::TenantConfigParseError, reason);
                Err(parse_error.of(tenant).with("problems", error.line()))
            }
        }
    }

    async fn in_time<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let limit = self.limit;
        timeout(&*self.clock, limit, asked)
            .await
            .unwrap_or_else(|_| {
                let text = format!("the directory did not answer within {limit:?}");
                Err(Error::new(ErrorKind::Timeout, text)
                    .with_operation("directory", "tenants.read"))
            })
    }

    /// What was read from the document, now or when it was last seen.
    fn read(
        &self,
        tenant: &TenantId,
        document: Value,
    ) -> Result<Arc<TenantConfig>, Arc<TenantConfigError>> {
        if let Some(read) = self.kept().get(tenant)
            && read.document == document
        {
            return read.outcome.clone();
        }
        let outcome = TenantConfig::from_document_with(tenant, &document, &self.migrate)
            .map(Arc::new)
            .map_err(Arc::new);
        if let Ok(config) = &outcome
            && !config.unknown_keys.is_empty()
        {
            let keys = config.unknown_keys.join(", ");
            tracing::warn!(tenant_id = %tenant, keys, "the configuration has keys that nobody knows");
        }
        let read = Read {
            document,
            outcome: outcome.clone(),
        };
        self.kept().put(tenant.clone(), read);
        outcome
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<TenantId, Read>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The directory did not say.
fn outage(code: EventCode, error: Error) -> IntakeError {
    let reason = match error.kind() {
        ErrorKind::Timeout => Reason::DirectoryTimeout,
        _ => Reason::DirectoryError,
    };
    IntakeError::new(code, reason).because(error)
}

impl fmt::Debug for TenantResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantResolver")
            .field("finder", &self.finder)
            .field("directory", &self.directory)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
