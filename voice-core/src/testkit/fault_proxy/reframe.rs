//! Answers in another frame: correct ones that are rare, and wrong ones.

use super::head::Head;

/// The frame of an answer. Its content is the upstream's.
///
/// The connection stays open unless it says otherwise: what then lies on it beyond the answer must not become the answer to
/// the next request. An answer that comes in chunks keeps them, and so do answers without content: of these only
/// [`Interim`](Self::Interim), [`Followed`](Self::Followed) and [`Twice`](Self::Twice) have an effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reframe {
    /// The content comes in chunks of so many bytes (at least 1). Correct.
    Chunked(usize),
    /// The content is packed by gzip, without making it smaller. Correct.
    Gzip,
    /// As [`Gzip`](Self::Gzip), but its checksum is wrong.
    GzipBroken,
    /// Without a length: the content ends with the connection. Correct.
    UntilClose,
    /// `Content-Length` says so many bytes more than come; then the connection is closed.
    LengthTooLong(usize),
    /// `Content-Length` says so many bytes fewer than come, at least 0; the rest lies on the connection.
    LengthTooShort(usize),
    /// Two lengths that contradict each other: the right one, and the right one and 1 more.
    TwoLengths,
    /// Interim answers (1xx) come before the answer. Correct.
    Interim {
        /// Their status.
        status: u16,
        /// How many.
        times: u32,
    },
    /// The answer comes twice.
    Twice,
    /// These bytes follow the answer.
    Followed(Vec<u8>),
}

impl Reframe {
    /// Whether the connection ends with the answer.
    pub(super) fn closes(&self) -> bool {
        matches!(self, Self::UntilClose | Self::LengthTooLong(_))
    }

    /// The bytes of the answer.
    pub(super) fn apply(&self, head: &Head, content: &[u8]) -> Vec<u8> {
        let whole = || [head.bytes(), content].concat();
        match self {
            Self::Interim { status, times } => {
                let times = usize::try_from(*times).unwrap_or(usize::MAX);
                let interim = format!("HTTP/1.1 {status} Interim\r\n\r\n").repeat(times);
                [interim.as_bytes(), &whole()].concat()
            }
            Self::Twice => whole().repeat(2),
            Self::Followed(bytes) => [whole(), bytes.clone()].concat(),
            _ if head.is_chunked() || content.is_empty() => whole(),
            Self::Chunked(size) => {
                let mut chunks = Vec::new();
                for chunk in content.chunks((*size).max(1)) {
                    chunks.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    chunks.extend_from_slice(chunk);
                    chunks.extend_from_slice(b"\r\n");
                }
                chunks.extend_from_slice(b"0\r\n\r\n");
                with(head, "transfer-encoding: chunked\r\n", &chunks)
            }
            Self::Gzip => packed(head, content, 0),
            Self::GzipBroken => packed(head, content, 1),
            Self::UntilClose => with(head, "", content),
            Self::LengthTooLong(more) => {
                with(head, &length(content.len().saturating_add(*more)), content)
            }
            Self::LengthTooShort(fewer) => {
                with(head, &length(content.len().saturating_sub(*fewer)), content)
            }
            Self::TwoLengths => {
                let both = length(content.len()) + &length(content.len() + 1);
                with(head, &both, content)
            }
        }
    }
}

fn length(bytes: usize) -> String {
    format!("content-length: {bytes}\r\n")
}

/// The head with another frame, and the body.
fn with(head: &Head, frame: &str, body: &[u8]) -> Vec<u8> {
    let head = head.without(&["content-length", "content-encoding"]);
    [&head, frame.as_bytes(), b"\r\n", body].concat()
}

fn packed(head: &Head, content: &[u8], spoil: u32) -> Vec<u8> {
    let body = gzip(content, spoil);
    let frame = format!("content-encoding: gzip\r\n{}", length(body.len()));
    with(head, &frame, &body)
}

/// A gzip file of stored blocks (RFC 1951, section 3.2.4; RFC 1952, section 2.3).
fn gzip(content: &[u8], spoil: u32) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let blocks = content.len().div_ceil(STORED);
    for (index, block) in content.chunks(STORED).enumerate() {
        let size = u16::try_from(block.len()).unwrap_or(u16::MAX);
        file.push(u8::from(index + 1 == blocks));
        file.extend_from_slice(&size.to_le_bytes());
        file.extend_from_slice(&(!size).to_le_bytes());
        file.extend_from_slice(block);
    }
    let size = u32::try_from(content.len() % (1 << 32)).unwrap_or_default();
    file.extend_from_slice(&(crc32(content) ^ spoil).to_le_bytes());
    file.extend_from_slice(&size.to_le_bytes());
    file
}

/// The longest stored block.
const STORED: usize = 65_535;

/// The checksum of RFC 1952, section 8, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
