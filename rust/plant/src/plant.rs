//! The joined machine: one person in one device, half a millisecond at a time.
//!
//! Semi-implicit Euler: dampers that could outrun the step (contact, friction, frame, joints) enter its matrix, so that
//! `(M + h D) dv = h F(q, v)`, and positions move with the new velocities. A tick of 1 ms is two steps.

use crate::contact::{Contact, Feet};
use crate::device::{Actuation, DeviceParams, DeviceState, Mount, PlateState, SupportState};
use crate::faults::Faults;
use crate::model::{Model, Trig, to_directions, to_joints};
use crate::patient::person::{Felt, Person};
use crate::patient::{PatientParams, Will, passive_torque};
use crate::rng::Rng;
use crate::sensors::Rig;
use crate::system::{DofVec, N_DOF};
use gaitloop_core::Result;
use gaitloop_core::body::Body;
use gaitloop_core::error::in_range;
use gaitloop_core::types::{GRAVITY, JointVec, NS, Sides};

/// Length of a step [s]; a tick is cut into steps of at most this.
pub const STEP: f64 = 0.0005;
/// Steps after which sines and cosines are computed afresh instead of turned on.
const TURNS: u32 = 32;
/// Damping of relaxed muscles at hip, knee and ankle [N·m·s/rad].
const MUSCLE_DAMPING: [f64; 3] = [1.5, 1.0, 0.8];

/// What only a simulation knows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Truth {
    /// Pelvis x, z [m], pitch [rad] and joint angles [rad].
    pub q: DofVec,
    /// Their velocities.
    pub dq: DofVec,
    /// Contact of heel and toe of both feet.
    pub feet: Feet,
    /// Voluntary torque of the person [N·m].
    pub patient_torque: JointVec,
    /// Torque of the drives on the person [N·m].
    pub device_torque: JointVec,
    /// Height of the hip over the belt [m].
    pub pelvis_height: f64,
    /// Kinetic and potential energy [J].
    pub energy: [f64; 2],
    /// Speed of the belt [m/s].
    pub belt_speed: f64,
    /// Force in the rope [N].
    pub rope_force: f64,
    /// Inclination of the belt [rad], positive uphill.
    pub incline: f64,
    /// Phase of the person's own clock, left side [-].
    pub patient_phase: f64,
}

/// A simulated person in a device.
#[derive(Clone, Debug)]
pub struct Plant {
    pub(crate) patient: PatientParams,
    pub(crate) device: DeviceParams,
    model: Model,
    contact: Contact,
    pub(crate) person: Person,
    pub(crate) machine: DeviceState,
    pub(crate) mount: Mount,
    pub(crate) rng: Rng,
    /// Noise of the sensors of the frame, which are not part of a sample.
    pub(crate) frame_noise: Rng,
    /// Time [ns].
    pub(crate) t: i64,
    /// What is read back from the drives: digest of the configuration, watchdog time [s].
    pub(crate) read_back: [JointVec; 2],
    start_height: f64,
    /// Pelvis position and absolute directions of the segments, and their velocities.
    state: DofVec,
    pub(crate) rates: DofVec,
    /// Sines and cosines of the directions, and how often they were turned since they were last computed.
    trig: Trig,
    turned: u32,
    pub(crate) feet: Feet,
    pub(crate) patient_torque: JointVec,
    /// Sensors other than the usual ones.
    pub(crate) rig: Option<Box<Rig>>,
    pub(crate) faults: Option<Box<Faults>>,
}

impl Plant {
    /// A plant at rest: the person hangs over the belt in the posture of their own pattern at phase 0.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] naming the first parameter outside its range.
    pub fn new(patient: PatientParams, device: DeviceParams, seed: u64) -> Result<Self> {
        let (patient, device) = (patient.check()?, device.check()?);
        let body = Body::new(patient.mass, patient.height)?;
        let model = Model::new(device.load(body), device.thigh_mass, device.shank_mass, device.armature);
        let mut person = Person::new(patient, seed)?;
        person.intent.know_slopes(device.incline)?;
        let (posture, height) = person.hang(&body);
        let start_height = height + device.start_height;
        let mut q = [0.0; N_DOF];
        q[1] = start_height;
        q[2] = device.frame_tilt;
        q[3..].copy_from_slice(&posture);
        let state = to_directions(&q);
        Ok(Self {
            patient,
            device,
            model,
            contact: Contact::of_mass(patient.mass),
            person,
            machine: DeviceState::new(start_height),
            mount: Mount::new(&device, &body, &q),
            rng: Rng::new(seed, 4),
            frame_noise: Rng::new(seed, 5),
            t: 0,
            read_back: [device.digest().map(Option::unwrap_or_default), device.watchdogs()],
            start_height,
            state,
            rates: [0.0; N_DOF],
            trig: Trig::new(&state),
            turned: 0,
            feet: Feet::default(),
            patient_torque: [0.0; 6],
            rig: None,
            faults: None,
        })
    }

    /// The mechanical model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How heel and toe meet the belt.
    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.contact
    }

    /// The person.
    #[must_use]
    pub fn patient(&self) -> &PatientParams {
        &self.patient
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> &DeviceParams {
        &self.device
    }

    /// Weight of the person alone [N].
    #[must_use]
    pub fn body_weight(&self) -> f64 {
        self.patient.mass * GRAVITY
    }

    /// Vertical force under each foot [N].
    #[must_use]
    pub fn foot_force(&self) -> Sides<f64> {
        self.feet.map(|f| f[0].normal + f[1].normal)
    }

    /// Voluntary torque of the person in the last step [N·m].
    #[must_use]
    pub fn patient_torque(&self) -> &JointVec {
        &self.patient_torque
    }

    /// Torque of the drives on the person [N·m].
    #[must_use]
    pub fn device_torque(&self) -> &JointVec {
        &self.machine.torque
    }

    /// Speed of the belt [m/s].
    #[must_use]
    pub fn belt_speed(&self) -> f64 {
        self.machine.belt
    }

    /// Accepts an inclination [rad] that the device can be asked for.
    ///
    /// # Errors
    /// [`gaitloop_core::Error::OutOfRange`] outside the device's range.
    pub fn inclination(&self, incline: Option<f64>) -> Result<Option<f64>> {
        let [low, high] = self.device.incline;
        incline.map(|angle| in_range("incline", angle, low, high)).transpose()
    }

    /// Inclination of the belt [rad], positive uphill.
    #[must_use]
    pub fn incline(&self) -> f64 {
        self.machine.tilt.angle
    }

    /// Whether the person stands or walks: the hip is above 85 % of the height their stride needs.
    #[must_use]
    pub fn upright(&self) -> bool {
        self.state[1] > 0.85 * (self.start_height - self.device.start_height)
    }

    /// One tick of `dt` [s], 0.0001 to 0.01 (anything else is brought there); time goes on by it.
    pub fn step(&mut self, command: &Actuation, dt: f64) {
        let dt = if dt.is_finite() { dt.clamp(1e-4, 0.01) } else { 1e-3 };
        let struck = if self.faults.is_some() { self.struck(command) } else { None };
        let command = struck.as_ref().unwrap_or(command);
        let weight = self.body_weight();
        let (joints, speeds, _) = self.joints();
        let load = self.foot_force().map(|f| f / weight);
        let (heel, toe) = (self.model.body.heel, self.model.body.toe);
        let moment = self.feet.map(|f| f[1].normal * toe - f[0].normal * heel);
        self.machine.begin(&self.device, command, self.t, self.state[1]);
        let motion = (&self.state, &self.rates);
        let belt = self.mount.begin(&self.device, command, &self.machine, motion, load, dt);
        let torque = self.patient_torque;
        let felt = Felt { belt, q: &joints, dq: &speeds, torque: &torque, load, moment };
        self.person.intent.cue = command.cue;
        self.person.intent.incline = self.machine.tilt.angle;
        let (mut will, unasked) = self.person.step(&felt, dt);
        self.mount.intend(&mut will, dt);
        let mut passive = self.passive(&joints);
        passive.iter_mut().zip(unasked).for_each(|(sum, torque)| *sum += torque);
        if let Some(pulled) = self.pulled() {
            passive.iter_mut().zip(pulled).for_each(|(sum, torque)| *sum += torque);
        }
        let steps = (dt / STEP - 1e-9).ceil().max(1.0);
        let h = dt / steps;
        for _ in 0..steps as u32 {
            self.substep(command, &will, &passive, h);
        }
        self.t += (dt * NS).round() as i64;
    }

    /// Torque of relaxed joints and of the foot lifter [N·m], held for a tick.
    fn passive(&self, q: &JointVec) -> JointVec {
        let mut out = [0.0; 6];
        for side in 0..2 {
            let i = 3 * side;
            let leg = passive_torque([q[i], q[i + 1], q[i + 2]], self.patient.mass);
            out[i..i + 3].copy_from_slice(&leg);
            out[i + 2] += self.device.passive_ankle(q[i + 2]);
        }
        out
    }

    fn substep(&mut self, command: &Actuation, will: &Will, passive: &JointVec, h: f64) {
        self.machine.drive(&self.device, command, h);
        let trig = &self.trig;
        let mut system = self.model.assemble(trig, &self.rates);
        let motion = (&self.state, &self.rates);
        self.feet = match self.mount.hold(&self.device, &self.model, &mut system, trig, motion, h) {
            Some(feet) => feet,
            None => self.tread(&mut system, h),
        };
        let (q, dq) = (to_joints(&self.state), to_joints(&self.rates));
        for side in 0..2 {
            let (mut torque, mut damper) = ([0.0; 3], [0.0; 3]);
            for joint in 0..3 {
                let i = 3 * side + joint;
                let (voluntary, free) = will.torque(i, q[i + 3], dq[i + 3]);
                self.patient_torque[i] = voluntary;
                let drag = MUSCLE_DAMPING[joint] + self.device.friction[joint] + self.machine.drag(&self.device, joint);
                torque[joint] = voluntary + passive[i] + self.machine.torque[i] - drag * dq[i + 3];
                damper[joint] = h * (drag + if free { will.damping[i] } else { 0.0 });
            }
            system.add_torques(side, torque);
            system.add_joints(side, damper);
        }
        self.guide(&mut system, command, h);
        system.force = system.force.map(|f| h * f);
        let change = system.solve();
        for (rate, change) in self.rates.iter_mut().zip(change) {
            *rate += change;
        }
        for (state, rate) in self.state.iter_mut().zip(&self.rates) {
            *state += h * rate;
        }
        self.turned += 1;
        if self.turned < TURNS {
            self.trig.turn(&self.rates, h);
        } else {
            (self.trig, self.turned) = (Trig::new(&self.state), 0);
        }
    }

    /// Feet on the belt or the ground, level or inclined.
    fn tread(&self, system: &mut crate::system::System, h: f64) -> Feet {
        let (motion, belt, tilt) = ((&self.state, &self.rates), self.machine.belt, self.machine.tilt);
        if tilt.is_level() {
            return self.contact.add(&self.model, system, &self.trig, motion, belt, h);
        }
        self.contact.add_inclined(&self.model, system, &self.trig, motion, (belt, tilt), h)
    }

    /// Frame, rope and start lift on the pelvis.
    fn guide(&mut self, system: &mut crate::system::System, command: &Actuation, h: f64) {
        let (p, v) = (&self.state, &self.rates);
        let d = &self.device;
        system.force[0] -= d.frame_x[0] * p[0] + d.frame_x[1] * v[0];
        system.force[2] -= d.frame_pitch[0] * (p[2] - d.frame_tilt) + d.frame_pitch[1] * v[2];
        system.base[0] += h * d.frame_x[1];
        system.base[5] += h * d.frame_pitch[1];
        let (rope, damping) = self.machine.rope(d, command, (p[1], v[1]), h);
        let limbs = (self.model.total_mass - self.patient.mass) * GRAVITY;
        let carried = d.carried_weight * limbs;
        let lift = self.machine.lift(d, self.body_weight() + (limbs - carried), self.start_height, p[1]);
        system.force[1] += rope + lift + carried - d.frame_z_damping * v[1];
        system.base[3] += h * (d.frame_z_damping + damping);
        self.mount.lean(d, system, (p, v), h);
    }

    /// Everything a simulation knows.
    #[must_use]
    pub fn truth(&self) -> Truth {
        let (q, dq) = (to_joints(&self.state), to_joints(&self.rates));
        Truth {
            q,
            dq,
            feet: self.feet,
            patient_torque: self.patient_torque,
            device_torque: self.machine.torque,
            pelvis_height: q[1],
            energy: self.model.energy(&q, &dq),
            belt_speed: self.machine.belt,
            rope_force: self.machine.rope_force,
            incline: self.machine.tilt.angle,
            patient_phase: self.person.intent.phase,
        }
    }

    /// What foot plates do and feel, where the device has them.
    #[must_use]
    pub fn plates(&self) -> Option<&PlateState> {
        self.mount.plates()
    }

    /// What crutches or walking frame do and feel, where the device has them.
    #[must_use]
    pub fn support(&self) -> Option<&SupportState> {
        self.mount.support()
    }

    /// Pitch of the trunk [rad] and its velocity [rad/s], as an inertial sensor on the device's back gives them.
    #[must_use]
    pub fn trunk(&self) -> [f64; 2] {
        [self.state[2], self.rates[2]]
    }

    /// Pelvis x, z [m], pitch [rad] and joint angles [rad].
    #[must_use]
    pub fn configuration(&self) -> DofVec {
        to_joints(&self.state)
    }

    /// Angle, velocity and torque of what the device measures and drives: of the joints, or of the axes of foot plates.
    pub(crate) fn measured(&self) -> [JointVec; 3] {
        if let (true, Some(plates)) = (self.device.axes(), self.mount.plates()) {
            return plates.axes();
        }
        let (q, dq, _) = self.joints();
        [q, dq, self.machine.torque]
    }

    pub(crate) fn joints(&self) -> (JointVec, JointVec, f64) {
        let (q, dq) = (to_joints(&self.state), to_joints(&self.rates));
        (core::array::from_fn(|i| q[i + 3]), core::array::from_fn(|i| dq[i + 3]), q[1])
    }
}
