//! Binding of a pattern's changes in a therapist's words, of speed tables and of the other leg.

use gaitloop_core::trajectory::{self, Description, LegLengths, RangeOfMotion, SpeedTable, Words};
use gaitloop_core::types::{JointVec, N_JOINTS, N_LEG, Sides};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::pattern::GaitPattern;
use crate::convert::{ConfigError, config_error, rows, vector};

/// Pair words in the order of the tuple that Python passes: step length, clearance, knee range, hip range, stance share.
type Pairs = [Option<Sides<f64>>; 5];
/// Single words: cadence, speed, asymmetry, phase offset.
type Singles = [Option<f64>; 4];
/// Two arrays for Python.
type Two<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);
/// Words that every pattern has, as pairs: step length, clearance [m], knee range [rad], hip range [rad], stance share,
/// stance speed.
type Measured = ([Sides<f64>; 6], f64, Option<f64>, Option<f64>, f64);

/// The pattern in a therapist's words: pairs, cadence, speed, asymmetry, phase offset.
#[pyfunction]
fn describe_pattern(pattern: &GaitPattern, height: f64) -> PyResult<Measured> {
    let Description {
        step_length,
        foot_clearance,
        knee_range,
        hip_range,
        cadence,
        speed,
        asymmetry,
        phase_offset,
        stance_share,
        stance_speed,
    } = pattern.0.describe(height).map_err(config_error)?;
    let pairs = [step_length, foot_clearance, knee_range, hip_range, stance_share, stance_speed];
    Ok((pairs, cadence, speed, asymmetry, phase_offset))
}

/// The pattern changed in a therapist's words.
#[pyfunction]
fn adjust_pattern(
    py: Python<'_>,
    pattern: &GaitPattern,
    height: f64,
    lower: PyReadonlyArray1<'_, f64>,
    upper: PyReadonlyArray1<'_, f64>,
    pairs: Pairs,
    singles: Singles,
) -> PyResult<GaitPattern> {
    let range = RangeOfMotion::new(six("range_of_motion[0]", &lower)?, six("range_of_motion[1]", &upper)?);
    let range = range.map_err(config_error)?;
    let [step_length, foot_clearance_cm, knee_range_deg, hip_range_deg, stance_share] = pairs;
    let [cadence, speed, asymmetry, phase_offset] = singles;
    let words = Words {
        step_length,
        foot_clearance_cm,
        knee_range_deg,
        hip_range_deg,
        stance_share,
        cadence,
        speed,
        asymmetry,
        phase_offset,
    };
    py.detach(|| pattern.0.adjust(&words, height, &range)).map(GaitPattern).map_err(config_error)
}

/// Offset and remaining root mean square [rad] of a pattern against a table of curves.
#[pyfunction]
fn pattern_difference<'py>(
    py: Python<'py>,
    pattern: &GaitPattern,
    angles: PyReadonlyArray2<'py, f64>,
) -> PyResult<Two<'py>> {
    let difference = pattern.0.difference(&six_columns(&angles)?).map_err(config_error)?;
    Ok((PyArray1::from_slice(py, &difference.offset), PyArray1::from_slice(py, &difference.rms)))
}

/// The pattern in which both legs do what one does.
#[pyfunction]
fn complement_pattern(pattern: &GaitPattern, side: usize, offset: f64) -> PyResult<GaitPattern> {
    pattern.0.complement(side, offset).map(GaitPattern).map_err(config_error)
}

/// The pattern between strides recorded at several speeds.
#[pyfunction]
#[pyo3(signature = (angles, speeds, stride_times, speed, leg_lengths, offset, closing))]
fn pattern_from_speed_table(
    angles: PyReadonlyArray3<'_, f64>,
    speeds: PyReadonlyArray1<'_, f64>,
    stride_times: PyReadonlyArray1<'_, f64>,
    speed: f64,
    leg_lengths: Option<(f64, PyReadonlyArray1<'_, f64>)>,
    offset: f64,
    closing: f64,
) -> PyResult<GaitPattern> {
    let view = angles.as_array();
    let [strides, n, columns] = [view.shape()[0], view.shape()[1], view.shape()[2]];
    if columns != N_LEG && columns != N_JOINTS {
        let shape = angles.shape();
        return Err(ConfigError::new_err(format!("angles must have shape (S, N, 3) or (S, N, 6), got {shape:?}")));
    }
    let stride =
        |s: usize| -> Vec<JointVec> { (0..n).map(|i| core::array::from_fn(|j| view[[s, i, j % columns]])).collect() };
    let strides: Vec<Vec<JointVec>> = (0..strides).map(stride).collect();
    let strides: Vec<&[JointVec]> = strides.iter().map(Vec::as_slice).collect();
    let flat = |array: &PyReadonlyArray1<'_, f64>| array.as_array().to_vec();
    let (speeds, stride_times) = (flat(&speeds), flat(&stride_times));
    let table = SpeedTable { angles: &strides, speeds: &speeds, stride_times: &stride_times };
    let lengths = leg_lengths.map(|(own, table)| (own, flat(&table)));
    let lengths = lengths.as_ref().map(|(own, table)| LegLengths { own: *own, table });
    trajectory::GaitPattern::from_speed_table(&table, speed, lengths, offset, closing)
        .map(GaitPattern)
        .map_err(config_error)
}

/// Angles and velocities of one leg from those of the other.
#[pyclass(module = "gaitloop._core", frozen)]
struct LimbComplement(trajectory::LimbComplement);

#[pymethods]
impl LimbComplement {
    #[new]
    fn new(pattern: &GaitPattern, sound: usize, ridge: f64) -> PyResult<Self> {
        trajectory::LimbComplement::from_pattern(&pattern.0, sound, ridge).map(Self).map_err(config_error)
    }

    fn step<'py>(
        &self,
        py: Python<'py>,
        q: PyReadonlyArray1<'py, f64>,
        dq: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Two<'py>> {
        let (q, dq) = self.0.step(vector::<N_LEG>("q", &q)?, vector::<N_LEG>("dq", &dq)?);
        Ok((PyArray1::from_slice(py, &q), PyArray1::from_slice(py, &dq)))
    }

    #[getter]
    fn rms<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.0.rms())
    }
}

/// Six values, or three that serve both legs.
fn six(name: &str, array: &PyReadonlyArray1<'_, f64>) -> PyResult<JointVec> {
    let view = array.as_array();
    if view.len() != N_LEG && view.len() != N_JOINTS {
        return Err(ConfigError::new_err(format!("{name} must have shape (3,) or (6,), got ({},)", view.len())));
    }
    Ok(core::array::from_fn(|j| view[j % view.len()]))
}

/// Rows of six angles, or of three that serve both legs.
fn six_columns(angles: &PyReadonlyArray2<'_, f64>) -> PyResult<Vec<JointVec>> {
    if angles.as_array().ncols() == N_LEG {
        let legs = rows::<N_LEG>("angles", angles)?;
        return Ok(legs.iter().map(|leg| core::array::from_fn(|i| leg[i % N_LEG])).collect());
    }
    Ok(rows::<N_JOINTS>("angles", angles)?.to_vec())
}

/// Adds the classes and functions of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<LimbComplement>()?;
    m.add_function(wrap_pyfunction!(describe_pattern, m)?)?;
    m.add_function(wrap_pyfunction!(adjust_pattern, m)?)?;
    m.add_function(wrap_pyfunction!(pattern_difference, m)?)?;
    m.add_function(wrap_pyfunction!(complement_pattern, m)?)?;
    m.add_function(wrap_pyfunction!(pattern_from_speed_table, m)?)
}
