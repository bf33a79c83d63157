//! The sideband's task: one connection after another, until the call is over, somebody closes, or no hope is left.

mod read;
mod reopen;
mod run;
mod serve;
mod write;

use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;
use voice_core::error::Error;
use voice_core::socket::Socket;

use super::connect::Connect;
use super::core::Core;
use super::reconnect::SETTLED;
use super::{SentEvent, SidebandEnd, SidebandEvent, SidebandOptions};

/// Where events go to.
pub(super) type Events = mpsc::Sender<Result<SidebandEvent, Error>>;

/// How one connection came to its end.
enum Over {
    /// And the sideband with it.
    Ended(SidebandEnd),
    /// It may be restored.
    Broken(SidebandEnd),
}

/// What the task works with.
struct Driver {
    core: Arc<Core>,
    events: Events,
    options: SidebandOptions,
    tried: u32,
}

pub(super) async fn drive(
    first: Socket,
    connect: Arc<dyn Connect>,
    core: Arc<Core>,
    events: Events,
    options: SidebandOptions,
) {
    let mut functions = run::Runner::new(&core, &options);
    let mut driver = Driver {
        core,
        events,
        options,
        tried: 0,
    };
    let mut socket = first;
    let mut unknown: Option<Vec<SentEvent>> = None;
    let mut reconnects = 0;
    let mut end = loop {
        let began = driver.core.clock.now();
        let over = {
            let socket = Mutex::new(socket);
            driver.serve(&socket, &mut functions, &mut unknown).await
        };
        let broken = match over {
            Over::Ended(mut end) => {
                end.unknown = unknown.take().unwrap_or_default();
                break end;
            }
            Over::Broken(broken) => broken,
        };
        if driver.core.clock.now().saturating_duration_since(began) >= SETTLED {
            driver.tried = 0;
        }
        // Nobody was told yet of those of an earlier break, if this one came at once.
        let mut lost = unknown.take().unwrap_or_default();
        lost.append(&mut driver.core.outbox.broke());
        let outbox = &driver.core.outbox;
        driver
            .core
            .rounds(|rounds| rounds.broke(|event| outbox.is_waiting(event)));
        match driver.reopen(&*connect, broken).await {
            Ok(restored) => {
                reconnects += 1;
                socket = restored;
                unknown = Some(lost);
            }
            Err(mut end) => {
                end.unknown = lost;
                break end;
            }
        }
    };
    // Functions that still run are dropped, and nothing more is queued.
    drop(functions);
    driver.core.close();
    end.reconnects = reconnects;
    end.unknown.extend(driver.core.outbox.broke());
    end.unsent = driver.core.outbox.unsent();
    let _ = driver
        .events
        .send(Ok(SidebandEvent::Closed(Arc::new(end))))
        .await;
}
