//! Counts what a thread allocates and gives back.
#![allow(dead_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static GIVEN_BACK: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        GIVEN_BACK.with(|count| count.set(count.get() + 1));
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of this thread while it works.
pub fn allocations(work: impl FnOnce()) -> u64 {
    traffic(work)[0]
}

/// Allocations of this thread while it works, and what it gives back.
pub fn traffic(work: impl FnOnce()) -> [u64; 2] {
    let before = [COUNT.with(Cell::get), GIVEN_BACK.with(Cell::get)];
    work();
    [COUNT.with(Cell::get) - before[0], GIVEN_BACK.with(Cell::get) - before[1]]
}
