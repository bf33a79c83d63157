//! Calls from offers, client secrets, webhook endpoints, models.

use bytes::Bytes;
use http::{Method, Request};
use openai_calls::testkit::{API_KEY, OpenAiSim, Phase};
use serde_json::json;
use voice_core::provider::CallId;
use voice_core::webhook::standard::SigningKey;

use crate::http_client::{Answer, get, order, post, request, try_send};

async fn offer(sim: &OpenAiSim, token: &str, kind: &str, body: &str) -> Answer {
    let request = Request::post(format!("{}/realtime/calls", sim.base_url()))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", kind);
    try_send(request.body(Bytes::from(body.to_owned())).unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn an_offer_makes_a_call_whose_id_stands_in_the_location() {
    let sim = OpenAiSim::start().await.unwrap();
    let secret = post(&sim, "realtime/client_secrets", &json!({}))
        .await
        .json();
    let secret = secret["value"].as_str().unwrap();
    let form = "--b\r\nContent-Disposition: form-data; name=\"sdp\"\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n\
        --b\r\nContent-Disposition: form-data; name=\"session\"\r\n\r\n{\"type\":\"realtime\",\"model\":\"m\"}\r\n--b--\r\n";
    for (token, kind, body, model) in [
        (secret, "application/sdp", "v=0\r\n", None),
        (API_KEY, "multipart/form-data; boundary=b", form, Some("m")),
    ] {
        let answer = offer(&sim, token, kind, body).await;
        assert_eq!(
            (answer.status, &answer.headers["content-type"]),
            (201, &"application/sdp".parse().unwrap())
        );
        let location = answer.headers["location"].to_str().unwrap();
        assert!(location.starts_with("/v1/realtime/calls/rtc_") && answer.body.starts_with(b"v=0"));
        let id = CallId::new(location.rsplit('/').next().unwrap()).unwrap();
        let call = sim.call(&id).unwrap();
        assert_eq!(call.phase(), Phase::Accepted);
        assert_eq!(call.session()["model"].as_str(), model);
    }
    assert_eq!(
        offer(&sim, "ek_other", "application/sdp", "v=0")
            .await
            .status,
        401
    );
    assert_eq!(
        offer(&sim, secret, "application/sdp", "hello").await.status,
        400
    );
    assert_eq!(
        offer(&sim, secret, "application/json", "{}").await.status,
        415
    );
    assert_eq!(sim.calls().len(), 2);
}

#[tokio::test]
async fn client_secrets_expire_and_hold_their_session() {
    let sim = OpenAiSim::start().await.unwrap();
    let body = json!({"expires_after": {"anchor": "created_at", "seconds": 7200},
        "session": {"type": "transcription", "audio": {}}});
    let made = post(&sim, "realtime/client_secrets", &body).await.json();
    assert!(made["value"].as_str().unwrap().starts_with("ek_"));
    assert_eq!(made["session"]["type"], "transcription");
    let other = post(&sim, "realtime/client_secrets", &json!({}))
        .await
        .json();
    let span = made["expires_at"].as_u64().unwrap() - other["expires_at"].as_u64().unwrap();
    assert!((6599..=6600).contains(&span), "{span}");
    for bad in [
        json!({"expires_after": {"anchor": "created_at", "seconds": 9}}),
        json!({"expires_after": {"anchor": "now"}}),
        json!({"session": {"model": "m"}}),
        json!({"session": []}),
    ] {
        assert_eq!(
            post(&sim, "realtime/client_secrets", &bad).await.status,
            400,
            "{bad}"
        );
    }
    let translations = "realtime/translations/client_secrets";
    assert_eq!(post(&sim, translations, &json!({})).await.status, 400);
    let session = json!({"session": {"model": "gpt-realtime-translate"}});
    assert_eq!(post(&sim, translations, &session).await.status, 200);
}

#[tokio::test]
async fn webhook_endpoints_are_kept() {
    let sim = OpenAiSim::start().await.unwrap();
    let new = |name: &str| json!({"name": name, "url": "https://a.example/x", "event_types": ["realtime.call.incoming"]});
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        let made = post(&sim, "webhook_endpoints", &new(name)).await.json();
        SigningKey::from_whsec(made["signing_secret"].as_str().unwrap()).unwrap();
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    for bad in [
        json!({"name": "x"}),
        json!({"name": "", "url": "https://a.example", "event_types": ["a"]}),
        json!({"name": "x", "url": "http://a.example", "event_types": ["a"]}),
        json!({"name": "x", "url": "https://a.example", "event_types": []}),
        json!({"name": "x", "url": "https://a.example", "event_types": ["a"], "odd": 1}),
    ] {
        assert_eq!(
            post(&sim, "webhook_endpoints", &bad).await.status,
            400,
            "{bad}"
        );
    }
    let page = get(&sim, "webhook_endpoints?limit=2").await.json();
    assert_eq!(
        (&page["data"][0]["name"], &page["has_more"]),
        (&json!("three"), &json!(true))
    );
    assert!(page["data"][0].get("signing_secret").is_none());
    let after = page["last_id"].as_str().unwrap();
    let rest = get(&sim, &format!("webhook_endpoints?after={after}"))
        .await
        .json();
    assert_eq!(
        (&rest["data"][0]["name"], &rest["has_more"]),
        (&json!("one"), &json!(false))
    );

    let one = format!("webhook_endpoints/{}", ids[0]);
    let changed = post(&sim, &one, &json!({"name": "first"})).await.json();
    assert_eq!(
        (&changed["name"], &changed["url"]),
        (&json!("first"), &json!("https://a.example/x"))
    );
    let before = get(&sim, &one).await.json()["signing_secret_hint"].clone();
    let keep = json!({"keep_old_secret_active_for_24_hours": true});
    let rotated = post(&sim, &format!("{one}/rotate_secret"), &keep)
        .await
        .json();
    SigningKey::from_whsec(rotated["signing_secret"].as_str().unwrap()).unwrap();
    assert_ne!(rotated["signing_secret_hint"], before);
    assert_eq!(
        order(&sim, &format!("{one}/rotate_secret")).await.status,
        200
    );
    let tested = post(
        &sim,
        &format!("{one}/test"),
        &json!({"event_type": "batch.completed"}),
    )
    .await;
    assert_eq!(tested.json()["status_code"], 200);

    let gone = try_send(request(&sim, Method::DELETE, &one, None))
        .await
        .unwrap();
    assert_eq!(gone.json()["deleted"], true);
    assert_eq!(get(&sim, &one).await.status, 404);
    let types = get(&sim, "webhook_event_types").await.json();
    assert_eq!(types["data"].as_array().unwrap().len(), 34);
}

#[tokio::test]
async fn models_are_there_to_prove_a_key() {
    let sim = OpenAiSim::start().await.unwrap();
    assert_eq!(
        get(&sim, "models/gpt-realtime-2.1").await.json()["object"],
        "model"
    );
    assert_eq!(get(&sim, "models/unheard-of").await.status, 404);
    assert_eq!(get(&sim, "models").await.json()["object"], "list");
}
