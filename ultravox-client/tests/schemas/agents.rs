//! Agents.

use serde_json::{Value, json};
use ultravox_client::agents as a;

use crate::common::schema::Schema;
use crate::table::{Entry, table};

table! {
    answer "Agent" => a::Agent;
    answer "PatchedAgent" => a::Agent;
    answer "AgentStatistics" => a::AgentStatistics;
    answer "AgentBasic" => a::AgentSummary;
    answer "AgentUsage" => a::AgentUsage;
    answer "AgentDailyUsage" => a::AgentDailyUsage;
    both "ultravox.v1.CallTemplate" => a::TemplateSpec, without ["created", "name", "updated"];
    own "ultravox.v1.CallTemplate" => template;
}

/// An agent's template as it comes back: the settings, and three fields that the server alone sets.
fn template(schema: &Schema, entry: &Entry) {
    let instance = schema.instance(entry.schema, 0);
    let read: a::CallTemplate = serde_json::from_value(instance.clone()).unwrap();
    assert!(read.settings.extra.is_empty(), "{:?}", read.settings.extra);
    let own: Value = json!({
        "name": read.name.unwrap(),
        "created": read.created.unwrap(),
        "updated": read.updated.unwrap(),
    });
    for name in ["name", "created", "updated"] {
        assert_eq!(own[name], instance[name]);
    }
    let settings = serde_json::to_value(&read.settings).unwrap();
    let names = |value: &Value| value.as_object().unwrap().len();
    assert_eq!(names(&settings) + names(&own), names(&instance));
}
