//! Prompts: many at once.

use std::collections::BTreeMap;

use serde::Serialize;
use voice_core::error::Error;

use super::Prompts;
use crate::envelope;
use crate::ids::{bare_version, is_plain, is_same_prompt, split_id};
use crate::models::{BatchAnswer, BatchEntry, BatchFailure};
use crate::operations::BATCH_GET_PROMPTS;

/// The most ids the service takes in one request.
const MOST: usize = 100;

/// What to read besides the texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchOptions {
    versions: bool,
    metadata: bool,
}

impl BatchOptions {
    /// Texts only.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The versions of each prompt too; the reference server finds those stored under exactly the id asked for.
    #[must_use]
    pub fn with_versions(mut self) -> Self {
        self.versions = true;
        self
    }

    /// Description, author, times, models and the author's notes too.
    #[must_use]
    pub fn with_metadata(mut self) -> Self {
        self.metadata = true;
        self
    }
}

/// What came of a batch: every id asked for is in one of the two.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Batch {
    /// What was found, by the ids asked for.
    pub prompts: BTreeMap<String, BatchEntry>,
    /// What was not, and why.
    pub failures: Vec<BatchFailure>,
    /// The first request that failed as a whole, when others did not. The ids it was for are among the failures.
    pub error: Option<Error>,
}

#[derive(Serialize)]
struct Body<'b> {
    prompt_ids: &'b [&'b str],
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<&'b str>,
    include_versions: bool,
    include_metadata: bool,
}

impl Batch {
    fn fail(&mut self, id: &str, why: &str) {
        self.failures.push(BatchFailure::new(id, why));
    }

    /// Takes in what came for some ids, and holds every entry against what was asked for.
    fn take_in(&mut self, ids: &[&str], mut answer: BatchAnswer) {
        for id in ids {
            match answer.prompts.remove(*id) {
                Some(entry) if is_meant(id, &entry) => {
                    self.prompts.insert((*id).to_owned(), entry);
                }
                Some(_) => self.fail(id, "the service answered with another prompt"),
                None => {
                    let said = answer
                        .errors
                        .iter()
                        .find(|failure| failure.prompt_id == *id);
                    let why = said.map_or("is not in the answer", |failure| &failure.error);
                    self.fail(id, why);
                }
            }
        }
    }
}

/// An id with a version means that version; the reference server may answer the latest.
fn is_meant(id: &str, entry: &BatchEntry) -> bool {
    match split_id(id) {
        (base, Some(version)) => {
            is_same_prompt(base, &entry.id) && bare_version(&entry.version) == version
        }
        (base, None) => is_same_prompt(base, &entry.id),
    }
}

impl Prompts<'_> {
    /// The latest versions of many prompts, 100 to a request, one request after the other. Server; scope read.
    ///
    /// A prompt that is missing, or that came as another one, is a failure of its id alone. An id given twice is asked for
    /// once; one that breaks the rule for ids is not sent.
    ///
    /// # Errors
    /// The project's id is malformed, or every request failed: the first failure. When only some failed, the ids they were
    /// for are [failures](Batch::failures) and the first failure is [`Batch::error`].
    pub async fn batch<I>(&self, ids: I, options: BatchOptions) -> Result<Batch, Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.check(None).finish(&BATCH_GET_PROMPTS)?;
        let ids: Vec<I::Item> = ids.into_iter().collect();
        let mut wanted: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let (good, bad): (Vec<&str>, Vec<&str>) =
            wanted.into_iter().partition(|id| is_plain(split_id(id).0));

        let mut batch = Batch::default();
        for id in bad {
            batch.fail(
                id,
                "has characters that no id of a prompt has, or none at all",
            );
        }
        let mut answered = 0;
        for chunk in good.chunks(MOST) {
            match self.chunk(chunk, options).await {
                Ok(answer) => {
                    answered += 1;
                    batch.take_in(chunk, answer);
                }
                Err(error) => {
                    for id in chunk {
                        batch.fail(id, error.message());
                    }
                    batch.error.get_or_insert(error);
                }
            }
        }
        match batch.error.take() {
            Some(error) if answered == 0 => Err(error),
            error => {
                batch.error = error;
                Ok(batch)
            }
        }
    }

    async fn chunk(&self, ids: &[&str], options: BatchOptions) -> Result<BatchAnswer, Error> {
        let body = Body {
            prompt_ids: ids,
            project_id: self.project,
            include_versions: options.versions,
            include_metadata: options.metadata,
        };
        let request = self.client.request(&BATCH_GET_PROMPTS).json(&body);
        Ok(envelope::read::<BatchAnswer>(request).await?.into_inner())
    }
}
