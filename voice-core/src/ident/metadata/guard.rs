//! [`DialGuard`]: looks at a number before it is dialled.

use std::collections::BTreeSet;

use super::kind::NumberKind;
use super::region::RegionCode;
use crate::ident::E164;

/// Which numbers an application does not dial: those that cost a fortune, and those that lead nowhere.
///
/// Whoever lets strangers choose the number that is dialled pays for their choice: calls to premium-rate and satellite
/// numbers are how that is turned into money. Ask the guard first.
///
/// By default refused: [`PremiumRate`](NumberKind::PremiumRate), [`SharedCost`](NumberKind::SharedCost),
/// [`Personal`](NumberKind::Personal), [`Pager`](NumberKind::Pager), [`Satellite`](NumberKind::Satellite),
/// [`InternationalNetwork`](NumberKind::InternationalNetwork), and numbers that are not possible. Numbers of the right length
/// in a range that nobody is known to have are dialled, since the metadata may be older than the range; see
/// [`refuse_unknown`](Self::refuse_unknown).
///
/// ```
/// use voice_core::ident::E164;
/// use voice_core::ident::metadata::{DialGuard, DialRefusal, NumberKind, RegionCode};
///
/// let guard = DialGuard::new().only([RegionCode::parse("US")?, RegionCode::parse("CA")?]);
/// assert!(guard.check(&E164::parse("+14155552671")?).is_ok());
/// let premium = guard.check(&E164::parse("+19002345678")?);
/// assert_eq!(premium, Err(DialRefusal::Kind(NumberKind::PremiumRate)));
/// assert_eq!(guard.check(&E164::parse("+442079460958")?), Err(DialRefusal::Region));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialGuard {
    refused: BTreeSet<NumberKind>,
    regions: Option<BTreeSet<RegionCode>>,
}

/// Why a number is not dialled. It never repeats the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DialRefusal {
    /// Numbers of this kind are not dialled.
    #[error("numbers of the kind {} are not dialled", .0.as_str())]
    Kind(NumberKind),
    /// No number of that calling code has this length, or there is no such calling code.
    #[error("there is no such number")]
    NotPossible,
    /// It is of none of the regions that are dialled.
    #[error("its region is none of those that are dialled")]
    Region,
}

impl Default for DialGuard {
    fn default() -> Self {
        Self::new()
    }
}

impl DialGuard {
    /// With the defaults.
    #[must_use]
    pub fn new() -> Self {
        let refused = [
            NumberKind::PremiumRate,
            NumberKind::SharedCost,
            NumberKind::Personal,
            NumberKind::Pager,
            NumberKind::Satellite,
            NumberKind::InternationalNetwork,
        ];
        Self {
            refused: BTreeSet::from(refused),
            regions: None,
        }
    }

    /// Dials numbers of this kind after all.
    #[must_use]
    pub fn allow(mut self, kind: NumberKind) -> Self {
        self.refused.remove(&kind);
        self
    }

    /// Does not dial numbers of this kind either.
    #[must_use]
    pub fn refuse(mut self, kind: NumberKind) -> Self {
        self.refused.insert(kind);
        self
    }

    /// Does not dial numbers in a range that nobody is known to have.
    #[must_use]
    pub fn refuse_unknown(self) -> Self {
        self.refuse(NumberKind::Unknown)
    }

    /// Dials numbers of these regions only; all regions.
    #[must_use]
    pub fn only(mut self, regions: impl IntoIterator<Item = RegionCode>) -> Self {
        self.regions = Some(regions.into_iter().collect());
        self
    }

    /// Looks at a number.
    ///
    /// # Errors
    /// [`DialRefusal`] says why it is not to be dialled.
    pub fn check(&self, number: &E164) -> Result<(), DialRefusal> {
        let known = number.metadata();
        if self.refused.contains(&known.kind()) {
            return Err(DialRefusal::Kind(known.kind()));
        }
        if !known.is_possible() {
            return Err(DialRefusal::NotPossible);
        }
        let Some(regions) = &self.regions else {
            return Ok(());
        };
        match known.region() {
            Some(region) if regions.contains(&region) => Ok(()),
            _ => Err(DialRefusal::Region),
        }
    }
}
