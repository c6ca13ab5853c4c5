//! The row of one stride in the table of a recording.

macro_rules! stride_row {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {
        /// Measures of one stride of a recording; absent where an input is.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct StrideRow {
            $($(#[doc = $doc])+ pub $name: Option<f64>,)+
            /// False for strides shorter than 0.3 s or longer than 3 s.
            pub valid: bool,
        }

        /// Names of the numbers of a [`StrideRow`] in order.
        pub const STRIDE_COLUMNS: [&str; [$(stringify!($name)),+].len()] = [$(stringify!($name)),+];

        impl StrideRow {
            /// The numbers in the order of [`STRIDE_COLUMNS`].
            #[must_use]
            pub fn values(&self) -> [Option<f64>; STRIDE_COLUMNS.len()] {
                [$(self.$name),+]
            }
        }
    };
}

stride_row! {
    /// Initial contact that begins the stride [s].
    start;
    /// Initial contact that ends it [s].
    end;
    /// Duration [s].
    stride_time;
    /// Time on the ground [s].
    stance_time;
    /// Time in the air [s].
    swing_time;
    /// Time from the other side's initial contact to the end [s].
    step_time;
    /// Time with both feet on the ground [s].
    double_support_time;
    /// Stance time over stride time [-].
    stance_share;
    /// Swing time over stride time [-].
    swing_share;
    /// Double-support time over stride time [-].
    double_support_share;
    /// Steps per time [1/s], two to a stride.
    cadence;
    /// Largest hip flexion [rad].
    hip_max;
    /// Smallest hip flexion [rad].
    hip_min;
    /// Knee flexion at the end of the stride [rad].
    knee_at_contact;
    /// Largest knee flexion at phases 0.10 to 0.40 [rad].
    knee_stance_max;
    /// Largest knee flexion at phases 0.60 to 0.95 [rad].
    knee_swing_max;
    /// Range of the hip angle [rad].
    hip_range;
    /// Range of the knee angle [rad].
    knee_range;
    /// Range of the ankle angle [rad].
    ankle_range;
    /// Largest force under the foot [N].
    force_peak;
    /// Mean force under the foot [N].
    force_mean;
    /// From markers, else from the foot's inertial sensor, else the way of the belt [m].
    stride_length;
    /// How far this foot lies before the other one at the end [m].
    step_length;
    /// How far this foot lies beside the other one at the end [m]; negative when they cross.
    step_width;
    /// Stride length over stride time [m/s].
    speed;
    /// Half the stride length over the cadence in steps a minute [m/(steps/min)].
    walk_ratio;
    /// Least height of the toe in the middle of swing [m].
    toe_clearance;
    /// Largest height of the foot's sensor above the line between its rests [m].
    foot_lift;
    /// How much higher the foot's sensor came to rest [m].
    height_change;
    /// Change of the foot's heading, positive to the left [rad].
    turn;
    /// Largest dorsiflexion at phases 0.60 to 0.95 [rad].
    ankle_swing_max;
    /// Mean force in stance over body weight [-].
    load_share;
    /// Largest force in the first half of stance over body weight [-].
    load_peak;
    /// Slope from 20 to 80 % of that peak, body weights a second [1/s].
    loading_rate;
    /// Margin of stability forward at the end [m].
    margin_ap;
    /// Margin of stability sideways at the end [m].
    margin_ml;
    /// Harmonic ratio of the trunk's acceleration forward [-].
    harmonic_ap;
    /// Harmonic ratio sideways [-].
    harmonic_ml;
    /// Harmonic ratio upward [-].
    harmonic_v;
    /// Root mean square distance of the hip from the reference [rad].
    gvs_hip;
    /// Root mean square distance of the knee from the reference [rad].
    gvs_knee;
    /// Root mean square distance of the ankle from the reference [rad].
    gvs_ankle;
    /// Root mean square of the three [rad].
    sagittal_gps;
    /// Positive work of the robot on this leg [J].
    robot_work;
    /// Work the robot took out of this leg, not negative [J].
    robot_braking;
    /// Positive work of the person at this leg [J].
    human_work;
    /// That over the positive work of person and robot together [-].
    human_share;
    /// Share of the samples in which both torques were known [-].
    human_covered;
}
