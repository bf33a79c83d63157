//! Looking for a thing in a list, and counting what that costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use voice_core::client::{Pager, Response};
use voice_core::error::Error;

use crate::envelope::Resource;
use crate::list::List;

/// How many requests were made, tries included. Clones share the count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked(Arc<AtomicU32>);

impl Asked {
    pub(crate) fn so_far(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts an answer.
    pub(crate) fn note<T>(&self, answer: &Result<Response<T>, Error>) {
        let tries = match answer {
            Ok(answer) => answer.attempts(),
            Err(error) => error.attempts(),
        };
        self.0.fetch_add(tries, Ordering::Relaxed);
    }

    /// Counts an answer and takes it apart.
    pub(crate) fn counted<T>(&self, answer: Result<Response<T>, Error>) -> Result<T, Error> {
        self.note(&answer);
        answer.map(Response::into_inner)
    }
}

/// All items of a list, page after page.
pub(crate) fn items<T: Resource>(list: List, asked: &Asked) -> Pager<'static, T> {
    let asked = asked.clone();
    Pager::new(None, move |cursor| {
        let (list, asked) = (list.clone(), asked.clone());
        async move { asked.counted(list.fetch(cursor.as_ref()).await) }
    })
}

/// The first item that fits; no page behind it is read.
pub(super) async fn find<T: Resource>(
    list: List,
    asked: &Asked,
    fits: impl Fn(&T) -> bool + Send,
) -> Result<Option<T>, Error> {
    let mut items = items(list, asked);
    while let Some(item) = items.next().await {
        let item = item?;
        if fits(&item) {
            return Ok(Some(item));
        }
    }
    Ok(None)
}
