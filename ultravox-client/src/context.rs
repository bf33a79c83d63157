//! Template contexts, held against the template before anything is sent.

use voice_core::error::Error;
use voice_core::template::Template;

use crate::agents::{CREATE_CALL, TemplateSpec};
use crate::check::Problems;
use crate::types::JsonMap;

const PART: &str = "templateContext";

impl TemplateSpec {
    /// The variables that `context` leaves without a value, each once, in order of appearance, whatever `context_schema`
    /// says. `a.b` is found as the key `a.b` or as `b` within `a`.
    ///
    /// ```
    /// use ultravox_client::agents::TemplateSpec;
    /// use ultravox_client::types::JsonMap;
    ///
    /// let spec = TemplateSpec::new("Greet {{name}}, who lives in {{address.city}} and likes {{colour}}.");
    /// let context = JsonMap::try_from(serde_json::json!({"name": "Ada", "address": {"city": "London"}}))?;
    /// assert_eq!(spec.unfilled(&context), ["colour"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn unfilled(&self, context: &JsonMap) -> Vec<String> {
        let mut names = self.variables();
        names.retain(|name| {
            let alone = Template::parse(&format!("{{{{{name}}}}}"));
            alone.render(&**context).is_err()
        });
        names
    }

    /// Checks a call's template context as [`AgentCalls::checked_against`](crate::agents::AgentCalls::checked_against)
    /// does, without a call.
    ///
    /// Without a `context_schema` every variable needs a value. With one, what it requires must be there; with the feature
    /// `context-schema` the context is held against the whole of it (JSON Schema; draft 2020-12 unless it names another).
    /// A schema that cannot be used here, such as one that refers to another document, is left to the server but for what
    /// it requires.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with everything that is wrong, by field. No
    /// value is quoted.
    pub fn check_context(&self, context: &JsonMap) -> Result<(), Error> {
        let mut problems = Problems::default();
        check(&mut problems, self, context);
        problems.finish(&CREATE_CALL)
    }
}

pub(crate) fn check(problems: &mut Problems, template: &TemplateSpec, context: &JsonMap) {
    #[cfg(feature = "context-schema")]
    if let Some(schema) = &template.context_schema
        && by_schema(problems, schema, context).is_some()
    {
        return;
    }
    for name in template.missing_from(context) {
        missing(problems, &format!("{PART}.{name}"));
    }
}

fn missing(problems: &mut Problems, field: &str) {
    problems.add(field, "has no value, and the agent's template asks for it");
}

/// Holds a context against a schema; `None` if the schema cannot be used.
#[cfg(feature = "context-schema")]
fn by_schema(problems: &mut Problems, schema: &JsonMap, context: &JsonMap) -> Option<()> {
    use jsonschema::error::ValidationErrorKind;
    use serde_json::Value;

    /// So many are enough to see what is wrong.
    const MOST: usize = 50;

    let schema = Value::Object(schema.clone().into());
    let validator = jsonschema::validator_for(&schema).ok()?;
    let context = Value::Object(context.clone().into());
    for error in validator.iter_errors(&context).take(MOST) {
        let path = error.instance_path().to_string().replace('/', ".");
        let field = format!("{PART}{path}");
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                missing(problems, &format!("{field}.{name}"));
            }
            // Masked: the text would quote the value otherwise.
            _ => problems.add(field, error.masked().to_string()),
        }
    }
    Some(())
}
