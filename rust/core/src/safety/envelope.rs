//! The limits: every one given, every one checked, narrowed by intersection.

use super::kernels::{Ends, Walls, braking};
use crate::error::{Error, Result, all_in_range, in_range};
use crate::types::{JOINTS, JointVec, N_JOINTS};

/// How two values of a limit are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The smaller is the narrower.
    Smaller,
    /// The larger is the narrower.
    Larger,
    /// Neither is: it says how the device stops and stays its own.
    Own,
}

impl Rule {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smaller => "smaller",
            Self::Larger => "larger",
            Self::Own => "own",
        }
    }
}

/// One limit: its name, whether it is given per joint, its range and unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LimitField {
    /// Name of the limit.
    pub name: &'static str,
    /// Given per joint, else once.
    pub per_joint: bool,
    /// Smallest accepted value.
    pub min: f64,
    /// Largest accepted value.
    pub max: f64,
    /// Unit of the limit.
    pub unit: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// How two values are combined.
    pub rule: Rule,
}

/// How two values of a limit are combined.
macro_rules! narrower {
    (smaller, $a:expr, $b:expr) => {
        $a.min($b)
    };
    (larger, $a:expr, $b:expr) => {
        $a.max($b)
    };
    (own, $a:expr, $b:expr) => {
        $a
    };
}

macro_rules! rule {
    (smaller) => {
        Rule::Smaller
    };
    (larger) => {
        Rule::Larger
    };
    (own) => {
        Rule::Own
    };
}

/// The value of a limit that narrows nothing.
macro_rules! widest {
    (smaller, $min:literal, $max:literal) => {
        $max
    };
    ($rule:ident, $min:literal, $max:literal) => {
        $min
    };
}

macro_rules! envelope {
    (joints: $($(#[doc = $jdoc:literal])+ $joint:ident: $jmin:literal..$jmax:literal, $junit:literal, $jrule:ident;)+
     scalars: $($(#[doc = $sdoc:literal])+ $scalar:ident: $smin:literal..$smax:literal, $sunit:literal, $srule:ident;)+) => {
        /// Limits as read from a configuration; none has a default.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct EnvelopeParams {
            $($(#[doc = $jdoc])+ #[doc = concat!("[", $junit, "], ", stringify!($jmin), " to ", stringify!($jmax), ".")] pub $joint: JointVec,)+
            $($(#[doc = $sdoc])+ #[doc = concat!("[", $sunit, "], ", stringify!($smin), " to ", stringify!($smax), ".")] pub $scalar: f64,)+
        }

        /// Every limit of an [`Envelope`], in order.
        pub const ENVELOPE_FIELDS: [LimitField; [$(stringify!($joint)),+].len() + [$(stringify!($scalar)),+].len()] = [
            $(LimitField { name: stringify!($joint), per_joint: true, min: $jmin, max: $jmax, unit: $junit, doc: concat!($($jdoc),+), rule: rule!($jrule) },)+
            $(LimitField { name: stringify!($scalar), per_joint: false, min: $smin, max: $smax, unit: $sunit, doc: concat!($($sdoc),+), rule: rule!($srule) },)+
        ];

        impl EnvelopeParams {
            /// What narrows nothing when it is the right operand; no limits of a device.
            pub(super) const WIDEST: Self = Self {
                $($joint: [widest!($jrule, $jmin, $jmax); N_JOINTS],)+
                $($scalar: widest!($srule, $smin, $smax),)+
            };

            /// Builds the limits from a source that is asked for each by name.
            ///
            /// # Errors
            /// The first error of the source.
            pub fn from_source<E>(
                mut joint: impl FnMut(&'static str) -> core::result::Result<JointVec, E>,
                mut scalar: impl FnMut(&'static str) -> core::result::Result<f64, E>,
            ) -> core::result::Result<Self, E> {
                Ok(Self { $($joint: joint(stringify!($joint))?,)+ $($scalar: scalar(stringify!($scalar))?,)+ })
            }

            /// Values of the limit called `name`: six, or one.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<&[f64]> {
                match name {
                    $(stringify!($joint) => Some(&self.$joint),)+
                    $(stringify!($scalar) => Some(core::slice::from_ref(&self.$scalar)),)+
                    _ => None,
                }
            }

            fn check_ranges(&self) -> Result<()> {
                $(all_in_range(stringify!($joint), self.$joint, $jmin, $jmax)?;)+
                $(in_range(stringify!($scalar), self.$scalar, $smin, $smax)?;)+
                Ok(())
            }

            /// First joint whose range of motion is empty, with its ends.
            pub(super) fn empty_range(&self) -> Option<(usize, f64, f64)> {
                let ends = self.q_min.iter().zip(&self.q_max).enumerate();
                ends.map(|(i, (low, high))| (i, *low, *high)).find(|(_, low, high)| low >= high)
            }

            pub(super) fn narrowed(&self, other: &Self) -> Self {
                Self {
                    $($joint: core::array::from_fn(|i| narrower!($jrule, self.$joint[i], other.$joint[i])),)+
                    $($scalar: narrower!($srule, self.$scalar, other.$scalar),)+
                }
            }
        }
    };
}

envelope! {
    joints:
    /// Lower end of the range of motion
    q_min: -3.0..3.0, "rad", larger;
    /// Upper end of the range of motion
    q_max: -3.0..3.0, "rad", smaller;
    /// Largest joint speed
    dq_max: 0.0..20.0, "rad/s", smaller;
    /// Deceleration trusted when braking before the end of the range of motion
    brake_decel: 1.0..500.0, "rad/s²", smaller;
    /// Largest torque magnitude
    tau_max: 0.0..300.0, "N·m", smaller;
    /// Largest torque slope
    tau_rate_max: 0.0..20000.0, "N·m/s", smaller;
    /// Stiffness of the wall at the end of the range of motion
    wall_stiffness: 0.0..5000.0, "N·m/rad", own;
    /// Damping of the wall beyond the braking curve
    wall_damping: 0.0..200.0, "N·m·s/rad", own;
    /// Damping during a protective stop
    stop_damping: 0.0..200.0, "N·m·s/rad", own;
    /// Damping during a protective stop for a spasm or clonus, to which the legs yield; no more than `stop_damping` acts
    yield_damping: 0.0..200.0, "N·m·s/rad", own;
    /// Largest power with which the joint is driven along its velocity
    power_max: 0.0..6000.0, "W", smaller;
    /// Largest energy put into the joint beyond what a store of this size leaks, all of it in a second
    energy_max: 0.0..1000.0, "J", smaller;
    /// Largest torque measured between machine and person
    interaction_max: 0.0..300.0, "N·m", smaller;
    /// Torque measured between machine and person times time, over a session
    dose_max: 0.0..500000.0, "N·m·s", smaller;
    scalars:
    /// Largest belt speed
    belt_speed_max: 0.0..3.0, "m/s", smaller;
    /// Largest belt acceleration
    belt_accel_max: 0.01..3.0, "m/s²", smaller;
    /// Largest belt jerk
    belt_jerk_max: 0.05..20.0, "m/s³", smaller;
    /// Belt deceleration of a soft stop
    soft_decel: 0.05..2.0, "m/s²", own;
    /// Belt jerk of a soft stop
    soft_jerk: 0.1..10.0, "m/s³", own;
    /// Belt deceleration of a protective stop
    stop_decel: 0.2..5.0, "m/s²", own;
    /// Largest force of the body-weight support
    support_force_max: 0.0..2000.0, "N", smaller;
    /// Largest slope of the body-weight support
    support_rate_max: 0.0..2000.0, "N/s", smaller;
    /// Fraction of the torque left when degraded
    degraded_fraction: 0.0..1.0, "-", smaller;
    /// Largest age of a sample
    sample_age_max: 0.001..0.05, "s", smaller;
    /// Largest time between two ticks
    tick_max: 0.001..0.02, "s", smaller;
    /// Time for which a command holds
    lease: 0.001..0.02, "s", smaller;
    /// Longest soft stop
    soft_deadline: 0.5..6.0, "s", smaller;
    /// Longest protective stop
    stop_deadline: 0.1..1.5, "s", smaller;
}

/// Checked limits: holding one proves that every limit is sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Envelope(EnvelopeParams);

impl Envelope {
    /// Checks the limits.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first limit outside its range; [`Error::Swapped`] when a range of motion is
    /// empty.
    pub fn new(params: EnvelopeParams) -> Result<Self> {
        params.check_ranges()?;
        match params.empty_range() {
            None => Ok(Self(params)),
            Some((i, low_value, high_value)) => {
                Err(Error::Swapped { low: "q_min", high: "q_max", index: Some(i), low_value, high_value })
            }
        }
    }

    /// The limits.
    #[must_use]
    pub fn params(&self) -> &EnvelopeParams {
        &self.0
    }

    /// The narrower of the two, limit by limit; how the device stops stays that of `self`.
    ///
    /// # Errors
    /// [`Error::EmptyIntersection`] naming the joint whose range of motion becomes empty.
    pub fn intersect(&self, other: &Self) -> Result<Self> {
        let params = self.0.narrowed(&other.0);
        match params.empty_range() {
            None => Ok(Self(params)),
            Some((i, low, high)) => Err(Error::EmptyIntersection { name: RANGE_OF_MOTION[i], index: None, low, high }),
        }
    }

    /// Torque bounds that the ends of the range of motion of joint `i` set at angle `q` [rad] and velocity `dq` [rad/s].
    pub(super) fn walls(&self, i: usize, q: f64, dq: f64) -> Walls {
        let p = &self.0;
        let ends =
            Ends { q_min: p.q_min[i], q_max: p.q_max[i], stiffness: p.wall_stiffness[i], damping: p.wall_damping[i] };
        let curve = |distance| braking(p.dq_max[i], p.brake_decel[i], distance);
        Walls::new(&ends, [curve(q - p.q_min[i]), curve(p.q_max[i] - q)], q, dq)
    }
}

/// Names of the ranges of motion, for errors.
pub(super) const RANGE_OF_MOTION: [&str; N_JOINTS] = [
    "range of motion of hip_l",
    "range of motion of knee_l",
    "range of motion of ankle_l",
    "range of motion of hip_r",
    "range of motion of knee_r",
    "range of motion of ankle_r",
];
const _: () = assert!(JOINTS.len() == RANGE_OF_MOTION.len());

#[cfg(test)]
mod tests;
