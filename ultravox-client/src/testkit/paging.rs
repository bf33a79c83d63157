//! Pages of a list, with links as the API makes them.

use serde_json::{Value, json};
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answers;
use super::settings::SimSettings;

/// One page of `items`, which are sorted and have ids.
///
/// A cursor names the item it stands behind (`p=`) or before (`r=`), so that new items do not shift pages.
pub(super) fn page(
    request: &SimRequest,
    settings: &SimSettings,
    items: &[(String, Value)],
) -> SimAnswer {
    let asked = request
        .query_value("pageSize")
        .and_then(|text| text.parse().ok());
    let size = asked.filter(|size| *size > 0).unwrap_or(settings.page_size);
    let place = |id: &str| items.iter().position(|(known, _)| known == id);
    let start = match request.query_value("cursor") {
        None => Some(0),
        Some(cursor) => match cursor.split_once('=') {
            Some(("p", id)) => place(id).map(|at| at + 1),
            Some(("r", id)) => place(id).map(|at| at.saturating_sub(size)),
            _ => None,
        },
    };
    let Some(start) = start else {
        return answers::detail(404, "Invalid cursor");
    };
    let shown: Vec<&(String, Value)> = items.iter().skip(start).take(size).collect();
    let link = |mark: &str, item: Option<&&(String, Value)>| {
        item.map(|(id, _)| link(request, settings, &format!("{mark}={id}")))
    };
    let next = if start + shown.len() < items.len() {
        link("p", shown.last())
    } else {
        None
    };
    let previous = if start > 0 {
        link("r", shown.first())
    } else {
        None
    };
    let results: Vec<&Value> = shown.iter().map(|(_, item)| item).collect();
    SimAnswer::json(
        200,
        &json!({"next": next, "previous": previous, "results": results, "total": items.len()}),
    )
}

/// The URL of the same request at another cursor.
fn link(request: &SimRequest, settings: &SimSettings, cursor: &str) -> String {
    let origin = settings
        .next_origin
        .clone()
        .unwrap_or_else(|| format!("http://{}", request.header("host")));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("cursor", cursor);
    for (name, value) in request.query_pairs() {
        if name != "cursor" {
            query.append_pair(&name, &value);
        }
    }
    format!("{origin}{}?{}", request.path, query.finish())
}
