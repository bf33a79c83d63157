//! The rows of every table.

use std::time::SystemTime;

use serde_json::Value;

use super::table::{Identity, Object, Table};
use super::tables;

/// One resource.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The name of its table.
    pub(super) table: &'static str,
    pub(super) sid: String,
    /// The SID of what it belongs to; empty for the account.
    pub(super) parent: String,
    pub(super) fields: Object,
    pub(super) created: SystemTime,
    pub(super) updated: SystemTime,
}

/// Everything the simulated account has besides calls.
#[derive(Debug, Default)]
pub(super) struct World {
    /// Oldest first.
    rows: Vec<Row>,
    made: u64,
}

impl World {
    /// A new SID. They count up, so that a failing test can be read.
    pub(super) fn sid(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}51e{:029x}", self.made)
    }

    /// The rows of a table, oldest first.
    pub(super) fn rows<'w>(
        &'w self,
        table: &'w str,
    ) -> impl DoubleEndedIterator<Item = &'w Row> + 'w {
        self.rows.iter().filter(move |row| row.table == table)
    }

    /// The rows of a table that belong to one parent, oldest first.
    pub(super) fn children<'w>(
        &'w self,
        table: &'w str,
        parent: &'w str,
    ) -> impl DoubleEndedIterator<Item = &'w Row> + 'w {
        self.rows(table).filter(move |row| row.parent == parent)
    }

    /// A row, wherever it belongs.
    pub(super) fn find(&self, table: &str, sid: &str) -> Option<&Row> {
        self.rows
            .iter()
            .find(|row| row.table == table && row.sid == sid)
    }

    /// A row of one parent.
    pub(super) fn child(&self, table: &str, parent: &str, sid: &str) -> Option<&Row> {
        self.rows
            .iter()
            .find(|row| row.table == table && row.parent == parent && row.sid == sid)
    }

    /// Sets a property of a row.
    pub(super) fn set(&mut self, table: &str, sid: &str, property: &str, value: Value) {
        let mut rows = self.rows.iter_mut();
        if let Some(row) = rows.find(|row| row.table == table && row.sid == sid) {
            row.fields.insert(property.to_owned(), value);
        }
    }

    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Puts a row in the place of the one with its table, parent and SID, or adds it.
    pub(super) fn put(&mut self, row: Row) {
        let same = |own: &&mut Row| {
            (own.table, &own.parent, &own.sid) == (row.table, &row.parent, &row.sid)
        };
        match self.rows.iter_mut().find(same) {
            Some(own) => *own = row,
            None => self.rows.push(row),
        }
    }

    /// Takes a row away, with everything that belongs to it.
    pub(super) fn remove(&mut self, table: &Table, gone: &Row) {
        self.rows.retain(|row| {
            (row.table, &row.parent, &row.sid) != (gone.table, &gone.parent, &gone.sid)
        });
        (table.deleted)(self, gone);
        for part in tables::all().filter(|part| part.parent == Some(table.name)) {
            let parts: Vec<Row> = self.children(part.name, &gone.sid).cloned().collect();
            for gone in parts {
                self.remove(part, &gone);
            }
        }
    }

    /// Whether a mapping uses a row.
    pub(super) fn is_used(&self, row: &Row) -> bool {
        tables::all()
            .filter(|table| matches!(table.identity, Identity::Of(_, of) if of == row.table))
            .any(|table| self.find(table.name, &row.sid).is_some())
    }
}
