//! A campaign: everybody on a list is rung, each once, also when the process is killed in between.
//!
//! [`BulkDial`] takes entries as they come, dials them at a rate and so many at a time, and writes each dial into a
//! [`CallJournal`](super::journal::CallJournal) before it leaves. Run again with the same journal and the same list, it goes on
//! where it was: what is done is skipped, and whom it was dialling when it died is **looked for before anyone is dialled again**.
//!
//! ```
//! use voice_core::flow::bulk::{BulkControl, BulkDial, Entry, EntryOutcome};
//! use voice_core::flow::journal::CallJournal;
//! use voice_core::provider::{CallKey, CallProvider, Connect, PlaceCall};
//! use voice_core::ident::E164;
//!
//! async fn campaign(
//!     calls: &dyn CallProvider,
//!     journal: &dyn CallJournal,
//!     numbers: Vec<E164>,
//!     from: E164,
//!     connect: Connect,
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     let control = BulkControl::new(); // pause(), resume(), stop(), progress()
//!     let dial = BulkDial::new()
//!         .per_second(5)
//!         .at_once(20)
//!         .control(&control)
//!         .on_result(|result| if let EntryOutcome::Unknown { error } = &result.outcome {
//!             eprintln!("look at {}: {error}", result.key);
//!         });
//!     let entries = numbers.into_iter().enumerate().map(|(row, to)| {
//!         let key = CallKey::new(format!("spring/row-{row}")).unwrap_or_else(|_| unreachable!());
//!         Entry::from(PlaceCall::new(to, from, connect.clone(), key))
//!     });
//!     let report = dial.run_all(calls, journal, entries).await?;
//!     println!("{report}");
//!     Ok(())
//! }
//! ```
//!
//! # What becomes of an entry
//! | in the journal | what happens | result |
//! |---|---|---|
//! | nothing | an intent is written, then it is dialled | placed, refused, unknown |
//! | an intent alone | the call is looked for; nobody is dialled meanwhile | found: placed; proven absent: dialled; else unknown |
//! | an outcome | nothing | skipped |
//!
//! A dial whose answer got lost is looked for in the same way, at once. *Proven absent* means that the provider answered, found
//! nothing, and was asked after [`FindCall::SETTLE`](crate::provider::FindCall::SETTLE) had passed on the monotonic clock: since
//! the dial was given up, or since this process first saw the intent. A call the journal gives to another entry is not taken for
//! this one's, several candidates are not chosen from, and a calendar that went backwards proves nothing: all that is
//! **unknown**, never a second ring.
//!
//! A refusal for a passing reason (429, no network) is tried again, [ten times](BulkDial::attempts) unless set; the entry then
//! counts as refused and stays new in the journal, so that the next start tries it again. Wrong credentials or an empty account
//! concern everybody: the campaign ends ([`BulkError::Account`]) and nobody further is marked.
//!
//! # Pace
//! Dials are spaced evenly by a [`Limiter`](crate::limits::Limiter), or by one of yours that several campaigns share. A 429
//! slows **all** of them: the wait it asks for is kept, then the rate recovers step by step; see the limiter for the numbers.
//! The provider's client has a limiter and retries of its own below this one.
//!
//! # When something else fails
//! A journal that cannot be written stops the campaign before anybody else is rung ([`BulkError::Journal`]); dials on their way
//! are seen to their end and reported. Dropping the future, like a crash, leaves intents, which the next run resolves. The
//! key of an entry must be the same in the next run, and two runs must not share a journal at the same time, which the journals
//! see to.

mod builder;
mod control;
mod dial;
mod entry;
mod error;
mod follow;
mod lines;
mod look;
mod pace;
mod progress;
mod result;
mod run;

#[cfg(test)]
mod tests;

pub use builder::BulkDial;
pub use control::{BulkControl, BulkState, ProgressWatch};
pub use entry::Entry;
pub use error::{BulkError, BulkFailure};
pub use lines::ResultLines;
pub use progress::BulkProgress;
pub use result::{BulkReport, EntryOutcome, EntryResult, HowPlaced, SkipReason};
