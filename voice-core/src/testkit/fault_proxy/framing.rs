//! Where a body ends (RFC 9112, sections 6 and 7.1).

use std::io;

/// A body under way: told the bytes as they come, it says how many are still its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes are to come.
    Length(u64),
    /// Chunked; where in the coding.
    Chunked(Chunk),
    /// Whatever comes until the connection closes.
    UntilClose,
}

/// A place in the chunked coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunk {
    /// In the digits of a size.
    Size { size: u64, digits: u8 },
    /// Behind the digits, before the line feed: extensions.
    Extension(u64),
    /// In the data; so much is to come.
    Data(u64),
    /// Behind the data, before the line feed.
    DataEnd,
    /// In a trailer line; whether it has any letter yet.
    Trailer { empty: Empty },
    /// Behind the last line.
    Done,
}

/// Whether a line is empty so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    Yes,
    No,
}

/// Most hexadecimal digits of a chunk size that fit.
const SIZE_DIGITS: u8 = 15;

impl Body {
    pub(super) fn chunked() -> Self {
        Self::Chunked(Chunk::Size { size: 0, digits: 0 })
    }

    /// Whether nothing more is to come. A body that ends with its connection never says so.
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Length(0) | Self::Chunked(Chunk::Done))
    }

    /// Takes what is its own of `bytes` and says how many that is.
    pub(super) fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::UntilClose => Ok(bytes.len()),
            Self::Length(left) => Ok(take_from(left, bytes.len())),
            Self::Chunked(chunk) => {
                let mut taken = 0;
                while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
                    if *chunk == Chunk::Done {
                        break;
                    }
                    taken += chunk.take(rest)?;
                }
                Ok(taken)
            }
        }
    }
}

impl Chunk {
    /// Takes at least one of `bytes`, which is not empty.
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Self::Data(left) = self {
            let taken = take_from(left, bytes.len());
            if *left == 0 {
                *self = Self::DataEnd;
            }
            return Ok(taken);
        }
        let Some(byte) = bytes.first().copied() else {
            return Ok(0);
        };
        *self = self.after(byte)?;
        Ok(1)
    }

    fn after(self, byte: u8) -> io::Result<Self> {
        let digit = char::from(byte).to_digit(16);
        Ok(match (self, byte) {
            (Self::Size { size, digits }, _) if digit.is_some() && digits < SIZE_DIGITS => {
                Self::Size {
                    size: size * 16 + u64::from(digit.unwrap_or(0)),
                    digits: digits + 1,
                }
            }
            (Self::Size { size, digits: 1.. } | Self::Extension(size), b'\n') => match size {
                0 => Self::Trailer { empty: Empty::Yes },
                size => Self::Data(size),
            },
            (Self::Size { size, digits: 1.. }, b'\r' | b';' | b' ' | b'\t')
            | (Self::Extension(size), _) => Self::Extension(size),
            (Self::DataEnd, b'\n') => Self::Size { size: 0, digits: 0 },
            (Self::DataEnd, b'\r') => Self::DataEnd,
            (Self::Trailer { empty: Empty::Yes }, b'\n') => Self::Done,
            (Self::Trailer { .. }, b'\n') => Self::Trailer { empty: Empty::Yes },
            (Self::Trailer { empty }, b'\r') => Self::Trailer { empty },
            (Self::Trailer { .. }, _) => Self::Trailer { empty: Empty::No },
            (Self::Done, _) => Self::Done,
            (Self::Size { .. } | Self::DataEnd | Self::Data(_), _) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "malformed chunked body",
                ));
            }
        })
    }
}

/// Takes at most `available` off `left`.
fn take_from(left: &mut u64, available: usize) -> usize {
    let taken = usize::try_from(*left).map_or(available, |left| left.min(available));
    *left = left.saturating_sub(taken as u64);
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    /// Feeds `bytes` in pieces of `step`; how many were taken, and whether the body is done.
    fn feed(mut body: Body, bytes: &[u8], step: usize) -> io::Result<(usize, bool)> {
        let mut taken = 0;
        for piece in bytes.chunks(step) {
            let part = body.take(piece)?;
            taken += part;
            if part < piece.len() {
                break;
            }
        }
        Ok((taken, body.is_done()))
    }

    #[test]
    fn chunks_end_at_the_empty_line_behind_the_last() {
        let body = b"5\r\nhello\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nX: y\r\n\r\n";
        for step in 1..=body.len() + 4 {
            let mut more = body.to_vec();
            more.extend_from_slice(b"GET ");
            assert_eq!(
                feed(Body::chunked(), &more, step).unwrap(),
                (body.len(), true)
            );
        }
        assert_eq!(feed(Body::chunked(), b"0\r\n\r\n", 2).unwrap(), (5, true));
        assert_eq!(feed(Body::chunked(), b"5\r\nhel", 1).unwrap(), (6, false));
    }

    #[test]
    fn malformed_chunks_are_refused() {
        for body in [
            &b"x\r\n"[..],
            b"\r\n",
            b"1\r\nab\r\n",
            b"fffffffffffffffff\r\n",
        ] {
            let error = feed(Body::chunked(), body, 1).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn other_bodies_end_where_they_say() {
        assert_eq!(feed(Body::Length(5), b"hello GET", 3).unwrap(), (5, true));
        assert_eq!(feed(Body::Length(0), b"GET", 3).unwrap(), (0, true));
        assert_eq!(feed(Body::UntilClose, b"hello", 2).unwrap(), (5, false));
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes: Vec<u8>, step in 1_usize..9) {
            if let Ok((taken, _)) = feed(Body::chunked(), &bytes, step) {
                prop_assert!(taken <= bytes.len());
            }
        }

        #[test]
        fn any_chunks_are_taken_whole_however_they_come(
            chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..6),
            step in 1_usize..50,
            next in any::<Vec<u8>>(),
        ) {
            let mut body = Vec::new();
            for chunk in &chunks {
                body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                body.extend_from_slice(chunk);
                body.extend_from_slice(b"\r\n");
            }
            body.extend_from_slice(b"0\r\n\r\n");
            let length = body.len();
            body.extend_from_slice(&next);
            prop_assert_eq!(feed(Body::chunked(), &body, step).unwrap(), (length, true));
        }
    }
}
