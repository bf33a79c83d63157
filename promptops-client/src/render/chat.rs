//! Lists of messages with holes: in their texts, and for whole messages.

use std::collections::HashSet;

use serde_json::Value;
use voice_core::template::{ExtraValues, Missing, NullValue, RenderOptions};

use super::{ChatFormatError, Message, PromptRenderError, PromptTemplate, PromptVariables, Role};

/// A chat prompt: messages, each with a role and a text to render, and placeholders that take lists of messages.
///
/// What a placeholder is given is inserted as it is: its texts are never read as templates. Its list comes from
/// [`PromptVariables::with_messages`], else from a variable of its name that holds a JSON list of `{role, content}`.
/// Without a list the placeholder is missing; with [`Missing::Keep`] or [`Missing::Empty`] nothing stands in its place.
///
/// PromptOps itself stores one text per prompt. A list of messages kept in such a text, or in the application, is read by
/// [`from_json`](Self::from_json).
#[derive(Debug, Clone, Default)]
pub struct ChatTemplate {
    entries: Vec<Entry>,
    names: Vec<String>,
}

#[derive(Debug, Clone)]
enum Entry {
    Message(Role, PromptTemplate),
    Placeholder(String),
}

impl ChatTemplate {
    /// An empty chat.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A chat of one message.
    #[must_use]
    pub fn from_text(role: Role, template: PromptTemplate) -> Self {
        Self::new().template(role, template)
    }

    /// Reads a list of `{"role": …, "content": …}` and `{"type": "placeholder", "name": …}`, the texts in the
    /// `{{ name }}` form.
    ///
    /// # Errors
    /// [`ChatFormatError`] with the place of the first entry that is neither.
    ///
    /// ```
    /// use promptops_client::render::ChatTemplate;
    /// use serde_json::json;
    ///
    /// let chat = ChatTemplate::from_json(&json!([
    ///     {"role": "system", "content": "Help {{name}}."},
    ///     {"type": "placeholder", "name": "history"},
    /// ]))?;
    /// assert_eq!(chat.variables(), ["name"]);
    /// assert_eq!(chat.placeholders().collect::<Vec<_>>(), ["history"]);
    /// # Ok::<(), promptops_client::render::ChatFormatError>(())
    /// ```
    pub fn from_json(list: &Value) -> Result<Self, ChatFormatError> {
        let mut chat = Self::new();
        for (place, entry) in list
            .as_array()
            .ok_or(ChatFormatError::NoList)?
            .iter()
            .enumerate()
        {
            let text = |key: &str| entry.get(key).and_then(Value::as_str);
            chat = match (text("type"), text("role"), text("content"), text("name")) {
                (Some("placeholder"), _, _, Some(name)) => chat.placeholder(name),
                (None | Some("message" | "chatmessage"), Some(role), Some(content), _) => {
                    chat.message(Role::from_word(role), content)
                }
                _ => return Err(ChatFormatError::Entry(place)),
            };
        }
        Ok(chat)
    }

    /// Adds a message; its text is read in the `{{ name }}` form.
    #[must_use]
    pub fn message(self, role: Role, text: &str) -> Self {
        self.template(role, PromptTemplate::parse(text))
    }

    /// Adds a message of a template that is parsed already, in whichever syntax.
    #[must_use]
    pub fn template(mut self, role: Role, template: PromptTemplate) -> Self {
        for name in template.variables() {
            if !self.names.contains(name) {
                self.names.push(name.clone());
            }
        }
        self.entries.push(Entry::Message(role, template));
        self
    }

    /// Adds a placeholder for a list of messages.
    #[must_use]
    pub fn placeholder(mut self, name: impl Into<String>) -> Self {
        self.entries.push(Entry::Placeholder(name.into()));
        self
    }

    /// The names of all variables, each once, in the order of the messages.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.names
    }

    /// The names of the placeholders, as often as they stand there.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Placeholder(name) => Some(name.as_str()),
            Entry::Message(..) => None,
        })
    }

    /// Fills in values and lists.
    ///
    /// # Errors
    /// [`PromptRenderError::Values`] names everything that is missing in all messages and, where refused, every value and
    /// list nobody asks for; [`PromptRenderError::Messages`] a placeholder whose variable is no list of messages.
    pub fn render(
        &self,
        variables: &PromptVariables,
        options: &RenderOptions,
    ) -> Result<Vec<Message>, PromptRenderError> {
        // Values that one message has no use for may be another's.
        let each = options.extra(ExtraValues::Ignore);
        let mut out = Vec::with_capacity(self.entries.len());
        let mut missing: Vec<String> = Vec::new();
        let mut note = |name: &str| {
            if !missing.iter().any(|known| known == name) {
                missing.push(name.to_owned());
            }
        };
        for entry in &self.entries {
            match entry {
                Entry::Message(role, template) => {
                    match template.render_message(role.clone(), variables, &each) {
                        Ok(message) => out.push(message),
                        Err(PromptRenderError::Values { missing, .. }) => {
                            missing.iter().for_each(|name| note(name));
                        }
                        Err(other) => return Err(other),
                    }
                }
                Entry::Placeholder(name) => match list(variables, name, options.null)? {
                    Some(messages) => out.extend(messages),
                    None if options.missing == Missing::Error => note(name),
                    None => {}
                },
            }
        }
        let extra = match options.extra {
            ExtraValues::Refuse => self.extra(variables),
            _ => Vec::new(),
        };
        PromptRenderError::check(missing, extra)?;
        Ok(out)
    }

    /// The values and lists nobody asks for, sorted.
    fn extra(&self, variables: &PromptVariables) -> Vec<String> {
        let placeholders: HashSet<&str> = self.placeholders().collect();
        // A path asks for its first part only when the whole name is no key.
        let asked: HashSet<&str> = self
            .names
            .iter()
            .map(|name| match variables.get(name) {
                Some(_) => name.as_str(),
                None => name.split('.').next().unwrap_or_default(),
            })
            .collect();
        let values = variables
            .names()
            .filter(|name| !asked.contains(name) && !placeholders.contains(name));
        let lists = variables
            .message_names()
            .filter(|name| !placeholders.contains(name));
        let mut extra: Vec<_> = values.chain(lists).map(str::to_owned).collect();
        extra.sort_unstable();
        extra.dedup();
        extra
    }
}

fn list(
    variables: &PromptVariables,
    name: &str,
    null: NullValue,
) -> Result<Option<Vec<Message>>, PromptRenderError> {
    if let Some(messages) = variables.messages(name) {
        return Ok(Some(messages.to_vec()));
    }
    let wrong = || PromptRenderError::Messages(name.to_owned());
    match variables.get(name) {
        None => Ok(None),
        Some(Value::Null) => Ok((null == NullValue::Empty).then(Vec::new)),
        Some(Value::Array(list)) => list
            .iter()
            .map(|message| {
                let text = |key: &str| message.get(key).and_then(Value::as_str);
                let (role, content) = text("role").zip(text("content")).ok_or_else(wrong)?;
                Ok(Message::new(Role::from_word(role), content))
            })
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(wrong()),
    }
}

#[cfg(test)]
#[path = "chat_tests.rs"]
mod tests;
