//! Binding of the room `plant`.

use gaitloop_core::error::{all_in_range, in_range};
use gaitloop_core::types::{JointKind, N_JOINTS, SAMPLE_GROUPS, SAMPLE_LEN};
use gaitloop_plant::{Actuation, DeviceParams, DofVec, N_DOF, PatientParams, RopeMode};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{config_error, rows, vector};

/// A simulated person.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Patient(pub(crate) PatientParams);

#[pymethods]
impl Patient {
    #[new]
    #[pyo3(signature = (*, mass, height, strength, delay, foot_drop, excursion, cadence, variability, foot_clearance))]
    #[allow(clippy::too_many_arguments)] // one keyword per parameter
    fn new(
        mass: f64,
        height: f64,
        strength: PyReadonlyArray1<'_, f64>,
        delay: PyReadonlyArray1<'_, f64>,
        foot_drop: [bool; 2],
        excursion: PyReadonlyArray1<'_, f64>,
        cadence: f64,
        variability: f64,
        foot_clearance: f64,
    ) -> PyResult<Self> {
        let params = PatientParams {
            mass,
            height,
            strength: vector("strength", &strength)?,
            delay: vector("delay", &delay)?,
            foot_drop,
            excursion: vector("excursion", &excursion)?,
            cadence,
            variability,
            foot_clearance,
        };
        Ok(Self(params.check().map_err(config_error)?))
    }

    /// Parameters of a person without impairment.
    #[staticmethod]
    fn healthy_parameters(py: Python<'_>, seed: u64) -> PyResult<Bound<'_, PyDict>> {
        Self(PatientParams::healthy(seed)).parameters(py)
    }

    /// Parameters of a person after a stroke.
    #[staticmethod]
    fn stroke_parameters(py: Python<'_>, side: usize, severity: f64, seed: u64) -> PyResult<Bound<'_, PyDict>> {
        Self(PatientParams::stroke(side, severity, seed).map_err(config_error)?).parameters(py)
    }

    /// Parameters of a person of a functional ambulation category.
    #[staticmethod]
    fn fac_parameters(py: Python<'_>, level: u8, side: usize, seed: u64) -> PyResult<Bound<'_, PyDict>> {
        Self(PatientParams::fac(level, side, seed).map_err(config_error)?).parameters(py)
    }

    /// All parameters by name.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let p = &self.0;
        let out = PyDict::new(py);
        out.set_item("mass", p.mass)?;
        out.set_item("height", p.height)?;
        out.set_item("strength", PyArray1::from_slice(py, &p.strength))?;
        out.set_item("delay", PyArray1::from_slice(py, &p.delay))?;
        out.set_item("foot_drop", p.foot_drop)?;
        out.set_item("excursion", PyArray1::from_slice(py, &p.excursion))?;
        out.set_item("cadence", p.cadence)?;
        out.set_item("variability", p.variability)?;
        out.set_item("foot_clearance", p.foot_clearance)?;
        Ok(out)
    }
}

/// A treadmill exoskeleton.
#[pyclass(module = "gaitloop._core", subclass, frozen)]
pub struct Device(pub(crate) DeviceParams);

#[pymethods]
impl Device {
    #[new]
    #[pyo3(signature = (*, ankle_driven, thigh_mass, shank_mass, lifter_stiffness, noise))]
    fn new(
        ankle_driven: bool,
        thigh_mass: f64,
        shank_mass: f64,
        lifter_stiffness: Option<f64>,
        noise: f64,
    ) -> PyResult<Self> {
        let mut params = DeviceParams { thigh_mass, shank_mass, ..DeviceParams::treadmill_exo(ankle_driven) };
        if let Some(stiffness) = lifter_stiffness {
            params.lifter_stiffness = stiffness;
        }
        let noise = in_range("noise", noise, 0.0, 10.0).map_err(config_error)?;
        Ok(Self(params.scale_noise(noise).check().map_err(config_error)?))
    }

    /// How each joint is provided.
    #[getter]
    fn joints(&self) -> [&'static str; N_JOINTS] {
        self.0.joints.map(|kind| match kind {
            JointKind::Absent => "absent",
            JointKind::Sensed => "sensed",
            JointKind::Driven => "driven",
        })
    }

    /// Masses, inertias and limits by name.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let p = &self.0;
        let out = PyDict::new(py);
        out.set_item("thigh_mass", p.thigh_mass)?;
        out.set_item("shank_mass", p.shank_mass)?;
        out.set_item("armature", PyArray1::from_slice(py, &p.armature))?;
        out.set_item("torque_max", PyArray1::from_slice(py, &p.torque_max))?;
        out.set_item("torque_lag", p.torque_lag)?;
        out.set_item("lifter_stiffness", p.lifter_stiffness)?;
        out.set_item("belt_lag", p.belt_lag)?;
        Ok(out)
    }
}

/// A simulated person in a treadmill exoskeleton.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct Plant(pub(crate) gaitloop_plant::Plant);

fn dofs(name: &str, array: &PyReadonlyArray1<'_, f64>) -> PyResult<DofVec> {
    vector::<N_DOF>(name, array)
}

type Flat<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<bool>>, Bound<'py, PyArray1<i64>>);

#[pymethods]
impl Plant {
    #[new]
    fn new(patient: PyRef<'_, Patient>, device: PyRef<'_, Device>, seed: u64) -> PyResult<Self> {
        Ok(Self(gaitloop_plant::Plant::new(patient.0, device.0, seed).map_err(config_error)?))
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
        let sample = self.0.sample(t);
        let (mut value, mut valid, mut stamp) = ([0.0; SAMPLE_LEN], [false; SAMPLE_LEN], [0; SAMPLE_GROUPS]);
        sample.to_flat(&mut value, &mut valid, &mut stamp);
        (PyArray1::from_slice(py, &value), PyArray1::from_slice(py, &valid), PyArray1::from_slice(py, &stamp))
    }

    /// One tick under a command made by hand.
    #[pyo3(signature = (torque, belt_speed, support_force, support_mode, enabled, dt))]
    fn step(
        &mut self,
        torque: PyReadonlyArray1<'_, f64>,
        belt_speed: f64,
        support_force: f64,
        support_mode: u8,
        enabled: bool,
        dt: f64,
    ) -> PyResult<()> {
        let torque = vector("torque", &torque)?;
        let command = actuation(torque, [belt_speed, support_force], support_mode, enabled)?;
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
        out.set_item("patient_phase", truth.patient_phase)?;
        Ok(out)
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

fn energised(torque: [f64; N_JOINTS], [belt_speed, support_force]: [f64; 2]) -> Actuation {
    Actuation { torque, belt_speed, support_force, support_mode: RopeMode::Track, enabled: true, expiry: i64::MAX }
}

fn actuation(torque: [f64; N_JOINTS], values: [f64; 2], mode: u8, enabled: bool) -> PyResult<Actuation> {
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

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Patient>()?;
    m.add_class::<Device>()?;
    m.add_class::<Plant>()?;
    Ok(())
}
