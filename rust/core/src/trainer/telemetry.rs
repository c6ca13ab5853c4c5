//! What a tick thought: for displays, records and tests, never an input of the loop.

use crate::types::Field;

macro_rules! telemetry {
    ($($(#[doc = $doc:literal])+ $name:ident: $len:literal, $unit:literal;)+) => {
        /// The corridor's view of the last tick.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Telemetry {
            $($(#[doc = $doc])+ pub $name: [f64; $len],)+
        }

        /// Length of the flat form of a [`Telemetry`].
        pub const TELEMETRY_LEN: usize = 0 $(+ $len)+;
        const GROUPS: usize = [$($len),+].len();
        /// Groups of a [`Telemetry`] in the order of its flat form.
        pub const TELEMETRY_FIELDS: [Field; GROUPS] = {
            let mut fields = [$(Field { name: stringify!($name), start: 0, len: $len, unit: $unit, doc: concat!($($doc),+) }),+];
            let mut i = 1;
            while i < GROUPS {
                fields[i].start = fields[i - 1].start + fields[i - 1].len;
                i += 1;
            }
            fields
        };

        impl Telemetry {
            /// Writes the flat form.
            pub fn to_flat(&self, out: &mut [f64; TELEMETRY_LEN]) {
                let mut start = 0;
                $(out[start..start + $len].copy_from_slice(&self.$name);
                start += $len;)+
                debug_assert!(start == TELEMETRY_LEN);
            }
        }
    };
}

telemetry! {
    /// Gait phase per side.
    phase: 2, "-";
    /// Phase rate per side.
    phase_rate: 2, "1/s";
    /// Confidence of the phase per side.
    confidence: 2, "-";
    /// Mode of the phase per side: 0 free, 1 synced, 2 overdue, 3 lost.
    mode: 2, "-";
    /// Reference angles.
    q_ref: 6, "rad";
    /// Reference velocities.
    dq_ref: 6, "rad/s";
    /// Guidance per joint, engagement included.
    guidance: 6, "-";
    /// Support in use per subtask, left side's seven then right side's.
    support: 14, "-";
    /// Torque asked of the guard.
    tau_requested: 6, "N·m";
    /// Engagement of the soft start.
    engagement: 1, "-";
    /// Belt speed asked of the guard.
    belt_target: 1, "m/s";
    /// Share of the law asked for that is in use while it changes, else 0.
    change: 1, "-";
    /// 1 while a side walks a stride without support, else 0.
    catch_trial: 2, "-";
    /// 1 while such a stride comes next or is under way, else 0.
    catch_announced: 1, "-";
    /// Self-test: pending 0, pass 1 or fail 2; the check that was not met last; its joint, -1 for none.
    selftest: 3, "-";
}
