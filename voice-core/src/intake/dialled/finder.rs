//! [`DialledNumber`]: looks through the headers, in order, until one has a number.

use super::address::{Address, Malformed, addresses};
use super::caller::Caller;
use super::look::{Look, Miss, line};
use super::region::Region;
use super::source::{HeaderNameError, Source};
use super::uri;
use crate::ident::E164;
use crate::provider::SipHeader;

/// Finds the dialled number of a call.
///
/// The first header that has a number decides. Unless set otherwise they are asked in this order:
///
/// 1. the trunk's own headers, in the order they were [added](Self::header);
/// 2. `To`;
/// 3. `Diversion`, then `History-Info`: of a forwarded call, the number that was dialled **first**;
/// 4. `P-Called-Party-ID`.
///
/// Within one header, repeats and values count in the order of the message, except where the header itself has another.
///
/// # What can be trusted
///
/// **By default, nothing.** The caller's device writes `To`, and may add a `Diversion`, `History-Info` or
/// `P-Called-Party-ID`, or a copy of a header of the trunk's own. What stops it is the trunk, if it writes these headers anew or
/// strips them; a call that reaches the provider's SIP address without a trunk of yours is stopped by nobody. So whoever can
/// send such an INVITE chooses which of your numbers, and with it which tenant, is taken to be dialled. The same holds for
/// [`Caller`]. Neither is a proof of anything: use them to choose a greeting, not to open an account.
///
/// Where it matters, let the trunk carry the number in a header of its own that it **overwrites** on every call, and ask that
/// one alone: `only([Source::header("X-Dialled-Number")?])`. With [`header`](Self::header) the usual headers are still asked
/// when it is absent. Of repeats the first that has a number counts, also where they disagree, and `t` is as good as `To`: a
/// trunk that adds its header behind one of the caller's does not help.
///
/// ```
/// use voice_core::intake::dialled::{DialledNumber, Source};
/// use voice_core::provider::SipHeader;
///
/// let finder = DialledNumber::new().header("X-Dialled-Number")?;
/// let headers = [
///     SipHeader::new("From", "\"Anna\" <sip:+14155550123@carrier.example>;tag=9"),
///     SipHeader::new("t", "<sip:project@sip.example.com;transport=tls>"),
///     SipHeader::new("Diversion", "<tel:+44-20-7946-0958>;reason=unconditional"),
/// ];
/// let dialled = finder.find(&headers)?;
/// assert_eq!(dialled.number, "+442079460958");
/// assert_eq!(dialled.source, Source::Diversion);
/// assert_eq!(dialled.report(), "found in Diversion (X-Dialled-Number: absent, To: not_a_number)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DialledNumber {
    own: Vec<Source>,
    then: Vec<Source>,
    region: Option<Region>,
}

impl DialledNumber {
    /// Most headers of one name whose values are looked at; those behind them are not there.
    pub const MAX_HEADERS: usize = 512;
    /// Longest value that is looked at, in bytes; a longer one gives no number.
    pub const MAX_VALUE_BYTES: usize = 64 * 1024;

    /// The usual headers in the usual order, and no region.
    #[must_use]
    pub fn new() -> Self {
        Self {
            own: Vec::new(),
            then: vec![
                Source::To,
                Source::Diversion,
                Source::HistoryInfo,
                Source::CalledParty,
            ],
            region: None,
        }
    }

    /// Asks a header of the trunk's own before all others, behind those added before it.
    ///
    /// # Errors
    /// [`HeaderNameError`].
    pub fn header(mut self, name: &str) -> Result<Self, HeaderNameError> {
        self.own.push(Source::header(name)?);
        Ok(self)
    }

    /// Asks these in this order, in place of all others.
    #[must_use]
    pub fn only(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.own.clear();
        self.then = sources.into_iter().collect();
        self
    }

    /// Reads numbers without `+` as they are dialled there. Without a region they stay unread.
    #[must_use]
    pub fn region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// Who calls.
    #[must_use]
    pub fn caller(&self, headers: &[SipHeader]) -> Caller {
        Caller::read(headers, self.region.as_ref())
    }

    /// The dialled number, and who calls.
    ///
    /// # Errors
    /// [`NoDialledNumber`] says for each header why it has none.
    pub fn find(&self, headers: &[SipHeader]) -> Result<Dialled, NoDialledNumber> {
        let caller = self.caller(headers);
        let mut passed = Vec::new();
        for source in self.own.iter().chain(&self.then) {
            match self.ask(source, headers) {
                Ok(number) => {
                    return Ok(Dialled {
                        number,
                        source: source.clone(),
                        caller,
                        passed,
                    });
                }
                Err(miss) => passed.push(Look {
                    source: source.clone(),
                    miss,
                }),
            }
        }
        Err(NoDialledNumber { caller, passed })
    }

    fn ask(&self, source: &Source, headers: &[SipHeader]) -> Result<E164, Miss> {
        let mut miss = Miss::Absent;
        let mut found = Vec::new();
        for value in values(headers, |name| source.is(name)) {
            match value {
                Ok(value) => found.extend(addresses(value, source.many())),
                Err(why) => miss = why,
            }
            if miss == Miss::Absent {
                miss = Miss::Empty;
            }
        }
        match source {
            Source::Diversion => found.reverse(),
            // Sorting is stable: entries without an index keep their order, behind those with one.
            Source::HistoryInfo => found.sort_by_cached_key(history_index),
            Source::Header(_) | Source::To | Source::CalledParty => {}
        }
        for address in found {
            let read = address
                .map_err(|Malformed| Miss::Malformed)
                .and_then(|address| uri::number(address.uri, self.region.as_ref()));
            match read {
                Ok(number) => return Ok(number),
                Err(why) => miss = why,
            }
        }
        Err(miss)
    }
}

impl Default for DialledNumber {
    fn default() -> Self {
        Self::new()
    }
}

/// The values of the headers that are meant, within the bounds.
pub(super) fn values<'a>(
    headers: &'a [SipHeader],
    is_meant: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = Result<&'a str, Miss>> + 'a {
    // Counted among those that are meant: others must not push the trunk's own header out of sight.
    headers
        .iter()
        .filter(move |header| is_meant(&header.name))
        .take(DialledNumber::MAX_HEADERS)
        .map(|header| match header.value.len() {
            0..=DialledNumber::MAX_VALUE_BYTES => Ok(header.value.as_str()),
            _ => Err(Miss::TooLarge),
        })
}

/// `1.2.1` as numbers, 16 of them at most; entries without an index come last.
fn history_index(address: &Result<Address<'_>, Malformed>) -> (bool, Vec<u32>) {
    let index = address.ok().and_then(|address| address.parameter("index"));
    let index: Option<Vec<u32>> = index.and_then(|index| {
        let parts = index.split('.').take(16);
        parts.map(|part| part.parse().ok()).collect()
    });
    (index.is_none(), index.unwrap_or_default())
}

/// The number that was dialled, and where it was found. `Debug` shows numbers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dialled {
    /// The number.
    pub number: E164,
    /// Where it stood.
    pub source: Source,
    /// Who calls.
    pub caller: Caller,
    /// The sources before it, and why they had none.
    pub passed: Vec<Look>,
}

impl Dialled {
    /// Where it was found and why not before, as one line for the log; no number is in it.
    #[must_use]
    pub fn report(&self) -> String {
        match self.passed.as_slice() {
            [] => format!("found in {}", self.source),
            passed => format!("found in {} ({})", self.source, line(passed)),
        }
    }
}

/// No header carries the dialled number in a form that can be read. Neither `Debug` nor `Display` shows a number in full.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("no header carries the dialled number: {}", line(passed))]
pub struct NoDialledNumber {
    /// Who calls.
    pub caller: Caller,
    /// Every source, and why it had none.
    pub passed: Vec<Look>,
}

impl NoDialledNumber {
    /// Why each source had none, as one line for the log.
    #[must_use]
    pub fn report(&self) -> String {
        line(&self.passed)
    }
}
