//! Linux.

use gaitloop_core::types::NS;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::net::if_::if_nametoindex;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::openpty;
use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::mman::{MlockAllFlags, mlockall, munlockall};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::SigSet;
use nix::sys::termios::{BaudRate, FlushArg, SetArg, cfmakeraw, cfsetspeed, tcflush, tcgetattr, tcsetattr};
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_getres, clock_gettime, clock_nanosleep};
use nix::unistd::{Pid, ttyname};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::{AsFd, FromRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

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

/// Opens a serial line for raw bytes, without ever waiting for them.
pub(crate) fn open_serial(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NOCTTY | libc::O_NONBLOCK).open(path)?;
    make_raw(&file)?;
    tcflush(&file, FlushArg::TCIOFLUSH)?;
    Ok(file)
}

fn make_raw(line: impl AsFd) -> std::io::Result<()> {
    let mut settings = tcgetattr(&line)?;
    cfmakeraw(&mut settings);
    // Adapters on USB take any; this is what the others are delivered with.
    cfsetspeed(&mut settings, BaudRate::B115200)?;
    Ok(tcsetattr(&line, SetArg::TCSANOW, &settings)?)
}

/// A pseudo-terminal: the end that is served, the other end, and the name by which that one is opened.
///
/// The other end is held open, so that whoever uses it may come and go.
pub(crate) fn pseudo_terminal() -> std::io::Result<(File, File, PathBuf)> {
    let pair = openpty(None, None)?;
    make_raw(&pair.slave)?;
    let name = ttyname(&pair.slave)?;
    fcntl(&pair.master, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    Ok((File::from(pair.master), File::from(pair.slave), name))
}

/// Waits until one of the files has something to read, `most` [ms] at most.
pub(crate) fn wait_readable(files: &[&File], most: u16) {
    let mut asked: Vec<_> = files.iter().map(|file| PollFd::new(file.as_fd(), PollFlags::POLLIN)).collect();
    let _ = poll(&mut asked, PollTimeout::from(most));
}

/// Opens a CAN interface of the system, without ever waiting for it; errors of the bus come as frames.
pub(crate) fn open_can(interface: &str) -> std::io::Result<File> {
    let index = if_nametoindex(interface)?;
    let index = i32::try_from(index).map_err(|_| Errno::ENODEV)?;
    let kind = libc::SOCK_RAW | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: takes three numbers and gives one.
    #[allow(unsafe_code)]
    let number = Errno::result(unsafe { libc::socket(libc::AF_CAN, kind, libc::CAN_RAW) })?;
    // SAFETY: the number was just given to us, and nobody else owns it.
    #[allow(unsafe_code)]
    let socket = unsafe { OwnedFd::from_raw_fd(number) };
    let errors: u32 = CAN_ERRORS;
    let size = |bytes: usize| libc::socklen_t::try_from(bytes).unwrap_or(0);
    // SAFETY: the option is a u32 that outlives the call, and its length is given.
    #[allow(unsafe_code)]
    let answer = unsafe {
        let option = (&raw const errors).cast();
        libc::setsockopt(number, libc::SOL_CAN_RAW, libc::CAN_RAW_ERR_FILTER, option, size(size_of::<u32>()))
    };
    Errno::result(answer)?;
    // SAFETY: an address of zeros is a valid value of this type.
    #[allow(unsafe_code)]
    let mut address: libc::sockaddr_can = unsafe { core::mem::zeroed() };
    (address.can_family, address.can_ifindex) = (libc::AF_CAN as libc::sa_family_t, index);
    // SAFETY: the address outlives the call, and its length is given.
    #[allow(unsafe_code)]
    let answer = unsafe { libc::bind(number, (&raw const address).cast(), size(size_of::<libc::sockaddr_can>())) };
    Errno::result(answer)?;
    Ok(File::from(socket))
}

/// Errors of a CAN controller that are asked for: its state, and that it is off the bus.
const CAN_ERRORS: u32 = 0x04 | 0x40;
