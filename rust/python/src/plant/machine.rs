//! Person and device in motion.

use gaitloop_core::error::{all_in_range, in_range};
use gaitloop_core::types::{N_JOINTS, SAMPLE_GROUPS, SAMPLE_LEN, Sample};
use gaitloop_plant::{Actuation, DofVec, N_DOF, RopeMode};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Device, Patient, PlantFault, Sensors, faults_of};
use crate::convert::{config_error, rows, vector};

/// A simulated person in a device.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct Plant(pub(crate) gaitloop_plant::Plant);

fn dofs(name: &str, array: &PyReadonlyArray1<'_, f64>) -> PyResult<DofVec> {
    vector::<N_DOF>(name, array)
}

pub(crate) type Flat<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<bool>>, Bound<'py, PyArray1<i64>>);

/// A sample as values, validity and stamps in the order of its groups.
pub(crate) fn flat<'py>(py: Python<'py>, sample: &Sample) -> Flat<'py> {
    let (mut value, mut valid, mut stamp) = ([0.0; SAMPLE_LEN], [false; SAMPLE_LEN], [0; SAMPLE_GROUPS]);
    sample.to_flat(&mut value, &mut valid, &mut stamp);
    (PyArray1::from_slice(py, &value), PyArray1::from_slice(py, &valid), PyArray1::from_slice(py, &stamp))
}

#[pymethods]
impl Plant {
    #[new]
    fn new(patient: PyRef<'_, Patient>, device: PyRef<'_, Device>, seed: u64) -> PyResult<Self> {
        Ok(Self(gaitloop_plant::Plant::new(patient.0, device.0, seed).map_err(config_error)?))
    }

    /// Fits sensors other than the usual ones.
    ///
    /// Parameters
    /// ----------
    /// sensors : Sensors
    ///     The sensors.
    /// seed : int
    ///     Where their noise and losses come from [-], 0 to 2**64 - 1.
    fn fit_sensors(&mut self, sensors: PyRef<'_, Sensors>, seed: u64) -> PyResult<()> {
        self.0.fit(sensors.0, seed).map_err(config_error)
    }

    /// Gives the plant these faults in place of those it has.
    ///
    /// Parameters
    /// ----------
    /// faults : sequence of Fault
    ///     What goes wrong, in the order in which it acts.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If a fault strikes a sensor that the device does not have.
    fn inject(&mut self, faults: Vec<PyRef<'_, PlantFault>>) -> PyResult<()> {
        let faults = faults_of(&self.0, &faults)?;
        self.0.inject(faults).map_err(config_error)
    }

    /// Weight of the person [N].
    #[getter]
    fn body_weight(&self) -> f64 {
        self.0.body_weight()
    }

    /// Whether the person stands or walks.
    #[getter]
    fn upright(&self) -> bool {
        self.0.upright()
    }

    /// Measures at `t` [ns]: values, validity and stamps in the order of a sample's groups.
    fn sample<'py>(&mut self, py: Python<'py>, t: i64) -> Flat<'py> {
        flat(py, &self.0.sample(t))
    }

    /// One tick under a command made by hand.
    #[pyo3(signature = (torque, belt_speed, support_force, support_mode, enabled, dt, plate_force=None, cue=None, incline=None))]
    #[allow(clippy::too_many_arguments)] // one per part of the command
    fn step(
        &mut self,
        torque: PyReadonlyArray1<'_, f64>,
        belt_speed: f64,
        support_force: f64,
        support_mode: u8,
        enabled: bool,
        dt: f64,
        plate_force: Option<[[f64; 3]; 2]>,
        cue: Option<f64>,
        incline: Option<f64>,
    ) -> PyResult<()> {
        let torque = vector("torque", &torque)?;
        let mut command = actuation(torque, [belt_speed, support_force], support_mode, enabled)?;
        if let Some(force) = plate_force {
            for foot in force {
                all_in_range("plate_force", foot, -3000.0, 3000.0).map_err(config_error)?;
            }
            command.plate_force = force;
        }
        command.cue = cue.map(|c| in_range("cue", c, 0.0, 1.0)).transpose().map_err(config_error)?;
        command.incline = self.0.inclination(incline).map_err(config_error)?;
        self.0.step(&command, in_range("dt", dt, 1e-4, 0.01).map_err(config_error)?);
        Ok(())
    }

    /// Many ticks of 1 ms with the drives on; returns pelvis and joints (T, 9).
    fn run<'py>(
        &mut self,
        py: Python<'py>,
        torque: PyReadonlyArray2<'py, f64>,
        belt_speed: f64,
        support_force: f64,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let torque = rows::<N_JOINTS>("torque", &torque)?;
        for row in torque {
            actuation(*row, [belt_speed, support_force], 1, true)?;
        }
        let out = PyArray2::<f64>::zeros(py, [torque.len(), N_DOF], false);
        let mut view = out.readwrite();
        let (plant, filled) = (&mut self.0, view.as_slice_mut()?.as_chunks_mut::<N_DOF>().0);
        py.detach(|| {
            for (row, q) in torque.iter().zip(filled) {
                plant.step(&energised(*row, [belt_speed, support_force]), 1e-3);
                *q = plant.configuration();
            }
        });
        drop(view);
        Ok(out)
    }

    /// What only a simulation knows, by name.
    fn truth<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let truth = self.0.truth();
        let out = PyDict::new(py);
        out.set_item("q", PyArray1::from_slice(py, &truth.q))?;
        out.set_item("dq", PyArray1::from_slice(py, &truth.dq))?;
        let point = |p: &gaitloop_plant::Point| vec![p.height, p.normal, p.friction, p.slip];
        let feet: Vec<Vec<f64>> = truth.feet.iter().flatten().map(point).collect();
        out.set_item("contacts", PyArray2::from_vec2(py, &feet)?)?;
        out.set_item("patient_torque", PyArray1::from_slice(py, &truth.patient_torque))?;
        out.set_item("device_torque", PyArray1::from_slice(py, &truth.device_torque))?;
        out.set_item("pelvis_height", truth.pelvis_height)?;
        out.set_item("kinetic_energy", truth.energy[0])?;
        out.set_item("potential_energy", truth.energy[1])?;
        out.set_item("belt_speed", truth.belt_speed)?;
        out.set_item("rope_force", truth.rope_force)?;
        out.set_item("incline", truth.incline)?;
        out.set_item("patient_phase", truth.patient_phase)?;
        Ok(out)
    }

    /// What the device has beside its joints, by name; None where it has no such part.
    fn fitted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        out.set_item("trunk", PyArray1::from_slice(py, &self.0.trunk()))?;
        let rows = |v: &[[f64; 3]; 2]| PyArray2::from_vec2(py, &v.map(|r| r.to_vec())).map_err(PyErr::from);
        let plates = self.0.plates();
        out.set_item("plate_pose", plates.map(|p| rows(&p.pose)).transpose()?)?;
        out.set_item("plate_velocity", plates.map(|p| rows(&p.velocity)).transpose()?)?;
        out.set_item("plate_force", plates.map(|p| rows(&p.drive)).transpose()?)?;
        out.set_item("strap_force", plates.map(|p| rows(&p.force)).transpose()?)?;
        let support = self.0.support();
        out.set_item("tips", support.map(|s| PyArray1::from_slice(py, &s.tips)))?;
        out.set_item("planted", support.map(|s| PyArray1::from_slice(py, &s.planted)))?;
        out.set_item("arm_force", support.map(|s| PyArray1::from_slice(py, &s.force)))?;
        out.set_item("work", plates.map(|p| p.work).or(support.map(|s| s.work)))?;
        Ok(out)
    }

    /// Pelvis x, pitch and their rates (4,) as the frame measures them; None where it does not.
    fn frame_sensors<'py>(&mut self, py: Python<'py>) -> Option<Bound<'py, PyArray1<f64>>> {
        self.0.frame().map(|row| PyArray1::from_slice(py, &row))
    }

    /// What the mechanics are made of, by name.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        mechanics(py, &self.0)
    }

    /// Mass matrix (9, 9).
    fn mass_matrix<'py>(&self, py: Python<'py>, q: PyReadonlyArray1<'py, f64>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let m = self.0.model().mass_matrix(&dofs("q", &q)?).map(|row| row.to_vec());
        Ok(PyArray2::from_vec2(py, &m)?)
    }

    /// Coriolis, centrifugal and gravity forces (9,).
    fn bias<'py>(
        &self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(PyArray1::from_slice(py, &self.0.model().bias(&dofs("q", &q)?, &dofs("dq", &dq)?)))
    }

    /// Accelerations (9,) without contact and device.
    fn forward_dynamics<'py>(
        &self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
        tau: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let (q, dq, tau) = (dofs("q", &q)?, dofs("dq", &dq)?, dofs("tau", &tau)?);
        Ok(PyArray1::from_slice(py, &self.0.model().forward_dynamics(&q, &dq, &tau)))
    }

    /// Kinetic and potential energy [J].
    fn energy(&self, q: PyReadonlyArray1<'_, f64>, dq: PyReadonlyArray1<'_, f64>) -> PyResult<(f64, f64)> {
        let [kinetic, potential] = self.0.model().energy(&dofs("q", &q)?, &dofs("dq", &dq)?);
        Ok((kinetic, potential))
    }
}

fn mechanics<'py>(py: Python<'py>, plant: &gaitloop_plant::Plant) -> PyResult<Bound<'py, PyDict>> {
    let (body, device, contact) = (&plant.model().body, plant.device(), plant.contact());
    let out = PyDict::new(py);
    for (name, s) in [("trunk", body.trunk), ("thigh", body.thigh), ("shank", body.shank), ("foot", body.foot)] {
        let segment = PyDict::new(py);
        for (key, value) in [("length", s.length), ("mass", s.mass), ("com", s.com), ("inertia", s.inertia)] {
            segment.set_item(key, value)?;
        }
        out.set_item(name, segment)?;
    }
    for (key, value) in [
        ("mass", body.mass),
        ("ankle_height", body.ankle_height),
        ("heel", body.heel),
        ("toe", body.toe),
        ("thigh_rod", device.thigh_mass),
        ("shank_rod", device.shank_mass),
        ("contact_damping", contact.damping),
        ("contact_friction", contact.friction),
    ] {
        out.set_item(key, value)?;
    }
    out.set_item("contact_stiffness", contact.stiffness)?;
    out.set_item("armature", device.armature)?;
    out.set_item("friction", device.friction)?;
    out.set_item("torque_max", device.torque_max)?;
    let frame = PyDict::new(py);
    frame.set_item("x", device.frame_x)?;
    frame.set_item("pitch", device.frame_pitch)?;
    frame.set_item("tilt", device.frame_tilt)?;
    frame.set_item("z_damping", device.frame_z_damping)?;
    out.set_item("frame", frame)?;
    Ok(out)
}

fn energised(torque: [f64; N_JOINTS], [belt_speed, support_force]: [f64; 2]) -> Actuation {
    let support_mode = RopeMode::Track;
    Actuation {
        torque,
        belt_speed,
        support_force,
        support_mode,
        enabled: true,
        expiry: i64::MAX,
        ..Actuation::default()
    }
}

pub(crate) fn actuation(torque: [f64; N_JOINTS], values: [f64; 2], mode: u8, enabled: bool) -> PyResult<Actuation> {
    let torque = all_in_range("torque", torque, -300.0, 300.0).map_err(config_error)?;
    in_range("belt_speed", values[0], 0.0, 3.0).map_err(config_error)?;
    in_range("support_force", values[1], 0.0, 2000.0).map_err(config_error)?;
    let support_mode = match mode {
        0 => RopeMode::Hold,
        1 => RopeMode::Track,
        _ => RopeMode::Jog,
    };
    Ok(Actuation { support_mode, enabled, ..energised(torque, values) })
}
