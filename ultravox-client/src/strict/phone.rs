//! Phone numbers as people write them, and how long they are in some countries.

use voice_core::error::Error;
use voice_core::ident::E164;

use super::OPERATION;
use crate::PROVIDER;

const MESSAGE: &str = "Phone number must be in valid international format";

/// Whether phone numbers are held against the lengths of single countries.
///
/// | country code | digits after it |
/// |---|---|
/// | +1 | 10 |
/// | +33 | 9 to 10 |
/// | +44 | 10 to 11 |
/// | +49 | 10 to 12 |
/// | +81 | 10 to 11 |
/// | +86 | 11 |
/// | +91 | 10 |
///
/// The table is coarse, and lengths change over time: it refuses some real numbers, such as short ones in Germany, and it
/// refuses `+1234567890`, which many guides give as an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NationalLengths {
    /// The E.164 form alone counts. The default.
    #[default]
    Ignored,
    /// Numbers of the countries above must have one of their lengths.
    Checked,
}

pub(super) fn read(text: &str, national: NationalLengths) -> Result<E164, Error> {
    let invalid =
        || Error::invalid_input("phone_number", MESSAGE).with_operation(PROVIDER, OPERATION);
    let number = E164::parse_lenient(text.trim()).map_err(|error| invalid().with_source(error))?;
    if national == NationalLengths::Checked && !has_national_length(&number) {
        return Err(invalid().with_hint(
            "The number of digits after the country code is not one that this country uses",
        ));
    }
    Ok(number)
}

fn has_national_length(number: &E164) -> bool {
    const COUNTRIES: [(&str, std::ops::RangeInclusive<usize>); 7] = [
        ("1", 10..=10),
        ("33", 9..=10),
        ("44", 10..=11),
        ("49", 10..=12),
        ("81", 10..=11),
        ("86", 11..=11),
        ("91", 10..=10),
    ];
    COUNTRIES.iter().all(|(code, lengths)| {
        let national = number.digits().strip_prefix(code);
        national.is_none_or(|digits| lengths.contains(&digits.len()))
    })
}
