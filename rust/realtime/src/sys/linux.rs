//! Linux.

use gaitloop_core::types::NS;
use nix::errno::Errno;
use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::mman::{MlockAllFlags, mlockall, munlockall};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::SigSet;
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_getres, clock_gettime, clock_nanosleep};
use nix::unistd::Pid;
use std::fs::{File, OpenOptions};
use std::io::Write;

const CLOCK: ClockId = ClockId::CLOCK_MONOTONIC;
const SECOND: i64 = 1_000_000_000;

fn nanoseconds(time: TimeSpec) -> i64 {
    time.tv_sec().saturating_mul(SECOND).saturating_add(time.tv_nsec())
}

pub(crate) fn now() -> i64 {
    // This clock is always there.
    clock_gettime(CLOCK).map_or(0, nanoseconds)
}

pub(crate) fn sleep_until(t: i64) {
    let wake = TimeSpec::new(t.div_euclid(SECOND), t.rem_euclid(SECOND));
    // A signal interrupts the sleep; being absolute, it just begins again.
    while clock_nanosleep(CLOCK, ClockNanosleepFlags::TIMER_ABSTIME, &wake) == Err(Errno::EINTR) {}
}

/// Resolution of the clock that the loop sleeps by [s].
#[must_use]
pub fn kernel_resolution() -> Option<f64> {
    clock_getres(CLOCK).ok().map(|time| nanoseconds(time) as f64 / NS)
}

/// Minor and major page faults of this thread so far.
pub(crate) fn faults() -> [u64; 2] {
    getrusage(UsageWho::RUSAGE_THREAD).map_or([0; 2], |usage| {
        [usage.minor_page_faults(), usage.major_page_faults()].map(|n| u64::try_from(n).unwrap_or(0))
    })
}

/// Signals go to other threads: handlers belong to whoever watches.
pub(crate) fn block_signals() {
    let _ = SigSet::all().thread_block();
}

/// Gives this thread a priority of `SCHED_FIFO`.
pub(crate) fn fifo(priority: i32) -> Result<(), i32> {
    let param = libc::sched_param { sched_priority: priority };
    // SAFETY: `param` is a valid value that outlives the call; thread 0 is the calling one, and no memory is written.
    #[allow(unsafe_code)]
    let answer = unsafe { libc::sched_setscheduler(0, libc::SCHED_FIFO, &raw const param) };
    if answer == 0 { Ok(()) } else { Err(Errno::last_raw()) }
}

/// Keeps this thread on these processors.
pub(crate) fn pin(cpus: &[usize]) -> Result<(), i32> {
    let mut set = CpuSet::new();
    cpus.iter().try_for_each(|cpu| set.set(*cpu)).map_err(|errno| errno as i32)?;
    sched_setaffinity(Pid::from_raw(0), &set).map_err(|errno| errno as i32)
}

/// Keeps all memory of the process, present and future, from being paged.
pub(crate) fn lock_memory() -> Result<(), i32> {
    mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE).map_err(|errno| errno as i32)
}

pub(crate) fn unlock_memory() {
    let _ = munlockall();
}

/// Held open, it keeps processors out of sleeps that they leave slowly.
pub(crate) type Latency = File;

/// Asks that no processor sleeps so deeply that it wakes late.
pub(crate) fn hold_latency() -> Result<Latency, i32> {
    let open = || -> std::io::Result<File> {
        let mut file = OpenOptions::new().write(true).open("/dev/cpu_dma_latency")?;
        file.write_all(&0_i32.to_ne_bytes())?;
        Ok(file)
    };
    open().map_err(|error| error.raw_os_error().unwrap_or(Errno::EIO as i32))
}
