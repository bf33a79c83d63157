//! Declared variables beside those a text has.

use std::collections::HashSet;

/// How the variables of a text compare with those its prompt declares.
///
/// PromptOps stores the list of variables beside the text and holds neither against the other, so they drift apart. A
/// variable `user.name` is covered by a declared `user.name` as well as by a declared `user`, whose field it then is.
///
/// ```
/// use promptops_client::render::{PromptTemplate, VariableReport};
///
/// let template = PromptTemplate::parse("{{user.name}} {{typo}}");
/// let report = VariableReport::compare(template.variables(), &["user", "language"]);
/// assert_eq!(report.undeclared(), ["typo"]);
/// assert_eq!(report.unused(), ["language"]);
/// assert!(!report.agrees());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VariableReport {
    undeclared: Vec<String>,
    unused: Vec<String>,
}

impl VariableReport {
    /// Compares the variables in use with the declared ones.
    pub fn compare(used: &[impl AsRef<str>], declared: &[impl AsRef<str>]) -> Self {
        let known: HashSet<&str> = declared.iter().map(AsRef::as_ref).collect();
        let mut covered = HashSet::new();
        let mut undeclared = Vec::new();
        for name in used.iter().map(AsRef::as_ref) {
            let root = name.split('.').next().unwrap_or(name);
            match [name, root].into_iter().find(|name| known.contains(name)) {
                Some(by) => {
                    covered.insert(by);
                }
                None => push_once(&mut undeclared, name),
            }
        }
        let mut unused = Vec::new();
        for name in declared.iter().map(AsRef::as_ref) {
            if !covered.contains(name) {
                push_once(&mut unused, name);
            }
        }
        Self { undeclared, unused }
    }

    /// Variables the text has and nobody declared, each once, in the order of the text.
    #[must_use]
    pub fn undeclared(&self) -> &[String] {
        &self.undeclared
    }

    /// Variables that are declared and that the text does not have, each once, in the order of the declaration.
    #[must_use]
    pub fn unused(&self) -> &[String] {
        &self.unused
    }

    /// Whether both lists are empty.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.undeclared.is_empty() && self.unused.is_empty()
    }
}

fn push_once(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|known| known == name) {
        list.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_roots_cover_variables() {
        let none: [&str; 0] = [];
        for (used, declared, undeclared, unused) in [
            ("a b", "b a", "", ""),
            ("u.a u.b", "u", "", ""),
            ("u.a", "u.a u", "", "u"),
            ("u", "u.a", "u", "u.a"),
            ("x x", "y y", "x", "y"),
            ("", "", "", ""),
        ] {
            let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
            let report = VariableReport::compare(&words(used), &words(declared));
            assert_eq!(
                report.undeclared(),
                words(undeclared),
                "{used} / {declared}"
            );
            assert_eq!(report.unused(), words(unused), "{used} / {declared}");
        }
        assert!(VariableReport::compare(&none, &none).agrees());
    }
}
