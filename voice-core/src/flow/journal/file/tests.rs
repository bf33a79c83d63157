use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use super::paper::Paper;
use super::{FileJournal, scan};
use crate::flow::journal::contract::{fill, intent, key, placed, race, read_again};
use crate::flow::journal::{Begun, CallJournal, EntryState, JournalError};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "voice-journal-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("calls.journal")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_file_keeps_the_contract_and_is_read_again() {
    let folder = Folder::new();
    let journal = FileJournal::open(folder.file()).await.unwrap();
    assert!(journal.is_empty());
    fill(&journal).await;
    race(&journal).await;
    drop(journal);
    let journal = FileJournal::open(folder.file()).await.unwrap();
    read_again(&journal).await;
    assert_eq!(journal.len(), 24);
    drop(journal);
    let text = std::fs::read_to_string(folder.file()).unwrap();
    assert!(!text.contains("415555"), "no number is written");
    assert!(text.starts_with("{\"format\":\"voice-call-journal\",\"version\":1}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.file())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn it_is_held_by_one_at_a_time() {
    let folder = Folder::new();
    let first = FileJournal::open(folder.file()).await.unwrap();
    let second = FileJournal::open(folder.file()).await;
    assert_eq!(second.unwrap_err(), JournalError::Locked);
    first.begin(&intent("a")).await.unwrap();
    drop(first);
    let again = FileJournal::open(folder.file()).await.unwrap();
    assert_eq!(again.len(), 1);
}

/// A journal of two whole entries, as bytes.
async fn whole(folder: &Folder) -> Vec<u8> {
    let journal = FileJournal::open(folder.file()).await.unwrap();
    for name in ["a", "b"] {
        journal.begin(&intent(name)).await.unwrap();
        journal.finish(&key(name), &placed(name)).await.unwrap();
    }
    drop(journal);
    std::fs::read(folder.file()).unwrap()
}

#[tokio::test]
async fn cut_anywhere_it_opens_with_what_was_whole_and_goes_on() {
    let folder = Folder::new();
    let bytes = whole(&folder).await;
    let ends: Vec<usize> = (0..bytes.len()).filter(|n| bytes[*n] == b'\n').collect();
    for cut in 0..=bytes.len() {
        std::fs::write(folder.file(), &bytes[..cut]).unwrap();
        let journal = FileJournal::open(folder.file()).await.unwrap();
        let lines = ends.iter().filter(|end| **end < cut).count();
        let a = journal.state(&key("a")).await.unwrap();
        assert_eq!(a == EntryState::New, lines < 2, "cut at {cut}");
        assert_eq!(
            matches!(a, EntryState::Dialling(_)),
            lines == 2,
            "cut at {cut}"
        );
        assert_eq!(journal.len(), [0, 0, 1, 1, 2, 2][lines], "cut at {cut}");
        // What is added now is not glued to the torn line.
        assert_eq!(journal.begin(&intent("new")).await.unwrap(), Begun::Yes);
        drop(journal);
        let journal = FileJournal::open(folder.file()).await.unwrap();
        let state = journal.state(&key("new")).await.unwrap();
        assert_eq!(state, EntryState::Dialling(intent("new")), "cut at {cut}");
    }
}

#[tokio::test]
async fn zeros_at_the_end_are_a_torn_line() {
    let folder = Folder::new();
    let mut bytes = whole(&folder).await;
    bytes.extend_from_slice(&[0; 4096]);
    std::fs::write(folder.file(), &bytes).unwrap();
    let journal = FileJournal::open(folder.file()).await.unwrap();
    assert_eq!(journal.len(), 2);
}

#[tokio::test]
async fn what_is_no_journal_is_refused_and_left_alone() {
    let folder = Folder::new();
    let good = String::from_utf8(whole(&folder).await).unwrap();
    let intent_line = good.lines().nth(1).unwrap();
    let format = |text: &str| matches!(text, "format");
    for (text, what) in [
        ("my notes".to_owned(), "format"),
        ("my notes\nof today\n".to_owned(), "format"),
        (good.replace("\"version\":1", "\"version\":2"), "format"),
        (good.replace("voice-call-journal", "another"), "format"),
        (good.replacen("{\"key\"", "\u{0}\u{0}", 1), "line 2"),
        (good.replacen("\"intent\"", "\"other\"", 1), "line 2"),
        // An intent twice breaks the rules.
        (format!("{good}{intent_line}\n"), "line 6"),
        (format!("{good}{}\n", "x".repeat(70_000)), "line 6"),
    ] {
        std::fs::write(folder.file(), &text).unwrap();
        let error = FileJournal::open(folder.file()).await.unwrap_err();
        match &error {
            JournalError::Format { .. } => assert!(format(what), "{error}"),
            JournalError::Corrupt { line } => assert_eq!(what, format!("line {line}")),
            other => panic!("{other:?}"),
        }
        assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), text);
    }
    let nowhere = FileJournal::open(folder.0.join("no/such/folder")).await;
    assert!(matches!(
        nowhere,
        Err(JournalError::Io {
            doing: "open its file",
            ..
        })
    ));
}

/// Paper that counts, is slow, and runs out.
#[derive(Clone, Default)]
struct Slow {
    syncs: Arc<AtomicUsize>,
    bytes: Arc<Mutex<Vec<u8>>>,
    room: Option<usize>,
    bad_sync: bool,
}

impl Paper for Slow {
    fn add(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let mut all = self.bytes.lock().unwrap();
        let left = self.room.map_or(usize::MAX, |room| room - all.len());
        all.extend_from_slice(&bytes[..bytes.len().min(left)]);
        match bytes.len() > left {
            true => Err(std::io::ErrorKind::StorageFull.into()),
            false => Ok(()),
        }
    }

    #[allow(clippy::disallowed_methods, reason = "a disk blocks its thread")]
    fn sync(&mut self) -> std::io::Result<()> {
        std::thread::sleep(Duration::from_millis(20));
        self.syncs.fetch_add(1, Ordering::Relaxed);
        match self.bad_sync {
            true => Err(std::io::ErrorKind::Other.into()),
            false => Ok(()),
        }
    }

    fn cut(&mut self, length: u64) -> std::io::Result<()> {
        self.bytes
            .lock()
            .unwrap()
            .truncate(usize::try_from(length).unwrap());
        Ok(())
    }
}

async fn on(paper: &Slow) -> FileJournal {
    let paper = paper.clone();
    FileJournal::start(PathBuf::new(), move || scan::blank(paper))
        .await
        .unwrap()
}

#[tokio::test]
async fn many_at_once_share_an_fsync() {
    let paper = Slow::default();
    let journal = on(&paper).await;
    let all = (0..500).map(|n| {
        let journal = &journal;
        async move { journal.begin(&intent(&format!("k{n}"))).await }
    });
    for begun in futures_util::future::join_all(all).await {
        assert_eq!(begun, Ok(Begun::Yes));
    }
    let syncs = paper.syncs.load(Ordering::Relaxed);
    assert!((1..=10).contains(&syncs), "{syncs} for 500");
    let lines = paper
        .bytes
        .lock()
        .unwrap()
        .iter()
        .filter(|b| **b == b'\n')
        .count();
    assert_eq!(lines, 501);
    // What is refused costs none.
    assert!(matches!(
        journal.begin(&intent("k1")).await,
        Ok(Begun::No(_))
    ));
    assert_eq!(paper.syncs.load(Ordering::Relaxed), syncs);
}

#[tokio::test]
async fn a_full_disk_ends_it_and_leaves_no_half_line() {
    let paper = Slow {
        room: Some(400),
        ..Slow::default()
    };
    let journal = on(&paper).await;
    let mut last = Ok(Begun::Yes);
    let mut count = 0;
    while last.is_ok() {
        last = journal.begin(&intent(&format!("k{count}"))).await;
        count += 1;
    }
    assert!((3..6).contains(&count), "{count}");
    let error = last.unwrap_err();
    assert!(matches!(
        error,
        JournalError::Io {
            doing: "add a line",
            kind: std::io::ErrorKind::StorageFull,
            ..
        }
    ));
    assert_eq!(paper.bytes.lock().unwrap().last(), Some(&b'\n'));
    // It does not go on, not even when there would be room for less.
    assert_eq!(journal.state(&key("k0")).await, Err(error.clone()));
    assert_eq!(
        journal.finish(&key("k0"), &placed("C")).await,
        Err(error.clone())
    );
    let family: crate::error::Error = error.into();
    assert!(!family.may_have_happened());
}

#[tokio::test]
async fn an_fsync_that_fails_once_is_not_believed_later() {
    let paper = Slow {
        bad_sync: true,
        ..Slow::default()
    };
    let journal = on(&paper).await;
    for name in ["a", "b"] {
        let error = journal.begin(&intent(name)).await.unwrap_err();
        assert!(matches!(
            error,
            JournalError::Io {
                doing: "bring a line to the disk",
                ..
            }
        ));
    }
    assert_eq!(paper.syncs.load(Ordering::Relaxed), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_it_panic_or_grow(bytes in prop::collection::vec(any::<u8>(), 0..400), with_header in any::<bool>()) {
        let folder = Folder::new();
        let mut text = Vec::new();
        if with_header {
            text.extend_from_slice(b"{\"format\":\"voice-call-journal\",\"version\":1}\n");
        }
        text.extend_from_slice(&bytes);
        std::fs::write(folder.file(), &text).unwrap();
        if let Ok(opened) = scan::open(&folder.file()) {
            prop_assert!(opened.length <= text.len().max(44) as u64);
            prop_assert_eq!(opened.length, std::fs::metadata(folder.file()).unwrap().len());
        } else {
            prop_assert_eq!(std::fs::read(folder.file()).unwrap(), text);
        }
    }
}
