//! Jerk-limited movement between states, time-optimal, of one to sixteen degrees of freedom.

#[allow(dead_code, unused_imports)]
pub(crate) mod axis;
