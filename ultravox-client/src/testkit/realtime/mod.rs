//! The other end of live sessions: a real WebSocket server on loopback with agents that follow a [`Script`].
//!
//! Calls are prepared with [`RealtimeSim::call`], or by the API's own simulator when it is given this one with
//! [`SimSettings::realtime`](super::SimSettings::realtime). It answers pings and `hang_up` as the API is documented to,
//! takes one connection for each call, and notes all that comes ([`Seen`]). What is not documented is decided here: an
//! unknown call is 404, a second connection 409, a call of the API's simulator that is over or was deleted 410.

mod connection;
mod script;
mod seen;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use voice_core::clock::{SharedClock, SystemClock};
use voice_core::error::Error;
use voice_core::provider::{CallId, JoinUrl};

use crate::types::EndReason;
use script::Step;

pub use script::Script;
pub use seen::{Seen, SeenAudio};

type Joined = Box<dyn Fn(&str) -> bool + Send + Sync>;
type Ended = Box<dyn Fn(&str, &EndReason) + Send + Sync>;

/// A running simulator of live sessions; it stops, and drops its connections, when dropped.
pub struct RealtimeSim {
    address: SocketAddr,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

/// What the simulator and its connections have in common.
struct Inner {
    clock: SharedClock,
    calls: Mutex<HashMap<String, Call>>,
    script: Mutex<Script>,
    joined: Mutex<Option<Joined>>,
    ended: Mutex<Option<Ended>>,
}

/// A call that waits or goes on, or is over. Its later steps are there until it is joined.
struct Call {
    script: Script,
    refusal: Option<u16>,
    later: mpsc::UnboundedSender<Step>,
    steps: Option<mpsc::UnboundedReceiver<Step>>,
    seen: Seen,
}

impl RealtimeSim {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When no port of this machine can be listened on.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let inner = Arc::new(Inner {
            clock: SystemClock::shared(),
            calls: Mutex::default(),
            script: Mutex::new(Script::new()),
            joined: Mutex::default(),
            ended: Mutex::default(),
        });
        let serving = Arc::clone(&inner);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                connections.spawn(connection::serve(socket, Arc::clone(&serving)));
            }
        });
        Ok(Self {
            address,
            inner,
            task,
        })
    }

    /// Prepares a call whose agent follows `script`, and gives its join URL. A call of the same id is replaced.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) when no URL can be made with this id.
    pub fn call(&self, id: &str, script: Script) -> Result<JoinUrl, Error> {
        let url = JoinUrl::new(self.url(id))?;
        self.inner.prepare(id, script);
        Ok(url)
    }

    fn url(&self, id: &str) -> String {
        format!("ws://{}/calls/{id}/server_web_socket", self.address)
    }

    /// Prepares a call whose agent follows the [usual script](Self::usual_script), and gives its URL as text.
    pub(in crate::testkit) fn expect(&self, id: &str, output_rate: Option<i64>) -> String {
        let mut script = self.inner.lock(&self.inner.script).clone();
        if let Some(rate) = output_rate {
            script = script.rate(rate);
        }
        self.inner.prepare(id, script);
        self.url(id)
    }

    /// What agents of calls do that the API's simulator makes.
    pub fn usual_script(&self, script: Script) {
        *self.inner.lock(&self.inner.script) = script;
    }

    /// Whoever joins this call is refused with this HTTP status.
    pub fn refuse(&self, id: &str, status: u16) {
        if let Some(call) = self.inner.calls().get_mut(id) {
            call.refusal = Some(status);
        }
    }

    /// More for a call's agent to do once it is through with its script.
    pub fn then(&self, id: &str, script: Script) {
        if let Some(call) = self.inner.calls().get(id) {
            for step in script.steps {
                let _ = call.later.send(step);
            }
        }
    }

    /// What came from the client of a call so far.
    #[must_use]
    pub fn seen(&self, id: &str) -> Seen {
        let calls = self.inner.calls();
        calls
            .get(id)
            .map(|call| call.seen.clone())
            .unwrap_or_default()
    }

    /// Looks until what came from a call's client is as it should be, for 5 s at most; gives what came last.
    pub async fn wait_seen(&self, id: &str, done: impl Fn(&Seen) -> bool) -> Seen {
        for _ in 0..500 {
            let seen = self.seen(id);
            if done(&seen) {
                return seen;
            }
            self.inner.clock.sleep(Duration::from_millis(10)).await;
        }
        self.seen(id)
    }

    /// Tells the API's simulator who joins, which it may refuse, and how calls end.
    pub(in crate::testkit) fn report(
        &self,
        joined: impl Fn(&CallId) -> bool + Send + Sync + 'static,
        ended: impl Fn(&CallId, &EndReason) + Send + Sync + 'static,
    ) {
        *self.inner.lock(&self.inner.joined) = Some(Box::new(move |id| {
            CallId::new(id).is_ok_and(|id| joined(&id))
        }));
        *self.inner.lock(&self.inner.ended) = Some(Box::new(move |id, reason| {
            if let Ok(id) = CallId::new(id) {
                ended(&id, reason);
            }
        }));
    }
}

impl Drop for RealtimeSim {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for RealtimeSim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealtimeSim")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn lock<'a, T>(&self, value: &'a Mutex<T>) -> MutexGuard<'a, T> {
        value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<String, Call>> {
        self.lock(&self.calls)
    }

    fn prepare(&self, id: &str, script: Script) {
        let (later, steps) = mpsc::unbounded_channel();
        let call = Call {
            script,
            refusal: None,
            later,
            steps: Some(steps),
            seen: Seen::default(),
        };
        self.calls().insert(id.to_owned(), call);
    }

    /// Notes what came.
    fn note(&self, id: &str, note: impl FnOnce(&mut Seen)) {
        if let Some(call) = self.calls().get_mut(id) {
            note(&mut call.seen);
        }
    }

    /// Whether somebody may join, which then counts as done.
    fn tell_joined(&self, id: &str) -> bool {
        match &*self.lock(&self.joined) {
            Some(joined) => joined(id),
            None => true,
        }
    }

    fn tell_ended(&self, id: &str, reason: &EndReason) {
        self.note(id, |seen| seen.ended = Some(reason.clone()));
        if let Some(ended) = &*self.lock(&self.ended) {
            ended(id, reason);
        }
    }
}
