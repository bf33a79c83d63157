//! Values and texts: parsing, signing, rendering.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use sha1::Sha1;
use twilio_client::twiml::{Dial, Gather, Hangup, Link, Pause, Play, Response, Say};
use voice_core::ident::E164;
use voice_core::template::Template;
use voice_core::webhook::{Keys, Scheme};

fn values(c: &mut Criterion) {
    c.bench_function("E164::parse", |b| {
        b.iter(|| E164::parse(black_box("+15551234567")))
    });

    let message = "https://mycompany.com/myapp.php?foo=1&bar=2CallSidCA1234567890ABCDECaller+12349013030Digits1234From+12349013030To+18005551212".as_bytes();
    let mut group = c.benchmark_group("webhook");
    group.bench_function("bare HMAC-SHA1", |b| {
        b.iter(|| {
            let mut mac =
                <Hmac<Sha1> as KeyInit>::new_from_slice(black_box(b"12345")).expect("any key");
            mac.update(black_box(message));
            mac.finalize().into_bytes()
        });
    });
    let keys = Keys::new([SecretString::from("12345")]).expect("a secret");
    let signature = Scheme::HmacSha1Base64.sign(b"12345", &[message]);
    group.bench_function("Keys::signed_by", |b| {
        b.iter(|| keys.signed_by(Scheme::HmacSha1Base64, &[black_box(message)], &[&signature]));
    });
    group.finish();

    let text = format!(
        "{}{}",
        "Hello {{name}}, of {{company}}: {{a}} {{b}} {{c}}. ",
        "x".repeat(970)
    );
    let template = Template::parse(&text);
    let context =
        serde_json::json!({"name": "Ada", "company": "Acme", "a": 1, "b": true, "c": "see"});
    c.bench_function("render 1 KB, 5 variables", |b| {
        b.iter(|| template.render(black_box(&context)))
    });
}

/// A voice menu of ten verbs, built and written.
fn menu() -> String {
    let number = E164::parse("+14155550123").expect("a number");
    Response::new()
        .with(Say::new("Welcome to Smith & Sons."))
        .with(Pause::new(std::time::Duration::from_secs(1)))
        .with(
            Gather::new()
                .num_digits(1_u32)
                .with(Say::new("For sales press one."))
                .with(Say::new("For support press two.")),
        )
        .with(Say::new("We did not hear you."))
        .with(Play::new(
            Link::parse("https://media.example.com/music.mp3").expect("a link"),
        ))
        .with(Dial::number(number))
        .with(Say::new("Good bye."))
        .with(Hangup::new())
        .to_twiml()
        .expect("a document")
        .as_str()
        .to_owned()
}

fn twiml(c: &mut Criterion) {
    c.bench_function("TwiML of 10 verbs", |b| b.iter(menu));
}

criterion_group!(benches, values, twiml);
criterion_main!(benches);
