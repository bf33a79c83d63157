//! The cache's counters for the facade `metrics`.

use voice_core::observe::metrics::{name, publish_gauge, publish_total};

use super::CacheStats;

impl CacheStats {
    /// Hands the counters on to the recorder of the facade `metrics`: reads and loads by outcome, size and evictions. Call it
    /// from time to time; the names are in [`voice_core::observe::metrics`]. Of several caches in one process the last one
    /// that is published is seen.
    pub fn publish(&self) {
        for (outcome, count) in [
            ("hit", self.hits),
            ("stale", self.stale_hits),
            ("miss", self.misses),
            ("bypass", self.bypasses),
            ("negative_hit", self.negative_hits),
            ("second_level_hit", self.second_level_hits),
            ("snapshot", self.snapshot_hits),
            ("fallback", self.fallbacks),
        ] {
            publish_total(name::PROMPT_CACHE, &[("outcome", outcome)], count);
        }
        for (outcome, count) in [
            ("all", self.loads),
            ("refresh", self.refreshes),
            ("refresh_failed", self.refresh_errors),
        ] {
            publish_total(name::PROMPT_CACHE_LOADS, &[("outcome", outcome)], count);
        }
        publish_total(name::PROMPT_CACHE_EVICTIONS, &[], self.evictions);
        #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
        publish_gauge(name::PROMPT_CACHE_SIZE, &[], self.size as f64);
    }
}

#[cfg(test)]
mod tests {
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    use super::*;

    #[test]
    fn hits_and_misses_are_told_apart() {
        let stats = CacheStats {
            hits: 5,
            misses: 2,
            size: 2,
            ..CacheStats::default()
        };
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        metrics::with_local_recorder(&recorder, || stats.publish());
        let all = snapshotter.snapshot().into_vec();
        let found = |name: &str, outcome: &str| {
            let mut of = all.iter().filter(|(key, ..)| {
                let key = key.key();
                key.name() == name
                    && (outcome.is_empty() || key.labels().any(|label| label.value() == outcome))
            });
            of.next().map(|(_, _, _, value)| value)
        };
        let hits = found(name::PROMPT_CACHE, "hit");
        assert_eq!(hits, Some(&DebugValue::Counter(5)));
        let misses = found(name::PROMPT_CACHE, "miss");
        assert_eq!(misses, Some(&DebugValue::Counter(2)));
        let size = found(name::PROMPT_CACHE_SIZE, "");
        assert_eq!(size, Some(&DebugValue::Gauge(2.0.into())));
    }
}
