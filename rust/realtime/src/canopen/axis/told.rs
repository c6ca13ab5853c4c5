//! What a drive is told, what it tells, and to which cycle that belongs.

/// What a drive is asked for in a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Want {
    /// It shall follow `setpoint`.
    pub enable: bool,
    /// It may come back after it stopped.
    pub clear: bool,
    /// Torque [N·m], velocity [rad/s or m/s] or position [rad or m], as its mode has it; of a winch its force [N].
    pub setpoint: f64,
    /// A winch shall carry that force, else it stands.
    pub pull: bool,
}

/// What a drive told last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feedback {
    /// Position [rad or m].
    pub position: f64,
    /// Velocity [rad/s or m/s].
    pub velocity: f64,
    /// Torque [N·m].
    pub torque: f64,
    /// Force in the rope of a winch [N]; 0 of anything else.
    pub load: f64,
    /// Beginning of the cycle it belongs to [ns].
    pub stamp: i64,
}

/// Cycles whose answers have not come: the last two. An answer without a cycle is a repetition.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cycles {
    open: [Option<i64>; 2],
}

impl Cycles {
    /// A cycle begins at `t` [ns].
    pub fn begin(&mut self, t: i64) {
        self.open = [self.open[1], Some(t)];
    }

    /// The oldest cycle that waits, which is taken; the answer is never thought fresher than it is.
    pub fn take(&mut self) -> Option<i64> {
        self.open[0].take().or_else(|| self.open[1].take())
    }
}
