//! One operation of every class of every provider, and how often the simulator carried it out.

use std::pin::Pin;
use std::time::Duration;

use exotel_vsip::trunks::{ConfirmDeletion, ListTrunks, NewTrunk};
use exotel_vsip::voice::{ConnectNumbers, Number};
use openai_calls::client_secrets::NewClientSecret;
use openai_calls::session::Session;
use openai_calls::testkit::CallSpec;
use openai_calls::webhook_endpoints::ListWebhookEndpoints;
use promptops_client::models::{NewPrompt, PromptUpdate};
use serde_json::json;
use twilio_client::calls::messages::CreateMessage;
use twilio_client::calls::{CreateCall, IdempotencyKey, ListCalls};
use twilio_client::queues::CreateQueue;
use twilio_client::recordings::RecordingMedia;
use twilio_client::twiml::{Response, Say};
use ultravox_client::agents::ListAgents;
use ultravox_client::types::UploadFile;
use ultravox_client::{Outgoing, UltravoxCalls};
use voice_core::error::Error;
use voice_core::ident::TrunkName;
use voice_core::provider::{CallId, CallKey, CallProvider, Connect, OwnAgent, PlaceCall};

use super::place::Place;
use super::world::{Provider, World, agent, endpoint, number};

/// What may be expected of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// GET of one thing.
    Read,
    /// All pages of a list.
    List,
    /// A stream of bytes.
    Download,
    /// PUT or DELETE, or an order that may be given twice.
    Idempotent,
    /// A creation with a key that the provider honours.
    Keyed,
    /// What must not happen twice.
    Once,
    /// The same, and somebody's telephone rings.
    Dial,
    /// The same, with a file.
    Upload,
}

impl Class {
    /// Whether it may be sent again after an unknown outcome, so that it has to succeed in the end.
    pub(crate) fn is_repeated(self) -> bool {
        !self.is_once()
    }

    pub(crate) fn is_once(self) -> bool {
        matches!(self, Self::Once | Self::Dial | Self::Upload)
    }

    pub(crate) fn only_reads(self) -> bool {
        matches!(self, Self::Read | Self::List | Self::Download)
    }
}

pub(crate) type Work = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;
type Prepared = Pin<Box<dyn Future<Output = String> + Send>>;

/// An operation.
#[derive(Clone, Copy)]
pub(crate) struct Op {
    pub(crate) provider: Provider,
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    /// Makes what it is about, directly at the simulator, and gives its id.
    pub(crate) prepare: fn(Place) -> Prepared,
    /// Does it.
    pub(crate) run: fn(Place, String) -> Work,
    /// How often the simulator did it, where it keeps count by trial.
    pub(crate) count: Option<fn(&World, u32, &str) -> usize>,
}

macro_rules! op {
    ($provider:ident, $name:literal, $class:ident, |$place:ident, $id:ident| $run:expr
        $(, prepare |$before:ident| $prepare:expr)? $(, count |$world:ident, $n:ident, $of:ident| $count:expr)? $(,)?) => {{
        #[allow(unused_mut, unused_assignments, reason = "not every operation has both")]
        {
            let mut prepare: fn(Place) -> Prepared = |_| Box::pin(async { String::new() });
            $( prepare = |$before| Box::pin(async move { $prepare }); )?
            let mut count: Option<fn(&World, u32, &str) -> usize> = None;
            $( count = Some(|$world, $n, $of| $count); )?
            Op {
                provider: Provider::$provider,
                name: $name,
                class: Class::$class,
                prepare,
                run: |$place, $id| Box::pin(async move { let _ = &$id; $run }),
                count,
            }
        }
    }};
}

/// Everything that is on trial.
pub(crate) fn all() -> Vec<Op> {
    [ultravox(), twilio(), exotel(), promptops(), openai()].concat()
}

/// The read by which a provider is asked whether it can still be reached.
pub(crate) fn read_of(provider: Provider) -> Op {
    let of = |op: &Op| op.provider == provider && op.class == Class::Read;
    all().into_iter().find(of).unwrap()
}

/// What is swept byte by byte: a read of each provider, and what must not happen twice.
pub(crate) fn representatives() -> Vec<Op> {
    let chosen = |op: &Op| match op.class {
        Class::Read | Class::Dial => true,
        Class::Once => matches!(op.name, "prompts.create" | "webhook_endpoints.create"),
        _ => false,
    };
    all().into_iter().filter(chosen).collect()
}

fn key(n: u32) -> CallKey {
    format!("fault-{n}").parse().unwrap()
}

fn trunk(n: u32) -> TrunkName {
    TrunkName::parse(&format!("trunk{n}")).unwrap()
}

/// As the operation's caller sees it: what else came is an answer of somebody else.
fn own<T: PartialEq + std::fmt::Debug>(found: &T, wanted: &T) {
    assert_eq!(found, wanted, "the answer to another request");
}

fn ultravox() -> Vec<Op> {
    vec![
        op!(Ultravox, "agents.get", Read, |place, _id| {
            let found = place.ultravox().agents().get(&place.world.agent).await?;
            own(&found.id()?, &&place.world.agent);
            Ok(())
        }),
        op!(Ultravox, "agents.list", List, |place, _id| {
            let all = place
                .ultravox()
                .agents()
                .list(&ListAgents::new())
                .take_some()
                .await?;
            assert!(all >= 3, "{all} agents");
            Ok(())
        }),
        op!(Ultravox, "agents.create", Once, |place, _id| {
            place
                .ultravox()
                .agents()
                .create(&agent(&format!("Agent {}", place.n)))
                .await
                .map(drop)
        }),
        op!(
            Ultravox,
            "agents.delete",
            Idempotent,
            |place, id| place
                .ultravox()
                .agents()
                .delete(&id.parse().unwrap())
                .await
                .map(drop),
            prepare | place | {
                let direct = place.world.ultravox.client().build().unwrap();
                let made = direct
                    .agents()
                    .create(&agent(&format!("Doomed {}", place.n)))
                    .await;
                made.unwrap().id().unwrap().to_string()
            },
        ),
        op!(
            Ultravox,
            "calls.create",
            Dial,
            |place, _id| {
                let calls = UltravoxCalls::new(place.ultravox(), Outgoing::twilio());
                let connect = Connect::Agent(OwnAgent::new(place.world.agent.clone()));
                let (to, from) = (number(415, place.n), number(203, 0));
                calls
                    .place_call(&PlaceCall::new(to, from, connect, key(place.n)))
                    .await
                    .map(drop)
            },
            count | world,
            n,
            _id | world.ultravox.created_with(&key(n)),
        ),
        op!(
            Ultravox,
            "tools.create_from_openapi",
            Upload,
            |place, _id| {
                let spec = json!({
                    "openapi": "3.0.3",
                    "servers": [{"url": "https://api.bluebell.example"}],
                    "paths": {"/hours": {"get": {"operationId": format!("opening{}", place.n)}}},
                });
                let file = UploadFile::new("api.json", spec.to_string()).unwrap();
                place
                    .ultravox()
                    .tools()
                    .create_from_openapi(&file)
                    .await
                    .map(drop)
            }
        ),
    ]
}

fn twilio() -> Vec<Op> {
    vec![
        op!(Twilio, "calls.get", Read, |place, _id| {
            let found = place.twilio().calls().get(place.world.call).await?;
            own(&found.sid, &Some(place.world.call));
            Ok(())
        }),
        op!(Twilio, "calls.list", List, |place, _id| {
            let list = ListCalls::new().to(number(203, 0)).page_size(1_u32);
            let all = place.twilio().calls().list(&list).take_some().await?;
            assert!(all >= 1, "{all} calls");
            Ok(())
        }),
        op!(
            Twilio,
            "calls.create",
            Dial,
            |place, _id| {
                let twiml = Response::new()
                    .with(Say::new("Hello!"))
                    .to_inline()
                    .unwrap();
                let call = CreateCall::new(number(415, place.n), number(203, 0), twiml);
                place.twilio().calls().create(&call).await.map(drop)
            },
            count | world,
            n,
            _id | world.twilio.dialled(&number(415, n)),
        ),
        op!(Twilio, "calls.messages.create", Keyed, |place, _id| {
            let key = IdempotencyKey::new(format!("fault-{}", place.n)).unwrap();
            let message = CreateMessage::new(json!({"n": place.n})).idempotency_key(key);
            let client = place.twilio();
            client
                .calls()
                .messages(place.world.call)
                .create(&message)
                .await
                .map(drop)
        }),
        op!(Twilio, "queues.create", Once, |place, _id| {
            let queue = CreateQueue::new(format!("queue {}", place.n));
            place.twilio().queues().create(&queue).await.map(drop)
        }),
        op!(
            Twilio,
            "queues.delete",
            Idempotent,
            |place, id| place
                .twilio()
                .queues()
                .delete(id.parse().unwrap())
                .await
                .map(drop),
            prepare | place | {
                let queue = CreateQueue::new(format!("doomed {}", place.n));
                let made = place
                    .world
                    .twilio
                    .client()
                    .unwrap()
                    .queues()
                    .create(&queue)
                    .await;
                made.unwrap().sid.unwrap().to_string()
            },
        ),
        op!(Twilio, "recordings.media", Download, |place, _id| {
            let client = place.twilio();
            let sound = client.recordings();
            let sound = sound
                .media(place.world.recording, RecordingMedia::wav())
                .await?;
            let bytes = sound
                .into_inner()
                .with_idle_timeout(Duration::from_millis(500))
                .bytes()
                .await?;
            assert!(bytes.starts_with(b"RIFF"), "no sound");
            Ok(())
        }),
    ]
}

fn exotel() -> Vec<Op> {
    vec![
        op!(Exotel, "trunks.get", Read, |place, _id| {
            let found = place.exotel().trunks().get(&place.world.trunk).await?;
            own(&found.sid()?, &&place.world.trunk);
            Ok(())
        }),
        op!(Exotel, "trunks.list", List, |place, _id| {
            let all = place
                .exotel()
                .trunks()
                .list(&ListTrunks::new().page_size(2))
                .take_some()
                .await?;
            assert!(all >= 3, "{all} trunks");
            Ok(())
        }),
        op!(
            Exotel,
            "trunks.create",
            Once,
            |place, _id| place
                .exotel()
                .trunks()
                .create(&NewTrunk::new(trunk(place.n)))
                .await
                .map(drop),
            count | world,
            n,
            _id | {
                let name = trunk(n);
                world
                    .exotel
                    .trunks()
                    .iter()
                    .filter(|trunk| trunk.name == name.as_str())
                    .count()
            },
        ),
        op!(
            Exotel,
            "trunks.delete",
            Idempotent,
            |place, id| {
                let client = place.exotel();
                let sid = id.parse().unwrap();
                client
                    .trunks()
                    .delete(&sid, &ConfirmDeletion::of(&id))
                    .await
                    .map(drop)
            },
            prepare | place | {
                let name = TrunkName::parse(&format!("doomed{}", place.n)).unwrap();
                let made = place
                    .world
                    .exotel
                    .client()
                    .unwrap()
                    .trunks()
                    .create(&NewTrunk::new(name))
                    .await;
                made.unwrap().sid().unwrap().to_string()
            },
        ),
        op!(
            Exotel,
            "calls.connect",
            Dial,
            |place, _id| {
                let exophone = Number::parse("08047112345").unwrap();
                let call = ConnectNumbers::new(number(415, place.n), number(203, 0), exophone);
                place.exotel().voice().connect(&call).await.map(drop)
            },
            count | world,
            n,
            _id | world.exotel.dialled(&number(415, n)),
        ),
    ]
}

fn promptops() -> Vec<Op> {
    vec![
        op!(PromptOps, "prompts.get", Read, |place, _id| {
            let found = place.promptops().prompts().get(&place.world.prompt).await?;
            own(&found.id, &place.world.prompt);
            Ok(())
        }),
        op!(PromptOps, "prompts.list", List, |place, _id| {
            let all = place.promptops().prompts().list().take_some().await?;
            assert!(all >= 3, "{all} prompts");
            Ok(())
        }),
        op!(
            PromptOps,
            "prompts.create",
            Once,
            |place, _id| {
                let new = NewPrompt::new(format!("made {}", place.n), "Hello.");
                place.promptops().prompts().create(&new).await.map(drop)
            },
            count | world,
            n,
            _id | {
                let name = format!("made {n}");
                world
                    .promptops
                    .prompts()
                    .iter()
                    .filter(|prompt| prompt.name.as_ref() == Some(&name))
                    .count()
            },
        ),
        op!(
            PromptOps,
            "prompts.update",
            Idempotent,
            |place, id| {
                let change = PromptUpdate::new()
                    .content("Changed.")
                    .create_new_version(false);
                place
                    .promptops()
                    .prompts()
                    .update(&id, &change)
                    .await
                    .map(drop)
            },
            prepare | place | {
                let new = NewPrompt::new(format!("changed {}", place.n), "Hello.");
                place
                    .world
                    .promptops
                    .client()
                    .unwrap()
                    .prompts()
                    .create(&new)
                    .await
                    .unwrap()
                    .id
                    .clone()
            },
        ),
    ]
}

fn openai() -> Vec<Op> {
    vec![
        op!(OpenAi, "webhook_endpoints.get", Read, |place, _id| {
            let found = place
                .openai()
                .webhook_endpoints()
                .get(&place.world.endpoint)
                .await?;
            own(&found.id.as_ref(), &Some(&place.world.endpoint));
            Ok(())
        }),
        op!(OpenAi, "webhook_endpoints.list", List, |place, _id| {
            let list = ListWebhookEndpoints::new().limit(2);
            let all = place
                .openai()
                .webhook_endpoints()
                .list(&list)
                .take_some()
                .await?;
            assert!(all >= 3, "{all} endpoints");
            Ok(())
        }),
        op!(OpenAi, "webhook_endpoints.create", Once, |place, _id| {
            let new = endpoint(&format!("made {}", place.n));
            place
                .openai()
                .webhook_endpoints()
                .create(&new)
                .await
                .map(drop)
        }),
        op!(
            OpenAi,
            "webhook_endpoints.delete",
            Idempotent,
            |place, id| place
                .openai()
                .webhook_endpoints()
                .delete(&id)
                .await
                .map(drop),
            prepare | place | {
                let direct = place.world.openai.client().build().unwrap();
                let new = endpoint(&format!("doomed {}", place.n));
                let made = direct.webhook_endpoints().create(&new).await;
                made.unwrap().id.clone().unwrap()
            },
        ),
        op!(OpenAi, "client_secrets.create", Idempotent, |place, _id| {
            let new = NewClientSecret::new(Session::new("Be kind."));
            place.openai().client_secrets().create(&new).await.map(drop)
        }),
        // A success by the head alone. An unclear outcome is one: the caller is told to attach and see.
        op!(
            OpenAi,
            "calls.accept",
            Idempotent,
            |place, id| {
                let call = CallId::new(id).unwrap();
                let outcome = place
                    .openai()
                    .calls()
                    .accept(&call, &Session::new("Be kind."))
                    .await?;
                assert!(!outcome.is_already_gone(), "{outcome:?}");
                Ok(())
            },
            prepare | place | {
                place
                    .world
                    .openai
                    .ring(CallSpec::new("+15550100", "+15550199"))
                    .id()
                    .to_string()
            },
            count | world,
            _n,
            id | {
                world
                    .openai
                    .call(&CallId::new(id).unwrap())
                    .unwrap()
                    .counts()
                    .accepts
            },
        ),
    ]
}

/// The first items of a list, which are more than one page: how many there were.
trait TakeSome {
    async fn take_some(self) -> Result<usize, Error>;
}

impl<T: Send + 'static> TakeSome for voice_core::client::Pager<'static, T> {
    async fn take_some(mut self) -> Result<usize, Error> {
        let mut taken = 0;
        while taken < 5 && self.next().await.transpose()?.is_some() {
            taken += 1;
        }
        Ok(taken)
    }
}
