//! Binding of the jerk-limited generator.

mod batch;
mod choice;
mod input;
mod memory;
mod output;
mod trajectory;

use gaitloop_core::trajectory::jerk_limited::{self, Input, Outcome};
use numpy::{PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

use batch::BatchTrajectory;
use choice::ENUMS;
use input::InputParameter;
use memory::MOST;
use output::OutputParameter;
use trajectory::Trajectory;

use crate::convert::{ConfigError, config_error};

/// Generator of jerk-limited movement.
#[pyclass(module = "gaitloop._core", subclass)]
pub(crate) struct JerkLimited {
    generator: jerk_limited::JerkLimited,
    input: Input,
    /// Version and bits of the last input, its state already that of the next one.
    version: u64,
    /// Version of the input that `input` was read from.
    known: u64,
    bits: [u64; MOST],
    /// Bits just read.
    now: [u64; MOST],
    /// Members of `Result` in the order of `Outcome`.
    results: [Py<PyAny>; 6],
}

impl JerkLimited {
    /// Takes over the numbers of an input.
    fn read(&mut self, py: Python<'_>, input: &InputParameter) -> PyResult<()> {
        input.same_dofs(self.generator.dofs())?;
        // Whoever calls `update` after this must compare anew.
        self.version = 0;
        input.read(py, &mut self.now, &mut self.input, &mut self.known)
    }

    /// The caller's trajectory or a new one, filled by `plan`.
    fn fill<'py>(
        &self,
        py: Python<'py>,
        trajectory: Option<Bound<'py, Trajectory>>,
        plan: impl FnOnce(&mut jerk_limited::Trajectory) -> gaitloop_core::error::Result<()>,
    ) -> PyResult<Bound<'py, Trajectory>> {
        let dofs = self.generator.dofs();
        let out = match trajectory {
            Some(out) => out,
            None => Bound::new(py, Trajectory::of(dofs))?,
        };
        {
            let mut inner = out.borrow_mut();
            if inner.0.dofs() != dofs {
                let got = inner.0.dofs();
                return Err(ConfigError::new_err(format!("trajectory must have {dofs} degrees of freedom, got {got}")));
            }
            plan(&mut inner.0).map_err(config_error)?;
        }
        Ok(out)
    }
}

#[pymethods]
impl JerkLimited {
    #[new]
    fn new(py: Python<'_>, dofs: usize, cycle_time: f64) -> PyResult<Self> {
        let generator = jerk_limited::JerkLimited::new(dofs, cycle_time).map_err(config_error)?;
        let class = py.import(ENUMS)?.getattr("Result")?;
        let member = |name: &str| Ok::<_, PyErr>(class.getattr(name)?.unbind());
        let results = [
            member("Working")?,
            member("Finished")?,
            member("Limited")?,
            member("KeptTrajectory")?,
            member("Stopping")?,
            member("Holding")?,
        ];
        debug_assert_eq!(Outcome::Holding as usize, 5);
        Ok(Self { generator, input: Input::new(dofs), version: 0, known: 0, bits: [0; MOST], now: [0; MOST], results })
    }

    /// Number of degrees of freedom [-].
    #[getter]
    fn degrees_of_freedom(&self) -> usize {
        self.generator.dofs()
    }

    /// Time between updates [s].
    #[getter]
    fn delta_time(&self) -> f64 {
        self.generator.cycle_time()
    }

    /// Refuse an input for which no movement can be planned.
    ///
    /// Parameters
    /// ----------
    /// input : InputParameter
    ///     Input to look at.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     With the first field that is refused, its range, its value and the index of the degree of freedom.
    fn validate_input(&mut self, py: Python<'_>, input: &InputParameter) -> PyResult<()> {
        self.read(py, input)?;
        self.input.check().map_err(config_error)
    }

    /// Plan a movement.
    ///
    /// Parameters
    /// ----------
    /// input : InputParameter
    ///     States and limits.
    /// trajectory : Trajectory, optional
    ///     Trajectory to overwrite; without it a new one is made.
    ///
    /// Returns
    /// -------
    /// Trajectory
    ///     The movement.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If the input is refused; the trajectory is left as it was.
    #[pyo3(signature = (input, trajectory = None))]
    fn calculate<'py>(
        &mut self,
        py: Python<'py>,
        input: &InputParameter,
        trajectory: Option<Bound<'py, Trajectory>>,
    ) -> PyResult<Bound<'py, Trajectory>> {
        self.read(py, input)?;
        self.fill(py, trajectory, |out| jerk_limited::plan(&self.input, self.generator.cycle_time(), out))
    }

    /// Plan the shortest stop of every degree of freedom; targets are not looked at.
    ///
    /// Parameters
    /// ----------
    /// input : InputParameter
    ///     States and limits of acceleration, jerk and position.
    /// trajectory : Trajectory, optional
    ///     Trajectory to overwrite; without it a new one is made.
    ///
    /// Returns
    /// -------
    /// Trajectory
    ///     The stop.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If the input is refused.
    #[pyo3(signature = (input, trajectory = None))]
    fn stop<'py>(
        &mut self,
        py: Python<'py>,
        input: &InputParameter,
        trajectory: Option<Bound<'py, Trajectory>>,
    ) -> PyResult<Bound<'py, Trajectory>> {
        self.read(py, input)?;
        self.fill(py, trajectory, |out| jerk_limited::stop(&self.input, out))
    }

    /// One cycle: the next state of a movement that is planned anew whenever the input changed. Never raises for any numbers.
    ///
    /// Parameters
    /// ----------
    /// input : InputParameter
    ///     States and limits.
    /// output : OutputParameter
    ///     Where to write the next state.
    ///
    /// Returns
    /// -------
    /// Result
    ///     What was done; with a refused input the last accepted one is followed, then everything stops and holds, and `output.fault` says why.
    fn update(&mut self, py: Python<'_>, input: &InputParameter, output: &mut OutputParameter) -> PyResult<Py<PyAny>> {
        input.same_dofs(self.generator.dofs())?;
        output.same_dofs(self.generator.dofs())?;
        let bits = input.memory.read_bits(py, &mut self.now)?;
        let used = bits.len();
        let unchanged = self.version == input.version() && self.bits[..used] == *bits;
        let outcome = if unchanged && !self.generator.must_plan() {
            self.generator.advance(&mut output.output)
        } else {
            input.take(bits, &mut self.input, &mut self.known);
            self.version = input.version();
            self.bits[..used].copy_from_slice(&self.now[..used]);
            self.generator.update(&self.input, &mut output.output)
        };
        let dofs = self.generator.dofs();
        for (to, from) in self.bits.chunks_exact_mut(dofs).zip(&output.output.rows[..3]) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = from.to_bits();
            }
        }
        output.show(py)?;
        if output.output.new_calculation {
            let from = self.generator.trajectory();
            // Fails only while another thread reads the trajectory; the numbers above do not depend on it.
            if let Ok(mut to) = output.trajectory.bind(py).try_borrow_mut() {
                to.0.copy_from(from);
            }
        }
        Ok(self.results[outcome as usize].clone_ref(py))
    }

    /// Forget the last input, so that the next update plans anew.
    fn reset(&mut self) {
        self.generator.reset();
        self.version = 0;
    }

    /// Movements of many rows of states; see the Python class.
    fn plan_batch<'py>(
        &self,
        py: Python<'py>,
        settings: Option<&InputParameter>,
        fields: Vec<PyReadonlyArray2<'py, f64>>,
        out: &Bound<'py, PyArray1<f64>>,
        threads: usize,
    ) -> PyResult<BatchTrajectory> {
        let mut base = Input::new(self.generator.dofs());
        if let Some(settings) = settings {
            settings.same_dofs(base.dofs)?;
            settings.read_settings(py, &mut base)?;
        }
        batch::calculate(&base, self.generator.cycle_time(), &fields, out, threads)
    }
}

/// Adds the classes and functions of this file to the module.
pub(super) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<InputParameter>()?;
    m.add_class::<OutputParameter>()?;
    m.add_class::<Trajectory>()?;
    m.add_class::<BatchTrajectory>()?;
    m.add_class::<JerkLimited>()
}
