//! Files into a corpus, all the way, with everything that can go wrong on it; against the simulator and its storage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{created, scripted};
use serde_json::json;
use ultravox_client::UltravoxClient;
use ultravox_client::corpora::{
    CorpusQuery, CorpusStatus, Ingest, IngestStep, ListDocuments, ListSources, NewCorpus, Patience,
};
use ultravox_client::testkit::{SimSettings, UltravoxSimulator};
use ultravox_client::types::{CorpusId, UploadFile};
use voice_core::client::ClientOptions;
use voice_core::clock::{Clock as _, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::retry::ExponentialBackoff;
use voice_core::testkit::{Mishap, Reply, TestClock};

const HOURS: &str = "We open at nine on weekdays.\n\nOn Sundays the shop is closed.";
const CARE: &str = "Roses want water every other day.";

struct Shop {
    simulator: UltravoxSimulator,
    client: UltravoxClient,
    corpus: CorpusId,
}

impl Shop {
    async fn open() -> Self {
        Self::with(SimSettings::new().load_time(Duration::from_millis(30))).await
    }

    async fn with(settings: SimSettings) -> Self {
        let simulator = UltravoxSimulator::start_with(settings).await;
        let quick = ExponentialBackoff::new(Duration::from_millis(1), Duration::from_millis(5));
        let options = ClientOptions::new().backoff(quick);
        let client = simulator.client().options(options).build().unwrap();
        let corpus = client
            .corpora()
            .create(&NewCorpus::new("Shop"))
            .await
            .unwrap();
        let corpus = corpus.id().unwrap().clone();
        Self {
            simulator,
            client,
            corpus,
        }
    }

    fn ingest(&self) -> Ingest<'_> {
        let quick = Patience::new(Duration::from_secs(5)).first(Duration::from_millis(10));
        self.client
            .corpora()
            .ingest(&self.corpus)
            .name("Files")
            .patience(quick)
            .file(UploadFile::new("hours.md", HOURS).unwrap())
            .file(UploadFile::new("care.txt", CARE).unwrap())
    }

    async fn sources(&self) -> usize {
        let corpora = self.client.corpora();
        corpora
            .sources(&self.corpus)
            .page(&ListSources::new())
            .await
            .unwrap()
            .items
            .len()
    }
}

#[tokio::test]
async fn files_get_in_and_are_found() {
    let shop = Shop::open().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let done = shop
        .ingest()
        .on_progress(move |progress| ear.lock().unwrap().push(progress.to_string()))
        .run()
        .await
        .unwrap();
    assert_eq!((done.documents.len(), done.source.documents()), (2, 2));
    assert_eq!(done.source.name.as_deref(), Some("Files"));

    let heard = heard.lock().unwrap().clone();
    let size = HOURS.len();
    assert_eq!(heard[0], format!("file 1 of 2: 0 of {size} bytes"));
    assert!(
        heard.contains(&format!("file 1 of 2: {size} of {size} bytes")),
        "{heard:?}"
    );
    assert!(heard.contains(&format!("file 2 of 2: uploaded as {}", done.documents[1])));
    assert!(heard.contains(&"source: SOURCE_STATUS_INITIALIZING, 0 documents".to_owned()));
    assert_eq!(
        heard.last().unwrap(),
        "source: SOURCE_STATUS_READY, 2 documents"
    );

    let corpora = shop.client.corpora();
    let query = CorpusQuery::new("Is the shop open on Sundays?").max_results(1_u32);
    let found = corpora.query(&shop.corpus, &query).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].content.as_deref(),
        Some("On Sundays the shop is closed.")
    );
    let citation = found[0].citation.as_ref().unwrap();
    assert_eq!(citation.document_id.as_ref(), Some(&done.documents[0]));
    assert_eq!(citation.title.as_deref(), Some("hours.md"));

    let corpus = corpora.get(&shop.corpus).await.unwrap();
    assert!(corpus.can_be_queried());
    let stats = corpus.stats.as_ref().unwrap();
    assert_eq!(
        (stats.status.as_ref(), stats.num_docs, stats.num_chunks),
        (Some(&CorpusStatus::Ready), Some(2), Some(3))
    );
    let sources = corpora.sources(&shop.corpus);
    let source = done.source.id().unwrap();
    let documents = sources
        .documents_page(source, &ListDocuments::new())
        .await
        .unwrap();
    let sizes: Vec<_> = documents
        .items
        .iter()
        .map(|d| d.size_bytes.as_ref().unwrap().value())
        .collect();
    assert_eq!(sizes, [Some(60), Some(33)]);
    assert_eq!(shop.simulator.leaked_credentials(), 0);
}

#[tokio::test]
async fn a_document_with_questions_is_found_by_them_and_given_as_a_whole() {
    let shop = Shop::open().await;
    let patience = Patience::default().first(Duration::from_millis(10));
    let file = UploadFile::new("hours.md", HOURS).unwrap();
    let corpora = shop.client.corpora();
    corpora
        .ingest(&shop.corpus)
        .patience(patience)
        .file_with_queries(file, ["When can I visit?"])
        .run()
        .await
        .unwrap();
    let ask = async |text: &str| {
        corpora
            .query(&shop.corpus, &CorpusQuery::new(text))
            .await
            .unwrap()
            .into_inner()
    };
    assert_eq!(
        ask("Can I visit today?").await[0].content.as_deref(),
        Some(HOURS)
    );
    assert!(
        ask("Sundays").await.is_empty(),
        "the text itself is not searched"
    );
}

/// The storage's passing failures are the pipeline's to repeat; a refusal means a new link, once.
#[tokio::test]
async fn the_storage_may_fail_and_refuse() {
    for (mishaps, puts, links, good) in [
        (vec![Mishap::ServerError], 3, 2, true),
        (vec![Mishap::ServerErrorAfterActing], 3, 2, true),
        (vec![Mishap::Unavailable(None)], 3, 2, true),
        (vec![Mishap::Unauthorized], 3, 3, true),
        (
            vec![Mishap::Unauthorized, Mishap::Unauthorized],
            2,
            2,
            false,
        ),
    ] {
        let shop = Shop::open().await;
        for mishap in &mishaps {
            shop.simulator
                .mishaps()
                .next_of("storage.put", mishap.clone());
        }
        let outcome = shop.ingest().run().await;
        assert_eq!(outcome.is_ok(), good, "{mishaps:?}: {outcome:?}");
        let count = |name| shop.simulator.requests(name);
        assert_eq!(
            (count("storage.put"), count("corpora.uploads.create")),
            (puts, links),
            "{mishaps:?}"
        );
        if let Err(failed) = outcome {
            assert_eq!(failed.step, IngestStep::Upload { file: 1 });
            assert!(failed.error.hint().unwrap().contains("link"), "{failed}");
            let shown = format!("{failed} {failed:?}");
            assert!(
                !shown.contains("signature") && !shown.contains("hours.md"),
                "{shown}"
            );
        }
        assert_eq!(shop.simulator.leaked_credentials(), 0);
    }
}

#[tokio::test]
async fn a_link_that_expired_on_the_way_is_asked_for_anew() {
    let clock = Arc::new(TestClock::at(1_800_000_000));
    let shop = Shop::with(SimSettings::new().clock(clock.clone())).await;
    let file = UploadFile::new("hours.md", HOURS).unwrap();
    let steps = Arc::new(Mutex::new(0));
    let count = Arc::clone(&steps);
    // Five minutes pass as the first byte leaves, once.
    let pass = move |_| {
        let mut steps = count.lock().unwrap();
        *steps += 1;
        if *steps == 1 {
            clock.step(Ok(Duration::from_secs(301)));
        }
    };
    let corpora = shop.client.corpora();
    corpora
        .upload_with_progress(&shop.corpus, &file, pass)
        .await
        .unwrap();
    let count = |name| shop.simulator.requests(name);
    assert_eq!(
        (count("storage.put"), count("corpora.uploads.create")),
        (2, 2)
    );
}

#[tokio::test]
async fn what_was_reached_is_kept_and_gone_on_from() {
    let shop = Shop::open().await;
    let refuse = || {
        shop.simulator
            .mishaps()
            .next_of("corpora.uploads.create", Mishap::Unauthorized);
    };
    // The first file gets in, the second does not: only one of these is for the second, so fail it by hand.
    let first = shop.ingest();
    let heard = Arc::new(Mutex::new(0));
    let count = Arc::clone(&heard);
    let mishaps = shop.simulator.mishaps().clone();
    let failed = first
        .on_progress(move |progress| {
            if progress.to_string().contains("uploaded as") {
                *count.lock().unwrap() += 1;
                mishaps.next_of("corpora.uploads.create", Mishap::Unauthorized);
            }
        })
        .run()
        .await
        .unwrap_err();
    assert_eq!(failed.step, IngestStep::Upload { file: 2 });
    assert_eq!(
        (failed.done.documents.len(), *heard.lock().unwrap()),
        (1, 1)
    );
    assert_eq!(failed.error.kind(), ErrorKind::Authentication);

    refuse();
    let failed = shop.ingest().resume(failed.done).run().await.unwrap_err();
    assert_eq!(
        (failed.step, failed.done.documents.len()),
        (IngestStep::Upload { file: 2 }, 1)
    );
    let puts = shop.simulator.requests("storage.put");
    let done = shop
        .ingest()
        .resume(failed.done.clone())
        .run()
        .await
        .unwrap();
    assert_eq!(done.documents[0], failed.done.documents[0]);
    assert_eq!(
        shop.simulator.requests("storage.put") - puts,
        1,
        "the first file is not sent again"
    );

    let plain = Error::from(failed);
    assert_eq!(plain.context_value("uploaded"), Some("1"));
}

#[tokio::test]
async fn a_source_whose_creation_had_no_clear_answer_is_there_once() {
    for mishap in [Mishap::ServerErrorAfterActing, Mishap::UnreadableSuccess] {
        let shop = Shop::open().await;
        shop.simulator
            .mishaps()
            .next_of("corpora.sources.create", mishap);
        let done = shop.ingest().run().await.unwrap();
        assert_eq!((shop.sources().await, done.source.documents()), (1, 2));
        assert_eq!(shop.simulator.requests("corpora.sources.create"), 1);
    }
    // It was not created, and could not be looked for either: going on looks first, and then creates.
    let shop = Shop::open().await;
    shop.simulator
        .mishaps()
        .next_of("corpora.sources.create", Mishap::ServerErrorAfterActing);
    shop.simulator
        .mishaps()
        .next_of("corpora.sources.list", Mishap::Unauthorized);
    let failed = shop.ingest().run().await.unwrap_err();
    assert_eq!(failed.step, IngestStep::CreateSource);
    assert!(failed.error.may_have_happened());
    shop.ingest().resume(failed.done).run().await.unwrap();
    assert_eq!(shop.sources().await, 1);

    let shop = Shop::open().await;
    shop.simulator
        .mishaps()
        .next_of("corpora.sources.create", Mishap::ServerError);
    let failed = shop.ingest().run().await.unwrap_err();
    assert_eq!(
        (failed.step, shop.sources().await),
        (IngestStep::CreateSource, 0)
    );
    shop.ingest().resume(failed.done).run().await.unwrap();
    assert_eq!(shop.sources().await, 1);
}

#[tokio::test]
async fn patience_ends() {
    let shop = Shop::with(SimSettings::new().load_time(Duration::from_secs(600))).await;
    let hasty = Patience::new(Duration::from_millis(40)).first(Duration::from_millis(10));
    let failed = shop.ingest().patience(hasty).run().await.unwrap_err();
    assert_eq!(
        (failed.step, failed.error.kind()),
        (IngestStep::Load, ErrorKind::Timeout)
    );
    assert!(!failed.error.may_have_happened());
    let source = failed.done.source.clone().unwrap();
    shop.client
        .corpora()
        .sources(&shop.corpus)
        .delete(&source)
        .await
        .unwrap();
    let failed = shop.ingest().resume(failed.done).run().await.unwrap_err();
    assert_eq!(
        (failed.step, failed.error.kind()),
        (IngestStep::Load, ErrorKind::NotFound)
    );
    assert_eq!(shop.simulator.requests("corpora.sources.create"), 1);
}

/// On the injected clock: looks grow rarer, failures that pass do not end the wait, and the limit holds.
#[tokio::test(start_paused = true)]
async fn the_wait_looks_ever_less_often() {
    let answer =
        |status: &str| Reply::json(&json!({"sourceId": "s-1", "stats": {"status": status}}));
    let loading = || answer("SOURCE_STATUS_INITIALIZING");
    let script = vec![
        loading(),
        loading(),
        Reply::status(403, "").after(Duration::ZERO),
    ];
    let (client, _) = scripted(script);
    let corpus = CorpusId::new("c-1").unwrap();
    let corpora = client.corpora();
    let source = "s-1".parse().unwrap();
    let sources = corpora.sources(&corpus);
    let error = sources
        .wait_until_ready(&source, Patience::default(), |_| {})
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Permission,
        "what does not pass ends it"
    );

    let script = (0..5)
        .map(|_| loading())
        .chain([answer("SOURCE_STATUS_READY")]);
    let (client, transport) = scripted(script);
    let corpora = client.corpora();
    let start = SystemClock::default().now();
    let mut looks = 0;
    corpora
        .sources(&corpus)
        .wait_until_ready(&source, Patience::default(), |_| looks += 1)
        .await
        .unwrap();
    // 1 + 1.5 + 2.25 + 3.375 + 5.0625
    let waited = (SystemClock::default().now() - start).as_secs_f64();
    assert!((13.1..13.3).contains(&waited), "{waited}");
    assert_eq!((looks, transport.left()), (6, 0));

    let (client, _) = scripted((0..99).map(|_| loading()));
    let start = SystemClock::default().now();
    let corpora = client.corpora();
    let patience = Patience::new(Duration::from_secs(60));
    let error = corpora
        .sources(&corpus)
        .wait_until_ready(&source, patience, |_| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.hint().is_some());
    assert_eq!((SystemClock::default().now() - start).as_secs(), 60);
}

#[tokio::test]
async fn everything_wrong_with_the_files_is_said_before_anything_is_sent() {
    let (client, transport) = scripted([created(&json!({}))]);
    let corpus = CorpusId::new("c-1").unwrap();
    let empty = UploadFile::new("a.txt", "").unwrap();
    let file = UploadFile::new("b.txt", "x").unwrap();
    let failed = client
        .corpora()
        .ingest(&corpus)
        .file(empty)
        .file_with_queries(file, ["", "ok"])
        .run()
        .await
        .unwrap_err();
    assert_eq!(failed.step, IngestStep::Check);
    let fields: Vec<&str> = failed
        .error
        .fields()
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(fields, ["files", "files.0", "files.1.exampleQueries.0"]);
    let none = client.corpora().ingest(&corpus).run().await.unwrap_err();
    assert_eq!(none.error.fields()[0].field, "files");
    assert!(transport.sent().is_empty());
}
