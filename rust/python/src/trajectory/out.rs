//! Numbers or recordings of them in, arrays out: new ones, or the caller's.

use gaitloop_core::trajectory;
use gaitloop_core::types::N_JOINTS;
use numpy::{
    PyArray1, PyArrayDyn, PyArrayMethods, PyReadonlyArray1, PyReadwriteArrayDyn, PyUntypedArray, PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PySequence, PyTuple};

use crate::convert::ConfigError;

/// Results of one call: angles, velocities, accelerations.
pub(super) type Rows<'a> = [&'a mut [f64]; 3];

/// A number, or a recording of them.
pub(super) enum Signal<'py> {
    One(f64),
    Many(PyReadonlyArray1<'py, f64>),
}

impl<'py> Signal<'py> {
    pub(super) fn new(name: &str, value: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(number) = value.cast::<PyFloat>() {
            return Ok(Self::One(number.extract()?));
        }
        match value.cast::<PyArray1<f64>>() {
            Ok(array) => Ok(Self::Many(array.try_readonly().map_err(|e| refused(name, &e))?)),
            Err(_) => Err(ConfigError::new_err(format!(
                "{name} must be a float or a float64 array of shape (T,), got {}",
                described(value)
            ))),
        }
    }

    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Self::One(_) => None,
            Self::Many(array) => Some(array.as_array().len()),
        }
    }

    pub(super) fn slice(&self, name: &str) -> PyResult<&[f64]> {
        match self {
            Self::One(number) => Ok(core::slice::from_ref(number)),
            Self::Many(array) => array.as_slice().map_err(|e| refused(name, &e)),
        }
    }
}

pub(super) fn refused(name: &str, why: &dyn core::fmt::Display) -> PyErr {
    ConfigError::new_err(format!(
        "{name} must be a C-contiguous float64 array that is free to use, got one that is not ({why})"
    ))
}

/// The error of an argument that is no float64 array of `shape`.
pub(super) fn not_float64(name: &str, shape: &str, value: &Bound<'_, PyAny>) -> PyErr {
    ConfigError::new_err(format!("{name} must be a float64 array of {shape}, got {}", described(value)))
}

/// What came instead of an array: its type, or dtype and shape.
fn described(value: &Bound<'_, PyAny>) -> String {
    match value.cast::<PyUntypedArray>() {
        Ok(array) => format!("dtype {} and shape {}", array.dtype(), tuple(array.shape())),
        Err(_) => value.get_type().name().map_or_else(|_| "another type".into(), |name| name.to_string()),
    }
}

/// A shape as Python writes it.
fn tuple(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => format!("({})", shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}

pub(super) fn same_length(name: &str, got: usize, want: usize) -> PyResult<()> {
    if got == want {
        Ok(())
    } else {
        Err(ConfigError::new_err(format!("{name} must have shape ({want},), got ({got},)")))
    }
}

/// Runs `fill` on the three results of `shape`: on new arrays, on the three of `out`, or on the planes of one array.
pub(super) fn into_out<'py>(
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
            let (want, got) = (tuple(&[&[3], shape].concat()), tuple(packed.shape()));
            return Err(ConfigError::new_err(format!("out must have shape {want}, got {got}")));
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
    let wrong = |came: &str| {
        ConfigError::new_err(format!("out must be three float64 arrays of shape {}, got {came}", tuple(shape)))
    };
    let items = match out.cast::<PyTuple>() {
        Ok(tuple) => tuple.clone(),
        Err(_) => out.cast::<PySequence>().map_err(|_| wrong(&described(out)))?.to_tuple()?,
    };
    if items.len() != 3 {
        return Err(wrong(&format!("{}", items.len())));
    }
    let array = |i: usize| -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
        let item = items.get_item(i)?;
        match item.cast::<PyArrayDyn<f64>>() {
            Ok(array) if array.shape() == shape => Ok(array.clone()),
            _ => Err(wrong(&described(&item))),
        }
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
pub(super) fn write(out: Rows<'_>, at: impl Fn(usize) -> trajectory::Reference) {
    let [q, dq, ddq] = out.map(|rows| rows.as_chunks_mut::<N_JOINTS>().0);
    for (i, ((q, dq), ddq)) in q.iter_mut().zip(dq).zip(ddq).enumerate() {
        let reference = at(i);
        (*q, *dq, *ddq) = (reference.q, reference.dq, reference.ddq);
    }
}
