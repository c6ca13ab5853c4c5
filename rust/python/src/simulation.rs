//! Binding of the closed loop of trainer, plant and operator.

use crate::assist::{Tables, mode_of, reliance_tables, support_target};
use crate::convert::{ConfigError, config_error};
use crate::lead::Lead;
use crate::measures::StrideMeasures;
use crate::plant::{Plant, PlantFault, faults_of};
use crate::trainer::{Block, ControlSet, Trainer, event_dict, field_table};
use gaitloop_core::types::{BUTTONS, SAMPLE_GROUPS, SAMPLE_LEN};
use gaitloop_plant::simulation::{self, Operator, Press};
use gaitloop_plant::{Summary, WATCH_FIELDS, WATCH_LEN};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::prelude::*;

/// Most ticks that one call keeps; NumPy's failure to find the memory for many more could not be caught.
const MAX_TICKS: usize = 10_000_000;

/// Trainer, plant and operator in one closed loop.
#[pyclass(module = "gaitloop._core", subclass)]
pub struct Simulation(simulation::Simulation);

/// Everything of consecutive ticks.
#[derive(IntoPyObject)]
struct Session<'py> {
    t: Bound<'py, PyArray1<i64>>,
    sample: Bound<'py, PyArray2<f64>>,
    valid: Bound<'py, PyArray2<bool>>,
    stamp: Bound<'py, PyArray2<i64>>,
    out: Block<'py>,
}

#[pymethods]
impl Simulation {
    #[new]
    #[pyo3(signature = (trainer, plant, presses, lead=None))]
    fn new(
        trainer: PyRef<'_, Trainer>,
        plant: PyRef<'_, Plant>,
        presses: Vec<(String, f64, f64)>,
        lead: Option<PyRef<'_, Lead>>,
    ) -> PyResult<Self> {
        let presses = presses.iter().map(|(name, from, until)| press(name, *from, *until)).collect::<PyResult<_>>()?;
        let simulation = simulation::Simulation::new(trainer.0.clone(), plant.0.clone(), Operator::new(presses));
        Ok(Self(match lead {
            Some(lead) => simulation.led(lead.0.clone()),
            None => simulation,
        }))
    }

    /// Simulate without the interpreter lock and return every sample, command and telemetry row.
    ///
    /// Parameters
    /// ----------
    /// ticks : int
    ///     Number of ticks of 1 ms [-].
    ///
    /// Returns
    /// -------
    /// dict
    ///     `t` (T,), `sample` (T, N), `valid` (T, N), `stamp` (T, G) and `out`, the dict of `Trainer.run`.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If `ticks` is more than the ten million that one call keeps.
    fn run<'py>(&mut self, py: Python<'py>, ticks: usize) -> PyResult<Session<'py>> {
        if ticks > MAX_TICKS {
            return Err(ConfigError::new_err(format!("ticks must lie in [0, {MAX_TICKS}], got {ticks}")));
        }
        let session = Session {
            t: PyArray1::zeros(py, ticks, false),
            sample: PyArray2::zeros(py, [ticks, SAMPLE_LEN], false),
            valid: PyArray2::zeros(py, [ticks, SAMPLE_LEN], false),
            stamp: PyArray2::zeros(py, [ticks, SAMPLE_GROUPS], false),
            out: Block::new(py, ticks),
        };
        {
            let (mut t, mut sample) = (session.t.readwrite(), session.sample.readwrite());
            let (mut valid, mut stamp) = (session.valid.readwrite(), session.stamp.readwrite());
            let (t, value) = (t.as_slice_mut()?, sample.as_slice_mut()?.as_chunks_mut().0);
            let (valid, stamp) = (valid.as_slice_mut()?.as_chunks_mut().0, stamp.as_slice_mut()?.as_chunks_mut().0);
            let mut out = session.out.rows()?;
            let mut out = out.slices()?;
            let simulation = &mut self.0;
            py.detach(|| {
                for i in 0..ticks {
                    let (sample, command) = simulation.tick();
                    t[i] = sample.t;
                    sample.to_flat(&mut value[i], &mut valid[i], &mut stamp[i]);
                    out.put(i, &command, simulation.trainer().telemetry());
                }
            });
        }
        Ok(session)
    }

    /// Simulate without keeping the ticks.
    ///
    /// Parameters
    /// ----------
    /// ticks : int
    ///     Number of ticks of 1 ms [-].
    fn skip(&mut self, py: Python<'_>, ticks: usize) {
        let simulation = &mut self.0;
        py.detach(|| {
            for _ in 0..ticks {
                simulation.tick();
            }
        });
    }

    /// Simulate and keep what a judge needs of every tick; without the guard the device gets what the law asks for.
    ///
    /// Parameters
    /// ----------
    /// ticks : int
    ///     Number of ticks of 1 ms [-].
    /// guard : bool
    ///     Whether anything is judged and limited.
    ///
    /// Returns
    /// -------
    /// ndarray of float, shape (T, N)
    ///     Values in the order of `WATCH_FIELDS`.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If `ticks` is more than the ten million that one call keeps.
    fn watch<'py>(&mut self, py: Python<'py>, ticks: usize, guard: bool) -> PyResult<Bound<'py, PyArray2<f64>>> {
        if ticks > MAX_TICKS {
            return Err(ConfigError::new_err(format!("ticks must lie in [0, {MAX_TICKS}], got {ticks}")));
        }
        let rows = PyArray2::zeros(py, [ticks, WATCH_LEN], false);
        {
            let mut rows = rows.readwrite();
            let rows: &mut [[f64; WATCH_LEN]] = rows.as_slice_mut()?.as_chunks_mut().0;
            let simulation = &mut self.0;
            py.detach(|| rows.iter_mut().for_each(|row| *row = simulation.watch(guard)));
        }
        Ok(rows)
    }

    /// A simulation of its own that goes on from where this one is.
    fn fork(&self) -> Self {
        Self(self.0.clone())
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
        let faults = faults_of(self.0.plant(), &faults)?;
        self.0.inject(faults).map_err(config_error)
    }

    /// Let the operator press a button that the script does not speak of.
    ///
    /// Parameters
    /// ----------
    /// button : str
    ///     Name of the button.
    /// start : float
    ///     Time pressed [s].
    /// end : float
    ///     Time let go [s].
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If the button is unknown or a time is out of order.
    fn press(&mut self, button: &str, start: f64, end: f64) -> PyResult<()> {
        self.0.press(press(button, start, end)?);
        Ok(())
    }

    /// Gait events since the last call, as `Trainer.events` gives them.
    fn events<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let trainer = self.0.trainer_mut();
        core::iter::from_fn(|| trainer.next_event()).map(|(side, event)| event_dict(py, side, &event)).collect()
    }

    /// Strides closed since the last call, as `Trainer.strides` gives them.
    fn strides(&mut self) -> Vec<StrideMeasures> {
        let trainer = self.0.trainer_mut();
        core::iter::from_fn(|| trainer.next_stride()).map(StrideMeasures).collect()
    }

    /// Events and strides that nobody took in time.
    #[getter]
    fn dropped(&self) -> u64 {
        self.0.trainer().dropped()
    }

    /// Time of the next tick [ns].
    #[getter]
    fn t(&self) -> i64 {
        self.0.time()
    }

    /// Ask for another belt speed, as `Trainer.request_speed`.
    ///
    /// Parameters
    /// ----------
    /// speed : float
    ///     Belt speed [m/s], 0 to the pattern's speed.
    fn request_speed(&mut self, speed: f64) -> PyResult<()> {
        self.0.trainer_mut().request_speed(speed).map_err(config_error)
    }

    /// Ask for another inclination of the belt; followed while the trainer trains, held in every stop.
    ///
    /// Parameters
    /// ----------
    /// incline : float or None
    ///     Inclination [rad], in the device's range, positive uphill; None holds it where it is.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     If it is outside the device's range, which is nothing but 0 where the belt does not tilt.
    fn request_incline(&mut self, incline: Option<f64>) -> PyResult<()> {
        self.0.request_incline(incline).map_err(config_error)
    }

    /// Inclination of the belt [rad], positive uphill.
    #[getter]
    fn incline(&self) -> f64 {
        self.0.plant().incline()
    }

    /// Ask for another body-weight support, as `Trainer.request_support_force`.
    ///
    /// Parameters
    /// ----------
    /// force : float
    ///     Support force [N], 0 to the envelope's limit.
    fn request_support_force(&mut self, force: f64) -> PyResult<()> {
        self.0.trainer_mut().request_support_force(force).map_err(config_error)
    }

    /// Ask for another law, other parameters or another reference, as `Trainer.request_control_set`.
    ///
    /// Parameters
    /// ----------
    /// control : ControlSet
    ///     The compiled form of what is asked for.
    fn request_control_set(&mut self, control: PyRef<'_, ControlSet>) -> PyResult<()> {
        self.0.trainer_mut().request_control(control.0.clone()).map_err(config_error)
    }

    /// Hold, floor or cap the support of a subtask, or of all, as `Trainer.request_override`.
    ///
    /// Parameters
    /// ----------
    /// target : str
    ///     A subtask, or `all`.
    /// mode : str
    ///     `hold`, `floor` or `ceiling`.
    /// value : float
    ///     Support [%], 0 to 100.
    fn request_override(&mut self, target: &str, mode: &str, value: f64) -> PyResult<()> {
        let target = support_target(target)?;
        self.0.trainer_mut().request_override(target, mode_of(mode)?, value).map_err(config_error)
    }

    /// Give a subtask, or all, back to the law, as `Trainer.release_override`.
    ///
    /// Parameters
    /// ----------
    /// target : str
    ///     A subtask, or `all`.
    fn release_override(&mut self, target: &str) -> PyResult<()> {
        self.0.trainer_mut().release_override(support_target(target)?);
        Ok(())
    }

    fn reliance_tables<'py>(&self, py: Python<'py>) -> PyResult<Option<Tables<'py>>> {
        self.0.trainer().reliance().map(|told| reliance_tables(py, &told)).transpose()
    }

    /// Ask for a soft stop from afar, as `Trainer.request_stop`.
    fn request_stop(&mut self) {
        self.0.trainer_mut().request_stop();
    }
}

/// Simulate many at once, on all cores and without the interpreter lock, and return a summary of each.
///
/// Parameters
/// ----------
/// simulations : list of Simulation
///     What to simulate; each goes on from where it is.
/// ticks : int
///     Number of ticks of 1 ms [-].
/// threads : int
///     Most threads used [-]; 0 is one per core.
///
/// Returns
/// -------
/// list of dict
///     In the order of the simulations.
///
/// Raises
/// ------
/// ConfigError
///     If a simulation is named twice.
#[pyfunction]
fn run_batch<'py>(
    py: Python<'py>,
    simulations: Vec<Bound<'py, Simulation>>,
    ticks: usize,
    threads: usize,
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let twice = |_| ConfigError::new_err("simulations must be different objects, got one twice or one that is running");
    let mut held =
        simulations.iter().map(|s| s.try_borrow_mut().map_err(twice)).collect::<PyResult<Vec<PyRefMut<'_, _>>>>()?;
    let mut inner: Vec<&mut simulation::Simulation> = held.iter_mut().map(|s| &mut s.0).collect();
    let summaries: Vec<Summary> = py.detach(|| {
        let mut all = || inner.par_iter_mut().map(|s| s.summarise(ticks)).collect();
        match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
            Ok(pool) => pool.install(all),
            Err(_) => all(), // no threads to be had: on those that are there
        }
    });
    summaries.iter().map(|summary| summary_dict(py, summary)).collect()
}

fn summary_dict<'py>(py: Python<'py>, summary: &Summary) -> PyResult<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("ticks", summary.ticks)?;
    out.set_item("walking", summary.walking)?;
    out.set_item("distance", summary.distance)?;
    out.set_item("upright", summary.upright)?;
    out.set_item("state", summary.state.name())?;
    out.set_item("severity", summary.severity.name())?;
    out.set_item("cause", summary.cause.name())?;
    for (name, values) in [
        ("error", &summary.error),
        ("device_torque", &summary.device_torque),
        ("patient_torque", &summary.patient_torque),
        ("guidance", &summary.guidance),
    ] {
        out.set_item(name, PyArray1::from_slice(py, values))?;
    }
    let events: PyResult<Vec<_>> = summary.events.iter().map(|(side, event)| event_dict(py, *side, event)).collect();
    out.set_item("events", events?)?;
    let strides: PyResult<Vec<_>> = summary.strides.iter().map(|s| Py::new(py, StrideMeasures(*s))).collect();
    out.set_item("strides", strides?)?;
    Ok(out)
}

pub(crate) fn press(name: &str, from: f64, until: f64) -> PyResult<Press> {
    let button = BUTTONS
        .iter()
        .position(|b| *b == name)
        .ok_or_else(|| ConfigError::new_err(format!("presses must name one of {BUTTONS:?}, got '{name}'")))?;
    if !(0.0 <= from && from < until && until <= 1e6) {
        return Err(ConfigError::new_err(format!(
            "presses must lie in [0, 1e6] s and end after they begin, got {from} to {until}"
        )));
    }
    Ok(Press { button, from: (from * 1e9) as i64, until: (until * 1e9) as i64 })
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Simulation>()?;
    m.add_class::<Lead>()?;
    m.add("WATCH_FIELDS", field_table(m.py(), &WATCH_FIELDS)?)?;
    m.add_function(wrap_pyfunction!(run_batch, m)?)
}
