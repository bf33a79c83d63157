//! Where to cut: the borders of what passed when nothing was cut, as numbers of bytes from the beginning.

use std::collections::BTreeSet;

/// How closely a tape is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// The borders of tokens, lines, head and body, with their neighbours.
    Borders,
    /// Every byte.
    Bytes,
}

/// The end of the head of the first message on a tape.
pub(crate) fn head_end(tape: &[u8]) -> usize {
    let at = tape.windows(4).position(|four| four == b"\r\n\r\n");
    at.expect("a head on the tape") + 4
}

/// Cuts of a tape of HTTP/1.1.
pub(crate) fn of_http(tape: &[u8], grain: Grain) -> Vec<u64> {
    let mut cuts = BTreeSet::from([0, tape.len()]);
    if grain == Grain::Bytes {
        cuts.extend(0..tape.len());
        return cuts.into_iter().map(|at| at as u64).collect();
    }
    let head = head_end(tape);
    let line = tape.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    // The start line: within its first token, and around its two blanks and its end.
    cuts.insert(1);
    for (at, _) in tape[..line]
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b' ')
        .take(2)
    {
        cuts.extend([at, at + 1]);
    }
    cuts.extend([line - 2, line - 1, line]);
    // One header: within its name, around its colon, within its value.
    let colon = line + tape[line..].iter().position(|byte| *byte == b':').unwrap();
    cuts.extend([line + 1, colon, colon + 1, colon + 3]);
    // The empty line, and the body.
    cuts.extend([head - 3, head - 2, head - 1, head]);
    let body = tape.len() - head;
    cuts.extend([head + 1, head + body / 2, tape.len() - 1].map(|at| at.min(tape.len())));
    cuts.into_iter().map(|at| at as u64).collect()
}

/// Cuts of a tape of TLS: around the header, within, and around the end of every record.
pub(crate) fn of_tls(tape: &[u8]) -> Vec<u64> {
    let mut cuts = BTreeSet::from([0, tape.len()]);
    let mut at = 0;
    while let Some(&[_, _, _, high, low]) = tape.get(at..at + 5) {
        let end = at + 5 + usize::from(u16::from_be_bytes([high, low]));
        cuts.extend([at, at + 1, at + 4, at + 5, (at + 5 + end) / 2, end - 1, end]);
        at = end;
    }
    cuts.into_iter()
        .filter(|at| *at <= tape.len())
        .map(|at| at as u64)
        .collect()
}
