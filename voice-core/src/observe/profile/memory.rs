//! How much memory the process has.

use std::fmt;
use std::sync::Arc;

/// Says how much memory the process holds. It is the **whole process's**: what other tasks take and give back meanwhile is in
/// the difference as well, and allocators give memory back late. Good for a trend over many operations, not for one.
#[derive(Clone)]
pub struct MemorySampler(Arc<dyn Fn() -> Option<u64> + Send + Sync>);

impl MemorySampler {
    /// The resident set of this process: on Linux `VmRSS` of `/proc/self/status`, elsewhere nothing. (`/proc/self/statm`
    /// has the same figure in pages, whose size differs between machines.) Takes some microseconds.
    #[must_use]
    pub fn process() -> Self {
        Self::new(|| resident(&std::fs::read_to_string("/proc/self/status").ok()?))
    }

    /// Any other source, in bytes, such as an allocator's own statistics.
    #[must_use]
    pub fn new(sample: impl Fn() -> Option<u64> + Send + Sync + 'static) -> Self {
        Self(Arc::new(sample))
    }

    /// The bytes now; `None` where nobody says.
    #[must_use]
    pub fn resident_bytes(&self) -> Option<u64> {
        (self.0)()
    }
}

impl fmt::Debug for MemorySampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemorySampler")
    }
}

/// The line `VmRSS:     1234 kB`.
fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

pub(super) fn change(before: u64, after: u64) -> i64 {
    let size = i64::try_from(after.abs_diff(before)).unwrap_or(i64::MAX);
    if after < before { -size } else { size }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_line_is_read() {
        assert_eq!(
            resident("Name:\tx\nVmRSS:\t    1234 kB\nThreads: 1"),
            Some(1_263_616)
        );
        for bad in [
            "",
            "VmRSS: 1 MB",
            "VmRSS: x kB",
            "VmRSS: 18446744073709551615 kB",
        ] {
            assert_eq!(resident(bad), None, "{bad}");
        }
        assert_eq!(
            (change(5, 3), change(3, 5), change(0, u64::MAX)),
            (-2, 2, i64::MAX)
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_some() {
        assert!(MemorySampler::process().resident_bytes().unwrap() > 100_000);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(VmRSS:)?[ -~\n]{0,40}") {
            let _ = resident(&text);
        }
    }
}
