//! Looking at the file and reading it, on a thread that may block.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::Path as FilePath;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::shape::Shape;
use crate::ident::E164;
use crate::intake::tenant::document::problem::lines;
use crate::intake::tenant::document::reader::{Path, Reader};
use crate::intake::tenant::memory::Tables;
use crate::intake::tenant::{Problem, ProblemKind, TenantId, TenantRoute};

/// Largest file that is read: 64 MiB.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

const FILE: &str = "an object with tenants and numbers";
const TENANTS: &str = "a list of tenant documents";
const TENANT: &str = "a tenant document, with a tenant_id of its own";
const NUMBERS: &str = "an object of numbers in E.164 form";
// No example numbers here: the redaction of errors would mask them.
const NUMBER: &str = "a number in E.164 form: + and 7 to 15 digits, the first 1 to 9";
const ROUTE: &str = "a tenant's id, or an object with tenant_id";
const TENANT_ID: &str = "a tenant's id: 1 to 128 letters, digits, '.', '_' and '-'";
const LIMIT: &str = "a whole number, 0 or more, of 32 bits";
const CLIENT: &str = "a text";

/// What tells a file from another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    changed: Option<SystemTime>,
    length: u64,
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Self {
            changed: metadata.modified().ok(),
            length: metadata.len(),
            inode,
        }
    }
}

/// What a look gave.
pub(super) enum Seen {
    /// The file that is known.
    Same,
    /// Another one, and what is in it.
    Other(Stamp, Result<Tables, FileError>),
}

/// Why there are no tenants in the file. Neither numbers nor documents are quoted.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    #[error("the file of tenants cannot be read: {0}")]
    Read(io::ErrorKind),
    #[error("the file of tenants is a folder or a device")]
    NoFile,
    #[error("the file of tenants is larger than 64 MiB")]
    TooLarge,
    #[error("the file of tenants is no JSON: line {line}, column {column}")]
    Json { line: usize, column: usize },
    #[error("the file of tenants breaks its form: {}", lines(problems, *omitted))]
    Form {
        problems: Vec<Problem>,
        omitted: usize,
    },
    #[error("the file of tenants did not come within {0:?}")]
    Late(Duration),
    #[error("the file of tenants is read by a task, which needs a running tokio runtime")]
    NoRuntime,
    #[error("the file of tenants was not read to its end")]
    Stopped,
}

/// Reads the file unless it is the one that is known.
pub(super) fn look(path: &FilePath, known: Option<Stamp>) -> Result<Seen, FileError> {
    let failed = |error: io::Error| FileError::Read(error.kind());
    // Taken before reading: a file that changes while it is read is another at the next look.
    let metadata = fs::metadata(path).map_err(failed)?;
    let stamp = Stamp::of(&metadata);
    if known == Some(stamp) {
        return Ok(Seen::Same);
    }
    // A pipe would keep a thread waiting for ever.
    if !metadata.is_file() {
        return Ok(Seen::Other(stamp, Err(FileError::NoFile)));
    }
    if stamp.length > MAX_BYTES {
        return Ok(Seen::Other(stamp, Err(FileError::TooLarge)));
    }
    // It may have grown, or become another, since it was looked at.
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    let read = match bytes.len() as u64 > MAX_BYTES {
        true => Err(FileError::TooLarge),
        false => parse(&bytes),
    };
    Ok(Seen::Other(stamp, read))
}

pub(super) fn parse(bytes: &[u8]) -> Result<Tables, FileError> {
    let file: Shape = serde_json::from_slice(bytes).map_err(|error| FileError::Json {
        line: error.line(),
        column: error.column(),
    })?;
    let mut reader = Reader::default();
    let root = Path::Root;
    let mut tables = Tables::default();
    match file {
        Shape::Object(entries) => {
            let (mut tenants, mut numbers) = (None, None);
            for (key, value) in entries {
                let (known, expected) = match key.as_str() {
                    "tenants" => (&mut tenants, TENANTS),
                    "numbers" => (&mut numbers, NUMBERS),
                    _ => continue,
                };
                if known.replace(value).is_some() {
                    reader.problem(root.key(&key), ProblemKind::Repeated, expected);
                }
            }
            match tenants.map(Shape::into_value) {
                Some(Value::Array(list)) => documents(&mut reader, list, &mut tables),
                Some(other) => reader.wrong_type(root.key("tenants"), &other, TENANTS),
                None => reader.problem(root.key("tenants"), ProblemKind::Missing, TENANTS),
            }
            match numbers {
                Some(Shape::Object(numbers)) => routes(&mut reader, numbers, &mut tables),
                Some(Shape::Other(other)) => {
                    reader.wrong_type(root.key("numbers"), &other, NUMBERS);
                }
                None => reader.problem(root.key("numbers"), ProblemKind::Missing, NUMBERS),
            }
        }
        Shape::Other(other) => reader.wrong_type(root, &other, FILE),
    }
    if reader.problems.is_empty() {
        return Ok(tables);
    }
    Err(FileError::Form {
        problems: reader.problems,
        omitted: reader.omitted,
    })
}

fn documents(reader: &mut Reader, list: Vec<Value>, tables: &mut Tables) {
    let root = Path::Root;
    let tenants = root.key("tenants");
    for (at, document) in list.into_iter().enumerate() {
        let path = tenants.item(at);
        if !document.is_object() {
            reader.wrong_type(path, &document, TENANT);
            continue;
        }
        let Some(tenant) = tenant_id(reader, path.key("tenant_id"), document.get("tenant_id"))
        else {
            continue;
        };
        if tables.documents.insert(tenant, document).is_some() {
            reader.problem(path.key("tenant_id"), ProblemKind::Repeated, TENANT);
        }
    }
}

fn tenant_id(reader: &mut Reader, path: Path<'_>, value: Option<&Value>) -> Option<TenantId> {
    match value {
        None => {
            reader.problem(path, ProblemKind::Missing, TENANT_ID);
            None
        }
        Some(Value::String(text)) => {
            let tenant = TenantId::parse(text).ok();
            if tenant.is_none() {
                reader.problem(path, ProblemKind::Form, TENANT_ID);
            }
            tenant
        }
        Some(other) => {
            reader.wrong_type(path, other, TENANT_ID);
            None
        }
    }
}

fn routes(reader: &mut Reader, numbers: Vec<(String, Shape)>, tables: &mut Tables) {
    let root = Path::Root;
    let all = root.key("numbers");
    let mut seen = HashSet::new();
    for (key, value) in numbers {
        let Ok(number) = E164::parse(&key) else {
            reader.problem(all.key(&key), ProblemKind::Key, NUMBER);
            continue;
        };
        if !seen.insert(number) {
            reader.problem(all.number(number), ProblemKind::Repeated, NUMBER);
        }
        if let Some(route) = route(reader, all.number(number), &value.into_value()) {
            tables.routes.insert(number, route);
        }
    }
}

fn route(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<TenantRoute> {
    match value {
        Value::String(_) => tenant_id(reader, path, Some(value)).map(TenantRoute::to),
        Value::Object(object) => {
            let tenant = tenant_id(reader, path.key("tenant_id"), object.get("tenant_id"));
            let client_id = match object.get("client_id") {
                None | Some(Value::Null) => None,
                Some(Value::String(client)) => Some(client.clone()),
                Some(other) => {
                    reader.wrong_type(path.key("client_id"), other, CLIENT);
                    None
                }
            };
            let max_concurrent_calls = match object.get("max_concurrent_calls") {
                None | Some(Value::Null) => None,
                Some(limit) => {
                    let whole = limit.as_u64().and_then(|limit| u32::try_from(limit).ok());
                    if whole.is_none() {
                        let path = path.key("max_concurrent_calls");
                        reader.problem(path, ProblemKind::Form, LIMIT);
                    }
                    whole
                }
            };
            let mut route = TenantRoute::to(tenant?);
            route.client_id = client_id;
            route.max_concurrent_calls = max_concurrent_calls;
            Some(route)
        }
        other => {
            reader.wrong_type(path, other, ROUTE);
            None
        }
    }
}
