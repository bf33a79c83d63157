//! Every problem has its path; nothing of the document is quoted.

use serde_json::{Value, json};

use super::*;
use crate::intake::tenant::{TenantConfig, TenantId, TenantStatus};

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn read(document: &Value) -> Result<TenantConfig, TenantConfigError> {
    TenantConfig::from_document(&acme(), document)
}

fn found(document: &Value) -> Vec<(String, ProblemKind)> {
    let error = read(document).unwrap_err();
    let problems = error.problems().iter();
    problems
        .map(|problem| (problem.path.clone(), problem.kind))
        .collect()
}

#[test]
fn all_problems_are_reported_with_their_paths() {
    let long = "x".repeat(300);
    let document = json!({
        "schema_version": "1",
        "tenant_id": "other",
        "client_id": "",
        "display_name": long,
        "status": "paused",
        "summary_emails": ["a@b.de", "hunter2-not-an-address", 7],
        "reply_to": "a@b",
        "timezone": "Mars/Olympus_Mons",
        "locale": "en_GB",
        "model": 4,
        "voice": "a\u{0}b",
        "destinations": {
            "sales": "030 12345678",
            "desk": {"phone": "4155550123"},
            "pbx": {"sip": "sip:anna:hunter2@example.com"},
            "both": {"phone": "+14155550123", "sip": "sip:a@b.de"},
            "none": {},
            "list": [],
            "+14155550199": "+14155550123",
        },
        "features": {
            "transfer": "yes",
            "lookup": {"enabled": "no"},
            "a b": true,
        },
        "session": [],
    });
    let expected = [
        ("schema_version", ProblemKind::Type("string")),
        ("tenant_id", ProblemKind::OtherTenant),
        ("client_id", ProblemKind::Form),
        ("display_name", ProblemKind::TooLong { max: 200 }),
        ("status", ProblemKind::Form),
        ("summary_emails[1]", ProblemKind::Form),
        ("summary_emails[2]", ProblemKind::Type("number")),
        ("reply_to", ProblemKind::Form),
        ("timezone", ProblemKind::Form),
        ("locale", ProblemKind::Form),
        ("model", ProblemKind::Type("number")),
        ("voice", ProblemKind::Form),
        ("destinations.?", ProblemKind::Key),
        ("destinations.both", ProblemKind::Form),
        ("destinations.desk.phone", ProblemKind::Form),
        ("destinations.list", ProblemKind::Type("array")),
        ("destinations.none", ProblemKind::Form),
        ("destinations.pbx.sip", ProblemKind::Form),
        ("destinations.sales", ProblemKind::Form),
        ("features.?", ProblemKind::Key),
        ("features.lookup.enabled", ProblemKind::Type("string")),
        ("features.transfer", ProblemKind::Type("string")),
        ("session", ProblemKind::Type("array")),
    ];
    let mut problems = found(&document);
    let mut expected: Vec<_> = expected.map(|(path, kind)| (path.to_owned(), kind)).into();
    let by_path = |(path, _): &(String, ProblemKind)| path.clone();
    problems.sort_by_key(by_path);
    expected.sort_by_key(by_path);
    assert_eq!(problems, expected);

    let error = read(&document).unwrap_err();
    assert!(!error.is_schema_version());
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("acme") && shown.contains("and 13 more"),
        "{shown}"
    );
    for value in ["hunter2", "4155550199", "12345678", "Olympus", "paused"] {
        assert!(!shown.contains(value), "{value}: {shown}");
    }
}

#[test]
fn a_minimal_document_has_the_defaults_and_null_is_nothing() {
    let minimal = json!({"schema_version": 1, "tenant_id": "acme"});
    let config = read(&minimal).unwrap();
    assert_eq!(config, TenantConfig::new(acme()));
    let mut nulls = minimal;
    for key in read::KEYS.iter().skip(2) {
        nulls[*key] = Value::Null;
    }
    assert_eq!(read(&nulls).unwrap(), config);
    let missing = [
        ("schema_version", ProblemKind::Missing),
        ("tenant_id", ProblemKind::Missing),
    ];
    assert_eq!(
        found(&json!({})),
        missing.map(|(path, kind)| (path.to_owned(), kind))
    );
    for other in [json!(null), json!([]), json!("x"), json!(1)] {
        let problems = found(&other);
        assert!(matches!(problems.as_slice(), [(path, ProblemKind::Type(_))] if path.is_empty()));
    }
}

#[test]
fn another_schema_version_is_one_problem_of_its_own() {
    for (version, found) in [
        (json!(2), 2),
        (json!(0), 0),
        (json!(-1), 0),
        (json!(1.5), 0),
    ] {
        let error = read(&json!({"schema_version": version, "voice": 7})).unwrap_err();
        let kind = ProblemKind::SchemaVersion {
            found,
            supported: 1,
        };
        assert!(error.is_schema_version());
        assert_eq!(error.problems().len(), 1);
        assert_eq!(error.problems()[0].kind, kind);
    }
    let stuck = MigrateDocument::new(|_, document| Some(document));
    let old = json!({"schema_version": 0, "tenant_id": "acme"});
    let error = TenantConfig::from_document_with(&acme(), &old, &stuck).unwrap_err();
    assert!(
        error.is_schema_version(),
        "a migration that changes nothing helps nobody"
    );
}

#[test]
fn unknown_keys_are_kept_as_a_list_and_harm_nothing() {
    let config = read(&json!({
        "schema_version": 1,
        "tenant_id": "acme",
        "status": "disabled",
        "timezone": "europe/berlin",
        "colour": "red",
        "+14155550123": 1,
        "destinations": {"sales": {"phone": "+14155550123", "label": "Sales"}},
    }))
    .unwrap();
    assert_eq!(
        config.unknown_keys,
        ["?", "colour", "destinations.sales.label"]
    );
    assert_eq!(config.status, TenantStatus::Disabled);
    assert_eq!(config.timezone, "Europe/Berlin");
}

#[test]
fn problems_and_unknown_keys_are_bounded() {
    let emails: Vec<_> = (0..50).map(|_| "x").collect();
    let features: serde_json::Map<_, _> = (0..900).map(|at| (format!("f{at}"), json!(1))).collect();
    let mut document = json!({"schema_version": 1, "tenant_id": "acme", "summary_emails": emails, "features": features});
    let error = read(&document).unwrap_err();
    assert_eq!((error.problems().len(), error.omitted()), (100, 850));
    assert!(error.to_string().len() < 2_500);
    document["summary_emails"] = json!(vec!["a@b.de"; 51]);
    document["features"] = (0..1_001)
        .map(|at| (format!("f{at}"), json!(true)))
        .collect();
    let paths: Vec<_> = found(&document).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["summary_emails", "features"]);
    let many: serde_json::Map<_, _> = (0..500).map(|at| (format!("k{at}"), json!(1))).collect();
    let mut many = Value::Object(many);
    many["schema_version"] = json!(1);
    many["tenant_id"] = json!("acme");
    assert_eq!(read(&many).unwrap().unknown_keys.len(), 100);
}
