//! The whole corridor over any samples and requests: what leaves it, judged from its limits as written.

use crate::bytes::Bytes;
use gaitloop_core::assist::{OverrideMode, Target};
use gaitloop_core::safety::{Command, State, SupportMode};
use gaitloop_core::trainer::Trainer;
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::{JointVec, N_JOINTS, Reading, SAMPLE_GROUPS, SAMPLE_LEN, Sample};
use std::sync::OnceLock;

// The person and the machine that the tests of the trainer use.
#[path = "../../core/tests/common/mod.rs"]
mod common;
use common::{IDLE, TICK, limits, params, pressed};

/// Ticks of one input at most, so that an input takes milliseconds.
const TICKS: u32 = 3000;
/// Room for rounding [N·m, m/s].
const ROOM: f64 = 1e-9;

/// A trainer, its device, and what left it last.
#[derive(Clone)]
struct Run {
    trainer: Trainer,
    sample: Sample,
    last: Command,
    t: i64,
    newest: Option<i64>,
    ticks: u32,
    buttons: [f64; 8],
}

impl Run {
    fn boot() -> Option<Self> {
        let (trainer, sample, last) = (Trainer::new(params(1.0)).ok()?, Sample::default(), Command::idle());
        Some(Self { trainer, sample, last, t: 0, newest: None, ticks: 0, buttons: IDLE })
    }

    /// At boot, at the start of a walk, or well under way, where most can go wrong.
    fn begun(place: usize) -> Option<Self> {
        static MADE: OnceLock<Option<[Run; 3]>> = OnceLock::new();
        let make = || {
            let boot = Self::boot()?;
            let mut start = boot.clone();
            start.calm(150);
            for buttons in [pressed(2), IDLE, pressed(3), IDLE] {
                start.buttons = buttons;
                start.calm(1);
            }
            let mut walk = start.clone();
            for _ in 0..4 {
                walk.ticks = 0;
                walk.calm(TICKS);
            }
            Some([boot, Self { ticks: 1, ..start }, Self { ticks: 1, ..walk }])
        };
        MADE.get_or_init(make).as_ref()?.get(place).cloned()
    }

    /// A device that does what it is told.
    fn follow(&mut self) {
        let (t, telemetry) = (self.t, *self.trainer.telemetry());
        self.sample.t = t;
        self.sample.q = Reading::new(telemetry.q_ref.map(|q| q.clamp(-0.05, 1.0)), t);
        self.sample.dq = Reading::new([0.0; N_JOINTS], t);
        self.sample.belt_speed = Reading::new([self.last.belt_speed()], t);
        self.sample.foot_force = Reading::new(telemetry.phase.map(|p| if p < 0.6 { 500.0 } else { 0.0 }), t);
        self.sample.rope_position = Reading::new([1.0], t);
        self.sample.buttons = Reading::new(self.buttons, t);
    }

    fn act(&mut self) {
        let command = self.trainer.step(&self.sample);
        self.judge(&command);
        self.last = command;
        self.newest = self.newest.max(Some(self.sample.t));
        self.t = self.t.saturating_add(TICK);
        self.ticks += 1;
    }

    fn calm(&mut self, ticks: u32) {
        for _ in 0..ticks.min(TICKS.saturating_sub(self.ticks)) {
            self.follow();
            self.act();
        }
    }

    /// Steps of 1 ms are judged by their length, any other by the longest that counts.
    fn judge(&self, command: &Command) {
        let (p, tau, was) = (limits(), *command.torque(), *self.last.torque());
        let f = command.fields();
        assert!(tau.iter().all(|x| x.is_finite()) && self.trainer.dropped() < u64::MAX);
        let usual = self.newest.is_some_and(|newest| self.sample.t.checked_sub(newest) == Some(TICK));
        let dt = if usual { 0.001 } else { p.tick_max };
        for i in 0..N_JOINTS {
            assert!(tau[i].abs() <= p.tau_max[i], "{tau:?}");
            let room = p.tau_rate_max[i].max(p.tau_max[i] / 0.05) * dt + ROOM;
            assert!(was[i].min(0.0) - room <= tau[i] && tau[i] <= was[i].max(0.0) + room, "{was:?} to {tau:?}");
        }
        assert!(f.enable || tau == JointVec::default(), "torque without power: {command:?}");
        assert!(!f.enable || f.state.energised(), "{command:?}");
        assert!((0.0..=p.belt_speed_max).contains(&f.belt_speed), "{command:?}");
        let slope = p.belt_accel_max.max(p.stop_decel).max(p.soft_decel) * p.tick_max + ROOM;
        assert!((f.belt_speed - self.last.belt_speed()).abs() <= slope, "{command:?} after {:?}", self.last);
        assert!(matches!(f.state, State::Run | State::Degraded) || f.belt_speed <= self.last.belt_speed());
        assert!((0.0..=p.support_force_max).contains(&f.support_force), "{command:?}");
        assert!(
            f.support_mode == SupportMode::Track || self.ticks == 0 || f.support_force == self.last.support_force()
        );
        assert!(f.sequence == self.last.fields().sequence.wrapping_add(1) || self.ticks == 0, "{command:?}");
        assert!(f.expiry >= f.t && f.expiry.saturating_sub(f.t) as f64 * 1e-9 <= p.lease + ROOM, "{command:?}");
        let pressed_stop = self.sample.buttons.get(0) != Some(1.0);
        assert!(!(pressed_stop && f.enable), "powered with the emergency stop open: {command:?}");
        let mut flat = [0.0; gaitloop_core::trainer::TELEMETRY_LEN];
        self.trainer.telemetry().to_flat(&mut flat);
        assert!(flat.iter().all(|x| x.is_finite()), "{:?}", self.trainer.telemetry());
    }

    /// One value, its validity or a stamp of the sample becomes anything.
    fn break_sample(&mut self, bytes: &mut Bytes<'_>) {
        let (mut value, mut valid, mut stamp) = ([0.0; SAMPLE_LEN], [false; SAMPLE_LEN], [0; SAMPLE_GROUPS]);
        self.sample.to_flat(&mut value, &mut valid, &mut stamp);
        for _ in 0..=bytes.below(4) {
            let i = bytes.below(SAMPLE_LEN);
            match bytes.byte() % 8 {
                0 => valid[i] = !valid[i],
                1 => {
                    let group = i % SAMPLE_GROUPS;
                    stamp[group] = bytes.time(self.t, TICK);
                }
                2 => value[i] = bytes.hostile(),
                _ => value[i] = bytes.value(-10.0, 10.0),
            }
        }
        self.sample = Sample::from_flat(self.sample.t, &value, &valid, &stamp);
    }

    fn request(&mut self, bytes: &mut Bytes<'_>) {
        static SLOW: OnceLock<Option<GaitPattern>> = OnceLock::new();
        let before = *self.trainer.telemetry();
        let refused = match bytes.byte() % 7 {
            0 => self.trainer.request_speed(bytes.value(0.0, 0.8)).err(),
            1 => self.trainer.request_support_force(bytes.value(0.0, 400.0)).err(),
            2 => {
                let target = bytes.any([Target::All, Target::Subtask(4), Target::Subtask(200), Target::Clearance]);
                let mode = bytes.any([OverrideMode::Hold, OverrideMode::Floor, OverrideMode::Ceiling]);
                self.trainer.request_override(target, mode, bytes.value(0.0, 100.0)).err()
            }
            3 => {
                self.trainer.release_override(bytes.any([Target::All, Target::Subtask(1), Target::StepLength]));
                None
            }
            4 => {
                self.trainer.request_stop();
                None
            }
            5 => {
                let slow = SLOW.get_or_init(|| GaitPattern::koopman(0.5, 1.75, 0.0, None).ok());
                let mut control = self.trainer.control().clone();
                control.stiffness = [bytes.value(0.0, 2000.0); N_JOINTS];
                control.leg_weight = bytes.value(0.0, 1.0);
                if let (Some(slow), true) = (slow, bytes.bit()) {
                    control.pattern = slow.clone();
                }
                self.trainer.request_control(control).err()
            }
            _ => {
                while self.trainer.next_event().is_some() || self.trainer.next_stride().is_some() {}
                None
            }
        };
        assert!(refused.is_none_or(|error| !error.to_string().is_empty()));
        assert_eq!(before, *self.trainer.telemetry(), "a request acts in the next tick");
    }
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let Some(mut run) = Run::begun(bytes.below(3)) else { return };
    while !bytes.is_empty() && run.ticks < TICKS {
        match bytes.byte() % 16 {
            0 => run.calm(10 * u32::from(bytes.byte())),
            1..=3 => run.calm(u32::from(bytes.byte() / 8)),
            4 => run.buttons = pressed(bytes.below(8)),
            5 => run.buttons = IDLE,
            6 => run.buttons[bytes.below(8)] = bytes.value(0.0, 1.0),
            7 => run.t = bytes.time(run.t, TICK),
            8..=10 => run.request(&mut bytes),
            _ => {
                run.follow();
                run.break_sample(&mut bytes);
                // A broken sample stays for a while.
                for _ in 0..=bytes.below(32) {
                    run.sample.t = run.t;
                    run.act();
                }
            }
        }
        run.calm(1);
    }
}
