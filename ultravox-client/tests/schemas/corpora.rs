//! Corpora.

use serde_json::{Value, json};
use ultravox_client::corpora as c;

use crate::common::schema::Schema;
use crate::table::{Entry, table};

table! {
    answer "ultravox.v1.Corpus" => c::Corpus;
    own "ultravox.v1.Corpus" => new_corpus;
    request "ultravox.v1.Corpus" => c::CorpusUpdate, without ["corpusId", "created", "stats"];
    answer "ultravox.v1.CorpusStats" => c::CorpusStats;
    own "ultravox.v1.QueryCorpusRequest" => query;
    answer "ultravox.v1.CorpusQueryResult" => c::CorpusMatch;
    answer "ultravox.v1.CorpusQueryResult_Citation" => c::Citation;
    answer "ultravox.v1.CorpusSource" => c::Source;
    own "ultravox.v1.CorpusSource" => source;
    answer "ultravox.v1.SourceStats" => c::SourceStats;
    both "ultravox.v1.CrawlSpec" => c::CrawlSpec;
    both "ultravox.v1.MimeTypeFilter" => c::MimeTypeFilter;
    both "ultravox.v1.MimeTypeSet" => c::MimeTypeSet;
    both "ultravox.v1.UploadSpec" => c::UploadSpec;
    both "ultravox.v1.AdvancedSpec" => c::AdvancedSpec;
    both "ultravox.v1.AdvancedSpec_DocumentDetails" => c::AdvancedDocument;
    answer "ultravox.v1.CorpusDocument" => c::Document;
    answer "ultravox.v1.CorpusDocumentMetadata" => c::DocumentMetadata;
    request "CorpusUploadsRequest" => c::NewUpload;
    answer "CorpusUploadsResponse" => c::PresignedUpload;
}

/// This dialect declares nothing as required; a corpus without a name and a question without words make no sense, so here
/// they must be given.
fn new_corpus(schema: &Schema, entry: &Entry) {
    let full = schema.instance(entry.schema, 0);
    let wire = json!({"name": full["name"], "description": full["description"]});
    let read: c::NewCorpus = serde_json::from_value(wire.clone()).unwrap();
    assert!(read.extra.is_empty());
    assert_eq!(serde_json::to_value(&read).unwrap(), wire);
}

/// As with a corpus.
fn query(schema: &Schema, entry: &Entry) {
    let full = schema.instance(entry.schema, 0);
    let read: c::CorpusQuery = serde_json::from_value(full.clone()).unwrap();
    assert!(read.extra.is_empty());
    assert_eq!(serde_json::to_value(&read).unwrap(), full);
}

/// A source as it is sent: one way of three, and everything beside it that is the caller's.
fn source(schema: &Schema, entry: &Entry) {
    let full = schema.instance(entry.schema, 0);
    let mut ways = c::SourceContent::FIELDS.to_vec();
    for way in c::SourceContent::FIELDS {
        let wire =
            json!({*way: full[*way], "name": full["name"], "description": full["description"]});
        let content = json!({*way: full[*way]});
        let content: c::SourceContent = serde_json::from_value(content).unwrap();
        assert!(!format!("{content:?}").contains("extra"), "{content:?}");
        let new = c::NewSource::new(content.clone())
            .name("text")
            .description("text");
        assert_eq!(serde_json::to_value(&new).unwrap(), wire);
        let change = c::SourceUpdate::new()
            .content(content)
            .name("text")
            .description("text");
        assert_eq!(serde_json::to_value(&change).unwrap(), wire);
    }
    // Nothing of the schema is left out but what only the server sets, and the old name of a crawl.
    ways.extend([
        "name",
        "description",
        "corpusId",
        "sourceId",
        "created",
        "stats",
        "loadSpec",
    ]);
    ways.sort_unstable();
    let mut names: Vec<&str> = full
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(ways, names);
    let old: c::Source = serde_json::from_value(json!({"loadSpec": full["loadSpec"]})).unwrap();
    let crawl: Value = serde_json::to_value(old.content().unwrap()).unwrap();
    assert_eq!(crawl, json!({"crawl": full["loadSpec"]}));
}

/// Words of enums that stand in fields.
#[test]
fn every_status_is_known_and_no_other_is_claimed() {
    let Some(schema) = Schema::load() else { return };
    for (known, name) in [
        (c::CorpusStatus::KNOWN, "ultravox.v1.CorpusStats"),
        (c::SourceStatus::KNOWN, "ultravox.v1.SourceStats"),
    ] {
        let words = schema.of(name)["properties"]["status"]["enum"]
            .as_array()
            .unwrap();
        let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(known, words, "{name}");
    }
}
