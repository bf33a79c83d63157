//! A small mutator for the short run: the same inputs every time, on every machine.

use fastrand::Rng;

/// No mutation makes an input longer, in bytes.
const LONGEST: usize = 8 * 1024;

/// Words that get past first checks, and numbers at the ends of their ranges.
const WORDS: &[&str] = &[
    "+14155550123",
    "%2B",
    "%",
    "\\u0000",
    "\u{feff}",
    "\u{a0}",
    "é",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"type\":",
    "-1",
    "0",
    "1e309",
    "18446744073709551616",
    "9223372036854775808",
    "2025-01-13T10:30:00Z",
    "Mon, 13 Jan 2025 10:30:00 GMT",
    "sip:",
    "tel:",
    "<",
    ">",
    ";",
    ",",
    "=",
    "&",
    "?",
    "#",
    "/",
    "//",
    "..",
    "@",
    "@SECRET@",
    "\n---\n",
    "\n\n",
    "\r\n",
    "https://",
    "wss://",
    "user:pass@",
    "xn--",
    "127.0.0.1",
    "[::1]",
    "{{",
    "}}",
    "{%",
    "%}",
    "\\{{",
    "<![CDATA[",
    "]]>",
    "<!--",
    "&amp;",
    "&#0;",
    "<!DOCTYPE",
    "6m0s",
    "Bearer ",
    "limit=10",
    ";w=60",
];

/// Makes new inputs of given ones.
#[derive(Debug)]
pub struct Mutator {
    random: Rng,
}

impl Mutator {
    /// One that gives the same inputs for the same seed.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Rng::with_seed(seed),
        }
    }

    /// One of the inputs, changed in one to eight places.
    pub fn make(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.pick(corpus);
        for _ in 0..self.random.usize(1..=8) {
            self.change(&mut input, corpus);
        }
        input.truncate(LONGEST);
        input
    }

    fn pick(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        match corpus.len() {
            0 => Vec::new(),
            count => corpus[self.random.usize(..count)].clone(),
        }
    }

    fn change(&mut self, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.random.usize(..=input.len());
        let span = at..(at + self.random.usize(..16)).min(input.len());
        match self.random.u8(..10) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.random.u8(..8);
                }
            }
            1 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = self.random.u8(..);
                }
            }
            2 => drop(input.splice(at..at, [self.random.u8(..)])),
            3 => drop(input.drain(span)),
            4 => {
                let piece = input[span].to_vec();
                let times = self.random.usize(1..64);
                input.splice(at..at, piece.repeat(times));
            }
            5 => input.truncate(at),
            6 => {
                let other = self.pick(corpus);
                let from = self.random.usize(..=other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            7 => self.number(input, at),
            _ => {
                let word = WORDS[self.random.usize(..WORDS.len())];
                let end = if self.random.bool() { span.end } else { at };
                input.splice(at..end, word.bytes());
            }
        }
    }

    /// Another number in place of the one at or behind `at`: lengths, ports, times, codes.
    fn number(&mut self, input: &mut Vec<u8>, at: usize) {
        let digit = |byte: &u8| byte.is_ascii_digit();
        let Some(start) = input[at..].iter().position(digit).map(|found| at + found) else {
            return;
        };
        let length = input[start..].iter().take_while(|byte| digit(byte)).count();
        let number = match self.random.u8(..4) {
            0 => self.random.u64(..100).to_string(),
            1 => self.random.u64(..).to_string(),
            2 => (1_u128 << self.random.u32(..100)).to_string(),
            _ => "9".repeat(self.random.usize(1..40)),
        };
        input.splice(start..start + length, number.bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_inputs() {
        let corpus = [
            b"retry-after: 120".to_vec(),
            b"x-ratelimit-reset: 6m0s".to_vec(),
        ];
        let (mut one, mut two) = (Mutator::new(7), Mutator::new(7));
        let made: Vec<_> = (0..500).map(|_| one.make(&corpus)).collect();
        assert!(
            made.iter()
                .all(|input| *input == two.make(&corpus) && input.len() <= LONGEST)
        );
        let distinct: std::collections::HashSet<_> = made.iter().collect();
        assert!(distinct.len() > 400, "{}", distinct.len());
    }

    #[test]
    fn nothing_to_begin_with_is_something_too() {
        let mut mutator = Mutator::new(1);
        assert!((0..100).any(|_| !mutator.make(&[]).is_empty()));
    }
}
