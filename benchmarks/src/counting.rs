//! An allocator that counts, on the thread and for the time it is asked to.
//!
//! It is the system's allocator with one test of a thread-local flag before it, so that it changes no time. Counting is on
//! only in a pass of its own, outside of anything that is timed. What other threads allocate, such as a server in the same
//! process, is not counted.

// The one place in this repository: an allocator cannot be written without. Nothing that is published depends on it.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ON: Cell<bool> = const { Cell::new(false) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<u64> = const { Cell::new(0) };
}

/// What was allocated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allocated {
    /// How often: `alloc` and `realloc`, each one.
    pub count: u64,
    /// How much: the sizes asked for; of a `realloc` what it asked for beyond the old size.
    pub bytes: u64,
}

/// What this thread allocates while `run` runs.
pub fn count<T>(run: impl FnOnce() -> T) -> (T, Allocated) {
    /// Counting ends also when `run` unwinds.
    struct Off;
    impl Drop for Off {
        fn drop(&mut self) {
            ON.set(false);
        }
    }
    COUNT.set(0);
    BYTES.set(0);
    ON.set(true);
    let off = Off;
    let value = run();
    drop(off);
    let allocated = Allocated {
        count: COUNT.get(),
        bytes: BYTES.get(),
    };
    (value, allocated)
}

struct Counting;

fn note(bytes: usize) {
    if ON.get() {
        COUNT.set(COUNT.get() + 1);
        BYTES.set(BYTES.get() + bytes as u64);
    }
}

// SAFETY: every call is handed to the system's allocator as it came; counting touches nothing but thread-local numbers,
// which need neither memory nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size.saturating_sub(layout.size()));
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn what_this_thread_allocates_meanwhile_is_counted() {
        let before = black_box(vec![0_u8; 100]);
        let (mut text, allocated) = count(|| black_box(Vec::<u8>::with_capacity(10)));
        assert_eq!((allocated.count, allocated.bytes), (1, 10));
        let ((), allocated) = count(|| text.reserve_exact(30));
        assert_eq!((allocated.count, allocated.bytes), (1, 20));
        let ((), allocated) = count(|| {
            drop(before);
            let other = std::thread::spawn(|| drop(black_box(vec![1_u8; 1 << 20])));
            other.join().expect("it does not panic");
        });
        assert!(allocated.bytes < 1 << 20, "{allocated:?}");
        drop(black_box(vec![0_u8; 5]));
        assert_eq!(count(|| ()).1, Allocated::default());
    }
}
