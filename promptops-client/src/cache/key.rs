//! [`PromptKey`]: what a cached prompt is known by.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use voice_core::ident::PromptId;
use voice_core::provider::PromptRequest;

/// How much of a credential is shown, in characters: what the server itself shows of a key.
const CREDENTIAL_CHARS: usize = 8;
/// How much of its digest tells accounts apart, in hexadecimal digits.
const DIGEST_CHARS: usize = 16;
/// Between the two.
const MARK: char = '~';

/// Whose prompts: the service's origin, the beginning of the credential and a digest of it. Cloning does not allocate.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CacheScope {
    origin: Arc<str>,
    credential: Arc<str>,
}

impl CacheScope {
    /// The scope of a client. Give the **whole** credential: keys of many accounts begin alike (`po_live_…`). Of it only the
    /// first 8 characters, of a shorter one half, and 64 bits of a digest are kept.
    #[must_use]
    pub fn new(origin: &str, credential: &str) -> Self {
        let origin = origin.trim_end_matches('/');
        let keep = CREDENTIAL_CHARS.min(credential.chars().count() / 2);
        let mut kept: String = credential.chars().take(keep).collect();
        if !credential.is_empty() {
            kept.push(MARK);
            kept.extend(digest(&[origin, credential]).chars().take(DIGEST_CHARS));
        }
        Self {
            origin: origin.into(),
            credential: kept.into(),
        }
    }
}

impl fmt::Debug for CacheScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.credential.rsplit_once(MARK);
        let shown = parts.map_or(&*self.credential, |(shown, _)| shown);
        write!(f, "CacheScope({} {shown}…)", self.origin)
    }
}

/// Which version of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionSelector {
    /// The newest, whichever that is.
    Latest,
    /// One that never changes.
    Exact(Arc<str>),
}

impl VersionSelector {
    /// An exact version; one leading `v` or `V` before a digit is dropped, as the server stores none.
    #[must_use]
    pub fn exact(version: &str) -> Self {
        let bare = version.strip_prefix(['v', 'V']).unwrap_or(version);
        let is_number = bare.starts_with(|char: char| char.is_ascii_digit());
        Self::Exact(if is_number { bare } else { version }.into())
    }
}

/// What a cached prompt is known by: origin, credential, project, id, version, and the model it is for. Each is a field of
/// its own, so that no choice of texts makes two keys meet; cloning does not allocate.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromptKey {
    pub(super) id: PromptId,
    version: VersionSelector,
    model: Option<(Arc<str>, Arc<str>)>,
    project: Option<PromptId>,
    scope: CacheScope,
}

impl PromptKey {
    /// The latest version of a prompt, in the credential's own project, for any model.
    #[must_use]
    pub fn new(scope: CacheScope, id: PromptId) -> Self {
        Self {
            id,
            version: VersionSelector::Latest,
            model: None,
            project: None,
            scope,
        }
    }

    /// What a [`PromptRequest`] asks for.
    #[must_use]
    pub fn from_request(scope: CacheScope, request: &PromptRequest) -> Self {
        let mut key = Self::new(scope, request.id.clone());
        if let Some(version) = &request.version {
            key.version = VersionSelector::exact(version);
        }
        if let Some((provider, model)) = &request.model {
            key = key.for_model(provider, model);
        }
        key
    }

    /// One version of it.
    #[must_use]
    pub fn version(mut self, version: VersionSelector) -> Self {
        self.version = version;
        self
    }

    /// The text for one model.
    #[must_use]
    pub fn for_model(mut self, provider: &str, model: &str) -> Self {
        self.model = Some((provider.into(), model.into()));
        self
    }

    /// In a project.
    #[must_use]
    pub fn in_project(mut self, project: PromptId) -> Self {
        self.project = Some(project);
        self
    }

    /// The prompt's id.
    #[must_use]
    pub fn id(&self) -> &PromptId {
        &self.id
    }

    /// The version asked for.
    #[must_use]
    pub fn selector(&self) -> &VersionSelector {
        &self.version
    }

    /// The provider and name of the model, if it is for one.
    #[must_use]
    pub fn model(&self) -> Option<(&str, &str)> {
        let (provider, model) = self.model.as_ref()?;
        Some((provider, model))
    }

    /// The project.
    #[must_use]
    pub fn project(&self) -> Option<&PromptId> {
        self.project.as_ref()
    }

    /// Whose it is.
    #[must_use]
    pub fn scope(&self) -> &CacheScope {
        &self.scope
    }

    pub(crate) fn in_scope(mut self, scope: CacheScope) -> Self {
        self.scope = scope;
        self
    }

    /// A digest of all parts, each with its length before it.
    pub(super) fn digest(&self) -> String {
        let (version, exact) = match &self.version {
            VersionSelector::Latest => ("", "0"),
            VersionSelector::Exact(version) => (&**version, "1"),
        };
        let (provider, model) = self.model().unwrap_or_default();
        digest(&[
            &self.scope.origin,
            &self.scope.credential,
            self.project.as_ref().map_or("", PromptId::as_str),
            self.id.as_str(),
            exact,
            version,
            if self.model.is_some() { "1" } else { "0" },
            provider,
            model,
        ])
    }
}

/// A digest of a scope and, where one is given, an id: what an invalidation is known by.
pub(super) fn scope_digest(scope: &CacheScope, id: Option<&PromptId>) -> String {
    let id = id.map_or("", PromptId::as_str);
    digest(&[&scope.origin, &scope.credential, id])
}

fn digest(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    sha.finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl fmt::Debug for PromptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("PromptKey");
        out.field("id", &self.id).field("version", &self.version);
        if let Some(model) = &self.model {
            out.field("model", model);
        }
        if let Some(project) = &self.project {
            out.field("project", project);
        }
        out.field("scope", &self.scope).finish()
    }
}

/// A key as it is written to the second level and the snapshot.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyForm {
    origin: String,
    credential: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<(String, String)>,
}

impl From<&PromptKey> for KeyForm {
    fn from(key: &PromptKey) -> Self {
        Self {
            origin: key.scope.origin.to_string(),
            credential: key.scope.credential.to_string(),
            project: key.project.as_ref().map(ToString::to_string),
            id: key.id.to_string(),
            version: match &key.version {
                VersionSelector::Latest => None,
                VersionSelector::Exact(version) => Some(version.to_string()),
            },
            model: key
                .model()
                .map(|(provider, model)| (provider.to_owned(), model.to_owned())),
        }
    }
}

impl KeyForm {
    /// The key, if the ids in it are ids.
    pub(crate) fn into_key(self) -> Option<PromptKey> {
        let project = match self.project {
            Some(project) => Some(PromptId::parse(&project).ok()?),
            None => None,
        };
        Some(PromptKey {
            id: PromptId::parse(&self.id).ok()?,
            version: self.version.map_or(VersionSelector::Latest, |version| {
                VersionSelector::Exact(version.into())
            }),
            model: self
                .model
                .map(|(provider, model)| (provider.into(), model.into())),
            project,
            scope: CacheScope {
                origin: self.origin.into(),
                credential: self.credential.into(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "po_abc123def456ghi789jkl012";

    fn arbitrary() -> impl Strategy<Value = PromptKey> {
        let small = "[ab]{1,2}";
        let text = "[ab:1]{0,2}";
        let origins = prop_oneof![Just("https://a"), Just("https://b")];
        (
            origins,
            small,
            prop::option::of(small),
            prop::option::of(text),
            prop::option::of((text, text)),
        )
            .prop_map(|(origin, id, project, version, model)| {
                let mut key = PromptKey::new(CacheScope::new(origin, KEY), id.parse().unwrap());
                if let Some(project) = project {
                    key = key.in_project(project.parse().unwrap());
                }
                if let Some(version) = version {
                    key = key.version(VersionSelector::exact(&version));
                }
                if let Some((provider, model)) = model {
                    key = key.for_model(&provider, &model);
                }
                key
            })
    }

    proptest! {
        #[test]
        fn digests_meet_exactly_when_keys_are_equal(a in arbitrary(), b in arbitrary()) {
            prop_assert_eq!(a.digest() == b.digest(), a == b);
            prop_assert_eq!(KeyForm::from(&a) == KeyForm::from(&b), a == b);
        }

        #[test]
        fn the_written_form_is_read_back(key in arbitrary()) {
            let json = serde_json::to_string(&KeyForm::from(&key)).unwrap();
            let read: KeyForm = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read.into_key(), Some(key));
        }
    }

    #[test]
    fn a_credential_is_never_kept_whole() {
        for credential in [KEY, "12345678", "short", "x", ""] {
            let scope = CacheScope::new("https://a/", credential);
            let key = PromptKey::new(scope, "greet".parse().unwrap());
            let json = serde_json::to_string(&KeyForm::from(&key)).unwrap();
            let shown = format!("{key:?} {json}");
            assert!(
                credential.is_empty() || !shown.contains(&format!(" {credential}…")),
                "{shown}"
            );
            assert!(!shown.contains(&format!("\"{credential}\"")) || credential.is_empty());
            assert!(!shown.contains("def456"), "{shown}");
        }
    }

    #[test]
    fn one_leading_v_before_a_digit_is_dropped() {
        for (text, kept) in [
            ("v1.2.0", "1.2.0"),
            ("V1", "1"),
            ("1.2.0", "1.2.0"),
            ("vNext", "vNext"),
            ("vv1", "vv1"),
        ] {
            assert_eq!(
                VersionSelector::exact(text),
                VersionSelector::Exact(kept.into())
            );
        }
    }
}
