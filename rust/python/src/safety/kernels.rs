//! Arithmetic of guard, belt and support by name, for the proofs only (`tests/proofs`): not part of the package.

use gaitloop_core::safety::kernels::{self as core, Asked, Ends, Walls};
use numpy::{PyArray2, PyArrayMethods, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::prelude::*;

pyo3::import_exception!(gaitloop.errors, ConfigError);

/// Values that a kernel takes or gives at most.
const WIDTH: usize = 10;

type Row = [f64; WIDTH];

/// A kernel: its name, how many values it takes and gives, and how it is called.
type Kernel = (&'static str, usize, usize, fn(&Row) -> Row);

fn given<const N: usize>(values: [f64; N]) -> Row {
    let mut row = [0.0; WIDTH];
    row[..N].copy_from_slice(&values);
    row
}

fn flag(value: bool) -> f64 {
    f64::from(u8::from(value))
}

fn walls(row: &Row) -> Row {
    let [q_min, q_max, stiffness, damping, v_lo, v_hi, q, dq, ..] = *row;
    let walls = Walls::new(&Ends { q_min, q_max, stiffness, damping }, [v_lo, v_hi], q, dq);
    given([walls.lo, walls.hi, flag(walls.clash)])
}

fn limited(row: &Row) -> Row {
    let [tau, cap, prev, slope, dq, damp, lo, hi, clash, tau_max] = *row;
    let asked = Asked { tau, cap, prev, slope, dq, damp: damp != 0.0 };
    let passed = core::limited(&asked, &Walls { lo, hi, clash: clash != 0.0 }, tau_max);
    given([passed.tau, flag(passed.torque), flag(passed.upper), flag(passed.lower), flag(passed.rate)])
}

fn driven(row: &Row) -> Row {
    let [tau, prev, dq, lo, hi, power, ..] = *row;
    let asked = Asked { tau, cap: 0.0, prev, slope: 0.0, dq, damp: false };
    let (asked, held) = core::driven(&asked, &bounds(lo, hi), power);
    given([asked.tau, asked.prev, flag(held)])
}

/// Bounds of walls that do not contradict each other.
fn bounds(lo: f64, hi: f64) -> Walls {
    Walls { lo, hi, clash: false }
}

/// In `faded` a velocity that is not a number stands for one that may be driven along.
const KERNELS: [Kernel; 25] = [
    ("clamp", 3, 1, |r| given([core::clamp(r[0], r[1], r[2])])),
    ("plausible", 1, 1, |r| given([flag(core::plausible(r[0]))])),
    ("inside", 3, 1, |r| given([flag(core::inside(r[0], r[1], r[2]))])),
    ("at_most", 2, 1, |r| given([flag(core::at_most(r[0], r[1]))])),
    ("sizeable", 1, 1, |r| given([core::sizeable(r[0])])),
    ("along", 2, 1, |r| given([flag(core::along(r[0], r[1]))])),
    ("damped", 2, 1, |r| given([core::damped(r[0], r[1])])),
    ("finite", 1, 1, |r| given([core::finite(r[0])])),
    ("share", 2, 1, |r| given([core::share(r[0], r[1])])),
    ("braking", 3, 1, |r| given([core::braking(r[0], r[1], r[2])])),
    ("walls", 8, 3, walls),
    ("cut", 3, 1, |r| given([bounds(r[0], r[1]).cut(r[2])])),
    ("asked", 3, 1, |r| given([bounds(r[0], r[1]).asked(r[2])])),
    ("limited", 10, 5, limited),
    ("yielding", 4, 1, |r| given([core::yielding(r[0], r[1], r[2], r[3])])),
    ("slewed", 3, 1, |r| given([core::slewed(r[0], r[1], r[2])])),
    ("dissipating", 4, 1, |r| given([core::dissipating(r[0], r[1], &bounds(r[2], r[3]))])),
    ("faded", 3, 1, |r| given([core::faded(r[0], r[1], Some(r[2]).filter(|dq| !dq.is_nan()))])),
    ("stored", 4, 1, |r| given([core::stored(r[0], r[1], r[2], r[3])])),
    ("drive_power", 3, 1, |r| given([core::drive_power(r[0], r[1], r[2])])),
    ("beyond", 3, 1, |r| given([flag(core::beyond(r[0], r[1], r[2]))])),
    ("driven", 6, 3, driven),
    ("belt_stop", 3, 1, |r| given([core::belt_stop(r[0], r[1], r[2])])),
    ("belt_accel", 5, 1, |r| given([core::belt_accel(r[0], r[1], r[2], r[3], r[4])])),
    ("belt_speed", 5, 2, |r| given(core::belt_speed(r[0], r[1], r[2], r[3], r[4]).into())),
];

/// Runs the kernel called `name` on each row of `arguments`.
#[pyfunction]
fn _safety_kernel<'py>(
    py: Python<'py>,
    name: &str,
    arguments: PyReadonlyArray2<'py, f64>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let kernel = KERNELS.iter().find(|kernel| kernel.0 == name);
    let Some((_, takes, gives, run)) = kernel else {
        let names: Vec<_> = KERNELS.iter().map(|kernel| kernel.0).collect();
        return Err(ConfigError::new_err(format!("name must be one of {names:?}, got '{name}'")));
    };
    let width = arguments.shape()[1];
    if width != *takes {
        return Err(ConfigError::new_err(format!("arguments must have {takes} columns for {name}, got {width}")));
    }
    let out = PyArray2::<f64>::zeros(py, [arguments.shape()[0], *gives], false);
    {
        let (arguments, mut out) = (arguments.as_array(), out.readwrite());
        for (row, mut slot) in arguments.rows().into_iter().zip(out.as_array_mut().rows_mut()) {
            let mut values = [0.0; WIDTH];
            values.iter_mut().zip(row).for_each(|(value, given)| *value = *given);
            slot.iter_mut().zip(run(&values)).for_each(|(slot, value)| *slot = value);
        }
    }
    Ok(out)
}

/// Sets the function in the module, without adding it to what the module exports.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.setattr("_safety_kernel", wrap_pyfunction!(_safety_kernel, m)?)
}
