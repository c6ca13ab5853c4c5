//! The groups of a sample by their number, so that one piece of code serves all of them.

use gaitloop_core::types::{Reading, Sample};

/// Numbers of the groups in a sample's order.
pub(crate) mod number {
    pub const Q: usize = 0;
    pub const DQ: usize = 1;
    pub const Q_SECOND: usize = 2;
    pub const Q_MOTOR: usize = 3;
    pub const TAU_INTERACTION: usize = 4;
    pub const FOOT_FORCE: usize = 5;
    pub const IMU_RATE: usize = 6;
    pub const BELT_SPEED: usize = 7;
    pub const ROPE_FORCE: usize = 8;
    pub const ROPE_POSITION: usize = 9;
    pub const HEART_RATE: usize = 10;
    pub const BUTTONS: usize = 11;
    pub const DRIVE_STATUS: usize = 12;
    pub const DRIVE_DIGEST: usize = 13;
    pub const DRIVE_WATCHDOG: usize = 14;
    pub const EXECUTION: usize = 15;
}

/// One group of a sample.
pub(crate) struct Group<'a> {
    pub value: &'a mut [f64],
    pub valid: &'a mut [bool],
    pub stamp: &'a mut i64,
}

fn of<const N: usize>(reading: &mut Reading<N>) -> Group<'_> {
    Group { value: &mut reading.value, valid: &mut reading.valid, stamp: &mut reading.stamp }
}

/// Group `index` of a sample, counted as [`gaitloop_core::types::SAMPLE_FIELDS`].
pub(crate) fn group(sample: &mut Sample, index: usize) -> Group<'_> {
    match index {
        number::Q => of(&mut sample.q),
        number::DQ => of(&mut sample.dq),
        number::Q_SECOND => of(&mut sample.q_second),
        number::Q_MOTOR => of(&mut sample.q_motor),
        number::TAU_INTERACTION => of(&mut sample.tau_interaction),
        number::FOOT_FORCE => of(&mut sample.foot_force),
        number::IMU_RATE => of(&mut sample.imu_rate),
        number::BELT_SPEED => of(&mut sample.belt_speed),
        number::ROPE_FORCE => of(&mut sample.rope_force),
        number::ROPE_POSITION => of(&mut sample.rope_position),
        number::HEART_RATE => of(&mut sample.heart_rate),
        number::BUTTONS => of(&mut sample.buttons),
        number::DRIVE_STATUS => of(&mut sample.drive_status),
        number::DRIVE_DIGEST => of(&mut sample.drive_digest),
        number::DRIVE_WATCHDOG => of(&mut sample.drive_watchdog),
        _ => of(&mut sample.execution),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gaitloop_core::types::{SAMPLE_FIELDS, SAMPLE_GROUPS, SAMPLE_LEN};

    #[test]
    fn numbers_follow_the_order_of_a_sample() {
        for (index, field) in SAMPLE_FIELDS.iter().enumerate() {
            let mut sample = Sample::default();
            let group = group(&mut sample, index);
            assert_eq!(group.value.len(), field.len, "{}", field.name);
            group.value[field.len - 1] = 1.0;
            *group.stamp = 2;
            let (mut value, mut valid, mut stamp) = ([0.0; SAMPLE_LEN], [false; SAMPLE_LEN], [0; SAMPLE_GROUPS]);
            sample.to_flat(&mut value, &mut valid, &mut stamp);
            assert_eq!((value[field.start + field.len - 1], stamp[index]), (1.0, 2), "{}", field.name);
        }
    }
}
