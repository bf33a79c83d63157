//! Items of the conversation that the client or the caller adds.

use serde_json::{Value, json};

use super::Talk;
use crate::testkit::seen::Seen;

impl Talk {
    pub(super) fn create_item(&mut self, seen: &mut Seen, event: &Value) -> Vec<Value> {
        let Some(Value::Object(item)) = event.get("item") else {
            return vec![self.error(
                event,
                "missing_required_parameter",
                Some("item"),
                "An item is needed.",
            )];
        };
        let mut item = item.clone();
        if item.get("type").and_then(Value::as_str) == Some("function_call_output") {
            let call = item
                .get("call_id")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let known = self.functions.iter_mut().find(|(id, _)| id == call);
            let refusal = match known {
                _ if !item.get("output").is_some_and(Value::is_string) => {
                    Some(("invalid_value", "item.output", "An output is a text."))
                }
                None => Some((
                    "tool_call_not_found",
                    "item.call_id",
                    "There is no such function call.",
                )),
                Some((_, true)) => {
                    seen.repeated_outputs += 1;
                    Some((
                        "tool_call_already_answered",
                        "item.call_id",
                        "The call has its output.",
                    ))
                }
                Some((_, answered)) => {
                    *answered = true;
                    None
                }
            };
            if let Some((code, param, message)) = refusal {
                return vec![self.error(event, code, Some(param), message)];
            }
        }
        if !item.contains_key("id") {
            item.insert("id".to_owned(), self.next("item_").into());
        }
        self.items(&Value::Object(item))
    }

    /// Tells of a new item that is complete.
    pub(super) fn items(&mut self, item: &Value) -> Vec<Value> {
        if let Some(id) = item.get("id").and_then(Value::as_str) {
            self.items.insert(id.to_owned());
        }
        let fields = json!({"previous_item_id": null, "item": item});
        let added = self.event("conversation.item.added", fields.clone());
        vec![added, self.event("conversation.item.done", fields)]
    }
}
