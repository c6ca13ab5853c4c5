//! The clock of a loop, and how it waits.

use crate::sys;

/// Time that never runs backwards, and a way to wait for it.
pub trait Clock {
    /// Now [ns], from any origin.
    fn now(&self) -> i64;
    /// Waits until `t` [ns], longer where the system is busy; returns at once when it has passed.
    fn sleep_until(&mut self, t: i64);
}

/// The system's monotonic clock, with an absolute sleep and, where asked for, a spin of its last part.
#[derive(Clone, Copy, Debug, Default)]
pub struct Monotonic {
    spin: i64,
}

impl Monotonic {
    /// A clock that spins for the last `spin` [ns] of a wait instead of sleeping.
    #[must_use]
    pub fn spinning(spin: i64) -> Self {
        Self { spin: spin.max(0) }
    }
}

impl Clock for Monotonic {
    fn now(&self) -> i64 {
        sys::now()
    }

    fn sleep_until(&mut self, t: i64) {
        let wake = t.saturating_sub(self.spin);
        if wake > sys::now() {
            sys::sleep_until(wake);
        }
        while sys::now() < t {
            core::hint::spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_never_ends_early_with_or_without_a_spin() {
        for spin in [0, 200_000] {
            let mut clock = Monotonic::spinning(spin);
            let until = clock.now() + 2_000_000;
            clock.sleep_until(until);
            assert!(clock.now() >= until);
            clock.sleep_until(until - 5_000_000);
        }
    }
}
