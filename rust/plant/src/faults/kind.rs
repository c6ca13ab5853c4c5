//! The kinds of faults, one table: name, row of the hazard table, what it strikes, what it does.

use crate::sensors::groups::number::{BUTTONS, FOOT_FORCE, IMU_RATE, Q};

/// What a kind of fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Values of any group of a sample but the buttons, by default those of this group.
    Value(usize),
    /// A group of a sample as a whole, any but the buttons, by default this one.
    Message(usize),
    /// The force under a foot.
    Foot,
    /// An inertial sensor.
    Inertial,
    /// The clock of the sample and the stamps of all groups; or, with a group, the stamp of that group only.
    Clock,
    /// A drive.
    Drive,
    /// Everything that is known of a joint.
    Axis,
    /// The belt.
    Belt,
    /// The command on its way to the device.
    Command,
    /// A muscle of the person.
    Muscle,
    /// The rope of the body-weight support.
    Rope,
    /// The loop that calls the trainer.
    Loop,
}

impl Target {
    /// Group that is struck when none is named.
    #[must_use]
    pub fn group(self) -> Option<usize> {
        match self {
            Self::Value(group) | Self::Message(group) => Some(group),
            Self::Foot => Some(FOOT_FORCE),
            Self::Inertial => Some(IMU_RATE),
            _ => None,
        }
    }

    /// Whether group `index` may be named.
    #[must_use]
    pub fn accepts(self, index: usize) -> bool {
        match self {
            Self::Value(_) | Self::Message(_) | Self::Clock => index != BUTTONS,
            Self::Foot | Self::Inertial => self.group() == Some(index),
            _ => false,
        }
    }

    /// Whether one value, joint or side of several may be named.
    #[must_use]
    pub fn has_parts(self) -> bool {
        matches!(self, Self::Value(_) | Self::Foot | Self::Inertial | Self::Drive | Self::Axis | Self::Muscle)
    }
}

/// A kind of fault: a line of the table.
#[derive(Clone, Copy, Debug)]
pub struct FaultInfo {
    /// Name; begins with the row.
    pub name: &'static str,
    /// Row of the hazard table.
    pub row: &'static str,
    /// What it strikes.
    pub target: Target,
    /// What it does.
    pub doc: &'static str,
    /// What the magnitude means, with its unit; `-` where it means nothing.
    pub unit: &'static str,
    /// Range of the magnitude.
    pub range: [f64; 2],
}

macro_rules! kinds {
    ($($kind:ident $name:literal $row:literal $target:expr, $unit:literal [$low:expr, $high:expr] $doc:literal;)+) => {
        /// A kind of fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum FaultKind {
            $(#[doc = $doc] $kind,)+
        }

        impl FaultKind {
            /// All kinds, in the order of the hazard table.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Its line of the table.
            #[must_use]
            pub const fn info(self) -> FaultInfo {
                match self {
                    $(Self::$kind => FaultInfo {
                        name: $name, row: $row, target: $target, doc: $doc, unit: $unit, range: [$low, $high],
                    },)+
                }
            }
        }
    };
}

kinds! {
    Nan "SE1_nan" "SE1" Target::Value(Q), "-" [0.0, 0.0] "the value is not a number, and marked valid all the same";
    Infinite "SE1_infinite" "SE1" Target::Value(Q), "-" [0.0, 0.0]
        "the value is infinite, and marked valid all the same";
    Invalid "SE1_invalid" "SE1" Target::Value(Q), "-" [0.0, 0.0] "the value is marked invalid";
    Frozen "SE2_frozen" "SE2" Target::Value(Q), "-" [0.0, 0.0]
        "the value stays what it was at the start; its stamps go on";
    Jump "SE3_jump" "SE3" Target::Value(Q), "added [unit of the group]" [-1e4, 1e4] "the value jumps by the magnitude";
    BitFlip "SE3_bit_flip" "SE3" Target::Value(Q), "bit of the count [-]" [0.0, 30.0]
        "a bit of the usual sensor's count is inverted, bit 0 being the smallest step";
    Drift "SE4_drift" "SE4" Target::Value(Q), "rate [unit of the group/s]" [-1e3, 1e3]
        "the value drifts away from where it was, at the rate of the magnitude";
    SignFlip "SE5_sign_flip" "SE5" Target::Value(Q), "-" [0.0, 0.0] "the value has the other sign";
    Swapped "SE5_swapped" "SE5" Target::Value(Q), "-" [0.0, 0.0] "left and right are exchanged";
    Scale "SE6_scale" "SE6" Target::Value(Q), "factor [-]" [-1e3, 1e3]
        "the value is multiplied, as by a wrong unit or gear ratio";
    Noise "SE7_noise" "SE7" Target::Value(Q), "standard deviation [unit of the group]" [0.0, 1e4] "noise is added";
    Duplicate "SE8_duplicate" "SE8" Target::Message(Q), "probability per tick [-]" [0.0, 1.0]
        "the last message that came comes again, values and stamp";
    Saturated "SE9_saturated" "SE9" Target::Value(FOOT_FORCE), "reading [unit of the group]" [-1e4, 1e4]
        "the sensor stays at the end of its range";
    Offset "SE9_offset" "SE9" Target::Value(FOOT_FORCE), "added [unit of the group]" [-1e4, 1e4]
        "the zero of the sensor is off";
    Lost "SE9_lost" "SE9" Target::Value(FOOT_FORCE), "-" [0.0, 0.0] "the cable is cut: the value is marked invalid";
    StuckLow "SE10_stuck_low" "SE10" Target::Foot, "-" [0.0, 0.0] "the foot never loads its sensor: 0 N";
    StuckHigh "SE10_stuck_high" "SE10" Target::Foot, "force [N]" [0.0, 2000.0] "the foot loads its sensor all the time";
    Chatter "SE10_chatter" "SE10" Target::Foot, "frequency [Hz]" [0.5, 500.0]
        "the sensor is open for the second half of every period: the force reads 0 N then";
    Missed "SE10_missed" "SE10" Target::Foot, "probability per stance [-]" [0.0, 1.0]
        "a stance is missed from its first tick to its last: 0 N";
    Double "SE10_double" "SE10" Target::Foot, "gap [s]" [0.001, 0.5]
        "0.1 s into every stance the force reads 0 N for a while, so that contact is made twice";
    Rotated "SE11_rotated" "SE11" Target::Inertial, "angle [rad]" [-3.15, 3.15]
        "the sensor is turned away from the sideways axis: it sees the pitch rate times the cosine of the angle";
    ZeroFrames "SE12_zero_frames" "SE12" Target::Value(Q), "-" [0.0, 0.0]
        "the value is 0, as after power-up, and marked valid";
    Inverted "AC1_inverted" "AC1" Target::Drive, "-" [0.0, 0.0] "the drive pushes the other way";
    HardOver "AC2_hard_over" "AC2" Target::Drive, "share of the drive's greatest torque [-]" [-1.0, 1.0]
        "the drive gives this torque whatever is asked, as long as it has power";
    Dead "AC3_dead" "AC3" Target::Drive, "0 says nothing, 1 says so in its status [-]" [0.0, 1.0]
        "the drive gives no torque";
    Gain "AC4_gain" "AC4" Target::Drive, "factor [-]" [0.0, 3.0] "the drive gives a multiple of what is asked";
    Overspeed "AC5_overspeed" "AC5" Target::Drive, "torque per speed [N·m·s/rad]" [0.0, 50.0]
        "the drive pushes along with the movement as well";
    OverTorque "AC6_over_torque" "AC6" Target::Drive, "added [N·m]" [-300.0, 300.0]
        "the drive gives more than is asked";
    Shake "AC8_chatter" "AC8" Target::Drive, "frequency [Hz]" [1.0, 100.0]
        "the drive gives 20 N·m to and fro besides what is asked";
    BeltRunaway "AC9_belt_runaway" "AC9" Target::Belt, "speed [m/s]" [0.0, 3.0]
        "the belt goes at this speed whatever is asked, as long as it has power";
    BeltSlip "AC9_belt_slip" "AC9" Target::Belt, "share of the roller's speed [-]" [0.1, 1.0]
        "the belt slips on its roller, whose speed is what is controlled and measured";
    BeltStop "AC10_belt_stop" "AC10" Target::Belt, "-" [0.0, 0.0] "the belt stops";
    DriveFault "AC11_drive_fault" "AC11" Target::Drive, "fault code [-]" [1.0, 65535.0]
        "the drive reports the code, negative, in its status and gives no torque";
    Limited "AC12_limited" "AC12" Target::Drive, "greatest torque [N·m]" [0.0, 300.0]
        "the drive gives no more than this";
    FeedbackLost "CO1_feedback_lost" "CO1" Target::Axis, "-" [0.0, 0.0]
        "what is known of the joint stays what it was at the start, and so do the stamps of those groups";
    CommandLost "CO2_command_lost" "CO2" Target::Command, "-" [0.0, 0.0]
        "no command arrives after the one of the first tick, which expires";
    Overrun "TI1_overrun" "TI1" Target::Loop, "time [s]" [0.0, 1.0]
        "the loop says that its ticks take this long; they come on time all the same";
    ClockBack "TI3_backwards" "TI3" Target::Clock, "time [s]" [0.0, 1e3] "the time is earlier than it is";
    ClockRepeats "TI3_repeats" "TI3" Target::Clock, "-" [0.0, 0.0] "the time of the first tick repeats";
    ClockJump "TI4_jump" "TI4" Target::Clock, "time [s]" [0.0, 1e3] "the time is later than it is";
    StampWrap "TI5_wrap" "TI5" Target::Clock, "bits of the counter [-]" [8.0, 48.0]
        "stamps come from a counter of microseconds of so many bits that begins again at 0; the tick's time does not";
    WrongRate "TI7_rate" "TI7" Target::Clock, "factor [-]" [0.1, 20.0]
        "time goes by this much faster, as in a loop of another rate than the one declared";
    Spasm "PA1_spasm" "PA1" Target::Muscle, "torque [N·m]" [-100.0, 100.0]
        "a muscle pulls, rises in 20 to 200 ms, as the seed says, stays for 0.5 s and lets go";
    Clonus "PA1_clonus" "PA1" Target::Muscle, "torque [N·m]" [0.0, 100.0]
        "a muscle pulls to and fro at 4 to 8 Hz, as the seed says";
    Slack "PA4_slack" "PA4" Target::Rope, "share of what is asked [-]" [0.0, 1.0]
        "the rope carries less than it is told to";
}

impl FaultKind {
    /// The kind of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.info().name == name)
    }
}
