//! Jerk-limited movement between states, time-optimal, of one to sixteen degrees of freedom.

pub(crate) mod axis;
