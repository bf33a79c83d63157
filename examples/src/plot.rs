//! A plot of rates with their intervals, as one SVG; and where the examples put what they draw.

use std::fmt::Write;
use std::path::{Path, PathBuf};

const WIDTH: f64 = 480.0;
const ROW: f64 = 44.0;
const LEFT: f64 = 110.0;
const RIGHT: f64 = 60.0;
const TOP: f64 = 44.0;

/// Bars of rates, each with its interval.
#[derive(Debug, Clone)]
#[must_use]
pub struct RatePlot {
    title: String,
    bars: Vec<Bar>,
}

#[derive(Debug, Clone)]
struct Bar {
    name: String,
    rate: f64,
    low: f64,
    high: f64,
}

impl RatePlot {
    /// A plot without bars.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            bars: Vec::new(),
        }
    }

    /// One bar more: a rate of 0 to 1, and the interval it lies in.
    pub fn bar(mut self, name: impl Into<String>, rate: f64, (low, high): (f64, f64)) -> Self {
        let name = name.into();
        self.bars.push(Bar {
            name,
            rate,
            low,
            high,
        });
        self
    }

    /// The plot.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a handful of bars")]
    pub fn to_svg(&self) -> String {
        let most = self.bars.iter().map(|bar| bar.high).fold(0.01, f64::max);
        let x = |rate: f64| LEFT + rate / most * (WIDTH - LEFT - RIGHT);
        let height = TOP + ROW * self.bars.len() as f64 + 12.0;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
             <text x=\"12\" y=\"24\" font-size=\"15\">{}</text>\n",
            escaped(&self.title)
        );
        for (row, bar) in self.bars.iter().enumerate() {
            let middle = TOP + ROW * row as f64 + ROW / 2.0;
            let (low, high, end) = (x(bar.low), x(bar.high), x(bar.rate));
            // Writing into a text cannot fail.
            let _ = writeln!(
                out,
                "<text x=\"12\" y=\"{:.1}\">{}</text>\n\
                 <rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{:.1}\" height=\"22\" fill=\"#4c78a8\"/>\n\
                 <path d=\"M{low:.1} {middle:.1}H{high:.1}M{low:.1} {:.1}v12M{high:.1} {:.1}v12\" stroke=\"#222222\" stroke-width=\"2\"/>\n\
                 <text x=\"{:.1}\" y=\"{:.1}\">{:.1} %</text>",
                middle + 4.0,
                escaped(&bar.name),
                middle - 11.0,
                end - LEFT,
                middle - 6.0,
                middle - 6.0,
                high + 6.0,
                middle + 4.0,
                bar.rate * 100.0,
            );
        }
        out.push_str("</svg>\n");
        out
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Where a file goes: as given, else into the folder `target`.
#[must_use]
pub fn output(given: Option<&Path>, name: &str) -> PathBuf {
    match given {
        Some(file) => file.to_owned(),
        None => Path::new("target").join(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_end_at_their_rates_and_names_are_escaped() {
        let svg = RatePlot::new("a < b")
            .bar("one & two", 0.5, (0.25, 1.0))
            .to_svg();
        assert!(
            svg.contains("a &lt; b") && svg.contains("one &amp; two"),
            "{svg}"
        );
        // The whole width is 310, half of it 155.
        assert!(
            svg.contains("width=\"155.0\"") && svg.contains("50.0 %"),
            "{svg}"
        );
        assert!(svg.contains("M187.5 ") && svg.contains("H420.0"), "{svg}");
        assert!(RatePlot::new("none").to_svg().ends_with("</svg>\n"));
    }
}
