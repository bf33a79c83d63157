//! Round trips: of the server's own ping message, and of the connection's ping.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::Number;

/// Pings without an answer that are remembered.
const REMEMBERED: usize = 16;

/// Pings that wait for their answers.
#[derive(Debug)]
pub(super) struct Pings {
    start: Instant,
    sent: VecDeque<(u64, Instant)>,
    last: u64,
    connection: Option<(u64, Instant)>,
}

impl Pings {
    pub(super) fn new(start: Instant) -> Self {
        Self {
            start,
            sent: VecDeque::new(),
            last: 0,
            connection: None,
        }
    }

    /// A timestamp for a ping that leaves now: milliseconds since the session began, each only once.
    pub(super) fn next(&mut self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.start).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        self.last = elapsed.max(self.last.saturating_add(1));
        self.sent.push_back((self.last, now));
        if self.sent.len() > REMEMBERED {
            self.sent.pop_front();
        }
        self.last
    }

    /// The round trip that a pong ends, if it answers one of our pings.
    pub(super) fn answered(&mut self, timestamp: &Number, now: Instant) -> Option<Duration> {
        // An integer may come back as a float.
        let given = timestamp.as_f64()?;
        #[allow(
            clippy::cast_precision_loss,
            reason = "milliseconds of a call are far below 2^53"
        )]
        let at = self
            .sent
            .iter()
            .position(|(sent, _)| (*sent as f64 - given).abs() < 0.5)?;
        let (_, sent) = self.sent.remove(at)?;
        Some(now.saturating_duration_since(sent))
    }

    /// The payload of a ping of the connection's.
    pub(super) fn next_of_connection(&mut self, now: Instant) -> [u8; 8] {
        let number = self.connection.map_or(1, |(number, _)| number + 1);
        self.connection = Some((number, now));
        number.to_be_bytes()
    }

    /// The round trip that a pong of the connection's ends.
    pub(super) fn answered_by_connection(
        &mut self,
        payload: &[u8],
        now: Instant,
    ) -> Option<Duration> {
        let (number, sent) = self.connection?;
        (payload == number.to_be_bytes()).then(|| now.saturating_duration_since(sent))
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "any instant will do")]
mod tests {
    use super::*;

    #[test]
    fn each_ping_is_answered_once() {
        let start = Instant::now();
        let mut pings = Pings::new(start);
        let (first, second) = (pings.next(start), pings.next(start));
        assert!(first < second);
        let later = start + Duration::from_millis(30);
        let trip = Some(Duration::from_millis(30));
        let float = Number::from_f64(f64::from(u32::try_from(second).unwrap())).unwrap();
        assert_eq!(pings.answered(&float, later), trip);
        assert_eq!(pings.answered(&second.into(), later), None);
        assert_eq!(pings.answered(&99.into(), later), None);
        assert_eq!(pings.answered(&first.into(), later), trip);
    }

    #[test]
    fn only_the_last_ping_of_the_connection_counts() {
        let start = Instant::now();
        let mut pings = Pings::new(start);
        let first = pings.next_of_connection(start);
        let second = pings.next_of_connection(start);
        assert_eq!(pings.answered_by_connection(&first, start), None);
        assert_eq!(
            pings.answered_by_connection(&second, start),
            Some(Duration::ZERO)
        );
        assert_eq!(pings.answered_by_connection(b"other", start), None);
    }
}
