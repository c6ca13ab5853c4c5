//! A trainer on a bench whose joints follow the reference, as fast as 6 rad/s, and whose belt follows its command.
#![allow(dead_code, clippy::unwrap_used)]

use gaitloop_core::assist::{Assist, BandLaw, BandParams};
use gaitloop_core::body::Body;
use gaitloop_core::control::{Fader, FaderParams};
use gaitloop_core::events::{ForceContacts, ForceParams};
use gaitloop_core::phase::{PhaseEstimator, PhaseParams};
use gaitloop_core::safety::{Command, Declaration, Envelope, EnvelopeParams, SafeProfile, State};
use gaitloop_core::trainer::{Contacts, ControlParams, Trainer, TrainerParams};
use gaitloop_core::trajectory::GaitPattern;
use gaitloop_core::types::{JointKind, JointVec, N_JOINTS, Reading, Sample};

pub const TICK: i64 = 1_000_000;
pub const TAU_MAX: f64 = 100.0;
pub const TAU_RATE_MAX: f64 = 4000.0;
pub const CHANGE_RATE: f64 = 200.0;
/// Ticks after which a sound bench has passed its self-test.
pub const TESTED: usize = 400;
/// Watchdog time of the drives [s].
pub const WATCHDOG: f64 = 0.04;
/// Digest of the configuration of every drive.
pub const DIGEST: f64 = 4711.0;

pub fn limits() -> EnvelopeParams {
    EnvelopeParams {
        q_min: [-0.8, -0.1, -0.8, -0.8, -0.1, -0.8],
        q_max: [1.1, 1.4, 0.6, 1.1, 1.4, 0.6],
        dq_max: [8.0; 6],
        brake_decel: [100.0; 6],
        tau_max: [TAU_MAX; 6],
        tau_rate_max: [TAU_RATE_MAX; 6],
        wall_stiffness: [300.0; 6],
        wall_damping: [20.0; 6],
        stop_damping: [10.0; 6],
        yield_damping: [2.0; 6],
        power_max: [600.0; 6],
        energy_max: [200.0; 6],
        interaction_max: [150.0; 6],
        dose_max: [100_000.0; 6],
        belt_speed_max: 1.2,
        belt_accel_max: 0.3,
        belt_jerk_max: 1.0,
        soft_decel: 0.5,
        soft_jerk: 1.0,
        stop_decel: 2.0,
        support_force_max: 400.0,
        support_rate_max: 100.0,
        degraded_fraction: 0.6,
        sample_age_max: 0.01,
        tick_max: 0.02,
        lease: 0.015,
        soft_deadline: 5.0,
        stop_deadline: 1.5,
    }
}

/// What the bench declares of itself.
pub fn declaration() -> Declaration {
    let safe_profile = SafeProfile::ReleaseAfterDamp;
    Declaration { safe_profile, tick: 0.001, watchdog: WATCHDOG, digest: [Some(DIGEST); N_JOINTS] }
}

/// A trainer of one person; `support` of every subtask at the start [-].
pub fn params(support: f64) -> TrainerParams {
    let (lower, upper) = BandParams::published_bounds();
    let band = BandParams { lower, upper, step_up: 0.02, step_down: 0.02, floor: 0.0, ceiling: 1.0, initial: support };
    TrainerParams {
        kinds: [JointKind::Driven; 6],
        device: declaration(),
        body: Body::new(75.0, 1.75).unwrap(),
        control: ControlParams {
            pattern: GaitPattern::koopman(0.8, 1.75, 0.14, None).unwrap(),
            stiffness: [300.0; 6],
            damping: [10.0; 6],
            leg_weight: 0.3,
            path: None,
            foot_lift: None,
            resistance: None,
        },
        change: Fader::new(FaderParams { time: 1.0, rate: [CHANGE_RATE; 6], energy: 2.0, power: 2.0 }).unwrap(),
        envelope: Envelope::new(limits()).unwrap(),
        contacts: Contacts::Force(ForceContacts::new(ForceParams { shared: false, ..ForceParams::default() }).unwrap()),
        compensation: None,
        phase: PhaseEstimator::new(PhaseParams::default()).unwrap(),
        assist: Assist::Band(BandLaw::new(band).unwrap()),
        catch: None,
        catch_slew: 2.0,
        period: 0.001,
        support_slew: 0.2,
        engage_time: 1.0,
        settle_time: 5.0,
        speed: 0.8,
        support_force: 200.0,
    }
}

pub fn trainer(support: f64) -> Trainer {
    Trainer::new(params(support)).unwrap()
}

/// A device whose joints follow the reference, or go where they are held, and whose belt follows its command.
pub struct Bench {
    pub trainer: Trainer,
    pub sample: Sample,
    pub belt: f64,
    pub torque: JointVec,
    /// Angle of every joint beyond the reference [rad].
    pub pulled: f64,
    /// Angles that the joints are held at, whatever the reference [rad].
    pub held: Option<JointVec>,
    /// Whether the ground is felt under the feet, by the phase of the corridor itself.
    pub feet: bool,
    /// Status of its drives: 1 enabled, 0 ready, -1 stopped by themselves.
    pub status: f64,
    // When they last got a lease that held [ns].
    fed: i64,
}

impl Bench {
    pub fn new(support: f64) -> Self {
        Self {
            trainer: trainer(support),
            sample: Sample::default(),
            belt: 0.0,
            torque: [0.0; 6],
            pulled: 0.0,
            held: None,
            feet: false,
            status: 0.0,
            fed: 0,
        }
    }

    pub fn fill(&mut self, buttons: [f64; 8]) {
        let t = self.sample.t;
        let followed = self.trainer.telemetry().q_ref.map(|q| q + self.pulled);
        let (target, before) = (self.held.unwrap_or(followed), self.sample.q.value);
        let moved: JointVec = core::array::from_fn(|i| (target[i] - before[i]).clamp(-0.006, 0.006));
        self.sample.q = Reading::new(core::array::from_fn(|i| before[i] + moved[i]), t);
        self.sample.dq = Reading::new(moved.map(|v| v * 1e3), t);
        self.sample.belt_speed = Reading::new([self.belt], t);
        if self.feet {
            let force = self.trainer.telemetry().phase.map(|p| if p < 0.6 { 500.0 } else { 0.0 });
            self.sample.foot_force = Reading::new(force, t);
        }
        self.sample.buttons = Reading::new(buttons, t);
        self.sample.drive_status = Reading::new([self.status; N_JOINTS], t);
        self.sample.drive_digest = Reading::new([DIGEST; N_JOINTS], t);
        self.sample.drive_watchdog = Reading::new([WATCHDOG; N_JOINTS], t);
    }

    pub fn tick(&mut self, buttons: [f64; 8]) -> Command {
        self.fill(buttons);
        self.act()
    }

    pub fn act(&mut self) -> Command {
        self.act_by(Trainer::step)
    }

    /// The same with another step of the trainer.
    pub fn act_by(&mut self, step: impl FnOnce(&mut Trainer, &Sample) -> Command) -> Command {
        let command = step(&mut self.trainer, &self.sample);
        (self.belt, self.torque) = (command.belt_speed(), *command.torque());
        self.drive(&command);
        self.sample.t += TICK;
        command
    }

    /// What the drives make of a command: without a lease they stop, and stay so until they are asked back.
    fn drive(&mut self, command: &Command) {
        let fields = command.fields();
        if fields.expiry < fields.t {
            let starved = (fields.t - self.fed) as f64 * 1e-9 >= WATCHDOG;
            self.status = if starved { -1.0 } else { self.status };
            return;
        }
        self.fed = fields.t;
        if self.status >= 0.0 || fields.clear {
            self.status = f64::from(u8::from(fields.enable));
        }
    }

    /// Runs up to steady walking on the belt.
    pub fn walk(support: f64) -> Self {
        Self::new(support).walking()
    }

    /// The same with ground under its feet.
    pub fn walk_felt(support: f64) -> Self {
        Self { feet: true, ..Self::new(support) }.walking()
    }

    fn walking(self) -> Self {
        let mut bench = self;
        for _ in 0..TESTED {
            bench.tick(IDLE);
        }
        bench.tick(pressed(2));
        bench.tick(IDLE);
        assert_eq!(bench.tick(pressed(3)).state(), State::Run);
        for _ in 0..5000 {
            assert_eq!(bench.tick(IDLE).state(), State::Run);
        }
        bench
    }
}

pub const IDLE: [f64; 8] = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

pub fn pressed(button: usize) -> [f64; 8] {
    core::array::from_fn(|i| if i == button { 1.0 } else { IDLE[i] })
}
