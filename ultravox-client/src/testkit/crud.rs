//! What most resources of the simulator have in common: rows that are listed, created, read, replaced, changed and deleted.
//!
//! A resource says what is its own, in [`Resource`], and has its routes answered by [`list`], [`create`], [`get`],
//! [`replace`], [`update`] and [`delete`] of this module. Fields that only the server sets are dropped from what is sent,
//! as its framework does; fields that only go in are kept and never shown.

use serde_json::{Map, Value};
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::paging;
use super::router::Asked;
use super::settings::SimSettings;
use super::world::{Row, World, stamp};

pub(super) type Object = Map<String, Value>;

/// What a body is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// POST.
    Create,
    /// PUT: the whole of it, anew.
    Replace,
    /// PATCH: what is named, and the rest stays.
    Update,
}

/// A body to be checked.
pub(super) struct Change<'a> {
    pub(super) write: Write,
    /// As it was sent, without what only the server sets.
    pub(super) sent: &'a Object,
    /// What the row would become: rules between fields look here.
    pub(super) whole: &'a Object,
    /// What it belongs to.
    pub(super) parent: &'a str,
    pub(super) settings: &'a SimSettings,
}

impl Change<'_> {
    /// Whether required fields must be there.
    pub(super) fn is_whole(&self) -> bool {
        self.write != Write::Update
    }
}

/// What is a resource's own.
pub(super) trait Resource {
    /// Of its table in the world.
    const TABLE: &'static str;
    /// The wire name of its id.
    const ID: &'static str;
    /// Fields that only the server sets, besides the id and `created`.
    const READ_ONLY: &'static [&'static str] = &[];
    /// Fields that are never given out.
    const WRITE_ONLY: &'static [&'static str] = &[];
    /// What a field that nobody sent is, as JSON text: an object.
    const DEFAULTS: &'static str = "{}";

    /// The id of what the rows belong to, or the refusal when there is none such. The account by default.
    fn parent(_: &mut World, _: &Asked<'_>) -> Result<String, SimAnswer> {
        Ok(String::new())
    }

    /// The row's id: the last `*` of the path.
    fn id<'a>(asked: &Asked<'a>) -> &'a str {
        asked.ids.last().copied().unwrap_or_default()
    }

    /// Checks a body.
    fn check(world: &World, faults: &mut Faults, change: &Change<'_>);

    /// Puts in what the server adds when a row is created, or was changed.
    fn fill(_: &mut World, _: &mut Row, _: Write) {}

    /// Changes what is given out of a row: fields that depend on time or on other things.
    fn show(_: &World, _: &Row, _: &mut Object) {}

    /// Whether a row is in the list that was asked for.
    fn lists(_: &Row, _: &Asked<'_>) -> bool {
        true
    }
}

/// A row as it is given out.
pub(super) fn shown<R: Resource>(world: &World, row: &Row) -> Value {
    let mut fields = row.fields.clone();
    for name in R::WRITE_ONLY {
        fields.remove(*name);
    }
    fields.insert(R::ID.to_owned(), row.id.as_str().into());
    fields.insert("created".to_owned(), stamp(row.created));
    R::show(world, row, &mut fields);
    fields.into()
}

/// A page of the rows, newest first.
pub(super) fn list<R: Resource>(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let parent = match R::parent(world, asked) {
        Ok(parent) => parent,
        Err(refusal) => return refusal,
    };
    world.settle();
    let world = &*world;
    let items: Vec<(String, Value)> = world
        .rows(R::TABLE)
        .iter()
        .rev()
        .filter(|row| !row.deleted && row.parent == parent && R::lists(row, asked))
        .map(|row| (row.id.clone(), shown::<R>(world, row)))
        .collect();
    paging::page(asked.request, asked.settings, &items)
}

/// One row.
pub(super) fn get<R: Resource>(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    world.settle();
    match found::<R>(world, asked) {
        Ok(row) => SimAnswer::json(200, &shown::<R>(world, &row)),
        Err(refusal) => refusal,
    }
}

/// A new row: 201.
pub(super) fn create<R: Resource>(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let parent = match R::parent(world, asked) {
        Ok(parent) => parent,
        Err(refusal) => return refusal,
    };
    let sent = sent::<R>(asked);
    let whole = with_defaults::<R>(&sent);
    let change = Change {
        write: Write::Create,
        sent: &sent,
        whole: &whole,
        parent: &parent,
        settings: asked.settings,
    };
    if let Some(refusal) = faults::<R>(world, &change) {
        return refusal;
    }
    let mut row = Row {
        id: world.id(),
        parent,
        fields: whole,
        created: world.now(),
        deleted: false,
    };
    R::fill(world, &mut row, Write::Create);
    let answer = SimAnswer::json(201, &shown::<R>(world, &row));
    world.table(R::TABLE).push(row);
    answer
}

/// PUT: what is not sent has its default again. Fields that only the server sets stay.
pub(super) fn replace<R: Resource>(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    change::<R>(world, asked, Write::Replace)
}

/// PATCH: what is sent takes the place of what was there, `null` too.
pub(super) fn update<R: Resource>(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    change::<R>(world, asked, Write::Update)
}

/// Marks the row as deleted: 204.
pub(super) fn delete<R: Resource>(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let row = match found::<R>(world, asked) {
        Ok(row) => row,
        Err(refusal) => return refusal,
    };
    if let Some(row) = world.row(R::TABLE, &row.id) {
        row.deleted = true;
    }
    SimAnswer::empty(204)
}

fn change<R: Resource>(world: &mut World, asked: &Asked<'_>, write: Write) -> SimAnswer {
    let mut row = match found::<R>(world, asked) {
        Ok(row) => row,
        Err(refusal) => return refusal,
    };
    let sent = sent::<R>(asked);
    let whole = match write {
        Write::Update => {
            let mut whole = row.fields.clone();
            whole.extend(sent.clone());
            whole
        }
        Write::Create | Write::Replace => {
            let mut whole = with_defaults::<R>(&sent);
            for name in R::READ_ONLY {
                if let Some(value) = row.fields.get(*name) {
                    whole.insert((*name).to_owned(), value.clone());
                }
            }
            whole
        }
    };
    let change = Change {
        write,
        sent: &sent,
        whole: &whole,
        parent: &row.parent,
        settings: asked.settings,
    };
    if let Some(refusal) = faults::<R>(world, &change) {
        return refusal;
    }
    row.fields = whole;
    R::fill(world, &mut row, write);
    let answer = SimAnswer::json(200, &shown::<R>(world, &row));
    if let Some(old) = world.row(R::TABLE, &row.id) {
        *old = row;
    }
    answer
}

/// A copy of the row that was asked for, or the refusal.
pub(super) fn found<R: Resource>(world: &mut World, asked: &Asked<'_>) -> Result<Row, SimAnswer> {
    let parent = R::parent(world, asked)?;
    world
        .row(R::TABLE, R::id(asked))
        .filter(|row| row.parent == parent)
        .map(|row| row.clone())
        .ok_or_else(answers::not_found)
}

fn sent<R: Resource>(asked: &Asked<'_>) -> Object {
    let mut sent = asked.body.clone();
    for name in R::READ_ONLY.iter().chain([&R::ID, &"created"]) {
        sent.remove(*name);
    }
    sent
}

fn with_defaults<R: Resource>(sent: &Object) -> Object {
    let mut whole: Object = serde_json::from_str(R::DEFAULTS).unwrap_or_default();
    whole.extend(sent.clone());
    whole
}

fn faults<R: Resource>(world: &World, change: &Change<'_>) -> Option<SimAnswer> {
    let mut faults = Faults::default();
    R::check(world, &mut faults, change);
    faults.answer()
}
