//! What a thread that must wake in time wants of the system, each asked for by itself and reported as got or refused.

use crate::sys;
use gaitloop_core::Result;
use gaitloop_core::error::in_range;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Loops that keep the memory of the process locked. It is held while the system is asked too: one loop must not unlock
/// what another one has just locked.
static LOCKS: Mutex<usize> = Mutex::new(0);
/// Lowest and highest priority of `SCHED_FIFO`.
const PRIORITIES: [f64; 2] = [1.0, 99.0];
/// Highest number of a processor.
const MAX_CPU: f64 = 1023.0;

fn locks() -> MutexGuard<'static, usize> {
    LOCKS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lock_memory() -> core::result::Result<(), i32> {
    let mut locks = locks();
    sys::lock_memory()?;
    *locks += 1;
    Ok(())
}

fn unlock_memory() {
    let mut locks = locks();
    *locks -= 1;
    if *locks == 0 {
        sys::unlock_memory();
    }
}

/// One thing that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// To run before every thread without one.
    RealTimePriority,
    /// That no memory of the process is paged out, or met for the first time in a tick.
    LockedMemory,
    /// To stay on given processors.
    Affinity,
    /// That processors do not sleep so deeply that they wake late.
    ShallowSleep,
}

impl Privilege {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RealTimePriority => "real_time_priority",
            Self::LockedMemory => "locked_memory",
            Self::Affinity => "affinity",
            Self::ShallowSleep => "shallow_sleep",
        }
    }

    /// What to do where it is refused.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        if cfg!(not(target_os = "linux")) {
            return "run the loop on Linux; on this system it has no real-time privileges";
        }
        match self {
            Self::RealTimePriority => {
                "give the user 'rtprio 95' in /etc/security/limits.d and log in again, or the program CAP_SYS_NICE"
            }
            Self::LockedMemory => {
                "give the user 'memlock unlimited' in /etc/security/limits.d and log in again, or the program CAP_IPC_LOCK"
            }
            Self::Affinity => "name processors that exist and that the container or cpuset allows",
            Self::ShallowSleep => {
                "give the user's group write access to /dev/cpu_dma_latency by a udev rule; in a container, pass the device in"
            }
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody asked.
    NotAsked,
    /// It is in force.
    Got,
    /// The system said no, with this error number; -1 where it has no such thing.
    Refused(i32),
}

/// A privilege and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivilegeReport {
    /// What was asked for.
    pub privilege: Privilege,
    /// What became of it.
    pub outcome: Outcome,
}

impl PrivilegeReport {
    /// The system's words where it refused.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match self.outcome {
            Outcome::Refused(errno) if errno >= 0 => Some(io::Error::from_raw_os_error(errno).to_string()),
            Outcome::Refused(_) => Some("not on this system".into()),
            Outcome::Got | Outcome::NotAsked => None,
        }
    }
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Priority of `SCHED_FIFO`, 1 to 99.
    pub priority: Option<u8>,
    /// Memory of the process is locked.
    pub lock_memory: bool,
    /// Processors to stay on, 0 to 1023; none means any.
    pub cpus: Vec<usize>,
    /// Processors do not sleep deeply.
    pub shallow_sleep: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { priority: Some(80), lock_memory: true, cpus: Vec::new(), shallow_sleep: true }
    }
}

impl Wanted {
    /// Nothing at all.
    #[must_use]
    pub fn nothing() -> Self {
        Self { priority: None, lock_memory: false, cpus: Vec::new(), shallow_sleep: false }
    }

    /// Accepts numbers that any system could know.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming `priority` or `cpus`.
    pub fn check(self) -> Result<Self> {
        if let Some(priority) = self.priority {
            in_range("priority", f64::from(priority), PRIORITIES[0], PRIORITIES[1])?;
        }
        for cpu in &self.cpus {
            in_range("cpus", *cpu as f64, 0.0, MAX_CPU)?;
        }
        Ok(self)
    }

    /// Asks for each, for the calling thread; what was got holds until the result is dropped, priority and processors for
    /// as long as the thread lives.
    pub(crate) fn request(&self) -> Held {
        let told = |asked: bool, ask: &mut dyn FnMut() -> core::result::Result<(), i32>| match asked.then(ask) {
            None => Outcome::NotAsked,
            Some(Ok(())) => Outcome::Got,
            Some(Err(errno)) => Outcome::Refused(errno),
        };
        let mut latency = None;
        let priority = i32::from(self.priority.unwrap_or_default());
        let outcomes = [
            (Privilege::Affinity, told(!self.cpus.is_empty(), &mut || sys::pin(&self.cpus))),
            (Privilege::LockedMemory, told(self.lock_memory, &mut lock_memory)),
            (
                Privilege::ShallowSleep,
                told(self.shallow_sleep, &mut || sys::hold_latency().map(|held| latency = Some(held))),
            ),
            (Privilege::RealTimePriority, told(self.priority.is_some(), &mut || sys::fifo(priority))),
        ];
        let reports = outcomes.map(|(privilege, outcome)| PrivilegeReport { privilege, outcome });
        let locked = outcomes[1].1 == Outcome::Got;
        Held { reports, locked, _latency: latency }
    }
}

/// Privileges in force.
#[derive(Debug)]
pub(crate) struct Held {
    pub reports: [PrivilegeReport; 4],
    locked: bool,
    _latency: Option<sys::Latency>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.locked {
            unlock_memory();
        }
    }
}

/// Asks for everything on a thread of its own, and gives it back: what a loop could have here.
#[must_use]
pub fn probe(wanted: &Wanted) -> Vec<PrivilegeReport> {
    let ask = || wanted.request().reports.to_vec();
    std::thread::scope(|scope| scope.spawn(ask).join().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_asked_for_by_itself() {
        let told = |wanted: &Wanted| probe(wanted).iter().map(|r| r.outcome).collect::<Vec<_>>();
        assert_eq!(told(&Wanted::nothing()), [Outcome::NotAsked; 4]);
        let here = told(&Wanted { cpus: vec![0], ..Wanted::nothing() });
        assert_eq!(here[1..], [Outcome::NotAsked; 3]);
        assert_ne!(here[0], Outcome::NotAsked);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_processor_that_is_not_there_is_refused_with_the_systems_words() {
        let reports = probe(&Wanted { cpus: vec![1023], ..Wanted::nothing() });
        assert!(matches!(reports[0].outcome, Outcome::Refused(errno) if errno > 0), "{reports:?}");
        assert!(reports[0].error().is_some_and(|text| text.contains("os error")));
        assert!(reports.iter().all(|report| !report.privilege.remedy().is_empty()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_loop_that_ends_leaves_the_memory_of_another_one_locked() {
        let locked = || {
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            status.lines().any(|line| line.starts_with("VmLck:") && !line.contains(" 0 kB"))
        };
        let wanted = Wanted { lock_memory: true, ..Wanted::nothing() };
        let come_and_go = || {
            for _ in 0..200 {
                let held = wanted.request();
                assert!(!held.locked || locked(), "unlocked by the other thread");
            }
        };
        std::thread::scope(|scope| [scope.spawn(come_and_go), scope.spawn(come_and_go)].map(drop));
    }

    #[test]
    fn numbers_that_no_system_knows_are_refused_by_name() {
        let refused = |wanted: Wanted| wanted.check().err().map(|e| e.to_string()).unwrap_or_default();
        assert!(refused(Wanted { priority: Some(0), ..Wanted::default() }).starts_with("priority must lie in"));
        assert!(refused(Wanted { cpus: vec![4096], ..Wanted::default() }).starts_with("cpus must lie in"));
        assert_eq!(refused(Wanted::default()), "");
    }
}
