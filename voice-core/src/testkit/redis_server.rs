//! A real Redis for tests.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::clock::{Clock, SystemClock, timeout};

/// How often another port is tried when somebody else took the one that was free.
const PORTS: u32 = 5;
/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(10);
/// How long to wait between two looks whether it answers.
const LOOK: Duration = Duration::from_millis(10);

/// A `redis-server` of its own on a free loopback port, with a temporary directory and without persistence: what it held
/// is gone when it stops. Killed when dropped.
///
/// Tests with a real server cannot run under paused time.
#[derive(Debug)]
pub struct RedisServer {
    port: u16,
    directory: PathBuf,
    child: Option<Child>,
}

/// Why there is no Redis for a test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisServerError {
    /// The program is not there.
    #[error("redis-server was not found in PATH; ./test.sh installs it")]
    NotInstalled,
    /// The program, its directory or its port could not be had.
    #[error("redis-server could not be started: {0}")]
    Start(#[from] std::io::Error),
    /// The program ran but did not answer in time, or ended.
    #[error("redis-server did not answer on its port")]
    NoAnswer,
}

impl RedisServer {
    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    /// [`RedisServerError`], which says so when no `redis-server` is installed.
    pub async fn start() -> Result<Self, RedisServerError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "voice-redis-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory)?;
        let mut server = Self {
            port: 0,
            directory,
            child: None,
        };
        let mut outcome = Err(RedisServerError::NoAnswer);
        for _ in 0..PORTS {
            server.port = free_port()?;
            outcome = server.restart().await;
            if !matches!(outcome, Err(RedisServerError::NoAnswer)) {
                break;
            }
        }
        outcome.map(|()| server)
    }

    /// `redis://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.addr())
    }

    /// The address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Kills the server, as an outage does: connections are reset and everything it held is gone.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only when it has ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again, empty, on the same port; one that runs is stopped first.
    ///
    /// # Errors
    /// [`RedisServerError`].
    pub async fn restart(&mut self) -> Result<(), RedisServerError> {
        self.stop();
        let child = Command::new("redis-server")
            .args(["--port", &self.port.to_string()])
            .args(["--bind", "127.0.0.1"])
            .args(["--save", ""])
            .args(["--appendonly", "no"])
            .arg("--dir")
            .arg(&self.directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => RedisServerError::NotInstalled,
                _ => RedisServerError::Start(error),
            })?;
        self.child = Some(child);
        let clock = SystemClock::default();
        match timeout(&clock, START, self.wait_for_answer()).await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => {
                self.stop();
                Err(RedisServerError::NoAnswer)
            }
        }
    }

    /// Sends one inline command and gives the first line of the answer: for tests that look behind a store's back.
    ///
    /// # Errors
    /// The connection's.
    pub async fn tell(&self, command: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.addr()).await?;
        stream.write_all(command.as_bytes()).await?;
        stream.write_all(b"\r\n").await?;
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(stream.read_u8().await?);
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// Whether the server that was started answers; false once it has ended.
    async fn wait_for_answer(&mut self) -> bool {
        let clock = SystemClock::default();
        loop {
            let has_ended = match &mut self.child {
                Some(child) => !matches!(child.try_wait(), Ok(None)),
                None => true,
            };
            if has_ended {
                return false;
            }
            if self.tell("PING").await.is_ok_and(|line| line == "+PONG") {
                return true;
            }
            clock.sleep(LOOK).await;
        }
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
        // A directory that stays behind in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
