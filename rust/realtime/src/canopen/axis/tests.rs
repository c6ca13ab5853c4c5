#![allow(clippy::unwrap_used)]
//! A drive that answers as it is told to, judged tick by tick.

use super::super::cia402::{DISABLE_VOLTAGE, ENABLE, QUICK_STOP, RESET};
use super::super::params::example;
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

const MS: i64 = 1_000_000;
const ENABLED: Want = Want { enable: true, clear: false, setpoint: 5.0, pull: false };
const IDLE: Want = Want { enable: false, clear: false, setpoint: 0.0, pull: false };
const CLEAR: Want = Want { enable: false, clear: true, setpoint: 0.0, pull: false };

/// An axis and what its drive says.
struct Bench {
    axis: Axis,
    t: i64,
    state: PowerState,
    bits: u16,
    mode: i8,
    nmt: NmtState,
    beats: bool,
    tells: [bool; 2],
    follows: bool,
    word: u16,
    started: usize,
}

impl Bench {
    fn new(mode: Mode) -> Self {
        Self {
            axis: Axis::new(example(1, mode)).unwrap(),
            t: 0,
            state: PowerState::SwitchOnDisabled,
            bits: 0,
            mode: mode as i8,
            nmt: NmtState::Operational,
            beats: true,
            tells: [true; 2],
            follows: true,
            word: 0,
            started: 0,
        }
    }

    /// One tick of a millisecond; the drive goes one step the way it is told.
    fn tick(&mut self, want: Want) -> Frame {
        self.t += MS;
        if self.beats && self.t % (10 * MS) == 0 || self.t == MS {
            assert!(self.axis.heartbeat(&[self.nmt as u8], self.t));
        }
        let mut values = Values::default();
        values.set(Object::Statusword, i32::from(self.state.statusword() | self.bits));
        values.set(Object::Position, 100_500);
        values.set(Object::Velocity, -50_000);
        values.set(Object::Torque, 250);
        values.set(Object::ModeDisplay, i32::from(self.mode));
        for which in (0..2).filter(|which| self.tells[*which]) {
            let mapping = self.axis.tell[which];
            assert!(self.axis.tell(which, &mapping.encode(&values)[..mapping.len()]));
        }
        let (frame, start) = self.axis.step(self.t, &want);
        self.axis.begin_cycle(self.t);
        self.started += usize::from(start.is_some());
        self.word = u16::from_le_bytes([frame.data()[0], frame.data()[1]]);
        if self.follows {
            self.state = next(self.state, self.word);
        }
        frame
    }

    fn ticks(&mut self, want: Want, n: usize) -> &mut Self {
        for _ in 0..n {
            self.tick(want);
        }
        self
    }

    fn enabled(mode: Mode) -> Self {
        let mut bench = Self::new(mode);
        bench.ticks(CLEAR, 5).ticks(ENABLED, 6);
        assert_eq!((bench.axis.status(), bench.word), (1.0, ENABLE));
        bench
    }

    fn blamed(&mut self, want: Want, most: usize) -> (Option<Trouble>, usize) {
        for n in 0..most {
            self.tick(want);
            if let Some(trouble) = self.axis.trouble() {
                return (Some(trouble), n + 1);
            }
        }
        (None, most)
    }
}

fn next(state: PowerState, word: u16) -> PowerState {
    use PowerState::{Fault, OperationEnabled, QuickStopActive, ReadyToSwitchOn, SwitchOnDisabled, SwitchedOn};
    match (state, word & 0x8F) {
        (Fault, RESET) => SwitchOnDisabled,
        (SwitchOnDisabled, 0x06) | (SwitchedOn | OperationEnabled, 0x06) => ReadyToSwitchOn,
        (ReadyToSwitchOn, 0x07) => SwitchedOn,
        (SwitchedOn, 0x0F) => OperationEnabled,
        (OperationEnabled, 0x02) => QuickStopActive,
        (OperationEnabled | SwitchedOn | ReadyToSwitchOn | QuickStopActive, 0x00) => SwitchOnDisabled,
        _ => state,
    }
}

#[test]
fn nothing_is_enabled_before_it_was_cleared() {
    let mut bench = Bench::new(Mode::Torque);
    bench.ticks(ENABLED, 50);
    assert_eq!((bench.axis.trouble(), bench.state), (Some(Trouble::Unasked), PowerState::SwitchOnDisabled));
    bench.ticks(CLEAR, 3).ticks(IDLE, 3);
    assert_eq!((bench.axis.status(), bench.state), (0.0, PowerState::ReadyToSwitchOn));
    bench.ticks(ENABLED, 2);
    assert_eq!(bench.axis.status(), 0.0, "on its way");
    bench.ticks(ENABLED, 2);
    assert_eq!((bench.axis.status(), bench.state), (1.0, PowerState::OperationEnabled));
}

#[test]
fn feedback_is_in_si_with_the_sign_of_the_joint() {
    let mut bench = Bench::enabled(Mode::Torque);
    let seen = bench.axis.feedback(bench.t).unwrap();
    assert_eq!((seen.position, seen.velocity, seen.torque, seen.stamp), (1.0, -0.5, 5.0, bench.t - MS));
    bench.axis.params.counts = -100_000.0;
    let turned = bench.axis.feedback(bench.t).unwrap();
    assert_eq!((turned.position, turned.velocity, turned.torque), (-1.0, 0.5, -5.0));
    let frame = bench.tick(ENABLED);
    assert_eq!(i16::from_le_bytes([frame.data()[3], frame.data()[4]]), -250);
}

#[test]
fn setpoints_are_bounded_and_zero_where_nothing_follows_them() {
    let mut bench = Bench::enabled(Mode::Torque);
    let target = |frame: Frame| i16::from_le_bytes([frame.data()[3], frame.data()[4]]);
    for (asked, sent) in [(5.0, 250), (1e9, 1500), (-1e9, -1500), (f64::NAN, 0), (f64::INFINITY, 0)] {
        assert_eq!(target(bench.tick(Want { setpoint: asked, ..ENABLED })), sent, "{asked}");
    }
    assert_eq!(target(bench.tick(Want { setpoint: 5.0, ..IDLE })), 0);
    let mut bench = Bench::new(Mode::Position);
    let target = |frame: Frame| i32::from_le_bytes(frame.data()[3..7].try_into().unwrap());
    assert_eq!(target(bench.ticks(CLEAR, 3).tick(ENABLED)), 100_500, "where it is");
    assert_eq!(target(bench.ticks(ENABLED, 5).tick(Want { setpoint: 0.5, ..ENABLED })), 50_500);
    let mut bench = Bench::enabled(Mode::Velocity);
    assert_eq!(target(bench.tick(Want { setpoint: -0.5, ..ENABLED })), -50_000);
}

#[test]
fn the_controlword_goes_out_in_every_tick_also_when_it_is_the_same() {
    let mut bench = Bench::enabled(Mode::Torque);
    let first = bench.tick(ENABLED);
    assert!((0..1000).all(|_| bench.tick(ENABLED) == first));
}

#[test]
fn feedback_that_stays_away_is_lost_at_its_age_and_absent() {
    for which in 0..2 {
        let mut bench = Bench::enabled(Mode::Torque);
        bench.tells[which] = false;
        assert_eq!(bench.blamed(ENABLED, 50), (Some(Trouble::FeedbackLost), 9), "the last was a tick old");
        assert_eq!(bench.axis.feedback(bench.t), None);
        assert_eq!(bench.word & 0x0D, 0, "no longer enabled");
    }
}

#[test]
fn what_is_repeated_is_dropped_and_does_not_look_fresh() {
    let mut bench = Bench::enabled(Mode::Torque);
    let (stamp, mapping) = (bench.axis.feedback(bench.t).unwrap().stamp, bench.axis.tell[0]);
    let old = mapping.encode(&bench.axis.values);
    bench.axis.cycles = [Cycles::default(); 3];
    let before = bench.axis.dropped();
    for _ in 0..20 {
        assert!(bench.axis.tell(0, &old));
    }
    assert_eq!((bench.axis.dropped() - before, bench.axis.feedback(bench.t).unwrap().stamp), (20, stamp));
    assert_eq!(bench.axis.feedback(bench.t + 10 * MS), None);
}

#[test]
fn an_answer_that_comes_late_is_as_old_as_the_oldest_cycle_that_waits() {
    let mut bench = Bench::enabled(Mode::Torque);
    bench.tells = [false; 2];
    bench.tick(ENABLED);
    let (told, waits) = (bench.axis.feedback(bench.t).unwrap().stamp, bench.t - MS);
    assert_eq!(told, bench.t - 2 * MS);
    for which in 0..2 {
        let mapping = bench.axis.tell[which];
        assert!(bench.axis.tell(which, &mapping.encode(&bench.axis.values)[..mapping.len()]));
    }
    assert_eq!(bench.axis.feedback(bench.t).unwrap().stamp, waits);
}

#[test]
fn what_was_wrong_first_is_told_unless_something_worse_follows() {
    let mut axis = Axis::new(example(1, Mode::Torque)).unwrap();
    let told: Vec<_> = [Trouble::FeedbackLost, Trouble::Fault, Trouble::SecondMaster, Trouble::Fault]
        .into_iter()
        .map(|trouble| {
            axis.blame(trouble);
            axis.trouble().unwrap()
        })
        .collect();
    assert_eq!(told, [Trouble::FeedbackLost, Trouble::FeedbackLost, Trouble::SecondMaster, Trouble::SecondMaster]);
}

#[test]
fn a_heartbeat_that_stays_away_is_lost() {
    let mut bench = Bench::enabled(Mode::Torque);
    bench.beats = false;
    let (trouble, ticks) = bench.blamed(ENABLED, 100);
    assert!(trouble == Some(Trouble::HeartbeatLost) && (40..=51).contains(&ticks), "{trouble:?} {ticks}");
}

#[test]
fn a_reboot_is_noticed_at_once_and_the_node_is_started_only_when_cleared() {
    let mut bench = Bench::enabled(Mode::Torque);
    assert!(bench.axis.heartbeat(&[0], bench.t));
    assert_eq!(bench.axis.trouble(), Some(Trouble::Rebooted));
    (bench.nmt, bench.tells, bench.state) = (NmtState::PreOperational, [false; 2], PowerState::SwitchOnDisabled);
    bench.ticks(ENABLED, 300);
    assert!(bench.axis.trouble().is_some() && bench.started == 0);
    bench.ticks(CLEAR, 300);
    assert_eq!(bench.started, 3, "ten times a second");
    (bench.nmt, bench.tells) = (NmtState::Operational, [true; 2]);
    bench.ticks(CLEAR, 20);
    assert_eq!(bench.axis.status(), 0.0);
}

#[test]
fn faults_and_stops_are_latched_until_they_are_cleared() {
    let cases = [
        (PowerState::Fault, Trouble::Fault),
        (PowerState::FaultReaction, Trouble::Fault),
        (PowerState::QuickStopActive, Trouble::StoppedItself),
        (PowerState::SwitchOnDisabled, Trouble::StoppedItself),
        (PowerState::SwitchedOn, Trouble::StoppedItself),
    ];
    for (state, trouble) in cases {
        let mut bench = Bench::enabled(Mode::Torque);
        bench.state = state;
        assert_eq!(bench.blamed(ENABLED, 5), (Some(trouble), 1), "{state:?}");
        bench.follows = false;
        bench.ticks(ENABLED, 100);
        assert!(bench.axis.status() < 0.0 && bench.word & 0x0D == 0);
        bench.follows = true;
        if state == PowerState::FaultReaction {
            bench.state = PowerState::Fault;
        }
        bench.ticks(CLEAR, 10).ticks(ENABLED, 10);
        assert_eq!(bench.axis.status(), 1.0, "{state:?}");
    }
}

#[test]
fn an_unpowered_drive_that_stops_itself_is_noticed_too() {
    let mut bench = Bench::new(Mode::Torque);
    bench.ticks(CLEAR, 5).ticks(IDLE, 10);
    (bench.state, bench.follows) = (PowerState::SwitchOnDisabled, false);
    assert_eq!(bench.blamed(IDLE, 5), (Some(Trouble::StoppedItself), 1));
    assert_eq!(bench.word, DISABLE_VOLTAGE);
}

#[test]
fn an_emergency_counts_until_it_is_over() {
    let mut bench = Bench::enabled(Mode::Torque);
    assert!(bench.axis.emergency_came(&[0x10, 0x43, 0x08, 0, 0, 0, 0, 0]));
    assert_eq!(bench.blamed(ENABLED, 5), (Some(Trouble::Emergency), 1));
    bench.ticks(CLEAR, 20);
    assert!(bench.axis.status() < 0.0 && bench.axis.emergency() == 0x4310);
    assert!(bench.axis.emergency_came(&[0; 8]));
    bench.ticks(CLEAR, 5);
    assert_eq!(bench.axis.status(), 0.0);
    bench.axis.error_register(1);
    assert_eq!(bench.blamed(ENABLED, 5), (Some(Trouble::Emergency), 1), "whose frame was lost");
    bench.axis.error_register(0);
    bench.ticks(CLEAR, 5);
    assert_eq!(bench.axis.status(), 0.0);
}

#[test]
fn what_the_statusword_tells_of_the_work_is_judged() {
    let mut bench = Bench::enabled(Mode::Position);
    bench.bits = FOLLOWING_ERROR;
    assert_eq!(bench.blamed(ENABLED, 5), (Some(Trouble::FollowingError), 1));
    let mut bench = Bench::enabled(Mode::Torque);
    bench.bits = FOLLOWING_ERROR;
    assert_eq!(bench.blamed(ENABLED, 50).0, None, "reserved in this mode");
    bench.bits = LIMIT_ACTIVE;
    assert_eq!(bench.blamed(ENABLED, 200), (Some(Trouble::LimitActive), 101));
    let mut bench = Bench::enabled(Mode::Torque);
    bench.mode = 9;
    assert_eq!(bench.blamed(ENABLED, 5), (Some(Trouble::WrongMode), 1));
}

#[test]
fn a_drive_that_does_not_do_what_it_is_told_is_blamed() {
    let mut bench = Bench::new(Mode::Torque);
    bench.ticks(CLEAR, 5);
    bench.follows = false;
    assert_eq!(bench.blamed(ENABLED, 2000), (Some(Trouble::NotReached), 1001));
    let mut bench = Bench::enabled(Mode::Torque);
    bench.follows = false;
    assert_eq!(bench.blamed(IDLE, 2000), (Some(Trouble::StillEnabled), 201));
    let mut bench = Bench::enabled(Mode::Torque);
    bench.bits = 0x40;
    assert_eq!(bench.blamed(ENABLED, 5), (Some(Trouble::UnknownState), 1));
}

#[test]
fn some_troubles_stay_whatever_is_asked_for() {
    let mut bench = Bench::enabled(Mode::Torque);
    bench.axis.blame(Trouble::SecondMaster);
    bench.axis.blame(Trouble::Fault);
    bench.ticks(CLEAR, 100).ticks(ENABLED, 100);
    assert_eq!(bench.axis.trouble(), Some(Trouble::SecondMaster));
    assert_eq!(bench.word & 0x0D, 0);
    assert_ne!(bench.word, QUICK_STOP | ENABLE);
}

proptest! {
    #[test]
    fn whatever_a_drive_says_it_is_enabled_only_without_trouble(
        steps in vec((0_u8..6, any::<u8>(), vec(any::<u8>(), 0..9), any::<bool>(), any::<bool>(), any::<f64>()), 1..300),
    ) {
        let mut axis = Axis::new(example(1, Mode::Torque)).unwrap();
        let mut t = 0;
        for (kind, byte, data, enable, clear, setpoint) in steps {
            match kind {
                0 => { axis.heartbeat(&[byte], t); }
                1 => { axis.heartbeat(&data, t); }
                2 => { axis.emergency_came(&data); }
                3 => axis.error_register(byte),
                _ => {}
            }
            let mut long = [0x37, 0, 0, 0, 0, 0, 0, 0];
            long.iter_mut().zip(&data).for_each(|(to, from)| *to = *from);
            axis.tell(usize::from(byte & 1), &long[..8 - usize::from(byte & 1)]);
            t += i64::from(byte) * MS / 20;
            let (frame, _) = axis.step(t, &Want { enable, clear, setpoint, pull: false });
            axis.begin_cycle(t);
            let word = u16::from_le_bytes([frame.data()[0], frame.data()[1]]);
            let torque = i16::from_le_bytes([frame.data()[3], frame.data()[4]]);
            prop_assert!(word & 0x0F != ENABLE || enable && axis.trouble().is_none());
            prop_assert!(torque == 0 || enable && axis.trouble().is_none() && torque.abs() <= 1500);
        }
    }
}
