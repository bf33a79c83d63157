//! Rules for texts, addresses and lists that many resources share.

use super::Problems;
use crate::types::{Clearable, Secret};

impl Problems {
    /// A text of 1 to `most` characters.
    pub(crate) fn text(&mut self, field: &str, text: Option<&String>, most: usize) {
        let Some(text) = text else { return };
        if text.is_empty() {
            self.add(field, "must not be empty");
        } else if text.chars().count() > most {
            self.add(field, format!("must have at most {most} characters"));
        }
    }

    /// The same for a text that may be cleared.
    pub(crate) fn clearable(&mut self, field: &str, text: Option<&Clearable<String>>, most: usize) {
        self.text(field, text.and_then(Clearable::value), most);
    }

    /// An `http` or `https` URL of at most `most` characters.
    pub(crate) fn url(&mut self, field: &str, url: Option<&String>, most: usize) {
        let Some(url) = url else { return };
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        let is_url = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
            && url.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_url {
            self.add(field, "must be an http:// or https:// URL");
        } else if url.len() > most {
            self.add(field, format!("must have at most {most} characters"));
        }
    }

    /// A secret that is there, of at most `most` characters.
    pub(crate) fn secret(&mut self, field: &str, secret: Option<&Secret>, most: usize) {
        let Some(secret) = secret else { return };
        let length = secret.expose().chars().count();
        if length == 0 {
            self.add(field, "must not be empty");
        } else if length > most {
            self.add(field, format!("must have at most {most} characters"));
        }
    }

    /// Secrets of 1 to `most` characters each.
    pub(crate) fn secrets(&mut self, field: &str, secrets: Option<&Vec<Secret>>, most: usize) {
        for (at, secret) in secrets.into_iter().flatten().enumerate() {
            self.secret(&format!("{field}.{at}"), Some(secret), most);
        }
    }

    /// At most `most` items.
    pub(crate) fn at_most<T>(&mut self, field: &str, items: Option<&Vec<T>>, most: usize) {
        if items.is_some_and(|items| items.len() > most) {
            self.add(field, format!("must have at most {most} items"));
        }
    }

    /// A whole number within a range.
    pub(crate) fn whole(&mut self, field: &str, value: u32, range: std::ops::RangeInclusive<u32>) {
        if !range.contains(&value) {
            let (low, high) = (range.start(), range.end());
            self.add(field, format!("must be between {low} and {high}"));
        }
    }

    /// An update that says nothing.
    pub(crate) fn no_change(&mut self, is_none: bool) {
        self.rule(is_none, "update", "changes nothing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(check: impl FnOnce(&mut Problems)) -> Vec<String> {
        let mut problems = Problems::default();
        check(&mut problems);
        let error = problems.finish(&crate::agents::CREATE).err();
        error.map_or(Vec::new(), |error| {
            let fields = error.fields().iter();
            fields.map(|field| field.message.clone()).collect()
        })
    }

    #[test]
    fn texts_count_characters_and_not_bytes() {
        for (text, most, good) in [("ä", 1, true), ("äö", 1, false), ("", 1, false)] {
            let said = broken(|problems| problems.text("f", Some(&text.to_owned()), most));
            assert_eq!(said.is_empty(), good, "{text}");
        }
        let none = broken(|problems| problems.clearable("f", Some(&Clearable::Clear), 1));
        assert!(none.is_empty());
    }

    #[test]
    fn addresses() {
        for (url, good) in [
            ("https://a.example/x?y=1", true),
            ("http://127.0.0.1:8080", true),
            ("ftp://a.example", false),
            ("https:///x", false),
            ("https://a b", false),
            ("https://ä.example", false),
            ("a.example", false),
            ("", false),
        ] {
            let said = broken(|problems| problems.url("f", Some(&url.to_owned()), 200));
            assert_eq!(said.is_empty(), good, "{url}");
        }
        let long = format!("https://a.example/{}", "x".repeat(200));
        let said = broken(|problems| problems.url("f", Some(&long), 200));
        assert_eq!(said, ["must have at most 200 characters"]);
    }
}
