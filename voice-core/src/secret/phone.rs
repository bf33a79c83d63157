//! Phone numbers: what looks like one, and the mask it is shown as.
//!
//! A number with a plus may be written in groups. How far the groups reach is a guess where blanks part them, since a
//! status code may follow a number: once ten digits are read and the last group was a long one, as in `+91 98765 43210`,
//! what stands behind a blank is the next word.

use super::scan::{Scan, Span, is_alnum, is_digit};

/// Fewest digits behind a plus that are a number.
const SHORTEST: usize = 7;
/// Most digits E.164 allows.
const LONGEST: usize = 15;
/// Fewest digits of a number without a plus; also what is enough to end a grouped number at a blank.
const NATIONAL: usize = 10;
/// A group of so many digits is the last of its number when a blank follows and the number has enough digits.
const LONG_GROUP: usize = 5;
/// How a plus may be written; all but the first are escapes of it.
const PLUS: [&str; 6] = ["+", "%2B", "%252B", "\\u002B", "&#43;", "&plus;"];

/// The digits of a number: how many, and the ones the mask shows.
#[derive(Debug, Default)]
struct Digits {
    count: usize,
    first: [u8; 2],
    last: [u8; 2],
}

impl Digits {
    fn add(&mut self, group: &[u8]) {
        for digit in group {
            if let Some(slot) = self.first.get_mut(self.count) {
                *slot = *digit;
            }
            self.last = [self.last[1], *digit];
            self.count += 1;
        }
    }

    /// `plus` as it was written, two digits, a star for each between, two digits.
    fn mask(&self, plus: &[u8]) -> String {
        let mut mask = String::with_capacity(plus.len() + self.count);
        mask.extend(plus.iter().copied().map(char::from));
        mask.extend(self.first.map(char::from));
        mask.extend(std::iter::repeat_n('*', self.count.saturating_sub(4)));
        mask.extend(self.last.map(char::from));
        mask
    }
}

/// A number that starts with a plus at `at`.
pub(super) fn with_plus(scan: Scan<'_>, at: usize) -> Option<Span> {
    let digits_at = at + scan.first_of(at, &PLUS)?;
    let plus_is_blank = scan.at(at) != Some(b'+');
    let mut group = digits_at + usize::from(scan.is(digits_at, |byte| matches!(byte, b'(' | b'[')));
    let mut end = scan.run(group, is_digit);
    let mut digits = Digits::default();
    digits.add(scan.slice(group, end));
    // No country code starts with a zero, but `+0000 2026` ends many a date.
    let may_be_grouped = scan.at(group) != Some(b'0');
    let mut last_width = digits.count;
    while may_be_grouped && digits.count > 0 {
        let gap = Gap::at(scan, end, plus_is_blank);
        group = gap.end;
        let group_end = scan.run(group, is_digit);
        let width = group_end - group;
        let is_another = gap.blank && digits.count >= NATIONAL && last_width >= LONG_GROUP;
        // A group with a star behind it is the head of a number that is masked already.
        let is_masked = scan.at(group_end) == Some(b'*');
        if gap.end == end || width == 0 || is_another || is_masked || digits.count + width > LONGEST
        {
            break;
        }
        digits.add(scan.slice(group, group_end));
        last_width = width;
        end = group_end;
    }
    (digits.count >= SHORTEST).then(|| Span {
        start: at,
        end,
        with: digits.mask(scan.slice(at, digits_at)).into(),
    })
}

/// A number without a plus: 10 to 15 digits at `at` that touch no letter.
pub(super) fn bare(scan: Scan<'_>, at: usize) -> Option<Span> {
    let end = scan.run(at, is_digit);
    if !(NATIONAL..=LONGEST).contains(&(end - at)) || scan.is(end, is_alnum) {
        return None;
    }
    let mut digits = Digits::default();
    digits.add(scan.slice(at, end));
    Some(Span {
        start: at,
        end,
        with: digits.mask(b"").into(),
    })
}

/// What stands between two groups of digits.
struct Gap {
    end: usize,
    blank: bool,
}

impl Gap {
    /// Most separators in a row, as in `+49 (0) - 30`.
    const WIDEST: usize = 4;
    /// Blanks and dashes beyond ASCII (no-break and thin spaces, hyphens to em dash), and escaped separators.
    const BLANKS: [&'static str; 5] = ["%20", "\u{a0}", "\u{2009}", "\u{202f}", "&nbsp;"];
    const OTHERS: [&'static str; 9] = [
        "%28", "%29", "%2D", "%2E", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}",
    ];

    fn at(scan: Scan<'_>, at: usize, plus_is_blank: bool) -> Self {
        let mut gap = Self {
            end: at,
            blank: false,
        };
        for _ in 0..Self::WIDEST {
            let (width, blank) = match scan.at(gap.end) {
                Some(b' ' | b'\t') => (1, true),
                Some(b'+') if plus_is_blank => (1, true),
                Some(b'.' | b'-' | b'(' | b')' | b'[' | b']') => (1, false),
                Some(b'%' | b'&' | 128..) => {
                    if let Some(width) = scan.first_of(gap.end, &Self::BLANKS) {
                        (width, true)
                    } else if let Some(width) = scan.first_of(gap.end, &Self::OTHERS) {
                        (width, false)
                    } else {
                        break;
                    }
                }
                _ => break,
            };
            gap.end += width;
            gap.blank |= blank;
        }
        gap
    }
}

#[cfg(test)]
mod tests {
    use super::super::redact;

    #[test]
    fn a_number_keeps_its_plus_and_two_digits_at_each_end() {
        for (number, mask) in [
            ("+14155552671", "+14*******71"),
            ("+1234567", "+12***67"),
            ("+123456789012345", "+12***********45"),
            ("+12345678901234567890", "+12****************90"),
            ("+1 (415) 555-2671", "+14*******71"),
            ("+1.415.555.2671", "+14*******71"),
            ("+44 20 7946 0958", "+44********58"),
            ("+91 98765 43210", "+91********10"),
            ("+(91)[98765]43210", "+91********10"),
            ("+91\u{a0}98765\u{2011}43210", "+91********10"),
            ("%2B14155552671", "%2B14*******71"),
            ("%2b1+415+555+2671", "%2b14*******71"),
            ("%252B14155552671", "%252B14*******71"),
            ("%2B91%2098765%2043210", "%2B91********10"),
            (r"\u002b14155552671", r"\u002b14*******71"),
            ("&#43;14155552671", "&#43;14*******71"),
            ("4155552671", "41******71"),
            ("00919876543210", "00**********10"),
        ] {
            assert_eq!(redact(number), mask);
            assert_eq!(
                redact(&format!("call {number} now")),
                format!("call {mask} now")
            );
            assert_eq!(redact(mask), mask);
        }
    }

    #[test]
    fn what_follows_a_number_is_not_taken_for_a_part_of_it() {
        assert_eq!(redact("+14155552671 200 OK"), "+14*******71 200 OK");
        assert_eq!(redact("+91 98765 43210 200 OK"), "+91********10 200 OK");
        assert_eq!(redact("/+14155552671/2010"), "/+14*******71/2010");
        assert_eq!(
            redact("+14155552671,+14155552672"),
            "+14*******71,+14*******72"
        );
    }

    #[test]
    fn numbers_behind_an_escape_are_found() {
        assert_eq!(redact("To%3D919876543210%26a"), "To%3D91********10%26a");
        assert_eq!(redact("%209198765432101"), "%2091*********01");
        assert_eq!(redact(r"To:\n919876543210\tx"), r"To:\n91********10\tx");
        assert_eq!(redact(r"a\u0020919876543210"), r"a\u002091********10");
    }

    #[test]
    fn other_digits_stay() {
        for text in [
            "+123456",
            "123456789",
            "1234567890123456",
            "a1234567890",
            "1234567890a",
            "2026-11-02T10:00:00+05:30",
            "Mon, 02 Nov 2026 10:00:00 +0000 2026",
            "550e8400-e29b-41d4-a716-446655440000",
            "id_550e8400-e29b-41d4-a716-446655440000.",
            "CA00000000000000000000000000000001",
            "RQ12345678901234567890123456789012",
            "12345678901234567890123456789012",
            "+123456 12**********34",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
