//! The simulator's corpora: sources that load on the clock, documents, and a search by common words.
//!
//! What nobody documents is decided here: a source loads for as long as the [settings](super::SimSettings::load_time) say,
//! a crawl finds one page for each start URL, pieces of a document are its paragraphs, and a piece's score is the share
//! of the question's words that it has.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::crud::{self, Change, Resource, Write};
use super::documents;
use super::fields::{self, Field, Holds};
use super::router::{Asked, Route};
use super::rules;
use super::storage;
use super::world::{Row, World, stamp};

pub(super) const CORPORA: &str = "corpora";
pub(super) const SOURCES: &str = "corpus_sources";
/// When a source was last told to load, in whole milliseconds since 1970, and whether it had loaded before.
const SINCE: &str = "_since";
const AGAIN: &str = "_again";
const MOST_SOURCES: usize = 20;

pub(super) static ROUTES: &[Route] = &[
    Route::new("corpora.list", "GET", "api/corpora", crud::list::<Corpora>),
    Route::new("corpora.create", "POST", "api/corpora", create_corpus),
    Route::new("corpora.get", "GET", "api/corpora/*", crud::get::<Corpora>),
    Route::new(
        "corpora.replace",
        "PUT",
        "api/corpora/*",
        crud::replace::<Corpora>,
    ),
    Route::new(
        "corpora.update",
        "PATCH",
        "api/corpora/*",
        crud::update::<Corpora>,
    ),
    Route::new(
        "corpora.delete",
        "DELETE",
        "api/corpora/*",
        crud::delete::<Corpora>,
    ),
    Route::new("corpora.query", "POST", "api/corpora/*/query", query),
    Route::new(
        "corpora.uploads.create",
        "POST",
        "api/corpora/*/uploads",
        create_upload,
    ),
    Route::new(
        "corpora.sources.list",
        "GET",
        "api/corpora/*/sources",
        crud::list::<Sources>,
    ),
    Route::new(
        "corpora.sources.create",
        "POST",
        "api/corpora/*/sources",
        create_source,
    ),
    Route::new(
        "corpora.sources.get",
        "GET",
        "api/corpora/*/sources/*",
        crud::get::<Sources>,
    ),
    Route::new(
        "corpora.sources.replace",
        "PUT",
        "api/corpora/*/sources/*",
        replace_source,
    ),
    Route::new(
        "corpora.sources.update",
        "PATCH",
        "api/corpora/*/sources/*",
        update_source,
    ),
    Route::new(
        "corpora.sources.delete",
        "DELETE",
        "api/corpora/*/sources/*",
        crud::delete::<Sources>,
    ),
    Route::new(
        "corpora.documents.list",
        "GET",
        "api/corpora/*/sources/*/documents",
        documents::list,
    ),
    Route::new(
        "corpora.documents.get",
        "GET",
        "api/corpora/*/sources/*/documents/*",
        documents::get,
    ),
];

pub(super) struct Corpora;

impl Resource for Corpora {
    const TABLE: &'static str = CORPORA;
    const ID: &'static str = "corpusId";
    const READ_ONLY: &'static [&'static str] = &["stats"];
    const DEFAULTS: &'static str = r#"{"description":""}"#;

    fn id<'a>(asked: &Asked<'a>) -> &'a str {
        asked.id
    }

    fn check(_: &World, faults: &mut Faults, change: &Change<'_>) {
        const FIELDS: [Field; 2] = [
            Field::new("name", Holds::Text(usize::MAX)).required(),
            Field::new("description", Holds::AnyText).nullable(),
        ];
        fields::check(faults, "", change.sent, &FIELDS, change.is_whole());
    }

    fn show(world: &World, row: &Row, shown: &mut crud::Object) {
        let sources: Vec<&Row> = sources_of(world, &row.id).collect();
        let loading = sources
            .iter()
            .filter(|source| is_loading(world, source))
            .count();
        let found: Vec<&Row> = sources
            .iter()
            .filter(|source| can_be_found(world, source))
            .copied()
            .collect();
        let status = match (sources.len(), loading, found.len()) {
            (0, _, _) => "CORPUS_STATUS_EMPTY",
            (_, _, 0) => "CORPUS_STATUS_INITIALIZING",
            (_, 0, _) => "CORPUS_STATUS_READY",
            _ => "CORPUS_STATUS_UPDATING",
        };
        let docs: Vec<&Row> = found
            .iter()
            .flat_map(|source| documents::of(world, &source.id))
            .collect();
        let chunks: usize = docs.iter().map(|row| documents::pieces(row).len()).sum();
        shown.insert(
            "stats".to_owned(),
            json!({
                "status": status,
                "lastUpdated": stamp(row.created),
                "numChunks": chunks,
                "numDocs": docs.len(),
                "numVectors": chunks,
            }),
        );
    }
}

pub(super) struct Sources;

impl Resource for Sources {
    const TABLE: &'static str = SOURCES;
    const ID: &'static str = "sourceId";
    const READ_ONLY: &'static [&'static str] = &["corpusId", "stats", SINCE, AGAIN];
    const DEFAULTS: &'static str = r#"{"description":""}"#;

    fn parent(world: &mut World, asked: &Asked<'_>) -> Result<String, SimAnswer> {
        let corpus = world.row(CORPORA, asked.id);
        corpus
            .map(|row| row.id.clone())
            .ok_or_else(answers::not_found)
    }

    fn id<'a>(asked: &Asked<'a>) -> &'a str {
        asked.nth(1)
    }

    fn check(world: &World, faults: &mut Faults, change: &Change<'_>) {
        documents::check_spec(world, faults, change.whole);
    }

    fn fill(world: &mut World, row: &mut Row, write: Write) {
        let since = millis(world.now());
        let was_ready = write != Write::Create && can_be_found(world, row);
        row.fields.insert(SINCE.to_owned(), since.into());
        row.fields.insert(AGAIN.to_owned(), was_ready.into());
        row.fields
            .insert("corpusId".to_owned(), row.parent.as_str().into());
        documents::load(world, row);
    }

    fn show(world: &World, row: &Row, shown: &mut crud::Object) {
        shown.remove(SINCE);
        shown.remove(AGAIN);
        let status = match (is_loading(world, row), can_be_found(world, row)) {
            (false, _) => "SOURCE_STATUS_READY",
            (true, true) => "SOURCE_STATUS_UPDATING",
            (true, false) => "SOURCE_STATUS_INITIALIZING",
        };
        let docs = if is_loading(world, row) {
            0
        } else {
            documents::of(world, &row.id).count()
        };
        let updated = stamp(row.created);
        let stats = json!({"status": status, "lastUpdated": updated, "numDocs": docs});
        shown.insert("stats".to_owned(), stats);
    }
}

fn create_corpus(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let there = world
        .rows(CORPORA)
        .iter()
        .filter(|row| !row.deleted)
        .count();
    if there >= asked.settings.corpora {
        return answers::detail(400, "The account has no room for another corpus.");
    }
    crud::create::<Corpora>(world, asked)
}

fn create_source(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    if sources_of(world, asked.id).count() >= MOST_SOURCES {
        return answers::detail(400, "A corpus has at most 20 sources.");
    }
    crud::create::<Sources>(world, asked)
}

fn replace_source(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    crud::replace::<Sources>(world, asked)
}

/// Loads the documents again, whatever is sent.
fn update_source(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    crud::update::<Sources>(world, asked)
}

fn create_upload(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    const FIELDS: [Field; 2] = [
        Field::new("mimeType", Holds::Text(usize::MAX)).required(),
        Field::new("fileName", Holds::AnyText),
    ];
    if world.row(CORPORA, asked.id).is_none() {
        return answers::not_found();
    }
    let mut faults = Faults::default();
    fields::check(&mut faults, "", asked.body, &FIELDS, true);
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    let text = |name: &str| {
        asked
            .body
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let (id, link) = storage::upload_link(world, asked.id, text("mimeType"), text("fileName"));
    SimAnswer::json(201, &json!({"documentId": id, "presignedUrl": link}))
}

fn query(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    const FIELDS: [Field; 2] = [
        Field::new("query", Holds::Text(usize::MAX)).required(),
        Field::new("maxResults", Holds::Whole(1, 20)),
    ];
    if world.row(CORPORA, asked.id).is_none() {
        return answers::not_found();
    }
    let mut faults = Faults::default();
    fields::check(&mut faults, "", asked.body, &FIELDS, true);
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    let question = asked
        .body
        .get("query")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let most = asked
        .body
        .get("maxResults")
        .and_then(Value::as_u64)
        .unwrap_or(5);
    let mut found: Vec<(f64, Value)> = sources_of(world, asked.id)
        .filter(|source| can_be_found(world, source))
        .flat_map(|source| documents::of(world, &source.id))
        .flat_map(|row| documents::matches(row, question))
        .collect();
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    found.truncate(usize::try_from(most).unwrap_or(20));
    let found: Vec<Value> = found.into_iter().map(|(_, piece)| piece).collect();
    SimAnswer::json(200, &found.into())
}

fn sources_of<'w>(world: &'w World, corpus: &str) -> impl Iterator<Item = &'w Row> {
    let rows = world.rows(SOURCES).iter();
    rows.filter(move |row| !row.deleted && row.parent == corpus)
}

fn is_loading(world: &World, source: &Row) -> bool {
    let since = source
        .fields
        .get(SINCE)
        .and_then(Value::as_u64)
        .unwrap_or_default();
    let time = u64::try_from(world.load_time.as_millis()).unwrap_or(u64::MAX);
    millis(world.now()) < since.saturating_add(time)
}

/// Loaded, or loaded before.
fn can_be_found(world: &World, source: &Row) -> bool {
    let before = source.fields.get(AGAIN) == Some(&Value::Bool(true));
    before || !is_loading(world, source)
}

fn millis(time: SystemTime) -> u64 {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The objects of a list that are.
pub(super) fn objects(value: Option<&Value>) -> impl Iterator<Item = &crud::Object> {
    rules::list(value).iter().filter_map(Value::as_object)
}
