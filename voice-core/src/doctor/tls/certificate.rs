//! What a certificate says of itself.

use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Most names that are kept.
const NAMES: usize = 20;
/// Longest name that is kept, in characters.
const LENGTH: usize = 200;

/// A certificate (X.509, RFC 5280), as far as a person asks about it. Reading it proves nothing of who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// Whose it is, such as `CN=api.example.com`.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The first moment of its life.
    pub not_before: SystemTime,
    /// The last moment of its life.
    pub not_after: SystemTime,
    /// The names and addresses it is good for, the first 20.
    pub names: Vec<String>,
}

/// Bytes that are no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an X.509 certificate")]
pub struct CertificateError;

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError`] for anything else.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let (_, read) = X509Certificate::from_der(der).map_err(|_| CertificateError)?;
        let names = match read.subject_alternative_name() {
            Ok(Some(names)) => names.value.general_names.iter().filter_map(name),
            _ => [].iter().filter_map(name),
        };
        Ok(Self {
            subject: cut(&read.subject()),
            issuer: cut(&read.issuer()),
            not_before: moment(read.validity().not_before.timestamp()),
            not_after: moment(read.validity().not_after.timestamp()),
            names: names.take(NAMES).collect(),
        })
    }

    /// Whole days until it ends, negative once it has.
    #[must_use]
    pub fn days_left(&self, now: SystemTime) -> i64 {
        const DAY: u64 = 24 * 60 * 60;
        let days = |time: Duration| i64::try_from(time.as_secs() / DAY).unwrap_or(i64::MAX);
        match self.not_after.duration_since(now) {
            Ok(left) => days(left),
            Err(gone) => -1 - days(gone.duration()),
        }
    }

    /// Whether it names itself as its issuer.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(cut(name)),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            let v6 = || <[u8; 16]>::try_from(*bytes).map(IpAddr::from);
            v4.or_else(|_| v6()).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

fn cut(text: &impl fmt::Display) -> String {
    text.to_string().chars().take(LENGTH).collect()
}

/// Moments no clock can show are the ends of what one can.
fn moment(seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let moment = match seconds {
        0.. => UNIX_EPOCH.checked_add(by),
        _ => UNIX_EPOCH.checked_sub(by),
    };
    moment.unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn der() -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let names = vec![
            "api.example.com".to_owned(),
            "127.0.0.1".to_owned(),
            "::1".to_owned(),
        ];
        let mut params = rcgen::CertificateParams::new(names).unwrap();
        params.not_before = rcgen::date_time_ymd(2025, 1, 1);
        params.not_after = rcgen::date_time_ymd(2025, 2, 1);
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_is_read() {
        let read = Certificate::from_der(&der()).unwrap();
        assert_eq!(read.names, ["api.example.com", "127.0.0.1", "::1"]);
        assert!(
            read.is_self_issued() && read.subject.starts_with("CN="),
            "{read:?}"
        );
        let end = UNIX_EPOCH + Duration::from_secs(1_738_368_000);
        assert_eq!(read.not_after, end);
        for (now, days) in [
            (end - Duration::from_secs(14 * 86_400), 14),
            (end - Duration::from_secs(14 * 86_400 - 1), 13),
            (end, 0),
            (end + Duration::from_secs(1), -1),
            (end + Duration::from_secs(86_400), -2),
        ] {
            assert_eq!(read.days_left(now), days);
        }
    }

    #[test]
    fn no_moment_is_out_of_range() {
        for seconds in [i64::MIN, -1, 0, i64::MAX] {
            let _ = moment(seconds);
        }
        assert_eq!(moment(-1), UNIX_EPOCH - Duration::from_secs(1));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = Certificate::from_der(&bytes);
        }

        #[test]
        fn no_damage_to_a_real_one_panics(at in 0_usize..2_000, byte in any::<u8>(), cut in 0_usize..2_000) {
            static REAL: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(der);
            let mut der = REAL.clone();
            if let Some(place) = der.get_mut(at) {
                *place = byte;
            }
            der.truncate(cut.max(1));
            let _ = Certificate::from_der(&der);
        }
    }
}
