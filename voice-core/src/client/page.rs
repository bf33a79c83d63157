//! Lists as streams, and cursors that can be stored.

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::{Delivery, Error, ErrorKind};

/// Where a list goes on. Opaque; it can be stored and handed to the same list later.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor from a text that [`as_str`](Self::as_str) gave.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Filters in a cursor may hold phone numbers: only the length is shown.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({} bytes)", self.0.len())
    }
}

/// One page: its items, and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, in the provider's order; may be empty although there is a next page.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
    /// How many items there are in all, where the provider says.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// A page.
    #[must_use]
    pub fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self {
            items,
            next,
            total: None,
        }
    }

    /// The same with the total.
    #[must_use]
    pub fn with_total(mut self, total: Option<u64>) -> Self {
        self.total = total;
        self
    }
}

/// So many empty pages in a row are a list without an end.
const MOST_EMPTY: u32 = 1_000;

type Fetching<'a, T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send + 'a>>;
type Fetch<'a, T> = Box<dyn FnMut(Option<Cursor>) -> Fetching<'a, T> + Send + 'a>;

/// A list as a stream of its items; the next page is fetched when the items of this one are used up.
///
/// An error ends the stream; [`cursor`](Self::cursor) then tells where to resume. A cursor that comes back a second time
/// ends it with an error instead of going round for ever, and so do 1,000 empty pages in a row. The cursors of all pages
/// read are remembered for that.
pub struct Pager<'a, T> {
    fetch: Fetch<'a, T>,
    fetching: Option<Fetching<'a, T>>,
    items: std::vec::IntoIter<T>,
    /// The page that is being read, or is to be fetched next.
    here: Option<Cursor>,
    next: Next,
    seen: HashSet<Cursor>,
    /// Empty pages in a row.
    empty: u32,
    left: Option<u64>,
}

enum Next {
    Fetch(Option<Cursor>),
    /// The list does not lead anywhere: in what way.
    Astray(&'static str),
    End,
}

impl<'a, T> Pager<'a, T> {
    /// A list that `fetch` reads page by page, beginning at `from`.
    pub fn new<F, Fut>(from: Option<Cursor>, mut fetch: F) -> Self
    where
        F: FnMut(Option<Cursor>) -> Fut + Send + 'a,
        Fut: Future<Output = Result<Page<T>, Error>> + Send + 'a,
    {
        Self {
            fetch: Box::new(move |cursor| Box::pin(fetch(cursor))),
            fetching: None,
            items: Vec::new().into_iter(),
            here: from.clone(),
            next: Next::Fetch(from),
            seen: HashSet::new(),
            empty: 0,
            left: None,
        }
    }

    /// At most `items` in all.
    #[must_use]
    pub fn limit(mut self, items: u64) -> Self {
        self.left = Some(items);
        self
    }

    /// The page now being read, or, after an error, the one that could not be fetched: a list begun here again repeats
    /// the items of that page and misses none. `None` is the beginning.
    #[must_use]
    pub fn cursor(&self) -> Option<&Cursor> {
        self.here.as_ref()
    }

    /// Reads everything that is left into memory.
    ///
    /// # Errors
    /// The first error of any page.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// The next item; the same as the stream gives, without an import.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

// Nothing inside is pinned in place: the futures are boxed.
impl<T> Unpin for Pager<'_, T> {}

impl<T> Stream for Pager<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            if let Some(item) = self.items.next() {
                self.left = self.left.map(|left| left - 1);
                return Poll::Ready(Some(Ok(item)));
            }
            if self.fetching.is_none() {
                match std::mem::replace(&mut self.next, Next::End) {
                    Next::End => return Poll::Ready(None),
                    Next::Astray(how) => return Poll::Ready(Some(Err(astray(how)))),
                    Next::Fetch(cursor) => {
                        self.here.clone_from(&cursor);
                        self.fetching = Some((self.fetch)(cursor));
                    }
                }
            }
            let Some(fetching) = &mut self.fetching else {
                return Poll::Ready(None);
            };
            let outcome = std::task::ready!(fetching.as_mut().poll(cx));
            self.fetching = None;
            match outcome {
                Ok(page) => self.turn(page),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<T> Pager<'_, T> {
    fn turn(&mut self, page: Page<T>) {
        self.empty = if page.items.is_empty() {
            self.empty.saturating_add(1)
        } else {
            0
        };
        self.next = match page.next {
            None => Next::End,
            Some(_) if self.empty >= MOST_EMPTY => {
                Next::Astray("the list gives one empty page after another")
            }
            Some(cursor)
                if self.here.as_ref() == Some(&cursor) || !self.seen.insert(cursor.clone()) =>
            {
                Next::Astray("the list leads back to a page it had already given")
            }
            Some(cursor) => Next::Fetch(Some(cursor)),
        };
        self.items = page.items.into_iter();
    }
}

fn astray(how: &'static str) -> Error {
    Error::new(ErrorKind::Protocol, how).with_delivery(Delivery::Answered)
}

impl<T> fmt::Debug for Pager<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager")
            .field("cursor", &self.here)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(
        table: &'static [(&'static str, &'static [u32], Option<&'static str>)],
        from: Option<Cursor>,
    ) -> Pager<'static, u32> {
        Pager::new(from, move |cursor: Option<Cursor>| async move {
            let at = cursor.as_ref().map_or("", Cursor::as_str);
            match table.iter().find(|(name, ..)| *name == at) {
                Some((_, items, next)) => Ok(Page::new(items.to_vec(), next.map(Cursor::new))),
                None => Err(Error::new(ErrorKind::Server, "no such page")),
            }
        })
    }

    #[tokio::test]
    async fn pages_follow_each_other_through_empty_ones() {
        let list = pages(
            &[
                ("", &[1, 2], Some("b")),
                ("b", &[], Some("c")),
                ("c", &[3], None),
            ],
            None,
        );
        assert_eq!(list.collect().await.unwrap(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_list_resumes_at_a_stored_cursor_and_stops_at_a_limit() {
        const TABLE: &[(&str, &[u32], Option<&str>)] =
            &[("", &[1, 2], Some("b")), ("b", &[3, 4], None)];
        let from = Some(Cursor::new("b"));
        assert_eq!(pages(TABLE, from).collect().await.unwrap(), [3, 4]);
        assert_eq!(
            pages(TABLE, None).limit(3).collect().await.unwrap(),
            [1, 2, 3]
        );
        assert!(
            pages(&[], None)
                .limit(0)
                .collect()
                .await
                .unwrap()
                .is_empty()
        );
    }

    #[tokio::test]
    async fn going_round_ends_with_an_error() {
        let mut list = pages(&[("", &[1], Some("b")), ("b", &[2], Some("b"))], None);
        assert_eq!(list.next().await.unwrap().unwrap(), 1);
        assert_eq!(list.next().await.unwrap().unwrap(), 2, "nothing is lost");
        let error = list.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert!(list.next().await.is_none());
    }

    #[tokio::test]
    async fn empty_pages_without_end_are_given_up_and_full_ones_are_not() {
        let counted = |items: fn(u32) -> Vec<u32>| {
            Pager::new(None, move |cursor: Option<Cursor>| async move {
                let at: u32 = cursor.map_or(0, |cursor| cursor.as_str().parse().unwrap());
                let next = (at < 5_000).then(|| Cursor::new((at + 1).to_string()));
                Ok(Page::new(items(at), next))
            })
        };
        let error = counted(|_| Vec::new()).collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        let some = counted(|at| if at % 900 == 0 { vec![at] } else { Vec::new() });
        assert_eq!(some.collect().await.unwrap().len(), 6);
    }

    #[tokio::test]
    async fn dropping_the_wait_for_a_page_loses_nothing() {
        let mut list = Pager::new(None, |cursor: Option<Cursor>| async move {
            tokio::task::yield_now().await;
            match cursor {
                None => Ok(Page::new(vec![1], Some(Cursor::new("b")))),
                Some(_) => Ok(Page::new(vec![2], None)),
            }
        });
        let mut got = Vec::new();
        loop {
            // The first poll of each page ends without an item and is dropped.
            tokio::select! {
                biased;
                item = list.next() => match item {
                    Some(item) => got.push(item.unwrap()),
                    None => break,
                },
                () = std::future::ready(()) => {}
            }
        }
        assert_eq!(got, [1, 2]);
    }

    #[tokio::test]
    async fn after_an_error_the_cursor_tells_where_to_resume() {
        let mut list = pages(&[("", &[1], Some("gone"))], None);
        assert_eq!(list.next().await.unwrap().unwrap(), 1);
        assert!(list.next().await.unwrap().is_err());
        assert_eq!(list.cursor().map(Cursor::as_str), Some("gone"));
        assert!(list.next().await.is_none());
    }
}
