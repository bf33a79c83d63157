//! What plain resources have in common: they are listed, created, read, changed and deleted.
//!
//! A resource says what is its own in a [`Table`]. What is documented is kept: required parameters, values, counts,
//! both envelopes of lists, both forms of dates, 201 for what is created and 204 for what is gone. Where nothing is
//! documented, a second mapping of the same list is refused with the table's own code.

use std::time::SystemTime;

use serde_json::{Value, json};
use voice_core::testkit::{SimAnswer, SimRequest};

use super::TwilioSimulator;
use super::answer::{Refused, named, ok};
use super::create::params;
use super::envelope::{address, page, stamp};
use super::table::{Identity, Kind, Need, Object, Table, Unset, Verb};
use super::world::{Row, World};
use crate::webhook::Params;

/// A request for a resource.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) table: &'static Table,
    pub(super) verb: Verb,
    /// The SIDs in the path of the list.
    pub(super) parents: Vec<String>,
    /// The SID at the end of the path; empty for a list.
    pub(super) sid: String,
}

impl Asked {
    /// The name of this crate's operation.
    pub(super) fn operation(&self) -> String {
        format!("{}.{}", self.table.name, self.verb.word())
    }

    fn parent(&self) -> &str {
        self.parents.last().map_or("", String::as_str)
    }
}

/// Answers a request.
pub(super) fn answer(
    world: &mut World,
    asked: &Asked,
    request: &SimRequest,
    now: SystemTime,
) -> Result<SimAnswer, Refused> {
    let table = asked.table;
    if let Some(parent) = table.parent
        && world.find(parent, asked.parent()).is_none()
    {
        return Err(Refused::not_found(&request.path));
    }
    match asked.verb {
        Verb::List => list(world, asked, request),
        Verb::Create => create(world, asked, &params(request), now),
        Verb::Get => {
            let row = found(world, asked, request, now)?;
            Ok(ok(200, &shown(world, table, &row)))
        }
        Verb::Update => {
            let row = found(world, asked, request, now)?;
            update(world, table, row, &params(request), now)
        }
        Verb::Delete => {
            let row = found(world, asked, request, now)?;
            if let Some(code) = table.in_use.filter(|_| world.is_used(&row)) {
                return Err(Refused::bad(code, named(code)));
            }
            (table.keeps)(world, &row)?;
            world.remove(table, &row);
            Ok(SimAnswer::empty(204))
        }
    }
}

/// A resource as it is given out.
pub(super) fn shown(world: &World, table: &Table, row: &Row) -> Value {
    let mut shown = row.fields.clone();
    for parameter in table.parameters {
        if matches!(parameter.kind, Kind::Password) {
            shown.remove(&parameter.property());
        }
    }
    if !matches!(table.identity, Identity::Singleton) {
        let mut put = |name: &str, value: Value| {
            shown.insert(name.to_owned(), value);
        };
        put("sid", row.sid.as_str().into());
        put("account_sid", TwilioSimulator::ACCOUNT_SID.into());
        put("date_created", stamp(table, row.created));
        put("date_updated", stamp(table, row.updated));
        if let Some(property) = table.parent_property {
            put(property, row.parent.as_str().into());
        }
        if table.addressed {
            let (own, links) = if table.is_v2010() {
                ("uri", "subresource_uris")
            } else {
                ("url", "links")
            };
            put(own, address(table, row, None).into());
            if !table.links.is_empty() {
                let parts = table.links.iter();
                let parts = parts.map(|(name, part)| {
                    let part = address(table, row, Some(part));
                    ((*name).to_owned(), Value::from(part))
                });
                put(links, Value::Object(parts.collect()));
            }
        }
    }
    (table.show)(world, row, &mut shown);
    shown.into()
}

/// A page of the rows, newest first.
fn list(world: &World, asked: &Asked, request: &SimRequest) -> Result<SimAnswer, Refused> {
    let table = asked.table;
    let query = request.query_pairs();
    let passes = |row: &&Row| {
        table.filters.iter().all(|(name, property)| {
            let wanted = query.iter().find(|(own, _)| own == name);
            wanted.is_none_or(|(_, wanted)| {
                row.fields.get(*property).and_then(Value::as_str) == Some(wanted.as_str())
            })
        })
    };
    let rows: Vec<&Row> = world
        .children(table.name, asked.parent())
        .rev()
        .filter(passes)
        .collect();
    let body = page(asked, &query, &rows, |row| shown(world, table, row))?;
    Ok(ok(200, &body))
}

fn create(
    world: &mut World,
    asked: &Asked,
    form: &Params,
    now: SystemTime,
) -> Result<SimAnswer, Refused> {
    let table = asked.table;
    let mut fields = Object::new();
    for parameter in table.parameters {
        let value = match form.filled(parameter.name) {
            Some(text) => read(table, parameter, text)?,
            None if parameter.need != Need::Optional => return Err(missing(table, parameter)),
            None => parameter.unset.value(),
        };
        fields.insert(parameter.property(), value);
    }
    let parent = asked.parent().to_owned();
    if let Some((most, code)) = table.most
        && world.children(table.name, &parent).count() >= most
    {
        return Err(Refused::bad(code, named(code)));
    }
    let sid = match table.identity {
        Identity::New(prefix) => world.sid(prefix),
        Identity::Of(name, of) => {
            let sid = form.filled(name).unwrap_or_default();
            let refused = |why: &str| Refused::bad(table.fault, format!("{name} {why}"));
            if sid.is_empty() {
                return Err(refused("is required"));
            }
            if world.find(of, sid).is_none() {
                return Err(refused("was not found"));
            }
            if world.child(table.name, &parent, sid).is_some() {
                return Err(refused("is associated already"));
            }
            sid.to_owned()
        }
        Identity::Singleton => String::new(),
    };
    let row = Row {
        table: table.name,
        sid,
        parent,
        fields,
        created: now,
        updated: now,
    };
    check_unique(world, table, &row)?;
    world.push(row.clone());
    (table.created)(world, &row);
    Ok(ok(201, &shown(world, table, &row)))
}

/// What is sent takes the place of what was there; an empty text takes it away.
fn update(
    world: &mut World,
    table: &Table,
    mut row: Row,
    form: &Params,
    now: SystemTime,
) -> Result<SimAnswer, Refused> {
    for parameter in table.parameters.iter().filter(|own| !own.fixed) {
        let value = match form.get(parameter.name) {
            None | Some("") if parameter.need == Need::Always => {
                return Err(missing(table, parameter));
            }
            None => continue,
            Some("") => parameter.unset.value(),
            Some(text) => read(table, parameter, text)?,
        };
        row.fields.insert(parameter.property(), value);
    }
    check_unique(world, table, &row)?;
    row.updated = now;
    world.put(row.clone());
    Ok(ok(200, &shown(world, table, &row)))
}

fn read(table: &Table, parameter: &super::table::Parameter, text: &str) -> Result<Value, Refused> {
    let code = parameter.fault.unwrap_or(table.fault);
    parameter
        .read(text)
        .map_err(|rule| Refused::bad(code, rule))
}

fn missing(table: &Table, parameter: &super::table::Parameter) -> Refused {
    let code = parameter.fault.unwrap_or(table.fault);
    let name = parameter.name;
    Refused::bad(
        code,
        format!("Missing required parameter {name} in the post body"),
    )
}

fn check_unique(world: &World, table: &Table, row: &Row) -> Result<(), Refused> {
    let Some((property, code)) = table.unique else {
        return Ok(());
    };
    let value = row.fields.get(property).filter(|value| !value.is_null());
    let taken = value.is_some()
        && world
            .children(table.name, &row.parent)
            .any(|other| other.sid != row.sid && other.fields.get(property) == value);
    if taken {
        return Err(Refused::bad(
            code,
            format!("{}: {property} is taken", named(code)),
        ));
    }
    Ok(())
}

/// The row that is meant. Of a singleton that nobody has changed: one with the usual values.
fn found(
    world: &World,
    asked: &Asked,
    request: &SimRequest,
    now: SystemTime,
) -> Result<Row, Refused> {
    let table = asked.table;
    if let Some(row) = world.child(table.name, asked.parent(), &asked.sid) {
        return Ok(row.clone());
    }
    if !matches!(table.identity, Identity::Singleton) {
        return Err(Refused::not_found(&request.path));
    }
    Ok(Row {
        table: table.name,
        sid: String::new(),
        parent: asked.parent().to_owned(),
        fields: usual(table),
        created: now,
        updated: now,
    })
}

/// The properties of a row that nobody has set anything of.
pub(super) fn usual(table: &Table) -> Object {
    let parameters = table.parameters.iter();
    let usual = parameters.map(|own| (own.property(), Unset::value(own.unset)));
    usual.collect()
}

/// `GET` of a table that is no list, such as a singleton shown within what it belongs to.
pub(super) fn singleton(world: &World, table: &Table, parent: &str) -> Value {
    match world.child(table.name, parent, "") {
        Some(row) => shown(world, table, row),
        None => json!(usual(table)),
    }
}
