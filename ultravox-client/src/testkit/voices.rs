//! The simulator's voices: two of everybody's, and those of the account.
//!
//! What nobody documents is decided here: a voice whose id at its provider begins with `missing` cannot speak, and its
//! preview is refused with 400.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::crud::{self, Change, Resource, Write};
use super::fields::{self, Field, Holds};
use super::multipart;
use super::router::{Asked, Route};
use super::storage;
use super::wav::wav;
use super::world::{Row, World};

const VOICES: &str = "voices";

pub(super) static ROUTES: &[Route] = &[
    Route::new("voices.list", "GET", "api/voices", crud::list::<Voices>),
    Route::new("voices.create", "POST", "api/voices", create).raw(),
    Route::new("voices.get", "GET", "api/voices/*", crud::get::<Voices>),
    Route::new("voices.replace", "PUT", "api/voices/*", replace),
    Route::new("voices.update", "PATCH", "api/voices/*", update),
    Route::new("voices.delete", "DELETE", "api/voices/*", delete),
    Route::new("voices.preview", "GET", "api/voices/*/preview", preview),
    Route::new(
        "voice_preview.create",
        "POST",
        "api/voice_preview",
        preview_unsaved,
    ),
];

pub(super) struct Voices;

impl Resource for Voices {
    const TABLE: &'static str = VOICES;
    const ID: &'static str = "voiceId";
    const READ_ONLY: &'static [&'static str] = &[
        "languageLabel",
        "previewUrl",
        "ownership",
        "billingStyle",
        "provider",
    ];
    const DEFAULTS: &'static str = r#"{"description":null,"primaryLanguage":null}"#;

    fn check(_: &World, faults: &mut Faults, change: &Change<'_>) {
        const FIELDS: [Field; 4] = [
            Field::new("name", Holds::Text(40)).required(),
            Field::new("description", Holds::Text(240)).nullable(),
            Field::new("primaryLanguage", Holds::Text(10)).nullable(),
            Field::new("definition", Holds::Object).required(),
        ];
        fields::check(faults, "", change.sent, &FIELDS, change.is_whole());
        if let Some(Value::Object(definition)) = change.sent.get("definition") {
            check_definition(faults, definition);
        }
    }

    fn fill(_: &mut World, row: &mut Row, _: Write) {
        let definition = row.fields.get("definition").and_then(Value::as_object);
        let provider = definition
            .and_then(|definition| definition.keys().next())
            .cloned();
        let provider = provider.map_or(Value::Null, |name| match name.as_str() {
            "elevenLabs" => "eleven_labs".into(),
            _ => name.into(),
        });
        for (name, value) in [
            ("ownership", json!("private")),
            ("billingStyle", json!("VOICE_BILLING_STYLE_EXTERNAL")),
            ("provider", provider),
            ("languageLabel", Value::Null),
        ] {
            row.fields.insert(name.to_owned(), value);
        }
    }

    fn show(_: &World, row: &Row, shown: &mut crud::Object) {
        let url = format!("https://api.ultravox.ai/api/voices/{}/preview", row.id);
        shown.insert("previewUrl".to_owned(), url.into());
        shown.remove("created");
    }

    fn lists(row: &Row, asked: &Asked<'_>) -> bool {
        let is = |parameter: &str, field: &str| {
            let wanted = asked.request.query_value(parameter);
            wanted.is_none_or(|wanted| row.fields.get(field) == Some(&wanted.into()))
        };
        let pairs = asked.request.query_pairs();
        let providers: Vec<&str> = pairs
            .iter()
            .filter_map(|(name, value)| (name == "provider").then_some(value.as_str()))
            .collect();
        let provider = row.fields.get("provider").and_then(Value::as_str);
        let name = row
            .fields
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let search = asked
            .request
            .query_value("search")
            .unwrap_or_default()
            .to_lowercase();
        is("billingStyle", "billingStyle")
            && is("ownership", "ownership")
            && is("primaryLanguage", "primaryLanguage")
            && (providers.is_empty() || provider.is_some_and(|name| providers.contains(&name)))
            && name.to_lowercase().contains(&search)
    }
}

/// Voices of everybody.
pub(super) fn seed(world: &mut World) {
    for (at, (name, language)) in [("Mark", "en"), ("Jessica", "en")].iter().enumerate() {
        let fields = json!({
            "name": name,
            "description": null,
            "primaryLanguage": language,
            "languageLabel": "English",
            "ownership": "public",
            "billingStyle": "VOICE_BILLING_STYLE_INCLUDED",
            "provider": "cartesia",
            "definition": {"cartesia": {"voiceId": name}},
        });
        let Value::Object(fields) = fields else {
            continue;
        };
        let row = Row {
            id: format!("5e000000-0000-4000-8000-00000000b0{at:02x}"),
            parent: String::new(),
            fields,
            created: world.now(),
            deleted: false,
        };
        world.table(VOICES).push(row);
    }
}

const fn number(name: &'static str, low: f64, high: f64) -> Field {
    Field::new(name, Holds::Number(low, high))
}

fn check_definition(faults: &mut Faults, definition: &crud::Object) {
    let mut set = definition.iter().filter(|(_, value)| !value.is_null());
    let (Some((provider, settings)), None) = (set.next(), set.next()) else {
        return faults.add("definition", "Exactly one provider must be set.");
    };
    let Value::Object(settings) = settings else {
        return faults.add("definition", "Expected an object.");
    };
    let at = format!("definition.{provider}.");
    let fields: &[Field] = match provider.as_str() {
        "elevenLabs" => &[number("speed", 0.7, 1.2)],
        "cartesia" => &[number("speed", -1.0, 1.0)],
        "lmnt" => &[number("speed", 0.25, 2.0)],
        "google" => &[number("speakingRate", 0.25, 2.0)],
        "inworld" => &[
            number("speakingRate", 0.5, 1.5),
            number("temperature", 0.0, 2.0),
        ],
        "respeecher" => &[
            number("temperature", 0.0, f64::MAX),
            number("topP", f64::MIN_POSITIVE, 1.0),
            number("minP", 0.0, 1.0),
            number("presencePenalty", 0.0, 2.0),
            number("repetitionPenalty", 1.0, 2.0),
            number("frequencyPenalty", 0.0, 2.0),
        ],
        "generic" => &[
            Field::new("url", Holds::Url(usize::MAX)).required(),
            Field::new("body", Holds::Object).required(),
        ],
        _ => return faults.add("definition", "Unknown provider."),
    };
    fields::check(faults, &at, settings, fields, true);
    if let Some(Value::Object(generation)) = settings.get("generationConfig") {
        let fields = [number("volume", 0.5, 2.0), number("speed", 0.6, 1.5)];
        let at = format!("{at}generationConfig.");
        fields::check(faults, &at, generation, &fields, true);
    }
    let body = settings.get("body").map(Value::to_string);
    if body.is_some_and(|body| !body.contains("{text}")) {
        faults.add(&format!("{at}body"), "The body needs a {text} placeholder.");
    }
    let has_id = settings
        .get("voiceId")
        .and_then(Value::as_str)
        .is_some_and(|id| !id.is_empty());
    if provider != "generic" && !has_id {
        faults.add(
            &format!("definition.{provider}.voiceId"),
            "This field is required.",
        );
    }
}

/// JSON registers a voice, a form clones one.
fn create(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    if !asked.request.is_type("multipart/form-data") {
        return match super::router::body_of(asked.request) {
            Ok(body) => crud::create::<Voices>(
                world,
                &Asked {
                    body: &body,
                    ..*asked
                },
            ),
            Err(refusal) => refusal,
        };
    }
    let Some(parts) = multipart::parts(asked.request) else {
        return answers::detail(400, "Multipart form parse error.");
    };
    let mut faults = Faults::default();
    let name = multipart::text(&parts, "name").unwrap_or_default();
    match name.chars().count() {
        0 => faults.add("name", "This field is required."),
        1..=40 => {}
        _ => faults.add("name", "Ensure this field has no more than 40 characters."),
    }
    let taken = world
        .rows(VOICES)
        .iter()
        .any(|row| !row.deleted && row.fields.get("name") == Some(&name.as_str().into()));
    if taken {
        faults.add("name", "A voice of this name exists already.");
    }
    match multipart::file(&parts, "file") {
        None => faults.add("file", "No file was submitted."),
        Some(file) if file.bytes.is_empty() => faults.add("file", "The submitted file is empty."),
        Some(_) => {}
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    let text =
        |part: &str, default: &str| multipart::text(&parts, part).unwrap_or(default.to_owned());
    let body = json!({
        "name": name,
        "description": text("description", "A cloned voice"),
        "primaryLanguage": text("language", "en"),
        "definition": {"inworld": {"voiceId": "cloned"}},
    });
    let Value::Object(body) = body else {
        return answers::server_error();
    };
    crud::create::<Voices>(
        world,
        &Asked {
            body: &body,
            ..*asked
        },
    )
}

fn replace(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    refuse_public(world, asked).unwrap_or_else(|| crud::replace::<Voices>(world, asked))
}

fn update(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    refuse_public(world, asked).unwrap_or_else(|| crud::update::<Voices>(world, asked))
}

fn delete(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    refuse_public(world, asked).unwrap_or_else(|| crud::delete::<Voices>(world, asked))
}

/// Only the account's own voices can be changed.
fn refuse_public(world: &mut World, asked: &Asked<'_>) -> Option<SimAnswer> {
    let row = crud::found::<Voices>(world, asked).ok()?;
    is_public(&row).then(|| answers::detail(403, "Public voices cannot be changed."))
}

fn is_public(row: &Row) -> bool {
    row.fields.get("ownership") == Some(&json!("public"))
}

fn preview(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let row = match crud::found::<Voices>(world, asked) {
        Ok(row) => row,
        Err(refusal) => return refusal,
    };
    if let Some(refusal) = silence(row.fields.get("definition")) {
        return refusal;
    }
    let link = storage::download_link(world, "preview.wav", "audio/wav", wav());
    SimAnswer::empty(302).header("location", link)
}

fn preview_unsaved(_: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut faults = Faults::default();
    let change = asked.body;
    match change.get("definition") {
        Some(Value::Object(definition)) => check_definition(&mut faults, definition),
        _ => faults.add("definition", "This field is required."),
    }
    faults
        .answer()
        .or_else(|| silence(change.get("definition")))
        .unwrap_or_else(|| SimAnswer::text(200, "audio/wav", wav()))
}

/// Why a voice cannot speak.
fn silence(definition: Option<&Value>) -> Option<SimAnswer> {
    let provider = definition?.as_object()?.values().next()?;
    let id = provider.get("voiceId")?.as_str()?;
    id.starts_with("missing")
        .then(|| answers::detail(400, "The voice's provider knows no such voice."))
}
