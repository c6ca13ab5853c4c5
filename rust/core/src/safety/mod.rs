//! Requested torque to [`SafeTorque`]: limits, guard, supervisor, belt, body-weight support, monitors, command.
//!
//! The arithmetic of this room is + - * / sqrt and comparison in the order written in the specification, so that the
//! reference agrees bit for bit. Every step is total: it neither fails nor panics, whatever the bits of its input.

mod belt;
mod command;
mod declaration;
mod drives;
mod encoders;
mod envelope;
mod guard;
mod interaction;
pub mod kernels;
mod lattice;
mod monitors;
mod selftest;
mod supervisor;
mod support;
mod watchers;

pub use belt::Belt;
pub use command::{COMMAND_FIELDS, COMMAND_INTEGERS, COMMAND_LEN, Command, CommandFields, N_COMMAND_INTEGERS};
pub use declaration::{Declaration, LowerDeadline, SAFE_PROFILES, SafeProfile};
pub use drives::{DriveInputs, Drives};
pub use encoders::{EncoderInputs, Encoders};
pub use envelope::{ENVELOPE_FIELDS, Envelope, EnvelopeParams, LimitField, Rule};
pub use guard::{Guard, LIMITS, SafeTorque};
pub use interaction::Interaction;
pub use lattice::{Effective, Narrowing, SOURCES};
pub use monitors::{MonitorInputs, Monitors};
pub use selftest::{SelfTest, SelfTestInputs, SelfTestOutput};
pub use supervisor::{Supervisor, SupervisorInputs, SupervisorOutputs};
pub use support::Support;
pub use watchers::{WatcherInputs, Watchers};

/// Seconds in a nanosecond [s/ns].
const SECONDS: f64 = 1e-9;
/// Step taken for a stop when time does not advance [s].
const NOMINAL_TICK: f64 = 0.001;

/// A reading that can be reckoned with: [`kernels::plausible`], and 0 where it is not [`kernels::sizeable`].
fn trusted(reading: Option<f64>) -> Option<f64> {
    reading.filter(|v| kernels::plausible(*v)).map(kernels::sizeable)
}

/// An enum with codes, and the list of its names in the order of the codes.
macro_rules! codes {
    ($(#[doc = $doc:literal])+ $name:ident, $names:ident: $($(#[doc = $variant_doc:literal])+ $variant:ident = $code:literal $label:literal;)+) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[doc = $variant_doc])+ $variant = $code,)+
        }

        #[doc = concat!("Names of [`", stringify!($name), "`] in the order of its codes.")]
        pub const $names: [&str; [$($code),+].len()] = [$($label),+];

        impl $name {
            /// Every variant in the order of the codes.
            pub const ALL: [Self; $names.len()] = [$(Self::$variant),+];

            /// The variant of a code, absent when there is none.
            #[must_use]
            pub fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }
    };
}

codes! {
    /// How bad a fault is.
    Severity, SEVERITIES:
    /// No fault.
    None = 0 "none";
    /// Carry on with less.
    Degrade = 1 "degrade";
    /// Slow down and stand.
    Soft = 2 "soft_stop";
    /// Stop at once, damped.
    Protective = 3 "protective_stop";
    /// Power off at once.
    Immediate = 4 "immediate";
}

codes! {
    /// What a fault is.
    Cause, CAUSES:
    /// No fault.
    None = 0 "none";
    /// The emergency stop is pressed or its wire is broken.
    EstopOpen = 1 "estop_open";
    /// The requested torque is not finite.
    ControllerNotFinite = 2 "controller_not_finite";
    /// A joint's angle or velocity is absent.
    JointInvalid = 3 "joint_invalid";
    /// A joint left its range of motion.
    RangeExceeded = 4 "range_exceeded";
    /// A joint moves too fast.
    Overspeed = 5 "overspeed";
    /// Time did not advance.
    TimeBackwards = 6 "time_backwards";
    /// Time jumped ahead.
    TimeJump = 7 "time_jump";
    /// A sample is too old, or from the future.
    SampleStale = 8 "sample_stale";
    /// The belt does not do what it is told.
    BeltMismatch = 9 "belt_mismatch";
    /// No gait events on a moving belt.
    EventsLost = 10 "events_lost";
    /// The person sinks.
    PostureLost = 11 "posture_lost";
    /// A foot does not leave the belt as it should.
    FootDrag = 12 "foot_drag";
    /// A guided joint does not follow.
    FollowingError = 13 "following_error";
    /// The person pressed the pain button.
    Pain = 14 "pain";
    /// Someone asked to stop.
    StopRequest = 15 "stop_request";
    /// A drive reports a fault.
    DriveFault = 16 "drive_fault";
    /// The self-test failed.
    SelftestFailed = 17 "selftest_failed";
    /// A soft stop took too long.
    Deadline = 18 "deadline";
    /// An angle changed by more than the joint moved.
    EncoderJump = 19 "encoder_jump";
    /// An angle stays while the joint moves.
    EncoderStuck = 20 "encoder_stuck";
    /// An angle departs from the velocity that was measured.
    EncoderDrift = 21 "encoder_drift";
    /// An angle is noisy.
    EncoderNoise = 22 "encoder_noise";
    /// A drive gives a torque that it was not told to give.
    TorqueResidual = 23 "torque_residual";
    /// A drive gives much more or less than it is told.
    TorqueGain = 24 "torque_gain";
    /// Both sensors of an angle disagree, or one of them is gone.
    EncoderMismatch = 25 "encoder_mismatch";
    /// The torque between machine and person is too large.
    InteractionTorque = 26 "interaction_torque";
    /// The torque between machine and person has lasted for as long as one session may have of it.
    Dose = 27 "dose";
    /// A person pushes as they usually do not at this point of the stride.
    Spasm = 28 "spasm";
    /// A joint beats at 4 to 8 Hz.
    Clonus = 29 "clonus";
    /// A torque shakes.
    Oscillation = 30 "oscillation";
    /// The rope carries too little, or gives way.
    SupportSlack = 31 "support_slack";
    /// A tick takes too long.
    Overrun = 32 "overrun";
    /// Ticks come at another rate than declared.
    Rate = 33 "rate";
    /// The drives answer too late.
    BusLate = 34 "bus_late";
}

codes! {
    /// State of the supervisor.
    State, STATES:
    /// Before the first tick.
    Boot = 0 "boot";
    /// Testing itself, unpowered.
    Selftest = 1 "selftest";
    /// Tested, unpowered.
    Standby = 2 "standby";
    /// Drives enabled at zero torque.
    Armed = 3 "armed";
    /// Training.
    Run = 4 "run";
    /// Training with less.
    Degraded = 5 "degraded";
    /// Slowing down to stand.
    SoftStop = 6 "soft_stop";
    /// Damped stop.
    ProtStop = 7 "prot_stop";
    /// Latched, unpowered.
    Safe = 8 "safe";
    /// Legs unpowered, hoist moves while held.
    Release = 9 "release";
    /// Latched until restart.
    Lockout = 10 "lockout";
}

codes! {
    /// What the legs do.
    LegMode, LEG_MODES:
    /// Unpowered.
    Off = 0 "off";
    /// Powered at zero torque.
    Zero = 1 "zero";
    /// Full torque.
    Full = 2 "full";
    /// Degraded torque.
    Narrow = 3 "narrow";
    /// Torque as before, full or degraded, while the support fades.
    Ramp = 4 "ramp";
    /// Damping and walls only, fading.
    Damp = 5 "damp";
    /// Damping and walls only, with all the torque there is.
    Lower = 6 "lower";
}

codes! {
    /// What the belt does.
    BeltMode, BELT_MODES:
    /// Follow the target.
    Track = 0 "track";
    /// Gentle, jerk-limited stop.
    Soft = 1 "soft";
    /// Quick stop.
    Stop = 2 "stop";
    /// Stopped and braked.
    Brake = 3 "brake";
}

codes! {
    /// What the body-weight support does.
    SupportMode, SUPPORT_MODES:
    /// Hold its position.
    Hold = 0 "hold";
    /// Follow the target force.
    Track = 1 "track";
    /// Move by hand while held.
    Jog = 2 "jog";
}

codes! {
    /// What the operator asks for.
    Request, REQUESTS:
    /// Nothing.
    None = 0 "none";
    /// Enable the drives.
    Arm = 1 "arm";
    /// Begin training.
    Start = 2 "start";
    /// Stop.
    Stop = 3 "stop";
    /// Leave the latched stop.
    Reset = 4 "reset";
    /// Move the hoist.
    Release = 5 "release";
}

codes! {
    /// How far the self-test is.
    Selftest, SELFTESTS:
    /// Still running.
    Pending = 0 "pending";
    /// Passed.
    Pass = 1 "pass";
    /// Failed.
    Fail = 2 "fail";
}

codes! {
    /// What the self-test looks at.
    Check, CHECKS:
    /// Nothing.
    None = 0 "none";
    /// A tick without a fault.
    Fault = 1 "fault";
    /// Angle and velocity are there.
    Sample = 2 "sample";
    /// The angle is not stuck at zero.
    Zero = 3 "zero";
    /// The angle lies in the range of motion.
    Range = 4 "range";
    /// Angles and velocities are fresh.
    Stale = 5 "stale";
    /// The drive is ready, and not powered.
    Drive = 6 "drive";
    /// The drive's configuration is the one that was set.
    Configuration = 7 "configuration";
    /// The drive has the watchdog time that was set.
    Watchdog = 8 "watchdog";
    /// Samples come at the declared rate.
    Rate = 9 "rate";
    /// The drive stops by itself without leases.
    Stop = 10 "stop";
    /// It does not come back by itself.
    Latch = 11 "latch";
    /// It comes back when it is asked to.
    Clear = 12 "clear";
}

/// What went wrong in a tick: how bad, what, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub cause: Cause,
    /// Joint it belongs to, if any.
    pub joint: Option<usize>,
}

impl Fault {
    /// No fault.
    pub const NONE: Self = Self { severity: Severity::None, cause: Cause::None, joint: None };

    /// A fault that belongs to no joint.
    #[must_use]
    pub const fn new(severity: Severity, cause: Cause) -> Self {
        Self { severity, cause, joint: None }
    }

    /// A fault of joint `joint`.
    #[must_use]
    pub const fn at(severity: Severity, cause: Cause, joint: usize) -> Self {
        Self { severity, cause, joint: Some(joint) }
    }

    /// The worse of two: higher severity, then lower code, then the first named.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let worse = other.severity > self.severity || (other.severity == self.severity && other.cause < self.cause);
        if worse { other } else { self }
    }
}

/// An envelope for tests.
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) fn example_envelope() -> EnvelopeParams {
    let scalar = |name: &'static str| {
        Ok::<_, ()>(match name {
            "belt_speed_max" => 1.4,
            "support_force_max" => 600.0,
            "degraded_fraction" | "belt_accel_max" | "soft_decel" => 0.5,
            "sample_age_max" | "tick_max" | "lease" => 0.02,
            "stop_decel" => 2.0,
            "stop_deadline" => 1.5,
            "soft_deadline" => 2.5,
            "support_rate_max" => 200.0,
            _ => 1.0,
        })
    };
    let joint = |name: &'static str| {
        Ok::<_, ()>(match name {
            "q_min" => [-0.5; 6],
            "q_max" => [1.0; 6],
            "dq_max" => [6.0; 6],
            "brake_decel" => [40.0; 6],
            "tau_max" => [60.0; 6],
            "tau_rate_max" => [2000.0; 6],
            "wall_stiffness" => [400.0; 6],
            "wall_damping" => [20.0; 6],
            "power_max" => [2000.0; 6],
            "energy_max" => [400.0; 6],
            "interaction_max" => [100.0; 6],
            "dose_max" => [10_000.0; 6],
            _ => [10.0; 6],
        })
    };
    EnvelopeParams::from_source(joint, scalar).unwrap()
}
