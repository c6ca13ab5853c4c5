//! What travels between rooms: joints, sides, samples, wrapped phases.

/// Number of joints: `hip_l, knee_l, ankle_l, hip_r, knee_r, ankle_r`.
pub const N_JOINTS: usize = 6;
/// Joints of one leg: hip, knee, ankle.
pub const N_LEG: usize = 3;
/// Number of sides: left, right.
pub const N_SIDES: usize = 2;
/// Standard gravity [m/s²].
pub const GRAVITY: f64 = 9.806_65;
/// Nanoseconds in a second [ns/s].
pub const NS: f64 = 1e9;

/// One value per joint.
pub type JointVec = [f64; N_JOINTS];
/// One value per joint, absent where nothing trustworthy was measured.
pub type JointReading = [Option<f64>; N_JOINTS];
/// One value per side, left then right.
pub type Sides<T> = [T; N_SIDES];

/// Names of the joints in order.
pub const JOINTS: [&str; N_JOINTS] = ["hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r"];
/// Names of the sides in order.
pub const SIDES: [&str; N_SIDES] = ["left", "right"];

/// How a device provides a joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum JointKind {
    /// Not fitted: never measured, never driven, never a fault.
    Absent = 0,
    /// Measured only.
    Sensed = 1,
    /// Measured and driven.
    Driven = 2,
}

/// Where numbers have no fraction any more, 2^52; a sum with it rounds to a whole number, which its last bits hold.
pub(crate) const WHOLE: f64 = 4_503_599_627_370_496.0;

/// Largest whole number that is not above `x`, for `x` from 0 up to [`WHOLE`].
#[inline(always)]
pub(crate) fn floor(x: f64) -> f64 {
    let nearest = (x + WHOLE) - WHOLE;
    if nearest > x { nearest - 1.0 } else { nearest }
}

/// Fraction of a cycle in `[0, 1)`; NaN and infinity give 0.
#[inline]
#[must_use]
pub fn wrap(x: f64) -> f64 {
    // The bits of `x.rem_euclid(1.0)`, without its division.
    let size = x.abs();
    let rest = (size - if size < WHOLE { floor(size) } else { size }).copysign(x);
    let w = if rest < 0.0 { rest + 1.0 } else { rest };
    // That is 1.0 for tiny negative numbers and NaN for what is not finite.
    if w < 1.0 { w } else { 0.0 }
}

/// Difference of two phases, the short way round, in `[-0.5, 0.5)`.
#[must_use]
pub fn wrap_signed(x: f64) -> f64 {
    wrap(x + 0.5) - 0.5
}

/// Smooth step: 0 up to `x = 0`, 1 from `x = 1`, flat at both ends.
#[must_use]
pub fn smooth_step(x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else {
        x * x * (3.0 - 2.0 * x)
    }
}

/// Kind of a gait event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EventKind {
    /// The foot meets the ground.
    InitialContact = 0,
    /// The foot leaves the ground.
    ToeOff = 1,
}

/// A gait event of one foot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Which of the two it is.
    pub kind: EventKind,
    /// When it happened [ns].
    pub t: i64,
    /// When it was known [ns]; never before `t`.
    pub t_emit: i64,
    /// How sure the detector is [-], 0 to 1.
    pub confidence: f64,
}

/// A group of values that one sensor delivers together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading<const N: usize> {
    /// Values; meaningless where `valid` is false.
    pub value: [f64; N],
    /// Which values were really measured.
    pub valid: [bool; N],
    /// When they were measured [ns].
    pub stamp: i64,
}

impl<const N: usize> Default for Reading<N> {
    fn default() -> Self {
        Self { value: [0.0; N], valid: [false; N], stamp: 0 }
    }
}

impl<const N: usize> Reading<N> {
    /// All values valid, measured at `stamp` [ns].
    #[must_use]
    pub fn new(value: [f64; N], stamp: i64) -> Self {
        Self { value, valid: [true; N], stamp }
    }

    /// Value `i` if it was measured and is finite.
    #[must_use]
    pub fn get(&self, i: usize) -> Option<f64> {
        match (self.value.get(i), self.valid.get(i)) {
            (Some(v), Some(true)) if v.is_finite() => Some(*v),
            _ => None,
        }
    }

    /// All values, each absent unless measured and finite.
    #[must_use]
    pub fn all(&self) -> [Option<f64>; N] {
        core::array::from_fn(|i| self.get(i))
    }
}

/// One group of a sample: its name, length and unit.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name of the group.
    pub name: &'static str,
    /// Position of its first value in the flat buffer.
    pub start: usize,
    /// Number of values.
    pub len: usize,
    /// Unit of the values.
    pub unit: &'static str,
    /// What it is.
    pub doc: &'static str,
}

macro_rules! sample {
    ($($(#[doc = $doc:literal])+ $name:ident: $len:literal, $unit:literal;)+) => {
        /// Everything a device measured for one tick. Absent until marked valid.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Sample {
            /// Time of the tick [ns].
            pub t: i64,
            $($(#[doc = $doc])+ pub $name: Reading<$len>,)+
        }

        /// Length of the flat form of a [`Sample`].
        pub const SAMPLE_LEN: usize = 0 $(+ $len)+;
        /// Number of groups, each with a time stamp of its own.
        pub const SAMPLE_GROUPS: usize = [$($len),+].len();
        /// Groups of a [`Sample`] in the order of its flat form.
        pub const SAMPLE_FIELDS: [Field; SAMPLE_GROUPS] = {
            let mut fields = [$(Field { name: stringify!($name), start: 0, len: $len, unit: $unit, doc: concat!($($doc),+) }),+];
            let mut i = 1;
            while i < SAMPLE_GROUPS {
                fields[i].start = fields[i - 1].start + fields[i - 1].len;
                i += 1;
            }
            fields
        };

        impl Sample {
            /// Reads the flat form: values, validity and one stamp [ns] per group.
            #[must_use]
            pub fn from_flat(t: i64, value: &[f64; SAMPLE_LEN], valid: &[bool; SAMPLE_LEN], stamp: &[i64; SAMPLE_GROUPS]) -> Self {
                let (mut start, mut group) = (0, 0);
                $(let $name = Reading::<$len> {
                    value: core::array::from_fn(|i| value[start + i]),
                    valid: core::array::from_fn(|i| valid[start + i]),
                    stamp: stamp[group],
                };
                start += $len; group += 1;)+
                debug_assert!(start == SAMPLE_LEN && group == SAMPLE_GROUPS);
                Self { t, $($name),+ }
            }

            /// Writes the flat form.
            pub fn to_flat(&self, value: &mut [f64; SAMPLE_LEN], valid: &mut [bool; SAMPLE_LEN], stamp: &mut [i64; SAMPLE_GROUPS]) {
                let (mut start, mut group) = (0, 0);
                $(for i in 0..$len {
                    value[start + i] = self.$name.value[i];
                    valid[start + i] = self.$name.valid[i];
                }
                stamp[group] = self.$name.stamp;
                start += $len; group += 1;)+
                debug_assert!(start == SAMPLE_LEN && group == SAMPLE_GROUPS);
            }
        }
    };
}

sample! {
    /// Joint angles.
    q: 6, "rad";
    /// Joint velocities.
    dq: 6, "rad/s";
    /// Joint angles from a second, independent sensor.
    q_second: 6, "rad";
    /// Motor angles at the joint side of the gear.
    q_motor: 6, "rad";
    /// Torque between robot and person.
    tau_interaction: 6, "N·m";
    /// Vertical ground force under each foot.
    foot_force: 2, "N";
    /// Pitch rate of thigh, shank and foot of each leg, in the clinical sign.
    imu_rate: 6, "rad/s";
    /// Speed of the belt.
    belt_speed: 1, "m/s";
    /// Force in the rope of the body-weight support.
    rope_force: 1, "N";
    /// Height of the person at the rope.
    rope_position: 1, "m";
    /// Heart rate.
    heart_rate: 1, "1/min";
    /// Buttons, 1 pressed or true, 0 not: estop_ok, enable, arm, start, stop, reset, release, pain.
    buttons: 8, "-";
    /// Drive status per joint: 1 operation enabled, 2 so on a bus that is late, 3 still late, 0 not enabled, negative a fault code or stopped by itself.
    drive_status: 6, "-";
    /// Digest of the configuration read back from the drive of each joint, a whole number.
    drive_digest: 6, "-";
    /// Watchdog time read back from the drive of each joint.
    drive_watchdog: 6, "s";
    /// Time that the last tick took, as whoever runs the loop measured it.
    execution: 1, "s";
}

/// Names of the buttons in order.
pub const BUTTONS: [&str; 8] = ["estop_ok", "enable", "arm", "start", "stop", "reset", "release", "pain"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrap_stays_below_one() {
        for (x, want) in [(0.0, 0.0), (1.0, 0.0), (-0.25, 0.75), (-1e-17, 0.0), (f64::NAN, 0.0), (f64::INFINITY, 0.0)] {
            assert_eq!(wrap(x), want, "{x}");
        }
        assert_eq!(wrap_signed(0.75), -0.25);
        assert_eq!(wrap_signed(0.5), -0.5);
    }

    #[test]
    fn wrap_has_the_bits_of_the_euclidean_remainder() {
        let by_division = |x: f64| {
            let w = x.rem_euclid(1.0);
            if w < 1.0 { w } else { 0.0 }
        };
        let same = |x: f64| assert_eq!(wrap(x).to_bits(), by_division(x).to_bits(), "{x:e}");
        let edges =
            [0.0, 0.5, 1.0, 2.0, 1e-17, 5e-324, f64::MIN_POSITIVE, 1e15, 1e300, f64::MAX, f64::INFINITY, f64::NAN];
        let powers = (0..64).map(|k| 2.0_f64.powi(k));
        for x in edges.into_iter().chain(powers.clone()).chain(powers.map(|p| p - 0.5)) {
            for x in [x, -x] {
                for x in [x, x.next_up(), x.next_down(), x + 0.5] {
                    same(x);
                }
            }
        }
        let mut bits = 1_u64;
        for _ in 0..200_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            same(f64::from_bits(bits)); // any number
            same((bits >> 11) as f64 * 1e-15 - 4.0); // near a cycle
            same((bits as i64) as f64 * 1e-5); // far from it
        }
    }

    #[test]
    fn sample_round_trips_through_its_flat_form() {
        let value = core::array::from_fn(|i| i as f64);
        let valid = core::array::from_fn(|i| i % 3 != 0);
        let stamp = core::array::from_fn(|i| 10 * i as i64);
        let sample = Sample::from_flat(7, &value, &valid, &stamp);
        assert_eq!(sample.foot_force.value[1], 31.0);
        assert_eq!(SAMPLE_FIELDS[5].start, 30);
        let (mut v, mut k, mut s) = ([0.0; SAMPLE_LEN], [false; SAMPLE_LEN], [0; SAMPLE_GROUPS]);
        sample.to_flat(&mut v, &mut k, &mut s);
        assert_eq!((v, k, s), (value, valid, stamp));
    }

    #[test]
    fn a_reading_gives_only_finite_measured_values() {
        let mut reading = Reading::new([1.0, f64::NAN, 3.0], 0);
        reading.valid[2] = false;
        assert_eq!(reading.all(), [Some(1.0), None, None]);
        assert_eq!(reading.get(9), None);
    }
}
