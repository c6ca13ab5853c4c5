//! What a loop counted, as Python takes it.

use gaitloop_realtime::{Distribution, Outcome, PrivilegeReport, Tally};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Number of values, values at the quantiles [s], largest value [s].
type Spread = (u64, Vec<f64>, f64);
/// Name, outcome, the system's words, remedy.
pub(super) type Told = (&'static str, &'static str, Option<String>, &'static str);

fn spread(distribution: &Distribution) -> Spread {
    (distribution.count, distribution.quantiles.to_vec(), distribution.max)
}

pub(super) fn tally_dict<'py>(py: Python<'py>, tally: &Tally) -> PyResult<Bound<'py, PyDict>> {
    let (out, counts) = (PyDict::new(py), tally.counts);
    for (name, value) in [
        ("ticks", counts.ticks),
        ("missed", counts.missed),
        ("late_wakes", counts.late_wakes),
        ("long_ticks", counts.long_ticks),
        ("slow_device", counts.slow_device),
        ("timeouts", counts.timeouts),
        ("minor_faults", counts.minor_faults),
        ("major_faults", counts.major_faults),
        ("dropped", counts.dropped),
    ] {
        out.set_item(name, value)?;
    }
    let [wake, execution, period_error] = tally.distributions();
    for (name, distribution) in [("wake", wake), ("execution", execution), ("period_error", period_error)] {
        out.set_item(name, spread(&distribution))?;
    }
    Ok(out)
}

pub(super) fn told(reports: &[PrivilegeReport]) -> Vec<Told> {
    let one = |report: &PrivilegeReport| {
        let outcome = match report.outcome {
            Outcome::NotAsked => "not asked",
            Outcome::Got => "got",
            Outcome::Refused(_) => "refused",
        };
        (report.privilege.name(), outcome, report.error(), report.privilege.remedy())
    };
    reports.iter().map(one).collect()
}
