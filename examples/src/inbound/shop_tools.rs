//! The tools of the examples: one for each way it can go.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use voice_core::intake::tools::{
    FnBuilder, FnTool, ToolAnswer, ToolBuilder, ToolError, ToolRegistry, TransferTool,
};
use voice_core::provider::ToolSpec;

/// All of them. A tenant has those whose feature is on in its document.
#[must_use]
pub fn shop_tools() -> ToolRegistry {
    ToolRegistry::new()
        .register(order_status())
        .register(stock())
        .register(loyalty_points())
        .register(delivery_slots())
        .register(call_somebody())
        .register(TransferTool::builder())
}

#[derive(Deserialize)]
struct Order {
    number: u32,
}

/// A lookup with arguments of a type of its own.
fn order_status() -> impl ToolBuilder {
    FnBuilder::new("order_status", |_tenant, _settings| {
        let schema = json!({
            "type": "object",
            "properties": {"number": {"type": "integer", "minimum": 1, "maximum": 99_999}},
            "required": ["number"],
            "additionalProperties": false,
        });
        let spec = ToolSpec::new("order_status", "Says where an order is.", schema);
        let tool = FnTool::new(spec, |order: Order, _call| async move {
            match order.number {
                4711 => Ok(ToolAnswer::new("Order 4711 left the shop at nine.")),
                _ => Err(ToolError::new("no such order")
                    .tell_agent("There is no such order. Ask for the number again.")),
            }
        });
        Ok(Some(tool.shared()))
    })
}

#[derive(Deserialize)]
struct Nothing {}

fn without_arguments(name: &str, description: &str) -> ToolSpec {
    let schema = json!({"type": "object", "properties": {}, "additionalProperties": false});
    ToolSpec::new(name, description, schema)
}

/// One whose database never answers.
fn stock() -> impl ToolBuilder {
    FnBuilder::new("stock", |_tenant, _settings| {
        let spec = without_arguments("stock", "Says which flowers are there.");
        let tool = FnTool::new(spec, |_: Nothing, _call| {
            std::future::pending::<Result<ToolAnswer, ToolError>>()
        });
        Ok(Some(tool.time_limit(Duration::from_millis(300)).shared()))
    })
}

/// One with a mistake in it.
fn loyalty_points() -> impl ToolBuilder {
    FnBuilder::new("loyalty_points", |_tenant, _settings| {
        let spec = without_arguments("loyalty_points", "Says how many points somebody has.");
        let tool = FnTool::new(spec, |_: Nothing, _call| async { Ok(points()) });
        Ok(Some(tool.shared()))
    })
}

#[allow(clippy::panic, reason = "what becomes of it is what is shown")]
fn points() -> ToolAnswer {
    panic!("a mistake in the tool")
}

/// One whose builder refuses the settings of the tenant.
fn delivery_slots() -> impl ToolBuilder {
    FnBuilder::new("delivery_slots", |_tenant, settings| {
        let Some(Value::Array(hours)) = settings.get("hours") else {
            return Err(ToolError::new("the setting hours is no list"));
        };
        let text = format!("There are {} slots a day.", hours.len());
        let spec = without_arguments("delivery_slots", "Says when flowers can be delivered.");
        let tool = FnTool::new(spec, move |_: Nothing, _call| {
            let text = text.clone();
            async move { Ok(ToolAnswer::new(text)) }
        });
        Ok(Some(tool.shared()))
    })
}

#[derive(Deserialize)]
struct Somebody {
    whom: String,
}

/// One that passes on whatever the agent was talked into.
fn call_somebody() -> impl ToolBuilder {
    FnBuilder::new("call_somebody", |_tenant, _settings| {
        let schema = json!({
            "type": "object",
            "properties": {"whom": {"type": "string"}},
            "required": ["whom"],
        });
        let spec = ToolSpec::new("call_somebody", "Hands the caller on to anybody.", schema);
        let tool =
            FnTool::new(spec, |somebody: Somebody, call| async move {
                match call.control.transfer(&somebody.whom).await {
                    Ok(_) => Ok(ToolAnswer::new("Done.").and_wait()),
                    Err(error) => Err(ToolError::new(error.to_string())
                        .tell_agent("Nobody can be reached there.")),
                }
            });
        Ok(Some(tool.shared()))
    })
}
