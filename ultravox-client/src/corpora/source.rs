//! A source of a corpus: as it is asked for, changed, and given.

use std::fmt;

use serde::{Serialize, Serializer};
use voice_core::client::Operation;
use voice_core::error::Error;
use voice_core::wire::open_enum;

use super::{AdvancedSpec, CrawlSpec, SourceContent, UploadSpec};
use crate::check::Problems;
use crate::types::{CorpusId, JsonMap, SourceId, UvTime};

open_enum! {
    /// How far a source is.
    pub enum SourceStatus {
        /// Not said.
        Unspecified = "SOURCE_STATUS_UNSPECIFIED",
        /// Its documents are being loaded for the first time.
        Initializing = "SOURCE_STATUS_INITIALIZING",
        /// Its documents can be found.
        Ready = "SOURCE_STATUS_READY",
        /// Its old documents can be found, and newer ones are being loaded.
        Updating = "SOURCE_STATUS_UPDATING",
    }
}

/// A source to be created, or to take an old one's place.
///
/// ```
/// use ultravox_client::corpora::{CrawlSpec, NewSource, SourceContent};
///
/// let source = NewSource::new(SourceContent::Crawl(
///     CrawlSpec::new(["https://bluebell.example/care"]).max_depth(2).max_documents(50),
/// ))
/// .name("Care instructions");
/// let wire = serde_json::to_value(&source)?;
/// assert_eq!(wire["crawl"]["maxDepth"], 2);
/// assert_eq!(wire["name"], "Care instructions");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct NewSource {
    /// Where its documents are from.
    pub content: SourceContent,
    /// Its name.
    pub name: Option<String>,
    /// What is in it.
    pub description: Option<String>,
    /// Fields this version does not know, by their wire names.
    pub extra: JsonMap,
}

impl NewSource {
    /// A source of this content.
    #[must_use]
    pub fn new(content: SourceContent) -> Self {
        Self {
            content,
            name: None,
            description: None,
            extra: JsonMap::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What is in it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets a field by its wire name, as a way to one this version does not know. It wins over a typed field.
    #[must_use]
    pub fn with_extra(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        self.content.check(&mut problems);
        problems.finish(operation)
    }
}

impl fmt::Debug for NewSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSource")
            .field("content", &crate::types::Shown(&self.content))
            .field("name", &crate::types::Shown(&self.name))
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

impl Serialize for NewSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rest = [("name", &self.name), ("description", &self.description)];
        flat(serializer, Some(&self.content), &rest, &self.extra)
    }
}

/// What to change of a source; what is not set stays. **The source loads its documents again, whatever is changed.**
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct SourceUpdate {
    /// Where its documents are from now on.
    pub content: Option<SourceContent>,
    /// Another name; an empty text for none, since `null` is not declared here.
    pub name: Option<String>,
    /// Another description; an empty text for none.
    pub description: Option<String>,
    /// Fields this version does not know, by their wire names.
    pub extra: JsonMap,
}

impl SourceUpdate {
    /// No change yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Where its documents are from now on. The way must be the old one; the API does not say what happens otherwise.
    #[must_use]
    pub fn content(mut self, content: SourceContent) -> Self {
        self.content = Some(content);
        self
    }

    /// Another name; an empty text for none.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Another description; an empty text for none.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets a field by its wire name, as a way to one this version does not know. It wins over a typed field.
    #[must_use]
    pub fn with_extra(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        if let Some(content) = &self.content {
            content.check(&mut problems);
        }
        problems.finish(operation)
    }
}

impl fmt::Debug for SourceUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceUpdate")
            .field("content", &crate::types::Shown(&self.content))
            .field("name", &crate::types::Shown(&self.name))
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

impl Serialize for SourceUpdate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rest = [("name", &self.name), ("description", &self.description)];
        flat(serializer, self.content.as_ref(), &rest, &self.extra)
    }
}

/// A source's fields side by side, the content's among them.
fn flat<S: Serializer>(
    serializer: S,
    content: Option<&SourceContent>,
    rest: &[(&str, &Option<String>)],
    extra: &JsonMap,
) -> Result<S::Ok, S::Error> {
    use serde::ser::Error as _;

    let mut fields = match content {
        Some(content) => content.fields().map_err(S::Error::custom)?,
        None => JsonMap::new(),
    };
    for (name, text) in rest {
        if let Some(text) = text {
            fields.insert((*name).to_owned(), text.as_str().into());
        }
    }
    for (name, value) in extra.iter() {
        fields.insert(name.clone(), value.clone());
    }
    fields.serialize(serializer)
}

model! {
    /// A source as Ultravox knows it.
    response Source {
        /// The corpus it belongs to.
        corpus_id: CorpusId => "corpusId",
        /// Its id.
        source_id: SourceId => "sourceId",
        /// When it was created.
        created: UvTime => "created",
        /// Its name.
        name: String => "name",
        /// What is in it.
        description: String => "description",
        /// How far it is.
        stats: SourceStats => "stats",
        /// What older sources have instead of `crawl`. Deprecated by the API, which ignores it beside `crawl` and `upload`;
        /// it can be read and is never sent.
        load_spec: CrawlSpec => "loadSpec",
        /// Pages of the web.
        crawl: CrawlSpec => "crawl",
        /// Files that were uploaded.
        upload: UploadSpec => "upload",
        /// Files that were uploaded, with the questions they answer.
        advanced: AdvancedSpec => "advanced",
    }
}

impl Source {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&SourceId, Error> {
        self.source_id
            .as_ref()
            .ok_or_else(|| crate::missing("corpora.sources", "sourceId"))
    }

    /// Where its documents are from; an old `loadSpec` is a crawl. `None` when it does not say.
    #[must_use]
    pub fn content(&self) -> Option<SourceContent> {
        let crawl = || self.crawl.clone().map(SourceContent::Crawl);
        let upload = || self.upload.clone().map(SourceContent::Upload);
        let advanced = || self.advanced.clone().map(SourceContent::Advanced);
        crawl()
            .or_else(upload)
            .or_else(advanced)
            .or_else(|| self.load_spec.clone().map(SourceContent::Crawl))
    }

    /// How far it is.
    #[must_use]
    pub fn status(&self) -> Option<&SourceStatus> {
        self.stats.as_ref()?.status.as_ref()
    }

    /// How many documents it has; 0 when it does not say.
    #[must_use]
    pub fn documents(&self) -> i32 {
        let stats = self.stats.as_ref();
        stats.and_then(|stats| stats.num_docs).unwrap_or_default()
    }

    /// Whether all of its documents can be found.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status() == Some(&SourceStatus::Ready)
    }
}

model! {
    /// How far a source is.
    response SourceStats {
        /// Whether queries find its documents.
        status: SourceStatus => "status",
        /// When its documents last changed.
        last_updated: UvTime => "lastUpdated",
        /// Documents, those made of others on the way included; 0 may be absent.
        num_docs: i32 => "numDocs",
    }
}
