//! [`TenantFile`]: a directory in a JSON file that changes while calls come in.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use voice_core::clock::{Clock, SystemClock};
use voice_core::intake::tenant::JsonFileDirectory;

use super::Failure;

/// How often the file is looked at here. [`JsonFileDirectory::open`] looks once a second.
const EVERY: Duration = Duration::from_millis(50);

/// A JSON file, and the directory that reads it.
#[derive(Debug, Clone)]
pub struct TenantFile {
    path: PathBuf,
    directory: Arc<JsonFileDirectory>,
}

impl TenantFile {
    /// Opens the file; writes it first, with these tenants, when there is none.
    ///
    /// # Errors
    /// When it cannot be written or read.
    pub async fn open(path: &Path, tenants: &Value) -> Result<Self, Failure> {
        if !path.exists() {
            replace(path, &serde_json::to_string_pretty(tenants)?)?;
        }
        let directory = JsonFileDirectory::open_with(path, EVERY, SystemClock::shared()).await?;
        Ok(Self {
            path: path.to_owned(),
            directory: Arc::new(directory),
        })
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> Arc<JsonFileDirectory> {
        Arc::clone(&self.directory)
    }

    /// The file's text.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self) -> Result<String, Failure> {
        Ok(std::fs::read_to_string(&self.path)?)
    }

    /// Puts another text in its place, and waits until it is time to look at it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put(&self, text: &str) -> Result<(), Failure> {
        replace(&self.path, text)?;
        SystemClock::default().sleep(EVERY * 2).await;
        Ok(())
    }
}

/// Writes a file beside it and renames that, so that nobody reads half of it.
fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, text)?;
    Ok(std::fs::rename(&beside, path)?)
}
