//! SIP settings and registrations.

use serde_json::{Value, json};
use ultravox_client::calls::{StartAgentCall, StartCall};
use ultravox_client::sip as s;
use ultravox_client::webhooks::{SipFallbackReply, SipRejectCode, SipRejection};

use crate::common::schema::Schema;
use crate::table::{Entry, table};

table! {
    answer "SipConfig" => s::SipConfig;
    answer "PatchedSipConfig" => s::SipConfig;
    request "PatchedSipConfig" => s::SipConfigUpdate, without ["domain"];
    both "AgentAllowance" => s::AgentAllowance;
    both "FallbackHandler" => s::FallbackHandler;
    answer "SipRegistration" => s::SipRegistration, without ["password"];
    request "SipRegistration" => s::NewSipRegistration, without ["registrationId", "created", "successful"];
    request "PatchedSipRegistration" => s::SipRegistrationUpdate, without ["registrationId", "created", "successful"];
    answer "PatchedSipRegistration" => s::SipRegistration, without ["password"];
    own "ultravox.v1.SipFallbackHandlerResponse" => fallback;
    own "ultravox.v1.SipRejection" => rejection;
}

fn wire(reply: SipFallbackReply) -> Value {
    serde_json::from_str(&reply.into_response().unwrap().into_body()).unwrap()
}

/// What a fallback handler answers with: exactly one, and each of them can be said.
fn fallback(schema: &Schema, entry: &Entry) {
    let agent = "a".parse().unwrap();
    let replies = [
        SipFallbackReply::start_agent_call(agent, StartAgentCall::new()),
        SipFallbackReply::start_call(&StartCall::new("Hi.")).unwrap(),
        SipFallbackReply::reject(SipRejection::new()),
    ];
    let mut names: Vec<String> = Vec::new();
    for reply in replies {
        let object = wire(reply);
        names.extend(object.as_object().unwrap().keys().cloned());
    }
    names.sort();
    let properties = schema.properties(entry.schema);
    assert_eq!(names, properties.keys().cloned().collect::<Vec<_>>());
}

fn rejection(schema: &Schema, entry: &Entry) {
    let full = SipRejection::new()
        .code(SipRejectCode::BUSY)
        .message("after hours");
    let object = wire(SipFallbackReply::reject(full));
    assert_eq!(
        object["reject"],
        json!({"sipRejectCode": 486, "message": "after hours"})
    );
    let names = object["reject"].as_object().unwrap().keys().cloned();
    let mut properties: Vec<String> = schema.properties(entry.schema).keys().cloned().collect();
    properties.sort();
    assert_eq!(names.collect::<Vec<_>>(), properties);
}
