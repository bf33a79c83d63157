//! The ringing that callers hear, by country.

use super::attribute::words;
use crate::types::open_enum;

open_enum! {
    /// The ringing a caller hears while somebody is dialled: that of a country, or of an audio file, whose URL goes into
    /// `Other`.
    RingTone {
        /// Austria.
        At = "at",
        /// Australia.
        Au = "au",
        /// Belgium.
        Be = "be",
        /// Bulgaria.
        Bg = "bg",
        /// Brazil.
        Br = "br",
        /// Switzerland.
        Ch = "ch",
        /// Chile.
        Cl = "cl",
        /// China.
        Cn = "cn",
        /// Czechia.
        Cz = "cz",
        /// Germany.
        De = "de",
        /// Denmark.
        Dk = "dk",
        /// Estonia.
        Ee = "ee",
        /// Spain.
        Es = "es",
        /// Finland.
        Fi = "fi",
        /// France.
        Fr = "fr",
        /// Greece.
        Gr = "gr",
        /// Hungary.
        Hu = "hu",
        /// Israel.
        Il = "il",
        /// India.
        In = "in",
        /// Italy.
        It = "it",
        /// Japan.
        Jp = "jp",
        /// Lithuania.
        Lt = "lt",
        /// Mexico.
        Mx = "mx",
        /// Malaysia.
        My = "my",
        /// Netherlands.
        Nl = "nl",
        /// Norway.
        No = "no",
        /// New Zealand.
        Nz = "nz",
        /// Philippines.
        Ph = "ph",
        /// Poland.
        Pl = "pl",
        /// Portugal.
        Pt = "pt",
        /// Russia.
        Ru = "ru",
        /// Sweden.
        Se = "se",
        /// Singapore.
        Sg = "sg",
        /// Thailand.
        Th = "th",
        /// Taiwan.
        Tw = "tw",
        /// United Kingdom.
        Uk = "uk",
        /// United States.
        Us = "us",
        /// United States, in former times.
        UsOld = "us-old",
        /// Venezuela.
        Ve = "ve",
        /// South Africa.
        Za = "za",
    }
}

words! { RingTone }
