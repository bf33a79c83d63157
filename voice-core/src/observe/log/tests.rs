//! The log as a whole: nothing lost under many writers, nothing but lines lost when the disk is full.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("voice-core-log-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("requests.jsonl")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn time() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_736_764_200)
}

fn record(name: &str) -> Record {
    Record::new(RecordKind::Attempt, time(), "sample", name)
}

fn summary(path: &Path) -> ReadSummary {
    let mut summary = ReadSummary::default();
    for entry in LogReader::new(io::BufReader::new(fs::File::open(path).unwrap())) {
        summary.count(&entry.unwrap());
    }
    summary
}

#[test]
fn many_writers_lose_nothing_and_files_stay_small() {
    let folder = Folder::new();
    let log = JsonlLog::file(folder.file())
        .max_bytes(4096)
        .files(1000)
        .queue_bytes(usize::MAX)
        .build();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let log = log.clone();
            scope.spawn(move || {
                for number in 0..250 {
                    log.write(&record(&format!("{thread}.{number}")));
                }
            });
        }
    });
    let stats = log.flush();
    assert_eq!((stats.written, stats.lost), (2000, 0));
    let files = rotated_files(&folder.file());
    assert!(files.len() > 20, "{}", files.len());
    let mut names = Vec::new();
    for file in &files {
        assert!(fs::metadata(file).unwrap().len() <= 4096);
        for entry in LogReader::new(io::BufReader::new(fs::File::open(file).unwrap())) {
            match entry.unwrap() {
                Entry::Record(record) => names.push(record.operation),
                other => panic!("{other:?}"),
            }
        }
    }
    // Each writer's lines are in order, over all files from the oldest on.
    for thread in 0..8 {
        let prefix = format!("{thread}.");
        let mine = names.iter().filter(|name| name.starts_with(&prefix));
        assert!(mine.eq(&(0..250).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>()));
    }
}

#[test]
fn only_so_many_files_are_kept() {
    let folder = Folder::new();
    let log = JsonlLog::file(folder.file()).max_bytes(1).files(3).build();
    for number in 0..200 {
        log.write(&record(&number.to_string()));
    }
    log.flush();
    let names: Vec<String> = rotated_files(&folder.file())
        .iter()
        .map(|p| p.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let expected = ["requests.jsonl.2", "requests.jsonl.1", "requests.jsonl"];
    assert_eq!(names, expected);
    let newest = fs::read_to_string(folder.file()).unwrap();
    assert!(newest.contains(r#""operation":"199""#));
}

#[test]
fn an_existing_file_is_appended_to_and_a_torn_line_ended() {
    let folder = Folder::new();
    fs::write(folder.file(), "{\"time\":\"2025-").unwrap();
    drop({
        let log = JsonlLog::file(folder.file()).build();
        log.write(&record("a"));
        log
    });
    let read = summary(&folder.file());
    assert_eq!((read.records, read.malformed_at), (1, vec![1]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::remove_file(folder.file()).unwrap();
        let log = JsonlLog::file(folder.file()).build();
        log.write(&record("a"));
        log.flush();
        let mode = fs::metadata(folder.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_path_that_cannot_be_written_costs_lines_until_it_can() {
    let folder = Folder::new();
    let path = folder.0.join("not-yet").join("requests.jsonl");
    let log = JsonlLog::file(&path).build();
    log.write(&record("a"));
    log.write(&record("b"));
    let stats = log.flush();
    assert_eq!((stats.written, stats.lost), (0, 2));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    log.write(&record("c"));
    let stats = log.flush();
    assert_eq!((stats.written, stats.lost), (1, 2));
    let read = summary(&path);
    assert_eq!((read.records, read.notices, read.lost), (1, 1, 2));
}

/// Takes so many bytes, then says that the disk is full, until it is given more.
#[derive(Clone, Default)]
struct Disk {
    room: Arc<AtomicUsize>,
    data: Arc<Mutex<Vec<u8>>>,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.room.load(Ordering::SeqCst);
        let taken = room.min(bytes.len());
        if taken == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.room.fetch_sub(taken, Ordering::SeqCst);
        self.data.lock().unwrap().extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_tears_one_line_and_the_next_begins_afresh() {
    let disk = Disk::default();
    let line = serde_json::to_vec(&record("a")).unwrap().len() + 1;
    disk.room.store(line + 10, Ordering::SeqCst);
    let log = JsonlLog::writer(disk.clone()).build();
    for _ in 0..3 {
        log.write(&record("a"));
        log.flush();
    }
    let stats = log.stats();
    assert_eq!((stats.written, stats.lost), (1, 2));
    disk.room.store(usize::MAX, Ordering::SeqCst);
    log.write(&record("b"));
    drop(log);
    let data = disk.data.lock().unwrap().clone();
    let mut read = ReadSummary::default();
    for entry in LogReader::new(&data[..]) {
        read.count(&entry.unwrap());
    }
    assert_eq!((read.records, read.malformed_at), (2, vec![2]));
    assert_eq!((read.notices, read.lost), (1, 2));
}

/// Stands still until it is let go.
struct Stuck(Arc<Mutex<()>>);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _wait = self.0.lock().unwrap();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_stuck_writer_holds_nobody_up_and_the_queue_stays_small() {
    let gate = Arc::new(Mutex::new(()));
    let held = gate.lock().unwrap();
    let log = JsonlLog::writer(Stuck(Arc::clone(&gate)))
        .queue_bytes(2000)
        .build();
    // Were one of these to wait for the writer, this would never end.
    for _ in 0..10_000 {
        log.write(&record("a"));
    }
    assert!(log.stats().lost > 9_900, "{log:?}");
    drop(held);
    let stats = log.flush();
    assert_eq!(stats.written + stats.lost, 10_000);
}

#[test]
fn a_writer_that_panics_ends_the_log_and_nothing_else() {
    struct Bad;
    impl Write for Bad {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            panic!("a writer's own fault")
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let log = JsonlLog::writer(Bad).build();
    log.write(&record("a"));
    log.flush();
    log.write(&record("b"));
    let stats = log.flush();
    assert_eq!((stats.written, stats.lost), (0, 2));
}

/// Counts what was written behind the last flush; the first flush waits for leave.
struct Buffered {
    unflushed: Arc<AtomicUsize>,
    begun: std::sync::mpsc::Sender<()>,
    leave: Option<std::sync::mpsc::Receiver<()>>,
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unflushed.fetch_add(bytes.len(), Ordering::SeqCst);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(leave) = self.leave.take() {
            self.begun.send(()).unwrap();
            leave.recv().unwrap();
        }
        self.unflushed.store(0, Ordering::SeqCst);
        Ok(())
    }
}

#[test]
fn a_flush_that_is_asked_for_during_another_covers_its_own_lines() {
    let unflushed = Arc::new(AtomicUsize::new(0));
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (may_go, leave) = std::sync::mpsc::channel();
    let log = JsonlLog::writer(Buffered {
        unflushed: Arc::clone(&unflushed),
        begun,
        leave: Some(leave),
    })
    .build();
    std::thread::scope(|scope| {
        log.write(&record("first"));
        scope.spawn(|| log.flush());
        has_begun.recv().unwrap();
        log.write(&record("second"));
        let second = scope.spawn(|| {
            let stats = log.flush();
            (stats.written, unflushed.load(Ordering::SeqCst))
        });
        // The second flush begins to wait while the first is still at it.
        std::thread::park_timeout(Duration::from_millis(100));
        may_go.send(()).unwrap();
        assert_eq!(second.join().unwrap(), (2, 0));
    });
}
