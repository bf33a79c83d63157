//! Files into a corpus, all the way: upload, source, wait.

mod report;

use std::fmt;
use std::sync::Arc;

use voice_core::error::{Error, ErrorKind};

use super::wait::Patience;
use super::{
    AdvancedDocument, CREATE_SOURCE, Corpora, ListSources, NewSource, Source, SourceContent, file,
};
use crate::check::Problems;
use crate::types::{CorpusId, SourceId, UploadFile};

pub use report::{IngestError, IngestProgress, IngestStep, Ingested, Ingesting};

type Listener = Arc<dyn Fn(IngestProgress<'_>) + Send + Sync>;

/// Puts files into a corpus: uploads them one after the other, makes one source of them, and waits until they can be
/// found. From [`Corpora::ingest`].
///
/// What was reached is never lost: the [error](IngestError) has the ids of the files that are there and of the source, and
/// [`resume`](Self::resume) goes on from there. A source whose creation had no clear answer is looked for by the ids of
/// its files before it is created again, so that none is there twice.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use ultravox_client::corpora::{CorpusQuery, NewCorpus};
/// use ultravox_client::testkit::UltravoxSimulator;
/// use ultravox_client::types::UploadFile;
///
/// # let simulator = UltravoxSimulator::start().await;
/// # let client = simulator.client().build()?;
/// let corpus = client.corpora().create(&NewCorpus::new("Shop")).await?;
/// let ingested = client
///     .corpora()
///     .ingest(corpus.id()?)
///     .name("Hours")
///     .file(UploadFile::new("hours.md", "We open at nine on weekdays.")?)
///     .on_progress(|progress| println!("{progress}"))
///     .run()
///     .await?;
/// assert_eq!(ingested.documents.len(), 1);
///
/// let found = client.corpora().query(corpus.id()?, &CorpusQuery::new("When do you open?")).await?;
/// assert!(found[0].content.as_deref().is_some_and(|text| text.contains("nine")));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "nothing happens until run() is called"]
pub struct Ingest<'a> {
    corpora: Corpora<'a>,
    corpus: &'a CorpusId,
    name: Option<String>,
    description: Option<String>,
    files: Vec<(UploadFile, Vec<String>)>,
    patience: Patience,
    done: Ingesting,
    listener: Listener,
}

impl<'a> Ingest<'a> {
    pub(super) fn new(corpora: Corpora<'a>, corpus: &'a CorpusId) -> Self {
        Self {
            corpora,
            corpus,
            name: None,
            description: None,
            files: Vec::new(),
            patience: Patience::default(),
            done: Ingesting::default(),
            listener: Arc::new(|_| {}),
        }
    }

    /// The source's name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What is in the source.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a file: at most 200, of at most 10 MiB each.
    pub fn file(mut self, file: UploadFile) -> Self {
        self.files.push((file, Vec::new()));
        self
    }

    /// Adds a file with the questions it answers: at most 10, of at most 400 characters each. It is found by them alone,
    /// and given as a whole. Either all files have questions or none has.
    pub fn file_with_queries<Q: Into<String>>(
        mut self,
        file: UploadFile,
        example_queries: impl IntoIterator<Item = Q>,
    ) -> Self {
        let queries = example_queries.into_iter().map(Into::into).collect();
        self.files.push((file, queries));
        self
    }

    /// How long to wait for the source, and how often to look.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Hears what is going on. Word of an upload comes from the task that writes to the connection: be quick.
    pub fn on_progress(
        mut self,
        listener: impl Fn(IngestProgress<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.listener = Arc::new(listener);
        self
    }

    /// Goes on where an earlier one stopped: files that are there are not sent again, and the source is looked for before
    /// it is created. Give the same files in the same order.
    pub fn resume(mut self, done: Ingesting) -> Self {
        self.done = done;
        self
    }

    /// Does it.
    ///
    /// # Errors
    /// [`IngestError`] says where it stopped, why, and what is there.
    pub async fn run(mut self) -> Result<Ingested, IngestError> {
        match self.go_on().await {
            Ok(source) => Ok(Ingested {
                documents: self.done.documents,
                source,
            }),
            Err((step, error)) => Err(IngestError {
                step,
                done: self.done,
                error,
            }),
        }
    }

    async fn go_on(&mut self) -> Result<Source, (IngestStep, Error)> {
        self.check().map_err(|error| (IngestStep::Check, error))?;
        let may_be_there = self.done.documents.len() == self.files.len();
        self.upload().await?;
        let id = match self.done.source.clone() {
            Some(id) => id,
            None => {
                let made = self.source(may_be_there).await;
                made.map_err(|error| (IngestStep::CreateSource, error))?
            }
        };
        self.done.source = Some(id.clone());
        let sources = self.corpora.sources(self.corpus);
        let listener = Arc::clone(&self.listener);
        sources
            .wait_until_ready(&id, self.patience, move |source| {
                listener(IngestProgress::Loading(source));
            })
            .await
            .map_err(|error| (IngestStep::Load, error))
    }

    /// Everything that is wrong with what was given, at once.
    fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let count = self.files.len();
        problems.rule(!(1..=200).contains(&count), "files", "must be 1 to 200");
        let too_many = self.done.documents.len() > count;
        problems.rule(too_many, "resume", "has more files than were given");
        let with_queries = self.files.iter().filter(|(_, q)| !q.is_empty()).count();
        problems.rule(
            with_queries != 0 && with_queries != count,
            "files",
            "must all have example queries, or none of them",
        );
        for (at, (file, queries)) in self.files.iter().enumerate() {
            file::check(&mut problems, &format!("files.{at}"), file);
            let document = AdvancedDocument::default().example_queries(queries.clone());
            document.check(&mut problems, &format!("files.{at}.exampleQueries"));
        }
        problems.finish(&CREATE_SOURCE)
    }

    async fn upload(&mut self) -> Result<(), (IngestStep, Error)> {
        let files = self.files.len();
        for (at, (file, _)) in self
            .files
            .iter()
            .enumerate()
            .skip(self.done.documents.len())
        {
            let number = at + 1;
            let listener = Arc::clone(&self.listener);
            let heard = Arc::new(move |progress| {
                listener(IngestProgress::Uploading {
                    file: number,
                    files,
                    progress,
                });
            });
            let document = file::send(&self.corpora, self.corpus, file, heard)
                .await
                .map_err(|error| (IngestStep::Upload { file: number }, error))?;
            (self.listener)(IngestProgress::Uploaded {
                file: number,
                files,
                document: &document,
            });
            self.done.documents.push(document);
        }
        Ok(())
    }

    /// The source of the files: the one that is there already, or a new one.
    async fn source(&self, may_be_there: bool) -> Result<SourceId, Error> {
        let order = self.order();
        if may_be_there && let Some(id) = self.find(&order.content).await? {
            return Ok(id);
        }
        let sources = self.corpora.sources(self.corpus);
        match sources.create(&order).await {
            Ok(source) => source.id().cloned(),
            Err(error) if error.may_have_happened() || error.kind() == ErrorKind::Decode => {
                // If it cannot be found now, whoever goes on later looks again.
                match self.find(&order.content).await {
                    Ok(Some(id)) => Ok(id),
                    Ok(None) | Err(_) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    fn order(&self) -> NewSource {
        let documents = self.done.documents.iter().cloned();
        let content = if self.files.iter().all(|(_, queries)| queries.is_empty()) {
            SourceContent::upload(documents)
        } else {
            let queries = self.files.iter().map(|(_, queries)| queries.clone());
            let documents = documents.zip(queries);
            SourceContent::advanced(
                documents.map(|(id, queries)| AdvancedDocument::new(id, queries)),
            )
        };
        let mut order = NewSource::new(content);
        order.name.clone_from(&self.name);
        order.description.clone_from(&self.description);
        order
    }

    /// A source of these very files: their ids were made for this, so no other source has them.
    async fn find(&self, content: &SourceContent) -> Result<Option<SourceId>, Error> {
        let wanted = content.uploaded();
        let mut sources = self.corpora.sources(self.corpus).list(&ListSources::new());
        while let Some(source) = sources.next().await {
            let source = source?;
            let Some(there) = source.content() else {
                continue;
            };
            if there.uploaded().iter().any(|id| wanted.contains(id)) {
                return source.id().cloned().map(Some);
            }
        }
        Ok(None)
    }
}

impl fmt::Debug for Ingest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingest")
            .field("corpus", &self.corpus)
            .field("files", &self.files.len())
            .field("patience", &self.patience)
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}
