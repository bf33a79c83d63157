//! Which of several texts is for this model.

use crate::models::ModelSpecificPrompt;

/// A text that is meant for one model.
pub trait ForModel {
    /// The provider of the model, as `openai`.
    fn provider(&self) -> &str;

    /// The name of the model, as `gpt-4o`.
    fn model(&self) -> &str;
}

impl<T: ForModel + ?Sized> ForModel for &T {
    fn provider(&self) -> &str {
        (**self).provider()
    }

    fn model(&self) -> &str {
        (**self).model()
    }
}

impl<P: AsRef<str>, M: AsRef<str>> ForModel for (P, M) {
    fn provider(&self) -> &str {
        self.0.as_ref()
    }

    fn model(&self) -> &str {
        self.1.as_ref()
    }
}

impl ForModel for ModelSpecificPrompt {
    fn provider(&self) -> &str {
        self.model_provider.as_str()
    }

    fn model(&self) -> &str {
        &self.model_name
    }
}

/// What to take when no text is for the provider asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ModelFallback {
    /// The main text. The default, and what the server does.
    #[default]
    Main,
    /// The first text of any provider, as the older Python client has it; the main text only when there is none.
    FirstOfAny,
}

/// What [`choose`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chosen<T> {
    /// A text for exactly this provider and model.
    Exact(T),
    /// A text of the same provider for another model.
    SameProvider(T),
    /// A text of another provider, only with [`ModelFallback::FirstOfAny`].
    OtherProvider(T),
    /// None of them: the main text is to be used.
    Main,
}

impl<T> Chosen<T> {
    /// The text, unless the main one is to be used.
    pub fn specific(self) -> Option<T> {
        match self {
            Self::Exact(text) | Self::SameProvider(text) | Self::OtherProvider(text) => Some(text),
            Self::Main => None,
        }
    }
}

/// Chooses a text for a model: exactly that one, else the first of the same provider, else as `fallback` says. Names are
/// compared as they are.
///
/// The server knows only the first and the last step; the second is the Python client's, and the third is never taken
/// unless asked for, since a text for another provider's model is rarely what one wants.
///
/// ```
/// use promptops_client::render::{Chosen, ModelFallback, choose};
///
/// let texts = [("openai", "gpt-4o"), ("anthropic", "claude")];
/// assert_eq!(choose(&texts, "openai", "gpt-4o", ModelFallback::Main), Chosen::Exact(&texts[0]));
/// assert_eq!(choose(&texts, "anthropic", "other", ModelFallback::Main), Chosen::SameProvider(&texts[1]));
/// assert_eq!(choose(&texts, "google", "gemini", ModelFallback::Main), Chosen::Main);
/// assert_eq!(choose(&texts, "google", "gemini", ModelFallback::FirstOfAny), Chosen::OtherProvider(&texts[0]));
/// ```
pub fn choose<'a, T: ForModel>(
    texts: &'a [T],
    provider: &str,
    model: &str,
    fallback: ModelFallback,
) -> Chosen<&'a T> {
    let same = |text: &&T| text.provider() == provider;
    if let Some(text) = texts
        .iter()
        .find(|text| same(text) && text.model() == model)
    {
        return Chosen::Exact(text);
    }
    if let Some(text) = texts.iter().find(same) {
        return Chosen::SameProvider(text);
    }
    match (fallback, texts.first()) {
        (ModelFallback::FirstOfAny, Some(text)) => Chosen::OtherProvider(text),
        _ => Chosen::Main,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_text_wins_wherever_it_stands() {
        let texts = [("a", "1"), ("b", "1"), ("b", "2"), ("b", "2")];
        let found = choose(&texts, "b", "2", ModelFallback::FirstOfAny);
        assert!(std::ptr::eq(found.specific().unwrap(), &texts[2]));
        assert_eq!(choose(&texts, "B", "2", ModelFallback::Main), Chosen::Main);
        let none: [(&str, &str); 0] = [];
        assert_eq!(
            choose(&none, "b", "2", ModelFallback::FirstOfAny),
            Chosen::Main
        );
    }
}
