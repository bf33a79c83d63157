//! What the simulator keeps: agents, calls, counts.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use voice_core::clock::SharedClock;

use super::record::{self, Record};
use super::rules;
use super::storage::Slot;
use crate::types::{EndReason, UvTime};

/// Everything there is. Nothing is ever taken out: what is deleted is marked.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: SharedClock,
    /// Where the simulator is reached, as the last request has it.
    pub(super) host: String,
    pub(super) agents: Vec<AgentRow>,
    pub(super) calls: Vec<CallRow>,
    pub(super) requests: HashMap<&'static str, usize>,
    /// Webhooks that were sent: to whom, about which call, of what.
    pub(super) told: HashSet<(String, String, String)>,
    /// Who serves live sessions.
    #[cfg(feature = "realtime")]
    pub(super) realtime: Option<std::sync::Arc<super::realtime::RealtimeSim>>,
    /// What presigned links lead to.
    pub(super) storage: Vec<Slot>,
    /// Where the storage is.
    pub(super) storage_url: String,
    /// How often the storage was shown credentials.
    pub(super) leaks: usize,
    /// How long sources load.
    pub(super) load_time: Duration,
    /// Everything of a simpler kind, by the name of its resource.
    tables: HashMap<&'static str, Vec<Row>>,
    ids: u64,
}

/// One of the simpler things: an object with an id.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: String,
    /// What it belongs to (a corpus, an agent); empty for the account.
    pub(super) parent: String,
    /// As it was sent, write-only fields included, with what the server adds.
    pub(super) fields: Map<String, Value>,
    pub(super) created: SystemTime,
    pub(super) deleted: bool,
}

#[derive(Debug)]
pub(super) struct AgentRow {
    pub(super) id: String,
    pub(super) name: String,
    /// As it was sent, write-only fields included.
    pub(super) template: Map<String, Value>,
    pub(super) created: SystemTime,
    pub(super) updated: SystemTime,
    pub(super) deleted: bool,
}

#[derive(Debug)]
pub(super) struct CallRow {
    pub(super) id: String,
    pub(super) agent: String,
    pub(super) throttle: Option<String>,
    pub(super) created: SystemTime,
    pub(super) joined: Option<SystemTime>,
    pub(super) ended: Option<(SystemTime, String)>,
    pub(super) join_timeout: Duration,
    pub(super) max_duration: Duration,
    /// What does not change.
    pub(super) fixed: Map<String, Value>,
    /// Who is told of it besides the account's webhooks; never given out.
    pub(super) callbacks: Value,
    /// Data messages, as they were sent.
    pub(super) messages: Vec<Value>,
    pub(super) deleted: bool,
    pub(super) record: Record,
}

impl World {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            host: String::new(),
            agents: Vec::new(),
            calls: Vec::new(),
            requests: HashMap::new(),
            told: HashSet::new(),
            #[cfg(feature = "realtime")]
            realtime: None,
            storage: Vec::new(),
            storage_url: String::new(),
            leaks: 0,
            load_time: Duration::ZERO,
            tables: HashMap::new(),
            ids: 0,
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        self.clock.wall()
    }

    /// A fresh id, in the form of a UUID.
    pub(super) fn id(&mut self) -> String {
        self.ids += 1;
        format!("5e000000-0000-4000-8000-{:012x}", self.ids)
    }

    /// The rows of a simpler resource, deleted ones too, oldest first.
    pub(super) fn table(&mut self, name: &'static str) -> &mut Vec<Row> {
        self.tables.entry(name).or_default()
    }

    /// The same, to look at.
    pub(super) fn rows(&self, name: &str) -> &[Row] {
        self.tables.get(name).map_or(&[], Vec::as_slice)
    }

    /// A row that was not deleted.
    pub(super) fn row(&mut self, table: &'static str, id: &str) -> Option<&mut Row> {
        self.table(table)
            .iter_mut()
            .find(|row| row.id == id && !row.deleted)
    }

    /// Lets time do its work: calls nobody joined end, and those that went on too long.
    pub(super) fn settle(&mut self) {
        let now = self.now();
        for call in &mut self.calls {
            if call.ended.is_some() {
                continue;
            }
            let (end, reason) = match call.joined {
                None => (call.created + call.join_timeout, EndReason::Unjoined),
                Some(joined) => (joined + call.max_duration, EndReason::Timeout),
            };
            if end <= now {
                call.ended = Some((end, reason.as_str().to_owned()));
            }
        }
    }

    pub(super) fn agent(&self, id: &str) -> Option<&AgentRow> {
        self.agents
            .iter()
            .find(|agent| agent.id == id && !agent.deleted)
    }

    pub(super) fn agent_mut(&mut self, id: &str) -> Option<&mut AgentRow> {
        self.agents
            .iter_mut()
            .find(|agent| agent.id == id && !agent.deleted)
    }

    pub(super) fn call_row(&mut self, id: &str) -> Option<&mut CallRow> {
        self.settle();
        self.calls
            .iter_mut()
            .find(|call| call.id == id && !call.deleted)
    }

    pub(super) fn call(&mut self, id: &str) -> Option<Value> {
        self.call_row(id)?;
        let call = self.calls.iter().find(|call| call.id == id)?;
        Some(call.shown())
    }

    pub(super) fn join(&mut self, id: &str) -> bool {
        let now = self.now();
        match self.call_row(id) {
            Some(call) if call.joined.is_none() && call.ended.is_none() => {
                call.joined = Some(now);
                true
            }
            _ => false,
        }
    }

    /// Joins a call over its socket; says whether it can be: one that is over, or was deleted, cannot. A call that was
    /// made elsewhere is nobody's business here.
    #[cfg(feature = "realtime")]
    pub(super) fn admit(&mut self, id: &str) -> bool {
        self.join(id);
        let call = self.calls.iter().find(|call| call.id == id);
        call.is_none_or(|call| call.ended.is_none() && !call.deleted)
    }

    pub(super) fn end(&mut self, id: &str, reason: &EndReason) -> bool {
        let now = self.now();
        match self.call_row(id) {
            Some(call) if call.ended.is_none() => {
                call.ended = Some((now, reason.as_str().to_owned()));
                true
            }
            _ => false,
        }
    }

    pub(super) fn messages(&mut self, id: &str) -> Vec<Value> {
        self.call_row(id)
            .map(|call| call.messages.clone())
            .unwrap_or_default()
    }

    pub(super) fn created_with(&self, key: &str) -> usize {
        let has = |call: &&CallRow| call.metadata(crate::calls::KEY_METADATA) == Some(key);
        self.calls.iter().filter(has).count()
    }

    /// The agent as it is given out.
    pub(super) fn shown_agent(&self, agent: &AgentRow) -> Value {
        let mut template = agent.template.clone();
        template.remove("sharedSecrets");
        template.insert("name".to_owned(), agent.name.as_str().into());
        template.insert("created".to_owned(), stamp(agent.created));
        template.insert("updated".to_owned(), stamp(agent.updated));
        let calls = self
            .calls
            .iter()
            .filter(|call| call.agent == agent.id)
            .count();
        json!({
            "agentId": agent.id,
            "publishedRevisionId": null,
            "name": agent.name,
            "created": stamp(agent.created),
            "callTemplate": template,
            "statistics": {"calls": calls},
        })
    }
}

impl CallRow {
    pub(super) fn metadata(&self, name: &str) -> Option<&str> {
        self.fixed.get("metadata")?.get(name)?.as_str()
    }

    pub(super) fn is_live(&self) -> bool {
        self.joined.is_some() && self.ended.is_none()
    }

    /// How long it lasted, once it is over.
    pub(super) fn length(&self) -> Duration {
        match (self.joined, &self.ended) {
            (Some(joined), Some((ended, _))) => ended.duration_since(joined).unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }

    /// The call as it is given out.
    pub(super) fn shown(&self) -> Value {
        let mut call = self.fixed.clone();
        let (ended, reason) = match &self.ended {
            Some((at, reason)) => (stamp(*at), reason.as_str().into()),
            None => (Value::Null, Value::Null),
        };
        let billing = match (&self.ended, self.joined) {
            (None, _) => "BILLING_STATUS_PENDING",
            (Some(_), None) => "BILLING_STATUS_FREE_ZERO_EFFECTIVE_DURATION",
            (Some(_), Some(_)) => "BILLING_STATUS_BILLED",
        };
        let billed = match &self.ended {
            Some(_) => format!("{}s", self.length().as_secs()).into(),
            None => Value::Null,
        };
        for (name, value) in [
            ("callId", Value::from(self.id.as_str())),
            ("created", stamp(self.created)),
            ("joined", self.joined.map_or(Value::Null, stamp)),
            ("ended", ended),
            ("endReason", reason),
            ("billingStatus", billing.into()),
            ("billedDuration", billed),
        ] {
            call.insert(name.to_owned(), value);
        }
        if call
            .get("medium")
            .is_some_and(|medium| medium.get("sip").is_some())
        {
            call.insert("sipDetails".to_owned(), self.sip_details());
        }
        call.into()
    }

    fn sip_details(&self) -> Value {
        let (billed, reason) = match (&self.ended, &self.record.sip) {
            (None, _) => (None, None),
            (Some(_), Some(reason)) => (Some(self.length()), Some(reason.as_str())),
            (Some(_), None) if self.deleted => (None, Some("SIP_TERMINATION_CANCELED")),
            (Some(_), None) if self.joined.is_none() => (None, Some("SIP_TERMINATION_TIMEOUT")),
            (Some(_), None) => (Some(self.length()), Some("SIP_TERMINATION_NORMAL")),
        };
        json!({"billedDuration": billed.map(record::seconds), "terminationReason": reason})
    }
}

/// A time as the API writes it.
pub(super) fn stamp(time: SystemTime) -> Value {
    UvTime::from(time).as_str().into()
}

/// A duration of a body, or its default.
pub(super) fn length(value: Option<&Value>, default: f64) -> Duration {
    let seconds = value
        .and_then(Value::as_str)
        .and_then(rules::seconds)
        .unwrap_or(default);
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
