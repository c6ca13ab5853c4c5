//! Force of the rope that carries part of the body weight.

use gaitloop_core::control::{self, BodyWeightParams, SupportLaw};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1, PyUntypedArrayMethods};
use pyo3::prelude::*;

use super::ticks;
use crate::convert::{ConfigError, config_error};

/// Carries a share of the body weight by a rope and catches a fall.
#[pyclass(module = "gaitloop._core")]
pub(super) struct BodyWeightSupport(control::BodyWeightSupport);

type Flags<'py> = Bound<'py, PyArray1<bool>>;
type Supports<'py> = (Bound<'py, PyArray1<f64>>, Flags<'py>, Flags<'py>, Flags<'py>);

fn law_of(mode: i64) -> PyResult<SupportLaw> {
    match mode {
        0 => Ok(SupportLaw::Static),
        1 => Ok(SupportLaw::Counterweight),
        2 => Ok(SupportLaw::Dynamic),
        3 => Ok(SupportLaw::Adaptive),
        _ => Err(ConfigError::new_err(format!(
            "mode must be one of STATIC, COUNTERWEIGHT, DYNAMIC, ADAPTIVE, got {mode}"
        ))),
    }
}

#[pymethods]
impl BodyWeightSupport {
    #[new]
    #[pyo3(signature = (body_weight, force_max, *, rate=200.0, slope=2000.0, share_rate=0.005, kp=0.5, ki=2.0,
        reserve=0.15, drag=0.0, lag=0.0, fall_drop=0.095, fall_speed=0.42, fall_time=0.02))]
    #[expect(clippy::too_many_arguments, reason = "one keyword per parameter")]
    fn new(
        body_weight: f64,
        force_max: f64,
        rate: f64,
        slope: f64,
        share_rate: f64,
        kp: f64,
        ki: f64,
        reserve: f64,
        drag: f64,
        lag: f64,
        fall_drop: f64,
        fall_speed: f64,
        fall_time: f64,
    ) -> PyResult<Self> {
        let gains =
            BodyWeightParams { rate, slope, share_rate, kp, ki, ..BodyWeightParams::new(body_weight, force_max) };
        let params = BodyWeightParams { reserve, drag, lag, fall_drop, fall_speed, fall_time, ..gains };
        control::BodyWeightSupport::new(params).map(Self).map_err(config_error)
    }

    fn step(
        &mut self,
        share: f64,
        mode: i64,
        force: Option<f64>,
        height: Option<f64>,
        dt: f64,
    ) -> PyResult<(f64, bool, bool, bool)> {
        let s = self.0.step(share, law_of(mode)?, force, height, dt);
        Ok((s.force, s.hold, s.caught, s.watching))
    }

    fn run<'py>(
        &mut self,
        py: Python<'py>,
        share: PyReadonlyArray1<'py, f64>,
        mode: PyReadonlyArray1<'py, i64>,
        force: PyReadonlyArray1<'py, f64>,
        height: PyReadonlyArray1<'py, f64>,
        dt: f64,
    ) -> PyResult<Supports<'py>> {
        let n = share.len();
        let laws = ticks("mode", &mode, n)?.iter().map(|&mode| law_of(mode)).collect::<PyResult<Vec<_>>>()?;
        let [shares, forces, heights] =
            [("share", &share), ("force", &force), ("height", &height)].map(|(name, values)| ticks(name, values, n));
        let (shares, forces, heights) = (shares?, forces?, heights?);
        let out = PyArray1::zeros(py, n, false);
        let mut view = out.readwrite();
        let commands = view.as_slice_mut()?;
        let mut flags = [const { Vec::new() }; 3];
        py.detach(|| {
            for i in 0..n {
                let s = self.0.step(shares[i], laws[i], Some(forces[i]), Some(heights[i]), dt);
                commands[i] = s.force;
                for (flag, value) in flags.iter_mut().zip([s.hold, s.caught, s.watching]) {
                    flag.push(value);
                }
            }
        });
        drop(view);
        let [hold, caught, watching] = flags.map(|flag| PyArray1::from_vec(py, flag));
        Ok((out, hold, caught, watching))
    }

    fn release(&mut self) -> bool {
        self.0.release()
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    #[getter]
    fn caught(&self) -> bool {
        self.0.caught()
    }
}
