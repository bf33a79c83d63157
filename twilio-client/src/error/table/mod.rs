//! What each error code is called, who has to act, and what helps.
//!
//! One entry per code of Twilio's error dictionary (as of 2026-11), by the part of the system it comes from. The dictionary
//! grows without notice, so a code that is not here is no error of ours.

mod account;
mod calls;
mod conference;
mod media;
mod other;
mod sip;
mod twiml;
mod web;

use super::Class;

/// Codes with one cause and one remedy.
struct Group {
    class: Class,
    hint: &'static str,
    codes: &'static [(u32, &'static str)],
}

const GROUPS: [&[Group]; 8] = [
    account::GROUPS,
    calls::GROUPS,
    web::GROUPS,
    twiml::GROUPS,
    sip::GROUPS,
    media::GROUPS,
    conference::GROUPS,
    other::GROUPS,
];

/// What is known of one code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) code: u32,
    pub(super) name: &'static str,
    pub(super) class: Class,
    pub(super) hint: &'static str,
}

/// Every code of the table.
pub(super) fn all() -> impl Iterator<Item = Entry> {
    GROUPS.into_iter().flatten().flat_map(|group| {
        group.codes.iter().map(|(code, name)| Entry {
            code: *code,
            name,
            class: group.class,
            hint: group.hint,
        })
    })
}

/// Looks a code up. A walk through some 700 pairs, made once for each error.
pub(super) fn find(code: u32) -> Option<Entry> {
    all().find(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_stands_once_with_a_name_and_a_hint() {
        let mut seen = HashSet::new();
        for entry in all() {
            assert!(seen.insert(entry.code), "{} stands twice", entry.code);
            assert!(
                !entry.name.is_empty() && entry.hint.len() > 20,
                "{}",
                entry.code
            );
            assert!(
                !entry.hint.ends_with('.'),
                "hints end without a full stop: {}",
                entry.hint
            );
        }
        assert!(seen.len() > 650, "{}", seen.len());
    }
}
