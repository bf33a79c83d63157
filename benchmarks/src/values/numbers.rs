//! A phone number in E.164 form, beside two ports of libphonenumber.
//!
//! The ports do more: they know the numbering plan of every country. They are what people reach for to check `+15551234567`,
//! and what a check of the form alone saves is the point of the row.

use std::hint::black_box;

use rlibphonenumber::PHONE_NUMBER_UTIL;
use voice_core::ident::E164;

use super::rows;
use crate::harness::{each, in_turn};
use crate::{Bar, Options, Row};

const NUMBER: &str = "+14155550123";

/// The section `numbers`.
#[must_use]
pub fn section(options: &Options) -> Vec<Row> {
    let figures = in_turn(
        options,
        vec![
            each(|| E164::parse(black_box(NUMBER))),
            each(|| phonenumber::parse(None, black_box(NUMBER))),
            each(|| PHONE_NUMBER_UTIL.parse(black_box(NUMBER), None)),
        ],
    );
    rows(
        "numbers",
        "E164::parse",
        figures[0],
        Some(Bar::AtMost(20.0)),
        &[
            ("phonenumber", figures[1], None),
            ("rlibphonenumber", figures[2], None),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_takes_the_number() {
        assert!(E164::parse(NUMBER).is_ok());
        assert!(phonenumber::parse(None, NUMBER).is_ok());
        assert!(PHONE_NUMBER_UTIL.parse(NUMBER, None).is_ok());
    }
}
