//! What the simulator does with corpora, voices and tools, asked by hand: states, limits, refusals.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::hand::{Got, Hand};
use serde_json::{Value, json};
use ultravox_client::testkit::{API_KEY, SimSettings};
use voice_core::transport::Transport;

async fn hand() -> Hand {
    Hand::new(SimSettings::new().load_time(Duration::from_secs(60))).await
}

async fn corpus(hand: &Hand) -> String {
    let got = hand
        .ask("POST", "/api/corpora", &json!({"name": "Shop"}))
        .await;
    assert_eq!(got.status, 201, "{}", got.text);
    assert_eq!(got.json()["stats"]["status"], "CORPUS_STATUS_EMPTY");
    got.json()["corpusId"].as_str().unwrap().to_owned()
}

async fn link(hand: &Hand, corpus: &str) -> (String, String) {
    let body = json!({"mimeType": "text/plain", "fileName": "a.txt"});
    let got = hand
        .ask("POST", &format!("/api/corpora/{corpus}/uploads"), &body)
        .await;
    assert_eq!(got.status, 201, "{}", got.text);
    let text = |name: &str| got.json()[name].as_str().unwrap().to_owned();
    (text("documentId"), text("presignedUrl"))
}

/// A PUT to any address; gives the status.
async fn put(hand: &Hand, url: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let mut request = http::Request::builder().method("PUT").uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = hand
        .transport
        .send(request.body(body.to_owned().into()).unwrap())
        .await
        .unwrap();
    answer.status().as_u16()
}

#[tokio::test]
async fn the_storage_is_strict() {
    let hand = hand().await;
    let corpus = corpus(&hand).await;
    let (_, url) = link(&hand, &corpus).await;
    assert!(url.starts_with(&hand.simulator.storage_url()));
    assert_ne!(hand.simulator.storage_url(), hand.simulator.url());
    let plain = ("content-type", "text/plain");
    assert_eq!(
        put(&hand, &url, &[plain, ("x-api-key", API_KEY)], "x").await,
        403
    );
    assert_eq!(hand.simulator.leaked_credentials(), 1);
    assert_eq!(
        put(&hand, &url, &[("content-type", "text/html")], "x").await,
        403
    );
    assert_eq!(
        put(
            &hand,
            &url.replace("signature=", "signature=0"),
            &[plain],
            "x"
        )
        .await,
        403
    );
    assert_eq!(put(&hand, &url, &[plain], "x").await, 200);
    let (_, url) = link(&hand, &corpus).await;
    hand.clock.step(Ok(Duration::from_secs(300)));
    assert_eq!(put(&hand, &url, &[plain], "x").await, 403, "expired");
}

async fn source(hand: &Hand, corpus: &str, body: &Value) -> Got {
    hand.ask("POST", &format!("/api/corpora/{corpus}/sources"), body)
        .await
}

#[tokio::test]
async fn sources_load_on_the_clock_and_again_with_every_change() {
    let hand = hand().await;
    let corpus = corpus(&hand).await;
    let crawl =
        json!({"crawl": {"startUrls": ["https://a.example/roses", "https://a.example/tulips"]}});
    let got = source(&hand, &corpus, &crawl).await;
    assert_eq!(got.status, 201, "{}", got.text);
    let at = format!(
        "/api/corpora/{corpus}/sources/{}",
        got.json()["sourceId"].as_str().unwrap()
    );
    let status = async |path: &str| {
        let got = hand.ask("GET", path, &Value::Null).await.json();
        got["stats"]["status"].as_str().unwrap().to_owned()
    };
    let corpus_path = format!("/api/corpora/{corpus}");
    let find = async || {
        let query = json!({"query": "roses", "maxResults": 20});
        let got = hand
            .ask("POST", &format!("{corpus_path}/query"), &query)
            .await;
        got.json().as_array().unwrap().len()
    };
    assert_eq!(status(&at).await, "SOURCE_STATUS_INITIALIZING");
    assert_eq!(
        (status(&corpus_path).await.as_str(), find().await),
        ("CORPUS_STATUS_INITIALIZING", 0)
    );
    hand.clock.step(Ok(Duration::from_secs(60)));
    assert_eq!(status(&at).await, "SOURCE_STATUS_READY");
    assert_eq!(
        (status(&corpus_path).await.as_str(), find().await),
        ("CORPUS_STATUS_READY", 1)
    );

    let documents = hand
        .ask("GET", &format!("{at}/documents"), &Value::Null)
        .await
        .json();
    assert_eq!(documents["total"], 2);
    let first = &documents["results"][0];
    assert!(
        first["sizeBytes"].is_string() && first["_text"].is_null(),
        "{first}"
    );
    let one = format!("{at}/documents/{}", first["documentId"].as_str().unwrap());
    assert_eq!(hand.ask("GET", &one, &Value::Null).await.json(), *first);

    let got = hand.ask("PATCH", &at, &json!({"name": "Flowers"})).await;
    assert_eq!(
        (got.status, got.json()["stats"]["status"].clone()),
        (200, json!("SOURCE_STATUS_UPDATING"))
    );
    assert_eq!(got.json()["crawl"], crawl["crawl"]);
    assert_eq!(
        (status(&corpus_path).await.as_str(), find().await),
        ("CORPUS_STATUS_UPDATING", 1)
    );
    assert_eq!(
        hand.ask("GET", &one, &Value::Null).await.status,
        404,
        "another crawl, other documents"
    );
    assert_eq!(hand.ask("DELETE", &at, &Value::Null).await.status, 204);
    assert_eq!(status(&corpus_path).await, "CORPUS_STATUS_EMPTY");
    assert_eq!(
        hand.ask("DELETE", &corpus_path, &Value::Null).await.status,
        204
    );
    assert_eq!(source(&hand, &corpus, &crawl).await.status, 404);
}

#[tokio::test]
async fn corpora_have_limits() {
    let hand = hand().await;
    let id = corpus(&hand).await;
    corpus(&hand).await;
    assert_eq!(
        hand.ask("POST", "/api/corpora", &json!({"name": "Third"}))
            .await
            .status,
        400
    );
    let (document, _) = link(&hand, &id).await;
    for bad in [
        json!({}),
        json!({"crawl": {}}),
        json!({"crawl": {"startUrls": ["https://a.example"], "maxDocuments": 201}}),
        json!({"crawl": {"startUrls": ["https://a.example"]}, "upload": {"documentIds": [document]}}),
        json!({"upload": {"documentIds": [document]}}),
        json!({"upload": {"documentIds": []}}),
        json!({"upload": {"documentIds": vec!["x"; 201]}}),
    ] {
        assert_eq!(source(&hand, &id, &bad).await.status, 400, "{bad}");
    }
    let crawl = json!({"crawl": {"startUrls": ["https://a.example"]}});
    for n in 1..=21 {
        let expected = if n <= 20 { 201 } else { 400 };
        assert_eq!(
            source(&hand, &id, &crawl).await.status,
            expected,
            "source {n}"
        );
    }
    for bad in [
        json!({}),
        json!({"query": ""}),
        json!({"query": "x", "maxResults": 21}),
    ] {
        let got = hand
            .ask("POST", &format!("/api/corpora/{id}/query"), &bad)
            .await;
        assert_eq!(got.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn voices_keep_their_state() {
    let hand = hand().await;
    let lily = json!({"name": "Lily", "definition": {"lmnt": {"voiceId": "lily", "speed": 1.1}}});
    let got = hand.ask("POST", "/api/voices", &lily).await;
    assert_eq!(got.status, 201, "{}", got.text);
    let made = got.json();
    assert_eq!(
        (made["ownership"].clone(), made["provider"].clone()),
        (json!("private"), json!("lmnt"))
    );
    let at = format!("/api/voices/{}", made["voiceId"].as_str().unwrap());
    let got = hand
        .ask("PATCH", &at, &json!({"description": "Bright"}))
        .await
        .json();
    assert_eq!(
        (got["name"].clone(), got["description"].clone()),
        (json!("Lily"), json!("Bright"))
    );
    let got = hand.ask("PUT", &at, &lily).await.json();
    assert_eq!(got["description"], Value::Null, "a PUT forgets");
    for bad in [
        json!({"name": "x", "definition": {"lmnt": {"voiceId": "x", "speed": 2.1}}}),
        json!({"name": "x", "definition": {"cartesia": {"voiceId": "x", "generationConfig": {"volume": 0}}}}),
        json!({"name": "x", "definition": {"lmnt": {}}}),
        json!({"name": "x", "definition": {"playHt": {}}}),
        json!({"name": "x", "definition": {"generic": {"url": "https://a.example", "body": {"t": "x"}}}}),
        json!({"name": "x".repeat(41), "definition": {"lmnt": {"voiceId": "x"}}}),
    ] {
        assert_eq!(
            hand.ask("POST", "/api/voices", &bad).await.status,
            400,
            "{bad}"
        );
    }
    let names = async |query: &str| {
        let got = hand
            .ask("GET", &format!("/api/voices?{query}"), &Value::Null)
            .await
            .json();
        got["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["Lily", "Jessica", "Mark"]);
    assert_eq!(names("ownership=private").await, ["Lily"]);
    assert_eq!(
        names("provider=lmnt&provider=cartesia&search=ma").await,
        ["Mark"]
    );
    assert_eq!(
        names("billingStyle=VOICE_BILLING_STYLE_INCLUDED")
            .await
            .len(),
        2
    );
    let public = hand
        .ask("GET", "/api/voices?ownership=public", &Value::Null)
        .await
        .json();
    let public = format!(
        "/api/voices/{}",
        public["results"][0]["voiceId"].as_str().unwrap()
    );
    assert_eq!(hand.ask("DELETE", &public, &Value::Null).await.status, 403);
    assert_eq!(hand.ask("DELETE", &at, &Value::Null).await.status, 204);
    assert_eq!(hand.ask("GET", &at, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn tools_keep_their_state() {
    let hand = hand().await;
    let parameter =
        json!({"name": "day", "location": "PARAMETER_LOCATION_QUERY", "required": true});
    let definition =
        json!({"modelToolName": "hours", "client": {}, "dynamicParameters": [parameter]});
    let tool = json!({"name": "hours", "definition": definition});
    let got = hand.ask("POST", "/api/tools", &tool).await;
    assert_eq!(got.status, 201, "{}", got.text);
    let id = got.json()["toolId"].as_str().unwrap().to_owned();
    let at = format!("/api/tools/{id}");
    assert_eq!(
        hand.ask("POST", "/api/tools", &tool).await.status,
        400,
        "the name is taken"
    );
    assert_eq!(hand.ask("PATCH", &at, &tool).await.status, 405);
    let other = json!({"name": "opening", "definition": definition});
    assert_eq!(hand.ask("PUT", &at, &other).await.json()["name"], "opening");
    for bad in [
        json!({"name": "x", "definition": {}}),
        json!({"name": "x", "definition": {"client": {}, "timeout": "1m"}}),
    ] {
        assert_eq!(
            hand.ask("POST", "/api/tools", &bad).await.status,
            400,
            "{bad}"
        );
    }
    let got = hand
        .ask("POST", &format!("{at}/test"), &json!({"day": "Monday"}))
        .await;
    assert_eq!(
        (got.status, got.json()["parameters"].clone()),
        (200, json!({"day": "Monday"}))
    );
    assert_eq!(
        hand.ask("POST", &format!("{at}/test"), &json!({}))
            .await
            .status,
        400
    );

    let names = async |query: &str| {
        let got = hand
            .ask("GET", &format!("/api/tools?{query}"), &Value::Null)
            .await
            .json();
        got["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("ownership=private").await, ["opening"]);
    assert_eq!(
        names("search=transfer&sortOrder=reverseAlphabetic").await,
        ["warmTransfer", "coldTransfer"]
    );
    assert_eq!(
        hand.ask("GET", "/api/tools?sortOrder=sideways", &Value::Null)
            .await
            .status,
        400
    );

    let agent = hand
        .agent(json!({"systemPrompt": "x", "selectedTools": [{"toolId": id}]}))
        .await;
    let history = format!("{at}/history");
    assert_eq!(
        hand.ask("GET", &history, &Value::Null).await.json()["total"],
        0
    );
    let call = hand
        .ask("POST", &format!("/api/agents/{agent}/calls"), &json!({}))
        .await
        .json();
    let got = hand.ask("GET", &history, &Value::Null).await.json();
    assert_eq!(got["results"][0]["call"]["callId"], call["callId"]);
    assert_eq!(hand.ask("DELETE", &at, &Value::Null).await.status, 204);
    assert_eq!(hand.ask("GET", &history, &Value::Null).await.status, 404);
}
