//! What is asked of the operating system. The loop is made for Linux; elsewhere it runs, and every privilege is refused.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::{
    Latency, block_signals, faults, fifo, hold_latency, lock_memory, now, open_can, open_serial, pin, pseudo_terminal,
    sleep_until, unlock_memory, wait_readable,
};
#[cfg(any(not(target_os = "linux"), test))] // on Linux for its tests only
#[cfg_attr(target_os = "linux", allow(dead_code))]
mod other;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{
    Latency, block_signals, faults, fifo, hold_latency, lock_memory, now, open_can, open_serial, pin, pseudo_terminal,
    sleep_until, unlock_memory, wait_readable,
};

#[cfg(target_os = "linux")]
pub use linux::kernel_resolution;
#[cfg(not(target_os = "linux"))]
pub use other::kernel_resolution;

/// Number of this process; another one after a fork.
#[must_use]
pub fn process_id() -> u32 {
    std::process::id()
}

/// Touches as much of the stack as a tick may need, so that none of its pages is met for the first time in one.
#[inline(never)]
pub(crate) fn touch_stack() {
    core::hint::black_box(&mut [1_u8; 256 * 1024]);
}
