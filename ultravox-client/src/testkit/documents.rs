//! The simulator's documents: what sources are made of, and what is found in them.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::corpora::{self, Sources};
use super::crud::{self, Object};
use super::paging;
use super::router::Asked;
use super::rules;
use super::world::{Row, World, stamp};

const DOCUMENTS: &str = "corpus_documents";
/// The text of a document, which is never given out.
const TEXT: &str = "_text";
const MOST: usize = 200;

/// Checks where a source's documents are from: exactly one way, and files that are there.
pub(super) fn check_spec(world: &World, faults: &mut Faults, whole: &Object) {
    let ways = ["crawl", "upload", "advanced"];
    let set = |name: &&&str| whole.get(**name).is_some_and(|value| !value.is_null());
    if ways.iter().filter(set).count() != 1 {
        return faults.add(
            "source",
            "Exactly one of crawl, upload and advanced must be set.",
        );
    }
    if let Some(crawl) = whole.get("crawl") {
        let urls = rules::list(crawl.get("startUrls"));
        let good = |url: &Value| url.as_str().is_some_and(|url| url.starts_with("http"));
        if urls.is_empty() || !urls.iter().all(good) {
            faults.add("crawl.startUrls", "Enter valid URLs.");
        }
        for name in ["maxDocuments", "maxDepth", "maxDocumentBytes"] {
            let value = crawl.get(name);
            if value.is_some_and(|value| value.as_i64().is_none_or(|value| value < 1)) {
                faults.add(
                    &format!("crawl.{name}"),
                    "Ensure this value is greater than or equal to 1.",
                );
            }
        }
        let most = crawl.get("maxDocuments").and_then(Value::as_u64);
        if most.is_some_and(|most| most > 200) {
            faults.add("crawl.maxDocuments", "A source has at most 200 documents.");
        }
    }
    let files = file_ids(whole);
    if whole.get("crawl").is_none() && !(1..=MOST).contains(&files.len()) {
        faults.add("documents", "A source has 1 to 200 documents.");
    }
    for id in files {
        let is_there = world
            .storage
            .iter()
            .any(|slot| slot.id == id && slot.bytes.is_some());
        if !is_there {
            faults.add("documentIds", "There is no such uploaded document.");
        }
    }
    for document in corpora::objects(whole.get("advanced").and_then(|spec| spec.get("documents"))) {
        let queries = rules::list(document.get("exampleQueries"));
        let good = |query: &Value| {
            let length = query
                .as_str()
                .map_or(0, |query| query.trim().chars().count());
            (1..=400).contains(&length)
        };
        if queries.len() > 10 || !queries.iter().all(good) {
            faults.add(
                "advanced.exampleQueries",
                "At most 10 queries of 1 to 400 characters.",
            );
        }
    }
}

/// The ids of the files a source names.
fn file_ids(source: &Object) -> Vec<&str> {
    let uploaded = source
        .get("upload")
        .and_then(|spec| spec.get("documentIds"));
    let advanced = source
        .get("advanced")
        .and_then(|spec| spec.get("documents"));
    let named = corpora::objects(advanced).filter_map(|document| document.get("documentId"));
    rules::list(uploaded)
        .iter()
        .chain(named)
        .filter_map(Value::as_str)
        .collect()
}

/// Makes a source's documents, in place of those it had.
pub(super) fn load(world: &mut World, source: &Row) {
    for row in world.table(DOCUMENTS) {
        row.deleted |= row.parent == source.id;
    }
    let created = world.now();
    let mut rows = Vec::new();
    for id in file_ids(&source.fields) {
        let Some(slot) = world.storage.iter().find(|slot| slot.id == id) else {
            continue;
        };
        let bytes = slot.bytes.clone().unwrap_or_default();
        let queries = queries_of(&source.fields, id);
        let metadata = json!({"title": slot.name, "exampleQueries": queries});
        let text = String::from_utf8_lossy(&bytes).into_owned();
        rows.push((
            id.to_owned(),
            slot.mime_type.clone(),
            metadata,
            bytes.len(),
            text,
        ));
    }
    if let Some(crawl) = source.fields.get("crawl") {
        let most = crawl
            .get("maxDocuments")
            .and_then(Value::as_u64)
            .unwrap_or(200);
        let urls: Vec<String> = rules::list(crawl.get("startUrls"))
            .iter()
            .filter_map(|url| url.as_str().map(str::to_owned))
            .collect();
        for url in urls.into_iter().take(usize::try_from(most).unwrap_or(MOST)) {
            let text = format!("The page at {url}, as the simulator imagines it.");
            let metadata = json!({"publicUrl": url, "title": "A page"});
            rows.push((
                world.id(),
                "text/html".to_owned(),
                metadata,
                text.len(),
                text,
            ));
        }
    }
    for (id, mime_type, metadata, size, text) in rows {
        let fields = json!({
            "corpusId": source.parent,
            "sourceId": source.id,
            "mimeType": mime_type,
            "metadata": metadata,
            "sizeBytes": size.to_string(),
            TEXT: text,
        });
        let Value::Object(fields) = fields else {
            continue;
        };
        world.table(DOCUMENTS).push(Row {
            id,
            parent: source.id.clone(),
            fields,
            created,
            deleted: false,
        });
    }
}

fn queries_of(source: &Object, id: &str) -> Value {
    let advanced = source
        .get("advanced")
        .and_then(|spec| spec.get("documents"));
    let found = corpora::objects(advanced)
        .find(|document| document.get("documentId").and_then(Value::as_str) == Some(id))
        .and_then(|document| document.get("exampleQueries"));
    found.cloned().unwrap_or_else(|| json!([]))
}

/// The documents of a source.
pub(super) fn of<'w>(world: &'w World, source: &str) -> impl Iterator<Item = &'w Row> + use<'w> {
    let source = source.to_owned();
    let rows = world.rows(DOCUMENTS).iter();
    rows.filter(move |row| !row.deleted && row.parent == source)
}

/// What is found of a document: its paragraphs, or all of it if it is found by questions.
pub(super) fn pieces(row: &Row) -> Vec<&str> {
    let text = row
        .fields
        .get(TEXT)
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !queries(row).is_empty() {
        return vec![text];
    }
    let paragraphs = text.split("\n\n").map(str::trim);
    paragraphs.filter(|piece| !piece.is_empty()).collect()
}

fn queries(row: &Row) -> Vec<&str> {
    let metadata = row.fields.get("metadata");
    let queries = metadata.and_then(|metadata| metadata.get("exampleQueries"));
    rules::list(queries)
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

/// The pieces of a document that have something of a question, with their scores.
pub(super) fn matches(row: &Row, question: &str) -> Vec<(f64, Value)> {
    let asked = words(question);
    let examples = queries(row).join(" ");
    let metadata = row.fields.get("metadata").cloned().unwrap_or_default();
    let mut found = Vec::new();
    for piece in pieces(row) {
        let has = words(if examples.is_empty() {
            piece
        } else {
            &examples
        });
        let common = asked.iter().filter(|word| has.contains(word)).count();
        if common == 0 {
            continue;
        }
        #[allow(clippy::cast_precision_loss, reason = "a question has few words")]
        let score = common as f64 / asked.len() as f64;
        found.push((
            score,
            json!({
                "content": piece,
                "score": score,
                "citation": {
                    "sourceId": row.parent,
                    "documentId": row.id,
                    "publicUrl": metadata.get("publicUrl").cloned().unwrap_or_else(|| "".into()),
                    "title": metadata.get("title").cloned().unwrap_or_else(|| "".into()),
                },
            }),
        ));
    }
    found
}

/// Words of more than two letters, in small letters, each once.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .map(str::to_lowercase)
        .collect();
    words.sort();
    words.dedup();
    words
}

pub(super) fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let source = match crud::found::<Sources>(world, asked) {
        Ok(source) => source,
        Err(refusal) => return refusal,
    };
    let items: Vec<(String, Value)> = of(world, &source.id)
        .map(|row| (row.id.clone(), shown(row)))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}

pub(super) fn get(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let source = match crud::found::<Sources>(world, asked) {
        Ok(source) => source,
        Err(refusal) => return refusal,
    };
    let found = of(world, &source.id).find(|row| row.id == asked.nth(2));
    found.map_or_else(answers::not_found, |row| SimAnswer::json(200, &shown(row)))
}

fn shown(row: &Row) -> Value {
    let mut fields = row.fields.clone();
    fields.remove(TEXT);
    fields.insert("documentId".to_owned(), row.id.as_str().into());
    fields.insert("created".to_owned(), stamp(row.created));
    fields.into()
}
