//! Binding of the room `trajectory`.

use gaitloop_core::types::{JointVec, N_JOINTS, N_LEG, Sides};
use gaitloop_core::{Error, trajectory};
use numpy::{
    PyArray1, PyArray2, PyArrayDyn, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2, PyReadwriteArrayDyn,
    PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PySequence, PyTuple};

use crate::convert::{ConfigError, config_error, rows, vector};

/// Results of one call: angles, velocities, accelerations.
type Rows<'a> = [&'a mut [f64]; 3];

/// A number, or a recording of them.
enum Signal<'py> {
    One(f64),
    Many(PyReadonlyArray1<'py, f64>),
}

impl<'py> Signal<'py> {
    fn new(name: &str, value: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(number) = value.cast::<PyFloat>() {
            return Ok(Self::One(number.extract()?));
        }
        match value.cast::<PyArray1<f64>>() {
            Ok(array) => Ok(Self::Many(array.try_readonly().map_err(|e| refused(name, &e))?)),
            Err(_) => Err(ConfigError::new_err(format!(
                "{name} must be a float or a float64 array of shape (T,), got {}",
                value.get_type().name()?
            ))),
        }
    }

    fn len(&self) -> Option<usize> {
        match self {
            Self::One(_) => None,
            Self::Many(array) => Some(array.as_array().len()),
        }
    }

    fn slice(&self, name: &str) -> PyResult<&[f64]> {
        match self {
            Self::One(number) => Ok(core::slice::from_ref(number)),
            Self::Many(array) => array.as_slice().map_err(|e| refused(name, &e)),
        }
    }
}

fn refused(name: &str, why: &dyn core::fmt::Display) -> PyErr {
    ConfigError::new_err(format!(
        "{name} must be a C-contiguous float64 array that is free to use, got one that is not ({why})"
    ))
}

fn same_length(name: &str, got: usize, want: usize) -> PyResult<()> {
    if got == want {
        Ok(())
    } else {
        Err(ConfigError::new_err(format!("{name} must have shape ({want},), got ({got},)")))
    }
}

/// Runs `fill` on the three results of `shape`: on new arrays, on the three of `out`, or on the planes of one array.
fn into_out<'py>(
    py: Python<'py>,
    shape: &[usize],
    out: Option<&Bound<'py, PyAny>>,
    fill: impl FnOnce(Rows<'_>),
) -> PyResult<Bound<'py, PyAny>> {
    let Some(out) = out else {
        let arrays: [Bound<'py, PyArrayDyn<f64>>; 3] = core::array::from_fn(|_| PyArrayDyn::zeros(py, shape, false));
        fill_three(&arrays, fill)?;
        return Ok(PyTuple::new(py, arrays)?.into_any());
    };
    if let Ok(packed) = out.cast::<PyArrayDyn<f64>>() {
        if packed.shape().split_first() != Some((&3, shape)) {
            return Err(ConfigError::new_err(format!("out must have shape (3, *{shape:?}), got {:?}", packed.shape())));
        }
        let mut view = writable(packed)?;
        let all = view.as_slice_mut().map_err(|e| refused("out", &e))?;
        let (q, rest) = all.split_at_mut(all.len() / 3);
        let (dq, ddq) = rest.split_at_mut(rest.len() / 2);
        fill([q, dq, ddq]);
    } else {
        fill_three(&three(shape, out)?, fill)?;
    }
    Ok(out.clone())
}

/// The three arrays of `out`, each of `shape`.
fn three<'py>(shape: &[usize], out: &Bound<'py, PyAny>) -> PyResult<[Bound<'py, PyArrayDyn<f64>>; 3]> {
    let wrong = || ConfigError::new_err(format!("out must be three float64 arrays of shape {shape:?}"));
    let items = match out.cast::<PyTuple>() {
        Ok(tuple) => tuple.clone(),
        Err(_) => out.cast::<PySequence>().map_err(|_| wrong())?.to_tuple()?,
    };
    if items.len() != 3 {
        return Err(wrong());
    }
    let array = |i: usize| -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
        let array = items.get_item(i)?.cast_into::<PyArrayDyn<f64>>().map_err(|_| wrong())?;
        if array.shape() == shape { Ok(array) } else { Err(wrong()) }
    };
    Ok([array(0)?, array(1)?, array(2)?])
}

/// An array that can be filled row by row; `as_slice_mut` alone would also take one stored by columns.
fn writable<'py>(array: &Bound<'py, PyArrayDyn<f64>>) -> PyResult<PyReadwriteArrayDyn<'py, f64>> {
    if !array.is_c_contiguous() {
        return Err(refused("out", &"stored by columns, or strided"));
    }
    array.try_readwrite().map_err(|e| refused("out", &e))
}

fn fill_three(arrays: &[Bound<'_, PyArrayDyn<f64>>; 3], fill: impl FnOnce(Rows<'_>)) -> PyResult<()> {
    let (mut q, mut dq, mut ddq) = (writable(&arrays[0])?, writable(&arrays[1])?, writable(&arrays[2])?);
    fill([
        q.as_slice_mut().map_err(|e| refused("out", &e))?,
        dq.as_slice_mut().map_err(|e| refused("out", &e))?,
        ddq.as_slice_mut().map_err(|e| refused("out", &e))?,
    ]);
    Ok(())
}

/// Writes the references that `at` gives, one row after the other.
fn write(out: Rows<'_>, at: impl Fn(usize) -> trajectory::Reference) {
    let [q, dq, ddq] = out.map(|rows| rows.as_chunks_mut::<N_JOINTS>().0);
    for (i, ((q, dq), ddq)) in q.iter_mut().zip(dq).zip(ddq).enumerate() {
        let reference = at(i);
        (*q, *dq, *ddq) = (reference.q, reference.dq, reference.ddq);
    }
}

/// Periodic reference of six joints.
#[pyclass(module = "gaitloop._core", frozen)]
#[derive(Clone)]
pub(crate) struct GaitPattern(pub(crate) trajectory::GaitPattern);

#[pymethods]
impl GaitPattern {
    #[staticmethod]
    #[pyo3(signature = (speed, height, *, pelvic_tilt = 8.0_f64.to_radians(), foot_clearance = None))]
    fn koopman(speed: f64, height: f64, pelvic_tilt: f64, foot_clearance: Option<f64>) -> PyResult<Self> {
        trajectory::GaitPattern::koopman(speed, height, pelvic_tilt, foot_clearance).map(Self).map_err(config_error)
    }

    #[staticmethod]
    #[pyo3(signature = (angles, *, stride_time, offset = 0.5, speed = None, closing = 0.05))]
    fn from_table(
        angles: PyReadonlyArray2<'_, f64>,
        stride_time: f64,
        offset: f64,
        speed: Option<f64>,
        closing: f64,
    ) -> PyResult<Self> {
        let table: Vec<JointVec> = if angles.as_array().ncols() == N_LEG {
            let legs = rows::<N_LEG>("angles", &angles)?;
            legs.iter().map(|leg| core::array::from_fn(|i| leg[i % N_LEG])).collect()
        } else {
            rows::<N_JOINTS>("angles", &angles)?.to_vec()
        };
        trajectory::GaitPattern::from_table(&table, stride_time, offset, speed, closing).map(Self).map_err(config_error)
    }

    #[pyo3(signature = (phase, phase_rate = None, out = None))]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        phase: &Bound<'py, PyAny>,
        phase_rate: Option<&Bound<'py, PyAny>>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let phase = Signal::new("phase", phase)?;
        let rate = phase_rate.map(|rate| Signal::new("phase_rate", rate)).transpose()?;
        let phases = phase.slice("phase")?;
        let (one, many) = match &rate {
            None => (Some(self.0.stride_rate()), None),
            Some(Signal::One(rate)) => (Some(*rate), None),
            Some(rate) => (None, Some(rate.slice("phase_rate")?)),
        };
        if let Some(rates) = many {
            same_length("phase_rate", rates.len(), phase.len().unwrap_or(0))?;
        }
        let at = |i: usize| self.0.evaluate(phases[i], one.or_else(|| many.map(|rates| rates[i])));
        match phase.len() {
            None => into_out(py, &[N_JOINTS], out, |out| write(out, at)),
            Some(n) => into_out(py, &[n, N_JOINTS], out, |out| py.detach(|| write(out, at))),
        }
    }

    #[pyo3(signature = (phases, phase_rates = None, phase_accels = None, out = None))]
    fn evaluate_sides<'py>(
        &self,
        py: Python<'py>,
        phases: &Bound<'py, PyAny>,
        phase_rates: Option<&Bound<'py, PyAny>>,
        phase_accels: Option<&Bound<'py, PyAny>>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let own = [self.0.stride_rate(); 2];
        if let Ok(one) = phases.cast::<PyArray1<f64>>() {
            let phase = vector::<2>("phases", &one.try_readonly().map_err(|e| refused("phases", &e))?)?;
            let (rate, accel) = (one_of("phase_rates", phase_rates)?, one_of("phase_accels", phase_accels)?);
            let reference = self.0.evaluate_sides(phase, rate.unwrap_or(own), accel.unwrap_or_default());
            return into_out(py, &[N_JOINTS], out, |out| write(out, |_| reference));
        }
        let phases = sides("phases", phases)?;
        let rates = phase_rates.map(|x| sides("phase_rates", x)).transpose()?;
        let accels = phase_accels.map(|x| sides("phase_accels", x)).transpose()?;
        let phases = rows::<2>("phases", &phases)?;
        let rates = rates.as_ref().map(|x| recording("phase_rates", x, phases.len())).transpose()?;
        let accels = accels.as_ref().map(|x| recording("phase_accels", x, phases.len())).transpose()?;
        let at = |i: usize| {
            let accel = accels.map_or([0.0; 2], |x| x[i]);
            self.0.evaluate_sides(phases[i], rates.map_or(own, |x| x[i]), accel)
        };
        into_out(py, &[phases.len(), N_JOINTS], out, |out| py.detach(|| write(out, at)))
    }

    #[getter]
    fn stride_rate(&self) -> f64 {
        self.0.stride_rate()
    }

    #[getter]
    fn speed(&self) -> Option<f64> {
        self.0.speed()
    }

    #[getter]
    fn offset(&self) -> f64 {
        self.0.offset()
    }

    #[getter]
    fn published_stride_rate(&self) -> Option<f64> {
        self.0.published_stride_rate()
    }

    fn foot_clearance(&self, height: f64) -> PyResult<f64> {
        self.0.foot_clearance(height).map_err(config_error)
    }
}

fn one_of(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Sides<f64>>> {
    let Some(value) = value else { return Ok(None) };
    let array = value
        .cast::<PyArray1<f64>>()
        .map_err(|_| ConfigError::new_err(format!("{name} must be a float64 array of shape (2,)")))?;
    vector::<2>(name, &array.try_readonly().map_err(|e| refused(name, &e))?).map(Some)
}

fn sides<'py>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArray2<'py, f64>> {
    let array = value
        .cast::<PyArray2<f64>>()
        .map_err(|_| ConfigError::new_err(format!("{name} must be a float64 array of shape (2,) or (T, 2)")))?;
    array.try_readonly().map_err(|e| refused(name, &e))
}

fn recording<'a>(name: &str, array: &'a PyReadonlyArray2<'_, f64>, len: usize) -> PyResult<&'a [Sides<f64>]> {
    let rows = rows::<2>(name, array)?;
    if rows.len() == len {
        return Ok(rows);
    }
    Err(ConfigError::new_err(format!("{name} must have shape ({len}, 2), got ({}, 2)", rows.len())))
}

/// Movement from rest to rest with the least jerk, of one value or several.
#[pyclass(module = "gaitloop._core", frozen)]
#[derive(Clone)]
pub(crate) struct MinimumJerk {
    movements: Vec<trajectory::MinimumJerk>,
    scalar: bool,
}

#[pymethods]
impl MinimumJerk {
    #[new]
    fn new(start: &Bound<'_, PyAny>, end: &Bound<'_, PyAny>, duration: f64) -> PyResult<Self> {
        let (start, end) = (Signal::new("start", start)?, Signal::new("end", end)?);
        let (starts, ends) = (start.slice("start")?, end.slice("end")?);
        if start.len() != end.len() || starts.is_empty() {
            let shape = |n: Option<usize>| n.map_or("()".to_owned(), |n| format!("({n},)"));
            let (want, got) = (shape(start.len()), shape(end.len()));
            return Err(ConfigError::new_err(format!(
                "end must have the shape of start, {want} and not empty, got {got}"
            )));
        }
        let movement = |(start, end): (&f64, &f64)| trajectory::MinimumJerk::new(*start, *end, duration);
        let movements: Result<_, Error> = starts.iter().zip(ends).map(movement).collect();
        Ok(Self { movements: movements.map_err(config_error)?, scalar: start.len().is_none() })
    }

    #[pyo3(signature = (t, out = None))]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        t: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let t = Signal::new("t", t)?;
        let times = t.slice("t")?;
        let width = (!self.scalar).then_some(self.movements.len());
        let shape: Vec<usize> = t.len().into_iter().chain(width).collect();
        let fill = |[q, dq, ddq]: Rows<'_>| {
            let points = times.iter().flat_map(|t| self.movements.iter().map(|movement| movement.evaluate(*t)));
            for (((q, dq), ddq), point) in q.iter_mut().zip(dq).zip(ddq).zip(points) {
                [*q, *dq, *ddq] = point;
            }
        };
        match t.len() {
            None => into_out(py, &shape, out, |out| fill(out)),
            Some(_) => into_out(py, &shape, out, |out| py.detach(|| fill(out))),
        }
    }
}

/// Adds the room's classes and functions to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<GaitPattern>()?;
    m.add_class::<MinimumJerk>()
}
