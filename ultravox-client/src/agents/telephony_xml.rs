//! What a telephone provider asks for when a call comes in for an agent.

use std::fmt;

use voice_core::client::{Client, Form, Operation, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::AgentId;
use voice_core::retry::Repeat;

use crate::PROVIDER;
use crate::types::{JsonMap, Secret};

/// `POST /api/agents/{agent_id}/telephony_xml`, which the vendor's pages do not mention: a second one makes a second call.
pub static TELEPHONY_XML: Operation = Operation::post(
    "agents.telephony_xml",
    "/api/agents/{agent_id}/telephony_xml",
    Repeat::Once,
);

/// What a telephone provider sends when a call comes in, in its own words.
#[derive(Clone)]
#[non_exhaustive]
pub enum TelephonyRequest {
    /// As a form: Twilio, Telnyx (TeXML), Plivo.
    Form(Form),
    /// As JSON.
    Json(JsonMap),
}

impl From<Form> for TelephonyRequest {
    fn from(form: Form) -> Self {
        Self::Form(form)
    }
}

impl From<JsonMap> for TelephonyRequest {
    fn from(json: JsonMap) -> Self {
        Self::Json(json)
    }
}

/// Numbers and names of callers are personal: only the form is shown.
impl fmt::Debug for TelephonyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form(_) => "Form",
            Self::Json(_) => "Json",
        })
    }
}

pub(super) async fn ask(
    client: &Client,
    agent: &AgentId,
    request: TelephonyRequest,
) -> Result<Response<Secret>, Error> {
    let sent = client
        .request(&TELEPHONY_XML)
        .path("agent_id", agent)
        .accept(http::HeaderValue::from_static("text/xml"));
    let sent = match request {
        TelephonyRequest::Form(form) => sent.form(form),
        TelephonyRequest::Json(json) => sent.json(&json),
    };
    let answer = sent.send_raw().await?;
    match std::str::from_utf8(&answer) {
        Ok(xml) => {
            let xml = Secret::from(xml);
            Ok(answer.map(|_| xml))
        }
        Err(_) => Err(Error::new(ErrorKind::Decode, "the XML is no UTF-8")
            .with_operation(PROVIDER, TELEPHONY_XML.name())
            .with_delivery(Delivery::Answered)
            .with_status(answer.status())),
    }
}
