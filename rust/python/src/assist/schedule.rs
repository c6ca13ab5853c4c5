//! What a session asks for.

use gaitloop_core::assist::{self, ScheduleParams};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::column;
use crate::convert::config_error;

/// Support, guidance and speed over sessions, and their course within one.
#[pyclass(module = "gaitloop._core")]
pub(crate) struct Schedule(assist::Schedule);

type Floats<'py> = Bound<'py, PyArray1<f64>>;

#[pymethods]
impl Schedule {
    #[new]
    #[allow(clippy::too_many_arguments)] // one keyword per parameter
    #[pyo3(signature = (
        *, sessions, support, guidance, speed, duration, warm_up, cool_down, start_share, guidance_floor, guidance_ease,
        challenge_steps, challenge_ramp
    ))]
    fn new(
        sessions: PyReadonlyArray1<'_, f64>,
        support: PyReadonlyArray1<'_, f64>,
        guidance: PyReadonlyArray1<'_, f64>,
        speed: PyReadonlyArray1<'_, f64>,
        duration: f64,
        warm_up: f64,
        cool_down: f64,
        start_share: f64,
        guidance_floor: f64,
        guidance_ease: f64,
        challenge_steps: f64,
        challenge_ramp: f64,
    ) -> PyResult<Self> {
        let list = |values: &PyReadonlyArray1<'_, f64>| values.as_array().to_vec();
        let params = ScheduleParams {
            sessions: list(&sessions),
            support: list(&support),
            guidance: list(&guidance),
            speed: list(&speed),
            duration,
            warm_up,
            cool_down,
            start_share,
            guidance_floor,
            guidance_ease,
            challenge_steps,
            challenge_ramp,
        };
        assist::Schedule::new(params).map(Self).map_err(config_error)
    }

    fn at(&self, session: f64, time: f64, steps: f64, within_limits: f64) -> (f64, f64, f64, f64) {
        let goal = self.0.at(session, time, steps, within_limits);
        (goal.support, goal.guidance, goal.speed, goal.challenge)
    }

    fn run<'py>(
        &self,
        py: Python<'py>,
        session: f64,
        time: PyReadonlyArray1<'py, f64>,
        steps: PyReadonlyArray1<'py, f64>,
        within_limits: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<(Floats<'py>, Floats<'py>, Floats<'py>, Floats<'py>)> {
        let n = time.as_array().len();
        let (time, steps) = (column("time", &time, n)?, column("steps", &steps, n)?);
        let within = column("within_limits", &within_limits, n)?;
        let goals: Vec<_> = py.detach(|| (0..n).map(|i| self.0.at(session, time[i], steps[i], within[i])).collect());
        let each = |f: fn(&assist::Goal) -> f64| PyArray1::from_vec(py, goals.iter().map(f).collect());
        Ok((each(|g| g.support), each(|g| g.guidance), each(|g| g.speed), each(|g| g.challenge)))
    }
}
