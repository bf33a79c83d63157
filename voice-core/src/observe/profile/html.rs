//! The profile as a chart and as a page.

use super::ProfileSummary;
use crate::observe::report::Latency;
use crate::observe::report::html;

impl ProfileSummary {
    /// A chart of p50, p95 and p99 by operation, on a logarithmic scale, as an SVG of 480 pixels' width; `None` when
    /// nothing was timed. At most 8 operations are shown, those with the highest p99.
    #[must_use]
    pub fn to_svg(&self) -> Option<String> {
        html::latency_svg(&self.rows())
    }

    /// The chart and the table as one HTML page that needs nothing else: no script, nothing loaded, light and dark.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::profile_page(&self.rows(), &self.to_text())
    }

    fn rows(&self) -> Vec<(&str, Latency)> {
        let operations = self.operations.iter().map(|(name, operation)| {
            let times = operation.times;
            let latency = Latency {
                count: operation.count,
                p50_ms: times.p50_ms,
                p95_ms: times.p95_ms,
                p99_ms: times.p99_ms,
                max_ms: times.max_ms,
            };
            (name.as_str(), latency)
        });
        let mut rows: Vec<_> = operations.collect();
        rows.sort_by(|(_, a), (_, b)| b.p99_ms.total_cmp(&a.p99_ms));
        rows.truncate(html::ROWS);
        rows
    }
}
