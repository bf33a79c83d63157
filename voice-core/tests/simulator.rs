//! The server every simulator stands on.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use voice_core::testkit::{Service, SimAnswer, SimRequest, SimServer};

#[derive(Debug)]
struct Empty;

impl Service for Empty {
    fn answer(&self, _: &SimRequest) -> SimAnswer {
        SimAnswer::empty(204)
    }
}

#[test]
fn many_servers_of_one_task_are_dropped_without_end() {
    let (done, waits) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            for _ in 0..200 {
                let server = SimServer::start(Arc::new(Empty)).await;
                assert!(server.url().starts_with("http://127.0.0.1:"));
                assert!(server.url().ends_with(&server.addr().port().to_string()));
            }
        });
        done.send(()).unwrap();
    });
    waits.recv_timeout(Duration::from_secs(60)).unwrap();
}
