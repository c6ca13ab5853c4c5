//! Systems other than Linux: a clock and a sleep; nothing is promised, and every privilege is refused.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

pub(crate) fn now() -> i64 {
    i64::try_from(ORIGIN.elapsed().as_nanos()).unwrap_or(i64::MAX)
}

pub(crate) fn sleep_until(t: i64) {
    while let Ok(rest @ 1..) = u64::try_from(t.saturating_sub(now())) {
        std::thread::sleep(Duration::from_nanos(rest));
    }
}

/// Resolution of the clock that the loop sleeps by [s]; unknown here.
#[must_use]
pub fn kernel_resolution() -> Option<f64> {
    None
}

pub(crate) fn faults() -> [u64; 2] {
    [0; 2]
}

pub(crate) fn block_signals() {}

/// Number of the error "not supported", which is of no system here.
const UNSUPPORTED: i32 = -1;

pub(crate) fn fifo(_priority: i32) -> Result<(), i32> {
    Err(UNSUPPORTED)
}

pub(crate) fn pin(_cpus: &[usize]) -> Result<(), i32> {
    Err(UNSUPPORTED)
}

pub(crate) fn lock_memory() -> Result<(), i32> {
    Err(UNSUPPORTED)
}

pub(crate) fn unlock_memory() {}

#[derive(Debug)]
pub(crate) enum Latency {}

pub(crate) fn hold_latency() -> Result<Latency, i32> {
    Err(UNSUPPORTED)
}

fn no_such_thing<T>() -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "devices are reached on Linux only"))
}

pub(crate) fn open_serial(_path: &Path) -> io::Result<File> {
    no_such_thing()
}

pub(crate) fn open_can(_interface: &str) -> io::Result<File> {
    no_such_thing()
}

pub(crate) fn pseudo_terminal() -> io::Result<(File, File, PathBuf)> {
    no_such_thing()
}

pub(crate) fn wait_readable(_files: &[&File], most: u16) {
    std::thread::sleep(Duration::from_millis(u64::from(most)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleep_never_ends_early() {
        let until = now() + 3_000_000;
        sleep_until(until);
        assert!(now() >= until);
        sleep_until(i64::MIN);
    }

    #[test]
    fn every_privilege_is_refused() {
        let refused = Err(UNSUPPORTED);
        assert_eq!([fifo(1), pin(&[0]), lock_memory(), hold_latency().map(|_| ())], [refused; 4]);
        block_signals();
        unlock_memory();
        assert_eq!((faults(), kernel_resolution()), ([0; 2], None));
        assert!(open_serial(Path::new("/dev/tty")).is_err() && open_can("can0").is_err() && pseudo_terminal().is_err());
        wait_readable(&[], 1);
    }
}
