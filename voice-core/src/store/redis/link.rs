//! One connection that is opened when it is needed and replaced when it broke.

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, ServerErrorKind, Value};
use tokio::sync::Mutex;

use super::command::{Command, Reply};
use super::options::RedisOptions;
use crate::clock::timeout;
use crate::secret::redact;
use crate::store::StoreError;

/// Longest text of the server that is kept in an error, in characters.
const MESSAGE_CHARS: usize = 200;

/// The connection, its client and which one it is, so that nobody throws away a newer one than the one that failed.
pub(super) struct Link {
    client: Client,
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    generation: u64,
    connection: Option<MultiplexedConnection>,
}

impl Link {
    pub(super) fn new(options: &RedisOptions) -> Result<Self, StoreError> {
        let client = Client::open(options.expose_url()).map_err(|error| {
            StoreError::Config(format!("the Redis URL is refused: {}", error.category()))
        })?;
        Ok(Self {
            client,
            slot: Mutex::default(),
        })
    }

    /// Sends one command, connecting first where there is no connection.
    pub(super) async fn send(
        &self,
        command: &Command,
        options: &RedisOptions,
    ) -> Result<Reply, StoreError> {
        let clock = &*options.clock;
        // Whoever waits for another's attempt to connect waits no longer than for an attempt of its own.
        let (mut connection, generation) =
            timeout(clock, options.connect_timeout, self.connection())
                .await
                .map_err(|late| {
                    StoreError::Unreachable(format!("no connection within {:?}", late.0))
                })??;
        let answer = connection.send_packed_command(&command.inner);
        let outcome = match timeout(clock, options.command_timeout, answer).await {
            Err(late) => Err((StoreError::Timeout(late.0), Fate::Replace)),
            Ok(Err(error)) => Err(judge(&error)),
            Ok(Ok(Value::ServerError(error))) => Err(judge(&error.into())),
            Ok(Ok(value)) => return Reply::from_value(value),
        };
        match outcome {
            Err((error, Fate::Replace)) => {
                self.forget(generation).await;
                Err(error)
            }
            Err((error, Fate::Keep)) => Err(error),
            Ok(reply) => Ok(reply),
        }
    }

    async fn connection(&self) -> Result<(MultiplexedConnection, u64), StoreError> {
        let mut slot = self.slot.lock().await;
        if let Some(connection) = &slot.connection {
            return Ok((connection.clone(), slot.generation));
        }
        // The time limits are ours, on the injected clock.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await
            .map_err(|error| StoreError::Unreachable(describe(&error)))?;
        slot.generation = slot.generation.wrapping_add(1);
        slot.connection = Some(connection.clone());
        Ok((connection, slot.generation))
    }

    async fn forget(&self, generation: u64) {
        let mut slot = self.slot.lock().await;
        if slot.generation == generation {
            slot.connection = None;
        }
    }
}

/// What becomes of the connection.
enum Fate {
    Keep,
    Replace,
}

fn judge(error: &RedisError) -> (StoreError, Fate) {
    match error.kind() {
        ErrorKind::Server(kind) => {
            // After a failover the name leads elsewhere; the old connection would go on refusing.
            let fate = match kind {
                ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown => Fate::Replace,
                _ => Fate::Keep,
            };
            (refused(error), fate)
        }
        ErrorKind::Extension => (refused(error), Fate::Keep),
        _ => (StoreError::Lost(describe(error)), Fate::Replace),
    }
}

fn refused(error: &RedisError) -> StoreError {
    let message = error.detail().unwrap_or_default();
    StoreError::Refused {
        code: error.code().unwrap_or("ERR").to_owned(),
        message: redact(message).chars().take(MESSAGE_CHARS).collect(),
    }
}

/// The category alone: details of the driver may name hosts, users and arguments.
fn describe(error: &RedisError) -> String {
    if error.is_connection_refusal() {
        "connection refused".to_owned()
    } else {
        error.category().to_owned()
    }
}
