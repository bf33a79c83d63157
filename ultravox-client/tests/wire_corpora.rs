//! What goes over the wire for corpora, to the letter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{KEY, created, only, scripted};
use serde_json::{Value, json};
use ultravox_client::corpora::{
    AdvancedDocument, CorpusQuery, CorpusUpdate, CrawlSpec, ListCorpora, ListDocuments,
    ListSources, MimeTypeFilter, MimeTypeSet, NewCorpus, NewSource, NewUpload, SourceContent,
    SourceUpdate,
};
use ultravox_client::types::{CorpusId, DocumentId, SourceId, UploadFile};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::testkit::Reply;

fn corpus() -> CorpusId {
    CorpusId::new("c-1").unwrap()
}

fn source() -> SourceId {
    SourceId::new("s-1").unwrap()
}

fn document(id: &str) -> DocumentId {
    DocumentId::new(id).unwrap()
}

fn sent(method: &str, target: &str, body: &Value) -> (String, String, Value) {
    (method.to_owned(), target.to_owned(), body.clone())
}

fn ok() -> [Reply; 1] {
    [Reply::json(&json!({}))]
}

fn page() -> [Reply; 1] {
    [Reply::json(&json!({"results": [{}], "total": 1}))]
}

#[tokio::test]
async fn a_corpus_and_its_five_verbs() {
    let (client, transport) = scripted([created(&json!({"corpusId": "c-1"}))]);
    let order = NewCorpus::new("Shop").description("All of it");
    let made = client.corpora().create(&order).await.unwrap();
    assert_eq!(made.id().unwrap(), &corpus());
    let whole = json!({"name": "Shop", "description": "All of it"});
    assert_eq!(only(&transport), sent("POST", "/api/corpora", &whole));

    let (client, transport) = scripted(ok());
    client.corpora().get(&corpus()).await.unwrap();
    assert_eq!(
        only(&transport),
        sent("GET", "/api/corpora/c-1", &Value::Null)
    );

    let (client, transport) = scripted(ok());
    client
        .corpora()
        .replace(&corpus(), &NewCorpus::new("Shop"))
        .await
        .unwrap();
    assert_eq!(
        only(&transport),
        sent("PUT", "/api/corpora/c-1", &json!({"name": "Shop"}))
    );

    let (client, transport) = scripted(ok());
    let change = CorpusUpdate::new().description("");
    client.corpora().update(&corpus(), &change).await.unwrap();
    assert_eq!(
        only(&transport),
        sent("PATCH", "/api/corpora/c-1", &json!({"description": ""}))
    );

    let (client, transport) = scripted([Reply::status(204, "")]);
    client.corpora().delete(&corpus()).await.unwrap();
    assert_eq!(
        only(&transport),
        sent("DELETE", "/api/corpora/c-1", &Value::Null)
    );
}

#[tokio::test]
async fn lists() {
    let (client, transport) = scripted(page());
    let got = client
        .corpora()
        .page(&ListCorpora::new().page_size(2))
        .await
        .unwrap();
    assert_eq!(got.items.len(), 1);
    assert_eq!(
        only(&transport),
        sent("GET", "/api/corpora?pageSize=2", &Value::Null)
    );

    let (client, transport) = scripted(page());
    let id = corpus();
    let sources = client.corpora();
    sources
        .sources(&id)
        .page(&ListSources::new())
        .await
        .unwrap();
    assert_eq!(
        only(&transport),
        sent("GET", "/api/corpora/c-1/sources", &Value::Null)
    );

    let (client, transport) = scripted(page());
    let filter = ListDocuments::new().page_size(3);
    let sources = client.corpora();
    sources
        .sources(&id)
        .documents_page(&source(), &filter)
        .await
        .unwrap();
    let target = "/api/corpora/c-1/sources/s-1/documents?pageSize=3";
    assert_eq!(only(&transport), sent("GET", target, &Value::Null));
}

#[tokio::test]
async fn a_question() {
    let answer =
        json!([{"content": "We open at nine.", "score": 0.5, "citation": {"title": "Hours"}}]);
    let (client, transport) = scripted([Reply::json(&answer)]);
    let query = CorpusQuery::new("When do you open?").max_results(3_u32);
    let found = client.corpora().query(&corpus(), &query).await.unwrap();
    assert_eq!(found[0].score, Some(0.5));
    assert!(
        !format!("{:?} {query:?}", found[0]).contains("open"),
        "quiet"
    );
    let body = json!({"query": "When do you open?", "maxResults": 3});
    assert_eq!(
        only(&transport),
        sent("POST", "/api/corpora/c-1/query", &body)
    );
}

#[tokio::test]
async fn a_question_only_reads_and_is_asked_again() {
    let (client, transport) = scripted([Reply::status(502, ""), Reply::json(&json!([]))]);
    client
        .corpora()
        .query(&corpus(), &CorpusQuery::new("x"))
        .await
        .unwrap();
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test]
async fn sources_of_each_kind() {
    let id = corpus();
    let types = MimeTypeFilter::new().exclude(MimeTypeSet::new(["image/png"]));
    let crawl = CrawlSpec::new(["https://a.example"])
        .max_depth(1)
        .relevant_document_types(types);
    for (content, body) in [
        (
            SourceContent::Crawl(crawl),
            json!({"crawl": {
                "startUrls": ["https://a.example"],
                "maxDepth": 1,
                "relevantDocumentTypes": {"exclude": {"mimeTypes": ["image/png"]}},
            }}),
        ),
        (
            SourceContent::upload([document("d-1"), document("d-2")]),
            json!({"upload": {"documentIds": ["d-1", "d-2"]}}),
        ),
        (
            SourceContent::advanced([AdvancedDocument::new(document("d-1"), ["Why?"])]),
            json!({"advanced": {"documents": [{"documentId": "d-1", "exampleQueries": ["Why?"]}]}}),
        ),
    ] {
        let (client, transport) = scripted([created(&json!({"sourceId": "s-1"}))]);
        let order = NewSource::new(content);
        let corpora = client.corpora();
        let made = corpora.sources(&id).create(&order).await.unwrap();
        assert_eq!(made.id().unwrap(), &source());
        assert_eq!(
            only(&transport),
            sent("POST", "/api/corpora/c-1/sources", &body)
        );
    }
}

#[tokio::test]
async fn a_source_and_its_other_verbs() {
    let id = corpus();
    let at = "/api/corpora/c-1/sources/s-1";
    let (client, transport) = scripted(ok());
    client.corpora().sources(&id).get(&source()).await.unwrap();
    assert_eq!(only(&transport), sent("GET", at, &Value::Null));

    let (client, transport) = scripted(ok());
    let order = NewSource::new(SourceContent::crawl(["https://a.example"])).name("A");
    client
        .corpora()
        .sources(&id)
        .replace(&source(), &order)
        .await
        .unwrap();
    let body = json!({"crawl": {"startUrls": ["https://a.example"]}, "name": "A"});
    assert_eq!(only(&transport), sent("PUT", at, &body));

    let (client, transport) = scripted(ok());
    let change = SourceUpdate::new().name("B").description("");
    client
        .corpora()
        .sources(&id)
        .update_and_reload(&source(), &change)
        .await
        .unwrap();
    assert_eq!(
        only(&transport),
        sent("PATCH", at, &json!({"name": "B", "description": ""}))
    );

    let (client, transport) = scripted(ok());
    client
        .corpora()
        .sources(&id)
        .reload(&source())
        .await
        .unwrap();
    assert_eq!(only(&transport), sent("PATCH", at, &json!({})));

    let (client, transport) = scripted([Reply::status(204, "")]);
    client
        .corpora()
        .sources(&id)
        .delete(&source())
        .await
        .unwrap();
    assert_eq!(only(&transport), sent("DELETE", at, &Value::Null));

    let (client, transport) = scripted([Reply::json(&json!({"sizeBytes": "9007199254740993"}))]);
    let corpora = client.corpora();
    let got = corpora
        .sources(&id)
        .document(&source(), &document("d-1"))
        .await
        .unwrap();
    assert_eq!(
        got.size_bytes.as_ref().unwrap().value(),
        Some(9_007_199_254_740_993)
    );
    assert_eq!(
        only(&transport),
        sent("GET", &format!("{at}/documents/d-1"), &Value::Null)
    );
}

#[tokio::test]
async fn loading_again_is_ordered_once() {
    let id = corpus();
    let (client, transport) = scripted([Reply::status(502, ""), Reply::json(&json!({}))]);
    let error = client
        .corpora()
        .sources(&id)
        .reload(&source())
        .await
        .unwrap_err();
    assert!(error.may_have_happened());
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test]
async fn a_file_goes_to_the_link_with_its_type_and_without_the_key() {
    let link = json!({"documentId": "d-1", "presignedUrl": "https://store.example/x?sig=planted"});
    let (client, transport) = scripted([created(&link), Reply::status(200, "")]);
    let file = UploadFile::new("hours.md", "9 to 5").unwrap();
    let id = client.corpora().upload(&corpus(), &file).await.unwrap();
    assert_eq!(id, document("d-1"));
    let sent = transport.sent();
    let body = json!({"mimeType": "text/markdown", "fileName": "hours.md"});
    assert_eq!(
        serde_json::from_str::<Value>(&sent[0].text()).unwrap(),
        body
    );
    assert_eq!(sent[0].header("x-api-key"), KEY);
    assert_eq!(
        (sent[1].method.as_str(), sent[1].uri.to_string().as_str()),
        ("PUT", "https://store.example/x?sig=planted")
    );
    assert_eq!(
        (sent[1].header("content-type"), sent[1].text().as_str()),
        ("text/markdown", "9 to 5")
    );
    assert!(
        sent[1]
            .headers
            .keys()
            .all(|name| ["content-type", "user-agent", "accept"].contains(&name.as_str()))
    );
}

#[tokio::test]
async fn a_connection_that_breaks_on_the_way_to_the_storage_is_tried_again_on_the_same_link() {
    let link = json!({"documentId": "d-1", "presignedUrl": "https://store.example/x"});
    let (client, transport) = scripted([
        created(&link),
        Reply::fail(ErrorKind::Connection, Delivery::Unknown),
        Reply::status(200, ""),
    ]);
    let file = UploadFile::new("hours.md", "9 to 5").unwrap();
    client.corpora().upload(&corpus(), &file).await.unwrap();
    assert_eq!(transport.sent().len(), 3);
}

#[tokio::test]
async fn a_link_is_a_secret_and_a_bad_one_is_not_followed() {
    let link = json!({"documentId": "d-1", "presignedUrl": "http://store.example/planted"});
    let (client, transport) = scripted([created(&link), created(&link)]);
    let order = NewUpload::new("text/plain").file_name("planted.txt");
    let got = client
        .corpora()
        .create_upload(&corpus(), &order)
        .await
        .unwrap();
    assert!(!format!("{got:?} {order:?}").contains("planted"));
    let file = UploadFile::new("a.txt", "x").unwrap();
    let error = client.corpora().upload(&corpus(), &file).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!format!("{error} {error:?}").contains("planted"));
    assert_eq!(transport.sent().len(), 2, "nothing went to the link");
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent() {
    let (client, transport) = scripted([]);
    let id = corpus();
    let corpora = client.corpora();
    let fields = |error: voice_core::error::Error| {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let fields = error.fields().iter().map(|field| field.field.clone());
        fields.collect::<Vec<_>>()
    };
    let query = CorpusQuery::new(" ").max_results(21_u32);
    let error = corpora.query(&id, &query).await.unwrap_err();
    assert_eq!(fields(error), ["query", "maxResults"]);
    let error = corpora.update(&id, &CorpusUpdate::new()).await.unwrap_err();
    assert_eq!(fields(error), ["update"]);
    let sources = corpora.sources(&id);
    let error = sources
        .update_and_reload(&source(), &SourceUpdate::new())
        .await
        .unwrap_err();
    assert_eq!(fields(error), ["update"]);
    let crawl = CrawlSpec::new(["ftp://a.example"])
        .max_depth(0)
        .max_documents(201)
        .max_document_bytes(0);
    let queries = vec!["q".to_owned(); 11];
    let bad = AdvancedDocument::new(document("d"), queries);
    let long = AdvancedDocument::default().example_queries(vec![" ".to_owned(), "x".repeat(401)]);
    let too_many = (0..201).map(|n| document(&format!("d-{n}")));
    for (content, expected) in [
        (
            SourceContent::Crawl(crawl),
            vec![
                "crawl.startUrls.0",
                "crawl.maxDocuments",
                "crawl.maxDocumentBytes",
                "crawl.maxDepth",
            ],
        ),
        (SourceContent::crawl([""; 0]), vec!["crawl.startUrls"]),
        (SourceContent::upload([]), vec!["upload.documentIds"]),
        (SourceContent::upload(too_many), vec!["upload.documentIds"]),
        (
            SourceContent::advanced([bad, long]),
            vec![
                "advanced.documents.0.exampleQueries",
                "advanced.documents.1.documentId",
                "advanced.documents.1.exampleQueries.0",
                "advanced.documents.1.exampleQueries.1",
            ],
        ),
    ] {
        let error = sources.create(&NewSource::new(content)).await.unwrap_err();
        assert_eq!(fields(error), expected);
    }
    for bytes in [vec![], vec![0; (10 << 20) + 1]] {
        let file = UploadFile::new("a.txt", bytes).unwrap();
        let error = corpora.upload(&id, &file).await.unwrap_err();
        assert_eq!(fields(error), ["file"]);
    }
    assert!(transport.sent().is_empty());
}
